"""On which days a series meets (pure): every few weeks from its first day, public holidays moved or left out."""

import datetime as dt
from dataclasses import dataclass

from orgs.working_days import WorkingDays

WEEK = 7
LOOKED_AT = 200  # turns, so that a series whose every day is left out ends the search


@dataclass(frozen=True, slots=True)
class Slot:
    nominal: dt.date  # what the weeks say
    day: dt.date  # when it is held


@dataclass(frozen=True, slots=True)
class Pattern:
    first: dt.date  # nothing before
    until: dt.date | None  # nominal days up to it
    weekday: int  # 0 is Monday
    every_weeks: int
    moves: bool  # from a public holiday to the next working day; else it is left out
    working: WorkingDays

    def slots(self, since: dt.date, number: int) -> list[Slot]:
        """The next ones held on `since` or later."""
        begins = self.first + dt.timedelta(days=(self.weekday - self.first.weekday()) % WEEK)
        turn = max((since - begins).days // (WEEK * self.every_weeks) - 1, 0)  # one before may have been moved past it
        found: list[Slot] = []
        for place in range(turn, turn + LOOKED_AT):
            nominal = begins + dt.timedelta(days=WEEK * self.every_weeks * place)
            if len(found) == number or (self.until and nominal > self.until):
                break
            slot = self._held(nominal)
            if slot and slot.day >= since:
                found.append(slot)
        return found

    def _held(self, nominal: dt.date) -> Slot | None:
        if not self.working.is_holiday(nominal):
            return Slot(nominal, nominal)
        return Slot(nominal, self.working.next_working_day(nominal)) if self.moves else None
