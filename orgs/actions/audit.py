"""Writing the audit trail, and telling every cached page that its organization has changed."""

import datetime as dt
import uuid
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db.models import F, Model
from django.db.models.fields.files import FieldFile

from orgs import tenancy
from orgs.models import AuditEvent, Membership, Organization

# Told of what was recorded, in its transaction: (who, the events). It may read them and write rows of its own; nothing may fail for its sake.
Listener = Callable[["Actor", Sequence[AuditEvent]], None]
_listeners: list[Listener] = []


@dataclass(frozen=True)
class Actor:
    """Who acts, and through which door. Every action takes one as `by`."""

    membership: Membership
    via: str = AuditEvent.Via.PAGE


def listen(listener: Listener) -> None:
    """For a room above that tells people what happened, whichever act it was."""
    if listener not in _listeners:
        _listeners.append(listener)


def plain(value: Any) -> Any:
    """As JSON can hold it."""
    if isinstance(value, Decimal):
        return f"{value.normalize():f}" if value else "0"
    if isinstance(value, dt.date | dt.datetime | dt.time):
        return value.isoformat()
    if isinstance(value, FieldFile):
        return value.name or ""
    return value


def hold_organization() -> None:
    """One writer at a time in the current organization, until the end of the transaction.

    Every action writes the organization's version when it records. Taking that row first, before any other, keeps two
    actions from waiting for each other's rows.
    """
    Organization.objects.select_for_update(no_key=True).filter(pk=tenancy.current_org_id()).values_list("pk").first()


def snapshot(thing: Model, fields: tuple[str, ...]) -> dict[str, Any]:
    """The named fields' values now, as JSON can hold them."""
    return {field: plain(getattr(thing, field)) for field in fields}


def record(
    by: Actor,
    verb: str,
    thing: Model,
    *,
    before: dict[str, Any] | None = None,
    after: dict[str, Any] | None = None,
    change: uuid.UUID | None = None,
    undoes: uuid.UUID | None = None,
    revision: int | None = None,
    reason: str = "",
) -> None:
    """Append one event to the audit trail, and bump the organization's version. Call inside the action's transaction.

    `change`, `undoes` and `revision` come from orgs.actions.editing.
    """
    event = event_of(
        by,
        verb,
        thing,
        before=before,
        after=after,
        change=change,
        undoes=undoes,
        revision=revision,
        reason=reason,
    )
    record_all(by, [event])


def event_of(
    by: Actor,
    verb: str,
    thing: Model,
    *,
    before: dict[str, Any] | None = None,
    after: dict[str, Any] | None = None,
    **more: Any,
) -> AuditEvent:
    """An event for `record_all`; as `record` takes it."""
    return AuditEvent(
        actor=by.membership,
        actor_name=by.membership.name,
        via=by.via,
        verb=verb,
        object_type=str(thing._meta.model_name),
        object_id=thing.pk,
        object_label=str(thing)[:200],
        before={key: plain(value) for key, value in (before or {}).items()},
        after={key: plain(value) for key, value in (after or {}).items()},
        **more,
    )


def record_all(by: Actor, events: Sequence[AuditEvent]) -> None:
    """Several events of one act: two statements, however many."""
    if len(events) == 1:
        events[0].save(force_insert=True)
    else:
        AuditEvent.objects.bulk_create(events)
    Organization.objects.filter(pk=by.membership.org_id).update(version=F("version") + 1)
    for listener in _listeners:
        listener(by, events)
