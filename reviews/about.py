"""What a decision is about, by the code that people say: “1”, “1.2”, “DRV A”, “DRV A1”."""

import re
from typing import Any

from django.utils.translation import gettext as _

from okr.models import KeyResult, Objective, PeriodState

_STRATEGIC = re.compile(r"(\d{1,3})(?:\.(\d{1,3}))?")
_OF_A_TRIBE = re.compile(r"([A-Za-z0-9]{2,4})[ \u00a0·.:/-]+([A-Za-z])\.?(\d{1,3})?")


class Unknown(Exception):
    """Nothing has this code; says what could be meant."""


def thing_of(code: str) -> Objective | KeyResult:
    """In the years and quarters that run, the latest first. Raises Unknown. Two queries at most."""
    if match := _STRATEGIC.fullmatch(code):
        rows = Objective.objects.filter(tribe=None, year__state=PeriodState.OPEN, position=int(match[1]))
        return _found(rows.order_by("-year__starts_on", "pk"), match[2])
    if match := _OF_A_TRIBE.fullmatch(code):
        rows = Objective.objects.filter(tribe__code__iexact=match[1], quarter__state=PeriodState.OPEN)
        rows = rows.filter(position=ord(match[2].upper()) - 64)
        return _found(rows.order_by("-quarter__starts_on", "pk"), match[3])
    raise Unknown(_("Enter a code such as 1, 1.2 or DRV A1: the tribe’s own code comes first."))


def _found(objectives: Any, number: str | None) -> Objective | KeyResult:
    live = objectives.filter(archived_at=None)
    row: Objective | KeyResult | None = None
    if number is None:
        row = live.select_related("tribe").first()
    else:
        objective = live.first()
        if objective is not None:
            rows = KeyResult.objects.running().filter(objective=objective, position=int(number))
            row = rows.select_related("objective__tribe").first()
    if row is None:
        raise Unknown(_("There is none with this code in what runs now."))
    return row


def code_of(thing: Objective | KeyResult | None) -> str:
    """ "1.2", "DRV A1"; "" for nothing. Needs the objective and its tribe loaded."""
    if thing is None:
        return ""
    objective = thing.objective if isinstance(thing, KeyResult) else thing
    return f"{objective.tribe.code} {thing.code}" if objective.tribe else thing.code


def label_of(model: type[Objective | KeyResult], pk: int | None) -> str:
    """Its code and title, "" for none. A query."""
    above = "tribe" if model is Objective else "objective__tribe"
    row = model.objects.select_related(above).filter(pk=pk).one_or_none()
    return f"{code_of(row)} {row}" if row else ""
