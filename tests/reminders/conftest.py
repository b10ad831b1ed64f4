import datetime as dt
from collections.abc import Iterator

import pytest
import time_machine

from orgs import tenancy
from orgs.models import Membership
from tests import factories

MONDAY = dt.date(2026, 6, 8)
DUE = dt.date(2026, 6, 10)  # a Wednesday, on which check-ins are due; June has no holiday in France


def paris(day: dt.date, hour: int = 9, minute: int = 0) -> dt.datetime:
    return dt.datetime(day.year, day.month, day.day, hour - 2, minute, tzinfo=dt.UTC)


@pytest.fixture
def world(db: None) -> Iterator[factories.World]:
    """Bob owns the key result of Alice's tribe; Carol's strategic one is due at the end of the month."""
    with time_machine.travel(paris(MONDAY, 7), tick=False):
        world = factories.world()
        with tenancy.tenant(world.org.pk):
            world.key_result.owner = world.bob
            world.key_result.next_due_on = DUE
            factories.check_in(world.key_result, "86", on=DUE - dt.timedelta(days=8))
            world.strategic_kr.next_due_on = dt.date(2026, 6, 24)
            world.strategic_kr.save()
            Membership.objects.update(weekly_digest=False)  # its own tests switch it on
        yield world
