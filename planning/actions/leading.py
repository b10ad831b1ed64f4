"""The meeting: opening it, who presents and for how long, what is noted, closing and re-opening it."""

import datetime as dt

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from orgs.actions.audit import Actor, record
from orgs.models import Membership
from orgs.permissions import Permission, can, require
from orgs.rules import RuleBroken
from planning.actions.deciding import take_all
from planning.actions.kinds import check_writable
from planning.actions.presenting import present
from planning.actions.rows import Rows, regions_of
from planning.actions.session import AGENDA, DECK, GROUP, REGIONS, STAGE, check_open, held, tell
from planning.actions.taking import recount, strategic_names
from planning.actions.telling import take_back_decided, tell_decided
from planning.actions.wishes import Wish
from planning.board import DEFER, OPEN
from planning.models import Discussion, Planning, Slot, Voter

NOTE_LETTERS = 1000


class Undecided(RuleBroken):
    """The meeting would close with key results (ids) that nobody has decided. `orphans`: the strategic key results, by
    name, that nothing would serve any more if all of them were deferred."""

    def __init__(self, ids: list[int], orphans: list[str]) -> None:
        said = ngettext("%(n)s key result is still undecided.", "%(n)s key results are still undecided.", len(ids))
        super().__init__(said % {"n": len(ids)})
        self.ids = ids
        self.orphans = orphans


# ── Opening ──────────────────────────────────────────────────────────────────


@transaction.atomic
def open_meeting(planning: Planning, *, by: Actor) -> None:
    """From now on decisions count. What is proposed is kept as it is presented. Raises PermissionDenied or RuleBroken."""
    planning = _led(planning, by)
    if planning.state != Planning.State.PREPARING:
        return
    if planning.chair_id is None:
        raise RuleBroken(_("Say first who chairs the meeting."))
    rows = Rows(planning)
    if not rows.key_results:
        raise RuleBroken(_("Nothing is proposed yet."))
    present(planning, list(rows.key_results.values()))
    _turn_to(planning, planning.slots.order_by("position", "pk").first())
    planning.opened_at = timezone.now()
    _go(planning, Planning.State.OPEN, by, "opened")


# ── Who presents ─────────────────────────────────────────────────────────────


@transaction.atomic
def turn_to(planning: Planning, slot: int | None, *, by: Actor) -> None:
    """Have this tribe present (its slot's id), or nobody for None; the clock begins anew."""
    planning = _at_the_board(planning, by)
    found = planning.slots.filter(pk=slot).first() if slot is not None else None
    if slot is not None and found is None:
        raise RuleBroken(_("It is no longer in the agenda."))
    _turn_to(planning, found)
    tell(planning, [DECK, AGENDA, STAGE, GROUP], fields=("presenting", "spent", "since"))


@transaction.atomic
def pause(planning: Planning, paused: bool, *, by: Actor) -> None:
    """Stop the clock of who presents, or have it run on."""
    planning = _at_the_board(planning, by)
    now = timezone.now()
    if paused and planning.since is not None:
        planning.spent += max(0, round((now - planning.since).total_seconds()))
        planning.since = None
    elif not paused and planning.since is None and planning.presenting_id is not None:
        planning.since = now
    tell(planning, [DECK, STAGE], fields=("spent", "since"))


@transaction.atomic
def extend(planning: Planning, *, by: Actor, minutes: int = 1) -> None:
    """Give who presents some minutes more."""
    planning = _at_the_board(planning, by)
    if planning.presenting is None:
        return
    slot = planning.presenting
    slot.minutes = min(slot.minutes + minutes, 240)
    slot.save(update_fields=["minutes"])
    tell(planning, [DECK, AGENDA, STAGE])


def _turn_to(planning: Planning, slot: Slot | None) -> None:
    now = timezone.now()
    if slot is not None and slot.presented_at is None:
        slot.presented_at = now
        slot.save(update_fields=["presented_at"])
    planning.presenting = slot
    planning.spent, planning.since = 0, now if slot is not None else None


# ── What is said ─────────────────────────────────────────────────────────────


@transaction.atomic
def note(planning: Planning, key_result: int, text: str, *, by: Actor, seen: int = 0) -> Discussion | None:
    """Note for all what is said of a key result. `seen`: the revision that the writer read, 0 for none.

    Raises PermissionDenied, or RuleBroken with the field: above all where somebody else wrote meanwhile.
    """
    planning = held(planning.pk)
    check_open(planning)
    if not may_note(planning, by.membership):
        raise PermissionDenied(_("Who has a vote or leads the meeting notes for all."))
    text = text.strip()
    if len(text) > NOTE_LETTERS:
        raise RuleBroken(_("A note fits into %(n)s characters.") % {"n": NOTE_LETTERS}, field="text")
    rows = Rows(planning)
    if key_result not in rows.key_results:
        raise RuleBroken(_("It is no longer on the board."))
    found: Discussion | None = (
        Discussion.objects.filter(planning=planning, key_result=key_result).select_related("by__user").first()
    )
    if found is not None and found.text == text:
        return found
    if found is not None and found.revision != seen:
        name = found.by.name if found.by else ""
        raise RuleBroken(_("%(name)s wrote meanwhile: “%(text)s”") % {"name": name, "text": found.text}, field="text")
    if found is None:
        found = Discussion(planning=planning, key_result_id=key_result, revision=0)
    before, found.text, found.by = found.text, text, by.membership
    found.revision += 1
    found.save()
    record(by, "noted", found, before={"text": before}, after={"key_result": key_result, "text": text})
    tell(planning, regions_of(rows, {key_result}))
    return found


def may_note(planning: Planning, member: Membership) -> bool:
    return leads(planning, member) or can(member, Permission.VOTE_IN_PLANNING, planning)


@transaction.atomic
def come(planning: Planning, *, by: Actor) -> None:
    """Whoever has a vote and is in the meeting counts for its majorities."""
    planning = held(planning.pk)
    if not planning.is_open:
        return
    if Voter.objects.filter(planning=planning, membership=by.membership, came_at=None).update(came_at=timezone.now()):
        recount(planning, by=by)
        tell(planning, [DECK, GROUP])


@transaction.atomic
def say_present(planning: Planning, voter: int, here: bool, *, by: Actor, sure: bool = False) -> None:
    """Somebody with a vote (a Voter's id) is here, or has left: the chair says so, or who leads. What the majority of
    those who are left now wants is decided.

    Raises PermissionDenied, RuleBroken, or NeedsSure as a decision does.
    """
    planning = _at_the_board(planning, by)
    found = planning.voters.filter(pk=voter).first()
    if found is None:
        raise RuleBroken(_("They have no vote any more."))
    if (found.came_at is not None) == here:
        return
    found.came_at = timezone.now() if here else None
    found.save(update_fields=["came_at"])
    record(by, "said_here" if here else "said_left", planning, after={"voter": found.membership_id})
    recount(planning, by=by, sure=sure, asks=True)
    tell(planning, [DECK, GROUP])


# ── Closing ──────────────────────────────────────────────────────────────────


@transaction.atomic
def close_meeting(planning: Planning, *, by: Actor, defer: str = "") -> None:
    """What was decided stays, and refinement begins. `defer`: the reason with which all that is undecided is deferred,
    whatever that leaves without any.

    Raises PermissionDenied, or Undecided where some is undecided and nothing is said of it.
    """
    planning = _led(planning, by)
    if planning.state != Planning.State.OPEN:
        return
    rows = Rows(planning)
    left = [pk for pk in rows.key_results if rows.outcome_of(pk) == OPEN]
    if left and not defer.strip():
        raise Undecided(left, strategic_names(rows.orphans_of(dict.fromkeys(left, (DEFER, None)))))
    if left:
        take_all(planning, rows, Wish(left, DEFER, defer), by=by)
    planning.presenting, planning.since = None, None
    planning.closed_at = timezone.now()
    _go(planning, Planning.State.REFINING, by, "closed")
    tell_decided(planning, by=by)


@transaction.atomic
def reopen(planning: Planning, reason: str, *, by: Actor) -> None:
    """Decisions can be taken and undone again, until the quarter is published. Raises RuleBroken with the field."""
    planning = _led(planning, by)
    check_writable(planning)
    if planning.state != Planning.State.REFINING:
        return
    if not reason.strip():
        raise RuleBroken(_("Say why the meeting goes on: everybody will read it."), field="reason")
    take_back_decided(planning)
    planning.closed_at = None
    _go(planning, Planning.State.OPEN, by, "reopened", reason=reason.strip())


# ── Underneath ───────────────────────────────────────────────────────────────


def _led(planning: Planning, by: Actor) -> Planning:
    planning = held(planning.pk)
    require(by.membership, Permission.LEAD_PLANNING)
    return planning


def _at_the_board(planning: Planning, by: Actor) -> Planning:
    """For the agenda and the clock: who leads, and the chair."""
    planning = held(planning.pk)
    check_open(planning)
    if planning.chair_id != by.membership.pk:
        require(by.membership, Permission.LEAD_PLANNING)
    return planning


def _go(planning: Planning, state: str, by: Actor, verb: str, *, reason: str = "") -> None:
    before, planning.state = planning.state, state
    planning.revision += 1
    record(
        by, verb, planning, before={"state": before}, after={"state": state}, revision=planning.revision, reason=reason
    )
    fields = ("state", "revision", "presenting", "spent", "since", "opened_at", "closed_at", "published_at")
    tell(planning, REGIONS, fields=fields)


def leads(planning: Planning, member: Membership) -> bool:
    """Whether the member sees the commands of the agenda and the clock."""
    return planning.chair_id == member.pk or can(member, Permission.LEAD_PLANNING)


def seconds_left(planning: Planning, now: dt.datetime) -> int | None:
    """Of who presents; negative once the time is over, None while nobody does."""
    if planning.presenting is None:
        return None
    running = (now - planning.since).total_seconds() if planning.since else 0
    return round(planning.presenting.minutes * 60 - planning.spent - running)
