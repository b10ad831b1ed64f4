"""What the CoDir saw of a key result, and who has accepted what became of it."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from okr.models import KeyResult
from orgs.models import Membership, TenantModel
from planning.models.planning import Planning


class Presented(TenantModel):
    """A key result as the CoDir saw it, taken when the meeting opened, or when it was proposed after that.

    `definition` is its state as orgs.actions.editing says it (title, metric, unit, figures, owner's id…), with
    "objective": its objective's title and "owner_name". `number` counts within the tribe: “FID 04”.
    """

    planning = models.ForeignKey(Planning, models.CASCADE, related_name="presented")
    key_result = models.ForeignKey(KeyResult, models.CASCADE, related_name="presented")
    number = models.PositiveSmallIntegerField()
    definition = models.JSONField()
    is_late = models.BooleanField(default=False)
    at = models.DateTimeField(auto_now_add=True)

    class Meta(TenantModel.Meta):
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(fields=["planning", "key_result"], name="presented_once")]

    def __str__(self) -> str:
        return f"{self.number:02}"


class LeftBehind(TenantModel):
    """A deferred key result that its tribe did not take into the next quarter: it offers itself no more."""

    key_result = models.OneToOneField(KeyResult, models.CASCADE, related_name="left_behind")
    by = models.ForeignKey(Membership, models.SET_NULL, null=True, related_name="+")
    at = models.DateTimeField(auto_now_add=True)

    def __str__(self) -> str:
        return str(self.key_result_id)


class Acceptance(TenantModel):
    """One side has accepted a kept key result as it stands: it holds as long as `digest` is the definition's."""

    class Side(models.TextChoices):
        LEAD = "lead", _("Lead")
        CPO = "cpo", _("CPO")

    planning = models.ForeignKey(Planning, models.CASCADE, related_name="acceptances")
    key_result = models.ForeignKey(KeyResult, models.CASCADE, related_name="acceptances")
    side = models.CharField(max_length=4, choices=Side)
    digest = models.CharField(max_length=64)
    by = models.ForeignKey(Membership, models.SET_NULL, null=True, related_name="+")
    at = models.DateTimeField(auto_now=True)

    class Meta(TenantModel.Meta):
        constraints = [models.UniqueConstraint(fields=["planning", "key_result", "side"], name="acceptance_once")]

    def __str__(self) -> str:
        return f"{self.side} {self.key_result_id}"
