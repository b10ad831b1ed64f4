"""Tribes: what they are, their order, and becoming part of one another."""

from collections.abc import Mapping
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from orgs import handover
from orgs.actions import editing
from orgs.actions.administering import administer
from orgs.actions.audit import Actor, record
from orgs.actions.editing import Change, State
from orgs.models import Department, Invitation, Membership, Seat, Tribe
from orgs.rules import RuleBroken

OWN = ("department", "name", "code", "mission", "lead")  # what a form may set


@transaction.atomic
def create_tribe(
    *,
    by: Actor,
    department: Department,
    name: str,
    code: str,
    mission: str = "",
    lead: Membership | None = None,
) -> tuple[Tribe, Change]:
    """Behind the others. Raises RuleBroken with the field."""
    change = Change(by)
    administer(by)
    tribe = Tribe(department=department, name=name, code=code, mission=mission, lead=lead)
    return editing.create(tribe, change), change


@transaction.atomic
def change_tribe(
    tribe: Tribe, values: Mapping[str, Any], *, by: Actor, seen: int | None = None
) -> tuple[State, Change]:
    """Set some of OWN. Raises EditConflict or RuleBroken."""
    assert set(values) <= set(OWN), set(values) - set(OWN)
    change = Change(by)
    administer(by)
    return editing.amend(editing.locked(Tribe, tribe.pk), values, change, seen=seen), change


@transaction.atomic
def move_tribe(tribe: Tribe, *, by: Actor, position: int) -> Change:
    """In the order in which every page shows them."""
    change = Change(by)
    administer(by)
    editing.place(editing.locked(Tribe, tribe.pk), change, position=position)
    return change


@transaction.atomic
def archive_tribe(tribe: Tribe, *, by: Actor) -> Change:
    """Out of the lists; its pages stay readable. RuleBroken where something of it still runs."""
    change = Change(by)
    administer(by)
    editing.archive(editing.locked(Tribe, tribe.pk), change)
    return change


@transaction.atomic
def restore_tribe(tribe: Tribe, *, by: Actor) -> Change:
    """Back into its department; what was merged into another stays there."""
    change = Change(by)
    administer(by)
    tribe = editing.locked(Tribe, tribe.pk)
    editing.amend(tribe, {"merged_into": None}, change)
    editing.restore(tribe, change)
    return change


@transaction.atomic
def merge_tribe(tribe: Tribe, into: Tribe, *, by: Actor) -> Change:
    """All that one tribe owns becomes the other's: objectives, key results and initiatives of all quarters, seats,
    invitations, what others wait for. Then it is archived, and its address leads to the other. Raises RuleBroken."""
    change = Change(by)
    administer(by)
    if tribe.pk == into.pk:
        raise RuleBroken(_("Choose another one."), field="into")
    tribe, into = editing.locked(Tribe, tribe.pk), editing.locked(Tribe, into.pk)
    if tribe.archived_at is not None or into.archived_at is not None:
        raise RuleBroken(_("%(name)s is archived.") % {"name": tribe if tribe.archived_at else into}, field="into")
    handover.move_contents(tribe, into, change)
    _move_seats(tribe, into, change)
    for invitation in Invitation.objects.select_for_update().filter(tribe=tribe):
        invitation.tribe = into
        invitation.save(update_fields=["tribe"])
        record(by, "changed", invitation, before={"tribe": tribe.pk}, after={"tribe": into.pk})
    for earlier in Tribe.objects.filter(merged_into=tribe).values_list("pk", flat=True):
        editing.amend(editing.locked(Tribe, earlier), {"merged_into": into}, change)
    editing.amend(tribe, {"merged_into": into}, change, verb="merged")
    editing.archive(tribe, change)
    return change


def _move_seats(tribe: Tribe, into: Tribe, change: Change) -> None:
    """Whoever sits in both keeps the seat of the other tribe; whoever speaks for a function there goes on doing so."""
    speaking = set(Seat.objects.filter(tribe=into, is_delegate=True).values_list("function", flat=True))
    for pk in Seat.objects.filter(tribe=tribe).order_by("pk").values_list("membership", flat=True):
        membership = editing.locked(Membership, pk)
        rows = editing.state_of(membership, ["seats"])["seats"]
        [moving] = [row for row in rows if row["tribe"] == tribe.pk]
        rows.remove(moving)
        if all(row["tribe"] != into.pk for row in rows):
            is_delegate = moving["is_delegate"] and moving["function"] not in speaking
            rows.append({**moving, "tribe": into.pk, "is_delegate": is_delegate})
        editing.amend(membership, {"seats": sorted(rows, key=lambda row: row["tribe"])}, change)
