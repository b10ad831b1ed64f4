"""Key results: a metric, where it starts, where it should be, and what was last measured."""

import datetime as dt
from collections.abc import Iterable
from decimal import Decimal
from typing import Any, ClassVar

from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from okr import scoring
from okr.models.objective import Objective
from okr.querysets import KeyResultQuerySet
from orgs.models import Cadence, Membership, RevisedModel, TenantModel, tenant_manager
from orgs.reaching import stands_in_for, today_of
from orgs.relations import Relation


def figure_field(verbose_name: Any = None, **options: Any) -> models.DecimalField:
    """A column for any metric's figure: money in full as well as a ratio with four decimals."""
    return models.DecimalField(verbose_name, max_digits=18, decimal_places=4, **options)


class KeyResult(RevisedModel):
    class Direction(models.TextChoices):
        UP = "up", _("Up")
        DOWN = "down", _("Down")
        WITHIN = "within", _("Keep within")
        DONE = "done", _("Done or not done")

    class Unit(models.TextChoices):
        MONEY = "money", _("Money")
        PERCENT = "percent", _("%")
        POINTS = "points", _("Points")
        DAYS = "days", _("Days")
        COUNT = "count", _("Count")
        RATIO = "ratio", _("Ratio")
        DONE = "done", _("Done")

    class Ambition(models.TextChoices):
        COMMITTED = "committed", _("Committed")
        ASPIRATIONAL = "aspirational", _("Aspirational")

    class Stage(models.TextChoices):
        """Where quarter planning has brought it (method.md § 4)."""

        DRAFT = "draft", _("Draft")
        PROPOSED = "proposed", _("Proposed")
        KEPT = "kept", _("Kept")
        DEFERRED = "deferred", _("Deferred")
        MERGED = "merged", _("Merged")
        DROPPED = "dropped", _("Dropped")
        PUBLISHED = "published", _("Published")
        SCORED = "scored", _("Scored")

    objective = models.ForeignKey(Objective, models.CASCADE, related_name="key_results")
    title = models.CharField(_("key result"), max_length=240)
    metric = models.CharField(
        _("metric"), max_length=240, blank=True, help_text=_("What exactly is measured, on what.")
    )
    unit = models.CharField(_("unit"), max_length=8, choices=Unit, default=Unit.PERCENT)
    unit_label = models.CharField(_("unit name"), max_length=16, blank=True, help_text=_("For counts: min, orders…"))
    direction = models.CharField(_("direction"), max_length=6, choices=Direction, default=Direction.UP)
    start = figure_field(_("start"), null=True, blank=True)
    target = figure_field(_("target"), null=True, blank=True)
    low = figure_field(_("from"), null=True, blank=True)
    high = figure_field(_("to"), null=True, blank=True)
    tolerance = figure_field(_("tolerance"), null=True, blank=True)
    weight = models.DecimalField(
        _("weight"), max_digits=6, decimal_places=2, default=Decimal(1), validators=[MinValueValidator(0)]
    )
    owner = models.ForeignKey(
        Membership, models.SET_NULL, null=True, blank=True, related_name="key_results", verbose_name=_("owner")
    )
    source = models.CharField(_("data source"), max_length=240, blank=True)
    source_url = models.URLField(_("link to the source"), blank=True)
    ambition = models.CharField(_("ambition"), max_length=12, choices=Ambition, default=Ambition.ASPIRATIONAL)
    stage = models.CharField(_("stage"), max_length=9, choices=Stage, default=Stage.DRAFT)
    baseline_due_on = models.DateField(
        _("baseline measured by"), null=True, blank=True, help_text=_("When the start is not known yet.")
    )
    position = models.PositiveSmallIntegerField(default=1)
    archived_at = models.DateTimeField(null=True, blank=True, editable=False)
    # By quarter planning: what it was merged into, and of which key result of an earlier quarter it is the continuation.
    merged_into = models.ForeignKey(
        "self", models.SET_NULL, null=True, blank=True, editable=False, related_name="absorbed"
    )
    carried_from = models.ForeignKey(
        "self", models.SET_NULL, null=True, blank=True, editable=False, related_name="carried_on"
    )
    # Its definition as it was published (okr.actions.staging.baseline_of), which later changes stand beside.
    baseline = models.JSONField(null=True, blank=True, editable=False)

    # Maintained by the check-in actions, so that no list has to look through check-ins.
    current = figure_field(null=True, blank=True, editable=False)
    checked_on = models.DateField(null=True, blank=True, editable=False)
    confidence = models.PositiveSmallIntegerField(null=True, blank=True, editable=False)
    previous_confidence = models.PositiveSmallIntegerField(null=True, blank=True, editable=False)
    next_due_on = models.DateField(null=True, blank=True, editable=False)

    # The verdict at the close of the quarter.
    score = models.DecimalField(_("score"), max_digits=2, decimal_places=1, null=True, blank=True)
    learning = models.CharField(_("what we learned"), max_length=400, blank=True)
    miss_reason = models.CharField(_("why it was missed"), max_length=400, blank=True)

    objects: ClassVar[Any] = tenant_manager(KeyResultQuerySet)

    class Meta(RevisedModel.Meta):
        ordering = ["position", "pk"]
        constraints = [
            models.CheckConstraint(
                name="key_result_direction_agrees",
                # Every branch tests for NULL itself: a CHECK that comes out NULL would pass.
                condition=Q(direction="done")
                | Q(direction="within", low__isnull=False, high__isnull=False, low__lt=F("high"))
                | Q(direction="up", start__isnull=False, target__isnull=False, start__lt=F("target"))
                | Q(direction="down", start__isnull=False, target__isnull=False, start__gt=F("target"))
                | Q(direction__in=["up", "down"], start__isnull=True, baseline_due_on__isnull=False)
                | Q(stage="draft", direction="within", low__isnull=True)
                | Q(stage="draft", direction="within", high__isnull=True)
                | Q(stage="draft", direction__in=["up", "down"], start__isnull=True)
                | Q(stage="draft", direction__in=["up", "down"], target__isnull=True),
            ),
            models.CheckConstraint(
                name="key_result_target_known",
                condition=Q(stage="draft") | Q(direction__in=["within", "done"]) | Q(target__isnull=False),
            ),
            models.CheckConstraint(
                name="key_result_tolerance_positive", condition=Q(tolerance__isnull=True) | Q(tolerance__gt=0)
            ),
            models.CheckConstraint(name="key_result_weight_not_negative", condition=Q(weight__gte=0)),
            models.CheckConstraint(
                name="key_result_confidence_1_to_10",
                condition=Q(confidence__isnull=True) | Q(confidence__gte=1, confidence__lte=10),
            ),
            models.CheckConstraint(
                name="key_result_score_0_to_1", condition=Q(score__isnull=True) | Q(score__gte=0, score__lte=1)
            ),
        ]
        indexes = [
            models.Index(fields=["org", "objective", "position"], name="key_result_of_objective"),
            models.Index(fields=["org", "owner"], name="key_result_of_owner"),
            models.Index(fields=["org", "next_due_on"], name="key_result_due", condition=Q(next_due_on__isnull=False)),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def code(self) -> str:
        """“1.4” under a strategic objective, “B2” under a tribe's. Needs `objective` loaded."""
        if self.is_strategic:
            return f"{self.objective.code}.{self.position}"
        return f"{self.objective.code}{self.position}"

    @property
    def as_metric(self) -> scoring.Metric:
        return scoring.Metric(
            direction=scoring.Direction(self.direction),
            start=self.start,
            target=self.target,
            low=self.low,
            high=self.high,
            tolerance=self.tolerance,
        )

    @property
    def known_step_targets(self) -> Iterable["StepTarget"]:
        """By day; without a query where `with_step_targets` or a prefetch loaded them."""
        loaded: list[StepTarget] | None = self.__dict__.get("loaded_step_targets")
        return self.step_targets.all() if loaded is None else loaded

    @property
    def is_strategic(self) -> bool:
        return self.objective.is_strategic

    @property
    def is_published(self) -> bool:
        """Needs `objective` loaded."""
        gone = self.archived_at or self.objective.archived_at
        return not gone and self.stage == self.Stage.PUBLISHED

    @property
    def takes_check_ins(self) -> bool:
        """The rule of KeyResultQuerySet.taking_check_ins, for one row. Needs `objective` with its year or quarter."""
        return self.is_published and self.objective.span.is_open

    def is_asked(self, until: dt.date) -> bool:
        """The rule of KeyResultQuerySet.due_from, for a row of an open period that is already loaded."""
        return self.is_published and self.next_due_on is not None and self.next_due_on <= until

    def relations_of(self, member: Membership) -> set[Relation]:
        relations = {Relation.OWNER} if self.owner_id == member.pk else set()
        tribe = self.objective.tribe
        if tribe is not None and tribe.lead_id == member.pk:
            relations.add(Relation.TRIBE_LEAD)
        if not relations and self.owner_id and self.owner_id in stands_in_for(member, today_of(member.org)):
            relations.add(Relation.SUBSTITUTE)
        return relations

    @property
    def cadence_of(self) -> str:
        """Name of the organization's setting that paces its check-ins."""
        return "strategic_cadence" if self.is_strategic else "tribe_cadence"


CADENCES = ("tribe_cadence", "strategic_cadence")  # settings that KeyResult.cadence_of names
CADENCE_DAYS = {Cadence.WEEKLY: 7, Cadence.BIWEEKLY: 14, Cadence.MONTHLY: 31}


class Step(TenantModel):
    """A step of a done / not done key result."""

    key_result = models.ForeignKey(KeyResult, models.CASCADE, related_name="steps")
    title = models.CharField(_("step"), max_length=160)
    weight = models.DecimalField(_("weight"), max_digits=6, decimal_places=2, default=Decimal(1))
    position = models.PositiveSmallIntegerField(default=1)
    done_on = models.DateField(_("done on"), null=True, blank=True)

    class Meta(TenantModel.Meta):
        ordering = ["position", "pk"]
        constraints = [models.CheckConstraint(name="step_weight_positive", condition=Q(weight__gt=0))]

    def __str__(self) -> str:
        return self.title


class StepTarget(TenantModel):
    """Where the key result should be on a date, when a straight line would be wrong (seasonality)."""

    key_result = models.ForeignKey(KeyResult, models.CASCADE, related_name="step_targets")
    on = models.DateField(_("on"))
    value = figure_field(_("value"))

    class Meta(TenantModel.Meta):
        ordering = ["on"]
        constraints = [models.UniqueConstraint(fields=["key_result", "on"], name="step_target_once")]

    def __str__(self) -> str:
        return f"{self.on}: {self.value}"
