"""What the room decides of each item: retain, park or reject it, with a word why. One can always decide otherwise."""

import uuid
from typing import Any

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from orgs.actions.audit import Actor, record
from orgs.models import AuditEvent
from orgs.rules import RuleBroken
from workshops.actions.lines import one_line
from workshops.actions.session import check_running, leading, tell
from workshops.models import Decision, Family, Note, Participant, Phase, PhaseKind, Vote, Workshop

DECIDED_IN = frozenset((PhaseKind.DECIDE, PhaseKind.WRAP_UP))
OPEN = ""  # nothing is decided yet, or not any more


def last_vote(workshop: Workshop, round: int) -> Vote | None:
    """The vote whose ranking is walked: the one of this round that was closed last."""
    return closed_votes(workshop, round).order_by("closed_at", "pk").last()


def closed_votes(workshop: Any, round: Any) -> QuerySet[Vote]:
    return Vote.objects.filter(phase__workshop=workshop, phase__round=round, closed_at__isnull=False)


@transaction.atomic
def decide(workshop: Workshop, uid: uuid.UUID, outcome: str, *, by: Participant, reason: str | None = None) -> None:
    """Have this decided of a note or family: one of Decision.Outcome, or OPEN. Says what shall be: twice is once.

    `reason` None leaves the word why as it is where the decision stays, and empties it where it changes. The room goes on
    to the first item that is undecided. Raises PermissionDenied, or RuleBroken: above all where a draft was made of it.
    """
    workshop, by = leading(workshop, by)
    phase = _deciding_phase(workshop)
    item = _item(workshop, phase.round, uid)
    rows = Decision.objects.select_related("objective", "key_result__objective")
    stored: Decision | None = rows.filter(workshop=workshop, **item).first()
    before, now = (stored.outcome if stored else OPEN), outcome
    if reason is not None:
        why = one_line(reason, Decision, "reason", _("A word why fits into %(n)s characters."))
    else:
        why = stored.reason if stored and before == now else ""
    if stored is not None and (made := stored.made) is not None and now != Decision.Outcome.RETAINED:
        raise RuleBroken(_("A draft was made of it: “%(title)s”. Take that back first.") % {"title": made.title})
    if before == now and (stored is None or stored.reason == why):
        return
    member = by.membership
    assert member is not None  # guests lead nothing
    if now == OPEN:
        assert stored is not None
        stored.delete()
    else:
        values = {"outcome": now, "reason": why, "by": member, "at": timezone.now()}
        if now != Decision.Outcome.RETAINED:
            values["would_become"] = ""
        Decision.objects.update_or_create(workshop=workshop, **item, defaults=values)
    if before != now:
        workshop.shown = ""
        workshop.save(update_fields=["shown"])
    text = str(item.get("note") or _name_of(item["family"]))
    record(
        Actor(member, AuditEvent.Via.PAGE),
        "decided",
        workshop,
        before={"decision": _said(before, text)},
        after={"decision": _said(now, text)},
        reason=why,
    )
    tell(workshop, "deck", "board")


@transaction.atomic
def point_at(workshop: Workshop, uid: uuid.UUID, *, by: Participant) -> None:
    """Have the room look at this item, decided or not, until something is decided of it."""
    workshop, by = leading(workshop, by)
    phase = _deciding_phase(workshop)
    workshop.shown = anchor_of(_key(_item(workshop, phase.round, uid)))
    workshop.save(update_fields=["shown"])
    tell(workshop, "deck", "board")


def anchor_of(key: str) -> str:
    """The id of an item's heading on the page, by its key (workshops.pages.items): what Workshop.shown names."""
    return f"d-{key.replace(':', '-')}"


def decision_of(workshop: Workshop, uid: uuid.UUID) -> Decision | None:
    """What was decided of the note or family, with what it became."""
    rows = Decision.objects.select_related(
        "objective", "key_result__objective", "note__subject", "family__subject", "by__user"
    )
    found: Decision | None = rows.filter(Q(note__uid=uid) | Q(family__uid=uid), workshop=workshop).first()
    return found


def _deciding_phase(workshop: Workshop) -> Phase:
    check_running(workshop)
    if workshop.phase is None or workshop.phase.kind not in DECIDED_IN:
        raise RuleBroken(_("Decisions are taken in their own phase: go there first."))
    return workshop.phase


def _key(item: dict[str, Note | Family]) -> str:
    return next(f"{name}:{thing.pk}" for name, thing in item.items())


def _item(workshop: Workshop, round: int, uid: uuid.UUID) -> dict[str, Note | Family]:
    """The note or family as a Decision's column, where it lies on the board as one item (workshops.pages.items)."""
    vote = last_vote(workshop, round)
    notes = Note.objects.on_board().filter(workshop=workshop, round=round, uid=uid, revealed_at__isnull=False)
    if (vote.votes_on if vote else workshop.votes_on) == Workshop.VotesOn.FAMILIES:
        families = Family.objects.filter(workshop=workshop, round=round, uid=uid, dissolved_at=None)
        if (family := families.first()) is not None:
            return {"family": family}
        notes = notes.filter(Q(family=None) | Q(family__dissolved_at__isnull=False))
    if (note := notes.first()) is not None:
        return {"note": note}
    raise RuleBroken(_("This is no longer on the board."))


def _name_of(family: Note | Family) -> str:
    first = Note.objects.on_board().filter(family=family).first()
    return str(family) or (first.text if first else "")


def _said(outcome: str, text: str) -> str:
    return f"{Decision.Outcome(outcome).label}: {text}" if outcome else ""
