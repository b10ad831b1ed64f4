"""Which check-ins were asked for, and what came of each: on time, late, missed, due now, not yet. Pure: no database."""

import datetime as dt
from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cache

from okr.due import Rhythm
from orgs.working_days import DAY


class Mark(StrEnum):
    ON_TIME = "on_time"
    LATE = "late"
    MISSED = "missed"
    DUE = "due"  # asked for now, and still to be made
    AHEAD = "ahead"  # not yet

    @property
    def is_made(self) -> bool:
        return self in (Mark.ON_TIME, Mark.LATE)

    @property
    def is_over(self) -> bool:
        """It counts: it was made, or no longer can be."""
        return self.is_made or self is Mark.MISSED


class Pace:
    """All that discipline asks of a rhythm, each day asked about once: many key results share their weeks."""

    def __init__(self, rhythm: Rhythm) -> None:
        self.next_due = cache(rhythm.next_due)
        self.answers_for = cache(rhythm.answers_for)
        self.answers_until = cache(rhythm.answers_until)
        self.asked_until = cache(rhythm.asked_until)


@dataclass(frozen=True, slots=True)
class Turn:
    """One check-in that was asked for: it can be made from `starts_on` to `ends_on`, and is on time until `due_on`."""

    starts_on: dt.date
    of: (
        dt.date
    )  # first day of the calendar week, or month, that it is due in: a holiday may have moved `due_on` out of it
    due_on: dt.date
    ends_on: dt.date
    mark: Mark
    made_on: dt.date | None = None


def turns(pace: Pace, *, asked_since: dt.date, until: dt.date, made: Iterable[dt.date], today: dt.date) -> list[Turn]:
    """Every check-in asked for, oldest first, of a key result whose check-ins are on the days `made`.

    `asked_since` is the day of its publication, or the first of its period where that is later: like a check-in, it
    answers for its own week. What is due after `until`, the last day of its period or the day of its close, is not asked
    for. A check-in answers for the week (or two, or month) in which it is made; the next one is counted from it.
    """
    days = sorted(set(made))
    found: list[Turn] = []
    anchor, answered = asked_since, pace.answers_until(asked_since)
    while (due := pace.next_due(anchor)) <= until:
        ends = pace.answers_until(due)
        place = bisect_right(days, answered)
        made_on = days[place] if place < len(days) and days[place] <= ends else None
        mark = _mark(pace, answered, due, ends, made_on, today)
        found.append(Turn(answered + DAY, pace.answers_for(due), due, ends, mark, made_on))
        anchor = made_on or due
        answered = pace.answers_until(anchor)
    return found


def _mark(pace: Pace, answered: dt.date, due: dt.date, ends: dt.date, made_on: dt.date | None, today: dt.date) -> Mark:
    if made_on is not None:
        return Mark.ON_TIME if made_on <= due else Mark.LATE
    if today > ends:
        return Mark.MISSED
    return Mark.DUE if today > answered and due <= pace.asked_until(today) else Mark.AHEAD


def missed_in_a_row(found: Sequence[Turn]) -> int:
    """How many were missed since the last that was made."""
    number = 0
    for turn in found:
        if turn.mark.is_over:
            number = number + 1 if turn.mark is Mark.MISSED else 0
    return number


@dataclass(frozen=True, slots=True)
class Share:
    """How many of the check-ins that were asked for were made."""

    made: int = 0
    asked: int = 0  # over, made or missed
    waiting: int = 0  # due now
    late: int = 0  # of those made

    @classmethod
    def of(cls, found: Iterable[Turn]) -> "Share":
        marks = [turn.mark for turn in found]
        return cls(
            made=sum(mark.is_made for mark in marks),
            asked=sum(mark.is_over for mark in marks),
            waiting=marks.count(Mark.DUE),
            late=marks.count(Mark.LATE),
        )
