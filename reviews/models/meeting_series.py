"""A committee's meeting that comes again every few weeks."""

import datetime as dt
from typing import Any, ClassVar

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from orgs.models import Committee, CommitteeSeat, Membership, RevisedModel, TenantQuerySet, tenant_manager
from orgs.relations import Relation


def sits_on(committee_id: int, member: Membership) -> set[Relation]:
    """One query, the first time it is asked of a member who was loaded for this request."""
    seats: frozenset[int] | None = getattr(member, "_committees_sat_on", None)
    if seats is None:
        rows = CommitteeSeat.objects.filter(membership_id=member.pk)
        seats = frozenset(rows.values_list("committee_id", flat=True))
        member._committees_sat_on = seats  # type: ignore[attr-defined]
    return {Relation.COMMITTEE} if committee_id in seats else set()


class MeetingSeriesQuerySet(TenantQuerySet):
    def live(self) -> "MeetingSeriesQuerySet":
        return self.filter(archived_at=None)

    def with_people(self) -> "MeetingSeriesQuerySet":
        return self.select_related("committee", "lead__user")


class MeetingSeries(RevisedModel):
    class OnHoliday(models.TextChoices):
        MOVE = "move", _("It is held on the next working day")
        SKIP = "skip", _("It is left out")

    committee = models.ForeignKey(Committee, models.PROTECT, related_name="meeting_series", verbose_name=_("committee"))
    title = models.CharField(_("title"), max_length=80)
    every_weeks = models.PositiveSmallIntegerField(
        _("every so many weeks"), default=2, validators=[MinValueValidator(1), MaxValueValidator(13)]
    )
    weekday = models.PositiveSmallIntegerField(_("weekday"), validators=[MaxValueValidator(6)])  # 0 is Monday
    begins = models.TimeField(_("begins at"), default=dt.time(9))
    minutes = models.PositiveSmallIntegerField(
        _("length in minutes"), default=60, validators=[MinValueValidator(10), MaxValueValidator(480)]
    )
    place = models.CharField(_("place or link"), max_length=200, blank=True)
    lead = models.ForeignKey(Membership, models.SET_NULL, null=True, related_name="+", verbose_name=_("who leads"))
    starts_on = models.DateField(_("from"))
    ends_on = models.DateField(_("until"), null=True, blank=True)
    on_holiday = models.CharField(_("on a public holiday"), max_length=4, choices=OnHoliday, default=OnHoliday.MOVE)
    archived_at = models.DateTimeField(null=True, blank=True, editable=False)
    look_at = models.DateTimeField(
        default=timezone.now, editable=False
    )  # when its meetings ahead are next looked after

    objects: ClassVar[Any] = tenant_manager(MeetingSeriesQuerySet)
    is_strategic = False

    class Meta(RevisedModel.Meta):
        ordering = ["pk"]
        indexes = [models.Index(fields=["look_at"], name="meeting_series_due", condition=Q(archived_at=None))]

    def __str__(self) -> str:
        return self.title

    def relations_of(self, member: Membership) -> set[Relation]:
        return sits_on(self.committee_id, member)
