"""Read model of the results page: per tribe and objective the scores, verdicts, learnings and notes."""

from dataclasses import dataclass

from django.urls import reverse

from okr.models import PeriodState, Quarter, Year
from okr.readings import Clock
from okr.rows import span_of
from orgs.models import Membership
from orgs.permissions import Permission, can
from reviews.access import slug_of
from reviews.models import Verdict
from reviews.pages.sheet import corrected_said
from reviews.pages.sheet_parts import Column, columns_of
from reviews.pages.words import Scored, day_of, said_of, scored
from reviews.results import Goal, Line, Part, Results, results_of


@dataclass(frozen=True, slots=True)
class ResultLine:
    line: Line
    code: str
    url: str
    start: str
    now: str
    target: str
    said: Scored | None
    afterwards: str
    corrected: str
    correct_url: str


@dataclass(frozen=True, slots=True)
class ResultGoal:
    goal: Goal
    score: Scored | None
    lines: list[ResultLine]


@dataclass(frozen=True, slots=True)
class ResultPart:
    part: Part
    score: Scored | None
    goals: list[ResultGoal]
    columns: list[Column]


@dataclass(frozen=True, slots=True)
class ResultsPage:
    period: Year | Quarter
    results: Results
    parts: list[ResultPart]
    is_closed: bool
    closed_on: str

    @property
    def slug(self) -> str:
        return slug_of(self.period)


def results_page(period: Year | Quarter, member: Membership, clock: Clock) -> ResultsPage:
    results = results_of(period)
    closed = period.state == PeriodState.CLOSED
    may = closed and can(member, Permission.CORRECT_CLOSED, period)
    close = results.close
    return ResultsPage(
        period=period,
        results=results,
        parts=[
            ResultPart(
                part,
                scored(part.score),
                [
                    ResultGoal(goal, scored(goal.score), [_line(line, clock, may=may) for line in goal.lines])
                    for goal in part.goals
                ],
                columns_of(part.notes) if part.notes else [],
            )
            for part in results.parts
        ],
        is_closed=closed,
        closed_on=day_of(close.at.astimezone(clock.org.zone).date()) if close else "",
    )


def _line(line: Line, clock: Clock, *, may: bool) -> ResultLine:
    row = line.key_result
    start, now, target = span_of(row, clock)
    return ResultLine(
        line=line,
        code=row.code,
        url=reverse("key_result", args=[clock.org.slug, row.pk]),
        start=start,
        now=now,
        target=target,
        said=said_of(line),
        afterwards=str(Verdict.Afterwards(line.afterwards).label) if line.afterwards else "",
        corrected=corrected_said(line, clock),
        correct_url=reverse("review_correct", args=[clock.org.slug, row.pk]) if may else "",
    )
