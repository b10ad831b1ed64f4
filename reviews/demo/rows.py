"""The demo's reviews: the closed quarter was judged by its tribes' leads, talked over, and closed by the coach."""

import datetime as dt

from okr.demo.state import Loading
from okr.models import KeyResult, PeriodState, Quarter
from orgs.models import AuditEvent, Membership, Role
from reviews.demo.said import CONTINUED, NOTES
from reviews.models import RetroNote, Verdict

CLOSED_AT = 17 * 60 + 30  # minutes of the day after the quarter's last


def write_reviews(loading: Loading) -> None:
    quarter = loading.periods.get(PeriodState.CLOSED)
    if not isinstance(quarter, Quarter):
        return
    closed = f"{PeriodState.CLOSED} "
    rows = [row for name, row in loading.key_results.items() if name.startswith(closed)]
    loading.create(_verdict(row) for row in rows if row.score is not None or row.learning)
    _link(loading)
    _write_notes(loading, quarter)
    _write_close(loading, quarter, rows)


def _verdict(row: KeyResult) -> Verdict:
    tribe = row.objective.tribe
    within = row.direction == KeyResult.Direction.WITHIN
    _code, is_changed = CONTINUED.get((tribe.code if tribe else "", row.code), ("", None))
    carried = Verdict.Afterwards.CHANGE if is_changed else Verdict.Afterwards.CARRY
    return Verdict(
        key_result=row,
        score=row.score,
        kept=_is_kept(row) if within else None,
        learning=row.learning,
        miss_reason=row.miss_reason,
        afterwards=Verdict.Afterwards.STOP if is_changed is None else carried,
        by=tribe.lead if tribe else None,
        revision=2,
    )


def _link(loading: Loading) -> None:
    """What the running quarter continues."""
    for (tribe, code), (into, _changed) in CONTINUED.items():
        old = loading.key_results.get(f"{PeriodState.CLOSED} {tribe} {code}")
        new = loading.key_results.get(f"{PeriodState.OPEN} {tribe} {into}")
        if old is not None and new is not None:
            KeyResult.objects.filter(pk=new.pk).update(carried_from=old)


def _is_kept(row: KeyResult) -> bool:
    if row.current is None or row.low is None or row.high is None:
        return False
    return row.low <= row.current <= row.high


def _write_notes(loading: Loading, quarter: Quarter) -> None:
    loading.create(
        RetroNote(
            tribe=loading.tribes[tribe],
            quarter=quarter,
            kind=kind,
            text=text,
            author=loading.member(seat, tribe),
        )
        for tribe, seat, kind, text in NOTES
        if tribe in loading.tribes and f"{tribe}.{seat}" in loading.members
    )


def _write_close(loading: Loading, quarter: Quarter, rows: list[KeyResult]) -> None:
    coach = next((one for one in loading.members.values() if Role.COACH in one.roles), None)
    if coach is None or not rows:
        return
    at = loading.at(quarter.ends_on + dt.timedelta(days=1), CLOSED_AT)
    (event,) = loading.create([_closing(quarter, coach)])
    AuditEvent.objects.filter(pk=event.pk).update(at=at)


def _closing(quarter: Quarter, coach: Membership) -> AuditEvent:
    return AuditEvent(
        actor=coach,
        actor_name=coach.name,
        verb="closed",
        object_type="quarter",
        object_id=quarter.pk,
        object_label=str(quarter),
        before={"state": PeriodState.OPEN},
        after={"state": PeriodState.CLOSED},
    )
