"""The strategy at a glance, on "My week" of who sits in no tribe: objectives, what is behind, what is silent."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass

from django.urls import reverse

from okr.models import KeyResult, Objective, Quarter, Year
from okr.pages.tribes import counts_of
from okr.readings import Clock, Reading, Summary, read, summarize
from okr.rows import Row, bar_label, row_of, shares_of
from okr.scoring import Status

AT_MOST = 5
UNFOLDED_AT_MOST = 50
WORRIES = (Status.OFF_TRACK, Status.AT_RISK)


@dataclass(frozen=True, slots=True)
class ObjectiveLine:
    objective: Objective
    code: str
    url: str
    summary: Summary
    percent: str
    bar_label: str
    counts: list[tuple[str, int]]


@dataclass(frozen=True, slots=True)
class Shortlist:
    """The first few of a list, those to unfold, and how long the whole of it is."""

    rows: list[Row]
    rest: list[Row]
    total: int


@dataclass(frozen=True, slots=True)
class StrategySummary:
    """For who sits in no tribe: the strategy at a glance."""

    year: str
    objectives: list[ObjectiveLine]
    worries: Shortlist  # off track, then at risk
    silent: Shortlist  # the longest silence first


def strategy_summary(key_results: Iterable[KeyResult], clock: Clock) -> StrategySummary:
    """Of key results with their period and step targets, strategic and tribes' alike; no query."""
    readings = [read(row, clock) for row in key_results]
    strategic = [reading for reading in readings if reading.key_result.is_strategic]
    year = max((reading.key_result.objective.span for reading in strategic), key=_start, default=None)
    objectives: dict[int, list[Reading]] = {}
    for reading in strategic:
        if reading.key_result.objective.span == year:
            objectives.setdefault(reading.key_result.objective_id, []).append(reading)
    worries = sorted((reading for reading in readings if reading.status in WORRIES), key=_by_worry)
    silent = sorted((reading for reading in readings if reading.status == Status.NO_UPDATE), key=_by_silence)
    return StrategySummary(
        year="" if year is None else str(year),
        objectives=[_objective_line(group, clock) for group in objectives.values()],
        worries=_shortlist(worries, clock),
        silent=_shortlist(silent, clock),
    )


def _start(span: Year | Quarter) -> dt.date:
    return span.starts_on


def _by_silence(reading: Reading) -> dt.date:
    return reading.key_result.checked_on or dt.date.min


def _by_worry(reading: Reading) -> tuple[int, bool]:
    return WORRIES.index(reading.status), not reading.key_result.is_strategic


def _shortlist(readings: list[Reading], clock: Clock) -> Shortlist:
    rows = [row_of(reading.key_result, clock, []) for reading in readings[:UNFOLDED_AT_MOST]]
    return Shortlist(rows[:AT_MOST], rows[AT_MOST:], len(readings))


def _objective_line(readings: list[Reading], clock: Clock) -> ObjectiveLine:
    objective = readings[0].key_result.objective
    summary = summarize(readings, clock)
    percent, expected = shares_of(summary)
    return ObjectiveLine(
        objective=objective,
        code=objective.code,
        url=reverse("objective", args=[clock.org.slug, objective.pk]),
        summary=summary,
        percent=percent,
        bar_label=bar_label(percent, expected),
        counts=counts_of(summary),
    )
