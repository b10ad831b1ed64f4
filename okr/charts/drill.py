"""The small chart of a key result opened in the strategy table."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from okr.charts.scale import (
    CHARACTER,
    Frame,
    Label,
    Points,
    Wording,
    by_weeks,
    decimals_of,
    ends,
    expected_line,
    gap,
    months,
    path,
    px,
    value_range,
    within,
)
from okr.numbers import format_date, format_quarter
from okr.scoring import Metric, Period, StepTarget, expected_value

WIDTH, HEIGHT = 400, 150
_LEFT, _TOP, _BOTTOM = 4.0, 14.0, 130.0
_LEAST_RIGHT_MARGIN = 34.0
_WORD = 9
_LINE_HEIGHT = 12.0


@dataclass(frozen=True, slots=True)
class DrillTrend:
    """Geometry for `okr/_trend_small.html`. Paths are "" and labels None where there is nothing to draw."""

    view_box: str
    left: str
    right: str
    top: str
    bottom: str
    verticals: tuple[str, ...]
    graduations: tuple[Label, ...]
    levels: tuple[str, ...]
    level_labels: tuple[Label, ...]
    expected: str
    gap: str
    measured: str
    last: tuple[str, str] | None
    last_label: Label | None
    expected_label: Label | None


def drill_trend(
    metric: Metric,
    period: Period,
    today: date,
    points: Points,
    *,
    wording: Wording,
    step_targets: Sequence[StepTarget] = (),
) -> DrillTrend:
    """Lay out the (day, value) points of a period between start and target (a band's ends for WITHIN)."""
    measured = within(period, points)
    line = expected_line(metric, period, step_targets)
    levels = [end for end in ends(metric) if end is not None]
    known = levels + [value for _, value in [*line[1:-1], *measured]]
    texts = [wording.value(level) for level in levels]
    right = WIDTH - max(_LEAST_RIGHT_MARGIN, 5 + CHARACTER * max(map(len, texts), default=0))
    frame = Frame(_LEFT, right, _TOP, _BOTTOM, period, *value_range(known))
    last = measured[-1] if measured else None
    now = expected_value(metric, period, today, step_targets)
    expected_label = None
    if now is not None and last and period.start <= today <= period.end:
        expected_label = _expected_label(frame, today, now, last, wording.value(now, decimals_of(known)))
    marks = _marks(period, wording.language)
    return DrillTrend(
        view_box=f"0 0 {WIDTH} {HEIGHT}",
        left=px(frame.left),
        right=px(frame.right),
        top=px(frame.top),
        bottom=px(frame.bottom),
        verticals=(*(px(frame.morning(day)) for day, _ in marks), px(frame.right)),
        graduations=tuple(Label(px(frame.morning(day) + 5), px(frame.bottom + 14), text) for day, text in marks),
        levels=tuple(px(frame.y(level)) for level in levels),
        level_labels=_level_labels(frame, levels, texts),
        expected=path(frame.corners(line)),
        gap=gap(frame, metric, last, step_targets),
        measured=" ".join(frame.corners(measured)) if len(measured) > 1 else "",
        last=frame.point(*last) if last else None,
        last_label=_last_label(frame, last, expected_label, wording.value(last[1])) if last else None,
        expected_label=expected_label,
    )


def _marks(period: Period, language: str) -> list[tuple[date, str]]:
    """Months of a quarter, quarters of a year (counted from its own first month)."""
    if by_weeks(period):
        return [(day, format_date(day, language, "month")) for day in months(period)]
    return [(day, format_quarter(place + 1, language)) for place, day in enumerate(months(period, 3))]


def _level_labels(frame: Frame, levels: list[Decimal], texts: list[str]) -> tuple[Label, ...]:
    """Beside their lines; only the target's where the two would overlap."""
    labels = [
        Label(px(frame.right + 5), px(frame.y(level) + 4), text) for level, text in zip(levels, texts, strict=True)
    ]
    if len(labels) == 2 and abs(frame.y(levels[0]) - frame.y(levels[1])) < _LINE_HEIGHT:
        return (labels[1],)
    return tuple(labels)


def _expected_label(frame: Frame, today: date, now: Decimal, last: tuple[date, Decimal], text: str) -> Label:
    """On the far side of the expected line from the measured value, inside the plot area."""
    x, y = frame.evening(today), frame.y(now)
    label_y = px(min(y + 15, frame.bottom - 2) if frame.y(last[1]) < y else max(y - 7, frame.top + 8))
    if x - 6 - CHARACTER * (len(text) + _WORD) < frame.left:
        return Label(px(x + 6), label_y, text)
    return Label(px(x - 6), label_y, text, "end")


def _last_label(frame: Frame, last: tuple[date, Decimal], expected_label: Label | None, text: str) -> Label:
    x, y = frame.evening(last[0]), frame.y(last[1])
    above = y + 10 > frame.bottom or (expected_label is not None and float(expected_label.y) > y)
    label_y = px(y - 9 if above else y + 10)
    if x + 9 + CHARACTER * len(text) > frame.right:
        return Label(px(x - 9), label_y, text, "end")
    return Label(px(x + 9), label_y, text)
