"""Dates, weeks and quarters as they are shown."""

from datetime import date
from typing import Literal

from okr.numbers.units import is_french

# long: "lundi 18 mai" / "Mon 18 May"; weekday: "lun. 18 mai" / "Mon 18 May"; date: "18/05/2026" / "18 May 2026";
# short: "18 mai" / "18 May"; month: "févr." / "Feb".
DateStyle = Literal["long", "weekday", "date", "short", "month"]

_DAYS_FR = ("lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi", "dimanche")
_DAYS_EN = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_MONTHS_FR = (
    "janvier février mars avril mai juin juillet août septembre octobre novembre décembre".split()  # noqa: SIM905
)
_SHORT_MONTHS_FR = "janv. févr. mars avr. mai juin juil. août sept. oct. nov. déc.".split()  # noqa: SIM905
_MONTHS_EN = "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec".split()  # noqa: SIM905


def format_date(day: date, language: str, style: DateStyle) -> str:
    """A date in one of the styles above. French writes the first of the month "1er"."""
    if not is_french(language):
        return _english(day, style)
    if style == "date":
        return f"{day.day:02}/{day.month:02}/{day.year}"
    short = _SHORT_MONTHS_FR[day.month - 1]
    if style == "month":
        return short
    number = "1er" if day.day == 1 else str(day.day)
    if style == "short":
        return f"{number} {short}"
    name = _DAYS_FR[day.weekday()]
    if style == "weekday":
        return f"{name[:3]}. {number} {short}"
    return f"{name} {number} {_MONTHS_FR[day.month - 1]}"


def _english(day: date, style: DateStyle) -> str:
    month = _MONTHS_EN[day.month - 1]
    if style == "month":
        return month
    text = f"{day.day} {month}"
    if style == "short":
        return text
    return f"{text} {day.year}" if style == "date" else f"{_DAYS_EN[day.weekday()]} {text}"


def format_week(day: date, language: str, *, short: bool = False) -> str:
    """The ISO week a day lies in: "semaine 21" (short: "S21") / "W21"."""
    week = day.isocalendar().week
    if not is_french(language):
        return f"W{week}"
    return f"S{week}" if short else f"semaine {week}"


def format_quarter(number: int, language: str, *, year: int | None = None) -> str:
    """ "T2 2026" / "Q2 2026", or without its year "T2" / "Q2"."""
    text = f"{'T' if is_french(language) else 'Q'}{number}"
    return text if year is None else f"{text} {year}"
