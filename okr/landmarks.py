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


# (organization, today) → its landmarks up to today, in a query at most.
Source = Callable[[Organization, dt.date], Sequence[Landmark]]
_sources: list[Source] = []


def register(source: Source) -> None:
    if source not in _sources:
        _sources.append(source)


def landmarks_of(org: Organization, today: dt.date) -> list[Landmark]:
    """The latest ones, the latest first."""
    found = [one for source in _sources for one in source(org, today) if one.on <= today]
    return sorted(found, key=lambda one: one.on, reverse=True)[:SHOWN]
