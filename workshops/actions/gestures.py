"""One gesture on the board: what lies there, what the gesture changes, and the Move that remembers it for undo."""

import uuid
from collections.abc import Callable, Collection, Iterable
from functools import wraps
from typing import Any, Concatenate, ParamSpec

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from orgs.rules import RuleBroken
from workshops.access import is_leading
from workshops.actions.session import check_running, check_takes_part, entered, tell, tell_privately
from workshops.actions.votes import check_window
from workshops.models import Family, Move, Note, Participant, Phase, PhaseKind, Workshop

KEPT = 200  # gestures of a person in a workshop: older ones are forgotten, and cannot be undone any more
GONE = gettext_noop("This is no longer on the board.")
Row = Note | Family
State = dict[str, Any] | None  # of a row in a Move; None: it was not there
P = ParamSpec("P")


class Board:
    """The revealed notes and the families of a round, loaded under the workshop's lock. `save` writes what changed.

    `touched` are the rows that the gesture is about, by "note:<id>" and "family:<id>"; others are only numbered anew.
    """

    def __init__(self, workshop: Workshop, round: int) -> None:
        self.workshop, self.round = workshop, round
        self.now = timezone.now()
        notes = Note.objects.live().filter(workshop=workshop, round=round, revealed_at__isnull=False)
        self.notes: dict[int, Note] = {
            note.pk: note for note in notes.select_related("held_by__membership__user").order_by("position", "pk")
        }
        families = Family.objects.filter(workshop=workshop, round=round).order_by("position", "pk")
        self.families: dict[int, Family] = {family.pk: family for family in families}
        self._was = {key_of(row): state_of(row) for row in self.rows}
        for note in self.notes.values():  # brought back after its family had gone
            if note.family_id and self.families[note.family_id].dissolved_at is not None:
                note.family = None
        self._holds = {note.pk: (note.held_by_id, note.held_until) for note in self.notes.values()}
        self.touched: list[str] = []

    @property
    def rows(self) -> list[Row]:
        return [*self.notes.values(), *self.families.values()]

    # ── What lies there ──

    @property
    def standing(self) -> list[Note]:
        return [note for note in self.notes.values() if note.merged_into_id is None]

    def by_uid(self, uids: Iterable[uuid.UUID]) -> list[Note]:
        """Those of the notes that stand on the board, in this order, each once. RuleBroken where none does."""
        standing = {note.uid: note for note in self.standing}
        found = [standing[uid] for uid in dict.fromkeys(uids) if uid in standing]
        if not found:
            raise RuleBroken(_(GONE))
        return found

    def family(self, uid: uuid.UUID) -> Family:
        found = next((one for one in self.families.values() if one.uid == uid and one.dissolved_at is None), None)
        if found is None:
            raise RuleBroken(_("This family is no longer there."))
        return found

    def place_of(self, note: Note) -> tuple[int | None, int]:
        """The list that the note is in: its family, or its subject's notes without one."""
        return (note.family_id, 0) if note.family_id else (None, note.subject_id)

    def beside(self, note: Note) -> list[Note]:
        """The standing notes of the same list, in order."""
        place = self.place_of(note)
        return self._in_order(one for one in self.standing if self.place_of(one) == place)

    def members(self, family: Family) -> list[Note]:
        return self._in_order(note for note in self.standing if note.family_id == family.pk)

    def alike(self, note: Note) -> list[Note]:
        return self._in_order(one for one in self.notes.values() if one.merged_into_id == note.pk)

    def columns(self, subject: int) -> list[Family]:
        """The families under this subject, in order."""
        there = [one for one in self.families.values() if one.dissolved_at is None and one.subject_id == subject]
        return sorted(there, key=lambda one: (one.position, one.pk))

    @staticmethod
    def _in_order(notes: Iterable[Note]) -> list[Note]:
        return sorted(notes, key=lambda note: (note.position, note.pk))

    # ── What changes ──

    def touch(self, *rows: Row) -> None:
        self.touched += [key for row in rows if (key := key_of(row)) not in self.touched]

    def put(self, notes: list[Note], family: Family | None, before: Note | None = None) -> None:
        """Have these stand in the family, or among the notes of their subject without one, in this order: before that
        note of the list, else at its end."""
        self.touch(*notes)
        for note in notes:
            note.family, note.merged_into = family, None
            note.held_by, note.held_until = None, None
        for place in dict.fromkeys(self.place_of(note) for note in notes):
            moving = [note for note in notes if self.place_of(note) == place]
            others = [note for note in self.beside(moving[0]) if note not in moving]
            at = others.index(before) if before in others else len(others)
            number([*others[:at], *moving, *others[at:]])

    def put_family(self, family: Family, at: int) -> None:
        """Have the family stand at this place (from 0) of its subject's families."""
        self.touch(family)
        others = [one for one in self.columns(family.subject_id) if one != family]
        number([*others[:at], family, *others[at:]])

    def merge(self, notes: list[Note], into: Note) -> None:
        """Have these lie under that note, with whatever lies under them."""
        below = [one for note in notes for one in self.alike(note)]
        self.touch(into, *notes, *below)
        for note in [*notes, *below]:
            note.merged_into, note.family = into, None
            note.held_by, note.held_until = None, None

    def check_not_held(self, notes: Collection[Note], by: Participant) -> None:
        for note in notes:
            holder = holder_of(note, self.now)
            if holder is not None and holder != by:
                raise RuleBroken(_("%(name)s is moving “%(note)s”.") % {"name": holder.name, "note": note.text})

    def changes(self) -> tuple[dict[str, State], dict[str, State]]:
        """Of the rows that the gesture is about, how each was and how it is: only those that changed."""
        now = {key_of(row): state_of(row) for row in self.rows}
        keys = [key for key in self.touched if self._was.get(key) != now[key]]
        return {key: self._was.get(key) for key in keys}, {key: now[key] for key in keys}

    def save(self) -> None:
        changed = [row for row in self.rows if self._was.get(key_of(row)) != state_of(row)]
        held = [n for n in self.notes.values() if self._holds[n.pk] != (n.held_by_id, n.held_until)]
        notes = {row.pk: row for row in [*changed, *held] if isinstance(row, Note)}
        fields = ["family", "merged_into", "position", "held_by", "held_until"]
        Note.objects.bulk_update(notes.values(), fields, batch_size=200)
        families = [row for row in changed if isinstance(row, Family)]
        Family.objects.bulk_update(families, ["name", "position", "dissolved_at"], batch_size=200)


def key_of(row: Row) -> str:
    return f"{'note' if isinstance(row, Note) else 'family'}:{row.pk}"


def state_of(row: Row) -> dict[str, Any]:
    if isinstance(row, Note):
        return {"family": row.family_id, "merged_into": row.merged_into_id, "position": row.position}
    return {"name": row.name, "dissolved": row.dissolved_at is not None, "position": row.position}


def number(rows: list[Any]) -> None:
    for position, row in enumerate(rows, 1):
        row.position = position


def holder_of(note: Note, now: Any) -> Participant | None:
    """Who is moving the note; a hold ends by itself."""
    return note.held_by if note.held_by_id and note.held_until and note.held_until > now else None


def grouping(workshop: Workshop, by: Participant) -> tuple[Workshop, Participant, Phase]:
    """`entered` by somebody who may group now."""
    workshop, by = entered(workshop, by)
    return workshop, by, _phase_of_grouping(workshop, by)


def _phase_of_grouping(workshop: Workshop, by: Participant) -> Phase:
    check_running(workshop)
    if not is_leading(by, workshop):  # who moves notes as the room says, also where they neither write nor vote
        check_takes_part(by)
    phase = workshop.phase
    if phase is None or phase.kind != PhaseKind.FAMILIES:
        raise RuleBroken(_("Notes are grouped in the phase “Families”."))
    check_window(phase)
    return phase


def gesture(act: Callable[Concatenate[Board, P], str]) -> Callable[Concatenate[Workshop, uuid.UUID, P], None]:
    """`act(board, …, by=…)` changes the board and answers what it did, in words for its author.

    It becomes an action of the workshop and of the gesture's uid, which the browser made: sent twice, it is done once. A
    gesture that changes nothing leaves no trace.
    """

    @wraps(act)
    @transaction.atomic
    def done(workshop: Workshop, uid: uuid.UUID, /, *args: P.args, **kwargs: P.kwargs) -> None:
        by: Any = kwargs["by"]
        workshop, by = entered(workshop, by)
        if (known := Move.objects.filter(workshop=workshop, uid=uid).first()) is not None:
            if known.by_id != by.pk:
                raise RuleBroken(_("This was done by somebody else."))
            return
        board = Board(workshop, _phase_of_grouping(workshop, by).round)
        label = act(board, *args, **{**kwargs, "by": by})
        before, after = board.changes()
        board.save()
        if not before:
            return
        longest = Move._meta.get_field("label").max_length
        Move.objects.create(workshop=workshop, uid=uid, by=by, label=label[:longest], before=before, after=after)
        own = Move.objects.filter(workshop=workshop, by=by).order_by("-pk")
        if old := list(own.values_list("pk", flat=True)[KEPT:]):
            Move.objects.filter(pk__in=old).delete()
        tell(workshop, "board")
        tell_privately(workshop, [by])

    return done
