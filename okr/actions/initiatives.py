"""Writing initiatives: what they are, which key results they answer, and their weeks."""

import datetime as dt
import uuid
from collections.abc import Mapping
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from okr.actions.key_results import archive_key_result_within
from okr.actions.kinds import OF_INITIATIVE
from okr.actions.period_rules import hold_writable
from okr.actions.rules import check_owner, check_tribe, check_weeks, copy_title, still_here
from okr.models import Initiative, KeyResult, Quarter
from okr.readings import Clock
from orgs.actions import editing, once
from orgs.actions.audit import Actor
from orgs.actions.editing import Change, State
from orgs.models import Tribe
from orgs.permissions import Permission, require
from orgs.rules import RuleBroken

LISTS = ("answers", "dependencies")
OWN = (*OF_INITIATIVE, *LISTS)  # what a form may set


@transaction.atomic
def create_initiative(
    tribe: Tribe,
    quarter: Quarter,
    *,
    by: Actor,
    position: int | None = None,
    client_id: uuid.UUID | None = None,
    **values: Any,
) -> tuple[Initiative, Change]:
    """`values` as in OWN: weeks are Mondays, `answers` ids of key results. Raises RuleBroken with the field.

    A second call with the same `client_id` changes nothing and answers the first, as with all that makes something here.
    """
    change, made = once.begin(Initiative, by, client_id)
    if made:
        return made[0], change
    return _create(tribe, quarter, change, position, values), change


@transaction.atomic
def change_initiative(
    initiative: Initiative, values: Mapping[str, Any], *, by: Actor, seen: int | None = None
) -> tuple[State, Change]:
    """Set some of OWN. `seen` is the revision that the writer started from. Raises EditConflict or RuleBroken."""
    assert set(values) <= set(OWN), set(values) - set(OWN)
    change = Change(by)
    initiative = editing.locked_to_write(Initiative, initiative.pk, by)
    if "owner" in values:
        check_owner(values["owner"])
    return editing.amend(initiative, {**values, **_delivery(values, by)}, change, seen=seen), change


@transaction.atomic
def schedule_initiative(
    initiative: Initiative,
    *,
    by: Actor,
    start_week: dt.date,
    end_week: dt.date,
    milestone_week: dt.date | None = None,
    seen: int | None = None,
) -> Change:
    """Draw it on other weeks (Mondays). Unless it is given, its milestone follows a move, and stays inside where it is
    shortened. `seen` as in `change_initiative`."""
    change = Change(by)
    initiative = editing.locked_to_write(Initiative, initiative.pk, by)
    values: dict[str, Any] = {"start_week": start_week, "end_week": end_week}
    if milestone_week is not None:
        values["milestone_week"] = milestone_week
    elif initiative.milestone_week is not None:
        same_length = end_week - start_week == initiative.end_week - initiative.start_week
        moved = initiative.milestone_week + (start_week - initiative.start_week if same_length else dt.timedelta(0))
        values["milestone_week"] = max(min(moved, end_week), start_week)
    editing.amend(initiative, values, change, seen=seen, verb="scheduled")
    return change


@transaction.atomic
def move_initiative(initiative: Initiative, *, by: Actor, position: int) -> Change:
    """To another line of the timeline."""
    change = Change(by)
    initiative = editing.locked_to_write(Initiative, initiative.pk, by)
    editing.place(initiative, change, position=position)
    return change


@transaction.atomic
def duplicate_initiative(
    initiative: Initiative, *, by: Actor, client_id: uuid.UUID | None = None
) -> tuple[Initiative, Change]:
    """A planned one behind the original, with the same weeks and answers."""
    change, made = once.begin(Initiative, by, client_id)
    if made:
        return made[0], change
    initiative = editing.locked_to_write(Initiative, initiative.pk, by)
    check_tribe(initiative.tribe)
    copy = Initiative(
        tribe=initiative.tribe,
        quarter=initiative.quarter,
        title=copy_title(initiative.title),
        owner=still_here(initiative.owner),
        function=initiative.function,
        start_week=initiative.start_week,
        end_week=initiative.end_week,
        milestone_week=initiative.milestone_week,
    )
    lists = editing.state_of(initiative, LISTS)
    editing.create(copy, change, lists=lists, position=initiative.position + 1, verb="duplicated")
    return copy, change


@transaction.atomic
def archive_initiative(initiative: Initiative, *, by: Actor) -> Change:
    """Off the timeline; undo or restore brings it back."""
    change = Change(by)
    initiative = editing.locked_to_write(Initiative, initiative.pk, by)
    editing.archive(initiative, change)
    return change


@transaction.atomic
def make_initiative_of(
    key_result: KeyResult,
    *,
    by: Actor,
    start_week: dt.date,
    end_week: dt.date,
    title: str = "",
    client_id: uuid.UUID | None = None,
) -> tuple[Initiative, Change]:
    """A key result that turned out to be work becomes an initiative, in one act: what the wording coach proposes.

    Only for a tribe's key result; it leaves the key results, and Undo brings it back. `title` is the wording of
    the initiative where it is not the key result's.
    """
    change, made = once.begin(Initiative, by, client_id)
    if made:
        return made[0], change
    row: KeyResult = editing.locked(KeyResult, key_result.pk)
    archive_key_result_within(row, change)
    objective = row.objective
    if objective.tribe is None or objective.quarter is None:
        raise RuleBroken(_("Initiatives belong to a quarter: a strategic key result cannot become one."))
    values = {
        "title": title or row.title,
        "owner": still_here(row.owner),
        "start_week": start_week,
        "end_week": end_week,
    }
    return _create(objective.tribe, objective.quarter, change, None, values), change


def create_initiative_within(tribe: Tribe, quarter: Quarter, change: Change, **values: Any) -> Initiative:
    """As part of a larger act, which has checked that the person may; last of its quarter."""
    return _make(tribe, quarter, change, None, values)


@transaction.atomic
def carry_initiative(
    initiative: Initiative, quarter: Quarter, *, by: Actor, client_id: uuid.UUID | None = None
) -> tuple[Initiative, Change]:
    """It goes on in that quarter, from its first week on and as long as it was, as a planned one that answers what goes on
    of what it answered. Raises RuleBroken where it was carried on already."""
    change, made = once.begin(Initiative, by, client_id)
    if made:
        return made[0], change
    initiative = editing.locked_to_write(Initiative, initiative.pk, by)
    if Initiative.objects.live().filter(carried_from=initiative).exists():
        raise RuleBroken(_("It goes on in the next quarter already."))
    weeks = quarter.weeks()
    length = (initiative.end_week - initiative.start_week).days // 7
    answered = editing.state_of(initiative, ["answers"])["answers"]
    on = KeyResult.objects.live().filter(carried_from__in=answered, objective__quarter=quarter)
    copy = _make(
        initiative.tribe,
        quarter,
        change,
        None,
        {
            "title": initiative.title,
            "note": initiative.note,
            "owner": still_here(initiative.owner),
            "function": initiative.function,
            "start_week": weeks[0],
            "end_week": weeks[min(length, len(weeks) - 1)],
            "carried_from": initiative,
            "answers": list(on.order_by("pk").values_list("pk", flat=True)),
        },
    )
    return copy, change


def _create(tribe: Tribe, quarter: Quarter, change: Change, position: int | None, values: dict[str, Any]) -> Initiative:
    require(change.by.membership, Permission.EDIT_INITIATIVES, tribe)
    return _make(tribe, quarter, change, position, values)


def _make(tribe: Tribe, quarter: Quarter, change: Change, position: int | None, values: dict[str, Any]) -> Initiative:
    hold_writable(quarter)
    check_tribe(tribe)
    check_owner(values.get("owner"))
    values |= _delivery(values, change.by)
    lists = {name: values.pop(name) for name in LISTS if name in values}
    initiative = Initiative(tribe=tribe, quarter=quarter, **values)
    check_weeks(initiative)
    return editing.create(initiative, change, lists=lists, position=position)


def _delivery(values: Mapping[str, Any], by: Actor) -> dict[str, Any]:
    """`delivered_on` goes with the state: today where no day is given, and none for what is not delivered."""
    if "state" not in values:
        return {}
    if values["state"] != Initiative.State.DELIVERED:
        return {"delivered_on": None}
    today = Clock.of(by.membership.org).today
    day = values.get("delivered_on") or today
    if day > today:
        raise RuleBroken(_("This day is yet to come: say when it was delivered."), field="delivered_on")
    return {"delivered_on": day}
