"""How a closed vote came out, raw beside balanced."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.utils.translation import gettext as _

from orgs.models import Function
from workshops.models import Ballot, Vote
from workshops.pages.items import Standing

ROW = 50  # px: the height of a rank in the ranking (vote.css, --rank)
WIDTH = 60  # px: between raw and balanced
MOST_EXPLAINED = 3
MOSTLY = 2 / 3  # of an item's dots: then most come from that function


@dataclass(frozen=True)
class Ranked:
    standing: Standing

    @property
    def moved(self) -> int:
        """By how many ranks the balance moves it: up is positive."""
        return self.standing.result.raw_rank - self.standing.result.balanced_rank

    @property
    def places(self) -> int:
        return abs(self.moved)


@dataclass(frozen=True)
class Line:
    """From a raw rank to a balanced one, as SVG."""

    path: str
    start: str
    end: str
    kind: str  # "up", "down" or "flat"


@dataclass(frozen=True)
class Contested:
    """An item whose rank or share the balance moves: it is talked about before it is decided."""

    standing: Standing
    source: str  # the function that most of its dots come from, where that may be said; else ""
    dots: int  # of that function


class Ranking:
    """A closed vote, best first. Items without a dot are counted, not listed."""

    def __init__(self, vote: Vote, rows: Sequence[Standing]) -> None:
        self.vote, self.all_rows = vote, rows

    @cached_property
    def rows(self) -> list[Ranked]:
        return [Ranked(row) for row in self.all_rows if row.result.raw]

    @cached_property
    def raw_rows(self) -> list[Ranked]:
        return sorted(self.rows, key=lambda row: row.standing.result.raw_rank)

    @property
    def without_dots(self) -> int:
        return len(self.all_rows) - len(self.rows)

    @cached_property
    def _cast(self) -> list[tuple[int, str, int]]:
        ballots = Ballot.objects.filter(vote=self.vote)
        return list(ballots.values_list("participant_id", "participant__function", "dots"))

    @cached_property
    def voters(self) -> Counter[str]:
        """How many of each function voted."""
        return Counter(function for _pk, function in {(pk, function) for pk, function, _dots in self._cast})

    @property
    def cast(self) -> int:
        return sum(dots for _pk, _function, dots in self._cast)

    @property
    def balances(self) -> bool:
        """Whether voters have functions at all: without, all that is about balance is left out (method.md § 3)."""
        return any(self.voters)

    @property
    def functions(self) -> list[tuple[str, str, int]]:
        """Value, name and voters of each function that voted."""
        return [(value, label, self.voters[value]) for value, label in functions_named() if self.voters[value]]

    @property
    def absent(self) -> list[str]:
        """Functions that nobody voted for: their voice is left out, and that is said."""
        return (
            [label for value, label in functions_named() if value and not self.voters[value]] if self.balances else []
        )

    @property
    def only(self) -> str:
        """The function that all voters are of; "" where there are several, or none."""
        return self.functions[0][1] if self.balances and len(self.voters) == 1 else ""

    @property
    def gone(self) -> int:
        """Dots on what has left the board since the vote was closed."""
        return self.cast - sum(row.result.raw for row in self.all_rows)

    @property
    def height(self) -> int:
        return ROW * len(self.rows)

    @property
    def width(self) -> int:
        return WIDTH

    @cached_property
    def lines(self) -> list[Line]:
        places = {row.standing.item.key: number for number, row in enumerate(self.rows)}
        return [_line(number, places[row.standing.item.key], row) for number, row in enumerate(self.raw_rows)]

    @cached_property
    def contested(self) -> list[Contested]:
        """Those that the balance moves most, a few of them: all are marked in the ranking."""
        rows = sorted((row for row in self.rows if row.standing.is_contested), key=lambda row: -row.places)
        return [_contested(row.standing) for row in rows[:MOST_EXPLAINED]]

    @property
    def hides_functions(self) -> bool:
        """Whether some function's own dots are not shown: with so few voters they would be a ballot."""
        shown = set(self.rows[0].standing.dots_by_function) if self.rows else set()
        return bool(set(self.voters) - shown)


def functions_named() -> list[tuple[str, str]]:
    return [*((value, str(label)) for value, label in Function.choices), ("", _("Without function"))]


def _line(raw: int, balanced: int, row: Ranked) -> Line:
    start, end = ROW * (raw + 0.5), ROW * (balanced + 0.5)
    kind = "up" if row.moved > 0 else "down" if row.moved < 0 else "flat"
    path = f"M2 {start:g}C26 {start:g} 34 {end:g} {WIDTH - 2} {end:g}"
    return Line(path, f"{start:g}", f"{end:g}", kind)  # as SVG writes them, in any language


def _contested(row: Standing) -> Contested:
    name, dots = max(row.dots_by_function.items(), key=lambda one: one[1], default=("", 0))
    mostly = dots >= MOSTLY * row.result.raw
    labels: dict[str, Any] = dict(Function.choices)
    return Contested(row, str(labels[name]) if mostly and name else "", dots)
