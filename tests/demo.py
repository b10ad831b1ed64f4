"""The demo as tests look at it: loaded once for a file, at one moment."""

import datetime as dt
from collections.abc import Iterator
from contextlib import contextmanager

import time_machine

from orgs import tenancy
from orgs.models import Organization

NOW = dt.datetime(2026, 5, 19, 7, 40, tzinfo=dt.UTC)  # the Tuesday of the mock-ups, 9:40 in Paris


@contextmanager
def inside(slug: str) -> Iterator[Organization]:
    """One of its organizations, at that moment."""
    org = Organization.objects.get(slug=slug)
    with tenancy.tenant(org.pk), time_machine.travel(NOW, tick=False):
        yield org
