"""A small chart of one figure over periods: a line for shares, columns for numbers. A place for each period, in a row.

Many stand beside each other: all have the same places and the same scale, which whoever draws them says. Nothing depends
on a hue. A period without figure stays empty, with a mark on the axis.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from okr.charts.scale import Label, px

WIDTH = 190.0
_LEFT, _RIGHT, _TOP, _BOTTOM, _HEIGHT = 8.0, 150.0, 8.0, 44.0, 62.0
_BAR = 10.0
_BESIDE = 9.0  # from the last dot to its value


@dataclass(frozen=True, slots=True)
class SmallChart:
    """Geometry for `okr/_small_chart.html`; "" and empty where there is nothing to draw."""

    view_box: str
    axis: str
    path: str  # broken where a figure is missing
    dots: tuple[tuple[str, str], ...]
    bars: tuple[tuple[str, str, str, str], ...]  # x, y, width, height
    empty: tuple[str, ...]  # x of periods without figure
    end: Label | None  # the latest figure
    names: tuple[Label, ...]  # the first and the last period


def small_chart(
    values: Sequence[float | None], texts: Sequence[str], names: Sequence[str], *, top: float, columns: bool = False
) -> SmallChart:
    """Draw `values` from 0 to `top` (units of the figure), oldest first; `texts` say them, `names` the periods."""
    count = len(values)
    run = (_RIGHT - _LEFT) / (count - 1) if count > 1 else 0.0
    places = [_LEFT + run * place if count > 1 else (_LEFT + _RIGHT) / 2 for place in range(count)]
    rise = (_BOTTOM - _TOP) / top if top > 0 else 0.0
    spots = [None if value is None else (x, _BOTTOM - value * rise) for x, value in zip(places, values, strict=True)]
    known = [(spot, text) for spot, text in zip(spots, texts, strict=True) if spot is not None]
    end = None
    if known:
        (x, y), text = known[-1]
        end = Label(px(x + _BESIDE), px(min(y + 4, _BOTTOM - 3)), text)
    return SmallChart(
        view_box=f"0 0 {WIDTH:.0f} {_HEIGHT:.0f}",
        axis=f"M{px(_LEFT - _BAR / 2)} {px(_BOTTOM)}H{px(_RIGHT + _BAR / 2)}",
        path="" if columns else _broken(spots),
        dots=() if columns else tuple((px(x), px(y)) for (x, y), _text in known),
        bars=tuple((px(x - _BAR / 2), px(y), px(_BAR), px(_BOTTOM - y)) for (x, y), _text in known) if columns else (),
        empty=tuple(px(x) for x, spot in zip(places, spots, strict=True) if spot is None),
        end=end,
        names=_names(places, names),
    )


def _broken(spots: Sequence[tuple[float, float] | None]) -> str:
    steps, pen = [], "M"
    for spot in spots:
        if spot is None:
            pen = "M"
        else:
            steps.append(f"{pen}{px(spot[0])} {px(spot[1])}")
            pen = "L"
    return "".join(steps) if len(steps) > 1 else ""


def _names(places: Sequence[float], names: Sequence[str]) -> tuple[Label, ...]:
    if len(names) < 2:
        return tuple(Label(px(x), px(_HEIGHT - 2), name, "middle") for x, name in zip(places, names, strict=True))
    first, last = places[0] - _BAR / 2, places[-1] + _BAR / 2
    return (Label(px(first), px(_HEIGHT - 2), names[0]), Label(px(last), px(_HEIGHT - 2), names[-1], "end"))
