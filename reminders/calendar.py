"""Which run of reminders an organization has at a moment. Pure: no database.

There is one run a working day, at the organization's hour in its own time zone. A run that was slept through is made up
for once, as soon as the jobs are back, while its day lasts there; after midnight it is gone, and the run of the next
working day says what is due by then (the ladder knows what of it would be stale). So nobody is written to at night, on a
holiday, or twice for the time that was slept through.

Clocks change: an hour that a day leaves out is the moment after the gap, one that a day has twice is the first of the two.
"""

import datetime as dt
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from reminders.ladder import DAY, Works, working_days

FURTHEST = 60  # days ahead in which a working day is looked for
DIGEST_GRACE = 3  # first working days of a month on which the digest of the one before is still made up for


@dataclass(frozen=True, slots=True)
class Times:
    """What of an organization's settings says when it is reminded."""

    zone: ZoneInfo
    hour: int
    works: Works


def starts_at(day: dt.date, times: Times) -> dt.datetime:
    """When the run of this day begins, in UTC."""
    return dt.datetime.combine(day, dt.time(times.hour), times.zone).astimezone(dt.UTC)


def running_day(now: dt.datetime, times: Times) -> dt.date | None:
    """The day whose run is due now; None before its hour and on days without one."""
    today = now.astimezone(times.zone).date()
    return today if times.works(today) and starts_at(today, times) <= now else None


def next_start(now: dt.datetime, times: Times) -> dt.datetime | None:
    """When the next run begins after now, in UTC; None where no day of the coming two months is a working day."""
    today = now.astimezone(times.zone).date()
    for day in (today + n * DAY for n in range(FURTHEST)):
        if times.works(day) and (start := starts_at(day, times)) > now:
            return start
    return None


def digest_month(day: dt.date, times: Times) -> dt.date | None:
    """First day of the month whose digest the run of this working day brings: on the month's last working day its own, on
    the first three of a month that of the one before, should it not have left; else None."""
    following = (day.replace(day=28) + 4 * DAY).replace(day=1)
    if working_days(day, following - DAY, times.works) == 0:
        return day.replace(day=1)
    before = day.replace(day=1) - DAY
    return before.replace(day=1) if working_days(before, day, times.works) <= DIGEST_GRACE else None
