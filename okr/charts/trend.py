"""The large chart of a key result's page: measured values, expected line, today's needle, forecast with its spread."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from okr.charts.labels import Box, box, free, value_labels
from okr.charts.pins import Pin, pins_of
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
    expected_points,
    gap,
    mondays,
    months,
    path,
    px,
    rises,
    round_ticks,
    value_range,
    within,
)
from okr.earlier import Earlier, metric_on
from okr.numbers import format_date, format_week
from okr.scoring import Direction, Forecast, Metric, Period, StepTarget, expected_value

WIDTH, HEIGHT = 920, 330
_TOP, _BOTTOM = 22.0, 292.0
_LEAST_LEFT, _LEAST_RIGHT_MARGIN = 34.0, 68.0
_TARGET_WORD = 7  # the template's, beside the value of the target
_PADDING = 0.1
# How far a forecast may stretch the chart, as a share of the range of everything else.
_STRETCH = 0.35
_BAND_SAMPLES = 8
_LINE_HEIGHT = 14.0


@dataclass(frozen=True, slots=True)
class Guide:
    """A horizontal line with its text on the axis."""

    y: str
    label: Label


@dataclass(frozen=True, slots=True)
class Graduation:
    """A vertical mark below the axis, down to `y`."""

    x: str
    y: str
    label: Label


@dataclass(frozen=True, slots=True)
class StepMark:
    """A step target: an open circle, and its value above it unless that would cover something."""

    x: str
    y: str
    label: Label | None


@dataclass(frozen=True, slots=True)
class Needle:
    """Today."""

    x: str
    label: Label


@dataclass(frozen=True, slots=True)
class Outlook:
    """The forecast: a line, the polygon of its spread, and the value at the end with its word below."""

    line: str
    band: str
    label: Label
    word_y: str


@dataclass(frozen=True, slots=True)
class Trend:
    """Geometry for `okr/_trend.html`. Paths and points are "" and labels None where there is nothing to draw."""

    view_box: str
    left: str
    right: str
    bottom: str
    guides: tuple[Guide, ...]
    graduations: tuple[Graduation, ...]
    target: Guide | None
    limits: tuple[Guide, ...]
    expected: str
    steps: tuple[StepMark, ...]
    needle: Needle | None
    expected_label: Label | None
    gap: str
    former: tuple[str, ...]  # ends that were to be reached before they were changed, as far as they held
    measured: str
    dots: tuple[tuple[str, str], ...]
    last: tuple[str, str] | None
    last_label: Label | None
    pins: tuple[Pin, ...]
    outlook: Outlook | None


def trend(
    metric: Metric,
    period: Period,
    today: date,
    points: Points,
    *,
    wording: Wording,
    step_targets: Sequence[StepTarget] = (),
    forecast: Forecast | None = None,
    earlier: Sequence[Earlier] = (),
    notes: Points = (),
) -> Trend:
    """Lay out (day, value) points of a period; those outside it are left out. `notes`, some of them, get a pin each.

    A value stands at the end of its day, so that the expected line passes through what `expected_value` says. A wild
    forecast is cut at the edges rather than flattening everything else.
    """
    measured = within(period, points)
    line = expected_line(metric, period, step_targets)
    low_end, high_end = ends(metric)
    known = [value for value in (low_end, high_end) if value is not None]
    known += [value for _, value in line[1:-1]] + [value for _, value in measured]
    known += [value for one in earlier for value in ends(one.metric) if value is not None]
    digits = decimals_of(known)
    frame, ticks = _frame(period, known, forecast, high_end, wording)
    spots = frame.spots(measured)
    band = metric.direction is Direction.WITHIN
    target = None if band or high_end is None else _end_guide(frame, high_end, wording)
    needle = _needle(frame, today, wording.language) if period.start <= today <= period.end else None
    outlook = None
    if forecast and measured:
        outlook = _outlook(frame, forecast, measured[-1][0], target, wording.value(forecast.value, digits))

    taken = [box(target.label, _TARGET_WORD)] if target else []
    if outlook:
        taken += [box(outlook.label), box(Label(outlook.label.x, outlook.word_y, outlook.label.text))]
    now = expected_value(metric, period, today, step_targets) if needle else None
    value_label, now_label = value_labels(
        frame,
        wording.value(measured[-1][1]) if measured else "",
        spots,
        wording.value(now, digits) if now is not None else "",
        (frame.evening(today), frame.y(now)) if now is not None else None,
        rises=rises(line),
        needle_x=frame.evening(today) if needle else None,
        limit=WIDTH,
        taken=taken,
    )
    pins = pins_of(frame, frame.spots(within(period, notes)), spots, taken)
    if needle:
        taken.append(Box(frame.evening(today) - 2, frame.top, frame.evening(today) + 2, frame.bottom))
    return Trend(
        view_box=f"0 0 {WIDTH} {HEIGHT}",
        left=px(frame.left),
        right=px(frame.right),
        bottom=px(frame.bottom),
        guides=_guides(frame, ticks, wording),
        graduations=_graduations(frame, wording.language),
        target=target,
        limits=tuple(_end_guide(frame, end, wording) for end in (low_end, high_end) if end is not None) if band else (),
        expected=path(frame.spots(expected_points(metric, period, step_targets, earlier))),
        steps=_steps(frame, line, spots, taken, wording),
        needle=needle,
        expected_label=now_label,
        gap=gap(frame, metric_on(metric, earlier, measured[-1][0]), measured[-1], step_targets) if measured else "",
        former=_former(frame, metric, earlier),
        measured=" ".join(coordinates(spots)) if len(spots) > 1 else "",
        dots=tuple((px(x), px(y)) for x, y in spots[:-1]),
        last=(px(spots[-1][0]), px(spots[-1][1])) if spots else None,
        last_label=value_label,
        pins=pins,
        outlook=outlook,
    )


def _frame(
    period: Period, known: list[Decimal], forecast: Forecast | None, target: Decimal | None, wording: Wording
) -> tuple[Frame, list[Decimal]]:
    """The plot area, with margins as wide as their texts, and the ticks of its axis."""
    low, high = value_range(known)
    if forecast:
        stretch = (high - low) * _STRETCH
        low = max(low - stretch, min(low, float(forecast.low)))
        high = min(high + stretch, max(high, float(forecast.high)))
    margin = (high - low) * _PADDING
    low, high = low - margin, high + margin
    ticks = round_ticks(low, high)
    digits = decimals_of(ticks)
    left = max(_LEAST_LEFT, 12 + CHARACTER * max((len(wording.bare(tick, digits)) for tick in ticks), default=0))
    texts = [] if target is None else [len(wording.value(target)) + _TARGET_WORD]
    if forecast:
        texts.append(len(wording.value(forecast.value, decimals_of(known))))
    right = WIDTH - max(_LEAST_RIGHT_MARGIN, 6 + CHARACTER * max(texts, default=0))
    return Frame(left, right, _TOP, _BOTTOM, period, low, high), ticks


def _guides(frame: Frame, ticks: list[Decimal], wording: Wording) -> tuple[Guide, ...]:
    digits = decimals_of(ticks)
    return tuple(
        Guide(px(y), Label(px(frame.left - 6), px(y + 4), wording.bare(tick, digits), "end"))
        for tick, y in ((tick, frame.y(tick)) for tick in ticks)
    )


def _end_guide(frame: Frame, value: Decimal, wording: Wording) -> Guide:
    y = frame.y(value)
    return Guide(px(y), Label(px(frame.right + 6), px(y + 4), wording.value(value)))


def _former(frame: Frame, metric: Metric, earlier: Sequence[Earlier]) -> tuple[str, ...]:
    """Where the target was, or the band's ends, from when it held until it was changed; not where it is the same today."""
    lines = []
    begins = frame.left
    for one in earlier:
        x = min(max(frame.morning(one.until), frame.left), frame.right)
        now, was = ends(metric), ends(one.metric)
        places = (0, 1) if metric.direction is Direction.WITHIN else (1,)
        values = (was[place] for place in places if was[place] != now[place])
        lines += [f"M{px(begins)} {px(frame.y(value))}H{px(x)}" for value in values if value is not None]
        begins = x
    return tuple(lines)


def _graduations(frame: Frame, language: str) -> tuple[Graduation, ...]:
    """Weeks, longer where a month begins; or months, longer where a quarter does."""
    if by_weeks(frame.period):
        marks = [(day, day.day <= 7, format_week(day, language, short=True)) for day in mondays(frame.period)]
    else:
        marks = [
            (day, place % 3 == 0, format_date(day, language, "month")) for place, day in enumerate(months(frame.period))
        ]
    return tuple(
        Graduation(px(x), px(frame.bottom + (7 if major else 4)), Label(px(x + 3), px(frame.bottom + 17), text))
        for x, major, text in ((frame.morning(day), major, text) for day, major, text in marks)
    )


def _needle(frame: Frame, today: date, language: str) -> Needle:
    x, text = frame.evening(today), format_date(today, language, "weekday")
    if x + 6 + CHARACTER * len(text) > frame.right:
        return Needle(px(x), Label(px(x - 6), px(_TOP), text, "end"))
    return Needle(px(x), Label(px(x + 6), px(_TOP), text))


def _steps(
    frame: Frame, line: Points, measured: Sequence[tuple[float, float]], taken: list[Box], wording: Wording
) -> tuple[StepMark, ...]:
    """The corners of the expected line between its ends, each named where its text covers nothing."""
    digits = decimals_of(value for _, value in line)
    marks = []
    for day, value in line[1:-1]:
        x, y = frame.evening(day), frame.y(value)
        # Above the line and on the side where it is lower.
        rises = line[-1][1] > line[0][1]
        label = Label(
            px(x + 6 if rises else x - 6), px(y - 8), wording.bare(value, digits), "end" if rises else "start"
        )
        named = free(box(label), taken, measured)
        if named:
            taken = [*taken, box(label)]
        marks.append(StepMark(px(x), px(y), label if named else None))
    return tuple(marks)


def _outlook(frame: Frame, forecast: Forecast, first: date, target: Guide | None, text: str) -> Outlook:
    """From the last measurement to the end of the period, cut at the edges of the plot area."""
    days = (forecast.on - first).days
    samples = sorted({first + timedelta(days * sample // _BAND_SAMPLES) for sample in range(_BAND_SAMPLES + 1)})
    spread = [(frame.evening(day), *forecast.line.at(day)) for day in samples]
    upper = [(x, frame.inside(frame.y(high))) for x, _, _, high in spread]
    lower = [(x, frame.inside(frame.y(low))) for x, _, low, _ in spread]
    start, end = (spread[0][0], frame.y(spread[0][1])), (frame.evening(forecast.on), frame.y(forecast.value))
    label_y = frame.inside(end[1]) + 4
    if target is not None and -2 * _LINE_HEIGHT < label_y - float(target.label.y) < _LINE_HEIGHT:
        # Two lines of text: below the target's where there is room for them, above it otherwise.
        below = float(target.label.y) + _LINE_HEIGHT
        label_y = below if below + _LINE_HEIGHT < frame.bottom else float(target.label.y) - 2 * _LINE_HEIGHT
    x = px(frame.right + 6)
    return Outlook(
        line=path(frame.cut(start, end)),
        band=" ".join(coordinates(upper + lower[::-1])),
        label=Label(x, px(label_y), text),
        word_y=px(label_y + _LINE_HEIGHT),
    )
