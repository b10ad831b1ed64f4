"""Restoring what things were before an event of their history."""

from collections.abc import Collection
from typing import Any

from django.db import transaction
from django.utils.text import capfirst
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from okr.actions.kinds import BASELINE, check_owner, missing
from okr.actions.periods import check_writable
from okr.models import Initiative, KeyResult, Objective
from orgs.actions import editing
from orgs.actions.audit import Actor
from orgs.actions.editable import KINDS, kind_of
from orgs.actions.editing import Change, State
from orgs.actions.undoing import restore_values
from orgs.models import AuditEvent, Membership
from orgs.rules import RuleBroken

MODELS: dict[str, type[Any]] = {"objective": Objective, "keyresult": KeyResult, "initiative": Initiative}
MEASURED = (KeyResult.Stage.PUBLISHED, KeyResult.Stage.SCORED)
LISTS = {
    "contributions": _("contributions"),
    "steps": _("steps"),
    "step_targets": _("targets on the way"),
    "answers": _("key results it answers"),
    "dependencies": _("what it waits for"),
}
# Where a thing stands and how far planning has brought it have acts of their own.
KEPT = {"archived_at", "position", "stage", "level", "objective", "year", "quarter", "tribe"}


def restorable(event: AuditEvent) -> list[str]:
    """The fields and lists whose values before the event can be restored."""
    if event.object_type not in MODELS or event.change is None:
        return []
    kind = KINDS[event.object_type]
    return [name for name in (*kind.fields, *kind.lists) if name in event.before and name not in KEPT]


def label_of(event: AuditEvent, name: str) -> str:
    """What a field or list is called by itself."""
    label = LISTS[name] if name in LISTS else MODELS[event.object_type]._meta.get_field(name).verbose_name
    return str(capfirst(label))


@transaction.atomic
def restore_event(
    event: AuditEvent, names: Collection[str], *, by: Actor, seen: int | None = None, reason: str = ""
) -> tuple[State, Change]:
    """Set the named fields back to what they were before the event, whatever came since; gives what changed.

    `seen` is the revision of the thing that the person saw: what others changed since then is not overwritten. The
    baseline of a published key result asks for a reason. Raises PermissionDenied, EditConflict or RuleBroken.
    """
    wanted = [name for name in restorable(event) if name in names]
    change = Change(by, reason=reason.strip())
    if event.object_type not in MODELS or not wanted:
        raise RuleBroken(gettext("Choose what to restore."))
    thing = editing.locked(MODELS[event.object_type], event.object_id)
    kind_of(thing).require(by.membership, thing)
    _check_open(thing)
    if "owner" in wanted and event.before["owner"] is not None:
        check_owner(Membership.objects.with_people().filter(pk=event.before["owner"]).first())
    lacking = missing(thing) if isinstance(thing, KeyResult) else {}
    changed = restore_values(thing, event, change, wanted, seen=seen)
    if isinstance(thing, KeyResult):
        _check_key_result(thing, changed, lacking, change)
    return changed, change


def _check_open(thing: Any) -> None:
    editing.check_not_archived(thing)
    if isinstance(thing, KeyResult):
        editing.check_not_archived(thing.objective)
    check_writable(thing.quarter if isinstance(thing, Initiative) else _objective(thing).span)


def _objective(thing: Objective | KeyResult) -> Objective:
    return thing.objective if isinstance(thing, KeyResult) else thing


def _check_key_result(key_result: KeyResult, changed: State, lacking: dict[str, str], change: Change) -> None:
    """As where it is changed by hand."""
    if key_result.stage == KeyResult.Stage.DRAFT:
        return
    for field, message in missing(key_result).items():
        if field not in lacking:
            raise RuleBroken(message, field=field)
    if key_result.stage in MEASURED and set(changed) & set(BASELINE) and not change.reason:
        raise RuleBroken(gettext("Published figures change for a reason: say why."), field="reason")
