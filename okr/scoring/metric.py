"""What a key result measures, over which period, and what can be wrong with it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum


class Direction(StrEnum):
    UP = "up"
    DOWN = "down"
    WITHIN = "within"
    DONE = "done"


class Ambition(StrEnum):
    COMMITTED = "committed"
    ASPIRATIONAL = "aspirational"


class BadMetric(ValueError):
    """The metric allows no progress to be computed; the message is for developers."""


@dataclass(frozen=True, slots=True)
class Step:
    """One step of a milestone."""

    weight: Decimal
    done: bool


@dataclass(frozen=True, slots=True)
class Metric:
    """What is measured. UP and DOWN use start and target, WITHIN low, high and tolerance, DONE its steps."""

    direction: Direction
    start: Decimal | None
    target: Decimal | None
    low: Decimal | None = None
    high: Decimal | None = None
    tolerance: Decimal | None = None
    steps: tuple[Step, ...] = ()


@dataclass(frozen=True, slots=True)
class StepTarget:
    """The value expected by the end of a day; for DONE a share between 0 and 1."""

    on: date
    value: Decimal


@dataclass(frozen=True, slots=True)
class Period:
    """A year or a quarter; both days belong to it."""

    start: date
    end: date

    def __post_init__(self) -> None:
        if self.end < self.start:
            raise ValueError("a period cannot end before it starts")

    @property
    def days(self) -> int:
        return (self.end - self.start).days + 1

    def elapsed_days(self, today: date) -> int:
        """Days gone by, today included: 0 before the start, `days` from the last day on."""
        return min(max((today - self.start).days + 1, 0), self.days)


class Fault(StrEnum):
    """What can be wrong with a metric; pages and API translate."""

    MISSING = "missing"
    NOT_FINITE = "not_finite"
    START_EQUALS_TARGET = "start_equals_target"
    DIRECTION_DISAGREES = "direction_disagrees"
    BAND_INVERTED = "band_inverted"
    TOLERANCE_NOT_POSITIVE = "tolerance_not_positive"
    TOLERANCE_NEEDED = "tolerance_needed"
    WEIGHT_NEGATIVE = "weight_negative"
    WEIGHTS_ZERO = "weights_zero"
    STEP_TARGET_OUTSIDE = "step_target_outside"
    STEP_TARGET_REPEATED = "step_target_repeated"


@dataclass(frozen=True, slots=True)
class Problem:
    """One fault and the field it belongs to."""

    code: Fault
    field: str


def check_metric(metric: Metric) -> list[Problem]:
    """Everything that forbids measuring with this metric; an empty list when it is sound."""
    match metric.direction:
        case Direction.UP | Direction.DOWN:
            return _check_move(metric)
        case Direction.WITHIN:
            return _check_band(metric)
        case Direction.DONE:
            return _check_steps(metric.steps)


def _check_presence(**values: Decimal | None) -> list[Problem]:
    return [
        Problem(Fault.MISSING if value is None else Fault.NOT_FINITE, field)
        for field, value in values.items()
        if value is None or not value.is_finite()
    ]


def _check_move(metric: Metric) -> list[Problem]:
    start, target = metric.start, metric.target
    problems = _check_presence(start=start, target=target)
    if problems or start is None or target is None:
        return problems
    if start == target:
        return [Problem(Fault.START_EQUALS_TARGET, "target")]
    if (target > start) != (metric.direction is Direction.UP):
        return [Problem(Fault.DIRECTION_DISAGREES, "direction")]
    return []


def _check_band(metric: Metric) -> list[Problem]:
    low, high, tolerance = metric.low, metric.high, metric.tolerance
    problems = _check_presence(low=low, high=high)
    if problems or low is None or high is None:
        return problems
    if low > high:
        problems.append(Problem(Fault.BAND_INVERTED, "high"))
    if tolerance is None:
        # A band without width has no width to lend as its tolerance.
        if low == high:
            problems.append(Problem(Fault.TOLERANCE_NEEDED, "tolerance"))
    elif not tolerance.is_finite():
        problems.append(Problem(Fault.NOT_FINITE, "tolerance"))
    elif tolerance <= 0:
        problems.append(Problem(Fault.TOLERANCE_NOT_POSITIVE, "tolerance"))
    return problems


def _check_steps(steps: tuple[Step, ...]) -> list[Problem]:
    if any(not step.weight.is_finite() for step in steps):
        return [Problem(Fault.NOT_FINITE, "steps")]
    if any(step.weight < 0 for step in steps):
        return [Problem(Fault.WEIGHT_NEGATIVE, "steps")]
    if steps and not any(step.weight for step in steps):
        return [Problem(Fault.WEIGHTS_ZERO, "steps")]
    return []


def check_step_targets(period: Period, step_targets: Sequence[StepTarget]) -> list[Problem]:
    """What is wrong with a set of step targets: a day outside the period, a day named twice, a value not finite."""
    days = [step.on for step in step_targets]
    problems = []
    if any(not period.start <= day <= period.end for day in days):
        problems.append(Problem(Fault.STEP_TARGET_OUTSIDE, "step_targets"))
    if len(set(days)) < len(days):
        problems.append(Problem(Fault.STEP_TARGET_REPEATED, "step_targets"))
    if any(not step.value.is_finite() for step in step_targets):
        problems.append(Problem(Fault.NOT_FINITE, "step_targets"))
    return problems
