"""The board of a vote: what is voted on, who has voted, and once it is closed how it came out, raw and balanced."""

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from django.utils.translation import gettext as _

from orgs.models import Function
from workshops.actions.session import chooses
from workshops.models import Ballot, Family, Participant, Phase, Subject, Vote, Workshop
from workshops.pages.items import Item, Standing, items_of, standings

ROW = 50  # px: the height of a rank in the ranking (vote.css, --rank)
WIDTH = 60  # px: between raw and balanced
MOST_EXPLAINED = 3
MOSTLY = 2 / 3  # of an item's dots: then most come from that function


@dataclass(frozen=True)
class Card:
    item: Item
    standing: Standing | None  # once the vote is closed

    @property
    def dots_label(self) -> str:
        """Of each function, in words: "Product 3, Tech 0"."""
        names = dict(_functions())
        given = self.standing.dots_by_function if self.standing else {}
        return ", ".join(f"{names[function]} {dots}" for function, dots in given.items())


@dataclass(frozen=True)
class Column:
    """A family's notes, or those without one; where families are voted on all of a subject."""

    subject: Subject
    family: Family | None
    cards: list[Card] = field(default_factory=list)

    @property
    def dots(self) -> int:
        return sum(card.standing.result.raw for card in self.cards if card.standing)


@dataclass(frozen=True)
class Section:
    subject: Subject
    columns: list[Column]

    @property
    def cards(self) -> int:
        return sum(len(column.cards) for column in self.columns)


@dataclass(frozen=True)
class Share:
    """Of one function ("" for people without one): how many of its people have voted."""

    function: str
    label: str
    voted: int
    of: int


@dataclass(frozen=True)
class Turnout:
    by_function: list[Share]

    @property
    def voted(self) -> int:
        return sum(share.voted for share in self.by_function)

    @property
    def of(self) -> int:
        return sum(share.of for share in self.by_function)

    @property
    def has_functions(self) -> bool:
        return any(share.function for share in self.by_function)


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
        return [(value, label, self.voters[value]) for value, label in _functions() if self.voters[value]]

    @property
    def absent(self) -> list[str]:
        """Functions that nobody voted for: their voice is left out, and that is said."""
        return [label for value, label in _functions() if value and not self.voters[value]] if self.balances else []

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
        if not self.balances:
            return []
        rows = sorted((row for row in self.rows if row.standing.result.contested), key=lambda row: -row.places)
        return [_contested(row.standing) for row in rows[:MOST_EXPLAINED]]

    @property
    def hides_functions(self) -> bool:
        """Whether some function's own dots are not shown: with so few voters they would be a ballot."""
        shown = set(self.rows[0].standing.dots_by_function) if self.rows else set()
        return bool(set(self.voters) - shown)


@dataclass(frozen=True)
class RoundRow:
    item: Item
    standings: list[Standing | None]  # one a round; None where it was not voted on


class Voting:
    """The votes of one phase, for everybody alike: nothing here says who voted what."""

    def __init__(
        self, workshop: Workshop, phase: Phase, votes: Sequence[Vote], participants: Sequence[Participant]
    ) -> None:
        """`votes` are all rounds, the last one last; `participants` those who take part."""
        self.workshop, self.phase, self.votes, self.participants = workshop, phase, votes, participants

    @property
    def vote(self) -> Vote | None:
        return self.votes[-1] if self.votes else None

    @property
    def is_open(self) -> bool:
        return self.vote is not None and self.vote.is_open

    @property
    def on_families(self) -> bool:
        return self.vote is not None and self.vote.votes_on == Workshop.VotesOn.FAMILIES

    @cached_property
    def items(self) -> list[Item]:
        return items_of(self.workshop, self.phase.round, self.vote.votes_on) if self.vote else []

    @cached_property
    def ranking(self) -> Ranking | None:
        """Of the last round, once it is closed."""
        return Ranking(self.vote, standings(self.vote, self.items)) if self.vote and not self.is_open else None

    @cached_property
    def sections(self) -> list[Section]:
        came_out = {row.item.key: row for row in self.ranking.all_rows} if self.ranking else {}
        columns: dict[tuple[int, int], Column] = {}
        for item in self.items:
            family = None if self.on_families else _family_of(item)
            key = (item.subject.pk, family.pk if family else 0)
            column = columns.setdefault(key, Column(item.subject, family))
            column.cards.append(Card(item, came_out.get(item.key)))
        sections: dict[int, Section] = {}
        for column in columns.values():
            sections.setdefault(column.subject.pk, Section(column.subject, [])).columns.append(column)
        return list(sections.values())

    @cached_property
    def turnout(self) -> Turnout:
        """Who has voted in the last round, by function."""
        voted = set(Ballot.objects.filter(vote=self.vote).values_list("participant_id", flat=True))
        return turnout_of(self.workshop, self.participants, voted)

    @cached_property
    def rounds(self) -> list[Vote]:
        """The closed rounds, where there are several rounds to be seen side by side."""
        return [vote for vote in self.votes if not vote.is_open] if len(self.votes) > 1 else []

    @property
    def balances(self) -> bool:
        return any(person.function for person in self.participants)

    @cached_property
    def round_rows(self) -> list[RoundRow]:
        """What was voted on in these rounds, the last round's order first."""
        by_round: list[dict[str, Standing]] = []
        for vote in self.rounds:
            items = self.items if self.vote and vote.votes_on == self.vote.votes_on else self._items_on(vote.votes_on)
            by_round.append({row.item.key: row for row in standings(vote, items)})
        named = {key: row.item for rows in reversed(by_round) for key, row in rows.items()}
        rows = [RoundRow(item, [rows.get(key) for rows in by_round]) for key, item in named.items()]
        return [row for row in rows if any(one is not None and one.result.raw for one in row.standings)]

    def _items_on(self, votes_on: str) -> list[Item]:
        return items_of(self.workshop, self.phase.round, votes_on)


def turnout_of(workshop: Workshop, people: Sequence[Participant], voted: set[int]) -> Turnout:
    """Of those who take part and came, and do not only lead; `voted` are the ids of those who have chosen something."""
    groups: dict[str, list[Participant]] = defaultdict(list)
    for person in people:
        is_asked = person.joined_at is not None and chooses(person, workshop)
        if is_asked or (person.votes and person.pk in voted):
            groups[person.function].append(person)
    shares = (
        Share(value, label, sum(one.pk in voted for one in groups[value]), len(groups[value]))
        for value, label in _functions()
    )
    return Turnout([share for share in shares if share.of])


def _functions() -> list[tuple[str, str]]:
    return [*((value, str(label)) for value, label in Function.choices), ("", _("Without function"))]


def _family_of(item: Item) -> Family | None:
    family: Family | None = item.note.family if item.note else None
    return family if family is not None and family.dissolved_at is None else None


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
