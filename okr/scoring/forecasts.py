"""Forecast: the least-squares line through the check-ins, extended to the end of the period, with its spread."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from okr.scoring.metric import Period
from okr.scoring.precision import ONE, ZERO, precise

MIN_POINTS = 3
# Standard errors on each side: about 95 % of new measurements once there are ten points or so, fewer (70 %) with three.
SPREAD = 2


@dataclass(frozen=True, slots=True)
class Line:
    """A fitted line: days are counted from `first`, `error` is the residual standard error."""

    first: date
    mean_day: Decimal
    mean_value: Decimal
    slope: Decimal
    squares: Decimal
    count: int
    error: Decimal

    @precise
    def at(self, day: date) -> tuple[Decimal, Decimal, Decimal]:
        """(value, low, high) on a day."""
        offset = (day - self.first).days - self.mean_day
        value = self.mean_value + self.slope * offset
        spread = SPREAD * self.error * (ONE + ONE / self.count + offset * offset / self.squares).sqrt()
        return value, value - spread, value + spread


@dataclass(frozen=True, slots=True)
class Forecast:
    """Where the line ends. Values are in the metric's unit, `slope` in that unit per day.

    `low` and `high` are value ± 2 · s · √(1 + 1/n + (x − x̄)²/Sxx), two standard errors of prediction for n points, s
    being the residual standard error with n − 2 degrees of freedom (simple linear regression).
    """

    on: date
    value: Decimal
    low: Decimal
    high: Decimal
    slope: Decimal
    line: Line


@precise
def forecast(points: Iterable[tuple[date, Decimal]], period: Period) -> Forecast | None:
    """Extend (day, value) points to the end of the period.

    The last point given for a day stands for that day. None with fewer than three days, or when nothing is left to
    extend because the latest is the period's last day or beyond.
    """
    by_day = dict(points)
    if len(by_day) < MIN_POINTS or max(by_day) >= period.end:
        return None
    first, count = min(by_day), len(by_day)
    mean_day = Decimal(sum((day - first).days for day in by_day)) / count
    mean_value = sum(by_day.values(), ZERO) / count
    offsets = [((day - first).days - mean_day, value - mean_value) for day, value in by_day.items()]
    squares = sum((day * day for day, _ in offsets), ZERO)
    slope = sum((day * value for day, value in offsets), ZERO) / squares
    residual = sum(((value - slope * day) ** 2 for day, value in offsets), ZERO) / (count - 2)
    line = Line(first, mean_day, mean_value, slope, squares, count, residual.sqrt())
    value, low, high = line.at(period.end)
    return Forecast(period.end, value, low, high, slope, line)
