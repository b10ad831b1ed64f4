"""When a check-in is due (method.md § 5). Pure: no database."""

import calendar
import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from orgs.models.structure import Cadence
from orgs.working_days import DAY, WorkingDays

if TYPE_CHECKING:
    from orgs.models import Organization

WEEK = dt.timedelta(weeks=1)


@dataclass(frozen=True, slots=True)
class Rhythm:
    """How often check-ins are due, on which weekday (0 Monday) and at which hour of the organization's day.

    Each week, or month, has one due day: the chosen weekday, in a month the last one. On a public holiday it moves to the
    next working day. Where it moves beyond its week it takes its week along: until that day check-ins still answer for it.
    """

    cadence: str
    weekday: int
    hour: int
    zone: ZoneInfo
    working_days: WorkingDays

    @classmethod
    def of(cls, org: "Organization", setting: str = "tribe_cadence") -> "Rhythm":
        """`setting` names the cadence: KeyResult.cadence_of."""
        return cls(getattr(org, setting), org.due_weekday, org.due_hour, org.zone, org.working_days)

    def chosen_day(self, day: dt.date) -> dt.date:
        """The weekday chosen, in the calendar week or month of `day`, whether or not it is a public holiday."""
        if self.cadence == Cadence.MONTHLY:
            last = day.replace(day=calendar.monthrange(day.year, day.month)[1])
            return last - dt.timedelta(days=(last.weekday() - self.weekday) % 7)
        return day + dt.timedelta(days=self.weekday - day.weekday())

    def due_in(self, day: dt.date) -> dt.date:
        """The due day of the calendar week or month of `day`."""
        chosen = self.chosen_day(day)
        return self.working_days.next_working_day(chosen) if self.working_days.is_holiday(chosen) else chosen

    def answers_for(self, day: dt.date) -> dt.date:
        """The first day of the week, or month, that a check-in of `day` answers for: that of `day`, early or late, or the
        one before while its due day, moved out of it, has not passed."""
        start = self._start(day)
        before = self._start(start - DAY)
        return before if day <= self.due_in(before) < self.due_in(start) else start

    def answers_until(self, day: dt.date) -> dt.date:
        """The last day whose check-ins answer for the same week, or month, as one of `day`."""
        start = self.answers_for(day)
        last = self._after(start) - DAY
        while self.answers_for(last + DAY) == start:
            last += DAY
        return last

    def due_date(self, day: dt.date) -> dt.date:
        """The due day that a check-in of `day` answers for."""
        return self.due_in(self.answers_for(day))

    def moved_from(self, due: dt.date) -> dt.date | None:
        """The public holiday that moved this due day; None where none did."""
        chosen = self.chosen_day(self.answers_for(due))
        return chosen if chosen != due == self.due_in(chosen) else None

    def next_due(self, checked_on: dt.date) -> dt.date:
        """When the next check-in is due after one made on `checked_on`: in the next week, the one after, or the next month.

        A check-in answers for the whole week (or month) it is made in, whether before its due day or late.
        """
        answered = self.answers_for(checked_on)
        start = self._after(answered)
        if self.cadence == Cadence.BIWEEKLY:
            start += WEEK
        while self.due_in(start) <= self.due_in(answered):  # both moved to the same day: it answers for both
            start = self._after(start)
        return self.due_in(start)

    def asked_until(self, today: dt.date) -> dt.date:
        """The last day whose check-ins are asked for today: this week's due day, or today where that has passed."""
        return max(self.weekly.due_date(today), today)

    def moment(self, day: dt.date) -> dt.datetime:
        """When on its due day a check-in is due, in the organization's zone.

        An hour that the clocks skip is taken as far after the change as it was before it; one that comes twice, the first.
        """
        said = dt.datetime.combine(day, dt.time(self.hour), self.zone)
        return said.astimezone(dt.UTC).astimezone(self.zone)

    def coming(self, now: dt.datetime) -> dt.date:
        """The first due day whose moment lies ahead of `now`."""
        due = self.due_date(now.astimezone(self.zone).date())
        while self.moment(due) <= now:
            due = self.due_in(self._after(self.answers_for(due)))
        return due

    def next_moved(self, day: dt.date, periods: int) -> dt.date | None:
        """The first due day from `day` on that a public holiday has moved, looking that many weeks or months ahead."""
        start = self.answers_for(day)
        for _period in range(periods):
            due = self.due_in(start)
            if due >= day and self.moved_from(due):
                return due
            start = self._after(start)
        return None

    @property
    def weekly(self) -> "Rhythm":
        return Rhythm(Cadence.WEEKLY, self.weekday, self.hour, self.zone, self.working_days)

    def _start(self, day: dt.date) -> dt.date:
        if self.cadence == Cadence.MONTHLY:
            return day.replace(day=1)
        return day - dt.timedelta(days=day.weekday())

    def _after(self, start: dt.date) -> dt.date:
        """The week or month after the one that begins on `start`."""
        if self.cadence == Cadence.MONTHLY:
            return (start + dt.timedelta(days=31)).replace(day=1)
        return start + WEEK
