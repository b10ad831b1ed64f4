"""The small chart of a key result opened in the strategy table."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from okr.charts.labels import box, value_labels
from okr.charts.scale import (
    CHARACTER,
    Frame,
    Label,
    Points,
    Wording,
    by_weeks,
    coordinates,
    decimals_of,
    ends,
    expected_line,
    gap,
    months,
    path,
    px,
    rises,
    value_range,
    within,
)
from okr.numbers import format_date, format_quarter
from okr.scoring import Metric, Period, StepTarget, expected_value

WIDTH, HEIGHT = 400, 150
_LEFT, _TOP, _BOTTOM = 4.0, 14.0, 130.0
_LEAST_RIGHT_MARGIN = 34.0
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
    spots = frame.spots(measured)
    level_labels = _level_labels(frame, levels, texts)
    now = expected_value(metric, period, today, step_targets) if period.start <= today <= period.end else None
    value_label, now_label = value_labels(
        frame,
        wording.value(measured[-1][1]) if measured else "",
        spots,
        wording.value(now, decimals_of(known)) if now is not None else "",
        (frame.evening(today), frame.y(now)) if now is not None else None,
        rises=rises(line),
        needle_x=None,
        limit=WIDTH,
        taken=[box(label) for label in level_labels],
    )
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
        level_labels=level_labels,
        expected=path(frame.spots(line)),
        gap=gap(frame, metric, measured[-1], step_targets) if measured else "",
        measured=" ".join(coordinates(spots)) if len(spots) > 1 else "",
        last=(px(spots[-1][0]), px(spots[-1][1])) if spots else None,
        last_label=value_label,
        expected_label=now_label,
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
