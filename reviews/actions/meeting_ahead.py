"""The coming meetings of a series: made ahead, and laid anew where the series changes.

They follow from the series, which is audited, so they are no acts of their own; undo of the series lays them back. What
somebody moved or called off stays as they left it.
"""

import datetime as dt

from django.db import transaction
from django.db.models import F
from django.utils import timezone

from orgs import tenancy
from orgs.actions.audit import hold_organization
from orgs.models import Organization
from reviews.actions.meeting_mails import tell
from reviews.meeting_slots import Pattern, Slot
from reviews.models import Meeting, MeetingPoint, MeetingSeries

AHEAD = 6
MINUTES = {  # of an agenda's points, in its order
    MeetingPoint.Kind.ACTIONS: 10,
    MeetingPoint.Kind.MOVED: 15,
    MeetingPoint.Kind.WATCH: 20,
    MeetingPoint.Kind.DECISIONS: 10,
    MeetingPoint.Kind.AHEAD: 5,
}


def pattern_of(series: MeetingSeries, org: Organization) -> Pattern:
    return Pattern(
        first=series.starts_on,
        until=series.ends_on,
        weekday=series.weekday,
        every_weeks=series.every_weeks,
        moves=series.on_holiday == MeetingSeries.OnHoliday.MOVE,
        working=org.working_days,
    )


@transaction.atomic
def keep_ahead(series: MeetingSeries) -> None:
    """Make its next AHEAD meetings be what it says, and tell the committee what is new for it. Doing it again changes
    nothing."""
    hold_organization()
    org = Organization.objects.get(pk=tenancy.current_org_id())
    now = timezone.now()
    rows = list(series.meetings.filter(starts_at__gt=now).order_by("slot", "pk"))
    wanted = _wanted(series, org, now) if series.archived_at is None else []
    laid = [one for one in rows if one.state == Meeting.State.PLANNED and not one.is_moved]
    kept = {one.slot: one for one in rows if one not in laid}
    moment_of = {slot.nominal: _moment(series, org, slot) for slot in wanted if slot.nominal not in kept}
    by_slot = {one.slot: one for one in sorted(laid, key=lambda one: one.archived_at is None)}  # a live one wins
    spare = [one for one in laid if one.archived_at is None and one.slot not in moment_of]
    new: list[Meeting] = []
    for nominal, starts_at in moment_of.items():
        meeting = by_slot.get(nominal) or (spare.pop(0) if spare else None)
        if meeting is None:
            new.append(_made(series, nominal, starts_at))
        else:
            _lay(meeting, series, nominal, starts_at)
    for meeting in spare:
        _set(meeting, archived_at=now)
    _open(new)
    series_of = [one for one in [*rows, *new] if one.archived_at is None or one.told_to]
    for one in series_of:
        one.series = series
    tell(series, series_of)


def _wanted(series: MeetingSeries, org: Organization, now: dt.datetime) -> list[Slot]:
    today = now.astimezone(org.zone).date()
    slots = pattern_of(series, org).slots(today, AHEAD + 1)
    return [slot for slot in slots if _moment(series, org, slot) > now][:AHEAD]


def _moment(series: MeetingSeries, org: Organization, slot: Slot) -> dt.datetime:
    return dt.datetime.combine(slot.day, series.begins, org.zone).astimezone(dt.UTC)


def _made(series: MeetingSeries, nominal: dt.date, starts_at: dt.datetime) -> Meeting:
    return Meeting(
        series=series,
        slot=nominal,
        starts_at=starts_at,
        minutes=series.minutes,
        place=series.place,
        lead_id=series.lead_id,
    )


def _lay(meeting: Meeting, series: MeetingSeries, nominal: dt.date, starts_at: dt.datetime) -> None:
    _set(
        meeting,
        slot=nominal,
        starts_at=starts_at,
        minutes=series.minutes,
        place=series.place,
        lead_id=series.lead_id,
        archived_at=None,
    )


def _set(meeting: Meeting, **values: object) -> None:
    changed = {name: value for name, value in values.items() if getattr(meeting, name) != value}
    if not changed:
        return
    Meeting.objects.filter(pk=meeting.pk).update(**changed, revision=F("revision") + 1)
    for name, value in changed.items():
        setattr(meeting, name, value)
    meeting.revision += 1


def _open(meetings: list[Meeting]) -> None:
    """Save them, each with the points of every agenda."""
    for meeting in meetings:
        meeting.save()
    MeetingPoint.objects.bulk_create(point for meeting in meetings for point in standard_points(meeting))


def standard_points(meeting: Meeting) -> list[MeetingPoint]:
    return [
        MeetingPoint(meeting=meeting, kind=kind, minutes=minutes, position=place)
        for place, (kind, minutes) in enumerate(MINUTES.items(), 1)
    ]
