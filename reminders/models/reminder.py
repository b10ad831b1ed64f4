"""What was sent to whom, for which missed check-in."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from orgs.models import Membership, TenantModel


class Round(TenantModel):
    """A run of an organization, which has written to people: one a day."""

    day = models.DateField()
    ran_at = models.DateTimeField()
    people = models.PositiveIntegerField(default=0)  # how many it wrote to

    class Meta(TenantModel.Meta):
        ordering = ["-day", "-pk"]
        constraints = [models.UniqueConstraint(fields=["org", "day"], name="round_once")]
        indexes = [models.Index(fields=["day"], name="round_oldest")]

    def __str__(self) -> str:
        return str(self.day)


class Reminder(TenantModel):
    """One person is told one thing, once. What a person is told in one run leaves as one mail (`mail_period`)."""

    class Kind(models.TextChoices):
        DUE = "due", _("Check-in due")
        AGAIN = "again", _("Check-in still due")
        LEAD = "lead", _("Missed check-ins, to the lead")
        SPONSORS = "sponsors", _("Month, to the sponsors")

    round = models.ForeignKey(Round, models.CASCADE, related_name="reminders")
    member = models.ForeignKey(Membership, models.CASCADE, related_name="+")
    kind = models.CharField(max_length=8, choices=Kind)
    period = models.CharField(max_length=10)  # the day that was missed, "2026-05-20"; of a digest its month, "2026-05"
    # Ids of those that it lists; without what was checked in before it left.
    key_results = models.JSONField(default=list, blank=True)
    created_at = models.DateTimeField()
    withdrawn_at = models.DateTimeField(null=True, blank=True)  # all was checked in before it left

    class Meta(TenantModel.Meta):
        ordering = ["-created_at", "-pk"]
        constraints = [models.UniqueConstraint(fields=["member", "kind", "period"], name="reminder_once")]
        indexes = [models.Index(fields=["org", "kind", "period"], name="reminder_of_period")]

    def __str__(self) -> str:
        return f"{self.kind} {self.period}: {self.member_id}"

    @property
    def mail_period(self) -> str:
        """What its mail is called in the outbox, with MAIL as its kind. Needs `round` loaded."""
        return self.round.day.isoformat()


MAIL = "reminder"  # kind of the mails in the outbox
