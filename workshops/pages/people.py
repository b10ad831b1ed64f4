"""Who is in a workshop's room: who takes part, who is done, who leads, and who could."""

from functools import cached_property

from orgs.models import Function
from workshops.access import is_leading
from workshops.actions.session import KIND, awaited, has_to_be_led, person_key
from workshops.live.presence import lately
from workshops.models import Participant, PhaseKind
from workshops.pages.families import named_functions
from workshops.pages.practice import playing
from workshops.pages.steps import Steps
from workshops.pages.table import Table, table_of

# While the table can still be balanced: before people vote.
BALANCED_IN = {"lobby", PhaseKind.FRAME, PhaseKind.PICK, PhaseKind.BRAINSTORM, PhaseKind.REVEAL, PhaseKind.FAMILIES}
MOST_NAMED = 60  # people in the room


class People(Steps):
    """Those of a workshop, whether they are connected or not."""

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
    def functions(self) -> list[tuple[str, str, list[Participant]]]:
        """Who is here, by function: its value, its name, its people."""
        rows = (
            (value, str(label), [one for one in self.here if one.function == value])
            for value, label in Function.choices
        )
        return [row for row in rows if row[2]]

    @cached_property
    def named_functions(self) -> frozenset[str]:
        """Functions whose letter may stand on a note."""
        return named_functions(self.voters, told=self.workshop.functions_told)

    def leads(self, participant: Participant) -> bool:
        return is_leading(participant, self.workshop)

    @property
    def leaders(self) -> list[Participant]:
        """Those here who lead."""
        return [person for person in self.here if self.leads(person)]

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
    def successors(self) -> list[Participant]:
        """Whom the workshop can be handed to: the co-facilitator, who takes it over so, then those who are here."""
        members = [one for one in self.participants if one.is_inside and not one.is_guest]
        others = [one for one in members if one.membership_id != self.workshop.facilitator_id]
        co_facilitator = self.workshop.co_facilitator_id
        return sorted(
            others, key=lambda one: (one.membership_id != co_facilitator, person_key(one) not in self.present)
        )

    @property
    def playing(self) -> str:
        """Of a workshop for practice: where its simulated people are."""
        return playing(self.workshop, self.now, is_alone=not any(person.is_guest for person in self.here))

    @cached_property
    def table(self) -> Table | None:
        """Whether one function would outvote the others, for whoever leads, until people vote; while they come when it suits
        them, who is here says nothing of that."""
        is_judged = self.kind in BALANCED_IN and self.window is None
        return table_of(self.workshop, self.here) if is_judged else None
