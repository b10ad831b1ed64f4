"""When an organization's next run of reminders begins, and whether that is to be found anew."""

from django.db import models
from django.db.models import Q

from orgs.models import TenantModel


class Schedule(TenantModel):
    """One an organization: what the minute's tick looks through, and the row that a run holds."""

    next_run_at = models.DateTimeField(null=True, blank=True)  # None where nothing is sent
    # The last week ("2026-W21") whose digest was looked at, by mail and in the channel: also where nothing had moved by then.
    week_mailed = models.CharField(max_length=8, blank=True)
    week_in_channel = models.CharField(max_length=8, blank=True)

    class Meta(TenantModel.Meta):
        constraints = [models.UniqueConstraint(fields=["org"], name="schedule_once")]
        indexes = [
            models.Index(fields=["next_run_at"], name="schedule_due", condition=Q(next_run_at__isnull=False)),
        ]

    def __str__(self) -> str:
        return f"{self.org_id}: {self.next_run_at}"


class Replan(TenantModel):
    """What says when runs begin was changed while a run held the Schedule: the next tick plans anew, and deletes this.

    Nearly always an empty table. One a change, so that none goes with another that was seen before it.
    """

    class Meta(TenantModel.Meta):
        ordering = ["pk"]

    def __str__(self) -> str:
        return str(self.org_id)
