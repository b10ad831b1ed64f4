"""Restoring what things were before an event of their history."""

from collections.abc import Collection
from typing import Any

from django.db import transaction
from django.utils.text import capfirst
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from okr.actions.business_case import save_business_case
from okr.actions.evidence import OF_FILE
from okr.actions.rules import check_amended, check_live, check_owner, missing
from okr.actions.staging import tell_changed
from okr.models import BusinessCase, Evidence, Initiative, KeyResult, Objective
from orgs.actions import editing
from orgs.actions.audit import Actor
from orgs.actions.editable import KINDS, kind_of, python_value
from orgs.actions.editing import Change, State
from orgs.models import AuditEvent, Membership
from orgs.rules import RuleBroken

MODELS: dict[str, type[Any]] = {
    "objective": Objective,
    "keyresult": KeyResult,
    "initiative": Initiative,
    "evidence": Evidence,
    "businesscase": BusinessCase,
}
LISTS = {
    "contributions": _("contributions"),
    "steps": _("steps"),
    "step_targets": _("targets on the way"),
    "answers": _("key results it answers"),
    "dependencies": _("what it waits for"),
}
# Where a thing stands, how far planning has brought it and who signed it have acts of their own.
KEPT = {
    *(
        "archived_at",
        "position",
        "stage",
        "merged_into",
        "carried_from",
        "baseline",
        "level",
        "objective",
        "key_result",
        "year",
        "quarter",
        "tribe",
    ),
    *("consolidated_at", "consolidated_by"),
    *(set(OF_FILE) - {"file"}),  # restored with their file
}


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
    values = {name: python_value(thing, name, value) for name, value in _before(event, thing, wanted).items()}
    if isinstance(thing, BusinessCase):
        return save_business_case(thing.key_result, by=by, seen=seen, **values)
    check_live(thing)
    kind_of(thing).check_writable(thing)
    if "owner" in wanted and event.before["owner"] is not None:
        check_owner(Membership.objects.with_people().filter(pk=event.before["owner"]).first())
    lacking = missing(thing) if isinstance(thing, KeyResult) else {}
    changed = editing.amend(thing, values, change, seen=seen, verb="restored")
    if isinstance(thing, KeyResult):
        check_amended(thing, changed, lacking, change)
    if changed and isinstance(thing, KeyResult | Objective):
        tell_changed(thing)
    return changed, change


def _before(event: AuditEvent, thing: Any, wanted: Collection[str]) -> State:
    """What the wanted fields and lists were. A file with its name, its size and what is drawn of it, of which the event
    holds only what differed."""
    before = {name: event.before[name] for name in wanted}
    if "file" in before:
        of_file = editing.state_of(thing, OF_FILE)
        since = AuditEvent.objects.filter(object_type="evidence", object_id=thing.pk, pk__gte=event.pk).order_by("-pk")
        for later in since:
            of_file |= {name: value for name, value in later.before.items() if name in OF_FILE}
        before |= of_file
    return before
