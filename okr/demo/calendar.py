"""When the demo's periods lie, so that it is believable on any day of the year.

The rule: the running quarter began on the first of the month before the one that was running a week ago, and it is
always the second of its year. Today is then day 36 to 69 of about 91 (the sixth to the tenth week): enough check-ins
behind, enough quarter ahead, a closed quarter before it and a draft after it in the same year. Which month the year
starts in is an ordinary setting of the organization. A year is named after the calendar year its second quarter begins
in. Written down in May, this gives calendar years: on 19 May 2026, the second quarter of 2026, which began on 1 April.
"""

import datetime as dt
from dataclasses import dataclass

# The day that the content's figures are written for: the same share of the period as 19 May in a calendar year.
QUARTER_REFERENCE = 48
YEAR_REFERENCE = 138


@dataclass(frozen=True, slots=True)
class Span:
    starts_on: dt.date
    ends_on: dt.date


@dataclass(frozen=True, slots=True)
class Calendar:
    today: dt.date
    year: Span
    number: int
    quarters: tuple[Span, Span, Span]  # closed, running, draft
    former: Span  # the year before

    @property
    def starts_month(self) -> int:
        return self.year.starts_on.month

    def former_quarter(self, number: int) -> Span:
        """Of the year before."""
        first = add_months(self.former.starts_on, 3 * (number - 1))
        return Span(first, add_months(first, 3) - dt.timedelta(days=1))

    @property
    def monday(self) -> dt.date:
        """Monday of the current week."""
        return self.today - dt.timedelta(days=self.today.weekday())


def calendar_of(today: dt.date) -> Calendar:
    running = add_months((today - dt.timedelta(days=7)).replace(day=1), -1)
    starts = [add_months(running, months) for months in (-3, 0, 3, 6)]
    before = dt.timedelta(days=1)
    return Calendar(
        today=today,
        year=Span(starts[0], add_months(starts[0], 12) - before),
        number=running.year,
        quarters=(
            Span(starts[0], starts[1] - before),
            Span(starts[1], starts[2] - before),
            Span(starts[2], starts[3] - before),
        ),
        former=Span(add_months(starts[0], -12), starts[0] - before),
    )


def add_months(first: dt.date, months: int) -> dt.date:
    """The first of a month, some months on or back."""
    count = first.year * 12 + first.month - 1 + months
    return dt.date(count // 12, count % 12 + 1, 1)
