"""What calls somebody on their first page: where they are expected, now or soon.

okr knows nothing of workshops: whoever gathers people registers a source, which the home page asks.
"""

from collections.abc import Callable
from dataclasses import dataclass

from okr.readings import Clock
from orgs.models import Membership

MOST = 3


@dataclass(frozen=True, slots=True)
class Call:
    when: str  # "Today 10:00"
    title: str
    url: str
    detail: str
    is_now: bool
    join_url: str = ""  # where a POST brings the person in; "" where it is too early
    is_content: bool = True  # the title was written by people, in the organization's language


@dataclass(frozen=True, slots=True)
class Calls:
    """Those of one source, the first ones first. `label` names them all, `more_url` is where the others are, "" without."""

    label: str
    icon: str
    calls: list[Call]
    more_url: str = ""


Source = Callable[[Membership, Clock], Calls]
SOURCES: list[Source] = []


def register(source: Source) -> None:
    if source not in SOURCES:
        SOURCES.append(source)


def calls_for(member: Membership, clock: Clock) -> list[Calls]:
    """Of each source with something to say; none where nobody expects this person."""
    return [found for found in (source(member, clock) for source in SOURCES) if found.calls]
