"""What the workshop was about, and what was written in it."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from django.db.models import Count
from django.utils.translation import gettext as _

from workshops.models import Note, PhaseKind, Subject, Workshop
from workshops.pages.items import Item, items_of
from workshops.pages.minutes.part import Part

FAMILIES = Workshop.VotesOn.FAMILIES


@dataclass(frozen=True)
class Written:
    """What lies under one subject: families with their notes, and the notes without a family."""

    subject: Subject
    families: list[Item]
    alone: list[Item]

    @property
    def lone_notes(self) -> list[Note]:
        return [note for item in self.alone for note in item.standing]

    @property
    def notes(self) -> int:
        return sum(len(item.notes) for item in (*self.families, *self.alone))


class Notes(Part):
    @cached_property
    def subjects(self) -> list[Subject]:
        rows = self.workshop.subjects.select_related("objective", "key_result__objective")
        return list(rows.annotate(sum=Count("picks")))

    @property
    def retained_subjects(self) -> list[Subject]:
        return [subject for subject in self.subjects if subject.is_retained]

    @property
    def picked(self) -> list[Subject]:
        """Where the room was shown what people say their tribe can move: each candidate with `sum`, most first."""
        if not any(phase.kind == PhaseKind.PICK and phase.counted_at for phase in self.phases):
            return []
        return sorted(self.subjects, key=lambda subject: (-subject.sum, subject.position))  # type: ignore[attr-defined]

    @cached_property
    def rounds(self) -> list[int]:
        return sorted({phase.round for phase in self.phases})

    def round_title(self, round: int) -> str:
        """By the brainstorm that it began with, where that has a title of its own."""
        titles = [phase.title for phase in self.phases if phase.round == round and phase.kind == PhaseKind.BRAINSTORM]
        return next((title for title in titles if title), _("Round %(n)s") % {"n": round})

    def items(self, round: int, votes_on: str) -> list[Item]:
        if (round, votes_on) not in self._items:
            self._items[round, votes_on] = items_of(self.workshop, round, votes_on)
        return self._items[round, votes_on]

    @cached_property
    def _items(self) -> dict[tuple[int, str], list[Item]]:
        return {}

    def written_in(self, round: int) -> list[Written]:
        """By subject; those that nobody wrote under are left out."""
        return grouped(self.items(round, FAMILIES))

    @cached_property
    def written(self) -> list[tuple[int, list[Written]]]:
        """Of each round in which something was written."""
        rounds = [(round, self.written_in(round)) for round in self.rounds]
        return [row for row in rounds if row[1]]

    @property
    def written_titled(self) -> list[tuple[str, list[Written]]]:
        """Each round under its title; a single one needs none."""
        several = len(self.written) > 1
        return [(self.round_title(round) if several else "", groups) for round, groups in self.written]

    @property
    def notes_count(self) -> int:
        return sum(group.notes for _round, groups in self.written for group in groups)

    @property
    def families_count(self) -> int:
        return sum(len(group.families) for _round, groups in self.written for group in groups)


def grouped(items: Sequence[Item]) -> list[Written]:
    """By subject; those that nobody wrote under are left out."""
    by_subject: dict[int, list[Item]] = defaultdict(list)
    for item in items:
        by_subject[item.subject.pk].append(item)
    return [
        Written(rows[0].subject, [one for one in rows if one.family], [one for one in rows if one.note])
        for rows in by_subject.values()
    ]
