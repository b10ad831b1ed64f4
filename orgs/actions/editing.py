"""Changing things that several people may be editing, and taking changes back.

Every kind of thing that can be edited says once what its state is: columns, and lists of rows that belong to it. From that
follow the audit trail (each event holds the state before and after), optimistic locking field by field, undo, restore and
the comparison of two people's versions. The trail replayed gives the state (tests/okr/test_editing.py).
"""

import datetime as dt
import uuid
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.db import IntegrityError, models, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from orgs.actions.audit import Actor, hold_organization, plain, record
from orgs.models import AuditEvent, Membership, RevisedModel
from orgs.rules import RuleBroken

State = dict[str, Any]  # by field or list name, as JSON can hold it


# ── What can be edited ───────────────────────────────────────────────────────


@dataclass(frozen=True)
class RowList:
    """Rows that belong to a thing and are edited with it: `read(thing)` gives plain dicts in their order, `write(thing,
    rows)` makes the stored rows be those."""

    read: Callable[[Any], list[Any]]
    write: Callable[[Any, list[Any]], None]


@dataclass(frozen=True)
class Order:
    """Things in a row below the same parents, numbered 1, 2, 3… in `position` among those that are not archived."""

    parents: tuple[str, ...]

    def siblings(self, thing: Any) -> models.QuerySet:
        same = {name: getattr(thing, _attribute(thing, name)) for name in self.parents}
        return type(thing).objects.filter(**same, archived_at=None).order_by("position", "pk")


@dataclass(frozen=True)
class Kind:
    model: type[RevisedModel]
    fields: tuple[str, ...]
    require: Callable[[Membership, Any], None]  # raises PermissionDenied
    check: Callable[[Any], None] = lambda thing: None  # raises RuleBroken or ValidationError; lists are written already
    lists: Mapping[str, RowList] = field(default_factory=dict)
    order: Order | None = None
    related: tuple[str, ...] = ()  # loaded with it, for permissions and rules
    check_writable: Callable[[Any], None] = lambda thing: (
        None
    )  # raises RuleBroken where all is history: a closed quarter
    # Raises RuleBroken where a thing may not be archived, or restored, as it has just been (`archived_at` says which).
    check_standing: Callable[[Any], None] = lambda thing: None

    @property
    def name(self) -> str:
        return str(self.model._meta.model_name)


KINDS: dict[str, Kind] = {}  # by model name


def register(kind: Kind) -> None:
    KINDS[kind.name] = kind


def kind_of(thing: models.Model) -> Kind:
    return KINDS[str(thing._meta.model_name)]


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


class EditConflict(RuleBroken):
    """Somebody else changed the same fields meanwhile. Nothing was saved: show both, let the person choose."""

    def __init__(self, thing: Any, clashes: list[Clash]) -> None:
        super().__init__(_("%(name)s changed this meanwhile. Choose what stays.") % {"name": clashes[0].by})
        self.thing = thing
        self.clashes = clashes


def locked(model: type[Any], pk: int) -> Any:
    """The row, locked until the end of the transaction, with what its permissions and rules look at."""
    hold_organization()
    kind = KINDS[str(model._meta.model_name)]
    # No key changes: rows that point here may be written meanwhile, above all events of this person's own acts.
    return model.objects.select_for_update(of=("self",), no_key=True).select_related(*kind.related).get(pk=pk)


def state_of(thing: Any, names: Iterable[str] | None = None) -> State:
    """All of its state, or the named parts."""
    kind = kind_of(thing)
    wanted = set(kind.fields) | set(kind.lists) if names is None else set(names)
    state: State = {name: plain(getattr(thing, _attribute(thing, name))) for name in kind.fields if name in wanted}
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
        raise
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
            setattr(thing, _attribute(thing, name), getattr(value, "pk", value))
    after = {name: plain(getattr(thing, _attribute(thing, name))) for name in values if name not in kind.lists}
    _clean(thing, kind)
    after = {name: plain(getattr(thing, _attribute(thing, name))) for name in after}
    for name in _left_alone(thing, {**after, **listed}, before, seen):
        if listed.pop(name, None) is None:
            del after[name]
            setattr(thing, _attribute(thing, name), _python(thing, name, before[name]))
    changed = {name for name, value in after.items() if value != before[name]}
    for name, rows in listed.items():
        if _bare_rows(rows) != _bare_rows(before[name]):
            kind.lists[name].write(thing, rows)
            changed.add(name)
    _check(thing, kind)
    if not changed:
        return {}
    now = state_of(thing, changed)
    _save(thing, change, {name for name in changed if name not in kind.lists})
    _record(change, verb, thing, before={name: before[name] for name in changed}, after=now)
    return now


def place(thing: Any, change: Change, *, position: int, verb: str = "moved", **parents: Any) -> None:
    """Move a locked thing to a position (1 is the first, too far is the last), perhaps below other parents."""
    kind = kind_of(thing)
    assert kind.order is not None
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


# ── Undo ─────────────────────────────────────────────────────────────────────

SHIFTED = "shifted"  # a neighbour that moved aside: no sentence of a history, and undone by its neighbour's return
UNDONE = "undone"
FINAL = {"merged"}  # reaches further than one step back could: into closed quarters, invitations


@transaction.atomic
def undo(change_id: uuid.UUID, *, by: Actor) -> Change:
    """Take a whole act back, as an act of its own (which can be undone in turn: redo).

    Raises RuleBroken where somebody has changed the same fields since, where it was undone already, or where the act is
    not one that can be undone; PermissionDenied unless the person may edit each thing.
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
    for event in reversed(events):
        if event.verb != SHIFTED:
            thing = things[event.object_type, event.object_id]
            _take_back(thing, event, change)
            things[event.object_type, event.object_id] = locked(type(thing), thing.pk)
    for event in events:
        kind, thing = KINDS[event.object_type], things[event.object_type, event.object_id]
        if kind.order and set(kind.order.parents) & set(event.before):  # it is back in a place that may have closed
            kind.require(by.membership, thing)
            kind.check_writable(thing)
    return change


def restore_values(
    thing: Any, event: AuditEvent, change: Change, names: Iterable[str] | None = None, *, seen: int | None = None
) -> State:
    """Set a locked thing's fields back to what they were before `event` (all, or the named ones), whatever came since;
    with `seen` as in `amend`, whatever came until then."""
    kind = kind_of(thing)
    kept = set(kind.fields) | set(kind.lists)
    kept -= {"archived_at", "position", *(kind.order.parents if kind.order else ())}
    wanted = kept & set(event.before) & (kept if names is None else set(names))
    values = {name: _python(thing, name, event.before[name]) for name in wanted}
    return amend(thing, values, change, seen=seen, verb="restored")


def check_not_archived(thing: Any) -> None:
    """Raise RuleBroken where somebody has archived it: what is out of every list is restored before it is changed."""
    if thing.archived_at is not None:
        raise RuleBroken(_("It was archived meanwhile. Restore it first."))


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
    values = {name: _python(thing, name, value) for name, value in event.before.items() if name not in where}
    if values:
        amend(thing, values, change, verb=UNDONE)
    if kind.order and where & set(event.before):
        parents = {
            name: _python(thing, name, event.before[name]) for name in kind.order.parents if name in event.before
        }
        related = {name: thing._meta.get_field(name).related_model.objects.get(pk=pk) for name, pk in parents.items()}
        for parent in related.values():
            if getattr(parent, "archived_at", None) is not None:
                raise RuleBroken(_("The place it came from was archived meanwhile. Restore that first."))
        place(thing, change, position=event.before.get("position", thing.position), verb=UNDONE, **related)


def _refuse_if_changed_since(thing: Any, event: AuditEvent, besides: set[str]) -> None:
    names = set(event.after) - besides
    now = state_of(thing, names)
    if any(_bare_rows(now[name]) != _bare_rows(event.after[name]) for name in names):
        raise RuleBroken(_("Somebody has changed this since: it can no longer be undone in one step. See its history."))


# ── Underneath ───────────────────────────────────────────────────────────────


def _attribute(thing: Any, name: str) -> str:
    return str(thing._meta.get_field(name).attname)


def _python(thing: Any, name: str, value: Any) -> Any:
    """A stored value as the field holds it."""
    if name in kind_of(thing).lists or value is None:
        return value
    column = thing._meta.get_field(name)
    return (column.target_field if column.is_relation else column).to_python(value)


def _bare_rows(rows: Any) -> Any:
    """Lists compare by what they say: rows written anew have other ids."""
    if not isinstance(rows, list):
        return rows
    return [{k: v for k, v in row.items() if k != "id"} if isinstance(row, dict) else row for row in rows]


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
    theirs = [name for name in wanted if name in latest and _bare_rows(wanted[name]) != _bare_rows(stored[name])]
    left = [name for name in theirs if name in then and _bare_rows(wanted[name]) == _bare_rows(then[name])]
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
    thing.save(update_fields=[*names, "revision"])


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
