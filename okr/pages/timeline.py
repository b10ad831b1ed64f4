"""The weeks of a quarter as graduations, and where an initiative stands on them: for rulers, Gantt charts, week strips."""

import datetime as dt
from dataclasses import dataclass

from django.utils.translation import gettext as _

from okr import numbers
from okr.language import language
from okr.models import Initiative, Quarter

State = Initiative.State
WEEK = dt.timedelta(weeks=1)
LATE = "late"
# State (LATE is derived) → class of .g-bar, .mini > i and .sw
BAR_CLASSES = {
    State.PLANNED: "next",
    State.IN_PROGRESS: "",
    State.ON_HOLD: "hold",
    State.DELIVERED: "done",
    State.CANCELLED: "cancelled",
    LATE: "late",
}


@dataclass(frozen=True, slots=True)
class Weeks:
    """A quarter's ISO weeks, 13 or 14, the first and last perhaps in part."""

    mondays: tuple[dt.date, ...]
    labels: tuple[str, ...]  # "W14", in the reader's language
    number: int | None  # the week that today lies in, from 1; None outside the quarter
    now: int | None  # where today stands on the graduations, in percent; None outside the quarter

    @classmethod
    def of(cls, quarter: Quarter, today: dt.date) -> "Weeks":
        mondays = tuple(quarter.weeks())
        inside = quarter.starts_on <= today <= quarter.ends_on
        days = (today - mondays[0]).days
        return cls(
            mondays=mondays,
            labels=tuple(numbers.format_week(monday, language(), short=True) for monday in mondays),
            number=days // 7 + 1 if inside else None,
            now=round((days + 0.5) / (7 * len(mondays)) * 100) if inside else None,
        )

    @property
    def total(self) -> int:
        return len(self.mondays)

    @property
    def now_label(self) -> str:
        """ "week 8 of 14", "" outside the quarter."""
        return _("week %(week)d of %(weeks)d") % {"week": self.number, "weeks": self.total} if self.number else ""

    def columns(self, first: dt.date, last: dt.date) -> str:
        """The class of geometry.css that stretches from one Monday's week to another's, cut at the quarter's ends."""
        start, end = (self._column(monday) for monday in (first, last))
        return f"wk-{start}-{end + 1}"

    def _column(self, monday: dt.date) -> int:
        return min(max((monday - self.mondays[0]).days // 7 + 1, 1), self.total)


def weeks_late(initiative: Initiative, today: dt.date) -> int:
    """How many weeks ago it should have ended (or begun, while it is only planned); 0 when it is not late."""
    if initiative.state == State.PLANNED:
        due = initiative.start_week
    elif initiative.state == State.IN_PROGRESS:
        due = initiative.end_week
    else:
        return 0
    return max((today - due) // WEEK, 0)


def legend() -> list[tuple[str, str]]:
    """(class, word) of each state, for the swatches above a chart."""
    order = [State.DELIVERED, State.IN_PROGRESS, LATE, State.ON_HOLD, State.PLANNED]
    return [(BAR_CLASSES[state], _("Late") if state == LATE else str(State(state).label)) for state in order]
