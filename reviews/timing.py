"""When a quarter or a year is reviewed: from a day that was chosen, else its last days, and as long after as it stays open."""

import datetime as dt

from okr.models import Quarter, Year

QUARTER_DAYS, YEAR_DAYS = 14, 28


def opens_on(period: Year | Quarter) -> dt.date:
    """The first day on which verdicts are given: the one that was chosen, else that of the last two weeks of a quarter, or
    of the last four of a year. A chosen one follows the period's days where those were moved."""
    if period.review_opens_on is not None:
        return min(max(period.review_opens_on, period.starts_on), period.ends_on)
    return usually_opens_on(period)


def usually_opens_on(period: Year | Quarter) -> dt.date:
    days = YEAR_DAYS if isinstance(period, Year) else QUARTER_DAYS
    return period.ends_on - dt.timedelta(days=days - 1)


def is_on(period: Year | Quarter, today: dt.date) -> bool:
    """Whether verdicts are taken: from then on, until it is closed."""
    return period.is_open and today >= opens_on(period)
