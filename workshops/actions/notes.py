"""Writing sticky notes: alone, before anybody else reads them; later for everybody at once."""

import uuid

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from orgs.rules import RuleBroken
from workshops.access import is_leading
from workshops.actions.lines import one_line
from workshops.actions.session import check_running, check_takes_part, entered, tell, tell_privately
from workshops.actions.votes import check_window
from workshops.models import Family, Note, Participant, Phase, PhaseKind, Subject, Vote, Workshop

WRITTEN_IN = {PhaseKind.BRAINSTORM, PhaseKind.REVEAL, PhaseKind.FAMILIES}
MOST_NOTES = 60  # a person and round
MOST_IN_A_ROOM = 1000  # a round: with more of them the board is slow to draw, and nobody reads it


@transaction.atomic
def write(workshop: Workshop, uid: uuid.UUID, subject: Subject, text: str, *, by: Participant) -> Note:
    """Put a note under a subject. `uid` comes from the browser: the same note sent twice is one note."""
    workshop, by = entered(workshop, by)
    known = Note.objects.filter(workshop=workshop, uid=uid).first()
    if known is not None:
        if known.author_id != by.pk:
            raise RuleBroken(_("This note is somebody else's."))
        return known
    if Family.objects.filter(workshop=workshop, uid=uid).exists():  # people vote and decide by it
        raise RuleBroken(_("This note is somebody else's."))
    phase = _check_writing(workshop, by)
    if subject.workshop_id != workshop.pk or not subject.is_retained:
        raise RuleBroken(_("Choose what the idea belongs to."), field="subject")
    _check_number(by, phase)
    note = Note(workshop=workshop, uid=uid, round=phase.round, subject=subject, author=by, text=_idea(text))
    note.position = Note.objects.filter(workshop=workshop, round=phase.round).count() + 1
    if phase.kind != PhaseKind.BRAINSTORM:
        note.revealed_at = timezone.now()
    note.save()
    tell(workshop, "board", "aside")
    tell_privately(workshop, [by])
    return note


@transaction.atomic
def reword(workshop: Workshop, uid: uuid.UUID, text: str, *, by: Participant) -> Note:
    """The author's own wording, or the facilitator's once the note is there for all to read."""
    workshop, by = entered(workshop, by)
    note = _own(workshop, uid, by)
    if note.revealed_at is not None:
        _check_no_vote(workshop)
    note.text = _idea(text)
    note.save(update_fields=["text"])
    if note.revealed_at is not None:
        tell(workshop, "board")
    tell_privately(workshop, [note.author])
    return note


@transaction.atomic
def withdraw(workshop: Workshop, uid: uuid.UUID, *, by: Participant) -> None:
    """Take a note away; `bring_back` takes that back."""
    _set_withdrawn(workshop, uid, by, withdrawn=True)


@transaction.atomic
def bring_back(workshop: Workshop, uid: uuid.UUID, *, by: Participant) -> None:
    _set_withdrawn(workshop, uid, by, withdrawn=False)


def _set_withdrawn(workshop: Workshop, uid: uuid.UUID, by: Participant, *, withdrawn: bool) -> None:
    workshop, by = entered(workshop, by)
    note = _own(workshop, uid, by)
    if withdrawn == (note.withdrawn_at is not None):
        return
    if withdrawn:
        _check_no_vote(workshop)
        pass_on(note)
        note.withdrawn_at = timezone.now()
    else:
        assert workshop.phase is not None  # _own
        _check_number(note.author, workshop.phase)
        note.withdrawn_at, note.merged_into = None, None
        if note.revealed_at is None and workshop.phase.kind != PhaseKind.BRAINSTORM:
            note.revealed_at = timezone.now()
    note.save(update_fields=["withdrawn_at", "merged_into", "revealed_at"])
    tell(workshop, "board", "aside")
    tell_privately(workshop, [note.author])


def pass_on(note: Note) -> None:
    """Notes that were merged into this one stay on the board: the first of them takes its place."""
    alike = list(Note.objects.live().filter(merged_into=note).order_by("pk"))
    if not alike:
        return
    heir, others = alike[0], alike[1:]
    heir.merged_into, heir.family, heir.position = None, note.family, note.position
    heir.save(update_fields=["merged_into", "family", "position"])
    Note.objects.filter(pk__in=[other.pk for other in others]).update(merged_into=heir)


def _check_no_vote(workshop: Workshop) -> None:
    """What people are voting on stays as it is."""
    if Vote.objects.filter(phase__workshop=workshop, closed_at=None).exists():
        raise RuleBroken(_("People are voting on it. Close the vote first."))


def _check_number(author: Participant, phase: Phase) -> None:
    """Withdrawn notes count for half, so that nobody fills the table by writing and withdrawing."""
    of_all = Note.objects.filter(workshop=phase.workshop_id, round=phase.round)
    mine = of_all.filter(author=author)
    if mine.live().count() >= MOST_NOTES or mine.count() >= 2 * MOST_NOTES:
        raise RuleBroken(_("That is %(n)s notes already. Keep your best ones.") % {"n": MOST_NOTES}, field="text")
    if of_all.live().count() >= MOST_IN_A_ROOM or of_all.count() >= 2 * MOST_IN_A_ROOM:
        said = _("The board is full: the room has written %(n)s notes. Take one of yours away to write another.")
        raise RuleBroken(said % {"n": MOST_IN_A_ROOM}, field="text")


def _own(workshop: Workshop, uid: uuid.UUID, by: Participant) -> Note:
    """The note, where this person may change it now."""
    note = Note.objects.select_related("author").filter(workshop=workshop, uid=uid).first()
    phase = workshop.phase
    if note is None or (phase is not None and phase.round != note.round):  # another round's: what came of it stays
        raise RuleBroken(_("This is no longer on the board."))
    leads = is_leading(by, workshop) and note.revealed_at is not None
    if note.author_id != by.pk and not leads:
        raise PermissionDenied(_("This note is somebody else's."))
    if leads:
        check_running(workshop)
    else:
        _check_writing(workshop, by)
    return note


def _check_writing(workshop: Workshop, by: Participant) -> Phase:
    check_running(workshop)
    check_takes_part(by)
    phase = workshop.phase
    if phase is None or phase.kind not in WRITTEN_IN:
        raise RuleBroken(_("Notes are written in the brainstorm."))
    check_window(phase)
    return phase


def _idea(text: str) -> str:
    """A note is one idea on one line."""
    line = one_line(text, Note, "text", _("An idea fits into %(n)s characters."))
    if not line:
        raise RuleBroken(_("Write the idea first."), field="text")
    return line
