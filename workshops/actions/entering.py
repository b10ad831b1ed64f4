"""What happens by itself as a phase begins and ends."""

from django.utils import timezone

from workshops.actions.votes import close_vote_of, open_vote_of
from workshops.models import Note, Phase, PhaseKind, Vote, Workshop

# Phases in which everybody reads what was written: whatever is still private by then is revealed.
OPEN_KINDS = {PhaseKind.REVEAL, PhaseKind.FAMILIES, PhaseKind.VOTE, PhaseKind.DECIDE}


def enter(workshop: Workshop, phase: Phase) -> Vote | None:
    """Called with the workshop locked; the vote that opened. Going back to a phase enters it again."""
    if phase.kind in OPEN_KINDS:
        reveal(workshop, phase.round)
    return open_vote_of(workshop, phase) if phase.kind == PhaseKind.VOTE else None


def leave(workshop: Workshop, phase: Phase) -> None:
    """Called with the workshop locked."""
    if phase.kind == PhaseKind.VOTE:
        close_vote_of(workshop, phase, is_left=True)


def reveal(workshop: Workshop, round: int) -> None:
    """Whoever watches may read this round's notes from now on."""
    notes = Note.objects.live().filter(workshop=workshop, round=round, revealed_at=None)
    notes.update(revealed_at=timezone.now())
