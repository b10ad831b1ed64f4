"""Units, currencies and the signs around figures."""

from enum import StrEnum

NBSP = "\u00a0"
MINUS = "\u2212"
# ISO 4217 code: its sign; other currencies are written by their code.
CURRENCY_SIGNS = {"EUR": "€", "USD": "$", "GBP": "£"}


class Unit(StrEnum):
    """The units of a key result's figures; a percentage of 59.2 % is stored as 59.2."""

    MONEY = "money"
    PERCENT = "percent"
    POINTS = "points"
    DAYS = "days"
    COUNT = "count"
    RATIO = "ratio"
    DONE = "done"


def is_french(language: str) -> bool:
    return language[:2] == "fr"
