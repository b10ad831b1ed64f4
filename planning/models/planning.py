"""The planning of a quarter: its meeting, the order in which tribes present, and who has a vote."""

from typing import Any, ClassVar

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from okr.models import Quarter
from orgs.models import Membership, RevisedModel, TenantModel, Tribe, tenant_manager
from orgs.relations import Relation
from planning.querysets import PlanningQuerySet


class Planning(RevisedModel):
    """One a quarter. `seq` counts up with whatever those who watch the board see."""

    class State(models.TextChoices):
        PREPARING = "preparing", pgettext_lazy("a quarter planning", "In preparation")
        OPEN = "open", pgettext_lazy("a quarter planning", "In session")
        REFINING = "refining", pgettext_lazy("a quarter planning", "In refinement")
        PUBLISHED = "published", pgettext_lazy("a quarter planning", "Published")

    class Mode(models.TextChoices):
        CHAIR = "chair", _("The chair decides for all")
        MAJORITY = "majority", _("The majority decides")

    quarter = models.OneToOneField(Quarter, models.PROTECT, related_name="planning")
    state = models.CharField(_("state"), max_length=9, choices=State, default=State.PREPARING)
    meets_at = models.DateTimeField(_("meeting"), null=True, blank=True)
    preread_until = models.DateTimeField(
        _("votes alone until"), null=True, blank=True, help_text=_("Empty: until the meeting opens.")
    )
    refined_by = models.DateField(_("refinement ends on"), null=True, blank=True)
    target = models.PositiveSmallIntegerField(
        _("key results to keep"), default=30, validators=[MinValueValidator(1), MaxValueValidator(400)]
    )
    cap = models.PositiveSmallIntegerField(
        _("of one tribe at most"), default=5, validators=[MinValueValidator(1), MaxValueValidator(50)]
    )
    mode = models.CharField(_("who decides"), max_length=8, choices=Mode, default=Mode.CHAIR)
    chair = models.ForeignKey(
        Membership, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("chair")
    )

    # The tribe that presents: seconds already spent, and since when the clock runs on (None: it stands).
    presenting = models.ForeignKey("planning.Slot", models.SET_NULL, null=True, blank=True, related_name="+")
    spent = models.PositiveIntegerField(default=0, editable=False)
    since = models.DateTimeField(null=True, blank=True, editable=False)

    opened_at = models.DateTimeField(null=True, blank=True, editable=False)
    closed_at = models.DateTimeField(null=True, blank=True, editable=False)
    published_at = models.DateTimeField(null=True, blank=True, editable=False)
    seq = models.PositiveBigIntegerField(default=1, editable=False)

    objects: ClassVar[Any] = tenant_manager(PlanningQuerySet)

    class Meta(RevisedModel.Meta):
        constraints = [
            models.CheckConstraint(name="planning_target_positive", condition=Q(target__gte=1)),
            models.CheckConstraint(name="planning_cap_positive", condition=Q(cap__gte=1)),
        ]

    def __str__(self) -> str:
        return str(self.quarter)

    is_strategic = False  # for orgs.permissions: nobody decides it by leading the strategy

    def relations_of(self, member: Membership) -> set[Relation]:
        """One query, unless `voters` are prefetched."""
        relations = {Relation.CHAIR} if self.chair_id == member.pk else set()
        if any(voter.membership_id == member.pk for voter in self.voters.all()):
            relations.add(Relation.VOTER)
        return relations

    @property
    def is_open(self) -> bool:
        """The meeting is on: decisions are taken, and undone."""
        return self.state == self.State.OPEN


class Slot(TenantModel):
    """A tribe's turn to present."""

    planning = models.ForeignKey(Planning, models.CASCADE, related_name="slots")
    tribe = models.ForeignKey(Tribe, models.CASCADE, related_name="+")
    position = models.PositiveSmallIntegerField(default=1)
    minutes = models.PositiveSmallIntegerField(
        _("minutes"), default=10, validators=[MinValueValidator(1), MaxValueValidator(240)]
    )
    cap = models.PositiveSmallIntegerField(
        _("at most"), null=True, blank=True, validators=[MinValueValidator(1), MaxValueValidator(50)]
    )
    presented_at = models.DateTimeField(null=True, blank=True, editable=False)

    class Meta(TenantModel.Meta):
        ordering = ["position", "pk"]
        constraints = [models.UniqueConstraint(fields=["planning", "tribe"], name="slot_once")]

    def __str__(self) -> str:
        return f"{self.planning_id} · {self.tribe_id}"


class Voter(TenantModel):
    """Somebody with a vote. `came_at`: since when they have been in the meeting, which the majority is counted of."""

    planning = models.ForeignKey(Planning, models.CASCADE, related_name="voters")
    membership = models.ForeignKey(Membership, models.CASCADE, related_name="+")
    came_at = models.DateTimeField(null=True, blank=True, editable=False)

    class Meta(TenantModel.Meta):
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(fields=["planning", "membership"], name="voter_once")]

    def __str__(self) -> str:
        return f"{self.planning_id} · {self.membership_id}"
