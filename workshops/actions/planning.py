"""Planning a workshop: what it is about, when, with whom, by which agenda and rules; changing and cancelling it."""

from collections.abc import Mapping
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from orgs.actions import editing
from orgs.actions.audit import Actor, hold_organization
from orgs.actions.editing import Change, State
from orgs.permissions import Permission, require
from orgs.rules import RuleBroken
from workshops.actions.kinds import OWN, check_open
from workshops.actions.session import review_rights
from workshops.models import Participant, Workshop

LISTS = ("agenda", "participants", "subjects")


@transaction.atomic
def plan_workshop(blank: Workshop, values: Mapping[str, Any], *, by: Actor) -> tuple[Workshop, Change]:
    """`blank` says of which kind and where, and whether it is for practice; `values` are OWN and the LISTS.

    Raises PermissionDenied, or RuleBroken with the field. Who will lead it counts for nothing here: otherwise anybody could
    plan what they may not by naming themselves.
    """
    require(by.membership, Permission.LEAD_WORKSHOPS, blank)
    hold_organization()
    workshop = Workshop(kind=blank.kind, year=blank.year, quarter=blank.quarter, tribe=blank.tribe)
    workshop.is_practice = blank.is_practice
    for name in OWN:
        if name in values:
            setattr(workshop, name, values[name])
    change = Change(by)
    lists = {name: list(values[name]) for name in LISTS}
    lists["participants"] = with_leaders(workshop, lists["participants"])
    editing.create(workshop, change, lists=lists, verb="planned")
    return workshop, change


@transaction.atomic
def change_workshop(
    workshop: Workshop, values: Mapping[str, Any], *, by: Actor, seen: int | None = None
) -> tuple[State, Change]:
    """Set some of OWN and of LISTS. What is voted by stays as it was in a vote that is open: it took its settings along.

    Raises PermissionDenied, RuleBroken with the field, or EditConflict.
    """
    workshop = editing.locked(Workshop, workshop.pk)
    require(by.membership, Permission.LEAD_WORKSHOPS, workshop)
    check_open(workshop)
    if workshop.state == Workshop.State.CANCELLED:
        raise RuleBroken(_("The workshop was cancelled."))
    wanted = dict(values)
    if "participants" in wanted:
        led = Workshop(
            facilitator=wanted.get("facilitator", workshop.facilitator),
            co_facilitator=wanted.get("co_facilitator", workshop.co_facilitator),
            facilitator_votes=wanted.get("facilitator_votes", workshop.facilitator_votes),
        )
        wanted["participants"] = with_leaders(led, list(wanted["participants"]))
    change = Change(by)
    changed = editing.amend(workshop, wanted, change, seen=seen)
    if "guests" in changed:
        review_rights(workshop, workshop.participants.filter(membership=None))
    return changed, change


@transaction.atomic
def cancel_workshop(workshop: Workshop, *, by: Actor) -> Change | None:
    """Call off a workshop that has not begun; None where it was called off already. Undo plans it again."""
    workshop = editing.locked(Workshop, workshop.pk)
    require(by.membership, Permission.LEAD_WORKSHOPS, workshop)
    if workshop.state == Workshop.State.CANCELLED:
        return None
    if workshop.state != Workshop.State.PLANNED:
        raise RuleBroken(_("The workshop has begun already: close it instead."))
    change = Change(by)
    editing.amend(workshop, {"state": Workshop.State.CANCELLED}, change, verb="cancelled")
    return change


def with_leaders(workshop: Workshop, people: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The rows, with whoever leads among them: as observers where the facilitator does not vote."""
    part = Participant.Part.VOTER if workshop.facilitator_votes else Participant.Part.OBSERVER
    named = {row["membership"] for row in people}
    leaders = [who for who in (workshop.facilitator, workshop.co_facilitator) if who is not None]
    added = [{"membership": who.pk, "function": who.function, "part": str(part)} for who in leaders]
    return people + [
        row for row in {row["membership"]: row for row in added}.values() if row["membership"] not in named
    ]
