"""Taking acts back."""

import uuid
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from orgs.actions.audit import Actor, hold_organization
from orgs.actions.editable import KINDS, bare_rows, kind_of, python_value
from orgs.actions.editing import (
    SHIFTED,
    Change,
    amend,
    archive,
    check_not_archived,
    locked,
    place,
    restore,
    state_of,
)
from orgs.models import AuditEvent
from orgs.rules import RuleBroken

UNDONE = "undone"
# What reaches further than one step back could: into closed quarters, invitations, what a planning decided (which has an
# undo of its own, until its session is closed).
FINAL = {"merged", "kept", "deferred", "merged_into", "dropped", "reconsidered", "quarter_published"}


@transaction.atomic
def undo(change_id: uuid.UUID, *, by: Actor) -> Change:
    """Take a whole act back, as an act of its own (which can be undone in turn: redo).

    Raises RuleBroken where somebody has changed the same fields since, where it was undone already, where the act is not
    one that can be undone, or where a rule of what things are by now stands against it; PermissionDenied unless the
    person may edit each thing.
    """
    hold_organization()
    events = list(AuditEvent.objects.filter(change=change_id).order_by("pk"))
    if not events or any(event.object_type not in KINDS or event.verb in FINAL for event in events):
        raise RuleBroken(_("This can no longer be undone."))
    if AuditEvent.objects.filter(undoes=change_id).exists():
        raise RuleBroken(_("This was undone already."))
    change = Change(by, undoes=change_id)
    things = {(e.object_type, e.object_id): locked(KINDS[e.object_type].model, e.object_id) for e in events}
    for (name, _pk), thing in things.items():
        KINDS[name].require(by.membership, thing)
        KINDS[name].check_writable(thing)
    lacked = {key: KINDS[key[0]].lacks(thing) for key, thing in things.items()}
    for event in reversed(events):
        if event.verb != SHIFTED:
            thing = things[event.object_type, event.object_id]
            _take_back(thing, event, change)
            things[event.object_type, event.object_id] = locked(type(thing), thing.pk)
    for key, thing in things.items():
        for name, message in KINDS[key[0]].lacks(thing).items():
            if name not in lacked[key]:
                raise _stands_against(message)
    for event in events:
        kind, thing = KINDS[event.object_type], things[event.object_type, event.object_id]
        if kind.order and set(kind.order.parents) & set(event.before):  # it is back in a place that may have closed
            kind.require(by.membership, thing)
            kind.check_writable(thing)
    return change


def _take_back(thing: Any, event: AuditEvent, change: Change) -> None:
    kind = kind_of(thing)
    if not event.before:  # it was created
        if "archived_at" not in kind.fields:
            raise RuleBroken(_("This can no longer be undone."))
        archive(thing, change, verb=UNDONE)
        return
    if kind.order and "archived_at" not in event.before:
        check_not_archived(thing)
    where = {"position", *kind.order.parents} if kind.order else set()
    _refuse_if_changed_since(thing, event, where)
    if "archived_at" in event.before:
        if event.before["archived_at"] is None:
            restore(thing, change, verb=UNDONE)
        else:
            archive(thing, change, verb=UNDONE)
        return
    values = {name: python_value(thing, name, value) for name, value in event.before.items() if name not in where}
    if values:
        try:
            amend(thing, values, change, verb=UNDONE)
            kind.taken_back(thing, event, change)
        except RuleBroken as broken:
            raise _stands_against(broken.message) from None
    if kind.order and where & set(event.before):
        parents = {
            name: python_value(thing, name, event.before[name]) for name in kind.order.parents if name in event.before
        }
        related = {name: thing._meta.get_field(name).related_model.objects.get(pk=pk) for name, pk in parents.items()}
        for parent in related.values():
            if getattr(parent, "archived_at", None) is not None:
                raise RuleBroken(_("The place it came from was archived meanwhile. Restore that first."))
        place(thing, change, position=event.before.get("position", thing.position), verb=UNDONE, **related)


def _stands_against(why: str) -> RuleBroken:
    return RuleBroken(_("As things stand now, this cannot be undone. %(why)s") % {"why": why})


def _refuse_if_changed_since(thing: Any, event: AuditEvent, besides: set[str]) -> None:
    names = set(event.after) - besides
    now = state_of(thing, names)
    if any(bare_rows(now[name]) != bare_rows(event.after[name]) for name in names):
        raise RuleBroken(_("Somebody has changed this since: it can no longer be undone in one step. See its history."))
