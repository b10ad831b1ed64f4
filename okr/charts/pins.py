"""Numbered pins on a chart: what somebody noted beside a value."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from okr.charts.labels import Box, Spot, free
from okr.charts.scale import Frame, px

_RADIUS = 8.0
_STEM = 20.0  # from a value to the middle of its pin
_DOT = 5.0


@dataclass(frozen=True, slots=True)
class Pin:
    """A disc, the stem from the value it is about, and the baseline of its number."""

    x: str
    y: str
    radius: str
    stem: str
    text_y: str


def pins_of(frame: Frame, noted: Iterable[Spot], line: Sequence[Spot], taken: list[Box]) -> tuple[Pin, ...]:
    """One above or below each of these values, where it covers least; the room they take is added to `taken`."""
    pins = []
    for x, y in noted:
        at = _height(frame, x, y, line, taken)
        taken.append(_room(x, at))
        begin, end = (y - _DOT, at + _RADIUS) if at < y else (y + _DOT, at - _RADIUS)
        pins.append(Pin(px(x), px(at), px(_RADIUS), f"M{px(x)} {px(begin)}V{px(end)}", px(at + 4)))
    return tuple(pins)


def _height(frame: Frame, x: float, y: float, line: Sequence[Spot], taken: Sequence[Box]) -> float:
    inside = [
        at
        for at in (y - _STEM, y + _STEM, y - 2 * _STEM, y + 2 * _STEM)
        if frame.top + _RADIUS <= at <= frame.bottom - _RADIUS
    ]
    return next((at for at in inside if free(_room(x, at), taken, line)), inside[0])


def _room(x: float, y: float) -> Box:
    return Box(x - _RADIUS, y - _RADIUS, x + _RADIUS, y + _RADIUS)
