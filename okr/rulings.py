"""What quarter planning decided of a key result.

okr knows nothing of plannings: whoever decides registers a source, which is asked by the key result's page.
"""

from collections.abc import Callable
from dataclasses import dataclass, field

from okr.models import KeyResult
from okr.readings import Clock


@dataclass(frozen=True, slots=True)
class Other:
    """Another key result that a decision names, with its text as the CoDir saw it."""

    code: str  # “MKO 08”
    title: str
    url: str


@dataclass(frozen=True, slots=True)
class Ruling:
    outcome: str  # planning.board.OUTCOMES, "" where only others were decided
    label: str  # “Dropped”
    quarter: str
    url: str  # of the results
    reason: str = ""
    who: str = ""
    when: str = ""
    votes: str = ""  # “4 of 6” where the majority decided
    presented: str = ""  # its text as the CoDir saw it, where it reads otherwise now
    into: Other | None = None
    absorbs: list[Other] = field(default_factory=list)
    carried_from: Other | None = None  # what it continues, of an earlier quarter
    carried_why: str = ""  # for which that was deferred
    carried_on: Other | None = None  # what continues it


Source = Callable[[KeyResult, Clock], Ruling | None]
SOURCES: list[Source] = []


def register(source: Source) -> None:
    if source not in SOURCES:
        SOURCES.append(source)


def ruling_of(key_result: KeyResult, clock: Clock) -> Ruling | None:
    """None where nothing was decided, nor of what it continues."""
    return next((found for source in SOURCES if (found := source(key_result, clock)) is not None), None)
