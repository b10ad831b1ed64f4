"""Where the texts inside a chart stand, so that none covers another one or a line."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise

from okr.charts.scale import CHARACTER, Frame, Label, px

# Characters of the template's word beside the expected value ("expected ", "attendu ").
EXPECTED_WORD = 9
_BOLD_CHARACTER = 6.4
_ASCENT, _DESCENT = 10.0, 3.0

Spot = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Box:
    """The room a text takes."""

    left: float
    top: float
    right: float
    bottom: float

    def meets(self, other: "Box") -> bool:
        return (
            self.left < other.right and other.left < self.right and self.top < other.bottom and other.top < self.bottom
        )

    def crossed_by(self, line: Sequence[Spot]) -> bool:
        """Whether a broken line passes through, checked at its corners and at the box's ends and middle."""
        probes = (self.left, (self.left + self.right) / 2, self.right)
        for (x1, y1), (x2, y2) in pairwise(line):
            on_line = [(x, y1 + (y2 - y1) * (x - x1) / (x2 - x1)) for x in probes if x1 < x2 and x1 <= x <= x2]
            if any(self.left <= x <= self.right and self.top <= y <= self.bottom for x, y in [*on_line, (x2, y2)]):
                return True
        return False


def box(label: Label, word: int = 0) -> Box:
    """The room of a label, with `word` more characters of the template's."""
    width = CHARACTER * (len(label.text) + word)
    x, y = float(label.x), float(label.y)
    left = x - width if label.anchor == "end" else x - width / 2 if label.anchor == "middle" else x
    return Box(left, y - _ASCENT, left + width, y + _DESCENT)


def free(wanted: Box, taken: Iterable[Box], line: Sequence[Spot] = ()) -> bool:
    return not any(wanted.meets(other) for other in taken) and not wanted.crossed_by(line)


def value_labels(
    frame: Frame,
    last_text: str,
    measured: Sequence[Spot],
    expected_text: str,
    expected: Spot | None,
    *,
    rises: bool,
    needle_x: float | None,
    limit: float,
    taken: list[Box],
) -> tuple[Label | None, Label | None]:
    """Labels of the last measured value and of the one expected today, each None without its value.

    `rises` says whether the expected line goes up, `limit` how far right a text may reach. The room they take is added
    to `taken`. The expected value gives way where both corners that its line leaves free are taken.
    """
    last_label = expected_label = None
    if measured:
        last_label = _last_label(
            frame, last_text, measured, expected[1] if expected else None, needle_x, limit=limit, taken=taken
        )
        taken.append(box(last_label))
    if expected:
        expected_label = _expected_label(
            frame, expected_text, expected, measured[-1][1] if measured else None, rises=rises, taken=taken
        )
    if expected_label:
        taken.append(box(expected_label, EXPECTED_WORD))
    return last_label, expected_label


def _last_label(
    frame: Frame,
    text: str,
    measured: Sequence[Spot],
    expected_y: float | None,
    needle_x: float | None,
    *,
    limit: float,
    taken: Sequence[Box],
) -> Label:
    """The last value, away from the expected one: right of its dot, or left where the trend goes on through the right.

    `limit` is how far to the right a text may reach.
    """
    x, y = measured[-1]
    above = expected_y is not None and y < expected_y
    rises = len(measured) > 1 and measured[-2][1] > y
    width = _BOLD_CHARACTER * len(text)
    under = min(y + 15, frame.bottom - 3)
    # The measured line stands on the left: below it when it rises to the dot, above when it falls.
    left = Label(px(x - 9), px(y - 9 if rises else under), text, "end")
    begin = needle_x + 6 if needle_x is not None and x < needle_x < x + 9 + width else x + 9
    right = Label(px(begin), px(y - 9 if above else under), text)
    fits_left, fits_right = x - 9 - width > frame.left, begin + width <= limit and free(box(right), taken)
    if fits_left and (not fits_right or (above == rises and len(measured) > 1)):
        return left
    return right


def _expected_label(
    frame: Frame, text: str, spot: Spot, measured_y: float | None, *, rises: bool, taken: Sequence[Box]
) -> Label | None:
    """The value expected today, in one of the two corners that its line leaves free; None where neither is.

    A rising line leaves the upper left and the lower right; the one away from the measured value is tried first.
    """
    x, y = spot
    left = Label(px(x - 9), px(y - 6 if rises else y + 15), text, "end")
    right = Label(px(x + 9), px(y + 15 if rises else y - 6), text)
    beyond = measured_y is not None and (measured_y < y if rises else measured_y > y)
    for label in (right, left) if beyond else (left, right):
        room = box(label, EXPECTED_WORD)
        if frame.left <= room.left and room.right <= frame.right and room.bottom <= frame.bottom and free(room, taken):
            return label
    return None
