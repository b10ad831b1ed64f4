"""What the room of a workshop shows. One `Room` is loaded a change and shared by all its regions and audiences."""

import datetime as dt
from dataclasses import dataclass
from functools import cached_property

from django.db.models import Prefetch
from django.template.loader import render_to_string
from django.utils import timezone

from orgs.models import Organization
from workshops.access import is_leading
from workshops.actions.session import person_key
from workshops.models import Family, Note, Participant, Phase, PhaseKind, Subject, Vote, Workshop

# What everybody gets, and what only those who lead, or the wall, get.
ROOM, LEAD, PROJECTOR = "room", "lead", "projector"
REGIONS = ("deck", "subject", "board", "aside")


@dataclass(frozen=True)
class Stop:
    """A phase in the stepper."""

    phase: Phase
    state: str  # "done", "now" or "next"
    number: int


class Room:
    """A workshop as its watchers may see it. Nothing here is private: an unrevealed note has no text (`chips`)."""

    def __init__(self, workshop: Workshop, org: Organization, present: frozenset[str] = frozenset()) -> None:
        self.workshop = workshop
        self.org = org
        self.present = present
        self.phase = workshop.phase
        self.now = timezone.now()

    @property
    def round(self) -> int:
        return self.phase.round if self.phase else 1

    @property
    def kind(self) -> str:
        """The kind of the current phase; "lobby" before the first, "closed" after the end."""
        if self.workshop.state == Workshop.State.PLANNED:
            return "lobby"
        if self.workshop.state == Workshop.State.CLOSED or self.phase is None:
            return "closed"
        return self.phase.kind

    @cached_property
    def phases(self) -> list[Phase]:
        return list(self.workshop.phases.all())

    @cached_property
    def stops(self) -> list[Stop]:
        here = self.phase.position if self.phase else 0
        return [
            Stop(phase, "now" if phase == self.phase else "done" if phase.position < here else "next", number)
            for number, phase in enumerate(self.phases, 1)
        ]

    @cached_property
    def next_phase(self) -> Phase | None:
        here = self.phase.position if self.phase else 0
        return next((phase for phase in self.phases if phase.position > here), None)

    @cached_property
    def participants(self) -> list[Participant]:
        people = self.workshop.participants.filter(removed_at=None).select_related("membership__user", "done_phase")
        return list(people)

    @cached_property
    def here(self) -> list[Participant]:
        """Those who are connected."""
        return [person for person in self.participants if person_key(person) in self.present]

    @cached_property
    def voters(self) -> list[Participant]:
        """Who takes part: neither observers nor those at the door."""
        return [person for person in self.participants if person.votes]

    @cached_property
    def subjects(self) -> list[Subject]:
        rows = self.workshop.subjects.select_related("objective", "key_result__objective")
        return [subject for subject in rows if subject.is_retained]

    @cached_property
    def notes(self) -> list[Note]:
        """Of this round, revealed and standing for themselves, each with `alike`, the notes merged into it."""
        alike = Prefetch("alike", Note.objects.live().select_related("author"), to_attr="merged")
        rows = Note.objects.on_board().filter(workshop=self.workshop, round=self.round, revealed_at__isnull=False)
        return list(
            rows.select_related("author__membership__user", "held_by__membership__user").prefetch_related(alike)
        )

    @cached_property
    def chips(self) -> list[tuple[str, int]]:
        """Notes that are still private: whose function wrote each (subject id, function), and never what."""
        rows = Note.objects.live().filter(workshop=self.workshop, round=self.round, revealed_at=None)
        return list(rows.order_by("author__function", "pk").values_list("author__function", "subject_id"))

    @cached_property
    def families(self) -> list[Family]:
        rows = Family.objects.filter(workshop=self.workshop, round=self.round, dissolved_at=None)
        return list(rows)

    @cached_property
    def votes(self) -> list[Vote]:
        """All rounds of this phase, the last one last."""
        return list(self.phase.votes.all()) if self.phase and self.phase.kind == PhaseKind.VOTE else []

    @property
    def vote(self) -> Vote | None:
        return self.votes[-1] if self.votes else None

    @property
    def seconds_left(self) -> int | None:
        """On the timer; negative once it has run out, None without one."""
        if self.workshop.timer_left is not None:
            return self.workshop.timer_left
        if self.workshop.timer_ends_at is None:
            return None
        return round((self.workshop.timer_ends_at - self.now) / dt.timedelta(seconds=1))

    def leads(self, participant: Participant) -> bool:
        return is_leading(participant, self.workshop)


def draw(region: str, room: Room, audience: str) -> str:
    """One region of the room as HTML, the same for everybody of that audience."""
    return render_to_string(f"workshops/room/_{region}.html", {"room": room, "audience": audience, "org": room.org})
