"""The demo's reviews: closed quarters were judged by their tribes' leads, talked over, and closed by the coach; the year
before by who consolidates the strategy.
"""

import datetime as dt

from django.db.models import F

from okr.demo.state import FORMER, Loading
from okr.models import KeyResult, PeriodState, Quarter, Year
from orgs.models import AuditEvent, Membership, Organization, Role
from reviews.demo.said import CONTINUED, NOTES
from reviews.models import RetroNote, Verdict

CLOSED_AT = 17 * 60 + 30  # minutes of the day after the last of the period
# Days from the last of the period to its close.
LATE = {FORMER: 12}


def write_reviews(loading: Loading) -> None:
    closed = {name: period for name, period in loading.periods.items() if period.state == PeriodState.CLOSED}
    judged = {name: _of(loading, name) for name in closed}
    loading.create(_verdict(loading, name, rows[code]) for name, rows in judged.items() for code in rows)
    _link(loading, judged)
    for name, period in closed.items():
        if isinstance(period, Quarter):
            _write_notes(loading, name, period)
    _write_closes(loading, [(name, closed[name]) for name, rows in judged.items() if rows])


Code = tuple[str, str]  # of the tribe, "" of the strategy, and of the key result


def _of(loading: Loading, name: str) -> dict[Code, KeyResult]:
    period = loading.periods[name]
    found = {}
    for measured in loading.measured:
        row = measured.key_result
        if row.objective.span == period and (row.score is not None or row.learning):
            tribe = row.objective.tribe
            found[tribe.code if tribe else "", row.code] = row
    return found


def _verdict(loading: Loading, name: str, row: KeyResult) -> Verdict:
    tribe = row.objective.tribe
    within = row.direction == KeyResult.Direction.WITHIN
    _into, codes = CONTINUED[name]
    _code, is_changed = codes.get((tribe.code if tribe else "", row.code), ("", None))
    carried = Verdict.Afterwards.CHANGE if is_changed else Verdict.Afterwards.CARRY
    return Verdict(
        key_result=row,
        score=row.score,
        kept=_is_kept(row) if within else None,
        learning=row.learning,
        miss_reason=row.miss_reason,
        afterwards=Verdict.Afterwards.STOP if is_changed is None else carried,
        by=tribe.lead if tribe else loading.member(loading.spec.consolidates),
        revision=2,
    )


def _link(loading: Loading, judged: dict[str, dict[Code, KeyResult]]) -> None:
    """What the period after continues."""
    linked = []
    for name, rows in judged.items():
        into, codes = CONTINUED[name]
        for (tribe, code), (later, _changed) in codes.items():
            new = loading.key_results.get(later if into == "year" else f"{into} {tribe} {later}")
            old = rows.get((tribe, code))
            if old is not None and new is not None:
                new.carried_from = old
                linked.append(new)
    KeyResult.objects.bulk_update(linked, ["carried_from"])


def _is_kept(row: KeyResult) -> bool:
    if row.current is None or row.low is None or row.high is None:
        return False
    return row.low <= row.current <= row.high


def _write_notes(loading: Loading, name: str, quarter: Quarter) -> None:
    loading.create(
        RetroNote(
            tribe=loading.tribes[tribe],
            quarter=quarter,
            kind=kind,
            text=text,
            author=loading.member(seat, tribe),
        )
        for tribe, seat, kind, text in NOTES[name]
        if tribe in loading.tribes and f"{tribe}.{seat}" in loading.members
    )


def _write_closes(loading: Loading, periods: list[tuple[str, Year | Quarter]]) -> None:
    coach = next((one for one in loading.members.values() if Role.COACH in one.roles), None)
    if coach is None:
        return
    days = {name: period.ends_on + dt.timedelta(days=LATE.get(name, 1)) for name, period in periods}
    periods.sort(key=lambda pair: days[pair[0]])
    events = loading.create(_closing(period, coach) for _name, period in periods)
    for (name, _period), event in zip(
        periods, events, strict=True
    ):  # the column fills itself with the time of insertion
        event.at = loading.at(days[name], CLOSED_AT)
    AuditEvent.objects.bulk_update(events, ["at"])
    Organization.objects.filter(pk=loading.org.pk).update(version=F("version") + len(events))


def _closing(period: Year | Quarter, coach: Membership) -> AuditEvent:
    return AuditEvent(
        actor=coach,
        actor_name=coach.name,
        verb="closed",
        object_type=str(period._meta.model_name),
        object_id=period.pk,
        object_label=str(period),
        before={"state": PeriodState.OPEN},
        after={"state": PeriodState.CLOSED},
    )
