"""What an earlier workshop parked reaches the next one of the same kind and place, where it is taken up as a note, or left."""

import uuid
from typing import Any

from django.db import transaction
from django.db.models import Exists, OuterRef
from django.utils import timezone
from django.utils.translation import gettext as _

from orgs.models import Membership
from orgs.permissions import Permission, require
from orgs.rules import RuleBroken
from workshops.actions.notes import pass_on
from workshops.actions.session import locked, tell
from workshops.models import Decision, Note, Participant, PhaseKind, Subject, Vote, Workshop

STILL_WRITTEN = frozenset(
    (PhaseKind.FRAME, PhaseKind.PICK, PhaseKind.BRAINSTORM, PhaseKind.REVEAL, PhaseKind.FAMILIES, PhaseKind.PAUSE)
)


def parked_before(workshop: Workshop) -> Any:
    """Decisions of earlier workshops that this one may take up, the latest first; not what another has taken up since."""
    elsewhere = Note.objects.live().filter(parked_before=OuterRef("pk")).exclude(workshop=workshop)
    return (
        Decision.objects.filter(
            ~Exists(elsewhere),
            outcome=Decision.Outcome.PARKED,
            workshop__kind=workshop.kind,
            workshop__tribe=workshop.tribe_id,
            workshop__committee=workshop.committee_id,
            workshop__state=Workshop.State.CLOSED,
            workshop__is_practice=workshop.is_practice,  # what was only practised reaches no real one
            workshop__starts_at__lt=workshop.starts_at,
        )
        .exclude(workshop=workshop)
        .select_related("workshop", "note__subject", "family__subject", "by__user")
        .order_by("-workshop__starts_at", "pk")
    )


def takes_notes(workshop: Workshop) -> bool:
    """Whether there is still time to take something up. Needs `phase` loaded."""
    if workshop.state == Workshop.State.PLANNED:
        return True
    phase = workshop.phase
    return workshop.state == Workshop.State.RUNNING and phase is not None and phase.kind in STILL_WRITTEN


def key_of(decision: Decision) -> str:
    """Names it among what people waved off (Participant.dismissed)."""
    return f"parked:{decision.pk}"


@transaction.atomic
def take_up(workshop: Workshop, decision: Decision, subject: Subject, *, by: Membership) -> Note:
    """Put it on the board for all to read, as a note of the facilitator's. Twice is the same as once.

    Raises PermissionDenied, or RuleBroken: above all where people have voted since.
    """
    workshop, decision, host = _begin(workshop, decision, by)
    if subject.workshop_id != workshop.pk:
        raise RuleBroken(_("Choose what the idea belongs to."), field="subject")
    round = _round(workshop)
    note = Note.objects.filter(workshop=workshop, parked_before=decision).first()
    if note is None:
        note = Note(workshop=workshop, uid=uuid.uuid4(), author=host, parked_before=decision, text=text_of(decision))
        note.position = Note.objects.filter(workshop=workshop, round=round).count() + 1
    elif note.withdrawn_at is None:
        return note
    note.round, note.subject, note.withdrawn_at, note.merged_into, note.family = round, subject, None, None, None
    note.revealed_at = timezone.now()
    note.save()
    if not subject.is_retained:
        Subject.objects.filter(pk=subject.pk).update(is_retained=True)  # ideas are written under it
    _dismiss(host, key_of(decision), dismissed=False)
    tell(workshop, "subject", "board", "aside")
    return note


@transaction.atomic
def leave(workshop: Workshop, decision: Decision, *, by: Membership, left: bool = True) -> None:
    """Leave it where it is, off the board if it had been taken up; or offer it again."""
    workshop, decision, host = _begin(workshop, decision, by)
    if left:
        for note in Note.objects.live().filter(workshop=workshop, parked_before=decision):
            pass_on(note)
            note.withdrawn_at = timezone.now()
            note.save(update_fields=["withdrawn_at"])
    _dismiss(host, key_of(decision), dismissed=left)
    tell(workshop, "board", "aside")


def text_of(decision: Decision) -> str:
    """Needs `note` and `family` loaded; a family without a name speaks by its first note (1 query)."""
    if decision.note is not None:
        return decision.note.text
    family = decision.family
    assert family is not None  # decision_is_of_one_item
    first = None if family.name else Note.objects.live().filter(family=family).order_by("position", "pk").first()
    return first.text if first else family.name


def _begin(workshop: Workshop, decision: Decision, by: Membership) -> tuple[Workshop, Decision, Participant]:
    workshop = locked(workshop)
    require(by, Permission.LEAD_WORKSHOPS, workshop)
    if (
        not takes_notes(workshop)
        or Vote.objects.filter(phase__workshop=workshop, phase__round=_round(workshop)).exists()
    ):
        raise RuleBroken(_("It is too late for this workshop: people have gone on to what they vote on."))
    found = parked_before(workshop).filter(pk=decision.pk).first()
    if found is None:
        raise RuleBroken(_("It is not parked any more, or another workshop has taken it up."))
    host = Participant.objects.filter(workshop=workshop, membership=workshop.facilitator_id).first()
    if host is None:
        raise RuleBroken(_("The facilitator does not take part. Change the plan first."))
    return workshop, found, host


def _round(workshop: Workshop) -> int:
    if workshop.phase is not None:
        return workshop.phase.round
    first = workshop.phases.filter(kind=PhaseKind.BRAINSTORM).first()
    return first.round if first else 1


def _dismiss(host: Participant, key: str, *, dismissed: bool) -> None:
    """It is left as long as one of those who lead has left it: the lead may have changed hands."""
    leaders = (host.workshop.facilitator_id, host.workshop.co_facilitator_id)
    for one in Participant.objects.filter(workshop=host.workshop_id, membership__in=[pk for pk in leaders if pk]):
        keys = [other for other in one.dismissed if other != key]
        one.dismissed = [*keys, key] if dismissed and one.pk == host.pk else keys
        one.save(update_fields=["dismissed"])
