"""Retrospective notes: short, several people's, each changed by whoever wrote it."""

import uuid

from django.db import transaction
from django.utils.translation import gettext as _

from okr.actions.period_rules import hold_writable
from okr.models import Quarter
from orgs.actions import editing, once
from orgs.actions.audit import Actor
from orgs.actions.editing import Change, State
from orgs.models import Tribe
from orgs.permissions import Permission, require
from orgs.rules import RuleBroken
from reviews.models import RetroNote

MOST = 100  # a tribe and quarter


@transaction.atomic
def write_note(
    tribe: Tribe, quarter: Quarter, kind: str, text: str, *, by: Actor, client_id: uuid.UUID | None = None
) -> tuple[RetroNote, Change]:
    """Raises PermissionDenied, or RuleBroken with the field."""
    change, made = once.begin(RetroNote, by, client_id)
    if made:
        return made[0], change
    require(by.membership, Permission.REVIEW, tribe)
    hold_writable(quarter)
    if RetroNote.objects.live().filter(tribe=tribe, quarter=quarter).count() >= MOST:
        raise RuleBroken(_("At most %(limit)s notes a quarter.") % {"limit": MOST}, field="text")
    note = RetroNote(tribe=tribe, quarter=quarter, kind=kind, text=text.strip(), author=by.membership)
    return editing.create(note, change, verb="looked_back"), change


@transaction.atomic
def change_note(note: RetroNote, text: str, *, by: Actor, seen: int | None = None) -> tuple[State, Change]:
    change = Change(by)
    note = editing.locked_to_write(RetroNote, note.pk, by)
    return editing.amend(note, {"text": text.strip()}, change, seen=seen), change


@transaction.atomic
def remove_note(note: RetroNote, *, by: Actor) -> Change:
    """Out of the list; Undo brings it back."""
    change = Change(by)
    note = editing.locked_to_write(RetroNote, note.pk, by)
    editing.archive(note, change)
    return change
