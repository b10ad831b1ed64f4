"""The unit that a typed figure brings along: "27 %", "1,2 M€", "4.5 min"."""

import re
from collections.abc import Iterable

from okr.models import KeyResult

Unit = KeyResult.Unit
LONGEST = 16  # KeyResult.unit_label
_SHAPE = re.compile(
    r"[^\d€$£]*(?P<before>[€$£]|[A-Z]{3})?[^\w]*\d[\d.,\s\u00a0\u202f]*(?:(?:Mds|Md|M|bn|Bn|k|K)(?![A-Za-z]))?"
    r"[\s\u00a0\u202f]*(?P<after>[^\d\s].*)?"
)
_KNOWN = {
    **dict.fromkeys(("%",), Unit.PERCENT),
    **dict.fromkeys(("€", "$", "£", "eur", "usd", "gbp", "chf", "euro", "euros"), Unit.MONEY),
    **dict.fromkeys(("pt", "pts", "point", "points"), Unit.POINTS),
    **dict.fromkeys(("j", "jour", "jours", "d", "day", "days"), Unit.DAYS),
}


def unit_typed(texts: Iterable[str]) -> tuple[str, str] | None:
    """(unit, its own name) of the first figure that says one; None where none does."""
    for text in texts:
        shape = _SHAPE.fullmatch(text.strip()[:80])
        if shape is None:
            continue
        if shape["before"]:
            return Unit.MONEY, ""
        after = (shape["after"] or "").strip()
        if after:
            known = _KNOWN.get(after.lower())
            return (known, "") if known else (Unit.COUNT, after) if len(after) <= LONGEST else None
    return None
