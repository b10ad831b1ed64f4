"""Key results go on in the next quarter or year: copies in draft below the same objective, which is made where it is not
there yet. What was taken over once and stands is not taken again.

okr knows nothing of plannings: whoever defers key results registers what it offers, and when a period takes nothing more.
"""

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from django.db.models import Exists, OuterRef, QuerySet

from okr.actions.key_results import copy_key_result
from okr.actions.objectives import create_objective_within
from okr.actions.rules import still_here
from okr.models import KeyResult, Objective, PeriodState, Quarter, Year
from orgs.actions import editing
from orgs.actions.editing import Change

Direction = KeyResult.Direction
Offer = Callable[[Quarter], "QuerySet[KeyResult]"]  # what a quarter put off to the next one, and nobody left
OFFERS: list[Offer] = []
Barrier = Callable[[Quarter], bool]  # whether what the quarter holds is decided on already
BARRIERS: list[Barrier] = []


def register(offer: Offer, barrier: Barrier) -> None:
    if offer not in OFFERS:
        OFFERS.append(offer)
        BARRIERS.append(barrier)


def not_continued(rows: Any) -> Any:
    """Those that nothing continues, that stands."""
    return rows.filter(~Exists(KeyResult.objects.live().filter(carried_from=OuterRef("pk"))))


def after(period: Year | Quarter) -> Year | Quarter | None:
    """The next one of its kind."""
    rows = Quarter.objects.with_year() if isinstance(period, Quarter) else Year.objects.all()
    found: Year | Quarter | None = rows.filter(starts_on__gt=period.starts_on).order_by("starts_on").first()
    return found


def takes_more(period: Year | Quarter) -> bool:
    """Whether drafts still come to it."""
    if period.state == PeriodState.CLOSED:
        return False
    return not (isinstance(period, Quarter) and any(barrier(period) for barrier in BARRIERS))


def offered(quarter: Quarter) -> list[KeyResult]:
    """What was put off to the next one and nobody took over or left."""
    return [row for offer in OFFERS for row in offer(quarter)]


def carry_within(
    rows: Iterable[KeyResult],
    period: Year | Quarter,
    change: Change,
    anew: Mapping[int, Mapping[str, Any]] | None = None,
) -> list[KeyResult]:
    """Within an act that has checked that the person may. `rows` need their objective with its span and owner; `anew` says
    by id what of the definition is another in the copy."""
    objectives: dict[int, Objective] = {}
    made = []
    for row in rows:
        if row.objective_id not in objectives:
            objectives[row.objective_id] = _same_objective(row.objective, period, change)
        below = objectives[row.objective_id]
        other = (anew or {}).get(row.pk, {})
        made.append(copy_key_result(row, below, change, title=row.title, carried=True, anew=other))
    return made


def from_measured(row: KeyResult, *, keep_target: bool) -> dict[str, Any]:
    """What a copy that goes on has instead: it starts where the other was measured last. The target stays unless another
    is to be set, or it was reached."""
    if row.direction == Direction.DONE:
        return {}
    if row.direction == Direction.WITHIN:
        return {} if keep_target else {"low": None, "high": None}
    start = row.start if row.current is None else row.current
    ahead = (
        start is not None
        and row.target is not None
        and (row.target > start if row.direction == Direction.UP else row.target < start)
    )
    known = {"start": start, "baseline_due_on": None if start is not None else row.baseline_due_on}
    return {**known, "target": row.target if keep_target and ahead else None}


def _same_objective(original: Objective, period: Year | Quarter, change: Change) -> Objective:
    """The one below which an earlier copy stands, or that reads the same; else a copy of it."""
    if isinstance(period, Quarter):
        there = Objective.objects.of_tribe(original.tribe_id, period.pk)
    else:
        there = Objective.objects.strategic(period.pk)
    beside = KeyResult.objects.live().filter(carried_from__objective=original, objective__in=there)
    found = (
        there.filter(pk__in=beside.values("objective")).order_by("position", "pk").first()
        or there.filter(title__iexact=original.title).order_by("position", "pk").first()
    )
    if found is not None:
        locked: Objective = editing.locked(Objective, found.pk)
        return locked
    copy = Objective(
        level=original.level,
        tribe=original.tribe,
        department=original.department,
        title=original.title,
        why=original.why,
        owner=still_here(original.owner),
        weight=original.weight,
    )
    if isinstance(period, Quarter):
        copy.quarter = period
        create_objective_within(copy, change, contributions=_still_moved(original, period))
    else:
        copy.year = period
        create_objective_within(copy, change, contributions=[])
    return copy


def _still_moved(original: Objective, quarter: Quarter) -> list[dict[str, Any]]:
    """What it contributes to: of another year nothing, its strategy is another."""
    rows: list[dict[str, Any]] = editing.state_of(original, ["contributions"])["contributions"]
    there = KeyResult.objects.live().filter(pk__in=[row["key_result"] for row in rows], objective__year=quarter.year_id)
    live = set(there.values_list("pk", flat=True))
    return [row for row in rows if row["key_result"] in live]
