"""A workshop, its agenda of phases, and the templates that agendas come from."""

import secrets
from decimal import Decimal
from typing import Any, ClassVar

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from okr.models import KeyResult, Objective, Quarter, Year
from orgs.models import Committee, Membership, RevisedModel, TenantModel, Tribe, tenant_manager
from orgs.relations import Relation
from workshops.querysets import WorkshopQuerySet

CODE_ALPHABET = "abcdefghjkmnpqrstuvwxyz23456789"  # nothing that is misread from a projector
CODE_LENGTH = 12  # 59 bits


def new_code() -> str:
    return "".join(secrets.choice(CODE_ALPHABET) for _ in range(CODE_LENGTH))


class WorkshopKind(models.TextChoices):
    CODIR_KEY_RESULTS = "codir_key_results", _("CoDir key results")
    TRIBE_OBJECTIVES = "tribe_objectives", _("Tribe objectives")
    TRIBE_KEY_RESULTS = "tribe_key_results", _("Tribe key results")


class PhaseKind(models.TextChoices):
    FRAME = "frame", _("Frame")
    PICK = "pick", _("Our effect")
    BRAINSTORM = "brainstorm", _("Private brainstorm")
    REVEAL = "reveal", _("Reveal")
    FAMILIES = "families", _("Families")
    VOTE = "vote", _("Vote")
    DECIDE = "decide", _("Decide")
    WRAP_UP = "wrap_up", _("Wrap-up")
    PAUSE = "pause", _("Break")


class WorkshopTemplate(RevisedModel):
    """An agenda that a coach made for reuse. Polaris's own are in workshops.agendas.

    `phases`: a list of {"kind": PhaseKind, "title": str, "round": int, "minutes": int, "question": str}, in order.
    """

    kind = models.CharField(_("kind"), max_length=17, choices=WorkshopKind)
    name = models.CharField(_("name"), max_length=80)
    phases = models.JSONField(_("phases"), default=list)
    archived_at = models.DateTimeField(null=True, blank=True, editable=False)

    class Meta(RevisedModel.Meta):
        ordering = ["name", "pk"]

    def __str__(self) -> str:
        return self.name

    @property
    def is_strategic(self) -> bool:
        return self.kind == WorkshopKind.CODIR_KEY_RESULTS

    def relations_of(self, member: Membership) -> set[Relation]:
        """Templates are for all workshops of a kind: nobody's own."""
        return set()


class Workshop(RevisedModel):
    """People who decide together at one time, or over some days. `seq` counts up with whatever its watchers see."""

    class State(models.TextChoices):
        PLANNED = "planned", pgettext_lazy("a workshop", "Planned")
        RUNNING = "running", _("Running")
        CLOSED = "closed", _("Closed")
        CANCELLED = "cancelled", pgettext_lazy("a workshop", "Cancelled")

    class Guests(models.TextChoices):
        NONE = "none", _("Nobody without an account")
        APPROVED = "approved", _("The facilitator lets each one in")
        LINK = "link", _("Whoever has the link")

    class VotesOn(models.TextChoices):
        NOTES = "notes", _("Notes")
        FAMILIES = "families", _("Families")

    kind = models.CharField(_("kind"), max_length=17, choices=WorkshopKind)
    title = models.CharField(_("title"), max_length=120)
    year = models.ForeignKey(Year, models.PROTECT, null=True, blank=True, related_name="workshops")
    committee = models.ForeignKey(Committee, models.PROTECT, null=True, blank=True, related_name="workshops")
    quarter = models.ForeignKey(Quarter, models.PROTECT, null=True, blank=True, related_name="workshops")
    tribe = models.ForeignKey(Tribe, models.PROTECT, null=True, blank=True, related_name="workshops")
    code = models.CharField(max_length=CODE_LENGTH, unique=True, default=new_code, editable=False)
    starts_at = models.DateTimeField(_("starts at"))
    minutes = models.PositiveSmallIntegerField(
        _("duration in minutes"), default=120, validators=[MinValueValidator(15), MaxValueValidator(480)]
    )
    place = models.CharField(_("place or link"), max_length=200, blank=True)
    state = models.CharField(_("state"), max_length=9, choices=State, default=State.PLANNED)
    facilitator = models.ForeignKey(Membership, models.PROTECT, related_name="+", verbose_name=_("facilitator"))
    co_facilitator = models.ForeignKey(
        Membership, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("co-facilitator")
    )

    # ── How people come and vote ──
    guests = models.CharField(_("guests"), max_length=8, choices=Guests, default=Guests.APPROVED)
    facilitator_votes = models.BooleanField(_("the facilitator votes"), default=False)
    votes_on = models.CharField(_("people vote on"), max_length=8, choices=VotesOn, default=VotesOn.NOTES)
    dots = models.PositiveSmallIntegerField(
        _("dots a person"), default=5, validators=[MinValueValidator(1), MaxValueValidator(50)]
    )
    dots_an_item = models.PositiveSmallIntegerField(
        _("most dots on one item"), default=3, validators=[MinValueValidator(1), MaxValueValidator(50)]
    )
    exponent = models.DecimalField(
        _("weight of head-count"),
        max_digits=2,
        decimal_places=1,
        default=Decimal(0),
        validators=[MinValueValidator(0), MaxValueValidator(1)],
    )
    # method.md § 3: a function's own column is shown with fewer than three voters only where people knew beforehand.
    functions_told = models.BooleanField(_("people know that votes are shown by function"), default=False)

    # ── Where it stands ──
    phase = models.ForeignKey("workshops.Phase", models.SET_NULL, null=True, blank=True, related_name="+")
    timer_ends_at = models.DateTimeField(null=True, blank=True, editable=False)
    timer_left = models.PositiveIntegerField(null=True, blank=True, editable=False)  # seconds, while it is paused
    shown = models.CharField(max_length=40, blank=True, editable=False)  # the part that the facilitator shows: a DOM id
    seq = models.PositiveBigIntegerField(default=1, editable=False)
    started_at = models.DateTimeField(null=True, blank=True, editable=False)
    closed_at = models.DateTimeField(null=True, blank=True, editable=False)
    minutes_sent_at = models.DateTimeField(null=True, blank=True, editable=False)
    # To try out what a workshop is: simulated people take part as long as that moment lies ahead, and it moves on meanwhile.
    # Where it lies behind, whoever played was cut off.
    is_practice = models.BooleanField(default=False, editable=False)
    played_until = models.DateTimeField(null=True, blank=True, editable=False)
    play_failed = models.BooleanField(default=False, editable=False)  # they did not get in
    created_at = models.DateTimeField(auto_now_add=True)

    objects: ClassVar[Any] = tenant_manager(WorkshopQuerySet)

    class Meta(RevisedModel.Meta):
        ordering = ["-starts_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                name="workshop_kind_fits_its_level",
                condition=Q(kind="codir_key_results", year__isnull=False, tribe__isnull=True, quarter__isnull=True)
                | (
                    ~Q(kind="codir_key_results")
                    & Q(year__isnull=True, committee__isnull=True, tribe__isnull=False, quarter__isnull=False)
                ),
            ),
            models.CheckConstraint(
                name="workshop_dots_fit", condition=Q(dots_an_item__lte=F("dots"), dots_an_item__gt=0)
            ),
            models.CheckConstraint(name="workshop_exponent_is_a_share", condition=Q(exponent__gte=0, exponent__lte=1)),
        ]
        indexes = [models.Index(fields=["org", "-starts_at"], name="workshop_by_day")]

    def __str__(self) -> str:
        return self.title

    @property
    def where(self) -> str:
        """Whose it is and of when. Needs `with_place()`."""
        whose = self.tribe or self.committee
        return " · ".join(str(part) for part in (whose, self.quarter or self.year) if part)

    @property
    def is_strategic(self) -> bool:
        return self.kind == WorkshopKind.CODIR_KEY_RESULTS

    def relations_of(self, member: Membership) -> set[Relation]:
        """Needs `tribe` loaded where it has one."""
        leads = self.tribe is not None and self.tribe.lead_id == member.pk
        runs = member.pk in (self.facilitator_id, self.co_facilitator_id)
        return ({Relation.TRIBE_LEAD} if leads else set()) | ({Relation.FACILITATOR} if runs else set())


class Phase(TenantModel):
    """A part of the agenda. Phases of one `round` share their notes, families and votes."""

    workshop = models.ForeignKey(Workshop, models.CASCADE, related_name="phases")
    position = models.PositiveSmallIntegerField()
    round = models.PositiveSmallIntegerField(_("round"), default=1)
    kind = models.CharField(_("kind"), max_length=10, choices=PhaseKind)
    title = models.CharField(_("title"), max_length=60, blank=True)  # else its kind's name
    question = models.CharField(_("question to the room"), max_length=300, blank=True)
    minutes = models.PositiveSmallIntegerField(
        _("minutes"), default=10, validators=[MinValueValidator(1), MaxValueValidator(240)]
    )
    # Where people write or vote on their own time, between two dates.
    opens_at = models.DateTimeField(_("opens at"), null=True, blank=True)
    closes_at = models.DateTimeField(_("closes at"), null=True, blank=True)
    started_at = models.DateTimeField(null=True, blank=True, editable=False)  # the first time
    ended_at = models.DateTimeField(null=True, blank=True, editable=False)  # the last time
    counted_at = models.DateTimeField(null=True, blank=True, editable=False)  # of a choice: when its sum was shown

    class Meta(TenantModel.Meta):
        ordering = ["position", "pk"]
        constraints = [
            models.CheckConstraint(
                name="phase_window_runs_forward",
                condition=Q(opens_at__isnull=True, closes_at__isnull=True) | Q(closes_at__gt=F("opens_at")),
            ),
        ]
        indexes = [models.Index(fields=["org", "workshop", "position"], name="phase_of_workshop")]

    def __str__(self) -> str:
        return self.label

    @property
    def label(self) -> str:
        return self.title or str(PhaseKind(self.kind).label)

    @property
    def is_long(self) -> bool:
        """Whether people take part on their own time."""
        return self.closes_at is not None


class Subject(TenantModel):
    """What notes are written under: a strategic objective, a strategic key result, or a tribe's objective, by kind."""

    workshop = models.ForeignKey(Workshop, models.CASCADE, related_name="subjects")
    objective = models.ForeignKey(Objective, models.PROTECT, null=True, blank=True, related_name="+")
    key_result = models.ForeignKey(KeyResult, models.PROTECT, null=True, blank=True, related_name="+")
    position = models.PositiveSmallIntegerField(default=1)
    # A strategic key result is a candidate until the room has said on which of them it has an effect.
    is_retained = models.BooleanField(default=True)

    class Meta(TenantModel.Meta):
        ordering = ["position", "pk"]
        constraints = [
            models.CheckConstraint(
                name="subject_is_one_thing",
                condition=Q(objective__isnull=False, key_result__isnull=True)
                | Q(objective__isnull=True, key_result__isnull=False),
            ),
            models.UniqueConstraint(
                fields=["workshop", "objective"], condition=Q(objective__isnull=False), name="subject_objective_once"
            ),
            models.UniqueConstraint(
                fields=["workshop", "key_result"], condition=Q(key_result__isnull=False), name="subject_key_result_once"
            ),
        ]

    def __str__(self) -> str:
        return str(self.about)

    @property
    def about(self) -> Objective | KeyResult:
        about = self.objective or self.key_result
        assert about is not None  # by its constraint
        return about
