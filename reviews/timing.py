"""When a quarter or a year is reviewed: its last days, and as long after as it stays open."""

import datetime as dt

from okr.models import Quarter, Year

QUARTER_DAYS, YEAR_DAYS = 14, 28


def opens_on(period: Year | Quarter) -> dt.date:
    """The first day on which verdicts are given: the last two weeks of a quarter, the last four of a year."""
    days = YEAR_DAYS if isinstance(period, Year) else QUARTER_DAYS
    return period.ends_on - dt.timedelta(days=days - 1)


def is_on(period: Year | Quarter, today: dt.date) -> bool:
    """Whether verdicts are taken: from then on, until it is closed."""
    return period.is_open and today >= opens_on(period)
