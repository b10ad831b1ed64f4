"""What is sent twice is made once: a lost answer, two clicks, a tab that comes back."""

import uuid
from typing import Any

from orgs.actions.audit import Actor, hold_organization
from orgs.actions.editing import Change
from orgs.models import AuditEvent


def begin(model: type[Any], by: Actor, client_id: uuid.UUID | None) -> tuple[Change, list[Any]]:
    """The act that `client_id` (orgs.http.client_id_of) names, and the things of `model` that it made when it came before.

    Where there are any, nothing is left to do; what has been archived since does not count. An id that names anything else,
    or an act of somebody else, is not used.
    """
    if client_id is None:
        return Change(by), []
    hold_organization()
    events = AuditEvent.objects.filter(change=client_id).order_by("pk")
    if not events:
        return Change(by, id=client_id), []
    name = str(model._meta.model_name)
    new = [
        one.object_id
        for one in events
        if one.actor_id == by.membership.pk and one.object_type == name and not one.before
    ]
    live = model.objects.live().in_bulk(new)
    made = [live[pk] for pk in new if pk in live]
    return (Change(by, id=client_id), made) if made else (Change(by), [])
