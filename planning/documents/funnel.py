"""The picture of the funnel: presented → decided → kept → published, and what left on the way, as shapes of one drawing.

Pure: numbers and words in, shapes out. A template writes them as SVG, for the page and for the PDF alike.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

WIDTH = 960
TOP = 72  # below the numbers of the stages
SCALE = 232  # height of all that was presented
BAR = 12
AT = {"presented": 0, "decided": 250, "kept": 580, "published": WIDTH - BAR}
APART = 30  # between what is kept and what is not
BETWEEN = 12
LINE = 20  # height of one line of text
THINNEST = 2


@dataclass(frozen=True, slots=True)
class Bar:
    kind: str
    x: float
    y: float
    height: float


@dataclass(frozen=True, slots=True)
class Ribbon:
    """From the right of one bar to the left of another. `path` is SVG's."""

    kind: str
    path: str


@dataclass(frozen=True, slots=True)
class Label:
    """A number with its word, for a stage above its bar, for what left beside it."""

    kind: str
    x: float
    y: float
    number: str
    word: str
    at_end: bool = False  # its right edge is at x


@dataclass(slots=True)
class Drawing:
    height: float = 0
    bars: list[Bar] = field(default_factory=list)
    ribbons: list[Ribbon] = field(default_factory=list)
    stages: list[Label] = field(default_factory=list)
    left: list[Label] = field(default_factory=list)
    target_y: float | None = None  # where the kept bar would end at the target

    @property
    def width(self) -> int:
        return WIDTH


def drawn(
    counts: Mapping[str, int], left: Sequence[str], words: Mapping[str, str], *, published: int | None, target: int
) -> Drawing:
    """`counts` by outcome, with "open" for the undecided; `left` the outcomes that are not kept, from the top.

    `published` is None before the quarter is. `words` by stage and by outcome.
    """
    presented, kept, undecided = sum(counts.values()), counts.get("keep", 0), counts.get("open", 0)
    unit = SCALE / max(presented, target, 1)
    made = Drawing()

    def height(number: int) -> float:
        return round(max(number * unit, THINNEST if number else 0), 1)

    def bar(kind: str, at: str, y: float, number: int) -> None:
        made.bars.append(Bar(kind, AT[at], round(y, 1), height(number)))

    def flow(kind: str, start: str, y: float, end: str, end_y: float, number: int) -> None:
        made.ribbons.append(Ribbon(kind, _ribbon(AT[start] + BAR, y, AT[end], end_y, height(number))))

    decided = presented - undecided
    bar("presented", "presented", TOP, presented)
    bar("decided", "decided", TOP, decided)
    bar("keep", "kept", TOP, kept)
    flow("keep", "presented", TOP, "decided", TOP, decided)
    flow("keep", "decided", TOP, "kept", TOP, kept)
    if undecided:
        y = TOP + height(decided) + APART
        flow("open", "presented", TOP + decided * unit, "decided", y, undecided)
        bar("open", "decided", y, undecided)
        made.left.append(_beside("open", "decided", y, height(undecided), undecided, words))
        made.height = y + max(height(undecided), LINE)
    start, y = TOP + kept * unit, max(TOP + height(kept), TOP + target * unit) + APART
    for outcome in left:
        number = counts.get(outcome, 0)
        if not number:
            continue
        flow(outcome, "decided", start, "kept", y, number)
        bar(outcome, "kept", y, number)
        made.left.append(_beside(outcome, "kept", y, height(number), number, words))
        start += number * unit
        y += max(height(number), LINE) + BETWEEN
        made.height = max(made.height, y)
    if published is None:
        made.bars.append(Bar("hollow", AT["published"], TOP, height(kept)))
    else:
        bar("published", "published", TOP, published)
        flow("keep", "kept", TOP, "published", TOP, published)
    stages: tuple[tuple[str, int | None], ...] = (
        ("presented", presented),
        ("decided", decided),
        ("kept", kept),
        ("published", published),
    )
    for stage, shown in stages:
        at_end = stage == "published"
        x = AT[stage] + (BAR if at_end else 0)
        made.stages.append(Label(stage, x, TOP - 38, "–" if shown is None else str(shown), words[stage], at_end))
    made.target_y = round(TOP + target * unit, 1)
    made.height = round(max(made.height, TOP + SCALE) + 8)
    return made


def _beside(kind: str, at: str, y: float, height: float, number: int, words: Mapping[str, str]) -> Label:
    return Label(kind, AT[at] + BAR + 12, round(y + max(height, LINE) / 2, 1), str(number), words[kind])


def _ribbon(x: float, y: float, end_x: float, end_y: float, height: float) -> str:
    middle = round((x + end_x) / 2, 1)
    low, end_low = round(y + height, 1), round(end_y + height, 1)
    y, end_y = round(y, 1), round(end_y, 1)
    return (
        f"M{x} {y}C{middle} {y} {middle} {end_y} {end_x} {end_y}V{end_low}C{middle} {end_low} {middle} {low} {x} {low}Z"
    )
