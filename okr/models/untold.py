"""News that were not told yet (okr.actions.news): written with what happened, gone once it is told."""

from django.db import models

from orgs.models import Membership, TenantModel


class Untold(TenantModel):
    """What one act did that followers hear of. Told as its transaction is through; a job tells what a crash left behind.

    Nearly always an empty table: nothing else tells what waits.
    """

    by = models.ForeignKey(Membership, models.CASCADE, related_name="+")
    events = models.JSONField()  # ids of AuditEvent
    due_at = models.DateTimeField()  # when the job takes it up; pushed back by each try
    attempts = models.PositiveSmallIntegerField(default=0)  # of the job

    class Meta(TenantModel.Meta):
        ordering = ["due_at", "pk"]
        indexes = [models.Index(fields=["due_at"], name="untold_due")]

    def __str__(self) -> str:
        return f"{self.by_id}: {len(self.events)}"
