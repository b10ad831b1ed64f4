"""Grouping notes into families: everybody who takes part, at the same time. Each gesture can be undone by who made it."""

import datetime as dt
import uuid
from collections.abc import Sequence

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from orgs.rules import RuleBroken
from workshops.actions.gestures import GONE, Board, gesture, grouping, holder_of
from workshops.actions.lines import one_line
from workshops.actions.session import tell, tell_privately
from workshops.models import Family, Note, Participant, Subject, Workshop

HOLD = dt.timedelta(seconds=12)  # how long a note stays in somebody's hand unless they say so again
MOST_FAMILIES = 80  # of a round
MOST_MADE = 400  # of a round, with those that are dissolved: undo and votes go on knowing them
MOST_DISMISSED = 300  # of a person: the oldest are forgotten first


@gesture
def move_notes(
    board: Board,
    uids: Sequence[uuid.UUID],
    to: uuid.UUID | None,
    before: uuid.UUID | None = None,
    *,
    by: Participant,
    loose_only: bool = False,
) -> str:
    """Put notes into a family, or (`to` None) back among those without one, before the note `before` or at the end.

    `loose_only`: as a suggestion is taken up. What others have put into a family meanwhile stays there.
    """
    notes = _still_loose(board.by_uid(uids)) if loose_only else board.by_uid(uids)
    board.check_not_held(notes, by)
    family = board.family(to) if to else None
    next_one = next((note for note in board.standing if note.uid == before and note not in notes), None)
    board.put(notes, family, next_one)
    if family is None:
        return _("take %(notes)s out of the family") % {"notes": named(notes)}
    return _("move %(notes)s to “%(family)s”") % {"notes": named(notes), "family": name_of(board, family)}


def _still_loose(notes: Sequence[Note]) -> list[Note]:
    loose = [note for note in notes if note.family_id is None]
    if not loose:
        raise RuleBroken(_("Somebody has grouped these notes meanwhile."))
    return loose


@gesture
def start_family(
    board: Board,
    family_uid: uuid.UUID,
    name: str,
    subject: Subject | None,
    uids: Sequence[uuid.UUID],
    *,
    by: Participant,
    loose_only: bool = False,
) -> str:
    """Make a family, of these notes if any: under `subject`, else under the first note's.

    `loose_only` is that of `move_notes`.
    """
    name = _line(name)
    notes = board.by_uid(uids) if uids else []
    if loose_only:
        notes = _still_loose(notes)
    if not notes and not name:
        raise RuleBroken(_("Give the family a name, or choose notes for it."), field="name")
    board.check_not_held(notes, by)
    # In whatever round; nor may one name answer for a family and for a note, when people vote and decide.
    if any(model.objects.filter(workshop=board.workshop, uid=family_uid).exists() for model in (Family, Note)):
        raise RuleBroken(_("This family is there already."))
    under = subject or (notes[0].subject if notes else board.workshop.subjects.filter(is_retained=True).first())
    if under is None or under.workshop_id != board.workshop.pk:
        raise RuleBroken(_("Choose what the family belongs to."), field="subject")
    if sum(one.dissolved_at is None for one in board.families.values()) >= MOST_FAMILIES:
        raise RuleBroken(_("These are %(n)s families already. Merge some of them.") % {"n": MOST_FAMILIES})
    if len(board.families) >= MOST_MADE:
        said = _("%(n)s families have been made and dissolved in this round. Rename one of those that are there.")
        raise RuleBroken(said % {"n": MOST_MADE})
    position = len(board.columns(under.pk)) + 1
    family = Family.objects.create(
        workshop=board.workshop, uid=family_uid, round=board.round, subject=under, name=name, position=position
    )
    board.families[family.pk] = family
    board.touch(family)
    if notes:
        board.put(notes, family)
    return _("make the family “%(family)s”") % {"family": name_of(board, family)}


@gesture
def rename_family(board: Board, family_uid: uuid.UUID, name: str, *, by: Participant) -> str:
    family = board.family(family_uid)
    name = _line(name)
    if not name:
        raise RuleBroken(_("Give the family a name."), field="name")
    board.touch(family)
    before, family.name = name_of(board, family), name
    return _("rename “%(before)s” to “%(after)s”") % {"before": before, "after": name}


@gesture
def place_family(board: Board, family_uid: uuid.UUID, before: uuid.UUID | None, *, by: Participant) -> str:
    """Have a family stand before another one of its subject, or at the end."""
    family = board.family(family_uid)
    others = [one for one in board.columns(family.subject_id) if one != family]
    board.put_family(family, next((at for at, one in enumerate(others) if one.uid == before), len(others)))
    return _("move the family “%(family)s”") % {"family": name_of(board, family)}


@gesture
def merge_families(board: Board, family_uid: uuid.UUID, into: uuid.UUID, *, by: Participant) -> str:
    """Put the notes of a family at the end of another, and dissolve the first."""
    family, other = board.family(family_uid), board.family(into)
    if family == other:
        raise RuleBroken(_("Choose another family."))
    label = _("merge “%(family)s” into “%(other)s”") % {
        "family": name_of(board, family),
        "other": name_of(board, other),
    }
    _dissolve(board, family, by, into=other)
    return label


@gesture
def dissolve_family(board: Board, family_uid: uuid.UUID, *, by: Participant) -> str:
    """Put the notes of a family back among those without one."""
    family = board.family(family_uid)
    label = _("dissolve “%(family)s”") % {"family": name_of(board, family)}
    _dissolve(board, family, by)
    return label


def _dissolve(board: Board, family: Family, by: Participant, into: Family | None = None) -> None:
    notes = board.members(family)
    board.check_not_held(notes, by)
    if notes:
        board.put(notes, into)
    board.touch(family)
    family.dissolved_at = board.now


@gesture
def merge_notes(board: Board, into: uuid.UUID, uids: Sequence[uuid.UUID], *, by: Participant) -> str:
    """Notes that say the same as another lie under it from now on; `split_note` takes them apart."""
    [target] = board.by_uid([into])
    notes = [note for note in board.by_uid(uids) if note != target]
    if not notes:
        raise RuleBroken(_("Choose another note to merge it with."))
    board.check_not_held([target, *notes], by)
    board.merge(notes, target)
    return _("merge %(notes)s with “%(note)s”") % {"notes": named(notes), "note": short(target.text)}


@gesture
def split_note(board: Board, parent: uuid.UUID, only: uuid.UUID | None = None, *, by: Participant) -> str:
    """What lies under a note stands beside it again: all of it, or `only` that one."""
    [target] = board.by_uid([parent])
    below = [note for note in board.alike(target) if only is None or note.uid == only]
    if not below:
        raise RuleBroken(_(GONE))
    board.check_not_held([target], by)
    family = board.families.get(target.family_id or 0)
    beside = board.beside(target)
    at = beside.index(target) + 1
    next_one = beside[at] if at < len(beside) else None
    board.put([note for note in below if family or note.subject_id == target.subject_id], family, next_one)
    if elsewhere := [note for note in below if not family and note.subject_id != target.subject_id]:
        board.put(elsewhere, None)
    return _("take %(notes)s apart from “%(note)s”") % {"notes": named(below), "note": short(target.text)}


# ── Who is moving what ───────────────────────────────────────────────────────


@transaction.atomic
def hold(workshop: Workshop, uids: Sequence[uuid.UUID], on: bool, *, by: Participant) -> None:
    """Take notes in hand, so that others see it and leave them alone, or let go of them. Said again it lasts longer; it
    ends by itself."""
    workshop, by, phase = grouping(workshop, by)
    now = timezone.now()
    notes = list(
        Note.objects.on_board()
        .filter(workshop=workshop, round=phase.round, revealed_at__isnull=False, uid__in=uids)
        .select_related("held_by__membership__user")
    )
    if on:
        for note in notes:
            holder = holder_of(note, now)
            if holder is not None and holder != by:
                raise RuleBroken(_("%(name)s is moving “%(note)s”.") % {"name": holder.name, "note": note.text})
    else:
        notes = [note for note in notes if note.held_by_id == by.pk]
    if not notes:
        return
    for note in notes:
        note.held_by, note.held_until = (by, now + HOLD) if on else (None, None)
    Note.objects.bulk_update(notes, ["held_by", "held_until"])
    tell(workshop, "board")


# ── Suggestions ──────────────────────────────────────────────────────────────


@transaction.atomic
def dismiss(workshop: Workshop, key: str, *, by: Participant) -> None:
    """This person is not shown the suggestion again; nobody else learns of it. An empty key brings all back."""
    workshop, by, _phase = grouping(workshop, by)
    kept = [one for one in by.dismissed if one != key]
    by.dismissed = [*kept, key][-MOST_DISMISSED:] if key else []
    by.save(update_fields=["dismissed"])
    tell_privately(workshop, [by])  # in another tab of theirs


# ── Words ────────────────────────────────────────────────────────────────────


def _line(name: str) -> str:
    return one_line(name, Family, "name", _("A name fits into %(n)s characters."))


def short(text: str) -> str:
    return text if len(text) <= 60 else f"{text[:59].rstrip()}…"


def named(notes: Sequence[Note]) -> str:
    if len(notes) == 1:
        return _("“%(note)s”") % {"note": short(notes[0].text)}
    return ngettext("%(n)s note", "%(n)s notes", len(notes)) % {"n": len(notes)}


def name_of(board: Board, family: Family) -> str:
    """The family's name, or its first note's text where it has none."""
    members = board.members(family)
    return short(family.name or (members[0].text if members else _("New family")))
