"""Changing things that several people may be editing.

From what their kinds say once (orgs.actions.editable) follow the audit trail (each event holds the state before and after),
optimistic locking field by field, undo (orgs.actions.undoing), restore and the comparison of two people's versions. The
trail replayed gives the state (tests/okr/test_editing.py).
"""

import datetime as dt
import uuid
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import structlog
from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from orgs.actions.audit import Actor, event_of, hold_organization, plain, record, record_all
from orgs.actions.editable import KINDS, Kind, attribute, bare_rows, kind_of, python_value
from orgs.models import AuditEvent
from orgs.rules import RuleBroken

log = structlog.get_logger(__name__)

State = dict[str, Any]  # by field or list name, as JSON can hold it
SHIFTED = "shifted"  # a neighbour that moved aside: no sentence of a history, and undone by its neighbour's return


# ── Acts ─────────────────────────────────────────────────────────────────────


@dataclass(frozen=True)
class Change:
    """One act of one person, which may touch several things; its id undoes all of it."""

    by: Actor
    id: uuid.UUID = field(default_factory=uuid.uuid4)
    undoes: uuid.UUID | None = None
    reason: str = ""  # where the act asks for one


@dataclass(frozen=True)
class Clash:
    """A field that somebody else changed since `seen`. Values are as in a State."""

    name: str
    mine: Any
    theirs: Any
    by: str
    at: dt.datetime


class Seen(int):
    """The revision that a form was made from. `answered` are the fields whose clash the person has decided, each with the
    revision that they were looking at: the rest of the form is still as old as it was."""

    answered: Mapping[str, int]

    def __new__(cls, revision: int, answered: Mapping[str, int]) -> "Seen":
        seen = super().__new__(cls, revision)
        seen.answered = answered
        return seen


class EditConflict(RuleBroken):
    """Somebody else changed the same fields meanwhile. Nothing was saved: show both, let the person choose."""

    def __init__(self, thing: Any, clashes: list[Clash]) -> None:
        super().__init__(_("%(name)s changed this meanwhile. Choose what stays.") % {"name": clashes[0].by})
        self.thing = thing
        self.clashes = clashes


def locked(model: type[Any], pk: int) -> Any:
    """The row, locked until the end of the transaction, with what its permissions and rules look at. Raises RuleBroken
    where it is gone: a year that was removed."""
    hold_organization()
    kind = KINDS[str(model._meta.model_name)]
    # No key changes: rows that point here may be written meanwhile, above all events of this person's own acts.
    rows = model.objects.select_for_update(of=("self",), no_key=True).select_related(*kind.related)
    try:
        return rows.get(pk=pk)
    except model.DoesNotExist:
        raise RuleBroken(_("It was removed meanwhile.")) from None


def locked_to_write(model: type[Any], pk: int, by: Actor) -> Any:
    """The same for somebody who changes it. Raises PermissionDenied, or RuleBroken where it is archived or all is history."""
    thing = locked(model, pk)
    kind = kind_of(thing)
    kind.require(by.membership, thing)
    kind.check_writable(thing)
    check_not_archived(thing)
    return thing


def state_of(thing: Any, names: Iterable[str] | None = None) -> State:
    """All of its state, or the named parts."""
    kind = kind_of(thing)
    wanted = set(kind.fields) | set(kind.lists) if names is None else set(names)
    state: State = {name: plain(getattr(thing, attribute(thing, name))) for name in kind.fields if name in wanted}
    state |= {name: rows.read(thing) for name, rows in kind.lists.items() if name in wanted}
    return state


def create(
    thing: Any,
    change: Change,
    *,
    lists: Mapping[str, list[Any]] | None = None,
    position: int | None = None,
    verb: str = "created",
) -> Any:
    """Save a new thing with its lists; at `position` in its row (1 is the first), or last."""
    hold_organization()
    kind = kind_of(thing)
    later: list[Any] = []
    if kind.order:
        siblings = list(kind.order.siblings(thing))
        thing.position = min(position or len(siblings) + 1, len(siblings) + 1)
        later = siblings[thing.position - 1 :]
    _clean(thing, kind)
    try:
        with transaction.atomic():
            thing.save()
    except IntegrityError:
        _check(thing, kind)  # says in words what the database refused
        raise _unexplained(thing) from None
    for name, rows in (lists or {}).items():
        kind.lists[name].write(thing, rows)
    _check(thing, kind)
    _record(change, verb, thing, before={}, after=state_of(thing))
    for row in later:
        _shift(row, row.position + 1, change)
    return thing


def amend(
    thing: Any, values: Mapping[str, Any], change: Change, *, seen: int | None = None, verb: str = "changed"
) -> State:
    """Set fields (Python values) and lists (rows) of a locked thing; gives what changed, as it is now.

    `seen` is the revision that the person started from. What others changed since then stays where the person left it as
    it was; where both set the same field to different things: EditConflict. Raises RuleBroken with the field.
    """
    kind = kind_of(thing)
    before = state_of(thing, values)
    listed = {name: rows for name, rows in values.items() if name in kind.lists}
    for name, value in values.items():
        if name not in kind.lists:
            setattr(thing, attribute(thing, name), getattr(value, "pk", value))
    after = {name: plain(getattr(thing, attribute(thing, name))) for name in values if name not in kind.lists}
    _clean(thing, kind)
    after = {name: plain(getattr(thing, attribute(thing, name))) for name in after}
    for name in _left_alone(thing, {**after, **listed}, before, seen):
        if listed.pop(name, None) is None:
            del after[name]
            setattr(thing, attribute(thing, name), python_value(thing, name, before[name]))
    changed = {name for name, value in after.items() if value != before[name]}
    for name, rows in listed.items():
        if bare_rows(rows) != bare_rows(before[name]):
            kind.lists[name].write(thing, rows)
            changed.add(name)
    _check(thing, kind)
    if not changed:
        return {}
    now = state_of(thing, changed)
    _save(thing, change, {name for name in changed if name not in kind.lists})
    _record(change, verb, thing, before={name: before[name] for name in changed}, after=now)
    return now


def amend_all(rows: Sequence[tuple[Any, Mapping[str, Any], str]], change: Change) -> None:
    """Set fields of many things of one kind, each with its verb: three statements, however many.

    For what one act decides of many. The caller holds the organization, has read the things since, and vouches for the
    values: unlike `amend` it neither checks nor compares them.
    """
    events, touched = [], {"revision"}
    for thing, values, verb in rows:
        before = state_of(thing, values)
        for name, value in values.items():
            setattr(thing, attribute(thing, name), getattr(value, "pk", value))
        thing.revision += 1
        touched |= set(values)
        after = state_of(thing, values)
        events.append(
            event_of(
                change.by,
                verb,
                thing,
                before=before,
                after=after,
                change=change.id,
                undoes=change.undoes,
                revision=thing.revision,
                reason=change.reason,
            )
        )
    if not rows:
        return
    rows[0][0]._meta.default_manager.bulk_update([thing for thing, _values, _verb in rows], sorted(touched))
    record_all(change.by, events)
    for thing, _values, _verb in rows:
        kind_of(thing).announce(thing)


def place(thing: Any, change: Change, *, position: int, verb: str = "moved", **parents: Any) -> None:
    """Move a locked thing to a position (1 is the first, too far is the last), perhaps below other parents. Raises
    RuleBroken where it is archived: it has no place then."""
    kind = kind_of(thing)
    assert kind.order is not None
    check_not_archived(thing)
    before = state_of(thing, ("position", *kind.order.parents))
    old = [row for row in kind.order.siblings(thing) if row.pk != thing.pk]
    for name, parent in parents.items():
        setattr(thing, name, parent)
    moved = state_of(thing, kind.order.parents) != {name: before[name] for name in kind.order.parents}
    new = [row for row in kind.order.siblings(thing) if row.pk != thing.pk] if moved else old
    thing.position = max(1, min(position, len(new) + 1))
    _clean(thing, kind)
    after = state_of(thing, before)
    changed = {name for name in before if before[name] != after[name]}
    if changed:
        _save(thing, change, changed)
        _record(change, verb, thing, {name: before[name] for name in changed}, {name: after[name] for name in changed})
    if moved:
        kind.check_place(thing, before)
        _number(old, change)
    _number([*new[: thing.position - 1], None, *new[thing.position - 1 :]], change)
    _check(thing, kind)


def archive(thing: Any, change: Change, *, verb: str = "archived") -> None:
    """Take a locked thing out of every list; what stands behind it moves up. Undo brings it back."""
    kind = kind_of(thing)
    if thing.archived_at is not None:
        return
    thing.archived_at = timezone.now()
    kind.check_standing(thing)
    _save(thing, change, {"archived_at"})
    _record(change, verb, thing, {"archived_at": None}, {"archived_at": plain(thing.archived_at)})
    if kind.order:
        _number(list(kind.order.siblings(thing)), change)


def restore(thing: Any, change: Change, *, position: int | None = None, verb: str = "restored") -> None:
    """Bring an archived, locked thing back to its place."""
    kind = kind_of(thing)
    if thing.archived_at is None:
        return
    before = plain(thing.archived_at)
    thing.archived_at = None
    kind.check_standing(thing)
    if not kind.order:
        _save(thing, change, {"archived_at"})
        _record(change, verb, thing, {"archived_at": before}, {"archived_at": None})
        return
    others = list(kind.order.siblings(thing))
    others = [row for row in others if row.pk != thing.pk]
    old, thing.position = thing.position, max(1, min(position or thing.position, len(others) + 1))
    _save(thing, change, {"archived_at", "position"})
    was, now = {"archived_at": before}, {"archived_at": None}
    if old != thing.position:
        was, now = {**was, "position": old}, {**now, "position": thing.position}
    _record(change, verb, thing, was, now)
    _number([*others[: thing.position - 1], None, *others[thing.position - 1 :]], change)


def check_not_archived(thing: Any) -> None:
    """Raise RuleBroken where somebody has archived it: what is out of every list is restored before it is changed."""
    if thing.archived_at is not None:
        raise RuleBroken(_("It was archived meanwhile. Restore it first."))


# ── Underneath ───────────────────────────────────────────────────────────────


def _clean(thing: Any, kind: Kind) -> None:
    try:
        thing.clean_fields(exclude=[name for name in (f.name for f in thing._meta.fields) if name not in kind.fields])
    except ValidationError as error:
        raise _broken(error) from None


def _check(thing: Any, kind: Kind) -> None:
    try:
        kind.check(thing)
    except ValidationError as error:
        raise _broken(error) from None


def _broken(error: ValidationError) -> RuleBroken:
    name, messages = next(iter(error.message_dict.items())) if hasattr(error, "error_dict") else (None, error.messages)
    return RuleBroken(messages[0], field=None if name == NON_FIELD_ERRORS else name)


def _left_alone(thing: Any, wanted: State, stored: State, seen: int | None) -> list[str]:
    """What others changed since `seen` and `wanted` still says as it was then. Raises EditConflict where both changed it."""
    if seen is None or seen == thing.revision:
        return []
    events = AuditEvent.objects.filter(
        object_type=thing._meta.model_name, object_id=thing.pk, revision__gt=seen
    ).order_by("-pk")
    latest: dict[str, AuditEvent] = {}
    then: State = {}
    for event in events:
        then |= event.before
        latest = dict.fromkeys(event.after, event) | latest
    decided: Mapping[str, int] = getattr(seen, "answered", {})
    answered = {name for name, at in decided.items() if name in latest and (latest[name].revision or 0) <= at}
    theirs = [
        name
        for name in wanted
        if name in latest and name not in answered and bare_rows(wanted[name]) != bare_rows(stored[name])
    ]
    left = [name for name in theirs if name in then and bare_rows(wanted[name]) == bare_rows(then[name])]
    clashes = [
        Clash(name, wanted[name], stored[name], latest[name].actor_name, latest[name].at)
        for name in theirs
        if name not in left
    ]
    if clashes:
        raise EditConflict(thing, clashes)
    return left


def _save(thing: Any, change: Change, names: set[str]) -> None:
    thing.revision += 1
    try:
        thing.save(update_fields=[*names, "revision"])
    except IntegrityError:
        raise _unexplained(thing) from None


def _unexplained(thing: Any) -> RuleBroken:
    """The database refused what no rule of the kind does: a rule to be written, so it is logged as the error it is."""
    log.exception("refused_by_database", kind=kind_of(thing).name, pk=thing.pk)
    return RuleBroken(_("This does not agree with what else is stored. Nothing was saved."))


def _shift(thing: Any, position: int, change: Change) -> None:
    before, thing.position = thing.position, position
    _save(thing, change, {"position"})
    _record(change, SHIFTED, thing, {"position": before}, {"position": position})


def _number(rows: list[Any], change: Change) -> None:
    """Positions 1, 2, 3…; None stands for the one that has its position already."""
    for position, row in enumerate(rows, 1):
        if row is not None and row.position != position:
            _shift(row, position, change)


def _record(change: Change, verb: str, thing: Any, before: State, after: State) -> None:
    record(
        change.by,
        verb,
        thing,
        before=before,
        after=after,
        change=change.id,
        undoes=change.undoes,
        revision=thing.revision,
        reason=change.reason,
    )
    kind_of(thing).announce(thing)
