"""Before the meeting: planning it, and what each member with a vote would do, said alone."""

import datetime as dt
from collections.abc import Collection, Mapping
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from okr.actions.period_rules import check_writable
from okr.models import KeyResult, Quarter
from orgs.actions import editing
from orgs.actions.audit import Actor, hold_organization, record
from orgs.actions.editing import Change, State
from orgs.models import CommitteeSeat, Tribe
from orgs.permissions import Permission, require
from orgs.rules import RuleBroken
from planning.actions.kinds import OWN
from planning.actions.kinds import check_writable as check_planning_writable
from planning.actions.rows import STAGES
from planning.actions.session import held
from planning.actions.taking import recount
from planning.models import Opinion, Planning

LISTS = ("slots", "voters")
MINUTES = 10  # of a tribe, until somebody says otherwise


@transaction.atomic
def plan(quarter: Quarter, *, by: Actor, **values: Any) -> tuple[Planning, Change]:
    """The planning of a quarter. `values` are of OWN and LISTS; what they leave out is as `usual` says.

    Raises RuleBroken where there is one already, or the quarter is closed.
    """
    assert set(values) <= {*OWN, *LISTS}, set(values) - {*OWN, *LISTS}
    require(by.membership, Permission.LEAD_PLANNING)
    hold_organization()
    check_writable(quarter)
    if Planning.objects.filter(quarter=quarter).exists():
        raise RuleBroken(_("%(quarter)s has its planning already.") % {"quarter": quarter})
    if not set(values) >= {"chair", *LISTS}:
        values = {**usual(), **values}
    lists = {name: list(values.pop(name)) for name in LISTS}
    chair = values.pop("chair")
    chair_id = getattr(chair, "pk", chair)
    change = Change(by)
    return editing.create(Planning(quarter=quarter, chair_id=chair_id, **values), change, lists=lists), change


def usual() -> dict[str, Any]:
    """Every tribe presents, everybody in a committee has a vote, and the first sponsor (an id) chairs."""
    tribes = Tribe.objects.filter(archived_at=None).order_by("position", "pk").values_list("pk", flat=True)
    seats = CommitteeSeat.objects.filter(membership__ended_at=None, membership__user__is_active=True)
    voters = list(dict.fromkeys(seats.order_by("-is_sponsor", "pk").values_list("membership_id", flat=True)))
    return {
        "slots": [{"tribe": pk, "minutes": MINUTES, "cap": None} for pk in tribes],
        "voters": voters,
        "chair": voters[0] if voters else None,
    }


@transaction.atomic
def set_up(
    planning: Planning, values: Mapping[str, Any], *, by: Actor, seen: int | None = None
) -> tuple[State, Change]:
    """Set some of OWN, "slots" (dicts of tribe, minutes, cap, in their order) and "voters" (memberships' ids).

    Raises EditConflict or RuleBroken with the field.
    """
    assert set(values) <= {*OWN, *LISTS}, set(values)
    change = Change(by)
    planning = editing.locked(Planning, planning.pk)
    require(by.membership, Permission.LEAD_PLANNING)
    check_planning_writable(planning)
    changed = editing.amend(planning, values, change, seen=seen)
    if set(changed) & {"voters", "chair", "mode"}:  # a majority of fewer may have been reached already
        recount(planning, by=by)
    return changed, change


@transaction.atomic
def call_off(planning: Planning, *, by: Actor) -> None:
    """The quarter has no planning any more, nor what members said alone. Raises RuleBroken once the meeting has begun."""
    planning = held(planning.pk)
    require(by.membership, Permission.LEAD_PLANNING)
    if planning.state != Planning.State.PREPARING:
        raise RuleBroken(_("The meeting has begun: it is no longer called off."))
    record(by, "removed", planning, before=editing.state_of(planning, ("quarter", *OWN)))
    planning.delete()


@transaction.atomic
def say(planning: Planning, choices: Mapping[int, str], *, by: Actor) -> None:
    """What the member would do with these key results (ids): an Opinion.Choice, or "" for none.

    Nobody else reads it before the meeting opens. Raises PermissionDenied, or RuleBroken once the time for it is over.
    """
    planning = held(planning.pk)
    require(by.membership, Permission.VOTE_IN_PLANNING, planning)
    check_opinions_open(planning)
    _check_proposed(planning, choices)
    mine = Opinion.objects.filter(planning=planning, membership=by.membership)
    mine.filter(key_result__in=[pk for pk, choice in choices.items() if not choice]).delete()
    now = timezone.now()
    Opinion.objects.bulk_create(
        [
            Opinion(planning=planning, membership=by.membership, key_result_id=pk, choice=choice, at=now)
            for pk, choice in choices.items()
            if choice
        ],
        update_conflicts=True,
        unique_fields=["planning", "membership", "key_result"],
        update_fields=["choice", "at"],
    )


def opinions_open(planning: Planning, now: dt.datetime) -> bool:
    """Whether members may still say alone what they would do."""
    ended = planning.preread_until is not None and planning.preread_until < now
    return planning.state == Planning.State.PREPARING and not ended


def check_opinions_open(planning: Planning) -> None:
    """Raise RuleBroken unless members may still say alone what they would do."""
    if planning.state != Planning.State.PREPARING:
        raise RuleBroken(_("The meeting has begun: votes alone are over."))
    if not opinions_open(planning, timezone.now()):
        raise RuleBroken(_("Votes alone are over: the rest is for the meeting."))


def _check_proposed(planning: Planning, choices: Collection[int]) -> None:
    there = KeyResult.objects.live().filter(
        objective__quarter=planning.quarter_id, stage=STAGES["open"], pk__in=list(choices)
    )
    if there.count() < len(set(choices)):
        raise RuleBroken(_("It is no longer proposed."))
