"""Leading a workshop through its phases: begin, go to a phase, the timer, who is done, handing over, close, re-open."""

import datetime as dt

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from orgs.actions.audit import hold_organization
from orgs.models import Membership
from orgs.permissions import Permission, can
from orgs.rules import RuleBroken
from workshops.actions.entering import enter, leave
from workshops.actions.inviting import tell_open
from workshops.actions.picks import check_retained
from workshops.actions.sending import take_back
from workshops.actions.session import (
    EVERYTHING,
    NotReady,
    awaited,
    check_running,
    check_takes_part,
    entered,
    has_to_be_led,
    is_worked_on,
    leading,
    record_act,
    review_rights,
    taking_part,
    tell,
    tell_privately,
)
from workshops.actions.votes import not_counted, rules_of
from workshops.live.registry import member_key
from workshops.models import Participant, Phase, PhaseKind, Vote, Workshop

MOST_MINUTES = 240  # a timer is never set further ahead


@transaction.atomic
def begin(workshop: Workshop, *, by: Participant) -> Workshop:
    """Open the first phase of the agenda."""
    workshop, by = leading(workshop, by)
    if workshop.state != Workshop.State.PLANNED:
        raise RuleBroken(_("The workshop has begun already."))
    first = workshop.phases.first()
    if first is None:
        raise RuleBroken(_("The agenda is empty. Add a phase first."))
    workshop.state = Workshop.State.RUNNING
    workshop.started_at = timezone.now()
    opened = turn_to(workshop, first)
    save_standing(workshop)
    record_act(workshop, by, "began")
    _record_vote(workshop, by, opened)
    tell(workshop, *EVERYTHING)
    tell_open(workshop, timezone.now())
    return workshop


@transaction.atomic
def go_to(
    workshop: Workshop, phase: Phase, *, by: Participant, seen: int | None, here: frozenset[str], sure: bool = False
) -> Workshop:
    """Go on to a phase, or back: nothing that was written, grouped or voted is lost on the way.

    `seen` is the id of the phase that the facilitator saw as the current one: where another facilitator has moved on
    meanwhile, nothing happens. `here` are the keys of those connected (session.person_key). Raises NotReady going forward,
    or out of an open vote, while some of them are not done, unless `sure`.
    """
    workshop, by = leading(workshop, by)
    check_running(workshop)
    current = workshop.phase
    if seen != (current.pk if current else None):
        raise RuleBroken(_("The workshop has moved on meanwhile: it is at “%(phase)s”.") % {"phase": current})
    if phase.workshop_id != workshop.pk:
        raise RuleBroken(_("This phase belongs to another workshop."))
    forward = current is None or phase.position > current.position
    if forward:
        check_retained(workshop, phase)
    if not sure and current is not None and (forward or current.kind == PhaseKind.VOTE):
        _check_ready(workshop, current, here)
    opened = turn_to(workshop, phase)
    save_standing(workshop)
    record_act(workshop, by, "phase", before={"phase": str(current or "")}, after={"phase": str(phase)})
    _record_vote(workshop, by, opened)
    tell(workshop, *EVERYTHING)
    tell_open(workshop, timezone.now())
    return workshop


def _check_ready(workshop: Workshop, phase: Phase, here: frozenset[str]) -> None:
    if not is_worked_on(phase):
        return
    people = awaited(workshop.participants.all(), workshop, here)
    at_it = sum(person.done_phase_id != phase.pk for person in people)
    if at_it:
        raise NotReady(at_it, len(people), not_counted() if phase.kind == PhaseKind.VOTE else "")


@transaction.atomic
def set_done(workshop: Workshop, *, by: Participant, done: bool) -> None:
    """Say that one is done with the current phase, or not after all."""
    workshop, by = entered(workshop, by)
    check_running(workshop)
    check_takes_part(by)
    if done == (by.done_phase_id is not None and by.done_phase_id == workshop.phase_id):
        return
    by.done_phase = workshop.phase if done else None
    by.save(update_fields=["done_phase"])
    tell(workshop, "aside")
    tell_privately(workshop, [by])


# ── The timer ────────────────────────────────────────────────────────────────


@transaction.atomic
def extend_timer(workshop: Workshop, *, by: Participant, seconds: int = 60) -> None:
    """More time (`seconds` from 1), from now on where it had run out."""
    workshop = _at_the_timer(workshop, by)
    seconds = max(1, seconds)
    now = timezone.now()
    furthest = now + dt.timedelta(minutes=MOST_MINUTES)
    if workshop.timer_left is not None:
        workshop.timer_left = min(workshop.timer_left + seconds, MOST_MINUTES * 60)
    else:
        ends = max(workshop.timer_ends_at or now, now) + dt.timedelta(seconds=seconds)
        workshop.timer_ends_at = min(ends, furthest)
    save_standing(workshop)
    tell(workshop, "deck")


@transaction.atomic
def pause_timer(workshop: Workshop, *, by: Participant, paused: bool) -> None:
    """Stop the clock with what is left, or let it run on. Doing so twice is the same as once."""
    workshop = _at_the_timer(workshop, by)
    now = timezone.now()
    if paused and workshop.timer_ends_at is not None:
        workshop.timer_left = max(0, round((workshop.timer_ends_at - now).total_seconds()))
        workshop.timer_ends_at = None
    elif not paused and workshop.timer_left is not None:
        workshop.timer_ends_at = now + dt.timedelta(seconds=workshop.timer_left)
        workshop.timer_left = None
    save_standing(workshop)
    tell(workshop, "deck")


def _at_the_timer(workshop: Workshop, by: Participant) -> Workshop:
    workshop, by = leading(workshop, by)
    check_running(workshop)
    return workshop


# ── Who leads ────────────────────────────────────────────────────────────────


@transaction.atomic
def hand_over(workshop: Workshop, to: Participant, *, by: Participant) -> None:
    """Make somebody else the facilitator; whoever hands over goes on as the co-facilitator."""
    workshop, by = leading(workshop, by)
    to = taking_part(workshop, to)
    if to.membership is None:
        raise RuleBroken(_("A guest cannot lead the workshop."))
    _lead(workshop, to.membership, by)


@transaction.atomic
def lead_alone(workshop: Workshop, *, by: Participant) -> None:
    """End the part of the co-facilitator, who takes part again as before. Without one it changes nothing."""
    workshop, by = leading(workshop, by)
    ended = workshop.co_facilitator
    if ended is None:
        return
    workshop.co_facilitator = None
    save_standing(workshop)
    record_act(workshop, by, "handed_over", before={"co_facilitator": ended.name}, after={"co_facilitator": ""})
    review_rights(workshop, workshop.participants.filter(membership=ended))
    tell(workshop, *EVERYTHING)
    tell_privately(workshop, workshop.participants.filter(membership=ended))


@transaction.atomic
def take_over(workshop: Workshop, *, by: Participant, here: frozenset[str] | None) -> None:
    """Lead a workshop whose facilitator's laptop died: the co-facilitator, and whoever may lead workshops here, at any time;
    where somebody has to be there to lead, any other member who takes part once both facilitators have been gone for a while.
    `here` are those who are connected, or were lately; None where nobody knows."""
    hold_organization()
    workshop, by = entered(workshop, by)
    member = by.membership
    if member is None:
        raise PermissionDenied(_("A guest cannot lead the workshop."))
    leaders = {member_key(pk) for pk in (workshop.facilitator_id, workshop.co_facilitator_id) if pk}
    alone = here is not None and leaders.isdisjoint(here)
    may_lead = can(member, Permission.LEAD_WORKSHOPS, workshop)
    if not may_lead and not has_to_be_led(workshop):
        raise PermissionDenied(_("Nobody has to be here to lead it now."))
    if not (may_lead or (alone and by.votes)):
        unknown = _("Nobody can tell right now whether the facilitator is here. Try again in a moment.")
        raise PermissionDenied(unknown if here is None else _("The facilitator is here."))
    _lead(workshop, member, by)


def _lead(workshop: Workshop, member: Membership, by: Participant) -> None:
    if member.pk == workshop.facilitator_id:
        return
    before, replaced = workshop.facilitator, workshop.co_facilitator
    workshop.facilitator, workshop.co_facilitator = member, before
    save_standing(workshop)
    record_act(workshop, by, "handed_over", before={"facilitator": before.name}, after={"facilitator": member.name})
    concerned = workshop.participants.filter(membership__in=(member, before, replaced))
    review_rights(workshop, concerned)
    tell(workshop, *EVERYTHING)
    tell_privately(workshop, concerned)


@transaction.atomic
def show(workshop: Workshop, part: str, *, by: Participant) -> None:
    """Where the facilitator is looking: a part of the page (a DOM id), to which others may rejoin."""
    workshop, by = leading(workshop, by)
    workshop.shown = part[: Workshop._meta.get_field("shown").max_length]
    save_standing(workshop)
    tell(workshop, "deck")


# ── The end ──────────────────────────────────────────────────────────────────


@transaction.atomic
def close(workshop: Workshop, *, by: Participant, here: frozenset[str] = frozenset(), sure: bool = False) -> None:
    """End it, and a vote with it. Raises NotReady while some of those connected (`here`) are at it, unless `sure`."""
    workshop, by = leading(workshop, by)
    check_running(workshop)
    if workshop.phase is not None:
        if not sure:
            _check_ready(workshop, workshop.phase, here)
        leave(workshop, workshop.phase)
    workshop.state = Workshop.State.CLOSED
    workshop.closed_at = timezone.now()
    workshop.timer_ends_at = workshop.timer_left = None
    save_standing(workshop)
    record_act(workshop, by, "closed")
    tell(workshop, *EVERYTHING)


@transaction.atomic
def reopen(workshop: Workshop, *, by: Participant) -> None:
    """Go on where it was closed."""
    workshop, by = leading(workshop, by)
    if workshop.state != Workshop.State.CLOSED:
        raise RuleBroken(_("Only a closed workshop can be re-opened."))
    take_back(workshop)
    workshop.state = Workshop.State.RUNNING
    workshop.closed_at = None
    save_standing(workshop)
    record_act(workshop, by, "reopened")
    tell(workshop, *EVERYTHING)


# ── For several of these ─────────────────────────────────────────────────────


def turn_to(workshop: Workshop, phase: Phase) -> Vote | None:
    """Make it the current phase, with the workshop locked; the vote that opened with it."""
    now = timezone.now()
    if workshop.phase is not None and workshop.phase != phase:
        leave(workshop, workshop.phase)
        Phase.objects.filter(pk=workshop.phase.pk).update(ended_at=now)
    workshop.phase = phase
    workshop.shown = ""
    workshop.timer_left = None
    workshop.timer_ends_at = None if phase.is_long else now + dt.timedelta(minutes=phase.minutes)
    Phase.objects.filter(pk=phase.pk, started_at=None).update(started_at=now)
    # Back in a phase, people are at it again.
    workshop.participants.filter(done_phase=phase).update(done_phase=None)
    return enter(workshop, phase)


def _record_vote(workshop: Workshop, by: Participant, opened: Vote | None) -> None:
    """By which rules a vote opened: they hold until it is closed."""
    if opened is not None:
        record_act(workshop, by, "vote_opened", after=rules_of(opened))


def save_standing(workshop: Workshop) -> None:
    workshop.save(
        update_fields=[
            "state", "phase", "timer_ends_at", "timer_left", "shown", "facilitator", "co_facilitator", "started_at",
            "closed_at",
        ]
    )  # fmt: skip
