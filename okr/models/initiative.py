"""Initiatives: work (an output) that answers key results of its tribe, drawn on the weeks of the quarter."""

from typing import Any, ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from okr.models.key_result import KeyResult
from okr.models.period import Quarter
from okr.querysets import InitiativeQuerySet
from orgs.models import Function, Membership, RevisedModel, TenantModel, Tribe, tenant_manager
from orgs.relations import Relation


class Initiative(RevisedModel):
    class State(models.TextChoices):
        PLANNED = "planned", _("Planned")
        IN_PROGRESS = "in_progress", _("In progress")
        ON_HOLD = "on_hold", _("On hold")
        DELIVERED = "delivered", _("Delivered")
        CANCELLED = "cancelled", _("Cancelled")

    tribe = models.ForeignKey(Tribe, models.PROTECT, related_name="initiatives")
    quarter = models.ForeignKey(Quarter, models.PROTECT, related_name="initiatives")
    title = models.CharField(_("initiative"), max_length=240)
    note = models.CharField(_("where it stands"), max_length=120, blank=True)
    owner = models.ForeignKey(
        Membership, models.SET_NULL, null=True, blank=True, related_name="initiatives", verbose_name=_("owner")
    )
    function = models.CharField(_("function"), max_length=10, choices=Function, blank=True)
    start_week = models.DateField(_("first week"), help_text=_("The Monday it begins with."))
    end_week = models.DateField(_("last week"), help_text=_("The Monday of its last week."))
    milestone_week = models.DateField(_("milestone"), null=True, blank=True)
    state = models.CharField(_("state"), max_length=11, choices=State, default=State.PLANNED)
    delivered_on = models.DateField(_("delivered on"), null=True, blank=True)
    key_results = models.ManyToManyField(KeyResult, through="okr.InitiativeKeyResult", related_name="initiatives")
    position = models.PositiveSmallIntegerField(default=1)
    # The initiative of an earlier quarter that goes on in this one.
    carried_from = models.ForeignKey(
        "self", models.SET_NULL, null=True, blank=True, editable=False, related_name="carried_on"
    )
    archived_at = models.DateTimeField(null=True, blank=True, editable=False)

    objects: ClassVar[Any] = tenant_manager(InitiativeQuerySet)

    class Meta(RevisedModel.Meta):
        ordering = ["position", "pk"]
        constraints = [
            models.CheckConstraint(name="initiative_runs_forward", condition=Q(end_week__gte=F("start_week"))),
        ]
        indexes = [models.Index(fields=["org", "quarter", "tribe", "position"], name="initiative_of_quarter")]

    def __str__(self) -> str:
        return self.title

    is_strategic = False

    def relations_of(self, member: Membership) -> set[Relation]:
        """Needs `tribe` loaded; one query, for the seat."""
        mine = {Relation.OWNER} if self.owner_id == member.pk else set()
        return mine | self.tribe.relations_of(member)


class InitiativeKeyResult(TenantModel):
    initiative = models.ForeignKey(Initiative, models.CASCADE, related_name="answers")
    key_result = models.ForeignKey(KeyResult, models.CASCADE, related_name="answered_by")

    class Meta(TenantModel.Meta):
        constraints = [models.UniqueConstraint(fields=["initiative", "key_result"], name="answer_once")]

    def __str__(self) -> str:
        return f"{self.initiative_id} → {self.key_result_id}"


class InitiativeDependency(TenantModel):
    """An initiative waits for something from another tribe."""

    initiative = models.ForeignKey(Initiative, models.CASCADE, related_name="dependencies")
    tribe = models.ForeignKey(Tribe, models.CASCADE, related_name="awaited_by", verbose_name=_("tribe"))
    what = models.CharField(_("what is needed"), max_length=160, blank=True)

    class Meta(TenantModel.Meta):
        verbose_name_plural = "initiative dependencies"
        constraints = [models.UniqueConstraint(fields=["initiative", "tribe"], name="dependency_once")]

    def __str__(self) -> str:
        return f"{self.initiative_id} ← {self.tribe_id}"
