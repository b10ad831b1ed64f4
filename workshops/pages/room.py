"""What the room of a workshop shows. One `Room` is loaded a change and shared by all its regions and audiences."""

from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.db.models import Prefetch, prefetch_related_objects
from django.template.loader import render_to_string

from okr.models import Evidence
from workshops.actions.deciding import DECIDED_IN
from workshops.actions.session import is_worked_on
from workshops.models import Family, Note, PhaseKind, Subject, Vote, WorkshopKind
from workshops.pages.deciding import Deciding
from workshops.pages.families import Grouping
from workshops.pages.parked import Parked
from workshops.pages.people import People
from workshops.pages.picking import Group, Picking
from workshops.pages.results import Voting

# What everybody gets, and what only those who lead, or the wall, get.
ROOM, LEAD, PROJECTOR = "room", "lead", "projector"
REGIONS = ("deck", "subject", "board", "aside")

# The board of each kind of phase; the others show what was revealed.
BOARDS = {
    "lobby": "workshops/room/_board_lobby.html",
    PhaseKind.FRAME: "workshops/room/_board_frame.html",
    PhaseKind.BRAINSTORM: "workshops/room/_board_brainstorm.html",
    PhaseKind.DECIDE: "workshops/room/_board_decide.html",
    PhaseKind.WRAP_UP: "workshops/room/_board_decide.html",
    PhaseKind.FAMILIES: "workshops/room/_board_families.html",
    PhaseKind.PICK: "workshops/room/_board_pick.html",
    PhaseKind.VOTE: "workshops/room/_board_vote.html",
    PhaseKind.PAUSE: "workshops/room/_board_pause.html",
    "closed": "workshops/room/_board_closed.html",
}


@dataclass(frozen=True)
class Behind:
    """Subjects that serve the same, and the facts behind those that have some."""

    serves: list[Any]  # an objective, or key results
    subjects: list[Subject]
    evidence: list[tuple[Subject, list[Evidence]]]

    @property
    def all_named(self) -> bool:
        """Whether each of several stands above its own facts, and needs no name before."""
        return len(self.subjects) == len(self.evidence) > 1


class Room(People):
    """A workshop as its watchers may see it. Nothing here is private: an unrevealed note has no text (`chips`)."""

    @property
    def says_done(self) -> bool:
        """Whether people say that they are done: the phases in which they do something."""
        if self.kind == PhaseKind.VOTE:
            return self.vote is not None and self.vote.is_open
        return self.phase is not None and self.kind == self.phase.kind and is_worked_on(self.phase)

    @cached_property
    def subjects(self) -> list[Subject]:
        """What notes are written under, with what each serves and the facts behind it."""
        rows = self.workshop.subjects.filter(is_retained=True).select_related("objective", "key_result__objective")
        facts = Prefetch("evidence", Evidence.objects.filter(archived_at=None), to_attr="facts")
        subjects = list(rows)
        prefetch_related_objects(
            [one.objective for one in subjects if one.objective], facts, "contributions__key_result"
        )
        prefetch_related_objects([one.key_result for one in subjects if one.key_result], facts)
        return subjects

    @property
    def behind(self) -> list[Behind]:
        """The subjects by what they serve, for it to be named once, without those that have nothing behind them."""
        groups: dict[tuple[int, ...], Behind] = {}
        for subject in self.subjects:
            about: Any = subject.about
            serves = [about.objective] if subject.key_result else [one.key_result for one in about.contributions.all()]
            group = groups.setdefault(tuple(sorted(one.pk for one in serves)), Behind(serves, [], []))
            group.subjects.append(subject)
            if about.facts:
                group.evidence.append((subject, about.facts))
        return [group for group in groups.values() if group.serves or group.evidence]

    @cached_property
    def notes(self) -> list[Note]:
        """Of this round, revealed and standing for themselves, each with `alike`, the notes merged into it."""
        alike = Prefetch("alike", Note.objects.live().select_related("author"), to_attr="merged")
        rows = Note.objects.on_board().filter(workshop=self.workshop, round=self.round, revealed_at__isnull=False)
        return list(rows.select_related("author", "held_by__membership__user").prefetch_related(alike))

    @cached_property
    def chips(self) -> list[tuple[str, int]]:
        """Notes that are still private: whose function wrote each (subject id, function), and never what."""
        rows = Note.objects.live().filter(workshop=self.workshop, round=self.round, revealed_at=None)
        return list(rows.order_by("author__function", "pk").values_list("author__function", "subject_id"))

    @property
    def notes_by_subject(self) -> list[tuple[Subject, list[Note]]]:
        return [(one, [note for note in self.notes if note.subject_id == one.pk]) for one in self.subjects]

    @cached_property
    def families(self) -> list[Family]:
        rows = Family.objects.filter(workshop=self.workshop, round=self.round, dissolved_at=None)
        return list(rows)

    @cached_property
    def grouping(self) -> Grouping:
        return Grouping(self.subjects, self.families, self.notes, self.named_functions, self.now, self.org.language)

    @cached_property
    def votes(self) -> list[Vote]:
        """All rounds of this phase, the last one last."""
        return list(self.phase.votes.all()) if self.phase and self.phase.kind == PhaseKind.VOTE else []

    @property
    def vote(self) -> Vote | None:
        return self.votes[-1] if self.votes else None

    @cached_property
    def voting(self) -> Voting | None:
        """The votes of this phase, with what they are on."""
        if self.phase is None or self.kind != PhaseKind.VOTE:
            return None
        return Voting(self.workshop, self.phase, self.votes, self.voters)

    @cached_property
    def picking(self) -> Picking | None:
        if self.phase is None or self.kind != PhaseKind.PICK:
            return None
        return Picking(self.workshop, self.phase, self.org, self.voters)

    @cached_property
    def recalled(self) -> list[Group]:
        """The year's objectives with the key results to choose from, before a tribe writes objectives of its own."""
        if self.phase is None or self.workshop.kind != WorkshopKind.TRIBE_OBJECTIVES:
            return []
        return Picking(self.workshop, self.phase, self.org, self.voters).groups

    @cached_property
    def parked(self) -> int:
        """How many ideas that an earlier workshop parked wait for those who lead this one, while there is time."""
        parked = Parked(self.workshop, subjects=self.subjects, people=self.participants)
        return len(parked.open) if parked.takes_notes else 0

    @cached_property
    def deciding(self) -> Deciding:
        return Deciding(self.workshop, self.org, self.round)

    @property
    def shown(self) -> str:
        """The part of the page where the facilitator is: a DOM id."""
        if self.kind in DECIDED_IN:
            return self.deciding.now.anchor if self.deciding.now else ""
        return self.workshop.shown

    @property
    def board(self) -> str:
        """The template of the current phase's board."""
        return BOARDS.get(self.kind, "workshops/room/_board_notes.html")


def draw(region: str, room: Room, audience: str, csrf_token: str = "") -> str:
    """One region of the room as HTML, the same for everybody of that audience.

    `csrf_token` only where the HTML goes to one person, whose forms work without JavaScript then.
    """
    context = {
        "room": room,
        "audience": audience,
        "leads": audience == LEAD,
        "org": room.org,
        "csrf_token": csrf_token,
    }
    own = [f"workshops/wall/_{region}.html"] if audience == PROJECTOR else []
    return render_to_string([*own, f"workshops/room/_{region}.html"], context)
