"""When check-ins are due (method.md § 5), by worked examples."""

import datetime as dt
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from okr.due import Rhythm
from orgs.working_days import WorkingDays

MON, TUE, WED, THU, FRI, SAT, SUN = range(7)
PARIS, NEW_YORK = ZoneInfo("Europe/Paris"), ZoneInfo("America/New_York")
FRANCE = WorkingDays("FR")
CADENCES = ("weekly", "biweekly", "monthly")


def rhythm(cadence="weekly", weekday=WED, hour=9, zone=PARIS, working_days=FRANCE):
    return Rhythm(cadence, weekday, hour, zone, working_days)


def day(text):
    return dt.date.fromisoformat(text)


# ── Due days ─────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("weekday", "of", "due"),
    [
        (WED, "2026-05-18", "2026-05-20"),
        (WED, "2026-05-24", "2026-05-20"),  # the Sunday after, late
        (THU, "2026-05-11", "2026-05-15"),  # Ascension, 14 May, a Thursday
        (TUE, "2026-07-13", "2026-07-15"),  # 14 July, a Tuesday
        (FRI, "2026-04-28", "2026-05-04"),  # 1 May, a Friday: Monday of the next week
        (WED, "2026-11-09", "2026-11-12"),  # Armistice
        (FRI, "2026-12-21", "2026-12-28"),  # Christmas
        (FRI, "2026-12-29", "2027-01-04"),  # New Year's Day: over the end of the year
        (SAT, "2026-05-18", "2026-05-23"),  # a weekend that was chosen stays
        (SUN, "2026-10-26", "2026-11-02"),  # All Saints, a Sunday
    ],
)
def test_the_due_day_of_a_week(weekday, of, due):
    assert rhythm(weekday=weekday).due_date(day(of)) == day(due)


@pytest.mark.parametrize(
    ("weekday", "of", "due"),
    [
        (WED, "2026-05-01", "2026-05-27"),
        (WED, "2026-05-31", "2026-05-27"),
        (MON, "2026-05-04", "2026-05-26"),  # Whit Monday is the last Monday of May
        (FRI, "2026-12-01", "2026-12-28"),  # Christmas is the last Friday
        (THU, "2026-12-31", "2026-12-31"),
        (MON, "2004-05-03", "2004-06-01"),  # Whit Monday on 31 May: due on the first of June
    ],
)
def test_the_due_day_of_a_month(weekday, of, due):
    assert rhythm("monthly", weekday).due_date(day(of)) == day(due)


def test_without_a_country_nothing_moves():
    assert rhythm(weekday=FRI, working_days=WorkingDays()).due_date(day("2026-05-01")) == day("2026-05-01")


def test_a_region_moves_what_its_country_does_not():
    """Good Friday 2026, in Moselle followed by the weekend and Easter Monday."""
    assert rhythm(weekday=FRI).due_date(day("2026-04-03")) == day("2026-04-03")
    assert rhythm(weekday=FRI, working_days=WorkingDays("FR", "57")).due_date(day("2026-04-03")) == day("2026-04-07")


def test_what_moved_says_from_where():
    assert rhythm(weekday=THU).moved_from(day("2026-05-15")) == day("2026-05-14")
    assert rhythm(weekday=FRI).moved_from(day("2026-05-04")) == day("2026-05-01")
    assert rhythm(weekday=THU).moved_from(day("2026-05-21")) is None
    assert rhythm(weekday=THU).moved_from(day("2026-05-20")) is None  # as another rhythm left it


# ── After a check-in ─────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("cadence", "weekday", "checked_on", "due"),
    [
        ("weekly", WED, "2026-05-18", "2026-05-27"),  # early
        ("weekly", WED, "2026-05-20", "2026-05-27"),
        ("weekly", WED, "2026-05-24", "2026-05-27"),  # late, still for its week
        ("weekly", WED, "2026-12-29", "2027-01-06"),
        ("biweekly", WED, "2026-05-19", "2026-06-03"),
        ("biweekly", THU, "2026-04-30", "2026-05-15"),  # Ascension two weeks on
        ("monthly", WED, "2026-05-05", "2026-06-24"),
        ("monthly", WED, "2026-01-31", "2026-02-25"),
        ("monthly", FRI, "2026-11-30", "2026-12-28"),
        ("monthly", WED, "2026-12-30", "2027-01-27"),
        # Due on Friday 1 May, moved to Monday: until then a check-in answers for that week; 8 May moves as well.
        ("weekly", FRI, "2026-04-30", "2026-05-11"),
        ("weekly", FRI, "2026-05-04", "2026-05-11"),
        ("weekly", FRI, "2026-05-05", "2026-05-15"),
        ("weekly", FRI, "2026-05-11", "2026-05-15"),
        ("weekly", FRI, "2026-05-12", "2026-05-22"),
        # Whit Monday 31 May 2004, moved to 1 June.
        ("monthly", MON, "2004-06-01", "2004-06-28"),
        ("monthly", MON, "2004-06-02", "2004-07-26"),
    ],
)
def test_the_next_due_day(cadence, weekday, checked_on, due):
    assert rhythm(cadence, weekday).next_due(day(checked_on)) == day(due)


def test_two_weeks_that_move_to_one_day_are_answered_together():
    """China's National Day holidays 2026 fill the week: Friday 2 and Monday 5 October both move behind them."""
    monday = rhythm(weekday=THU, working_days=WorkingDays("CN"))
    due = monday.due_date(day("2026-10-01"))
    assert monday.next_due(due) > due


@given(
    st.dates(dt.date(2020, 1, 1), dt.date(2035, 12, 31)),
    st.sampled_from(CADENCES),
    st.integers(0, 6),
    st.sampled_from(["", "FR", "CN", "IL", "US"]),
)
def test_what_holds_on_any_day(on, cadence, weekday, country):
    one = rhythm(cadence, weekday, working_days=WorkingDays(country))
    due, following = one.due_date(on), one.next_due(on)
    assert one.due_date(due) == due  # a check-in on the due day answers for it
    assert following > due
    assert following > on or due >= on
    assert not one.working_days.is_holiday(due)
    assert one.answers_for(on) <= on
    # Who has just checked in is not asked again before the next week.
    if cadence == "weekly":
        assert following > one.asked_until(on)


# ── What is asked for today ──────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("weekday", "today", "until"),
    [
        (WED, "2026-05-18", "2026-05-20"),
        (WED, "2026-05-20", "2026-05-20"),
        (WED, "2026-05-22", "2026-05-22"),
        (FRI, "2026-04-29", "2026-05-04"),  # moved to Monday, and asked for all the week before
        (FRI, "2026-05-04", "2026-05-04"),  # not yet that of the week that begins
        (FRI, "2026-05-05", "2026-05-11"),
    ],
)
def test_asked_until(weekday, today, until):
    assert rhythm(weekday=weekday).asked_until(day(today)) == day(until)
    assert rhythm("monthly", weekday=weekday).asked_until(day(today)) == day(until)


# ── The moment ───────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("zone", "hour", "on", "utc"),
    [
        (PARIS, 9, "2026-05-20", "2026-05-20T07:00"),
        (PARIS, 9, "2026-11-25", "2026-11-25T08:00"),
        (NEW_YORK, 9, "2026-05-20", "2026-05-20T13:00"),
        (NEW_YORK, 22, "2026-05-20", "2026-05-21T02:00"),
        (PARIS, 9, "2026-03-29", "2026-03-29T07:00"),  # summer time begins
        (PARIS, 2, "2026-03-29", "2026-03-29T01:00"),  # an hour that is skipped: 03:00
        (PARIS, 2, "2026-10-25", "2026-10-25T00:00"),  # an hour that comes twice: the first
        (PARIS, 9, "2026-10-25", "2026-10-25T08:00"),
        (NEW_YORK, 9, "2026-03-09", "2026-03-09T13:00"),  # already summer there, not yet in Paris
        (PARIS, 9, "2026-03-09", "2026-03-09T08:00"),
        (ZoneInfo("Africa/Cairo"), 0, "2026-04-24", "2026-04-23T22:00"),  # midnight is skipped
    ],
)
def test_the_moment_of_a_due_day(zone, hour, on, utc):
    moment = rhythm(hour=hour, zone=zone).moment(day(on))
    assert moment.astimezone(dt.UTC) == dt.datetime.fromisoformat(utc).replace(tzinfo=dt.UTC)
    assert moment.utcoffset() == moment.astimezone(dt.UTC).astimezone(zone).utcoffset()
