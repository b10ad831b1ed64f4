"""On which days an organization works: weekends and the public holidays of its country and region.

Pure: no database. The library is loaded when the first day is asked for, and each country's year is worked out once.
"""

import datetime as dt
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from types import MappingProxyType
from typing import TYPE_CHECKING

from babel import Locale

if TYPE_CHECKING:
    import holidays

DAY = dt.timedelta(days=1)
WEEKEND = frozenset({5, 6})
ENGLISH = ("en_GB", "en_US")


@dataclass(frozen=True, slots=True)
class WorkingDays:
    """`country` is an ISO 3166-1 code such as "FR", "" for weekends only; `region` one of `regions_of`, or ""."""

    country: str = ""
    region: str = ""

    def is_holiday(self, day: dt.date) -> bool:
        return day in _holidays(self.country, self.region, day.year)

    def holiday_name(self, day: dt.date, language: str) -> str:
        """In the reader's language ("fr", "en-gb") where the library has it, else in the country's; "" on other days."""
        return _holidays(self.country, self.region, day.year, _spoken(self.country, language)).get(day, "")

    def is_working(self, day: dt.date) -> bool:
        return day.weekday() not in _weekend(self.country) and not self.is_holiday(day)

    def next_working_day(self, day: dt.date) -> dt.date:
        """`day` itself where one works on it, else the first day after it on which one does."""
        while not self.is_working(day):
            day += DAY
        return day

    def working_days_after(self, day: dt.date, number: int) -> dt.date:
        """The working day that comes as the `number`-th after `day`, whether or not one works on `day` itself."""
        for _place in range(number):
            day = self.next_working_day(day + DAY)
        return day


@lru_cache(maxsize=1)
def countries() -> frozenset[str]:
    """ISO codes of the countries whose public holidays are known."""
    from holidays.registry import COUNTRIES

    return frozenset(names[1] for names in COUNTRIES.values())


@lru_cache(maxsize=64)
def country_choices(language: str) -> tuple[tuple[str, str], ...]:
    """(code, name in that language), by name."""
    names = Locale.parse("fr" if language.startswith("fr") else "en").territories
    return tuple(sorted(((code, names.get(code, code)) for code in countries()), key=lambda pair: _folded(pair[1])))


@lru_cache(maxsize=64)
def regions_of(country: str) -> Mapping[str, str]:
    """Names by code of the parts of a country that have holidays of their own, as the country calls them; by name."""
    if country not in countries():
        return {}
    found = _entity(country)
    names = {code: code for code in found.subdivisions if not code.startswith("Zone ")}  # of school holidays
    for name, code in found.subdivisions_aliases.items():
        if code in names and (names[code] == code or len(name) > len(names[code])):
            names[code] = name
    return MappingProxyType(dict(sorted(names.items(), key=lambda pair: _folded(pair[1]))))


# ── The library ──────────────────────────────────────────────────────────────


@lru_cache(maxsize=1024)
def _holidays(country: str, region: str, year: int, language: str = "") -> Mapping[dt.date, str]:
    """Of one year. A country or region that the library no longer knows has none of its own."""
    import holidays

    if country not in countries():
        return {}
    subdivision = region if region in regions_of(country) else None
    found = holidays.country_holidays(country, subdiv=subdivision, years=year, language=language or None)
    return MappingProxyType({day: name for day, name in found.items() if day.year == year})


@lru_cache(maxsize=256)
def _weekend(country: str) -> frozenset[int]:
    """0 is Monday."""
    return frozenset(_entity(country).weekend) if country in countries() else WEEKEND


def _spoken(country: str, language: str) -> str:
    """The library's name for a reader's language, or the country's own; "" where it has names in one only."""
    if country not in countries():
        return ""
    entity = _entity(country)
    wanted = ENGLISH if language.startswith("en") else (language.partition("-")[0],)
    return next((name for name in wanted if name in entity.supported_languages), entity.default_language or "")


@lru_cache(maxsize=256)
def _entity(country: str) -> "holidays.HolidayBase":
    import holidays

    return holidays.country_holidays(country)


def _folded(name: str) -> str:
    return "".join(
        letter for letter in unicodedata.normalize("NFKD", name) if not unicodedata.combining(letter)
    ).lower()
