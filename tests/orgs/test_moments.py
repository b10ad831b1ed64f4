"""Days in words."""

import datetime as dt

import pytest
from django.utils import translation

from orgs.moments import day, spelled

FIRST = dt.date(2026, 12, 1)


@pytest.mark.parametrize(
    ("language", "on", "expected"),
    [
        ("en", FIRST, "Tuesday 1 December 2026"),
        ("fr", FIRST, "mardi 1er décembre 2026"),
        ("fr", FIRST + dt.timedelta(days=10), "vendredi 11 décembre 2026"),
    ],
)
def test_a_day_is_spelled_as_the_reader_writes_it(language, on, expected):
    with translation.override(language):
        assert spelled(on) == expected


def test_the_year_is_said_where_it_is_another():
    with translation.override("fr"):
        assert day(FIRST, dt.date(2026, 11, 24)) == "1er décembre"
        assert day(FIRST, dt.date(2027, 1, 4)) == "1er décembre 2026"
