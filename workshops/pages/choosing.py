"""What one person has chosen in a vote, or marked: theirs alone. static/js/ballots.js puts it on the board of their page."""

import json
from functools import cached_property

from workshops.actions.session import chooses
from workshops.actions.votes import STANDS, uid_of
from workshops.models import Ballot, Participant, PhaseKind, Pick
from workshops.pages.room import Room

DOTS, MARKS = "dots", "marks"


class Choosing:
    def __init__(self, room: Room, participant: Participant) -> None:
        self.room, self.participant = room, participant

    @property
    def what(self) -> str:
        """ "dots" or "marks" in a phase where this person chooses; else ""."""
        if not chooses(self.participant, self.room.workshop):
            return ""
        if self.room.kind == PhaseKind.VOTE and self.room.vote is not None:
            return DOTS
        return MARKS if self.room.kind == PhaseKind.PICK else ""

    @cached_property
    def kept(self) -> int:
        """Dots in the open vote of somebody who has come to lead since, and votes no more: they count as they are."""
        vote = self.room.vote
        if self.what or vote is None or not vote.is_open or not self.participant.votes:
            return 0
        ballots = Ballot.objects.filter(STANDS, vote=vote, participant=self.participant)
        return sum(ballots.values_list("dots", flat=True))

    @property
    def is_open(self) -> bool:
        if not self.room.takes:
            return False
        if self.what == DOTS:
            return self.room.vote is not None and self.room.vote.is_open
        return self.what == MARKS and self.room.phase is not None and self.room.phase.counted_at is None

    @cached_property
    def chosen(self) -> dict[str, int]:
        """Dots in the last round by the uid of what they are on; marks by the id of the subject."""
        if self.what == DOTS:
            ballots = Ballot.objects.filter(STANDS, vote=self.room.vote, participant=self.participant)
            return {str(uid_of(one)): one.dots for one in ballots.select_related("note", "family")}
        rows = Pick.objects.filter(participant=self.participant, subject__workshop=self.room.workshop)
        return {str(pk): 1 for pk in rows.values_list("subject_id", flat=True)}

    @property
    def as_json(self) -> str:
        return json.dumps(self.chosen)

    @property
    def budget(self) -> int:
        """Dots a person; 0 for marks, of which there are as many as one likes."""
        return self.room.vote.dots if self.what == DOTS and self.room.vote else 0

    @property
    def most(self) -> int:
        return self.room.vote.dots_an_item if self.what == DOTS and self.room.vote else 1

    @property
    def spent(self) -> int:
        return sum(self.chosen.values())

    @property
    def left(self) -> int:
        return max(0, self.budget - self.spent)

    @property
    def places(self) -> list[bool]:
        """One for each dot of the budget: whether it is placed."""
        return [number < self.spent for number in range(self.budget)]

    @property
    def plain(self) -> list[tuple[str, str, int]]:
        """Everything to choose from, for a page without JavaScript: its id, its text, and what is on it."""
        if self.what == DOTS:
            rows = [(str(item.uid), item.text) for item in self.room.voting.items] if self.room.voting else []
        else:
            groups = self.room.picking.groups if self.room.picking else []
            rows = [(str(one.subject.pk), str(one.subject)) for group in groups for one in group.candidates]
        return [(key, text, self.chosen.get(key, 0)) for key, text in rows]
