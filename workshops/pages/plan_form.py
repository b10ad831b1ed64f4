"""What the form of a workshop begins with, and the rows that its template draws."""

import datetime as dt
from functools import cached_property
from typing import Any

from django.http import QueryDict
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override

from okr.models import KeyResult, Objective
from orgs.actions.audit import plain
from orgs.actions.editable import attribute
from orgs.models import Committee, CommitteeSeat, Function, Membership, Organization, Role, Seat
from workshops.actions.kinds import OWN, WORKSHOP, candidates, subject_row
from workshops.forms.agenda import blank_row, minutes_in, rearranged
from workshops.forms.plan import PARTS, PlanForm
from workshops.models import Participant, PhaseKind, Workshop
from workshops.pages.kinds import kind_label
from workshops.pages.templates import Source, rows_from, sources_of

SPARE_PEOPLE = 2
USUAL_HOUR = dt.time(14)


class PlanPage:
    """The form of a new or planned workshop. `data` is what was sent; `act` a button that only moves rows; `start` is what
    the agenda of a new one starts from (workshops.pages.templates.Source)."""

    def __init__(
        self, org: Organization, workshop: Workshop, member: Membership, data: QueryDict | None = None, start: str = ""
    ) -> None:
        self.org, self.workshop, self.member, self.start = org, workshop, member, start
        people = Membership.objects.filter(ended_at=None, user__is_active=True).with_people()
        self.members = {person.pk: person for person in people}
        self.stored = {name: rows.read(workshop) for name, rows in WORKSHOP.lists.items()} if workshop.pk else {}
        self.things = self._things()
        self.act = data.get("act", "") if data is not None else ""
        initial = self._initial()
        self.form = PlanForm(
            data, initial=initial, org=org, workshop=workshop, members=self.invitable, subjects=self.things
        )

    def _things(self) -> list[Objective] | list[KeyResult]:
        """Candidates, and what was chosen before it was archived."""
        things: list[Any] = list(candidates(self.workshop))
        rows = [subject_row(thing) for thing in things]
        gone = [row for row in self.stored.get("subjects", []) if row not in rows]
        for row in gone:
            model = Objective if row["objective"] else KeyResult
            things.append(model.objects.get(pk=row["objective"] or row["key_result"]))
        return things

    @cached_property
    def invitable(self) -> dict[int, Membership]:
        """Everybody who is here, and who was invited before they left."""
        left = {row["membership"] for row in self.stored.get("participants", [])} - set(self.members)
        left |= {pk for pk in (self.workshop.facilitator_id, self.workshop.co_facilitator_id) if pk} - set(self.members)
        gone = {person.pk: person for person in Membership.objects.with_people().filter(pk__in=left)} if left else {}
        return self.members | gone

    # ── What it begins with ──

    def _initial(self) -> dict[str, Any]:
        workshop = self.workshop
        values: dict[str, Any] = {name: getattr(workshop, attribute(workshop, name)) for name in OWN}
        values["exponent"] = plain(workshop.exponent)
        if workshop.pk:
            chosen = [str(row["objective"] or row["key_result"]) for row in self.stored["subjects"]]
            return values | self.stored | {"subjects": chosen}
        return values | {
            "title": self._proposed_title(),
            "starts_at": self._proposed_time(),
            "facilitator": self.member.pk,
            "subjects": [str(thing.pk) for thing in self.things],
            "agenda": rows_from(self.start, workshop.kind, self.org.language),
            "participants": self._proposed_people(),
        }

    def _proposed_title(self) -> str:
        """In the organization's language, like everything that all will read."""
        with override(self.org.language):
            kind = kind_label(self.workshop.kind, self.org)
            whose = self.workshop.tribe or self.workshop.committee or self.workshop.year
            return _("%(kind)s, %(whose)s") % {"kind": kind, "whose": whose}

    def _proposed_time(self) -> dt.datetime:
        """In a week, in the afternoon."""
        day = timezone.now().astimezone(self.org.zone).date() + dt.timedelta(days=7)
        return dt.datetime.combine(day, USUAL_HOUR, tzinfo=self.org.zone)

    def _proposed_people(self) -> list[dict[str, Any]]:
        """The tribe's seats, each with its function; of a CoDir, the members of the committee, or of all committees."""
        if self.workshop.is_strategic:
            seats = CommitteeSeat.objects.order_by("committee__department__position", "pk")
            if self.workshop.committee_id:
                seats = seats.filter(committee=self.workshop.committee_id)
            found = dict.fromkeys(seats.values_list("membership", flat=True), "")
        else:
            rows = Seat.objects.filter(tribe=self.workshop.tribe_id)
            found = dict(rows.order_by("function", "-is_delegate", "pk").values_list("membership", "function"))
        return [
            {"membership": pk, "function": function or self.members[pk].function, "part": self._part(pk)}
            for pk, function in found.items()
            if pk in self.members
        ]

    def _part(self, pk: int) -> str:
        only_reads = set(self.members[pk].roles) <= {Role.OBSERVER}
        return str(Participant.Part.OBSERVER if only_reads else Participant.Part.VOTER)

    # ── What the template draws ──

    @property
    def kind_label(self) -> str:
        return kind_label(self.workshop.kind, self.org)

    @property
    def moves_rows(self) -> bool:
        """Whether a button was pressed that saves nothing."""
        return self.act.startswith(("phase-", "person-"))

    @property
    def source(self) -> str:
        """What a new agenda starts from (workshops.pages.templates.Source)."""
        return self.form.data.get("start", "") if self.form.is_bound else self.start

    @cached_property
    def sources(self) -> list[tuple[str, list[Source]]]:
        return [] if self.workshop.pk else sources_of(self.workshop.kind)

    @cached_property
    def phases(self) -> list[dict[str, Any]]:
        rows: list[dict[str, Any]] = self.form["agenda"].value() or []
        if self.act == "phase-from" and not self.workshop.pk:
            return rows_from(self.source, self.workshop.kind, self.org.language)
        return rearranged(rows, self.act) if self.act.startswith("phase-") else rows

    @property
    def blank(self) -> dict[str, Any]:
        """What a phase that is added begins with."""
        return blank_row()

    @property
    def zone(self) -> str:
        """Where the clocks are that the dates of phases go by: "Paris"."""
        return self.org.zone.key.rpartition("/")[2].replace("_", " ")

    @property
    def minutes(self) -> int:
        return minutes_in(self.phases)

    @property
    def people(self) -> list[dict[str, Any]]:
        """Rows of those who are invited or were left out a moment ago, and empty ones to add others."""
        rows: list[dict[str, Any]] = self.form["participants"].value() or []
        known = {str(pk): person for pk, person in self.invitable.items()}
        return [{**row, "person": known[str(row["membership"])]} for row in rows if str(row["membership"]) in known]

    @property
    def spare(self) -> range:
        return range(SPARE_PEOPLE)

    @property
    def others(self) -> list[tuple[int, str]]:
        """Who may be added."""
        there = {row["person"].pk for row in self.people}
        return [(pk, person.name) for pk, person in self.members.items() if pk not in there]

    kinds = PhaseKind.choices
    parts = PARTS
    functions = Function.choices

    @property
    def subjects(self) -> list[dict[str, Any]]:
        chosen = set(self.form["subjects"].value() or [])
        return [{"thing": thing, "chosen": str(thing.pk) in chosen} for thing in self.things]


def committee_of(code: str) -> Committee | None:
    """The committee that an address names by its id, or the only one there is."""
    committees = list(Committee.objects.all())
    named = [committee for committee in committees if str(committee.pk) == code]
    return named[0] if named else committees[0] if len(committees) == 1 else None
