"""Days as people write them in the first column of a table."""

import re
from datetime import date

_MONTHS = (
    "janv jan january janvier", "févr fevr feb february février fevrier", "mars mar march", "avr apr april avril",
    "mai may", "juin jun june", "juil jul july juillet", "août aout aug august", "sept sep september septembre",
    "oct october octobre", "nov november novembre", "déc dec december décembre decembre",
)  # fmt: skip
_MONTH = {word: number for number, words in enumerate(_MONTHS, start=1) for word in words.split()}


def day_of(label: str) -> date | None:
    """The day, month, quarter or year that a label names: 2025-03-31, 31/03/2025, 03/2025, mars 2025, T1 25, 2025."""
    text = label.strip().casefold().replace(".", " ")
    text = " ".join(text.split())
    try:
        if found := re.fullmatch(r"(\d{4})[-/](\d{1,2})(?:[-/](\d{1,2}))?(?:[t ].*)?", text):
            return date(int(found[1]), int(found[2]), int(found[3] or 1))
        if found := re.fullmatch(r"(\d{1,2})[/-](\d{1,2})[/-](\d{4})", text):
            return date(int(found[3]), int(found[2]), int(found[1]))
        if found := re.fullmatch(r"(\d{1,2})[/-](\d{4})", text):
            return date(int(found[2]), int(found[1]), 1)
        if found := re.fullmatch(r"(?:(\d{1,2}) )?([^\W\d]+)[ -]?'?(\d{2}|\d{4})", text):
            if found[2] in _MONTH:
                return date(_full(found[3]), _MONTH[found[2]], int(found[1] or 1))
            if found[2] in ("s", "w") and not found[1]:
                return None
        if found := re.fullmatch(r"[tq]([1-4])[ -]?'?(\d{2}|\d{4})", text):
            return date(_full(found[2]), 3 * int(found[1]) - 2, 1)
        if found := re.fullmatch(r"(\d{4})[ -]?[tq]([1-4])", text):
            return date(int(found[1]), 3 * int(found[2]) - 2, 1)
        if found := re.fullmatch(r"(\d{4})[ -]?[sw](\d{1,2})", text):
            return date.fromisocalendar(int(found[1]), int(found[2]), 1)
        if re.fullmatch(r"(?:19|20)\d\d", text):
            return date(int(text), 1, 1)
    except ValueError:
        pass
    return None


def _full(year: str) -> int:
    return int(year) + (2000 if len(year) == 2 else 0)
