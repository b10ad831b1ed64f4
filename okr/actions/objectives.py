"""Writing objectives, strategic and of a tribe's quarter."""

import uuid
from collections.abc import Mapping
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from okr.actions.key_results import copy_key_result
from okr.actions.period_rules import hold_writable
from okr.actions.rules import check_owner, check_tribe, copy_title, require_edit, still_here
from okr.actions.staging import tell_changed
from okr.models import KeyResult, Objective, Quarter, Year
from okr.querysets import RUNNING
from orgs.actions import editing, once
from orgs.actions.audit import Actor
from orgs.actions.editing import Change, State
from orgs.models import Tribe
from orgs.rules import RuleBroken

OWN = ("title", "why", "owner", "department", "weight", "contributions")  # what a form may set


@transaction.atomic
def create_objective(
    *,
    by: Actor,
    tribe: Tribe | None = None,
    quarter: Quarter | None = None,
    year: Year | None = None,
    position: int | None = None,
    client_id: uuid.UUID | None = None,
    **values: Any,
) -> tuple[Objective, Change]:
    """A tribe's objective of a quarter, or a strategic one of a year; `values` as in OWN. Raises RuleBroken.

    A second call with the same `client_id` changes nothing and answers the first.
    """
    change, made = once.begin(Objective, by, client_id)
    if made:
        return made[0], change
    contributions = values.pop("contributions", [])
    level = Objective.Level.TRIBE if tribe else Objective.Level.STRATEGIC
    objective = Objective(level=level, tribe=tribe, quarter=quarter, year=year, **values)
    require_edit(by.membership, objective)
    create_objective_within(objective, change, contributions=contributions, position=position)
    return objective, change


def create_objective_within(
    objective: Objective, change: Change, *, contributions: list[dict[str, Any]], position: int | None = None
) -> None:
    """As part of a larger act, which has checked that the person may. `objective` is not saved yet."""
    hold_writable(objective.span)
    check_tribe(objective.tribe)
    check_owner(objective.owner)
    editing.create(objective, change, lists={"contributions": contributions}, position=position)


@transaction.atomic
def change_objective(
    objective: Objective, values: Mapping[str, Any], *, by: Actor, seen: int | None = None
) -> tuple[State, Change]:
    """Set some of OWN. `seen` is the revision that the writer started from. Raises EditConflict or RuleBroken."""
    change = Change(by)
    objective = editing.locked_to_write(Objective, objective.pk, by)
    if "owner" in values:
        check_owner(values["owner"])
    changed = editing.amend(objective, _only(values, OWN), change, seen=seen)
    if changed:
        tell_changed(objective)
    return changed, change


@transaction.atomic
def move_objective(objective: Objective, *, by: Actor, position: int, quarter: Quarter | None = None) -> Change:
    """To another place of its row, or to another quarter, with its key results."""
    change = Change(by)
    objective = editing.locked_to_write(Objective, objective.pk, by)
    parents: dict[str, Any] = {}
    if quarter is not None and not objective.is_strategic and quarter.pk != objective.quarter_id:
        _check_can_leave(objective)
        hold_writable(quarter)
        parents["quarter"] = quarter
    editing.place(objective, change, position=position, **parents)
    return change


@transaction.atomic
def duplicate_objective(
    objective: Objective, *, by: Actor, quarter: Quarter | None = None, client_id: uuid.UUID | None = None
) -> tuple[Objective, Change]:
    """A copy with its contributions and key results, all in draft, behind the original or in another quarter."""
    change, made = once.begin(Objective, by, client_id)
    if made:
        return made[0], change
    objective = editing.locked(Objective, objective.pk)
    require_edit(by.membership, objective)
    editing.check_not_archived(objective)
    elsewhere = quarter is not None and quarter.pk != objective.quarter_id and not objective.is_strategic
    copy = Objective(
        level=objective.level,
        title=objective.title if elsewhere else copy_title(objective.title),
        why=objective.why,
        owner=still_here(objective.owner),
        year=objective.year,
        department=objective.department,
        quarter=quarter if elsewhere else objective.quarter,
        tribe=objective.tribe,
        weight=objective.weight,
    )
    hold_writable(copy.span)
    check_tribe(copy.tribe)
    lists = {"contributions": editing.state_of(objective, ["contributions"])["contributions"]}
    editing.create(copy, change, lists=lists, position=None if elsewhere else objective.position + 1, verb="duplicated")
    for key_result in KeyResult.objects.live().filter(objective=objective).with_span().order_by("position"):
        copy_key_result(key_result, copy, change, title=key_result.title)
    return copy, change


@transaction.atomic
def archive_objective(objective: Objective, *, by: Actor) -> Change:
    """Out of every list, with its key results and all that was measured; undo or restore brings it back."""
    change = Change(by)
    objective = editing.locked_to_write(Objective, objective.pk, by)
    editing.archive(objective, change)
    return change


def _only(values: Mapping[str, Any], names: tuple[str, ...]) -> dict[str, Any]:
    assert set(values) <= set(names), set(values) - set(names)
    return dict(values)


def _check_can_leave(objective: Objective) -> None:
    """What was measured belongs to its quarter and its tribe."""
    if KeyResult.objects.live().filter(objective=objective, stage__in=RUNNING).exists():
        raise RuleBroken(_("It has published key results, which stay in their quarter. Duplicate it instead."))
