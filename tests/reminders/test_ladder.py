"""The ladder and the calendar of runs by worked examples: pure, without a database."""

import datetime as dt
from zoneinfo import ZoneInfo

import pytest

from reminders.calendar import Times, digest_month, next_start, running_day, starts_at
from reminders.ladder import Rung, Step, steps, working_days

PARIS = ZoneInfo("Europe/Paris")
OFF = {dt.date(2026, 5, 14), dt.date(2026, 5, 25)}  # Ascension, Whit Monday


def works(day):
    return day.weekday() < 5 and day not in OFF


def day(text):
    return dt.date.fromisoformat(f"2026-{text}")


def times(zone=PARIS, hour=9, works=works):
    return Times(zone=zone, hour=hour, works=works)


def utc(text):
    return dt.datetime.fromisoformat(text).replace(tzinfo=dt.UTC)


@pytest.mark.parametrize(
    ("today", "expected"),
    [
        ("06-10", [Rung.DUE]),  # Wednesday, the due day
        ("06-11", [Rung.DUE]),  # made up for where the day before was slept through
        ("06-12", [Rung.AGAIN]),
        ("06-13", [Rung.AGAIN]),  # Saturday: no run, but the count stands still
        ("06-15", [Rung.AGAIN]),
        ("06-16", [Rung.AGAIN]),
        ("06-17", [Rung.LEAD]),  # five working days
        ("06-18", [Rung.LEAD]),
        ("06-19", [Rung.LEAD]),
        ("06-22", []),  # stale
    ],
)
def test_the_rungs_of_one_missed_check_in(today, expected):
    assert steps([day("06-10")], day(today), works) == [Step(rung, day("06-10")) for rung in expected]


def test_public_holidays_are_no_working_days():
    """Due Wednesday 13 May; Thursday is Ascension: the second reminder comes on Monday, the lead hears on Thursday."""
    due = [day("05-13")]
    assert working_days(day("05-13"), day("05-18"), works) == 2
    assert [step.rung for step in steps(due, day("05-15"), works)] == [Rung.DUE]
    assert [step.rung for step in steps(due, day("05-18"), works)] == [Rung.AGAIN]
    assert [step.rung for step in steps(due, day("05-20"), works)] == [Rung.AGAIN]
    assert [step.rung for step in steps(due, day("05-21"), works)] == [Rung.LEAD]


def test_each_missed_week_climbs_its_own_ladder():
    weeks = [day("06-03"), day("06-10"), day("06-17")]
    assert steps(weeks, day("06-17"), works) == [Step(Rung.DUE, day("06-17")), Step(Rung.LEAD, day("06-10"))]
    assert steps(weeks, day("06-19"), works) == [Step(Rung.AGAIN, day("06-17")), Step(Rung.LEAD, day("06-10"))]
    assert steps([], day("06-17"), works) == []


def test_a_run_begins_at_the_hour_of_a_working_day():
    at_nine = times()
    assert running_day(utc("2026-06-10 06:59"), at_nine) is None
    assert running_day(utc("2026-06-10 07:00"), at_nine) == day("06-10")
    assert running_day(utc("2026-06-10 21:59"), at_nine) == day("06-10")  # slept through all day: made up for
    assert running_day(utc("2026-06-10 22:00"), at_nine) is None  # it is the 11th in Paris, before its hour
    assert running_day(utc("2026-06-13 12:00"), at_nine) is None  # Saturday
    assert running_day(utc("2026-05-25 12:00"), at_nine) is None  # Whit Monday
    assert next_start(utc("2026-05-22 07:00"), at_nine) == utc("2026-05-26 07:00")
    assert next_start(utc("2026-06-10 06:59"), at_nine) == utc("2026-06-10 07:00")
    assert next_start(utc("2026-06-10 07:00"), times(works=lambda day: False)) is None


@pytest.mark.parametrize(
    ("zone", "hour", "first", "then"),
    [
        # Paris: clocks go forward on Sunday 29 March, back on Sunday 25 October.
        (PARIS, 9, "2026-03-27 08:00", "2026-03-30 07:00"),
        (PARIS, 9, "2026-10-23 07:00", "2026-10-26 08:00"),
        # Cairo: forward on Friday 24 April at 00:00, which does not exist there; back on Thursday 29 October at 24:00.
        (ZoneInfo("Africa/Cairo"), 0, "2026-04-22 22:00", "2026-04-23 22:00"),
        (ZoneInfo("Africa/Cairo"), 0, "2026-10-28 21:00", "2026-10-29 22:00"),
    ],
)
def test_the_hour_stays_the_hour_when_clocks_change(zone, hour, first, then):
    here = times(zone, hour)
    assert next_start(utc(first) - dt.timedelta(seconds=1), here) == utc(first)
    assert next_start(utc(first), here) == utc(then)
    assert running_day(utc(then), here) is not None
    assert running_day(utc(then) - dt.timedelta(seconds=1), here) != running_day(utc(then), here)


def test_an_hour_that_a_day_leaves_out_or_has_twice_begins_once():
    every_day = times(hour=2, works=lambda day: True)
    assert starts_at(day("03-29"), every_day) == utc("2026-03-29 01:00")  # 03:00, the moment after the gap
    assert starts_at(day("10-25"), every_day) == utc("2026-10-25 00:00")  # the first of the two
    assert next_start(utc("2026-10-25 00:00"), every_day) == utc("2026-10-26 01:00")
    assert running_day(utc("2026-10-25 01:30"), every_day) == day("10-25")


def test_the_digest_comes_on_the_last_working_day_or_is_made_up_for():
    assert digest_month(day("06-29"), times()) is None
    assert digest_month(day("06-30"), times()) == day("06-01")
    assert digest_month(day("07-01"), times()) == day("06-01")
    assert digest_month(day("07-03"), times()) == day("06-01")
    assert digest_month(day("07-06"), times()) is None
    assert digest_month(day("05-29"), times()) == day("05-01")  # Friday; the 30th and 31st are a weekend
