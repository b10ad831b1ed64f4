"""Figures and dates as people write and read them, in French and English (design rules: "Numbers and dates").

Pure and quick: a page calls this some 600 times. Languages are Django's codes ("fr", "en-gb"); whatever is not French
is English. U+00A0 is the only special space emitted (the typeface has no U+202F), U+2212 the only minus.
"""

from okr.numbers.dates import DateStyle, format_date, format_quarter, format_week
from okr.numbers.reading import NotANumber, Unreadable, parse_decimal
from okr.numbers.units import Unit
from okr.numbers.writing import (
    format_delta,
    format_number,
    format_percent,
    format_span,
    format_value,
    own_decimals,
    round_to,
    whole_percent,
)

__all__ = [
    "DateStyle",
    "NotANumber",
    "Unit",
    "Unreadable",
    "format_date",
    "format_delta",
    "format_number",
    "format_percent",
    "format_quarter",
    "format_span",
    "format_value",
    "format_week",
    "own_decimals",
    "parse_decimal",
    "round_to",
    "whole_percent",
]
