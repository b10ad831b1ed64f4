"""Which check-ins were asked for and what came of each, in worked examples. Check-ins are due on Fridays (weekday 4)."""

import datetime as dt
import itertools
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st

from okr.discipline import Mark, Pace, Share, missed_in_a_row, turns
from okr.due import Rhythm
from orgs.models.structure import Cadence
from orgs.working_days import WorkingDays


def rhythm(cadence, country=""):
    return Rhythm(cadence, 4, 9, ZoneInfo("Europe/Paris"), WorkingDays(country))


RHYTHMS = [rhythm(cadence) for cadence in (Cadence.WEEKLY, Cadence.BIWEEKLY, Cadence.MONTHLY)]
WEEKLY, BIWEEKLY, MONTHLY = (Pace(one) for one in RHYTHMS)
QUARTER_STARTS, QUARTER_ENDS = dt.date(2026, 4, 1), dt.date(2026, 6, 30)  # a Wednesday, a Tuesday
DAY = dt.timedelta(days=1)


def day(text: str) -> dt.date:
    return dt.date.fromisoformat(f"2026-{text}")


def marks(pace, made, today, *, since=QUARTER_STARTS, until=QUARTER_ENDS):
    found = turns(pace, asked_since=since, until=until, made=[day(one) for one in made], today=day(today))
    return " ".join(f"{turn.due_on:%m-%d}:{turn.mark}" for turn in found)


def test_every_week_of_a_quarter_from_the_one_after_its_first_day_to_the_last_due_day_in_it():
    found = turns(WEEKLY, asked_since=QUARTER_STARTS, until=QUARTER_ENDS, made=[], today=QUARTER_STARTS)
    assert [turn.due_on for turn in found] == [day("04-10") + dt.timedelta(weeks=week) for week in range(12)]
    assert found[0].starts_on == day("04-06")
    assert found[0].ends_on == day("04-12")
    assert {turn.mark for turn in found} == {Mark.AHEAD}


def test_on_time_late_missed_due_and_not_yet():
    made = ["04-07", "04-18", "05-01"]  # Tuesday; Saturday, after the due day; Friday itself; none in week 17
    said = marks(WEEKLY, made, "05-05", until=day("05-15"))
    assert said == "04-10:on_time 04-17:late 04-24:missed 05-01:on_time 05-08:due 05-15:ahead"


def test_a_week_is_missed_once_it_is_over_and_not_before():
    for today, mark in (("04-05", "ahead"), ("04-06", "due"), ("04-10", "due"), ("04-12", "due"), ("04-13", "missed")):
        assert marks(WEEKLY, [], today, until=day("04-10")) == f"04-10:{mark}"


def test_what_is_made_in_the_week_after_counts_for_that_one():
    assert marks(WEEKLY, ["04-13"], "04-14", until=day("04-17")) == "04-10:missed 04-17:on_time"


def test_weeks_before_publication_and_after_the_close_do_not_count():
    said = marks(WEEKLY, ["05-13"], "05-29", since=day("05-05"), until=day("05-20"))
    assert said == "05-15:on_time"


def test_a_check_in_of_the_week_of_publication_is_not_asked_for():
    assert marks(WEEKLY, ["04-02"], "04-20", until=day("04-17")) == "04-10:missed 04-17:missed"


def test_several_in_one_week_are_one_and_the_first_decides():
    assert marks(WEEKLY, ["04-08", "04-09", "04-11"], "04-20", until=day("04-10")) == "04-10:on_time"


def test_every_two_weeks_is_counted_from_the_last_one_made():
    assert marks(BIWEEKLY, [], "04-01", until=day("05-15")) == "04-17:ahead 05-01:ahead 05-15:ahead"
    # Made a week early, in the week of 6 April: the next is due two weeks after that week.
    assert marks(BIWEEKLY, ["04-08"], "04-09", until=day("05-08")) == "04-17:on_time 04-24:ahead 05-08:ahead"
    # Not made: it is missed when its two weeks are over, and two weeks later the next is due.
    assert marks(BIWEEKLY, [], "04-20", until=day("05-01")) == "04-17:missed 05-01:ahead"
    assert marks(BIWEEKLY, [], "04-28", until=day("05-01")) == "04-17:missed 05-01:due"


def test_every_month_until_its_last_friday():
    made = ["02-10", "03-28", "05-29"]  # in February; the Saturday after the last Friday of March; none in April
    said = marks(MONTHLY, made, "06-23", since=day("01-01"), until=day("07-31"))
    assert said == "02-27:on_time 03-27:late 04-24:missed 05-29:on_time 06-26:due 07-31:ahead"


def test_a_due_day_that_a_holiday_moves_out_of_its_week_takes_its_week_along():
    """Friday 1 May is a public holiday in France: week 18 is due on Monday the 4th, and over that evening."""
    pace = Pace(rhythm(Cadence.WEEKLY, "FR"))
    week = {"since": day("04-20"), "until": day("05-08")}
    # Friday 8 May is one too: week 19 is due on Monday the 11th, after the last day of these.
    assert marks(pace, ["05-04"], "05-05", **week) == "05-04:on_time"
    assert marks(pace, [], "05-04", **week) == "05-04:due"
    assert marks(pace, ["05-05"], "05-05", **week) == "05-04:missed"


def test_misses_since_the_last_one_made():
    def missed(made, today):
        of = [day(one) for one in made]
        return missed_in_a_row(turns(WEEKLY, asked_since=QUARTER_STARTS, until=QUARTER_ENDS, made=of, today=day(today)))

    assert missed([], "04-05") == 0
    assert missed([], "05-05") == 4
    assert missed(["04-22"], "05-05") == 1
    assert missed(["04-22", "05-04"], "05-05") == 0


def test_share_counts_what_is_over_and_says_what_is_waiting():
    found = turns(
        WEEKLY,
        asked_since=QUARTER_STARTS,
        until=QUARTER_ENDS,
        made=[day("04-07"), day("04-18")],
        today=day("04-28"),
    )
    assert Share.of(found) == Share(made=2, asked=3, waiting=1, late=1)
    assert Share.of([]) == Share()


@given(
    st.sets(st.dates(QUARTER_STARTS, QUARTER_ENDS), max_size=40),
    st.dates(QUARTER_STARTS, QUARTER_ENDS),
    st.sampled_from([*RHYTHMS, rhythm(Cadence.WEEKLY, "FR"), rhythm(Cadence.BIWEEKLY, "FR")]),
)
def test_turns_follow_each_other_without_gap_and_agree_with_the_maintained_due_day(made, today, rhythm):
    made = {one for one in made if one <= today}
    found = turns(Pace(rhythm), asked_since=QUARTER_STARTS, until=QUARTER_ENDS + 62 * DAY, made=made, today=today)
    for before, after in itertools.pairwise(found):
        assert before.starts_on <= before.due_on <= before.ends_on
        if before.made_on is None:
            assert after.starts_on == before.ends_on + DAY
        else:
            assert before.starts_on <= before.made_on <= before.ends_on
    open_ones = [turn for turn in found if turn.mark in (Mark.DUE, Mark.AHEAD)]
    if made and not missed_in_a_row(found) and open_ones:
        assert open_ones[0].due_on == rhythm.next_due(max(made))
