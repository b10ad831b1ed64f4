"""The figure a person typed."""

import re
from decimal import Context, Decimal
from enum import StrEnum

from okr.numbers.units import CURRENCY_SIGNS, is_french

_MAX_LENGTH = 64
_LIMIT = Decimal(10) ** 12
_WIDE = Context(prec=_MAX_LENGTH + 9)


class Unreadable(StrEnum):
    """Why a text is no figure; forms translate."""

    EMPTY = "empty"
    NONSENSE = "nonsense"
    AMBIGUOUS = "ambiguous"
    TOO_LARGE = "too_large"


class NotANumber(ValueError):
    """The text is no figure, or could be two of them."""

    def __init__(self, code: Unreadable) -> None:
        super().__init__(code)
        self.code = code


_TYPED = str.maketrans(
    dict.fromkeys("\u00a0\u202f\u2009\u2007\t", " ") | dict.fromkeys("\u2212\u2010\u2011\u2013\ufe63\uff0d", "-")
)
_CURRENCIES = frozenset({*CURRENCY_SIGNS, *CURRENCY_SIGNS.values(), "CHF"})
_SUFFIXES = _CURRENCIES | {"%", "pt", "pts", "point", "points", "j", "jour", "jours", "d", "day", "days"}
_THOUSAND, _MILLION, _BILLION = Decimal(10**3), Decimal(10**6), Decimal(10**9)
_MULTIPLIERS = {
    "k": _THOUSAND,
    "K": _THOUSAND,
    "M": _MILLION,
    "Md": _BILLION,
    "Mds": _BILLION,
    "bn": _BILLION,
    "Bn": _BILLION,
}
_SHAPE = re.compile(
    r"(?P<sign>[+-]?) ?(?P<before>[€$£]|[A-Z]{3})? ?(?P<inner>[+-]?) ?"
    r"(?P<number>[0-9.,](?:[0-9., ]*[0-9.,])?) ?(?:(?P<times>Mds|Md|M|bn|Bn|k|K)(?![A-Za-z]))? ?(?P<after>\S.*)?"
)


def parse_decimal(text: str, language: str, *, unit_label: str = "") -> Decimal:
    """The figure a person typed, with or without its unit: "12,5", "1 200 000 €", "−€1.80", "1.2M", "1,200,000.50".

    Either decimal separator is understood in either language. One that could also group thousands is read as the
    language writes it ("1,200" is 1.2 in French, 1200 in English) and refused where the language uses it for neither
    ("1.200" in French). k, M and Md or bn multiply; "12.5 %" is 12.5. `unit_label` is the metric's own unit ("min").
    Raises NotANumber (a ValueError with a `code`) for anything else and for 13 integer digits or more.
    """
    if len(text) > _MAX_LENGTH:
        raise NotANumber(Unreadable.TOO_LARGE)
    typed = " ".join(text.translate(_TYPED).split())
    if not typed:
        raise NotANumber(Unreadable.EMPTY)
    shape = _SHAPE.fullmatch(typed)
    if not shape or not _unit_fits(shape, unit_label):
        raise NotANumber(Unreadable.NONSENSE)
    value = Decimal(_plain(shape["number"], "," if is_french(language) else "."))
    if shape["times"]:
        value = _WIDE.multiply(value, _MULTIPLIERS[shape["times"]])
    if value >= _LIMIT:
        raise NotANumber(Unreadable.TOO_LARGE)
    # copy_negate: a unary minus would round to the thread's precision.
    return value.copy_negate() if value and "-" in (shape["sign"], shape["inner"]) else value


def _unit_fits(shape: re.Match[str], unit_label: str) -> bool:
    before, after = shape["before"], shape["after"]
    if shape["sign"] and shape["inner"]:
        return False
    if before:
        return before in _CURRENCIES and not after
    if not after or after in _CURRENCIES:
        return True
    if shape["times"] and after == "%":
        return False
    return after in _SUFFIXES or (bool(unit_label) and after.casefold() == unit_label.casefold())


def _plain(number: str, own_decimal: str) -> str:
    """The digits with a point for the decimal separator and nothing else."""
    decimal, group = _separators(number, own_decimal)
    integer, _, fraction = number.partition(decimal) if decimal else (number, "", "")
    if group:
        if not re.fullmatch(rf"[1-9][0-9]{{0,2}}(?:{re.escape(group)}[0-9]{{3}})+", integer):
            raise NotANumber(Unreadable.NONSENSE)
        integer = integer.replace(group, "")
    if not (integer or decimal) or (integer and not integer.isdigit()) or (decimal and not fraction.isdigit()):
        raise NotANumber(Unreadable.NONSENSE)
    return f"{integer or 0}.{fraction}" if fraction else integer


def _separators(number: str, own_decimal: str) -> tuple[str, str]:
    """(decimal separator, thousands separator), each "" where the number has none."""
    commas, points = number.count(","), number.count(".")
    spaced = " " if " " in number else ""
    if commas and points:
        return (",", spaced or ".") if number.rindex(",") > number.rindex(".") else (".", spaced or ",")
    separator = "," if commas else "."
    if commas + points == 0:
        return "", spaced
    if commas + points > 1:
        return "", separator
    before, _, after = number.partition(separator)
    if spaced or separator == own_decimal or len(after) != 3 or before in ("", "0"):
        return separator, spaced
    # "1.200" or "1,200", and the separator is not the language's decimal one.
    if separator == "," and len(before) <= 3:
        return "", ","
    raise NotANumber(Unreadable.AMBIGUOUS)
