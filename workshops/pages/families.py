"""The board on which notes are grouped into families, and what one person can undo there."""

import datetime as dt
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache

from django.template.loader import render_to_string
from django.utils.translation import get_language

from workshops.actions.gestures import Row, holder_of, key_of, state_of
from workshops.actions.moves import can_be_turned, offered
from workshops.models import Family, Move, Note, Participant, Subject
from workshops.suggesting import Group, Idea, Suggestion, suggest

MANY = 24  # notes, from which on the tray scrolls by itself, so that families stay in sight
MOST_PROPOSALS = 4  # at a time
ALL = "all"  # the key with which a person waves off every suggestion
LEAST_NAMED = 3  # method.md § 3: the letter of a function with fewer people would name who wrote the note


@dataclass(frozen=True)
class Hold:
    """Who is moving a note, and until when, in milliseconds as browsers count them."""

    by: str
    name: str
    function: str
    until: str


@dataclass(frozen=True)
class Face:
    """All that is drawn of a note. `functions`: whose it is, each once, where that may be said."""

    id: str
    uid: str
    text: str
    alike: tuple[tuple[str, str], ...]  # uid and text of the notes that say the same
    functions: tuple[str, ...]
    hold: Hold | None
    language: str  # of the text

    @property
    def size(self) -> int:
        return 1 + len(self.alike)


@dataclass(frozen=True)
class Card:
    """A note that stands on the board, with those that say the same."""

    note: Note
    face: Face

    @property
    def uid(self) -> str:
        return self.face.uid

    @property
    def size(self) -> int:
        return self.face.size

    @property
    def html(self) -> str:
        return _drawn(self.face, get_language() or "")


@lru_cache(maxsize=4096)
def _drawn(face: Face, language: str) -> str:
    """Of two hundred notes one has changed: the others are drawn already, in this language of the interface."""
    return render_to_string("workshops/room/_card.html", {"card": face})


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
        language: str,
    ) -> None:
        standing = {family.pk for family in families}
        cards: dict[int | None, list[Card]] = {pk: [] for pk in (None, *standing)}
        for note in notes:
            card = Card(note, _face(note, named, now, language))
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


def _face(note: Note, named: frozenset[str], now: dt.datetime, language: str) -> Face:
    alike: Sequence[Note] = note.merged  # type: ignore[attr-defined]
    hold = None
    if (holder := holder_of(note, now)) is not None and note.held_until is not None:
        until = str(round(note.held_until.timestamp() * 1000))
        hold = Hold(str(holder.pk), holder.name, holder.function[:1], until)
    return Face(
        id=str(note.pk),
        uid=str(note.uid),
        text=note.text,
        alike=tuple((str(one.uid), one.text) for one in alike),
        functions=tuple(functions_of([note, *alike], named)),
        hold=hold,
        language=language,
    )


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

    def __init__(self, participant: Participant, notes: Sequence[Note], round: int) -> None:
        """`notes` stand on the board, each with `merged`, as Room.notes loads them."""
        own = list(Move.objects.filter(by=participant).order_by("-pk")[: self.FAR_BACK])
        others = Move.objects.none()
        if own:
            others = Move.objects.filter(workshop=participant.workshop_id, pk__gt=own[-1].pk, undone_at=None)
            others = others.exclude(by=participant)
        rows = [(pk, at, frozenset(after)) for pk, at, after in others.values_list("pk", "at", "after")]
        there: list[Row] = [one for note in notes for one in (note, *note.merged)]  # type: ignore[attr-defined]
        if own:
            there += Family.objects.filter(workshop=participant.workshop_id, round=round)
        states = {key_of(row): state_of(row) for row in there}
        self.undo, self.redo = offered(
            [move for move in own if can_be_turned(move, states) and not _is_overtaken(move, rows)]
        )


def _is_overtaken(move: Move, others: Sequence[tuple[int, dt.datetime, frozenset[str]]]) -> bool:
    """Whether somebody else has changed since what this gesture changed."""
    return any(
        pk > move.pk and (move.undone_at is None or at > move.undone_at) and not keys.isdisjoint(move.after)
        for pk, at, keys in others
    )
