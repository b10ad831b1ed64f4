"""The board of a round as it stood at some time: what there is now, with each gesture taken back that was made since.

Notes taken away stay away. What a gesture does not keep is as it is now: how a note is worded, and its place among others.
"""

import copy
import datetime as dt
from collections import defaultdict
from collections.abc import Mapping
from functools import cached_property
from typing import Any

from workshops.actions.gestures import Row, State, key_of, state_of
from workshops.models import Family, Move, Note, Workshop
from workshops.pages.items import Item, items_from


class Past:
    """3 queries, however many times are asked for."""

    def __init__(self, workshop: Workshop, round: int) -> None:
        self.workshop, self.round = workshop, round

    @cached_property
    def notes(self) -> list[Note]:
        rows = Note.objects.live().filter(workshop=self.workshop, round=self.round, revealed_at__isnull=False)
        return list(rows.select_related("author__membership__user", "subject__objective", "subject__key_result"))

    @cached_property
    def _families(self) -> list[Family]:
        rows = Family.objects.filter(workshop=self.workshop, round=self.round)
        return list(rows.select_related("subject__objective", "subject__key_result"))

    @cached_property
    def _turns(self) -> list[tuple[dt.datetime, dict[str, State]]]:
        """When the board changed, and how those rows were until then; the latest first."""
        turns = []
        for move in Move.objects.filter(workshop=self.workshop):
            turns.append((move.at, move.before))
            if move.undone_at is not None:
                turns.append((move.undone_at, move.after))
        return sorted(turns, key=lambda turn: turn[0], reverse=True)

    def items(self, at: dt.datetime, votes_on: str) -> list[Item]:
        """What lay there then, in its order (workshops.pages.items)."""
        states = self._states(at)
        families = {one.pk: one for row in self._families if (one := _family_then(row, states[key_of(row)]))}
        notes = {row.pk: _note_then(row, states[key_of(row)]) for row in self.notes if row.created_at <= at}
        below: dict[int | None, list[Note]] = defaultdict(list)
        for note in notes.values():
            if note.merged_into_id not in notes:  # what it lay under was taken away since
                note.merged_into = None
            if note.family_id is not None:
                note.family = families.get(note.family_id)
            below[note.merged_into_id].append(note)
        for note in notes.values():
            note.merged = sorted(below[note.pk], key=_place)  # type: ignore[attr-defined]
        return items_from(sorted(below[None], key=_place), sorted(families.values(), key=_place), votes_on)

    def _states(self, at: dt.datetime) -> Mapping[str, State]:
        rows: list[Row] = [*self.notes, *self._families]
        states: dict[str, State] = {key_of(row): state_of(row) for row in rows}
        for when, before in self._turns:
            if when <= at:
                break
            states.update(before)
        return states


def _family_then(row: Family, state: State) -> Family | None:
    if state is None or state["dissolved"]:
        return None
    family = copy.copy(row)
    family.name, family.position = state["name"], state["position"]
    return family


def _note_then(row: Note, state: State) -> Note:
    assert state is not None  # gestures make no notes
    note = copy.copy(row)
    note.family_id, note.merged_into_id, note.position = state["family"], state["merged_into"], state["position"]
    return note


def _place(row: Any) -> tuple[int, int, int, int]:
    return row.subject.position, row.subject_id, row.position, row.pk
