"""The board of a vote: what is voted on, who has voted, and the rounds side by side."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property

from workshops.actions.session import chooses
from workshops.models import Ballot, Family, Participant, Phase, Subject, Vote, Workshop
from workshops.pages.items import Item, Standing, items_of, standings
from workshops.pages.ranking import Ranking, functions_named


@dataclass(frozen=True)
class Card:
    item: Item
    standing: Standing | None  # once the vote is closed

    @property
    def dots_label(self) -> str:
        """Of each function, in words: "Product 3, Tech 0"."""
        names = dict(functions_named())
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
    left_out: int  # people who chose something, and no longer take part: what they chose does not count as it stands

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
    def next_number(self) -> int:
        """Of the round that would follow the last one."""
        return self.vote.number + 1 if self.vote else 1

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
        for value, label in functions_named()
    )
    return Turnout([share for share in shares if share.of], len(voted - {one.pk for one in people if one.votes}))


def _family_of(item: Item) -> Family | None:
    family: Family | None = item.note.family if item.note else None
    return family if family is not None and family.dissolved_at is None else None
