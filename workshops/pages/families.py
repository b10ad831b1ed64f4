"""The board on which notes are grouped into families, and what one person can undo there."""

import datetime as dt
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property

from workshops.actions.gestures import holder_of
from workshops.actions.moves import offered
from workshops.models import Family, Move, Note, Participant, Subject
from workshops.suggesting import Group, Idea, Suggestion, suggest

MANY = 24  # notes, from which on the tray scrolls by itself, so that families stay in sight
MOST_PROPOSALS = 4  # at a time
ALL = "all"  # the key with which a person waves off every suggestion
LEAST_NAMED = 3  # method.md § 3: the letter of a function with fewer people would name who wrote the note


@dataclass(frozen=True)
class Card:
    """A note that stands on the board, with those that say the same. `functions`: whose, each once, where it may be said."""

    note: Note
    alike: Sequence[Note]
    functions: Sequence[str]
    holder: Participant | None

    @property
    def id(self) -> str:
        return str(self.note.pk)

    @property
    def uid(self) -> str:
        return str(self.note.uid)

    @property
    def held_until(self) -> str:
        """In milliseconds, as browsers count them."""
        assert self.note.held_until is not None  # only of what is held
        return str(round(self.note.held_until.timestamp() * 1000))

    @property
    def size(self) -> int:
        return 1 + len(self.alike)


@dataclass(frozen=True)
class Column:
    family: Family
    cards: Sequence[Card]

    @property
    def id(self) -> str:
        return str(self.family.pk)

    @property
    def size(self) -> int:
        return sum(card.size for card in self.cards)


@dataclass(frozen=True)
class Section:
    """What lies under one subject."""

    subject: Subject
    tray: Sequence[Card]
    columns: Sequence[Column]

    @property
    def id(self) -> str:
        return str(self.subject.pk)

    @property
    def is_crowded(self) -> bool:
        return len(self.tray) > MANY


class Grouping:
    """`notes` stand on the board, each with `merged`, as Room.notes loads them."""

    def __init__(
        self,
        subjects: Sequence[Subject],
        families: Sequence[Family],
        notes: Sequence[Note],
        named: frozenset[str],
        now: dt.datetime,
    ) -> None:
        standing = {family.pk for family in families}
        cards: dict[int | None, list[Card]] = {pk: [] for pk in (None, *standing)}
        for note in notes:
            alike = note.merged  # type: ignore[attr-defined]
            functions = functions_of([note, *alike], named)
            card = Card(note, alike, functions, holder_of(note, now))
            cards[note.family_id if note.family_id in standing else None].append(card)
        self.sections = [
            Section(
                subject,
                [card for card in cards[None] if card.note.subject_id == subject.pk],
                [Column(one, cards[one.pk]) for one in families if one.subject_id == subject.pk],
            )
            for subject in subjects
        ]

    @cached_property
    def columns(self) -> list[Column]:
        return [column for section in self.sections for column in section.columns]

    @cached_property
    def grouped(self) -> int:
        return sum(column.size for column in self.columns)

    @cached_property
    def loose(self) -> int:
        return sum(card.size for section in self.sections for card in section.tray)

    @property
    def total(self) -> int:
        return self.grouped + self.loose


def named_functions(people: Iterable[Participant], *, told: bool) -> frozenset[str]:
    """Functions whose letter may stand on a note, because it does not name its author; all where people were told."""
    counted = Counter(person.function for person in people if person.function)
    return frozenset(one for one, n in counted.items() if told or n >= LEAST_NAMED)


def functions_of(notes: Sequence[Note], named: frozenset[str]) -> list[str]:
    return list(dict.fromkeys(note.author.function for note in notes if note.author.function in named))


@dataclass(frozen=True)
class Proposal:
    """A suggestion as its one reader sees it. `column`: the family that the notes would join; None: a new one."""

    suggestion: Suggestion
    subject: Subject
    cards: Sequence[Card]
    column: Column | None


def proposals(board: Grouping, dismissed: Sequence[str]) -> list[Proposal]:
    """What one person is shown, of what they have not waved off; nothing once they waved off all."""
    if ALL in dismissed:
        return []
    return [one for section in board.sections for one in _of_section(section, dismissed)][:MOST_PROPOSALS]


def _of_section(section: Section, dismissed: Sequence[str]) -> list[Proposal]:
    cards = {card.note.pk: card for card in section.tray}
    columns = {column.family.pk: column for column in section.columns}
    loose = [Idea(pk, card.note.text) for pk, card in cards.items()]
    groups = [
        Group(pk, column.family.name, tuple(Idea(card.note.pk, card.note.text) for card in column.cards))
        for pk, column in columns.items()
    ]
    return [
        Proposal(one, section.subject, [cards[pk] for pk in one.notes], columns.get(one.family or 0))
        for one in suggest(loose, groups, dismissed)
    ]


class Turns:
    """What one person can take back, and do again."""

    FAR_BACK = 30  # gestures that are looked at

    def __init__(self, participant: Participant) -> None:
        own = list(Move.objects.filter(by=participant).order_by("-pk")[: self.FAR_BACK])
        others = Move.objects.none()
        if own:
            others = Move.objects.filter(workshop=participant.workshop_id, pk__gt=own[-1].pk, undone_at=None)
            others = others.exclude(by=participant)
        rows = [(pk, at, frozenset(after)) for pk, at, after in others.values_list("pk", "at", "after")]
        self.undo, self.redo = offered([move for move in own if not _is_overtaken(move, rows)])


def _is_overtaken(move: Move, others: Sequence[tuple[int, dt.datetime, frozenset[str]]]) -> bool:
    """Whether somebody else has changed since what this gesture changed."""
    return any(
        pk > move.pk and (move.undone_at is None or at > move.undone_at) and not keys.isdisjoint(move.after)
        for pk, at, keys in others
    )
