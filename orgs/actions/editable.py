"""What can be edited: every kind of thing says once what its state is, columns and lists of rows that belong to it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from django.db import models

from orgs.models import AuditEvent, Membership, RevisedModel

if TYPE_CHECKING:
    from orgs.actions.editing import Change


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
        same = {name: getattr(thing, attribute(thing, name)) for name in self.parents}
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
    # Raises RuleBroken where all is history: a closed quarter.
    check_writable: Callable[[Any], None] = lambda thing: None
    # Raises RuleBroken where a thing may not be archived, or restored, as it has just been (`archived_at` says which).
    check_standing: Callable[[Any], None] = lambda thing: None
    # Raises RuleBroken where a thing may not be where it has just been placed, below other parents than `before` says (a
    # State of them).
    check_place: Callable[[Any, Mapping[str, Any]], None] = lambda thing, before: None
    # Told of each change that was recorded, in its transaction, whichever act it was: undo and handovers too.
    announce: Callable[[Any], None] = lambda thing: None
    # Told of each event on it that is taken back, in that transaction, once its fields are as they were: raises RuleBroken
    # to refuse.
    taken_back: Callable[[Any, AuditEvent, "Change"], None] = lambda thing, event, change: None
    # By field, a message for what it must have as far as it has come, and has not: nothing may be added to it.
    lacks: Callable[[Any], Mapping[str, str]] = lambda thing: {}

    @property
    def name(self) -> str:
        return str(self.model._meta.model_name)


KINDS: dict[str, Kind] = {}  # by model name


def register(kind: Kind) -> None:
    KINDS[kind.name] = kind


def kind_of(thing: models.Model) -> Kind:
    return KINDS[str(thing._meta.model_name)]


# ── Values of a state ────────────────────────────────────────────────────────


def attribute(thing: Any, name: str) -> str:
    return str(thing._meta.get_field(name).attname)


def python_value(thing: Any, name: str, value: Any) -> Any:
    """A stored value as the field holds it."""
    if name in kind_of(thing).lists or value is None:
        return value
    column = thing._meta.get_field(name)
    return (column.target_field if column.is_relation else column).to_python(value)


def bare_rows(rows: Any) -> Any:
    """Lists compare by what they say: rows written anew have other ids."""
    if not isinstance(rows, list):
        return rows
    return [{k: v for k, v in row.items() if k != "id"} if isinstance(row, dict) else row for row in rows]
