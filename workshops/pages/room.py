"""What the room of a workshop shows. One `Room` is loaded a change and shared by all its regions and audiences."""

import datetime as dt
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.db.models import Prefetch, prefetch_related_objects
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from okr.models import Evidence
from orgs.models import Function, Organization
from orgs.moments import moment
from workshops.access import is_leading
from workshops.actions.deciding import DECIDED_IN
from workshops.actions.session import KIND, awaited, has_to_be_led, is_worked_on, person_key
from workshops.live.presence import lately
from workshops.models import Family, Note, Participant, Phase, PhaseKind, Subject, Vote, Workshop, WorkshopKind
from workshops.pages.deciding import Deciding
from workshops.pages.families import Grouping, named_functions
from workshops.pages.parked import Parked
from workshops.pages.picking import Group, Picking
from workshops.pages.practice import playing
from workshops.pages.results import Voting
from workshops.pages.table import Table, table_of
from workshops.pages.windows import BEFORE, Window, window_of

# What everybody gets, and what only those who lead, or the wall, get.
ROOM, LEAD, PROJECTOR = "room", "lead", "projector"
REGIONS = ("deck", "subject", "board", "aside")

# What the step to a phase does, on its button.
STEPS = {
    PhaseKind.FRAME: gettext_noop("Set the frame"),
    PhaseKind.PICK: gettext_noop("Choose our effect"),
    PhaseKind.BRAINSTORM: gettext_noop("Start the brainstorm"),
    PhaseKind.REVEAL: gettext_noop("Reveal notes"),
    PhaseKind.FAMILIES: gettext_noop("Group into families"),
    PhaseKind.VOTE: gettext_noop("Start the vote"),
    PhaseKind.DECIDE: gettext_noop("Go on to decisions"),
    PhaseKind.WRAP_UP: gettext_noop("Wrap up"),
    PhaseKind.PAUSE: gettext_noop("Take a break"),
}
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
# While the table can still be balanced: before people vote.
BALANCED_IN = {"lobby", PhaseKind.FRAME, PhaseKind.PICK, PhaseKind.BRAINSTORM, PhaseKind.REVEAL, PhaseKind.FAMILIES}
MOST_NAMED = 60  # people in the room
LOW = 60  # seconds left, from which on the timer is red


@dataclass(frozen=True)
class Stop:
    """A phase in the stepper."""

    phase: Phase
    state: str  # "done", "now" or "next"
    number: int


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

    @property
    def at_the_door(self) -> list[Participant]:
        """Guests who wait to be let in, for whoever leads."""
        return [person for person in self.participants if person.is_guest and person.admitted_at is None]

    @cached_property
    def voters(self) -> list[Participant]:
        """Who takes part: neither observers nor those at the door."""
        return [person for person in self.participants if person.votes]

    @cached_property
    def takers(self) -> list[Participant]:
        """Those connected who write and vote: whom the next phase waits for."""
        return awaited(self.participants, self.workshop, self.present)

    @property
    def roster(self) -> list[Participant]:
        """Those of them who are named one by one. Each change of hundreds would weigh more than what people do."""
        return self.here[:MOST_NAMED]

    @property
    def unnamed(self) -> int:
        return len(self.here) - len(self.roster)

    @cached_property
    def done(self) -> list[Participant]:
        return [person for person in self.takers if self.phase is not None and person.done_phase_id == self.phase.pk]

    @cached_property
    def at_it(self) -> list[Participant]:
        return [person for person in self.takers if self.phase is None or person.done_phase_id != self.phase.pk]

    @property
    def window(self) -> Window | None:
        """When the phase opens and closes, where people take part on their own time."""
        return window_of(self.phase, self.now) if self.workshop.state == Workshop.State.RUNNING else None

    @property
    def takes(self) -> bool:
        """Whether people can write, choose or vote: within its time, where the phase has one."""
        return self.window is None or self.window.takes

    @property
    def says_done(self) -> bool:
        """Whether people say that they are done: the phases in which they do something."""
        if self.kind == PhaseKind.VOTE:
            return self.vote is not None and self.vote.is_open
        return self.phase is not None and self.kind == self.phase.kind and is_worked_on(self.phase)

    @property
    def functions(self) -> list[tuple[str, str, list[Participant]]]:
        """Who is here, by function: its value, its name, its people."""
        rows = (
            (value, str(label), [one for one in self.here if one.function == value])
            for value, label in Function.choices
        )
        return [row for row in rows if row[2]]

    @cached_property
    def table(self) -> Table | None:
        """Whether one function would outvote the others, for whoever leads, until people vote; while they come when it suits
        them, who is here says nothing of that."""
        is_judged = self.kind in BALANCED_IN and self.window is None
        return table_of(self.workshop, self.here) if is_judged else None

    @property
    def is_unled(self) -> bool:
        """Both facilitators have been gone for a while, and somebody is here: one of them may take over."""
        if not has_to_be_led(self.workshop) or any(self.leads(person) for person in self.here):
            return False
        if not any(person.votes and not person.is_guest for person in self.here):
            return False
        known = lately(KIND, self.workshop.code)
        return known is not None and not any(person_key(one) in known for one in self.participants if self.leads(one))

    @property
    def leaders(self) -> list[Participant]:
        """Those here who lead."""
        return [person for person in self.here if self.leads(person)]

    @property
    def pause(self) -> str:
        """What people who come before or after the days in which a phase is open have to know; "" while it is."""
        if self.window is None or self.window.takes:
            return ""
        if self.window.state == BEFORE:
            return _("This is not open yet. Come back then: you will find it here.")
        if self.workshop.starts_at > self.now:
            return _("Its time is over; nothing is lost. You go on together: %(when)s.") % {"when": self.when}
        return _("Its time is over; nothing is lost. The facilitator goes on from here.")

    @property
    def when(self) -> str:
        """The day and time that it is planned for."""
        return moment(self.workshop.starts_at)

    @property
    def playing(self) -> str:
        """Of a workshop for practice: where its simulated people are."""
        return playing(self.workshop, self.now, is_alone=not any(person.is_guest for person in self.here))

    @property
    def successors(self) -> list[Participant]:
        """Whom the workshop can be handed to: the co-facilitator, who takes it over so, then those who are here."""
        members = [one for one in self.participants if one.is_inside and not one.is_guest]
        others = [one for one in members if one.membership_id != self.workshop.facilitator_id]
        co_facilitator = self.workshop.co_facilitator_id
        return sorted(
            others, key=lambda one: (one.membership_id != co_facilitator, person_key(one) not in self.present)
        )

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
    def named_functions(self) -> frozenset[str]:
        """Functions whose letter may stand on a note."""
        return named_functions(self.voters, told=self.workshop.functions_told)

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
    def seconds_left(self) -> int | None:
        """On the timer; negative once it has run out, None without one."""
        if self.workshop.timer_left is not None:
            return self.workshop.timer_left
        if self.workshop.timer_ends_at is None:
            return None
        return round((self.workshop.timer_ends_at - self.now) / dt.timedelta(seconds=1))

    @property
    def clock(self) -> str:
        """What is left, as mm:ss; 00:00 from then on."""
        left = max(0, self.seconds_left or 0)
        return f"{left // 60:02}:{left % 60:02}"

    @property
    def clock_share(self) -> int:
        """The share of the phase's time that is over, in percent."""
        whole = (self.phase.minutes if self.phase else 0) * 60
        return min(100, max(0, 100 - round(100 * (self.seconds_left or 0) / whole))) if whole else 0

    @property
    def is_low(self) -> bool:
        return self.seconds_left is not None and self.seconds_left <= LOW

    @property
    def ends_ms(self) -> int | None:
        """When the timer runs out, in milliseconds as browsers count them; None while it stands still."""
        ends = self.workshop.timer_ends_at
        return round(ends.timestamp() * 1000) if ends else None

    @property
    def step(self) -> str:
        """What the step to the next phase does."""
        to = self.next_phase
        if to is not None and to.kind == PhaseKind.VOTE and to.votes.exists():
            return _("Back to the vote")  # its last round stays closed, until another one is opened there
        return _(STEPS[PhaseKind(to.kind)]) if to else ""

    @property
    def board(self) -> str:
        """The template of the current phase's board."""
        return BOARDS.get(self.kind, "workshops/room/_board_notes.html")

    def leads(self, participant: Participant) -> bool:
        return is_leading(participant, self.workshop)


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
