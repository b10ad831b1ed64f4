"""How many queries each page costs, pinned, and the same with 1 and 20 rows and with 1 and 50 check-ins.

Cold: nothing cached, as for the first visitor after a change. Warm: what is kept under the organization's version.
A page that gets cheaper or dearer fails here, so that somebody looks.
"""

import datetime as dt

import pytest
from django.core.cache import cache
from django.db import connection
from django.test.utils import CaptureQueriesContext

from okr.models import Contribution
from orgs import tenancy
from orgs.models import Function, Seat
from tests import factories
from tests.sweeps import routes
from tests.sweeps.query_counts import BUDGETS, COUNTS

pytestmark = pytest.mark.django_db
PART = {"HX-Request": "true"}


def grow(world, rows: int, check_ins: int) -> None:
    """More of everything that a page lists."""
    with tenancy.tenant(world.org.pk):
        for number in range(2, rows + 1):
            strategic = factories.strategic_objective(world.year, world.department, position=number, owner=world.sam)
            above = factories.key_result(strategic, owner=world.carol, title=f"Strategic {number}")
            objective = factories.tribe_objective(world.quarter, world.tribe, position=number, owner=world.alice)
            Contribution.objects.create(objective=objective, key_result=above, reason="Because.")
            Contribution.objects.create(objective=objective, key_result=world.strategic_kr, reason="This too.")
            below = factories.key_result(objective, owner=world.alice, title=f"Tribe {number}")
            factories.key_result(world.objective, owner=world.alice, title=f"Beside {number}")
            factories.initiative(world.quarter, world.tribe, below, world.key_result, owner=world.bob, position=number)
            factories.check_in(below, "85", factories.TODAY - dt.timedelta(days=8))
            factories.check_in(below, "86", factories.TODAY - dt.timedelta(days=1))
            colleague = factories.member(world.org, f"Colleague {number}")
            Seat.objects.create(tribe=world.tribe, membership=colleague, function=Function.TECH)
        for number in range(check_ins):
            day = factories.TODAY - dt.timedelta(days=min(check_ins - number, 40))
            factories.check_in(world.key_result, 80 + number % 10, day, comment="Moving.")
            factories.check_in(world.strategic_kr, 55 + number % 10, day)


def cost(client, url: str) -> int:
    with CaptureQueriesContext(connection) as queries:
        answer = client.get(url, headers=PART if "/branch/" in url or "/answer/" in url else {})
    assert answer.status_code == 200, url
    return len([query for query in queries if "SAVEPOINT" not in query["sql"]])


def address(name: str, world) -> str:
    with tenancy.tenant(world.org.pk):
        url = routes.address(name, world.org.slug, world)
    asked = {"strategy_branch": f"?open={world.strategic_kr.pk}", "search": "?q=o"}
    return url + asked.get(name, "")


def test_every_page_is_pinned(ours, signed_in):
    """Whatever answers a GET with a page has its line in query_counts.py."""
    answering = set()
    for name in routes.ORG_ROUTES:
        people = (ours.alice, ours.carol, ours.dan)
        if any(signed_in(person).get(address(name, ours), follow=True).status_code == 200 for person in people):
            answering.add(name)
    assert answering == set(COUNTS)


@pytest.mark.parametrize("name", sorted(COUNTS))
def test_queries_are_pinned_and_do_not_grow(name, ours, signed_in):
    person, cold, warm = COUNTS[name]
    client = signed_in(getattr(ours, person))

    def measure() -> tuple[int, int]:
        url = address(name, ours)
        cost(client, url)  # the session learns where the person was last
        cache.clear()
        return cost(client, url), cost(client, url)

    few = measure()
    grow(ours, rows=20, check_ins=50)
    many = measure()
    assert (few, many) == ((cold, warm), (cold, warm))
    assert cold <= BUDGETS.get(name, 12)
