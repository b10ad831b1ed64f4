"""The ladder of one missed check-in (method.md § 5). Pure: no database, no settings.

On the due day its owner is reminded; after 2 working days again; after 5 the tribe's lead is told. A key result that
nobody checks in for weeks climbs a ladder for each check-in that it misses: what is due is counted from the last one.

A rung that was slept through (the jobs were down, an owner came later) is made up for on the next working days, until the
following rung says more, or two working days have passed: later it would be stale, and is left out.
"""

import datetime as dt
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum

Works = Callable[[dt.date], bool]  # is the day a working day?
DAY = dt.timedelta(days=1)


class Rung(StrEnum):
    DUE = "due"
    AGAIN = "again"
    LEAD = "lead"


AFTER = {Rung.DUE: 0, Rung.AGAIN: 2, Rung.LEAD: 5}  # working days
GRACE = 2  # working days for which a rung that was slept through is still worth it


@dataclass(frozen=True, slots=True)
class Step:
    """A rung that was reached, for the check-in that was due on `due`."""

    rung: Rung
    due: dt.date


def working_days(after: dt.date, until: dt.date, works: Works) -> int:
    """How many working days have begun after `after`, up to and with `until`."""
    return sum(works(after + n * DAY) for n in range(1, (until - after).days + 1))


def steps(missed: Sequence[dt.date], today: dt.date, works: Works) -> list[Step]:
    """What stands open today for a key result whose check-ins were due on the days `missed`, none after today.

    At most one step for its owner and one for the lead; the owner's first.
    """
    if not missed:
        return []
    days = {due: working_days(due, today, works) for due in sorted(missed)[-3:]}
    latest = max(days)
    found = []
    if days[latest] < AFTER[Rung.AGAIN]:
        found.append(Step(Rung.DUE, latest))
    elif days[latest] <= AFTER[Rung.AGAIN] + GRACE:
        found.append(Step(Rung.AGAIN, latest))
    told = [due for due, passed in days.items() if AFTER[Rung.LEAD] <= passed <= AFTER[Rung.LEAD] + GRACE]
    if told:
        found.append(Step(Rung.LEAD, max(told)))
    return found
