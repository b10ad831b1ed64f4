import datetime as dt
from collections.abc import Iterator

import pytest
import time_machine

from orgs import tenancy
from tests import factories


@pytest.fixture
def world(db: None) -> Iterator[factories.World]:
    """An organization with something of everything, inside its tenancy, on the Tuesday of the mock-ups."""
    with time_machine.travel(dt.datetime(2026, 5, 19, 8, tzinfo=dt.UTC), tick=False):
        world = factories.world()
        with tenancy.tenant(world.org.pk):
            yield world
