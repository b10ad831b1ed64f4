"""A closed workshop, phase by phase: each with its board as it stood at the end of it, as far as that is still known.

Notes, families and decisions are those that there are now, left out where they came later than the phase.
"""

import datetime as dt
from collections import Counter
from dataclasses import dataclass
from functools import cached_property

from orgs.models import Function
from workshops.models import Note, Phase, PhaseKind
from workshops.pages.families import named_functions
from workshops.pages.minutes import Decided, Held, Minutes, Round, Written

BOARDS = {
    PhaseKind.FRAME: "frame",
    PhaseKind.PICK: "pick",
    PhaseKind.BRAINSTORM: "brainstorm",
    PhaseKind.REVEAL: "reveal",
    PhaseKind.FAMILIES: "families",
    PhaseKind.VOTE: "vote",
    PhaseKind.DECIDE: "decide",
    PhaseKind.WRAP_UP: "decide",
    PhaseKind.PAUSE: "pause",
}


@dataclass(frozen=True)
class Shelf:
    """What lay under one subject."""

    written: Written
    cards: list[Note]  # standing for themselves


class Replay:
    """`number` counts the phases that took place, from 1."""

    def __init__(self, minutes: Minutes, number: int) -> None:
        self.minutes, self.number = minutes, number

    @cached_property
    def stops(self) -> list[tuple[int | None, Held]]:
        """The agenda, with the number of each phase that took place."""
        number = 0
        stops: list[tuple[int | None, Held]] = []
        for held in self.minutes.agenda:
            number += bool(held.clock)
            stops.append((number if held.clock else None, held))
        return stops

    @property
    def last(self) -> int:
        return sum(1 for number, _held in self.stops if number)

    @property
    def exists(self) -> bool:
        return 1 <= self.number <= self.last

    @cached_property
    def held(self) -> Held:
        return next(held for number, held in self.stops if number == self.number)

    @property
    def phase(self) -> Phase:
        return self.held.phase

    @property
    def board(self) -> str:
        return f"workshops/replay/_{BOARDS[PhaseKind(self.phase.kind)]}.html"

    @property
    def before(self) -> int | None:
        return self.number - 1 or None

    @property
    def after(self) -> int | None:
        return self.number + 1 if self.number < self.last else None

    @property
    def ended_at(self) -> dt.datetime:
        """Of the last phase, and of one that was never left, the end of the workshop."""
        closed = self.minutes.workshop.closed_at
        if self.phase.pk == self.minutes.workshop.phase_id or self.phase.ended_at is None:
            assert closed is not None  # minutes.agenda shows no clock otherwise
            return closed
        return self.phase.ended_at

    # ── Boards ──

    def _came_later(self, note: Note) -> bool:
        return note.created_at > self.ended_at

    @cached_property
    def shelves(self) -> list[Shelf]:
        """By subject, what was written by then."""
        shelves = []
        for written in self.minutes.written_in(self.phase.round):
            items = [*written.families, *written.alone]
            cards = [note for item in items for note in item.standing if not self._came_later(note)]
            if cards:
                shelves.append(Shelf(written, cards))
        return shelves

    @cached_property
    def chips(self) -> list[tuple[str, str, range]]:
        """How many notes there were, by the function of who wrote them: its value, its name, a chip for each note."""
        items = [
            item for group in self.minutes.written_in(self.phase.round) for item in (*group.families, *group.alone)
        ]
        notes = [note for item in items for note in item.notes if not self._came_later(note)]
        counts = Counter(note.author.function for note in notes)
        rows = [(value, str(label), range(counts[value])) for value, label in [*Function.choices, ("", "")]]
        return [row for row in rows if row[2]]

    @property
    def named_functions(self) -> frozenset[str]:
        """Functions whose letter may stand on a note, as in the room."""
        return named_functions(self.minutes.voters, told=self.minutes.workshop.functions_told)

    @property
    def written(self) -> list[Written]:
        return [shelf.written for shelf in self.shelves]

    @property
    def chips_count(self) -> int:
        return sum(len(row[2]) for row in self.chips)

    @property
    def votes(self) -> list[Round]:
        return [vote for vote in self.minutes.votes if vote.vote.phase_id == self.phase.pk]

    @property
    def outcomes(self) -> list[tuple[str, list[Decided]]]:
        """What had been decided by then."""
        groups = [(label, [one for one in rows if one.at <= self.ended_at]) for label, rows in self.minutes.outcomes]
        return [group for group in groups if group[1]]
