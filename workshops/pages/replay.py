"""A closed workshop, phase by phase: each with its board as it stood at the end of it, as far as that is still known.

Families are as gestures left them by then (workshops.pages.past). How notes are worded, and what was decided of an item at
last, is as it is now; decisions are left out where they came later than the phase.
"""

import datetime as dt
from collections import Counter
from dataclasses import dataclass
from functools import cached_property

from django.utils.translation import gettext as _

from orgs.models import Function
from workshops.models import Note, Phase, PhaseKind, Subject, Vote
from workshops.pages.families import named_functions
from workshops.pages.items import Item
from workshops.pages.minutes import FAMILIES, Decided, Held, Minutes, Round, Written, grouped
from workshops.pages.past import Past

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


class Retold(Minutes):
    """With what was voted on as it was when the vote closed."""

    def voted_on(self, vote: Vote) -> list[Item]:
        assert vote.closed_at is not None  # `votes` are closed
        return self.past(vote.phase.round).items(vote.closed_at, vote.votes_on)

    def past(self, round: int) -> Past:
        return self._pasts.setdefault(round, Past(self.workshop, round))

    @cached_property
    def _pasts(self) -> dict[int, Past]:
        return {}


class Replay:
    """`number` counts the phases that took place, from 1."""

    def __init__(self, minutes: Retold, number: int) -> None:
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

    @cached_property
    def shelves(self) -> list[Shelf]:
        """By subject, what lay there by then."""
        groups = grouped(self.minutes.past(self.phase.round).items(self.ended_at, FAMILIES))
        return [Shelf(one, [note for item in (*one.families, *one.alone) for note in item.standing]) for one in groups]

    @cached_property
    def chips(self) -> list[tuple[str, str, range]]:
        """How many notes there were, by the function of who wrote them: its value, its name, a chip for each note."""
        counts = Counter(
            note.author.function
            for note in self.minutes.past(self.phase.round).notes
            if note.created_at <= self.ended_at
        )
        rows = [(value, str(label), range(counts[value])) for value, label in [*Function.choices, ("", "")]]
        return [row for row in rows if row[2]]

    @property
    def subjects(self) -> list[Subject]:
        """What it was about: all there was to choose from, as long as that lay ahead."""
        chooses = any(
            phase.kind == PhaseKind.PICK and phase.counted_at and phase.position > self.phase.position
            for phase in self.minutes.phases
        )
        return self.minutes.subjects if chooses else self.minutes.retained_subjects

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
    def caveat(self) -> str:
        """What of this board is not as it was then."""
        return {
            PhaseKind.FRAME: _("Worded as today."),
            PhaseKind.PICK: _("Worded as today."),
            PhaseKind.BRAINSTORM: _("Notes taken away later are not counted."),
            PhaseKind.REVEAL: _("Notes are worded as at the end of the workshop; those taken away since are left out."),
            PhaseKind.FAMILIES: _(
                "Notes are worded as at the end of the workshop; those taken away since are left out."
            ),
            PhaseKind.VOTE: _(
                "Families as they were when the vote closed; notes are worded as at the end of the workshop."
            ),
            PhaseKind.DECIDE: _(
                "Of each item, what was decided of it last; what was decided after this phase is left out."
            ),
            PhaseKind.WRAP_UP: _("Of each item, what was decided of it last."),
        }.get(PhaseKind(self.phase.kind), "")

    @property
    def outcomes(self) -> list[tuple[str, list[Decided]]]:
        """What had been decided by then."""
        groups = [(label, [one for one in rows if one.at <= self.ended_at]) for label, rows in self.minutes.outcomes]
        return [group for group in groups if group[1]]
