"""The figures of a piece of evidence as small charts: bars for a few categories, a line for dates or many of them.

Everything stands 300 units wide, as in the margin of a page. One bar or line has the accent, the rest is neutral, values
are written. Nothing depends on a hue: bars carry their names and values, lines are named at their ends.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from itertools import pairwise

from okr.charts.days import day_of
from okr.charts.scale import Label, Wording, coordinates, decimals_of, px, value_range
from okr.numbers import Unit, round_to
from okr.tables import Table

WIDTH = 300.0
_CHARACTER = 6.4  # average width at 12 px
_BAR, _STEP = 13.0, 24.0
_COLUMNS_TOP, _COLUMNS_BOTTOM, _COLUMNS_HEIGHT = 22.0, 96.0, 118.0
_LINE_TOP, _LINE_BOTTOM = 12.0, 96.0
_MOST_COLUMNS, _LONGEST_UNDER_A_COLUMN = 6, 7
_MOST_BARS = 12
_LABEL_SHARE = 0.5  # of the width that names may take
_LEAST_ROOM, _LEAST_LABEL = 60.0, 40.0
_APART = 14.0  # between the texts at the ends of lines
_ALIKE = Decimal(8)  # lines share a scale unless one is so many times larger
_SHOWN_DECIMALS = 2
_WHOLE_FROM = 10_000  # larger figures are written without decimals
_LABELLED = re.compile(r"^(?P<name>.*?)\s*\(\s*(?P<unit>%|€|\$|£|[kM]€|pts?|points?|min|mn|h|j|s|jours?|days?)\s*\)$")


@dataclass(frozen=True, slots=True)
class Bar:
    """A rectangle; `key` is the one with the accent."""

    x: str
    y: str
    width: str
    height: str
    key: bool
    label: Label
    value: Label


@dataclass(frozen=True, slots=True)
class Line:
    """`path` is broken where figures are missing; `alone` are points between two gaps; `end` names the line or its value."""

    path: str
    alone: tuple[tuple[str, str], ...]
    dot: tuple[str, str]
    end: Label
    look: str  # "l k", "l", "l two", "l three"


@dataclass(frozen=True, slots=True)
class FactChart:
    """Geometry for `okr/_fact_chart.html`. `title` is the name of what is drawn, "" where lines name themselves."""

    title: str
    view_box: str
    axis: str
    bars: tuple[Bar, ...]
    lines: tuple[Line, ...]
    labels: tuple[Label, ...]
    said: tuple[tuple[str, str], ...]  # label and value of what is worth saying: bars, or a line's two ends


@dataclass(frozen=True, slots=True)
class _Series:
    name: str
    values: tuple[Decimal | None, ...]
    wording: Wording
    decimals: int

    def text(self, value: Decimal) -> str:
        return self.wording.value(round_to(value, self.decimals), self.decimals)

    @property
    def known(self) -> list[Decimal]:
        return [value for value in self.values if value is not None]


def fact_charts(table: Table, language: str, currency: str = "EUR") -> tuple[FactChart, ...]:
    """One chart, or one for each column where bars, or lines of other sizes, would not bear comparison."""
    labels = [label for label, _ in table.rows]
    days = [day_of(label) for label in labels]
    dated = all(day is not None for day in days) and len(set(days)) == len(days)
    series = [
        one
        for one in (_series(table, place, language, currency) for place in range(len(table.columns) - 1))
        if one.known
    ]
    if (dated and len(labels) > 2) or len(labels) > _MOST_BARS:
        places = _places(days) if dated else [float(place) for place in range(len(labels))]
        order = sorted(range(len(labels)), key=lambda place: places[place])
        labels, places = [labels[place] for place in order], [places[place] for place in order]
        series = [
            _Series(one.name, tuple(one.values[place] for place in order), one.wording, one.decimals) for one in series
        ]
        together = [series] if len(series) > 1 and _comparable(series) else [[one] for one in series]
        return tuple(_lines(group, labels, places) for group in together)
    upright = len(labels) <= _MOST_COLUMNS and all(len(label) <= _LONGEST_UNDER_A_COLUMN for label in labels)
    return tuple((_columns if upright else _bars)(one, labels) for one in series)


def _places(days: Sequence[date | None]) -> list[float]:
    return [float(day.toordinal()) for day in days if day is not None]


def _series(table: Table, place: int, language: str, currency: str) -> _Series:
    name, values = table.columns[place + 1], tuple(table.series(place))
    found = _LABELLED.match(name)
    unit, label = (found["unit"] if found else ""), ""
    kind: str = Unit.COUNT
    if unit == "%" or (not unit and "%" in name):
        kind = Unit.PERCENT
    elif unit in ("€", "$", "£"):
        kind, currency = Unit.MONEY, {"€": "EUR", "$": "USD", "£": "GBP"}[unit]
    elif unit.startswith(("pt", "point")):
        kind = Unit.POINTS
    elif unit:
        label = unit
    known = [value for value in values if value is not None]
    decimals = 0 if any(abs(value) >= _WHOLE_FROM for value in known) else min(decimals_of(known), _SHOWN_DECIMALS)
    return _Series(found["name"] if found else name, values, Wording(language, kind, currency, label), decimals)


def _comparable(series: Sequence[_Series]) -> bool:
    """Whether lines may share a scale: the same unit, and none so small beside another that it lies flat."""
    if len({(one.wording.unit, one.wording.unit_label) for one in series}) > 1:
        return False
    sizes = [max(abs(value) for value in one.known) for one in series]
    return max(sizes) <= _ALIKE * min(sizes)


# ── Bars ─────────────────────────────────────────────────────────────────────


def _bars(series: _Series, labels: Sequence[str]) -> FactChart:
    """One below the other, names at the left: categories with long names."""
    texts = ["–" if value is None else series.text(value) for value in series.values]
    known, key = series.known, _largest(series.values)
    low, high = min(*known, Decimal(0)), max(*known, Decimal(0))
    is_under = [value is not None and value < 0 for value in series.values]
    under = _widest(text for text, below in zip(texts, is_under, strict=True) if below)
    beyond = _widest(text for text, below in zip(texts, is_under, strict=True) if not below)
    left = min(_CHARACTER * max(map(len, labels)) + 8, WIDTH * _LABEL_SHARE)
    left = max(min(left, WIDTH - under - beyond - _LEAST_ROOM), _LEAST_LABEL)
    room = WIDTH - left - under - beyond
    scale = room / float(high - low) if high > low else 0.0
    zero = left + under - float(low) * scale
    most = int((left - 4) / _CHARACTER)
    bars = []
    for place, (label, value, text) in enumerate(zip(labels, series.values, texts, strict=True)):
        y = 4 + _STEP * place
        length = abs(float(value or 0)) * scale
        begin = zero - length if value is not None and value < 0 else zero
        at = (
            Label(px(begin - 6), px(y + 11), text, "end")
            if begin < zero
            else Label(px(begin + length + 6), px(y + 11), text)
        )
        bars.append(
            Bar(px(begin), px(y), px(length), px(_BAR), place == key, Label("0.0", px(y + 11), _clip(label, most)), at)
        )
    height = _STEP * len(labels)
    axis = f"M{px(zero)} 0V{px(height)}" if low < 0 else ""
    return FactChart(series.name, _box(height), axis, tuple(bars), (), (), _said(labels, texts))


def _widest(texts: Iterable[str]) -> float:
    return max((_CHARACTER * len(text) + 8 for text in texts), default=0.0)


def _columns(series: _Series, labels: Sequence[str]) -> FactChart:
    """Side by side, names below: few categories with short names."""
    texts = ["–" if value is None else series.text(value) for value in series.values]
    known, key = series.known, _largest(series.values)
    low, high = float(min(*known, Decimal(0))), float(max(*known, Decimal(0)))
    bottom = _COLUMNS_BOTTOM - (14 if low < 0 else 0)
    scale = (bottom - _COLUMNS_TOP) / (high - low) if high > low else 0.0
    zero = bottom + low * scale
    share = WIDTH / len(labels)
    width = min(share * 0.64, 56.0)
    bars = []
    for place, (label, value, text) in enumerate(zip(labels, series.values, texts, strict=True)):
        middle, height = share * (place + 0.5), abs(float(value or 0)) * scale
        top = zero if value is not None and value < 0 else zero - height
        text_y = zero + height + 13 if top == zero and height else top - 5
        bars.append(
            Bar(
                px(middle - width / 2), px(top), px(width), px(height), place == key,
                Label(px(middle), px(_COLUMNS_HEIGHT - 6), label, "middle"), Label(px(middle), px(text_y), text, "middle"),
            )
        )  # fmt: skip
    axis = f"M0.0 {px(zero)}H{px(WIDTH)}"
    return FactChart(series.name, _box(_COLUMNS_HEIGHT), axis, tuple(bars), (), (), _said(labels, texts))


def _largest(values: Sequence[Decimal | None]) -> int:
    return max(range(len(values)), key=lambda place: (abs(values[place] or Decimal(0)), -place))


def _said(labels: Sequence[str], texts: Sequence[str]) -> tuple[tuple[str, str], ...]:
    return tuple(zip(labels, texts, strict=True))


# ── Lines ────────────────────────────────────────────────────────────────────


def _lines(group: Sequence[_Series], labels: Sequence[str], places: Sequence[float]) -> FactChart:
    alone = len(group) == 1
    first = next(value for value in group[0].values if value is not None)
    ends = [(one.text(one.known[-1]) if alone else f"{_clip(one.name, 14)} {one.text(one.known[-1])}") for one in group]
    left = _CHARACTER * len(group[0].text(first)) + 8 if alone else 6.0
    right = WIDTH - _CHARACTER * max(map(len, ends)) - 14
    low, high = value_range([value for one in group for value in one.known], 0.06)
    run = (right - left) / ((places[-1] - places[0]) or 1.0)

    def spot(place: int, value: Decimal) -> tuple[float, float]:
        x = left + (places[place] - places[0]) * run
        return x, _LINE_BOTTOM - 4 - (_LINE_BOTTOM - 4 - _LINE_TOP) * (float(value) - low) / (high - low)

    spots = [[None if v is None else spot(i, v) for i, v in enumerate(one.values)] for one in group]
    dots = [next(at for at in reversed(row) if at is not None) for row in spots]
    heights = _apart([y + 4 for _, y in dots])
    looks = ("l k", "l", "l two", "l three")
    drawn = tuple(
        _line(row, dot, Label(px((dot[0] if alone else right) + 8), px(y), text), look)
        for row, dot, y, text, look in zip(spots, dots, heights, ends, looks, strict=False)
    )
    texts = []
    if alone:
        start = next(at for at in spots[0] if at is not None)
        texts.append(Label(px(start[0] - 8), px(start[1] + 4), group[0].text(first), "end"))
    texts += _graduations(labels, [left + (place - places[0]) * run for place in places])
    said = [
        (labels[place] if alone else f"{one.name}, {labels[place]}", one.text(value))
        for one in group
        for place, value in _two_ends(one)
    ]
    axis = f"M{px(left)} {px(_LINE_BOTTOM)}H{px(right)}"
    return FactChart(group[0].name if alone else "", _box(_COLUMNS_HEIGHT), axis, (), drawn, tuple(texts), tuple(said))


def _two_ends(series: _Series) -> list[tuple[int, Decimal]]:
    known = [(place, value) for place, value in enumerate(series.values) if value is not None]
    return [known[0], known[-1]] if len(known) > 1 else known


def _line(row: Sequence[tuple[float, float] | None], dot: tuple[float, float], end: Label, look: str) -> Line:
    runs: list[list[tuple[float, float]]] = [[]]
    for at in row:
        if at is None:
            runs.append([])
        else:
            runs[-1].append(at)
    path = "".join("M" + "L".join(coordinates(run)) for run in runs if len(run) > 1)
    alone = tuple((px(run[0][0]), px(run[0][1])) for run in runs if len(run) == 1 and run[0] != dot)
    return Line(path, alone, (px(dot[0]), px(dot[1])), end, look)


def _apart(heights: Sequence[float]) -> list[float]:
    """The heights of texts, moved so that none covers another, within the drawing."""
    order = sorted(range(len(heights)), key=lambda place: heights[place])
    moved = list(heights)
    for above, below in pairwise(order):
        moved[below] = max(moved[below], moved[above] + _APART)
    limit = _LINE_BOTTOM
    for place in reversed(order):
        moved[place] = min(moved[place], limit)
        limit = moved[place] - _APART
    return moved


def _graduations(labels: Sequence[str], xs: Sequence[float]) -> list[Label]:
    """The first and last label, and the middle one where there is room."""
    middle = min(range(len(xs)), key=lambda place: abs(xs[place] - (xs[0] + xs[-1]) / 2))
    y, most = px(_COLUMNS_HEIGHT - 6), 14
    first = Label(px(max(xs[0], 0.0)), y, _clip(labels[0], most))
    last = Label(px(xs[-1]), y, _clip(labels[-1], most), "end")
    shown = [first, last]
    if middle not in (0, len(labels) - 1):
        text = _clip(labels[middle], most)
        half = _CHARACTER * len(text) / 2 + 6
        from_left = float(first.x) + _CHARACTER * len(first.text)
        if from_left + half < xs[middle] < xs[-1] - _CHARACTER * len(last.text) - half:
            shown.insert(1, Label(px(xs[middle]), y, text, "middle"))
    return shown


def _clip(text: str, most: int) -> str:
    return text if len(text) <= most else f"{text[: max(most - 1, 1)].rstrip()}…"


def _box(height: float) -> str:
    return f"0 0 {WIDTH:.0f} {height:.0f}"
