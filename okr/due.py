"""When a check-in is due (method.md § 5). Pure: no database."""

import calendar
import datetime as dt

from orgs.models.structure import Cadence


def due_date(day: dt.date, cadence: str, weekday: int) -> dt.date:
    """The due date of the week (or month) that `day` lies in: its `weekday` (0 Monday), or the month's last one."""
    if cadence == Cadence.MONTHLY:
        last = day.replace(day=calendar.monthrange(day.year, day.month)[1])
        return last - dt.timedelta(days=(last.weekday() - weekday) % 7)
    return day - dt.timedelta(days=day.weekday()) + dt.timedelta(days=weekday)


def asked_until(today: dt.date, weekday: int) -> dt.date:
    """The last day whose check-ins are asked for today: this week's due date, or today where that has passed."""
    return max(due_date(today, Cadence.WEEKLY, weekday), today)


def next_due(checked_on: dt.date, cadence: str, weekday: int) -> dt.date:
    """When the next check-in is due after one made on `checked_on`: in the next week, the one after, or the next month.

    A check-in answers for the whole week (or month) it is made in, whether before its due day or late.
    """
    if cadence == Cadence.MONTHLY:
        return due_date(checked_on.replace(day=28) + dt.timedelta(days=7), cadence, weekday)
    weeks = 2 if cadence == Cadence.BIWEEKLY else 1
    return due_date(checked_on, cadence, weekday) + dt.timedelta(weeks=weeks)
