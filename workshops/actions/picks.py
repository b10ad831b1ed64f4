"""On which strategic key results the tribe can have an effect: each says so alone, then the sum is shown, and the facilitator
retains those that ideas are written under."""

from collections.abc import Mapping
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

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
from workshops.actions.votes import check_window, voters
from workshops.models import Note, Participant, Phase, PhaseKind, Pick, Subject, Workshop


def mark(workshop: Workshop, wanted: Mapping[int, bool], *, by: Participant) -> None:
    """Have one's mark on these candidates (ids of subjects), or not. Sent twice it is the same as once."""
    with transaction.atomic():
        is_new = _mark(workshop, wanted, by)
    if is_new:
        tell_lightly(workshop, "aside")  # after its own transaction, as a ballot


def _mark(workshop: Workshop, wanted: Mapping[int, bool], by: Participant) -> bool:
    """Whether the number of those who have marked something is another one now."""
    found = Participant.objects.select_for_update(no_key=True).filter(pk=by.pk, workshop=workshop).first()
    if found is None:
        raise PermissionDenied(_("You no longer take part in this workshop."))
    check_takes_part(found)
    workshop = Workshop.objects.with_place().get(pk=workshop.pk)
    check_running(workshop)
    phase = _picking(workshop)
    check_window(phase)
    if any(wanted.values()):
        check_chooses(found, workshop)
    if phase.counted_at is not None:
        raise RuleBroken(_("The marks are counted already."))
    known = set(candidates(workshop).filter(pk__in=wanted).values_list("pk", flat=True))
    if set(wanted) - known:
        raise RuleBroken(_("This is not among those to choose from."))
    before = set(
        Pick.objects.filter(participant=found, subject__workshop=workshop).values_list("subject_id", flat=True)
    )
    after = (before | {pk for pk, marked in wanted.items() if marked}) - {
        pk for pk, marked in wanted.items() if not marked
    }
    Pick.objects.filter(participant=found, subject__in=before - after).delete()
    Pick.objects.bulk_create(Pick(participant=found, subject_id=pk) for pk in sorted(after - before))
    tell_privately(workshop, [found])
    return bool(before) != bool(after)


@transaction.atomic
def count(
    workshop: Workshop,
    *,
    by: Participant,
    counted: bool,
    here: frozenset[str] = frozenset(),
    sure: bool = False,
) -> None:
    """Show the sum of the marks, which stay as they are from then on; or have people mark again.

    Raises NotReady while some of those connected (`here`, by session.person_key) are not done, unless `sure`.
    """
    workshop, by = leading(workshop, by)
    check_running(workshop)
    phase = _picking(workshop)
    if counted == (phase.counted_at is not None):
        return
    people = list(workshop.participants.filter(removed_at=None))
    if counted and not sure:
        waited_for = awaited(people, workshop, here)
        at_it = sum(person.done_phase_id != phase.pk for person in waited_for)
        if at_it:
            raise NotReady(at_it, len(waited_for), _("You can have them mark again afterwards."))
    # Waits for marks that are being made, and lets none in after: each is made under its participant's lock.
    list(workshop.participants.select_for_update(no_key=True).order_by("pk").values_list("pk"))
    if counted:  # what counts is settled once and for all, as in a vote
        Pick.objects.filter(subject__workshop=workshop).exclude(participant__in=voters(workshop)).delete()
    phase.counted_at = timezone.now() if counted else None
    phase.save(update_fields=["counted_at"])
    if not counted:
        workshop.participants.filter(done_phase=phase).update(done_phase=None)
    tell(workshop, "deck", "board", "aside")
    tell_privately(workshop, people)


@transaction.atomic
def retain(workshop: Workshop, subject: Subject, *, by: Participant, retained: bool) -> None:
    """Have ideas written under this candidate, or not."""
    workshop, by = leading(workshop, by)
    check_running(workshop)
    phase = _picking(workshop)
    if phase.counted_at is None:
        raise RuleBroken(_("Show the sum of the marks first."))
    found = candidates(workshop).filter(pk=subject.pk).first()
    if found is None:
        raise RuleBroken(_("This is not among those to choose from."))
    if found.is_retained == retained:
        return
    if not retained and Note.objects.filter(subject=found).exists():
        raise RuleBroken(_("Notes were written under it already: it stays."))
    found.is_retained = retained
    found.save(update_fields=["is_retained"])
    record_act(workshop, by, "retained" if retained else "not_retained", after={"subjects": str(found)})
    tell(workshop, "subject", "board", "aside")


def check_retained(workshop: Workshop, to: Phase) -> None:
    """Beyond the choice, there is something that ideas are written under. Raises RuleBroken."""
    choices = workshop.phases.filter(kind=PhaseKind.PICK, position__lt=to.position)
    if choices.exists() and not workshop.subjects.filter(is_retained=True).exists():
        raise RuleBroken(_("Retain at least one key result first: ideas are written under those that you retain."))


def candidates(workshop: Workshop) -> Any:
    return Subject.objects.filter(workshop=workshop, key_result__isnull=False)


def _picking(workshop: Workshop) -> Phase:
    if workshop.phase is None or workshop.phase.kind != PhaseKind.PICK:
        raise RuleBroken(_("There is nothing to choose in this phase."))
    return workshop.phase
