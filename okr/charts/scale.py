"""What the charts share: the plot area and its scales, round ticks, and how figures are worded."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal

from okr.earlier import Earlier
from okr.numbers import Unit, format_number, format_value, own_decimals
from okr.scoring import Direction, Metric, Period, StepTarget, expected_value

# Average width of a character at the charts' 11 px, for margins and collisions.
CHARACTER = 5.8
_LONGEST_PERIOD_IN_WEEKS = 120
_MILLION = Decimal(10) ** 6
_ROUND_STEPS = (Decimal(1), Decimal(2), Decimal("2.5"), Decimal(5), Decimal(10))

Points = Sequence[tuple[date, Decimal]]


def px(length: float) -> str:
    return f"{length:.1f}"


@dataclass(frozen=True, slots=True)
class Label:
    """A text and where it stands; `anchor` is SVG's text-anchor."""

    x: str
    y: str
    text: str
    anchor: str = "start"


@dataclass(frozen=True, slots=True)
class Wording:
    """How a key result's figures are written for one reader."""

    language: str
    unit: str
    currency: str = "EUR"
    unit_label: str = ""

    def value(self, value: Decimal, decimals: int | None = None) -> str:
        """With its unit; `decimals` are those of the stored figure, for a value that was computed."""
        return format_value(
            value,
            self.unit,
            self.language,
            currency=self.currency,
            unit_label=self.unit_label,
            decimals=decimals if decimals is None else self._shown(value, decimals),
        )

    def bare(self, value: Decimal, decimals: int) -> str:
        """Without its unit where an axis or a neighbour names it; money and shares keep theirs."""
        if self.unit in (Unit.MONEY, Unit.DONE):
            return self.value(value, decimals)
        return format_number(value, self.language, decimals=decimals)

    def _shown(self, value: Decimal, decimals: int) -> int | None:
        match self.unit:
            case Unit.MONEY:
                # Millions choose their own; below, cents or none.
                return None if abs(value) >= _MILLION else decimals and max(decimals, 2)
            case Unit.DONE:
                return max(decimals - 2, 0)
            case _:
                return decimals


def decimals_of(values: Iterable[Decimal]) -> int:
    """The decimals that write all the values exactly."""
    return max((own_decimals(value) for value in values), default=0)


@dataclass(frozen=True, slots=True)
class Frame:
    """The plot area, in the SVG's units, over a period (horizontally) and a range of values (vertically)."""

    left: float
    right: float
    top: float
    bottom: float
    period: Period
    low: float
    high: float

    def morning(self, day: date) -> float:
        """Where a day begins."""
        return self.left + (self.right - self.left) * (day - self.period.start).days / self.period.days

    def evening(self, day: date) -> float:
        """Where a day ends: its measurements, and what is expected of it, stand here."""
        return self.morning(day + timedelta(days=1))

    def y(self, value: Decimal | float) -> float:
        return self.bottom - (self.bottom - self.top) * (float(value) - self.low) / (self.high - self.low)

    def inside(self, y: float) -> float:
        return min(max(y, self.top), self.bottom)

    def spots(self, points: Points) -> list[tuple[float, float]]:
        return [(self.evening(day), self.y(value)) for day, value in points]

    def cut(self, start: tuple[float, float], end: tuple[float, float]) -> tuple[tuple[float, float], ...]:
        """The part of a segment that lies between top and bottom, given that its start does (or is moved there)."""
        (x1, y1), (x2, y2) = (start[0], self.inside(start[1])), end
        edge = self.inside(y2)
        if edge == y2 or y1 == y2:
            return (x1, y1), (x2, edge)
        return (x1, y1), (x1 + (x2 - x1) * (edge - y1) / (y2 - y1), edge)


def coordinates(spots: Iterable[tuple[float, float]]) -> list[str]:
    """As the points of a polyline or polygon."""
    return [f"{x:.1f},{y:.1f}" for x, y in spots]


def path(spots: Sequence[tuple[float, float]]) -> str:
    """A broken line as an SVG path; "" without corners."""
    return "M" + "L".join(coordinates(spots)) if spots else ""


def gap(frame: Frame, metric: Metric, last: tuple[date, Decimal], step_targets: Sequence[StepTarget]) -> str:
    """From the value expected on the day of the last measurement to that value, where it is behind; else ""."""
    day, value = last
    expected = expected_value(metric, frame.period, day, step_targets)
    if expected is None or (value >= expected if metric.direction is not Direction.DOWN else value <= expected):
        return ""
    return f"M{px(frame.evening(day))} {px(frame.y(expected))}V{px(frame.y(value))}"


def within(period: Period, points: Points) -> list[tuple[date, Decimal]]:
    """The points of the period, oldest first."""
    return sorted((point for point in points if period.start <= point[0] <= period.end), key=lambda point: point[0])


def ends(metric: Metric) -> tuple[Decimal | None, Decimal | None]:
    """The values a chart runs between: start and target, 0 and 1 for a milestone, the band's ends for WITHIN."""
    match metric.direction:
        case Direction.WITHIN:
            return metric.low, metric.high
        case Direction.DONE:
            return Decimal(0), Decimal(1)
        case _:
            return metric.start, metric.target


def expected_line(metric: Metric, period: Period, step_targets: Sequence[StepTarget]) -> list[tuple[date, Decimal]]:
    """The corners of the expected line: the eve of the period, the step targets that count, the last day."""
    start, target = ends(metric)
    if metric.direction is Direction.WITHIN or start is None or target is None:
        return []
    eve = period.start - timedelta(days=1)
    steps = {step.on: step.value for step in step_targets if period.start <= step.on < period.end}
    return [(eve, start), *sorted(steps.items()), (period.end, target)]


def expected_points(
    metric: Metric, period: Period, step_targets: Sequence[StepTarget], earlier: Sequence[Earlier]
) -> list[tuple[date, Decimal]]:
    """The corners of what was expected day by day: the line of each earlier metric as far as it held, then the present one.

    Where one ends and the next begins, the same day has both values: the line steps there.
    """
    points: list[tuple[date, Decimal]] = []
    eras = [*((one.metric, min(one.until - timedelta(days=1), period.end)) for one in earlier), (metric, period.end)]
    begins = period.start - timedelta(days=1)
    for held, ends_on in eras:
        line = expected_line(held, period, step_targets)
        if line and begins < ends_on:
            inner = [corner for corner in line[1:-1] if begins < corner[0] < ends_on]
            first, last = (expected_value(held, period, day, step_targets) for day in (begins, ends_on))
            if first is not None and last is not None:
                points += [(begins, first), *inner, (ends_on, last)]
        begins = ends_on
    return points


def rises(line: Points) -> bool:
    """Whether an expected line leads up; False for none."""
    return bool(line) and line[-1][1] > line[0][1]


def value_range(values: Iterable[Decimal], padding: float = 0.0) -> tuple[float, float]:
    """Lowest and highest with `padding` (a share of the range) on each side; never empty."""
    numbers = [float(value) for value in values] or [0.0, 1.0]
    low, high = min(numbers), max(numbers)
    if low == high:
        low, high = low - (abs(low) or 1.0) / 10, high + (abs(high) or 1.0) / 10
    margin = (high - low) * padding
    return low - margin, high + margin


def round_ticks(low: float, high: float, most: int = 6) -> list[Decimal]:
    """Round values (1, 2, 2.5 or 5 × a power of ten apart) inside a range, at most `most` of them."""
    rough = Decimal((high - low) / most)
    power = Decimal(1).scaleb(rough.adjusted())
    step = next(power * factor for factor in _ROUND_STEPS if power * factor >= rough)
    first = int((Decimal(low) / step).to_integral_value(ROUND_CEILING))
    last = int((Decimal(high) / step).to_integral_value(ROUND_FLOOR))
    return [step * count for count in range(first, last + 1)]


def by_weeks(period: Period) -> bool:
    """Whether the period is short enough for a graduation in weeks (a quarter), rather than in months (a year)."""
    return period.days <= _LONGEST_PERIOD_IN_WEEKS


def months(period: Period, step: int = 1) -> list[date]:
    """The first day of the period and of every `step`-th month after it."""
    days = [period.start]
    while True:
        month = days[-1].month - 1 + step
        day = date(days[-1].year + month // 12, month % 12 + 1, 1)
        if day > period.end:
            return days
        days.append(day)


def mondays(period: Period) -> list[date]:
    """The first day of the period and every Monday in it, without a first or last week of under four days."""
    monday = period.start + timedelta(days=-period.start.weekday() % 7)
    weeks = (period.end - monday).days + 4
    days = [monday + timedelta(weeks=week) for week in range(weeks // 7)]
    return days if (monday - period.start).days < 4 else [period.start, *days]
