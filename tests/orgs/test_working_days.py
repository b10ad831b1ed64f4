"""Working days of an organization: weekends and public holidays, by country and region."""

import datetime as dt

import pytest

from orgs.working_days import WorkingDays, countries, country_choices, regions_of

FRANCE = WorkingDays("FR")
MOSELLE = WorkingDays("FR", "57")
NOWHERE = WorkingDays()


def day(text):
    return dt.date.fromisoformat(text)


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("2026-01-01", "Jour de l'an"),
        ("2026-05-01", "Fête du Travail"),
        ("2026-05-14", "Ascension"),
        ("2026-07-14", "Fête nationale"),
        ("2026-11-11", "Armistice"),
        ("2026-12-25", "Noël"),
        ("2026-12-24", ""),
    ],
)
def test_french_holidays_have_their_names(text, name):
    assert FRANCE.holiday_name(day(text), "fr") == name
    assert FRANCE.is_holiday(day(text)) is bool(name)
    assert not NOWHERE.is_holiday(day(text))


def test_names_are_in_the_readers_language_where_there_are_any():
    assert FRANCE.holiday_name(day("2026-07-14"), "en-gb") == "National Day"
    assert FRANCE.holiday_name(day("2026-07-14"), "nl") == "Fête nationale"
    assert WorkingDays("BE").holiday_name(day("2026-07-21"), "fr") == "Fête nationale"
    assert WorkingDays("GB").holiday_name(day("2026-12-25"), "fr") == "Christmas Day"


def test_a_region_has_holidays_of_its_own():
    good_friday, second_day = day("2026-04-03"), day("2026-12-26")
    assert FRANCE.is_working(good_friday)
    assert not MOSELLE.is_working(good_friday)
    assert not WorkingDays("FR", "6AE").is_working(good_friday)
    assert MOSELLE.holiday_name(second_day, "fr")
    assert MOSELLE.is_holiday(day("2026-05-01"))


@pytest.mark.parametrize(
    ("start", "expected"),
    [
        ("2026-05-13", "2026-05-13"),  # works itself
        ("2026-05-14", "2026-05-15"),  # Ascension, a Thursday
        ("2026-05-01", "2026-05-04"),  # a Friday: over the weekend
        ("2026-05-23", "2026-05-26"),  # Whit weekend
        ("2021-01-01", "2021-01-04"),
        ("2027-12-31", "2027-12-31"),
    ],
)
def test_the_next_working_day(start, expected):
    assert FRANCE.next_working_day(day(start)) == day(expected)


@pytest.mark.parametrize(
    ("start", "number", "expected"),
    [
        ("2026-05-12", 2, "2026-05-15"),  # Tuesday; Ascension does not count
        ("2026-04-30", 2, "2026-05-05"),  # over 1 May and a weekend
        ("2026-12-30", 2, "2027-01-04"),  # over the end of the year
        ("2026-05-20", 5, "2026-05-28"),  # over Whit Monday
        ("2026-05-16", 1, "2026-05-18"),  # from a Saturday
        ("2026-05-20", 0, "2026-05-20"),
    ],
)
def test_working_days_after(start, number, expected):
    assert FRANCE.working_days_after(day(start), number) == day(expected)


def test_without_a_country_weekends_only():
    assert NOWHERE.working_days_after(day("2026-04-30"), 2) == day("2026-05-04")
    assert not NOWHERE.is_working(day("2026-05-02"))


def test_weekends_are_those_of_the_country():
    assert not WorkingDays("IL").is_working(day("2026-06-05"))  # Friday
    assert WorkingDays("IL").is_working(day("2026-06-07"))  # Sunday


def test_what_the_library_no_longer_knows_has_no_holidays_of_its_own():
    assert WorkingDays("XX", "1").is_working(day("2026-05-01"))
    assert WorkingDays("FR", "Atlantis").is_holiday(day("2026-05-01"))
    assert WorkingDays("FR", "57").is_holiday(day("2026-04-03"))
    assert WorkingDays("BE", "57").is_working(day("2026-04-03"))


def test_countries_and_regions_are_named():
    assert "FR" in countries()
    assert ("DE", "Allemagne") in country_choices("fr")
    assert ("DE", "Germany") in country_choices("en-gb")
    assert [name for _code, name in country_choices("fr")][:3] == ["Afghanistan", "Afrique du Sud", "Albanie"]
    assert regions_of("FR")["57"] == "Moselle"
    assert regions_of("FR")["6AE"] == "Alsace"
    assert "Zone A" not in regions_of("FR")  # of school holidays
    assert regions_of("XX") == {}
