"""Objectives, strategic (a year, a department) and of a tribe (a quarter), and the contribution that links them."""

from decimal import Decimal
from typing import Any, ClassVar

from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from okr.models.period import Quarter, Year
from okr.querysets import ObjectiveQuerySet
from orgs.models import Committee, Department, Membership, RevisedModel, TenantModel, Tribe, tenant_manager
from orgs.relations import Relation


class Objective(RevisedModel):
    class Level(models.TextChoices):
        STRATEGIC = "strategic", _("Strategic")
        TRIBE = "tribe", _("Tribe")

    level = models.CharField(_("level"), max_length=9, choices=Level)
    title = models.CharField(_("objective"), max_length=240)
    why = models.TextField(_("why it matters"), blank=True, max_length=4000)
    owner = models.ForeignKey(
        Membership, models.SET_NULL, null=True, blank=True, related_name="objectives", verbose_name=_("owner")
    )
    year = models.ForeignKey(Year, models.PROTECT, null=True, blank=True, related_name="objectives")
    department = models.ForeignKey(Department, models.PROTECT, null=True, blank=True, related_name="objectives")
    quarter = models.ForeignKey(Quarter, models.PROTECT, null=True, blank=True, related_name="objectives")
    tribe = models.ForeignKey(Tribe, models.PROTECT, null=True, blank=True, related_name="objectives")
    weight = models.DecimalField(
        _("weight"), max_digits=6, decimal_places=2, default=Decimal(1), validators=[MinValueValidator(0)]
    )
    position = models.PositiveSmallIntegerField(default=1)
    archived_at = models.DateTimeField(null=True, blank=True, editable=False)

    objects: ClassVar[Any] = tenant_manager(ObjectiveQuerySet)

    class Meta(RevisedModel.Meta):
        ordering = ["position", "pk"]
        constraints = [
            models.CheckConstraint(
                name="objective_level_fits_its_period",
                condition=Q(level="strategic", year__isnull=False, quarter__isnull=True, tribe__isnull=True)
                | Q(
                    level="tribe",
                    year__isnull=True,
                    department__isnull=True,
                    quarter__isnull=False,
                    tribe__isnull=False,
                ),
            ),
            models.CheckConstraint(name="objective_weight_not_negative", condition=Q(weight__gte=0)),
        ]
        indexes = [
            models.Index(fields=["org", "year", "position"], name="objective_of_year"),
            models.Index(fields=["org", "quarter", "tribe", "position"], name="objective_of_quarter"),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def is_strategic(self) -> bool:
        return self.level == self.Level.STRATEGIC

    def relations_of(self, member: Membership) -> set[Relation]:
        """Needs `tribe` loaded."""
        leads = self.tribe is not None and self.tribe.lead_id == member.pk
        return {Relation.TRIBE_LEAD} if leads else set()

    @property
    def whereabouts(self) -> str:
        """Where it stands in the rail: "strategy", or its tribe's code. Needs `tribe` loaded."""
        return self.tribe.code if self.tribe else "strategy"

    @property
    def code(self) -> str:
        """“1”, “2”… for strategic objectives, “A”, “B”… for a tribe’s (beyond Z: “A27”)."""
        if self.is_strategic:
            return str(self.position)
        return chr(64 + self.position) if 1 <= self.position <= 26 else f"A{self.position}"

    @property
    def span(self) -> Year | Quarter:
        """The year or quarter that the objective is for."""
        period = self.year if self.is_strategic else self.quarter
        assert period is not None  # objective_level_fits_its_period
        return period

    @property
    def committee_name(self) -> str:
        """Of its department, which speaks for itself without one; "" for a tribe's. Needs `department__committee`."""
        if self.department is None:
            return ""
        try:
            return self.department.committee.name
        except Committee.DoesNotExist:
            return self.department.name


class Contribution(TenantModel):
    """A tribe objective means to move a strategic key result, and says why. Never a sum of figures."""

    objective = models.ForeignKey(Objective, models.CASCADE, related_name="contributions")
    key_result = models.ForeignKey("okr.KeyResult", models.CASCADE, related_name="contributions")
    reason = models.CharField(_("why"), max_length=400, blank=True)

    class Meta(TenantModel.Meta):
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(fields=["objective", "key_result"], name="contribution_once")]
        indexes = [models.Index(fields=["org", "key_result"], name="contribution_to")]

    def __str__(self) -> str:
        return f"{self.objective_id} → {self.key_result_id}"
