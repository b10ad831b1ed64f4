"""The list of workshops, one workshop's plan, and where a new one may be planned."""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.db.models import Exists, OuterRef, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from orgs.actions.audit import plain
from orgs.http import OrgRequest
from orgs.models import Membership, Tribe
from orgs.moments import moment
from orgs.permissions import Permission, can
from workshops.access import may_play
from workshops.models import Participant, Phase, PhaseKind, Subject, Workshop, WorkshopKind
from workshops.pages.kinds import kind_label
from workshops.pages.parked import Parked
from workshops.pages.windows import Window, open_between, window_of

SHOWN_FINISHED = 30
MOST_TURNED_AWAY = 60
# Part of the address of a tribe's new workshop → its kind.
TRIBE_KINDS = {"objectives": WorkshopKind.TRIBE_OBJECTIVES, "key-results": WorkshopKind.TRIBE_KEY_RESULTS}
LOOKS = {
    Workshop.State.PLANNED: "idle",
    Workshop.State.RUNNING: "ok",
    Workshop.State.CLOSED: "done",
    Workshop.State.CANCELLED: "off",
}


@dataclass(frozen=True, slots=True)
class Line:
    """A workshop in the list."""

    workshop: Workshop
    url: str
    kind: str
    when: str
    where: str  # "North Star Drive, Q2 2026"
    is_mine: bool
    window: Window | None  # of its current phase


@dataclass(frozen=True, slots=True)
class Step:
    """A phase of the agenda."""

    phase: Phase
    open: str  # between which dates, "" for one in which all are there
    after: str  # the phase that the facilitator leads before it opens, "" where it opens by itself


@dataclass(frozen=True, slots=True)
class Group:
    key: str
    title: str
    lines: list[Line]


def list_page(request: OrgRequest) -> list[Group]:
    """What is running, what comes next, what is over; in each group mine first. Cancelled ones are gone from here, except
    for those who were to come."""
    me = request.membership
    mine = Participant.objects.filter(workshop=OuterRef("pk"), membership=me, removed_at=None)
    rows = Workshop.objects.with_place().annotate(invited=Exists(mine))
    running = Q(state=Workshop.State.RUNNING)
    next_ones = Q(state=Workshop.State.PLANNED)
    called_off = Q(state=Workshop.State.CANCELLED, invited=True, starts_at__gte=timezone.now())
    current = rows.filter(running | next_ones | called_off).order_by("starts_at", "pk")
    finished = rows.filter(state=Workshop.State.CLOSED).order_by("-starts_at", "-pk")[:SHOWN_FINISHED]
    groups: dict[str, list[Workshop]] = {"running": [], "next": [], "finished": list(finished)}
    for workshop in current:
        groups["running" if workshop.state == Workshop.State.RUNNING else "next"].append(workshop)
    titles = {
        "running": pgettext("workshops", "Running now"),
        "next": pgettext("workshops", "Next"),
        "finished": pgettext("workshops", "Finished"),
    }
    return [Group(key, titles[key], _lines(found, request)) for key, found in groups.items() if found]


def _lines(workshops: Iterable[Any], request: OrgRequest) -> list[Line]:
    me, now = request.membership.pk, timezone.now()
    lines = [
        Line(
            workshop,
            reverse("workshop", args=[request.org.slug, workshop.code]),
            kind_label(workshop.kind, request.org),
            moment(workshop.starts_at),
            workshop.where,
            workshop.invited or me in (workshop.facilitator_id, workshop.co_facilitator_id),
            window_of(workshop.phase, now) if workshop.state == Workshop.State.RUNNING else None,
        )
        for workshop in workshops
    ]
    return sorted(lines, key=lambda line: not line.is_mine)


def may_plan(member: Membership) -> bool:
    """Whether there is a place where the member may plan one."""
    if can(member, Permission.LEAD_WORKSHOPS, Workshop(kind=WorkshopKind.CODIR_KEY_RESULTS)):
        return True
    return Tribe.objects.filter(archived_at=None, lead=member).exists()


# ── One workshop ─────────────────────────────────────────────────────────────


class Plan:
    """A workshop as it is planned, for whoever belongs to the organization."""

    def __init__(self, request: OrgRequest, workshop: Workshop) -> None:
        self.request, self.workshop = request, workshop

    @property
    def kind(self) -> str:
        return kind_label(self.workshop.kind, self.request.org)

    @property
    def where(self) -> str:
        return self.workshop.where

    @property
    def when(self) -> str:
        return moment(self.workshop.starts_at)

    @property
    def window(self) -> Window | None:
        """Of its current phase."""
        running = self.workshop.state == Workshop.State.RUNNING
        return window_of(self.workshop.phase, timezone.now()) if running else None

    @property
    def look(self) -> str:
        return LOOKS[Workshop.State(self.workshop.state)]

    @cached_property
    def may_lead(self) -> bool:
        return can(self.request.membership, Permission.LEAD_WORKSHOPS, self.workshop)

    @property
    def is_ahead(self) -> bool:
        """Whether people still come: neither over nor called off."""
        return self.workshop.state in (Workshop.State.PLANNED, Workshop.State.RUNNING)

    @property
    def may_edit(self) -> bool:
        return self.may_lead and self.is_ahead

    @property
    def comes_in(self) -> bool:
        """Whether the person has still to come in, which a link does not do (workshops.views.door)."""
        me = self.request.membership.pk
        has_come = any(one.membership_id == me and one.joined_at is not None for one in self.people)
        return self.is_ahead and not has_come

    @cached_property
    def parked(self) -> Parked | None:
        """What earlier workshops parked, for those who can take it up."""
        return Parked(self.workshop, subjects=self.subjects, people=self.people) if self.may_edit else None

    @property
    def may_consolidate(self) -> bool:
        """Whether the person may follow how a CoDir's candidates become key results: from its beginning on."""
        has_begun = self.workshop.state in (Workshop.State.RUNNING, Workshop.State.CLOSED)
        return self.workshop.is_strategic and has_begun and can(self.request.membership, Permission.VIEW_RATIONALE)

    @property
    def may_practise(self) -> bool:
        return self.may_edit and self.workshop.is_practice and may_play()

    @property
    def may_cancel(self) -> bool:
        return self.may_lead and self.workshop.state == Workshop.State.PLANNED

    @cached_property
    def phases(self) -> list[Any]:
        return list(self.workshop.phases.all())

    @property
    def agenda(self) -> list[Step]:
        """The phases; those that stay open for days with their dates, and with what holds them up."""
        steps: list[Step] = []
        before: Phase | None = None  # which the facilitator leads first
        for phase in self.phases:
            waits = str(before) if phase.is_long and phase.started_at is None and before is not None else ""
            steps.append(Step(phase, open_between(phase), waits))
            if phase.kind != PhaseKind.FRAME:
                before = None if phase.is_long else phase
        return steps

    @property
    def planned_minutes(self) -> int:
        return sum(phase.minutes for phase in self.phases if not phase.is_long)

    @cached_property
    def _everybody(self) -> list[Participant]:
        """Whoever leads also sees the guests who are out, as long as they can be let in."""
        shown = Q(removed_at=None) | Q(membership=None) if self.may_edit else Q(removed_at=None)
        return list(self.workshop.participants.filter(shown).select_related("membership__user"))

    @cached_property
    def people(self) -> list[Participant]:
        return [person for person in self._everybody if person.removed_at is None]

    @property
    def turned_away(self) -> list[Participant]:
        """Guests who were not let in, or put out, the last one first."""
        out = [(person.removed_at, person) for person in self._everybody if person.removed_at is not None]
        return [person for _at, person in sorted(out, key=lambda one: one[0], reverse=True)[:MOST_TURNED_AWAY]]

    @property
    def door(self) -> str:
        return reverse("workshop_door", args=[self.workshop.code])

    @property
    def waiting(self) -> list[Participant]:
        """Guests whom the facilitator has not let in yet."""
        return [person for person in self.people if person.is_guest and person.admitted_at is None]

    @property
    def voters(self) -> list[Participant]:
        there = (person for person in self.people if person.admitted_at is not None)
        return [person for person in there if person.part == Participant.Part.VOTER]

    @property
    def observers(self) -> list[Participant]:
        return [person for person in self.people if person.part == Participant.Part.OBSERVER]

    @cached_property
    def subjects(self) -> list[Subject]:
        return list(self.workshop.subjects.select_related("objective", "key_result__objective"))

    @property
    def rules(self) -> list[str]:
        """How people vote, in sentences."""
        workshop = self.workshop
        on = _("notes") if workshop.votes_on == Workshop.VotesOn.NOTES else _("families")
        said = [
            _("%(dots)s dots a person on %(what)s, at most %(most)s on one.")
            % {"dots": workshop.dots, "what": on, "most": workshop.dots_an_item}
        ]
        weights = {
            "0": _("Each function has one equal voice, shared among its people."),
            "1": _("Each person has one voice, whatever their function."),
        }
        said.append(weights.get(plain(workshop.exponent), _("Larger functions weigh somewhat more than smaller ones.")))
        if workshop.functions_told:
            said.append(_("Once the vote is closed, everybody sees how each function voted, however few its voters."))
        said.append(
            _("The facilitator votes too.") if workshop.facilitator_votes else _("The facilitator does not vote.")
        )
        return said
