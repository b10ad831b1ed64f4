"""What is said above a tribe's quarter of those who decide on it.

okr knows nothing of plannings: whoever runs one registers a source, which each quarter's page asks.
"""

from collections.abc import Callable
from dataclasses import dataclass

from okr.models import Quarter
from okr.readings import Clock
from orgs.models import Membership, Tribe


@dataclass(frozen=True, slots=True)
class Notice:
    icon: str
    text: str
    detail: str
    url: str
    label: str  # of the link


Source = Callable[[Tribe, Quarter, Membership, Clock], Notice | None]
SOURCES: list[Source] = []


def register(source: Source) -> None:
    if source not in SOURCES:
        SOURCES.append(source)


def notices_of(tribe: Tribe, quarter: Quarter, member: Membership, clock: Clock) -> list[Notice]:
    said = [source(tribe, quarter, member, clock) for source in SOURCES]
    return [notice for notice in said if notice is not None]
