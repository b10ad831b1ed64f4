"""What the rooms above this one keep for a person, a tribe or a department, and how it passes to another.

orgs knows nothing of objectives: whoever keeps things for memberships registers an Estate, whoever keeps things below
tribes or departments registers Contents (okr/handover.py, workshops/handover.py).
"""

from collections.abc import Callable, Collection
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from orgs.models import Department, Membership, Tribe

if TYPE_CHECKING:
    from orgs.actions.editing import Change


@dataclass(frozen=True, slots=True)
class Holding:
    """One thing that a person answers for and that somebody else would have to."""

    estate: str
    pk: int
    code: str  # "B2", "" without one
    label: str  # its title
    where: str  # "Drive, Q2 2026"
    path: str  # its page, below /o/<slug>/

    @property
    def key(self) -> str:
        """Names it in a form."""
        return f"{self.estate}-{self.pk}"


@dataclass(frozen=True)
class Estate:
    """One kind of things that memberships hold."""

    name: str
    label: Any  # translated lazily, in the plural: "Key results"
    holdings: Callable[[Membership], list[Holding]]
    # To another member, or to nobody; in the transaction of `change`, which records it.
    hand_over: Callable[[int, Membership | None, "Change"], None]
    # How many each of these memberships holds, for lists; without it lists do not count this kind.
    counts: Callable[[Collection[int]], dict[int, int]] | None = None


@dataclass(frozen=True)
class Contents:
    """What is kept below tribes, or below departments."""

    model: type[Tribe] | type[Department]
    hindrances: Callable[[Any], list[str]]  # sentences: why it cannot be archived
    inventory: Callable[[Any], list[str]]  # "12 objectives", "4 initiatives": what merging it moves
    move: Callable[[Any, Any, "Change"], None]  # from one, locked, into another, locked


ESTATES: dict[str, Estate] = {}
CONTENTS: list[Contents] = []


def register(estate: Estate) -> None:
    ESTATES[estate.name] = estate


def register_contents(contents: Contents) -> None:
    if contents not in CONTENTS:
        CONTENTS.append(contents)


def holdings_of(membership: Membership) -> list[tuple[Estate, list[Holding]]]:
    """All that the person answers for, by kind; kinds of which there is nothing are left out."""
    found = [(estate, estate.holdings(membership)) for estate in ESTATES.values()]
    return [(estate, holdings) for estate, holdings in found if holdings]


def counts_of(memberships: Collection[int]) -> dict[int, int]:
    total: dict[int, int] = {}
    for estate in ESTATES.values():
        for membership, number in (estate.counts(memberships) if estate.counts else {}).items():
            total[membership] = total.get(membership, 0) + number
    return total


def hindrances(thing: Tribe | Department) -> list[str]:
    return [sentence for contents in _contents_of(thing) for sentence in contents.hindrances(thing)]


def inventory(thing: Tribe | Department) -> list[str]:
    return [line for contents in _contents_of(thing) for line in contents.inventory(thing)]


def move_contents(thing: Tribe | Department, into: Tribe | Department, change: "Change") -> None:
    for contents in _contents_of(thing):
        contents.move(thing, into, change)


def _contents_of(thing: Tribe | Department) -> list[Contents]:
    return [contents for contents in CONTENTS if contents.model is type(thing)]
