"""One meeting of a series."""

import datetime as dt
from typing import Any, ClassVar

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from orgs.models import Membership, Organization, RevisedModel, TenantQuerySet, tenant_manager
from orgs.relations import Relation
from reviews.models.meeting_series import MeetingSeries


class MeetingQuerySet(TenantQuerySet):
    def with_series(self) -> "MeetingQuerySet":
        return self.select_related("series__committee", "series__lead__user", "lead__user")


class Meeting(RevisedModel):
    class State(models.TextChoices):
        PLANNED = "planned", pgettext_lazy("a meeting", "Planned")
        RUNNING = "running", pgettext_lazy("a meeting", "Running")
        ENDED = "ended", pgettext_lazy("a meeting", "Held")
        CANCELLED = "off", pgettext_lazy("a meeting", "Called off")

    series = models.ForeignKey(MeetingSeries, models.CASCADE, related_name="meetings")
    slot = models.DateField(editable=False)  # the day that the series gives it, wherever it was moved to
    starts_at = models.DateTimeField(_("when"))
    minutes = models.PositiveSmallIntegerField(
        _("length in minutes"), validators=[MinValueValidator(10), MaxValueValidator(480)]
    )
    place = models.CharField(_("place or link"), max_length=200, blank=True)
    lead = models.ForeignKey(Membership, models.SET_NULL, null=True, related_name="+", verbose_name=_("who leads"))
    state = models.CharField(max_length=8, choices=State, default=State.PLANNED)
    is_moved = models.BooleanField(default=False)  # by somebody: a changed series leaves it where it is
    reason = models.CharField(_("reason"), max_length=200, blank=True)  # why it was moved or called off
    begun_at = models.DateTimeField(null=True, blank=True, editable=False)
    ended_at = models.DateTimeField(null=True, blank=True, editable=False)
    # What the data said as it began (reviews.pages.meeting_data), so that its minutes stay true.
    frozen = models.JSONField(default=dict, blank=True, editable=False)
    # What mail told the committee last: a digest of when and where, and to whom. No state: it says what has left.
    told = models.CharField(max_length=16, blank=True, editable=False)
    told_to = models.JSONField(default=list, blank=True, editable=False)
    archived_at = models.DateTimeField(null=True, blank=True, editable=False)  # never: it is called off instead

    objects: ClassVar[Any] = tenant_manager(MeetingQuerySet)
    is_strategic = False

    class Meta(RevisedModel.Meta):
        ordering = ["starts_at", "pk"]
        indexes = [
            models.Index(fields=["org", "state", "starts_at"], name="meeting_by_day"),
            models.Index(fields=["series", "slot"], name="meeting_of_series"),
        ]

    def __str__(self) -> str:
        return self.series.title

    @property
    def ends_at(self) -> dt.datetime:
        return self.starts_at + dt.timedelta(minutes=self.minutes)

    def day_in(self, org: Organization) -> dt.date:
        """On which it is held, in the organization's time zone."""
        return self.starts_at.astimezone(org.zone).date()

    @property
    def is_open(self) -> bool:
        """Whether its agenda may still be written."""
        return self.state in (self.State.PLANNED, self.State.RUNNING)

    def relations_of(self, member: Membership) -> set[Relation]:
        return self.series.relations_of(member)
