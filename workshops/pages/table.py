"""Who would vote, by function, as whoever leads sees it: is one too heavy, is one absent, and who could rather observe."""

from collections.abc import Hashable, Sequence
from dataclasses import dataclass

from orgs.models import Function, Seat
from workshops.actions.session import chooses
from workshops.balance import Weight, surplus, weights
from workshops.models import Participant, Workshop


@dataclass(frozen=True, slots=True)
class Voices:
    """A function among the voters who are here."""

    value: str
    label: str
    voters: int
    share: int  # of all voters, in percent
    fair: int
    is_heavy: bool
    is_absent: bool
    proposed: list[Participant]  # as observers, so that it is not too heavy


@dataclass(frozen=True, slots=True)
class Table:
    voters: int
    uneven: list[Voices]  # heavy or absent

    @property
    def absent(self) -> str:
        """The functions that nobody speaks for: "Product, Business"."""
        return ", ".join(voices.label for voices in self.uneven if voices.is_absent)

    @property
    def proposed(self) -> list[Participant]:
        return [person for voices in self.uneven for person in voices.proposed]


def table_of(workshop: Workshop, here: Sequence[Participant]) -> Table | None:
    """None where nothing is to be said: all is even, nobody is here, or it is a committee, whose functions do not count.

    One query, and only where a function is too heavy.
    """
    if workshop.is_strategic:
        return None
    voting = [one for one in here if chooses(one, workshop)]
    voters: dict[Hashable, str] = {one.pk: one.function for one in voting}
    found = weights(voters, Function.values)
    if not any(weight.is_heavy or weight.is_absent for weight in found):
        return None
    leaving: dict[str, list[Hashable]] = {}
    if any(weight.is_heavy for weight in found):
        leaving = surplus(voters, Function.values, keep=_speakers(workshop, voting))
    people: dict[Hashable, Participant] = {one.pk: one for one in voting}
    return Table(
        len([one for one in voting if one.function]),
        [
            _voices(weight, [people[pk] for pk in leaving.get(weight.function, [])])
            for weight in found
            if weight.is_heavy or weight.is_absent
        ],
    )


def _speakers(workshop: Workshop, voting: Sequence[Participant]) -> list[int]:
    """Those who speak for their function in the tribe: the last to be asked."""
    seats = Seat.objects.filter(tribe=workshop.tribe_id, is_delegate=True).values_list("membership", flat=True)
    members = set(seats)
    return [one.pk for one in voting if one.membership_id in members]


def _voices(weight: Weight, proposed: list[Participant]) -> Voices:
    return Voices(
        weight.function,
        str(Function(weight.function).label),
        weight.voters,
        round(100 * weight.share),
        round(100 * weight.fair),
        weight.is_heavy,
        weight.is_absent,
        proposed,
    )
