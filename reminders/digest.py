"""The month in check-ins, for the sponsors: by tribe how many of those due were made, and what is off track.

It speaks of tribes and key results. An owner is named where leadership may want to ask or help, never counted.
"""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field

from django.db.models import Min, Q

from okr.asked import closed_on
from okr.due import Rhythm
from okr.models import CheckIn, KeyResult, PeriodState
from okr.models.key_result import CADENCES
from okr.querysets import TAKING_CHECK_INS
from okr.readings import Clock, read
from okr.scoring import Status
from orgs.models import Organization
from reminders.days import answers, due_days

DAY = dt.timedelta(days=1)
REACH = dt.timedelta(days=31)  # for which a check-in of the month before may answer
SHOWN_OFF = 20  # key results off track that are listed; the rest is counted


@dataclass(slots=True)
class Group:
    """A tribe, or (without a name) the strategy."""

    name: str
    due: int = 0
    made: int = 0


@dataclass(slots=True)
class Digest:
    month: dt.date
    groups: list[Group] = field(default_factory=list)
    off_track: list[KeyResult] = field(default_factory=list)
    more_off_track: int = 0

    @property
    def due(self) -> int:
        return sum(group.due for group in self.groups)

    @property
    def made(self) -> int:
        return sum(group.made for group in self.groups)


def digest_of(month: dt.date, clock: Clock) -> Digest:
    """Of what fell due from the last working day of the month before to the day before this month's, on which the sponsors
    read it: what is due on the day itself can hardly have been made yet, and is the next digest's, also where the period
    has been closed by then. Four queries, and one where it has."""
    begins_on = _last_working_day(month - DAY, clock.org)
    ends = min(_last_working_day(_month_end(month), clock.org), clock.today) - DAY
    rows = list(
        KeyResult.objects.running()
        .filter(TAKING_CHECK_INS | _ended(begins_on, ends))
        .with_definition()
        .order_by("-objective__level", "objective__tribe__position", "objective__position", "position", "pk")
    )
    first = dict(
        CheckIn.objects.of_running()
        .order_by()
        .values("key_result")
        .annotate(first=Min("on"))
        .values_list("key_result", "first")
    )
    made = _days_of(CheckIn.objects.of_running().filter(on__gte=begins_on - REACH, on__lte=ends))
    closed = closed_on({row.objective.span for row in rows}, clock)
    rhythms = {name: Rhythm.of(clock.org, name) for name in CADENCES}
    digest = Digest(month)
    groups: dict[int | None, Group] = {}
    for row in rows:
        tribe, span = row.objective.tribe, row.objective.span
        group = groups.setdefault(tribe.pk if tribe else None, Group(tribe.name if tribe else ""))
        since = first.get(row.pk) or row.next_due_on
        if since is not None:
            begins = max(begins_on, min(since, row.next_due_on or since))
            rhythm = rhythms[row.cadence_of]
            until = min(ends, span.ends_on, closed.get((span._meta.model_name, span.pk), ends))
            for due in due_days(begins, until, rhythm):
                group.due += 1
                group.made += any(answers(on, due, rhythm) for on in made[row.pk])
        if span.state == PeriodState.OPEN and read(row, clock).status == Status.OFF_TRACK:
            digest.off_track.append(row)
    digest.groups = [group for group in groups.values() if group.due]
    digest.more_off_track = max(len(digest.off_track) - SHOWN_OFF, 0)
    del digest.off_track[SHOWN_OFF:]
    return digest


def _ended(since: dt.date, until: dt.date) -> Q:
    """Of what is closed by now, perhaps before its last day, what ran on one of these days."""
    ran = Q()
    for span in ("quarter", "year"):
        days = {f"objective__{span}__ends_on__gte": since, f"objective__{span}__starts_on__lte": until}
        ran |= Q(**days, **{f"objective__{span}__state": PeriodState.CLOSED})
    return ran


def _month_end(month: dt.date) -> dt.date:
    return (month.replace(day=28) + 4 * DAY).replace(day=1) - DAY


def _last_working_day(month_end: dt.date, org: Organization) -> dt.date:
    """The month's last; its very last day where it has none."""
    days = (month_end - n * DAY for n in range(month_end.day))
    return next((day for day in days if org.working_days.is_working(day)), month_end)


def _days_of(check_ins: Iterable[CheckIn]) -> defaultdict[int, list[dt.date]]:
    days: defaultdict[int, list[dt.date]] = defaultdict(list)
    for pk, on in check_ins.order_by().values_list("key_result_id", "on"):  # type: ignore[attr-defined]
        days[pk].append(on)
    return days
