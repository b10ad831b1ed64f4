"""Moments to compare from, such as the last meeting of the leadership.

okr knows nothing of meetings: whoever holds them registers a source, which the page of what moved asks.
"""

import datetime as dt
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from orgs.models import Organization

SHOWN = 3


@dataclass(frozen=True, slots=True)
class Landmark:
    key: str  # in addresses: "meeting-12"; letters, digits and dashes
    label: str  # "Last CoDir", in the reader's language
    on: dt.date
    own: bool = False  # of the reader's own leadership


# (organization, today, pk of the member who reads or None) → its landmarks up to today, in a query at most.
Source = Callable[[Organization, dt.date, int | None], Sequence[Landmark]]
_sources: list[Source] = []


def register(source: Source) -> None:
    if source not in _sources:
        _sources.append(source)


def landmarks_of(org: Organization, today: dt.date, member: int | None = None) -> list[Landmark]:
    """The latest ones, the latest first; `member` is the pk of who reads."""
    found = [one for source in _sources for one in source(org, today, member) if one.on <= today]
    return sorted(found, key=lambda one: one.on, reverse=True)[:SHOWN]
