"""Voting with dots: blind until closed, changeable, and never over the budget, whatever arrives at the same time."""

import uuid
from collections.abc import Mapping
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from orgs.rules import RuleBroken
from workshops.actions.session import (
    NotReady,
    awaited,
    check_chooses,
    check_running,
    check_takes_part,
    leading,
    record_act,
    tell,
    tell_lightly,
    tell_privately,
)
from workshops.models import Ballot, Family, Note, Participant, Phase, PhaseKind, Vote, Workshop

# Dots on what has left the board meanwhile are free again.
STANDS = Q(note__withdrawn_at=None, note__merged_into=None, family=None) | Q(note=None, family__dissolved_at=None)
STANDS_ALONE = Q(family=None) | Q(family__dissolved_at__isnull=False)


def open_vote_of(workshop: Workshop, phase: Phase) -> Vote | None:
    """As its phase begins: the first round. One that was closed stays closed; another round is the facilitator's choice."""
    return None if phase.votes.exists() else _open(workshop, phase, 1)


def close_vote_of(workshop: Workshop, phase: Phase, *, is_left: bool = False) -> None:
    """Waits for ballots that are being cast, and lets none in after: each is cast under its participant's lock.

    What counts is settled here once and for all: dots on what has left the board, and of those who no longer take part, go. A vote in which
    nobody placed a dot before the phase was left has not been held: coming back opens it anew.
    """
    list(workshop.participants.select_for_update(no_key=True).order_by("pk").values_list("pk"))
    open_votes = list(phase.votes.filter(closed_at=None))
    if not open_votes:
        return
    ballots = Ballot.objects.filter(vote__in=open_votes)
    counts = ballots.filter(STANDS, participant__in=voters(workshop))
    ballots.exclude(pk__in=counts.values("pk")).delete()
    if is_left:
        phase.votes.filter(closed_at=None, ballots=None).delete()
    phase.votes.filter(closed_at=None).update(closed_at=timezone.now())
    tell_privately(workshop, _people(workshop))


def voters(workshop: Workshop) -> Any:
    """Those who take part now: neither observers nor whoever waits at the door or was taken out."""
    return workshop.participants.filter(part=Participant.Part.VOTER, admitted_at__isnull=False, removed_at=None)


@transaction.atomic
def close_vote(workshop: Workshop, *, by: Participant, here: frozenset[str] = frozenset(), sure: bool = False) -> None:
    """End the blind vote: results are there for all to see. Closing twice is the same as once.

    Raises NotReady while some of those connected (`here`, by session.person_key) are not done, unless `sure`.
    """
    workshop, phase = _voting(workshop, by)
    vote = phase.votes.last()
    if vote is None or not vote.is_open:
        return
    if not sure:
        people = awaited(workshop.participants.all(), workshop, here)
        at_it = sum(person.done_phase_id != phase.pk for person in people)
        if at_it:
            raise NotReady(at_it, len(people), not_counted())
    close_vote_of(workshop, phase, is_left=vote.number > 1)  # one more round, in which nobody voted, changes nothing
    record_act(workshop, by, "vote_closed", after={"round": str(vote.number)})
    tell(workshop, "deck", "board", "aside")


@transaction.atomic
def open_another_round(workshop: Workshop, *, by: Participant, after: int) -> None:
    """Vote again, with the settings as they are now; the rounds before stay beside it.

    `after` is the number of the round that the facilitator saw closed: pressed twice it opens one round.
    """
    workshop, phase = _voting(workshop, by)
    last = phase.votes.last()
    if last is not None and (last.is_open or last.number != after):
        return
    vote = _open(workshop, phase, last.number + 1 if last else 1)
    workshop.participants.filter(done_phase=phase).update(done_phase=None)
    record_act(workshop, by, "vote_opened", after=rules_of(vote))
    tell(workshop, "deck", "board", "aside")
    tell_privately(workshop, _people(workshop))


def not_counted() -> str:
    """What becomes of those who have not voted when a vote ends."""
    return _("Dots that they have not placed by then are not counted.")


def rules_of(vote: Vote) -> dict[str, str]:
    """What a vote took along when it opened, for the audit."""
    return {
        "votes_on": str(vote.get_votes_on_display()),
        "dots": str(vote.dots),
        "dots_an_item": str(vote.dots_an_item),
        "exponent": str(vote.exponent),
    }


def cast(workshop: Workshop, wanted: Mapping[uuid.UUID, int], *, by: Participant, vote: int) -> None:
    """Have exactly this many dots on these notes or families of the open vote (its id), 0 to take them away.

    All of them or, where the rules forbid one, none. Says what shall be, not what to add: sent twice it is the same as once.
    """
    with transaction.atomic():
        is_new = _cast(workshop, wanted, by, vote)
    if is_new:
        # After its own transaction: a voter holds no more than their own row, so that voters do not wait for each other.
        tell_lightly(workshop, "aside")


def _cast(workshop: Workshop, wanted: Mapping[uuid.UUID, int], by: Participant, vote: int) -> bool:
    """Whether the number of those who have voted is another one now.

    The participant's row is locked, so that two tabs of one person cannot spend one dot twice. A vote is open as long as
    its phase is the current one of a workshop that runs: `workshop` need not be read again.
    """
    found_by = Participant.objects.select_for_update(no_key=True).filter(pk=by.pk, workshop=workshop).one_or_none()
    if found_by is None:
        raise PermissionDenied(_("You no longer take part in this workshop."))
    by = found_by
    check_takes_part(by)
    found = Vote.objects.select_related("phase").filter(pk=vote, phase__workshop=workshop).one_or_none()
    if found is None or not found.is_open:
        raise RuleBroken(_("The vote is closed."))
    check_window(found.phase)
    if any(wanted.values()):
        check_chooses(by, workshop)
    standing = Ballot.objects.filter(STANDS, vote=found, participant=by).select_related("note", "family")
    mine = {uid_of(ballot): ballot for ballot in standing.only("org", "dots", "note__uid", "family__uid")}
    _check_budget(found, {uid: ballot.dots for uid, ballot in mine.items()}, wanted)
    gone = [mine[uid].pk for uid, dots in wanted.items() if not dots and uid in mine]
    if gone:
        Ballot.objects.filter(pk__in=gone).delete()
    _put(found, by, {uid: dots for uid, dots in wanted.items() if dots}, mine)
    after = {uid for uid in mine if wanted.get(uid, 1)} | {uid for uid, dots in wanted.items() if dots}
    tell_privately(workshop, [by])
    return bool(mine) != bool(after)


def _check_budget(vote: Vote, mine: Mapping[uuid.UUID, int], wanted: Mapping[uuid.UUID, int]) -> None:
    most = vote.dots_an_item
    if any(not 0 <= dots <= most for dots in wanted.values()):
        raise RuleBroken(
            ngettext("At most %(n)s dot on one item.", "At most %(n)s dots on one item.", most) % {"n": most}
        )
    adds = any(dots > mine.get(uid, 0) for uid, dots in wanted.items())
    if adds and sum({**mine, **wanted}.values()) > vote.dots:
        raise RuleBroken(_("You have no dot left. Take one back first."))


def _put(vote: Vote, by: Participant, wanted: Mapping[uuid.UUID, int], mine: Mapping[uuid.UUID, Ballot]) -> None:
    known = {uid for uid in wanted if uid in mine}
    for uid in known:
        if mine[uid].dots != wanted[uid]:
            mine[uid].dots = wanted[uid]
            mine[uid].save(update_fields=["dots"])
    items = _items(vote, set(wanted) - known)
    if items:
        Ballot.objects.bulk_create(
            Ballot(vote=vote, participant=by, dots=wanted[uid], **item) for uid, item in items.items()
        )


def uid_of(ballot: Ballot) -> uuid.UUID:
    """Of what the dots are on; needs `note` and `family` loaded."""
    item = ballot.note or ballot.family
    assert item is not None  # by its constraint
    return item.uid


def check_window(phase: Phase) -> None:
    """A phase that stays open for days takes nothing before and after."""
    now = timezone.now()
    if phase.opens_at is not None and now < phase.opens_at:
        raise RuleBroken(_("This is not open yet."))
    if phase.closes_at is not None and now >= phase.closes_at:
        raise RuleBroken(_("This is closed: its time is over."))


def _open(workshop: Workshop, phase: Phase, number: int) -> Vote:
    return Vote.objects.create(
        phase=phase,
        number=number,
        votes_on=workshop.votes_on,
        dots=workshop.dots,
        dots_an_item=workshop.dots_an_item,
        exponent=workshop.exponent,
        opened_at=timezone.now(),
    )


def _voting(workshop: Workshop, by: Participant) -> tuple[Workshop, Phase]:
    workshop, by = leading(workshop, by)
    check_running(workshop)
    if workshop.phase is None or workshop.phase.kind != PhaseKind.VOTE:
        raise RuleBroken(_("There is no vote in this phase."))
    return workshop, workshop.phase


def _items(vote: Vote, uids: set[uuid.UUID]) -> dict[uuid.UUID, dict[str, Note | Family]]:
    """What the dots go to, as the ballot's column. Raises RuleBroken where one is not on the board of this vote."""
    if not uids:
        return {}
    place = {"workshop": vote.phase.workshop_id, "round": vote.phase.round, "uid__in": uids}
    notes = Note.objects.on_board().filter(**place, revealed_at__isnull=False)
    found: dict[uuid.UUID, dict[str, Note | Family]] = {}
    if vote.votes_on == Workshop.VotesOn.FAMILIES:
        families = Family.objects.filter(**place, dissolved_at=None)
        families = families.filter(pk__in=Note.objects.on_board().filter(family__isnull=False).values("family"))
        found = {family.uid: {"family": family} for family in families}
        notes = notes.filter(STANDS_ALONE)  # a note that stands alone is voted on as it is
    found |= {note.uid: {"note": note} for note in notes}
    if uids - set(found):
        raise RuleBroken(_("This is no longer on the board."))
    return found


def _people(workshop: Workshop) -> list[Participant]:
    return list(workshop.participants.filter(removed_at=None))
