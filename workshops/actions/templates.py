"""Agenda templates: made, changed, archived and brought back by whoever may lead workshops of their kind."""

from collections.abc import Mapping
from typing import Any

from django.db import transaction

from orgs.actions import editing
from orgs.actions.audit import Actor
from orgs.actions.editing import Change, State
from orgs.permissions import Permission, require
from workshops.models import WorkshopTemplate


@transaction.atomic
def create_template(kind: str, values: Mapping[str, Any], *, by: Actor) -> tuple[WorkshopTemplate, Change]:
    """`values`: name and phases. Raises PermissionDenied, or RuleBroken with the field."""
    template = WorkshopTemplate(kind=kind, **values)
    require(by.membership, Permission.LEAD_WORKSHOPS, template)
    change = Change(by)
    editing.create(template, change)
    return template, change


@transaction.atomic
def change_template(
    template: WorkshopTemplate, values: Mapping[str, Any], *, by: Actor, seen: int | None = None
) -> tuple[State, Change]:
    """Set name and phases; workshops that were planned with it stay as they are. Raises as create_template, or EditConflict."""
    template = editing.locked_to_write(WorkshopTemplate, template.pk, by)
    change = Change(by)
    return editing.amend(template, values, change, seen=seen), change


@transaction.atomic
def archive_template(template: WorkshopTemplate, *, by: Actor) -> Change:
    """Out of what new workshops can start from. Undo brings it back."""
    template = editing.locked(WorkshopTemplate, template.pk)
    require(by.membership, Permission.LEAD_WORKSHOPS, template)
    change = Change(by)
    editing.archive(template, change)
    return change


@transaction.atomic
def restore_template(template: WorkshopTemplate, *, by: Actor) -> Change:
    """Raises RuleBroken where another has its name meanwhile."""
    template = editing.locked(WorkshopTemplate, template.pk)
    require(by.membership, Permission.LEAD_WORKSHOPS, template)
    change = Change(by)
    editing.restore(template, change)
    return change
