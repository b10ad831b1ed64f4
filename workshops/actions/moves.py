"""Undo and redo, for each person their own gestures: refused where somebody else has changed the same rows since."""

import uuid
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from orgs.rules import RuleBroken
from workshops.actions.gestures import GONE, Board, Row, State, grouping, key_of, state_of
from workshops.actions.session import tell, tell_privately
from workshops.models import Family, Move, Note, Participant, Workshop


@transaction.atomic
def undo(workshop: Workshop, uid: uuid.UUID, *, by: Participant) -> None:
    """Take back what this person did in that gesture. Taken back twice is the same as once."""
    _turn(workshop, uid, by, back=True)


@transaction.atomic
def redo(workshop: Workshop, uid: uuid.UUID, *, by: Participant) -> None:
    """Do again what this person took back, as long as they have done nothing else since."""
    _turn(workshop, uid, by, back=False)


def _turn(workshop: Workshop, uid: uuid.UUID, by: Participant, *, back: bool) -> None:
    workshop, by, phase = grouping(workshop, by)
    move = Move.objects.filter(workshop=workshop, by=by, uid=uid).first()
    if move is None:
        raise RuleBroken(_("This was not done by you."))
    if back == (move.undone_at is not None):
        return
    if not back and Move.objects.filter(workshop=workshop, by=by, pk__gt=move.pk, undone_at=None).exists():
        raise RuleBroken(_("You have done something else since."))
    _check_nobody_since(move, _others(move))
    board = Board(workshop, phase.round)
    _apply(board, expected=move.after if back else move.before, wanted=move.before if back else move.after, by=by)
    board.save()
    move.undone_at = timezone.now() if back else None
    move.save(update_fields=["undone_at"])
    tell(workshop, "board")
    tell_privately(workshop, [by])


def _others(move: Move) -> list[Move]:
    """What others did after it, and did not take back."""
    moves = Move.objects.filter(workshop=move.workshop_id, pk__gt=move.pk, undone_at=None).exclude(by=move.by_id)
    if move.undone_at is not None:
        moves = moves.filter(at__gt=move.undone_at)
    return list(moves.select_related("by__membership__user").order_by("-pk"))


def _check_nobody_since(move: Move, others: Iterable[Move]) -> None:
    for other in others:
        if not move.after.keys().isdisjoint(other.after):
            raise RuleBroken(_("%(name)s has changed this since: it stays as it is.") % {"name": other.by.name})


def _apply(board: Board, expected: dict[str, State], wanted: dict[str, State], by: Participant) -> None:
    rows: dict[str, Row] = {key_of(row): row for row in board.rows}
    if not all(key in rows for key in wanted):
        raise RuleBroken(_(GONE))  # taken away by its author, or of another round
    board.check_not_held([row for key in wanted if isinstance(row := rows[key], Note)], by)
    if not _is_so(expected, {key: state_of(rows[key]) for key in wanted}):
        raise RuleBroken(_("Somebody else has changed this since: it stays as it is."))
    # Those with the first places first, so that each finds its own among those that are there already.
    for key, state in sorted(wanted.items(), key=lambda item: (item[1] or {}).get("position", 0)):
        row = rows[key]
        if isinstance(row, Family):
            _apply_family(board, row, state)
    for key, state in sorted(wanted.items(), key=lambda item: (item[1] or {}).get("position", 0)):
        row = rows[key]
        if isinstance(row, Note) and state is not None:
            _apply_note(board, row, state)
    _check_whole(board)


def _apply_family(board: Board, family: Family, state: State) -> None:
    if state is None or state["dissolved"]:
        family.dissolved_at = board.now
    else:
        family.dissolved_at = None
        board.put_family(family, state["position"] - 1)
    if state is not None:
        family.name = state["name"]


def _apply_note(board: Board, note: Note, state: dict[str, Any]) -> None:
    if state["merged_into"] is not None:
        note.merged_into_id, note.family_id = state["merged_into"], state["family"]
        return
    note.merged_into_id, note.family_id = None, state["family"]
    others = [one for one in board.beside(note) if one != note]
    at = state["position"] - 1
    board.put([note], board.families.get(state["family"] or 0), others[at] if at < len(others) else None)


def _check_whole(board: Board) -> None:
    """No note in a family, or under a note, that others have taken away."""
    standing = {family.pk for family in board.families.values() if family.dissolved_at is None}
    for note in board.notes.values():
        above = board.notes.get(note.merged_into_id or 0)
        lost = note.merged_into_id is not None and (above is None or above.merged_into_id is not None)
        if lost or (note.merged_into_id is None and note.family_id is not None and note.family_id not in standing):
            raise RuleBroken(_("Somebody else has changed this since: it stays as it is."))


def _firm(state: dict[str, Any]) -> dict[str, Any]:
    """What a row says but for its place, which others change by putting something beside it."""
    return {
        name: value
        for name, value in state.items()
        if name != "position" and not (name == "name" and state.get("dissolved"))
    }


def _is_so(expected: Mapping[str, State], states: Mapping[str, dict[str, Any]]) -> bool:
    """Whether all of these rows are there, and say what is expected of them."""
    return all(
        key in states and _firm(states[key]) == _firm(state or {"name": None, "dissolved": True})
        for key, state in expected.items()
    )


def can_be_turned(move: Move, states: Mapping[str, dict[str, Any]]) -> bool:
    """Whether what the gesture left, or (once undone) found, is still so, by the states of the board's rows."""
    return _is_so(move.after if move.undone_at is None else move.before, states)


def offered(moves: Sequence[Move]) -> tuple[Move | None, Move | None]:
    """What a person can take back and do again, of their own latest gestures (newest first)."""
    back = next((move for move in moves if move.undone_at is None), None)
    undone = [move for move in moves if move.undone_at is not None and (back is None or move.pk > back.pk)]
    return back, undone[-1] if undone else None
