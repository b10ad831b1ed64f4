"""Read model of one meeting: its agenda with what the data says, who is there, decisions, actions, the next step."""

import datetime as dt
from dataclasses import dataclass

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from okr.readings import Clock
from orgs.models import Absence, AuditEvent, CommitteeSeat, Membership
from orgs.permissions import Permission, can
from reviews.actions.meetings import EARLY
from reviews.models import Meeting, MeetingAction, MeetingDecision, MeetingPoint
from reviews.pages.meeting_data import MeetingData, Row, data_of
from reviews.pages.meetings import LOOKS, when_of
from reviews.pages.words import day_of

GROUPS = ("worse", "better", "risk", "silent", "target")


@dataclass(frozen=True, slots=True)
class PointPart:
    point: MeetingPoint
    begins: str  # "09:10", as the timeboxes say
    rows: list[Row]
    groups: list[tuple[str, int, list[Row]]]  # what moved: in words, how many, the first of them
    headline: str
    more: int
    url: str  # of the page that tells it whole
    is_own: bool
    decisions: list[MeetingDecision]


@dataclass(frozen=True, slots=True)
class Present:
    member: Membership
    is_sponsor: bool
    is_here: bool
    away: str = ""  # "away, Bob stands in"


@dataclass(frozen=True, slots=True)
class ActionLine:
    action: MeetingAction
    due: str
    overdue: bool
    done: str
    may_settle: bool


@dataclass(frozen=True, slots=True)
class MeetingPage:
    meeting: Meeting
    when: str
    look: str
    points: list[PointPart]
    people: list[Present]
    here: bool
    may_mark: bool
    decisions: list[MeetingDecision]  # of no point
    every_decision: list[MeetingDecision]
    actions: list[ActionLine]
    data: MeetingData
    may_lead: bool
    writes: bool  # who leads, while it is open
    may_begin: bool
    planned: int  # minutes of all points
    over: int  # of them, beyond its length
    begun: str
    ended: str
    follow: str  # the next step, in words
    next_url: str  # the meeting after it
    settled: frozenset[int]  # actions of earlier meetings that were done since this one began

    @property
    def present(self) -> list[Present]:
        return [one for one in self.people if one.is_here]

    @property
    def present_count(self) -> int:
        return len(self.present)


def meeting_page(meeting: Meeting, member: Membership, clock: Clock) -> MeetingPage:
    """Some twenty queries before it begins, ten afterwards."""
    data = MeetingData.of(meeting.frozen) if meeting.frozen else _preview(meeting, clock)
    may_lead = can(member, Permission.LEAD_MEETINGS, meeting)
    rows = list(meeting.points.filter(archived_at=None))
    decisions = list(
        meeting.decisions.filter(archived_at=None).select_related(
            "objective__tribe", "key_result__objective__tribe", "point"
        )
    )
    points, planned = _points(meeting, rows, decisions, data, clock)
    shown = {part.point.pk for part in points}
    people = _people(meeting, clock)
    now = timezone.now()
    is_near = meeting.state == Meeting.State.PLANNED and meeting.starts_at - now <= EARLY
    day = meeting.day_in(clock.org) <= clock.today
    after = Meeting.objects.filter(series=meeting.series_id, archived_at=None, starts_at__gt=meeting.starts_at)
    after = after.filter(state__in=("planned", "running")).order_by("starts_at").values_list("pk", flat=True)
    following = next(iter(after[:1]), None)
    return MeetingPage(
        meeting=meeting,
        when=when_of(meeting, clock),
        look=LOOKS[meeting.state],
        points=points,
        people=people,
        here=any(one.is_here and one.member.pk == member.pk for one in people),
        may_mark=meeting.is_open and (day or meeting.state == Meeting.State.RUNNING),
        decisions=[one for one in decisions if one.point_id not in shown],
        every_decision=decisions,
        actions=_actions(meeting, member, clock),
        data=data,
        may_lead=may_lead,
        writes=may_lead and meeting.is_open,
        may_begin=may_lead and is_near,
        planned=planned,
        over=max(planned - meeting.minutes, 0),
        begun=_time(meeting.begun_at, clock),
        ended=_time(meeting.ended_at, clock),
        follow=_follow(meeting, clock, may_lead=may_lead, is_near=is_near, decisions=len(decisions)),
        next_url=reverse("meeting", args=[clock.org.slug, following]) if following else "",
        settled=_settled(meeting, data),
    )


def _mailed_at(meeting: Meeting, clock: Clock) -> str:
    """When minutes of a meeting left that runs: its end was undone. "" where it was not."""
    ends = AuditEvent.objects.filter(object_type="meeting", object_id=meeting.pk, verb="ended")
    return _time(next(iter(ends.order_by("-at").values_list("at", flat=True)[:1]), None), clock)


def _settled(meeting: Meeting, data: MeetingData) -> frozenset[int]:
    asked = [row.pk for row in data.rows.get(MeetingPoint.Kind.ACTIONS, []) if row.pk]
    if meeting.state != Meeting.State.RUNNING or not asked:
        return frozenset()
    done = MeetingAction.objects.live().filter(pk__in=asked).exclude(done_on=None)
    return frozenset(done.values_list("pk", flat=True))


def _preview(meeting: Meeting, clock: Clock) -> MeetingData:
    if meeting.state == Meeting.State.CANCELLED:
        return MeetingData("", "", 0, {})
    return data_of(meeting, clock.org)


def _time(at: dt.datetime | None, clock: Clock) -> str:
    return f"{at.astimezone(clock.org.zone):%H:%M}" if at else ""


def _points(
    meeting: Meeting, rows: list[MeetingPoint], decisions: list[MeetingDecision], data: MeetingData, clock: Clock
) -> tuple[list[PointPart], int]:
    words = {
        "worse": _("Got worse"),
        "better": _("Got better"),
        "risk": _("New risks"),
        "silent": _("Fell silent"),
        "target": _("Targets that changed"),
    }
    at = (meeting.begun_at or meeting.starts_at).astimezone(clock.org.zone)
    parts, total = [], 0
    for point in rows:
        found = data.rows.get(point.kind, [])
        moved = point.kind == MeetingPoint.Kind.MOVED
        parts.append(
            PointPart(
                point=point,
                begins=f"{at:%H:%M}",
                rows=[] if moved else found,
                groups=[
                    (words[name], data.totals.get(name, len(lines)), lines)
                    for name in GROUPS
                    if (lines := [one for one in found if one.group == name])
                ],
                headline=data.headline if moved else "",
                more=data.more if point.kind == MeetingPoint.Kind.WATCH else 0,
                url=data.urls.get(point.kind, ""),
                is_own=point.kind == MeetingPoint.Kind.OWN,
                decisions=[one for one in decisions if one.point_id == point.pk],
            )
        )
        at += dt.timedelta(minutes=point.minutes)
        total += point.minutes
    return parts, total


def _people(meeting: Meeting, clock: Clock) -> list[Present]:
    """The committee, and whoever else was there; who is away on the day, while it is to come."""
    marks = list(meeting.presences.filter(archived_at=None).select_related("member__user"))
    seats = CommitteeSeat.objects.filter(committee=meeting.series.committee_id, membership__ended_at=None)
    here = {one.member_id for one in marks}
    away = _away(meeting.starts_at.astimezone(clock.org.zone).date()) if meeting.is_open else {}
    rows = [
        Present(
            seat.membership,
            seat.is_sponsor,
            seat.membership_id in here,
            "" if seat.membership_id in here else away.get(seat.membership_id, ""),
        )
        for seat in seats.select_related("membership__user").order_by("-is_sponsor", "membership__user__name", "pk")
    ]
    known = {one.member.pk for one in rows}
    if not meeting.is_open:
        rows = [one for one in rows if one.is_here or one.is_sponsor] or rows
    return rows + [Present(one.member, one.is_sponsor, True) for one in marks if one.member_id not in known]


def _away(day: dt.date) -> dict[int, str]:
    rows = Absence.objects.on(day).select_related("substitute__user")
    return {
        row.member_id: _("away, %(name)s stands in") % {"name": row.substitute.name} if row.substitute else _("away")
        for row in rows
    }


def _actions(meeting: Meeting, member: Membership, clock: Clock) -> list[ActionLine]:
    rows = list(meeting.actions.filter(archived_at=None).select_related("owner__user"))
    for row in rows:
        row.meeting = meeting
    return [
        ActionLine(
            row,
            day_of(row.due_on),
            row.is_overdue(clock.today),
            day_of(row.done_on) if row.done_on else "",
            can(member, Permission.SETTLE_ACTION, row),
        )
        for row in rows
    ]


def _follow(meeting: Meeting, clock: Clock, *, may_lead: bool, is_near: bool, decisions: int) -> str:
    State = Meeting.State
    if meeting.state == State.CANCELLED:
        return _("It was called off: %(reason)s") % {"reason": meeting.reason}
    if meeting.state == State.ENDED:
        said = ngettext("%(n)s decision was taken.", "%(n)s decisions were taken.", decisions) % {"n": decisions}
        return f"{said} {_('The minutes went to the committee.')}"
    if meeting.state == State.RUNNING:
        if may_lead and (mailed := _mailed_at(meeting, clock)):
            said = _("Its minutes were mailed at %(at)s, and stay with whoever has them.") % {"at": mailed}
            return f"{said} {_('End the meeting again to send them anew.')}"
        if may_lead:
            return _("Go through the points. End the meeting to fix its minutes and send them.")
        return _("It is running: say that you are here.")
    if may_lead and is_near:
        return _("Begin it: the agenda keeps what the data says at that moment.")
    if may_lead:
        return _("Prepare it: add points and order them. The data is a preview until it begins.")
    return _("This is a preview: the agenda takes its data as the meeting begins.")
