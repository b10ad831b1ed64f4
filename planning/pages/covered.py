"""What serves each strategic key result, and which proposals look alike: the board's right side."""

from dataclasses import dataclass

from okr.models import KeyResult
from planning.board import KEEP, OPEN, Cover
from planning.pages.alike import Alike
from planning.pages.lines import Line
from planning.pages.loaded import Loaded
from planning.rulings import number_of


@dataclass(frozen=True, slots=True)
class Covered:
    """A strategic key result, and what serves it."""

    key_result: KeyResult
    code: str
    cover: Cover
    is_bare: bool  # nothing is kept for it, though something is for others; or nothing can be any more

    @property
    def state(self) -> str:
        return "none" if self.is_bare else ""

    @property
    def said(self) -> str:
        """ "3 kept, 8 undecided"."""
        return f"{number_of(KEEP, self.cover.kept)}, {number_of(OPEN, self.cover.open)}"

    @property
    def pips(self) -> list[str]:
        return [KEEP] * self.cover.kept + [OPEN] * self.cover.open


@dataclass(frozen=True, slots=True)
class Pair:
    alike: Alike
    first: Line
    second: Line


def coverage_of(loaded: Loaded) -> list[tuple[str, list[Covered]]]:
    """By strategic objective: its name, and its key results."""
    cover = loaded.standing.cover
    # Before anything is kept, all of them are bare: no news.
    begun = any(one.kept for one in cover.values())
    found: dict[int, tuple[str, list[Covered]]] = {}
    for row in loaded.strategic:
        name = f"{row.objective.department} {row.objective.code}" if row.objective.department else row.objective.code
        mine = cover[row.pk]
        covered = Covered(row, row.code, mine, mine.is_orphan or (begun and mine.is_bare))
        found.setdefault(row.objective_id, (name, []))[1].append(covered)
    return list(found.values())
