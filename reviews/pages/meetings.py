"""Read model of the list: each committee's series, its next and last meetings, and its sponsors' attendance."""

import datetime as dt
from collections import defaultdict
from dataclasses import dataclass

from babel.dates import get_day_names
from babel.numbers import format_percent
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from okr.language import language
from okr.models import Quarter
from okr.readings import Clock
from orgs.models import Committee, CommitteeSeat, Membership
from orgs.moments import spelled
from orgs.permissions import Permission, can
from reviews.models import Meeting, MeetingPresence, MeetingSeries

COMING, HELD, QUARTERS = 6, 6, 4
LOOKS = {"planned": "idle", "running": "ok", "ended": "done", "off": "off"}


@dataclass(frozen=True, slots=True)
class MeetingLine:
    meeting: Meeting
    url: str
    when: str
    said: str
    look: str
    label: str


@dataclass(frozen=True, slots=True)
class SeriesPart:
    series: MeetingSeries
    rhythm: str
    coming: list[MeetingLine]
    held: list[MeetingLine]
    may_lead: bool


@dataclass(frozen=True, slots=True)
class Attendance:
    """Of one sponsor: by quarter, "3 of 4", "" where none was held."""

    name: str
    cells: list[tuple[str, str]]  # in words, and as a share


@dataclass(frozen=True, slots=True)
class CommitteePart:
    committee: Committee
    series: list[SeriesPart]
    quarters: list[str]
    sponsors: list[Attendance]


@dataclass(frozen=True, slots=True)
class MeetingsPage:
    parts: list[CommitteePart]
    may_plan: bool
    next: MeetingLine | None


def reads_meetings(member: Membership) -> bool:
    """Whether there is something for the member on the list: by role, else by a seat."""
    return can(member, Permission.READ_MEETINGS) or member.committee_seats.exists()


def meetings_page(member: Membership, clock: Clock) -> MeetingsPage:
    """Of the committees whose meetings the member may read: nine queries, however many."""
    committees = list(Committee.objects.select_related("department"))
    probe = {one.pk: MeetingSeries(committee=one) for one in committees}
    read = [one for one in committees if can(member, Permission.READ_MEETINGS, probe[one.pk])]
    series = list(MeetingSeries.objects.with_people().filter(committee__in=read))
    rows = Meeting.objects.with_series().filter(series__in=series, archived_at=None)
    coming, held = defaultdict(list), defaultdict(list)
    now = timezone.now()
    for row in rows.filter(state__in=("planned", "running", "off"), starts_at__gt=now - dt.timedelta(days=2)).order_by(
        "starts_at"
    )[: COMING * max(len(series), 1) * 2]:
        coming[row.series_id].append(row)
    for row in rows.filter(state="ended").order_by("-starts_at")[: HELD * max(len(series), 1) * 2]:
        held[row.series_id].append(row)
    parts: dict[int, list[SeriesPart]] = defaultdict(list)
    for one in series:
        if one.archived_at is not None and not held[one.pk]:
            continue
        live = coming[one.pk][:COMING] if one.archived_at is None else []
        parts[one.committee_id].append(
            SeriesPart(
                one,
                rhythm_of(one),
                [line_of(row, clock) for row in live],
                [line_of(row, clock) for row in held[one.pk][:HELD]],
                can(member, Permission.LEAD_MEETINGS, one),
            )
        )
    attendance = _attendance(read, clock)
    found = [CommitteePart(one, parts[one.pk], *attendance[one.pk]) for one in read]
    first = [row for one in series if one.archived_at is None for row in coming[one.pk] if row.is_open]
    first.sort(key=lambda row: (row.state != "running", row.starts_at))
    return MeetingsPage(
        parts=found,
        may_plan=any(can(member, Permission.LEAD_MEETINGS, probe[one.pk]) for one in committees),
        next=line_of(first[0], clock) if first else None,
    )


def rhythm_of(series: MeetingSeries) -> str:
    """ "Every 2 weeks, Tuesday 09:00, 60 min" """
    day = get_day_names("wide", locale=language())[series.weekday]
    every = ngettext("Every week", "Every %(n)s weeks", series.every_weeks) % {"n": series.every_weeks}
    minutes = _("%(n)s min") % {"n": series.minutes}
    return f"{every}, {day} {series.begins:%H:%M}, {minutes}"


def line_of(meeting: Meeting, clock: Clock) -> MeetingLine:
    return MeetingLine(
        meeting=meeting,
        url=reverse("meeting", args=[clock.org.slug, meeting.pk]),
        when=when_of(meeting, clock),
        said=meeting.reason,
        look=LOOKS[meeting.state],
        label=str(meeting.get_state_display()),
    )


def when_of(meeting: Meeting, clock: Clock) -> str:
    """ "Tuesday 26 May 2026, 09:00 – 10:00", in the organization's time zone."""
    begins, ends = (at.astimezone(clock.org.zone) for at in (meeting.starts_at, meeting.ends_at))
    day = spelled(begins.date())
    return f"{day[:1].upper()}{day[1:]}, {begins:%H:%M} – {ends:%H:%M}"


def _attendance(committees: list[Committee], clock: Clock) -> dict[int, tuple[list[str], list[Attendance]]]:
    """Of sponsors alone: that the top is there is what the method asks of them. Meetings held since each took their seat
    are not told apart: all held in the quarter count."""
    quarters = list(Quarter.objects.with_year().filter(starts_on__lte=clock.today).order_by("-starts_on")[:QUARTERS])
    quarters.reverse()
    seats: dict[int, list[CommitteeSeat]] = defaultdict(list)
    rows = CommitteeSeat.objects.filter(committee__in=committees, is_sponsor=True, membership__ended_at=None)
    for seat in rows.select_related("membership__user").order_by("membership__user__name", "pk"):
        seats[seat.committee_id].append(seat)
    held: dict[tuple[int, int], set[int]] = defaultdict(set)  # (committee, quarter) → meetings
    if quarters:
        begins = dt.datetime.combine(quarters[0].starts_on, dt.time(), clock.org.zone)
        ended = Meeting.objects.filter(state="ended", series__committee__in=committees, starts_at__gte=begins)
        for pk, committee, starts_at in ended.values_list("pk", "series__committee", "starts_at"):
            day = starts_at.astimezone(clock.org.zone).date()
            for quarter in quarters:
                if quarter.starts_on <= day <= quarter.ends_on:
                    held[committee, quarter.pk].add(pk)
    every = {pk for found in held.values() for pk in found}
    people = {seat.membership_id for found in seats.values() for seat in found}
    there = MeetingPresence.objects.live().filter(meeting__in=every, member__in=people)
    present = set(there.values_list("meeting", "member"))
    answer: dict[int, tuple[list[str], list[Attendance]]] = {}
    for committee in committees:
        shown = [quarter for quarter in quarters if held[committee.pk, quarter.pk]]
        lines = []
        for seat in seats[committee.pk]:
            cells = []
            for quarter in shown:
                meetings = held[committee.pk, quarter.pk]
                came = sum((pk, seat.membership_id) in present for pk in meetings)
                said = _("%(came)s of %(held)s") % {"came": came, "held": len(meetings)}
                cells.append((said, format_percent(came / len(meetings), locale=language())))
            lines.append(Attendance(seat.membership.name, cells))
        answer[committee.pk] = ([str(quarter) for quarter in shown], lines)
    return answer
