"""What lies ahead of a committee, on the agenda of its meetings.

Reviews know of quarters alone: whoever plans more (rooms above) registers a source, asked as an agenda is drawn.
"""

import datetime as dt
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from okr.readings import Clock


@dataclass(frozen=True, slots=True)
class Coming:
    on: dt.date
    title: str  # in the language in hand
    url: str = ""


# (now, the last day asked for) → what comes from today up to then, in a query.
Source = Callable[[Clock, dt.date], Sequence[Coming]]
_sources: list[Source] = []


def register(source: Source) -> None:
    if source not in _sources:
        _sources.append(source)


def from_elsewhere(clock: Clock, until: dt.date) -> list[Coming]:
    return [one for source in _sources for one in source(clock, until) if clock.today <= one.on <= until]
