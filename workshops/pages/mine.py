"""What one participant sees and nobody else: own notes before the reveal, own marks, own dots."""

from functools import cached_property

from workshops.access import is_leading
from workshops.forms.room import NoteForm
from workshops.models import Note, Participant, PhaseKind, Workshop, WorkshopKind
from workshops.pages.choosing import Choosing
from workshops.pages.families import Proposal, Turns, proposals
from workshops.pages.room import Room


class Mine:
    def __init__(self, room: Room, participant: Participant) -> None:
        self.room, self.participant = room, participant

    @property
    def leads(self) -> bool:
        return is_leading(self.participant, self.room.workshop)

    @property
    def is_done(self) -> bool:
        return (
            self.participant.done_phase_id is not None and self.participant.done_phase_id == self.room.workshop.phase_id
        )

    @property
    def writes(self) -> bool:
        """Whether this person can write notes now."""
        return self.room.kind == PhaseKind.BRAINSTORM and self.room.takes and self.participant.votes

    @property
    def takes_part(self) -> bool:
        """Whether the room waits for this person to be done."""
        return self.room.says_done and self.room.takes and self.participant.votes and not self.leads

    @property
    def observes(self) -> bool:
        """Whether this person reads along, where others write and vote."""
        is_on = self.room.workshop.state != Workshop.State.CLOSED
        return is_on and self.participant.part == Participant.Part.OBSERVER and not self.leads

    @property
    def groups(self) -> bool:
        """Whether this person can group notes into families now."""
        return self.room.kind == PhaseKind.FAMILIES and self.room.takes and (self.participant.votes or self.leads)

    @cached_property
    def turns(self) -> Turns:
        return Turns(self.participant, self.room.notes, self.room.round)

    @cached_property
    def proposals(self) -> list[Proposal]:
        """Families that the notes suggest; nobody else sees them."""
        return proposals(self.room.grouping, self.participant.dismissed)

    @property
    def own_uids(self) -> str:
        """Of one's own notes on the board."""
        return " ".join(str(note.uid) for note in self.room.notes if note.author_id == self.participant.pk)

    @cached_property
    def form(self) -> NoteForm:
        return NoteForm(workshop=self.room.workshop)

    @property
    def coach_level(self) -> str:
        """As what the wording coach reads a note; "" for guests, who have none."""
        if self.participant.is_guest:
            return ""
        return "objective" if self.room.workshop.kind == WorkshopKind.TRIBE_OBJECTIVES else "key_result"

    @cached_property
    def notes(self) -> list[Note]:
        """Of this round, still private, newest first."""
        rows = Note.objects.live().filter(author=self.participant, round=self.room.round, revealed_at=None)
        return list(rows.order_by("-pk"))

    @cached_property
    def choosing(self) -> Choosing:
        """Own dots, or own marks."""
        return Choosing(self.room, self.participant)
