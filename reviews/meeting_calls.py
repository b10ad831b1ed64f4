"""What meetings say on somebody's first page (okr.calls): where they meet, and actions that they own."""

import datetime as dt

from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from okr.calls import MOST, Call, Calls, register
from okr.readings import Clock
from orgs.models import Membership
from orgs.permissions import Permission, can
from reviews.models import Meeting, MeetingAction
from reviews.pages.meetings import when_of
from reviews.pages.words import day_of

SOON = dt.timedelta(days=3)


def register_calls() -> None:
    register(meetings)
    register(actions)


def meetings(member: Membership, clock: Clock) -> Calls:
    """Of one's committees, those that run and those of the next three days. One query."""
    now = timezone.now()
    runs = Q(state=Meeting.State.RUNNING, begun_at__gt=now - SOON)
    soon = Q(state=Meeting.State.PLANNED, starts_at__gt=now - dt.timedelta(hours=2), starts_at__lt=now + SOON)
    rows = Meeting.objects.with_series().filter(runs | soon, archived_at=None, series__archived_at=None)
    rows = rows.filter(series__committee__seats__membership=member).order_by("starts_at", "pk")
    calls = [
        Call(
            when=pgettext("a meeting", "Running now") if row.state == Meeting.State.RUNNING else when_of(row, clock),
            title=str(row),
            url=reverse("meeting", args=[clock.org.slug, row.pk]),
            detail=row.place,
            is_now=row.state == Meeting.State.RUNNING,
        )
        for row in rows[:MOST]
    ]
    return Calls(_("Meetings"), "calendar-days", calls, reverse("meetings", args=[clock.org.slug]) if calls else "")


def actions(member: Membership, clock: Clock) -> Calls:
    """One's open actions, those due first; an overdue one is called now. One query."""
    rows = MeetingAction.objects.live().filter(owner=member, done_on=None).exclude(meeting__state=Meeting.State.RUNNING)
    found = list(rows.select_related("meeting__series__committee").order_by("due_on", "pk")[:MOST])
    calls = []
    for row in found:
        late = row.is_overdue(clock.today)
        said = _("Overdue since %(day)s") if late else _("Due %(day)s")
        reads = can(member, Permission.READ_MEETINGS, row)
        calls.append(
            Call(
                when=said % {"day": day_of(row.due_on)},
                title=row.text,
                url=reverse("meeting_action", args=[clock.org.slug, row.pk]),
                detail=str(row.meeting) if reads else _("Action from a meeting"),
                is_now=late,
            )
        )
    return Calls(_("My actions"), "list-checks", calls)
