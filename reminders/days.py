"""What of an organization's rhythm reminders go by: its hour and working days, on which days a check-in was due, and on which
the week's digest leaves."""

import datetime as dt

from okr.due import Rhythm
from orgs.models import Organization
from reminders.calendar import Times


def times_of(org: Organization) -> Times:
    return Times(zone=org.zone, hour=org.due_hour, works=org.working_days.is_working)


def missed_days(first: dt.date, today: dt.date, rhythm: Rhythm) -> list[dt.date]:
    """The days until today on which a check-in was due, from the first that was missed on."""
    days = []
    day = first
    while day <= today:
        days.append(day)
        day = rhythm.next_due(day)
    return days


def due_days(begins: dt.date, ends: dt.date, rhythm: Rhythm) -> list[dt.date]:
    """All days from `begins` to `ends` on which a check-in is due."""
    return [day for day in missed_days(rhythm.due_date(begins), ends, rhythm) if day >= begins]


def digest_week(org: Organization, day: dt.date) -> str | None:
    """The week ("2026-W21") whose digest of what moved a run of this day brings, if any.

    On the weekday chosen, or the next working day where that is none; the working day after makes up for a run that was
    missed."""
    works = org.working_days
    monday = day - dt.timedelta(days=day.weekday())
    for begins in (monday, monday - dt.timedelta(weeks=1)):
        chosen = begins + dt.timedelta(days=org.digest_weekday)
        due = works.next_working_day(chosen)
        if due <= day <= works.working_days_after(due, 1):
            year, week, _day = chosen.isocalendar()
            return f"{year}-W{week:02}"
    return None


def answers(on: dt.date, due: dt.date, rhythm: Rhythm) -> bool:
    """Whether a check-in of the day `on` is one for the check-in that was due on `due`."""
    return rhythm.due_date(on) <= due < rhythm.next_due(on)
