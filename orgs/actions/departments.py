"""Departments with their leadership committees."""

from collections.abc import Mapping
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from orgs import handover
from orgs.actions import editing
from orgs.actions.administering import administer
from orgs.actions.audit import Actor
from orgs.actions.editing import Change, State
from orgs.models import Department, Tribe
from orgs.rules import RuleBroken

OWN = ("name", "committee")  # what a form may set


@transaction.atomic
def create_department(*, by: Actor, name: str, committee: str = "") -> tuple[Department, Change]:
    """Behind the others, with a committee of this name if one is given. Raises RuleBroken with the field."""
    change = Change(by)
    administer(by)
    lists = {"committee": [{"name": committee, "members": []}]} if committee else {}
    return editing.create(Department(name=name), change, lists=lists), change


@transaction.atomic
def change_department(
    department: Department, values: Mapping[str, Any], *, by: Actor, seen: int | None = None
) -> tuple[State, Change]:
    """Set some of OWN; the committee as a row of orgs.actions.kinds. Raises EditConflict or RuleBroken."""
    assert set(values) <= set(OWN), set(values) - set(OWN)
    change = Change(by)
    administer(by)
    department = editing.locked(Department, department.pk)
    return editing.amend(department, values, change, seen=seen), change


@transaction.atomic
def move_department(department: Department, *, by: Actor, position: int) -> Change:
    change = Change(by)
    administer(by)
    editing.place(editing.locked(Department, department.pk), change, position=position)
    return change


@transaction.atomic
def archive_department(department: Department, *, by: Actor) -> Change:
    """Only without live tribes and running strategic objectives: RuleBroken says which there are."""
    change = Change(by)
    administer(by)
    editing.archive(editing.locked(Department, department.pk), change)
    return change


@transaction.atomic
def restore_department(department: Department, *, by: Actor) -> Change:
    """What was merged into another stays there."""
    change = Change(by)
    administer(by)
    department = editing.locked(Department, department.pk)
    editing.amend(department, {"merged_into": None}, change)
    editing.restore(department, change)
    return change


@transaction.atomic
def merge_department(department: Department, into: Department, *, by: Actor) -> Change:
    """Its tribes, strategic objectives and committee become the other's; then it is archived. Raises RuleBroken."""
    change = Change(by)
    administer(by)
    if department.pk == into.pk:
        raise RuleBroken(_("Choose another department."), field="into")
    department, into = editing.locked(Department, department.pk), editing.locked(Department, into.pk)
    if department.archived_at is not None or into.archived_at is not None:
        raise RuleBroken(_("An archived department cannot be merged. Restore it first."), field="into")
    for pk in Tribe.objects.filter(department=department).values_list("pk", flat=True):
        editing.amend(editing.locked(Tribe, pk), {"department": into}, change, verb="moved")
    _join_committees(department, into, change)
    handover.move_contents(department, into, change)
    for earlier in Department.objects.filter(merged_into=department).values_list("pk", flat=True):
        editing.amend(editing.locked(Department, earlier), {"merged_into": into}, change)
    editing.amend(department, {"committee": [], "merged_into": into}, change, verb="merged")
    editing.archive(department, change)
    return change


def _join_committees(department: Department, into: Department, change: Change) -> None:
    """Whoever sponsors in the one sponsors in the other. A committee that was alone keeps its name."""
    theirs, ours = _committee(department), _committee(into)
    if theirs is None:
        return
    members = {row["membership"]: row["is_sponsor"] for row in theirs["members"]}
    for row in ours["members"] if ours else []:
        members[row["membership"]] = row["is_sponsor"] or members.get(row["membership"], False)
    rows = [{"membership": pk, "is_sponsor": is_sponsor} for pk, is_sponsor in sorted(members.items())]
    editing.amend(into, {"committee": [{"name": (ours or theirs)["name"], "members": rows}]}, change)


def _committee(department: Department) -> dict[str, Any] | None:
    rows = editing.state_of(department, ["committee"])["committee"]
    return rows[0] if rows else None
