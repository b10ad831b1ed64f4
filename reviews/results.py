"""What a quarter or a year came to: the one read model of verdicts, behind pages, files, API and trends.

A verdict that was given counts, whether the period is closed yet or not; what was closed before there were reviews has its
score on the key result alone.
"""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from decimal import ROUND_HALF_UP, Decimal
from functools import cached_property

from okr import scoring
from okr.models import KeyResult, Objective, Quarter, Year
from orgs.models import AuditEvent, Tribe
from reviews.access import running_in, running_in_all
from reviews.models import RetroNote, Verdict
from reviews.models.verdict import is_miss

TENTH = Decimal("0.1")


@dataclass(frozen=True, slots=True)
class Line:
    """A key result with its verdict: `score` 0.0 to 1.0 in tenths, or `kept` of a health metric; both None without one."""

    key_result: KeyResult
    score: Decimal | None
    kept: bool | None
    learning: str
    miss_reason: str
    afterwards: str  # Verdict.Afterwards, "" where nothing was said
    verdict: Verdict | None
    proposed: Decimal | None  # from progress (method.md § 1)

    @property
    def is_given(self) -> bool:
        return self.score is not None or self.kept is not None

    @property
    def is_committed(self) -> bool:
        return self.key_result.ambition == KeyResult.Ambition.COMMITTED

    @property
    def is_reached(self) -> bool:
        """Of a committed one: entirely, as it was promised."""
        return self.is_given and not is_miss(self.key_result, self.score, self.kept)


@dataclass(frozen=True, slots=True)
class Goal:
    objective: Objective
    lines: list[Line]

    @property
    def score(self) -> Decimal | None:
        """Mean of its key results' scores by their weights, in tenths; None while none is scored."""
        return _mean((line.score, line.key_result.weight) for line in self.lines)


@dataclass
class Part:
    """A tribe's quarter, or the strategy of a year (`tribe` None)."""

    tribe: Tribe | None
    goals: list[Goal]
    notes: list[RetroNote] = field(default_factory=list)

    @cached_property
    def lines(self) -> list[Line]:
        return [line for goal in self.goals for line in goal.lines]

    @cached_property
    def score(self) -> Decimal | None:
        """Mean of its objectives' scores by their weights, in tenths."""
        return _mean((goal.score, goal.objective.weight) for goal in self.goals)

    @property
    def total(self) -> int:
        return len(self.lines)

    @cached_property
    def given(self) -> int:
        return sum(line.is_given for line in self.lines)

    @property
    def missing(self) -> int:
        return self.total - self.given

    @cached_property
    def committed(self) -> int:
        return sum(line.is_committed for line in self.lines)

    @cached_property
    def reached(self) -> int:
        """Of the committed ones."""
        return sum(line.is_committed and line.is_reached for line in self.lines)


@dataclass(frozen=True, slots=True)
class Close:
    """How the period was closed last."""

    at: dt.datetime
    by: str
    reason: str  # where key results were closed without verdict


@dataclass(frozen=True)
class Results:
    period: Year | Quarter
    parts: list[Part]
    close: Close | None

    @property
    def lines(self) -> list[Line]:
        return [line for part in self.parts for line in part.lines]

    @property
    def total(self) -> int:
        return sum(part.total for part in self.parts)

    @property
    def given(self) -> int:
        return sum(part.given for part in self.parts)

    @property
    def missing(self) -> int:
        return self.total - self.given

    @property
    def committed(self) -> int:
        return sum(part.committed for part in self.parts)

    @property
    def reached(self) -> int:
        return sum(part.reached for part in self.parts)


def results_of(period: Year | Quarter, *, tribe: Tribe | None = None, notes: bool = True) -> Results:
    """Of all tribes with key results in it, or of one of them, which need not have any. Four queries at most: key results
    with their verdicts and step targets, notes, the close."""
    rows = running_in(period)
    if tribe is not None:
        rows = rows.filter(objective__tribe=tribe)
    found = list(
        rows.select_related(
            "objective__year",
            "objective__quarter__year",
            "objective__tribe__lead__user",
            "objective__owner__user",
            "owner__user",
            "verdict__by__user",
            "verdict__corrected_by__user",
        ).with_step_targets()
    )
    parts = _parts(found)
    if tribe is not None and not parts:
        parts = [Part(tribe, [])]
    if notes and isinstance(period, Quarter):
        _add_notes(parts, period, tribe)
    return Results(period, parts, _close_of(period))


def parts_of(periods: Sequence[Quarter] | Sequence[Year], *, tribe: Tribe | None = None) -> dict[int, list[Part]]:
    """By period's id, as `results_of` has them, without notes: one query for all of them; of one `tribe`, or of all."""
    if not periods:
        return {}
    spans = {period.pk: period for period in periods}
    of_year = isinstance(periods[0], Year)
    rows = running_in_all(periods)
    if tribe is not None:
        rows = rows.filter(objective__tribe=tribe)
    found: defaultdict[int, list[KeyResult]] = defaultdict(list)
    for row in rows.select_related("objective__tribe", "verdict"):
        objective = row.objective
        if of_year:
            objective.year = spans[objective.year_id]
        else:
            objective.quarter = spans[objective.quarter_id]
        found[objective.span.pk].append(row)
    return {pk: _parts(of_it) for pk, of_it in found.items()}


def proposed_score(row: KeyResult) -> Decimal | None:
    """From progress, as method.md § 1 says: None without data, and for what is kept within a band."""
    metric = row.as_metric
    return None if scoring.check_metric(metric) else scoring.propose_score(metric, row.current)


def _parts(rows: Sequence[KeyResult]) -> list[Part]:
    goals: dict[int, Goal] = {}
    parts: dict[int | None, Part] = {}
    for row in rows:
        objective = row.objective
        if objective.pk not in goals:
            goals[objective.pk] = goal = Goal(objective, [])
            parts.setdefault(objective.tribe_id, Part(objective.tribe, [])).goals.append(goal)
        goals[objective.pk].lines.append(_line(row))
    return list(parts.values())


def _line(row: KeyResult) -> Line:
    verdict: Verdict | None = getattr(row, "verdict", None)
    said = verdict if verdict is not None and verdict.is_given else None
    return Line(
        key_result=row,
        score=said.score if said else row.score,
        kept=said.kept if said else None,
        learning=said.learning if said else row.learning,
        miss_reason=said.miss_reason if said else row.miss_reason,
        afterwards=said.afterwards if said else "",
        verdict=verdict,
        proposed=proposed_score(row),
    )


def _add_notes(parts: Sequence[Part], quarter: Quarter, tribe: Tribe | None) -> None:
    rows = RetroNote.objects.live().filter(quarter=quarter).select_related("author__user").order_by("pk")
    if tribe is not None:
        rows = rows.filter(tribe=tribe)
    notes: defaultdict[int, list[RetroNote]] = defaultdict(list)
    for note in rows:
        notes[note.tribe_id].append(note)
    for part in parts:
        if part.tribe is not None:
            part.notes = notes[part.tribe.pk]


def _close_of(period: Year | Quarter) -> Close | None:
    if period.is_open:
        return None
    events = AuditEvent.objects.filter(
        object_type=period._meta.model_name, object_id=period.pk, verb="closed"
    ).order_by("-pk")
    last = next(iter(events[:1]), None)
    return Close(last.at, last.actor_name, last.reason) if last else None


def _mean(pairs: Iterable[tuple[Decimal | None, Decimal]]) -> Decimal | None:
    known = [(score, weight) for score, weight in pairs if score is not None and weight]
    total = sum((weight for _score, weight in known), Decimal(0))
    if not total:
        return None
    mean = sum((score * weight for score, weight in known), Decimal(0)) / total
    return mean.quantize(TENTH, ROUND_HALF_UP)
