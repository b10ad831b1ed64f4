"""Initiatives on the weeks of their quarter, what they answer, and what they wait for."""

import datetime as dt
from collections.abc import Sequence

from okr.demo.rows_of_people import FUNCTION_OF
from okr.demo.shapes import InitiativeSpec
from okr.demo.state import Loading
from okr.models import Initiative, InitiativeDependency, InitiativeKeyResult, Quarter

MONDAY_TO_FRIDAY = dt.timedelta(days=4)


def write_initiatives(loading: Loading, specs: Sequence[InitiativeSpec], period: str) -> None:
    """Weeks are counted from the current one where the quarter is running, else from its first, and kept within it."""
    quarter = loading.periods[period]
    assert isinstance(quarter, Quarter)
    weeks = quarter.weeks()
    from_week = weeks.index(loading.calendar.monday) if quarter.is_open else 0

    def week(number: int) -> dt.date:
        return weeks[min(max(from_week + number, 0), len(weeks) - 1)]

    places: dict[str, int] = {}
    rows = []
    for spec in specs:
        places[spec.tribe] = places.get(spec.tribe, 0) + 1
        first, last = (week(number) for number in spec.weeks)
        rows.append(
            Initiative(
                tribe=loading.tribes[spec.tribe],
                quarter=quarter,
                title=spec.title,
                note=spec.note,
                owner=loading.member(spec.owner, spec.tribe),
                function=FUNCTION_OF[spec.owner[0]],
                start_week=first,
                end_week=last,
                milestone_week=None if spec.milestone is None else week(spec.milestone),
                state=spec.state,
                delivered_on=last + MONDAY_TO_FRIDAY if spec.state == Initiative.State.DELIVERED else None,
                position=places[spec.tribe],
            )
        )
    made = list(zip(specs, loading.create(rows), strict=True))
    loading.create(
        InitiativeKeyResult(initiative=row, key_result=loading.key_results[f"{period} {spec.tribe} {code}"])
        for spec, row in made
        for code in spec.answers
    )
    loading.create(
        InitiativeDependency(initiative=row, tribe=loading.tribes[code], what=what)
        for spec, row in made
        for code, what in spec.needs
    )
