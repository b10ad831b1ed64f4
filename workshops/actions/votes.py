"""Voting with dots: blind until closed, changeable, and never over the budget, whatever arrives at the same time."""

import uuid

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Q, Sum
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from orgs.rules import RuleBroken
from workshops.access import is_leading
from workshops.actions.session import check_running, check_takes_part, leading, tell, tell_privately
from workshops.models import Ballot, Family, Note, Participant, Phase, PhaseKind, Vote, Workshop

# Dots on what has left the board meanwhile are free again.
STANDS = Q(note__withdrawn_at=None, note__merged_into=None, family=None) | Q(note=None, family__dissolved_at=None)


def open_vote_of(workshop: Workshop, phase: Phase) -> None:
    """As its phase begins: the first round. One that was closed stays closed; another round is the facilitator's choice."""
    if not phase.votes.exists():
        _open(workshop, phase, 1)


def close_vote_of(workshop: Workshop, phase: Phase) -> None:
    """Waits for ballots that are being cast, and lets none in after: each is cast under its participant's lock."""
    list(workshop.participants.select_for_update(no_key=True).order_by("pk").values_list("pk"))
    phase.votes.filter(closed_at=None).update(closed_at=timezone.now())


@transaction.atomic
def close_vote(workshop: Workshop, *, by: Participant) -> None:
    """End the blind vote: results are there for all to see. Closing twice is the same as once."""
    workshop, phase = _voting(workshop, by)
    close_vote_of(workshop, phase)
    tell(workshop, "deck", "board", "aside")


@transaction.atomic
def open_another_round(workshop: Workshop, *, by: Participant) -> None:
    """Vote again, with the settings as they are now; the rounds before stay beside it."""
    workshop, phase = _voting(workshop, by)
    last = phase.votes.last()
    if last is not None and last.is_open:
        return
    _open(workshop, phase, last.number + 1 if last else 1)
    workshop.participants.filter(done_phase=phase).update(done_phase=None)
    tell(workshop, "deck", "board", "aside")


@transaction.atomic
def cast(workshop: Workshop, uid: uuid.UUID, dots: int, *, by: Participant, vote: int) -> None:
    """Have exactly this many dots on a note or family of the open vote (its id), 0 to take them away.

    Says what shall be, not what to add: sent twice it is the same as once. The participant's row is locked, so that two
    tabs of one person cannot spend one dot twice, and voters do not wait for each other.
    """
    found_by = Participant.objects.select_for_update(no_key=True).filter(pk=by.pk, workshop=workshop).first()
    if found_by is None:
        raise PermissionDenied(_("You no longer take part in this workshop."))
    by = found_by
    check_takes_part(by)
    found = Vote.objects.select_related("phase__workshop").filter(pk=vote, phase__workshop=workshop).first()
    if found is None or not found.is_open:
        raise RuleBroken(_("The vote is closed."))
    phase = found.phase
    check_running(phase.workshop)
    check_window(phase)
    if dots and is_leading(by, phase.workshop) and not phase.workshop.facilitator_votes:
        raise RuleBroken(_("The facilitator does not vote in this workshop."))
    item = _item(found, uid, gone=not dots)
    if not 0 <= dots <= found.dots_an_item:
        raise RuleBroken(
            ngettext("At most %(n)s dot on one item.", "At most %(n)s dots on one item.", found.dots_an_item)
            % {"n": found.dots_an_item}
        )
    mine = Ballot.objects.filter(vote=found, participant=by)
    elsewhere = mine.exclude(**item).filter(STANDS).aggregate(sum=Sum("dots"))["sum"] or 0
    if dots and elsewhere + dots > found.dots:
        raise RuleBroken(_("You have no dot left. Take one back first."))
    if dots:
        Ballot.objects.update_or_create(vote=found, participant=by, **item, defaults={"dots": dots})
    else:
        mine.filter(**item).delete()
    tell_privately(phase.workshop, [by])


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


def _item(vote: Vote, uid: uuid.UUID, *, gone: bool) -> dict[str, Note | Family]:
    """What the dots go to, as the ballot's column; with `gone`, also what has left the board: its dots can be taken back."""
    phase = vote.phase
    if gone:
        ballot = Ballot.objects.select_related("note", "family").filter(
            Q(note__uid=uid) | Q(family__uid=uid), vote=vote
        )
        if (first := ballot.first()) is not None:
            return {"note": first.note} if first.note is not None else {"family": first.family}
    if vote.votes_on == Workshop.VotesOn.FAMILIES:
        families = Family.objects.filter(workshop=phase.workshop_id, round=phase.round, dissolved_at=None)
        family = families.filter(uid=uid).first()
        if family is not None:
            return {"family": family}
        # A note that stands alone is voted on as it is.
        notes = Note.objects.on_board().filter(family=None)
    else:
        notes = Note.objects.on_board()
    note = notes.filter(workshop=phase.workshop_id, round=phase.round, uid=uid).first()
    if note is None:
        raise RuleBroken(_("This is no longer on the board."))
    return {"note": note}
