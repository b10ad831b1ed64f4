"""The sparkline of a row: 84 × 26, a dashed line for the expected path, a dot for the last value."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

_LEFT, _RIGHT, _TOP, _BOTTOM = 2.0, 80.0, 3.5, 22.5


@dataclass(frozen=True, slots=True)
class Spark:
    """Geometry for `okr/_spark.html`; "" for what there is nothing to draw of."""

    path_expected: str
    polyline: str
    dot_x: str
    dot_y: str


def sparkline(
    points: Sequence[tuple[date, Decimal]],
    expected_start: Decimal | None,
    expected_end: Decimal | None,
    *,
    since: date | None = None,
    until: date | None = None,
) -> Spark:
    """Draw (day, value) points, oldest first, against the straight way from `expected_start` to `expected_end`.

    The drawing spans `since` to `until` (default: first to last point), which is also where the expected line begins
    and ends; pass the start of the period and today, the start value and the value expected today. Points outside are
    drawn on the edge. Without both expected values (a band, no baseline) there is no expected line; a single point is a
    dot, none at all an empty chart.
    """
    values = [float(value) for _, value in points]
    ends = [] if expected_start is None or expected_end is None else [float(expected_start), float(expected_end)]
    if not values and not ends:
        return Spark("", "", "", "")
    low, high = min(values + ends), max(values + ends)
    rise = (_BOTTOM - _TOP) / (high - low) if high > low else 0.0
    middle = (_BOTTOM + _TOP) / 2

    def y(value: float) -> float:
        return _BOTTOM - (value - low) * rise if rise else middle

    path = f"M{_LEFT:.1f} {y(ends[0]):.1f}L{_RIGHT:.1f} {y(ends[1]):.1f}" if ends else ""
    if not values:
        return Spark(path, "", "", "")
    first = (since or points[0][0]).toordinal()
    days = (until or points[-1][0]).toordinal() - first
    run = (_RIGHT - _LEFT) / days if days > 0 else 0.0

    def x(day: date) -> float:
        return min(max(_LEFT + (day.toordinal() - first) * run, _LEFT), _RIGHT) if run else _RIGHT

    dots = [f"{x(day):.1f},{y(value):.1f}" for (day, _), value in zip(points, values, strict=True)]
    dot_x, dot_y = dots[-1].split(",")
    return Spark(path, " ".join(dots) if len(dots) > 1 else "", dot_x, dot_y)
