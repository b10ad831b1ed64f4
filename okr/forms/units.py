"""The unit that a typed figure brings along: "27 %", "1,2 M€", "4.5 min"."""

import re
from collections.abc import Iterable

from django.utils.translation import gettext_lazy as _

from okr.models import KeyResult
from okr.pasted import plain

Unit = KeyResult.Unit
NAMED = {"min": _("Minutes"), "h": _("Hours"), "s": _("Seconds")}  # counts with a unit of their own, offered by name
LONGEST = 16  # KeyResult.unit_label
_SHAPE = re.compile(
    r"[^\d€$£]*(?P<before>[€$£]|[A-Z]{3})?[^\w]*\d[\d.,\s\u00a0\u202f]*(?:(?:Mds|Md|M|bn|Bn|k|K)(?![A-Za-z]))?"
    r"[\s\u00a0\u202f]*(?P<after>(?![eE][+-]?\d)[^\d\s].*)?"  # "1e400" is another way to write a figure, no unit
)
_KNOWN = {
    **dict.fromkeys(("%",), Unit.PERCENT),
    **dict.fromkeys(("€", "$", "£", "eur", "usd", "gbp", "chf", "euro", "euros"), Unit.MONEY),
    **dict.fromkeys(("pt", "pts", "point", "points"), Unit.POINTS),
    **dict.fromkeys(("j", "jour", "jours", "d", "day", "days"), Unit.DAYS),
}
_SPELT = {
    **dict.fromkeys(("percent", "per cent", "pct", "pourcent", "pour cent", "pourcentage"), Unit.PERCENT),
    **dict.fromkeys(("nombre", "count"), Unit.COUNT),
    "ratio": Unit.RATIO,
    **dict.fromkeys(("mn", "minute", "minutes"), "min"),
    **dict.fromkeys(("hr", "hrs", "hour", "hours", "heure", "heures"), "h"),
    **dict.fromkeys(("sec", "secs", "second", "seconds", "seconde", "secondes"), "s"),
}


def unit_chosen(text: str) -> tuple[str, str]:
    """What a unit written alone is among the choices of a form, and its own name where it is none of them: "%" is percent,
    "minutes" is min, "orders" is (count, "orders"). Two "" where it is no unit."""
    known = _SPELT.get(plain(text))
    if known:
        return known, ""
    unit, label = unit_typed([f"1 {text}"]) or ("", "")
    return (label.lower(), "") if label.lower() in NAMED else (unit, label)


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
