"""What one participant sees and nobody else: own notes before the reveal, own marks, own dots."""

from functools import cached_property

from workshops.access import is_leading
from workshops.models import Ballot, Note, Participant, Pick
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

    @cached_property
    def notes(self) -> list[Note]:
        """Of this round, still private, newest first."""
        rows = Note.objects.live().filter(author=self.participant, round=self.room.round, revealed_at=None)
        return list(rows.order_by("-pk"))

    @cached_property
    def picks(self) -> set[int]:
        """Ids of the subjects that this person marked."""
        return set(Pick.objects.filter(participant=self.participant).values_list("subject_id", flat=True))

    @cached_property
    def dots(self) -> dict[str, int]:
        """Of the latest round of this phase's vote, by the uid of the note or family."""
        if self.room.vote is None:
            return {}
        ballots = Ballot.objects.filter(vote=self.room.vote, participant=self.participant)
        rows = ballots.select_related("note", "family")
        return {str((row.note or row.family).uid): row.dots for row in rows}
