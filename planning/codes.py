"""How a planning writes key results: by their tribe and the number that they were presented with, and what they promise."""

from django.utils.translation import gettext as _

from okr.models import KeyResult
from okr.readings import Clock
from okr.rows import span_of


def code_of(row: KeyResult, number: int | None) -> str:
    """“FID 04”; by its code, “FID B2”, where it was not presented. Needs `objective__tribe`."""
    tribe = row.objective.tribe
    said = f"{number:02}" if number else row.code
    return f"{tribe.code} {said}" if tribe else said


def promise_of(row: KeyResult, clock: Clock) -> str:
    """“5.4 → 4.0 min”, from “?” where the start is still to be measured; “done or not” where there is nothing between."""
    if row.direction == KeyResult.Direction.DONE:
        return _("done or not")
    start, _now, target = span_of(row, clock)
    return f"{start or '?'} → {target}"
