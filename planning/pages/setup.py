"""What the form of a planning begins with, and the rows that its template draws."""

import datetime as dt
from functools import cached_property
from typing import Any

from django.http import QueryDict
from django.utils.dateparse import parse_date, parse_datetime
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from okr import numbers
from okr.language import language
from okr.models import Quarter
from orgs.actions.editable import attribute
from orgs.conflicts import Describe
from orgs.models import CommitteeSeat, Membership, Organization, Tribe
from orgs.moments import moment
from planning.actions.kinds import OWN, PLANNING
from planning.actions.preparing import MINUTES, usual
from planning.forms.setup import Rows, SetupForm, rearranged
from planning.models import Planning

SPARE_PEOPLE = 2
USUAL_HOUR = dt.time(9)
BEFORE = dt.timedelta(weeks=3)  # the meeting is proposed that long before the quarter


class SetupPage:
    """The form of a new planning (`planning` None), or of one that is there. `data` is what was sent; `act` a button that
    only moves rows."""

    def __init__(
        self, org: Organization, quarter: Quarter, planning: Planning | None, data: QueryDict | None = None
    ) -> None:
        self.org, self.quarter, self.planning = org, quarter, planning
        self.act = data.get("act", "") if data is not None else ""
        self.usual: dict[str, Any] = {} if planning else usual()
        self.stored = {name: rows.read(planning) for name, rows in PLANNING.lists.items()} if planning else self.usual
        self.form = SetupForm(
            data,
            initial=self._initial(),
            org=org,
            tribes=self.tribes,
            members=self.members,
            voters=self.stored["voters"],
            chair=planning.chair if planning else None,
        )

    @cached_property
    def tribes(self) -> dict[int, Tribe]:
        """All that may present, and who is in the agenda since before they were archived."""
        in_agenda = {row["tribe"] for row in self.stored["slots"]}
        rows = Tribe.objects.order_by("position", "pk")
        return {tribe.pk: tribe for tribe in rows if tribe.archived_at is None or tribe.pk in in_agenda}

    @cached_property
    def members(self) -> dict[int, Membership]:
        """Everybody who is here, by name, and who had a vote before they left."""
        here = Membership.objects.active().with_people()
        found = {person.pk: person for person in here}
        left = {pk for pk in (*self.stored["voters"], self.planning and self.planning.chair_id) if pk} - set(found)
        if left:
            found |= {person.pk: person for person in Membership.objects.with_people().filter(pk__in=left)}
        return found

    def _initial(self) -> dict[str, Any]:
        planning = self.planning or Planning(quarter=self.quarter)
        values: dict[str, Any] = {name: getattr(planning, attribute(planning, name)) for name in OWN}
        if self.planning is None:
            values |= {"meets_at": self._proposed_time(), "chair": self.usual["chair"]}
        return values | {"slots": self.stored["slots"], "voters": [str(pk) for pk in self.stored["voters"]]}

    def _proposed_time(self) -> dt.datetime:
        """A Tuesday morning well before the quarter."""
        day = self.quarter.starts_on - BEFORE
        day += dt.timedelta(days=(1 - day.weekday()) % 7)
        return dt.datetime.combine(day, USUAL_HOUR, tzinfo=self.org.zone)

    # ── What the template draws ──

    @property
    def moves_rows(self) -> bool:
        """Whether a button was pressed that saves nothing."""
        return self.act.startswith(("slot-", "person-"))

    @cached_property
    def slots(self) -> list[dict[str, Any]]:
        """Rows of the agenda, with the tribe and what is wrong with each."""
        rows: Rows = self.form["slots"].value() or []
        if self.act.startswith("slot-"):
            rows = rearranged(rows, self.act, self.form.data.get("add", ""))
        wrong = getattr(self.form.fields["slots"], "wrong", {}) if not self.moves_rows else {}
        known = {str(pk): tribe for pk, tribe in self.tribes.items()}
        found = []
        for at, row in enumerate(rows):
            tribe = known.pop(str(row["tribe"]), None)
            if tribe is not None:
                cap = row["cap"] if row["cap"] is not None else ""
                found.append({**row, "cap": cap, "tribe": tribe, "wrong": wrong.get(at, {})})
        return found

    @property
    def others(self) -> list[Tribe]:
        """Who could be added to the agenda."""
        there = {row["tribe"].pk for row in self.slots}
        return [tribe for tribe in self.tribes.values() if tribe.pk not in there]

    @property
    def minutes(self) -> int:
        """The sum of what was typed; what is no number counts for nothing."""
        texts = [str(row["minutes"]) for row in self.slots]
        return sum(int(text) for text in texts if text.isascii() and text.isdigit() and len(text) < 5)

    @property
    def minutes_of_new(self) -> int:
        return MINUTES

    @cached_property
    def voters(self) -> list[dict[str, Any]]:
        """The members of committees, those who have a vote, and who was chosen a moment ago; each whether chosen."""
        chosen = [text for text in self.form["voters"].value() or [] if text]
        known = {str(pk): person for pk, person in self.members.items()}
        seats = CommitteeSeat.objects.order_by("-is_sponsor", "pk").values_list(
            "membership_id", "committee__name", "is_sponsor"
        )
        places: dict[str, str] = {}
        for pk, committee, is_sponsor in seats:
            said = _("%(committee)s, sponsor") % {"committee": committee} if is_sponsor else committee
            places[str(pk)] = f"{places[str(pk)]} · {said}" if str(pk) in places else said
        shown = dict.fromkeys([*map(str, self.stored["voters"]), *places, *chosen])
        return [
            {"person": known[pk], "chosen": pk in chosen, "where": places.get(pk, "")} for pk in shown if pk in known
        ]

    @property
    def spare(self) -> range:
        return range(SPARE_PEOPLE)

    @property
    def people(self) -> list[tuple[int, str]]:
        """Who could be given a vote, besides."""
        there = {row["person"].pk for row in self.voters}
        return [(pk, person.name) for pk, person in self.members.items() if pk not in there]

    @property
    def zone(self) -> str:
        """Where the clocks are that the moments go by: "Paris"."""
        return self.org.zone.key.rpartition("/")[2].replace("_", " ")


def describe(page: SetupPage) -> Describe:
    """How the values read where two people changed the same."""

    def when(value: Any) -> str:
        found = parse_datetime(value) if value else None
        return moment(found) if found else ""

    def day(value: Any) -> str:
        found = parse_date(value) if value else None
        return numbers.format_date(found, language(), "long") if found else ""

    def slots(rows: list[dict[str, Any]]) -> str:
        return "\n".join(_slot_in_words(page.tribes.get(row["tribe"]), row) for row in rows)

    def person(pk: Any) -> str:
        return page.members[pk].name if pk in page.members else ""

    return {
        "meets_at": when,
        "preread_until": when,
        "refined_by": day,
        "chair": person,
        "slots": slots,
        "voters": lambda them: "\n".join(person(pk) or "–" for pk in them),
    }


def _slot_in_words(tribe: Tribe | None, row: dict[str, Any]) -> str:
    said = _("%(name)s, %(minutes)s min") % {"name": tribe.name if tribe else "–", "minutes": row["minutes"]}
    if row["cap"] is None:
        return said
    return said + ngettext(", at most %(n)s", ", at most %(n)s", row["cap"]) % {"n": row["cap"]}
