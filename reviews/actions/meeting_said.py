"""What people write in a meeting: points, presence, decisions, actions. Each is an act with undo."""

import uuid
from collections.abc import Mapping
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from okr.readings import Clock
from orgs.actions import editing, once
from orgs.actions.audit import Actor
from orgs.actions.editing import Change, State
from orgs.models import CommitteeSeat, Membership
from orgs.permissions import Permission, require
from orgs.rules import RuleBroken
from reviews.actions.meeting_kinds import check_open
from reviews.models import Meeting, MeetingAction, MeetingDecision, MeetingPoint, MeetingPresence

MOST = {MeetingPoint: 30, MeetingDecision: 50, MeetingAction: 50}


@transaction.atomic
def add(
    model: type[Any], meeting: Meeting, values: Mapping[str, Any], *, by: Actor, client_id: uuid.UUID | None = None
) -> tuple[Any, Change]:
    """A point, decision or action. Raises PermissionDenied, or RuleBroken with the field."""
    change, made = once.begin(model, by, client_id)
    if made:
        return made[0], change
    held = editing.locked_to_write(Meeting, meeting.pk, by)
    check_open(held)
    if model.objects.live().filter(meeting=held).count() >= MOST[model]:
        raise RuleBroken(_("At most %(limit)s in a meeting.") % {"limit": MOST[model]})
    return editing.create(model(meeting=held, **values), change, verb=f"{model._meta.model_name}_added"), change


@transaction.atomic
def change_said(thing: Any, values: Mapping[str, Any], *, by: Actor, seen: int | None = None) -> tuple[State, Change]:
    change = Change(by)
    row = editing.locked_to_write(type(thing), thing.pk, by)
    return editing.amend(row, values, change, seen=seen), change


@transaction.atomic
def remove(thing: Any, *, by: Actor) -> Change:
    """Out of the list; Undo brings it back. What follows from a meeting stays once it was held."""
    change = Change(by)
    row = editing.locked_to_write(type(thing), thing.pk, by)
    require(by.membership, Permission.LEAD_MEETINGS, row)
    check_open(row.meeting)
    editing.archive(row, change)
    return change


@transaction.atomic
def place(point: MeetingPoint, step: int, *, by: Actor) -> Change:
    """One up (-1) or down (1)."""
    change = Change(by)
    row: MeetingPoint = editing.locked_to_write(MeetingPoint, point.pk, by)
    editing.place(row, change, position=row.position + step)
    return change


@transaction.atomic
def settle(action: MeetingAction, is_done: bool, *, by: Actor) -> Change:
    """Done today, or open again."""
    change = Change(by)
    row: MeetingAction = editing.locked_to_write(MeetingAction, action.pk, by)
    done_on = (row.done_on or Clock.of(by.membership.org).today) if is_done else None
    editing.amend(row, {"done_on": done_on}, change, verb="settled" if is_done else "reopened")
    return change


@transaction.atomic
def mark_presence(meeting: Meeting, member: Membership, is_here: bool, *, by: Actor) -> Change:
    """Of oneself, once it is the day or the meeting runs; of others by who leads. Of people on the committee, and of whoever
    may read its meetings."""
    change = Change(by)
    held: Meeting = editing.locked(Meeting, meeting.pk)
    own = member.pk == by.membership.pk
    require(by.membership, Permission.READ_MEETINGS if own else Permission.LEAD_MEETINGS, held)
    check_open(held)
    require(member, Permission.READ_MEETINGS, held)
    org = by.membership.org
    if held.state == Meeting.State.PLANNED and held.day_in(org) > Clock.of(org).today:
        raise RuleBroken(_("Presence is marked on the day of the meeting."))
    row = MeetingPresence.objects.filter(meeting=held, member=member).one_or_none()
    if row is None and is_here:
        seats = CommitteeSeat.objects.filter(committee=held.series.committee_id, membership=member, is_sponsor=True)
        made = MeetingPresence(meeting=held, member=member, is_sponsor=seats.exists())
        editing.create(made, change, verb="attended")
    elif row is not None:
        row = editing.locked(MeetingPresence, row.pk)
        if is_here:
            editing.restore(row, change)
        else:
            editing.archive(row, change)
    return change
