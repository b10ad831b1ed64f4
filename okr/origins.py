"""Where an objective or a key result comes from, where people decided on it together.

okr knows nothing of workshops: whoever makes things here registers a source, which is asked by the page of each thing.
"""

from collections.abc import Callable
from dataclasses import dataclass, field

from okr.models import KeyResult, Objective
from okr.readings import Clock
from orgs.models import Membership


@dataclass(frozen=True, slots=True)
class Origin:
    """One decision that a thing came of, as this person may know it."""

    title: str  # of the workshop
    day: str
    url: str
    item: str = ""  # what the room called it; "" for those who may not know what was written
    reason: str = ""
    notes: list[tuple[str, bool]] = field(default_factory=list)  # text, and whether it was merged into the one before
    votes: list[tuple[str, str]] = field(default_factory=list)  # what, and how much: texts
    is_contested: bool = False


Source = Callable[[Objective | KeyResult, Membership, Clock], list[Origin]]
SOURCES: list[Source] = []


def register(source: Source) -> None:
    if source not in SOURCES:
        SOURCES.append(source)


def origins_of(thing: Objective | KeyResult, member: Membership, clock: Clock) -> list[Origin]:
    return [origin for source in SOURCES for origin in source(thing, member, clock)]
