"""Verdicts and the close that meet on PostgreSQL: one comes first, and the other sees what it did."""

import threading
from collections.abc import Callable, Iterator
from typing import Any

import pytest
import time_machine
from django.db import connection, connections, transaction

from orgs import tenancy
from orgs.actions.audit import Actor
from orgs.actions.editing import EditConflict
from orgs.rules import RuleBroken
from reviews.actions.closing import close_period
from reviews.actions.verdicts import give_verdict
from tests.reviews.world import NOW, Reviewed, reviewed
from tests.servers import wait_until

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def made() -> Iterator[Reviewed]:
    with time_machine.travel(NOW, tick=True):
        yield reviewed()
        connections.close_all()


def _waits_for_a_lock() -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_locks WHERE NOT granted")
        return bool(cursor.fetchone()[0])


def while_open(made: Reviewed, first: Callable[[], Any], second: Callable[[], Any]) -> Exception | None:
    """`second` comes while the transaction of `first` is open, and waits for it; what it raised."""
    raised: list[Exception] = []

    def come_second() -> None:
        try:
            with tenancy.tenant(made.world.org.pk):
                second()
        except Exception as error:
            raised.append(error)
        finally:
            connections.close_all()

    thread = threading.Thread(target=come_second)
    with tenancy.tenant(made.world.org.pk), transaction.atomic():
        first()
        thread.start()
        wait_until(_waits_for_a_lock)
    thread.join(timeout=20)
    assert not thread.is_alive()
    return raised[0] if raised else None


def judging(made: Reviewed, who: str, score: str) -> Callable[[], Any]:
    said = {"score": score, "learning": f"Learned by {who}.", "afterwards": "stop"}
    by = Actor(made.world.people[who])
    return lambda: give_verdict(made.world.key_result, said, by=by, seen=1)


def closing(made: Reviewed, who: str, reason: str = "Figures are late") -> Callable[[], Any]:
    return lambda: close_period(made.world.quarter, by=Actor(made.world.people[who]), reason=reason)


def test_of_two_verdicts_the_second_is_told_of_the_first(made):
    assert isinstance(while_open(made, judging(made, "alice", "0.6"), judging(made, "bob", "0.4")), EditConflict)
    assert str(made.verdict().score) == "0.6"


def test_a_verdict_that_meets_the_close_is_refused(made):
    refused = while_open(made, closing(made, "coach"), judging(made, "alice", "0.6"))
    assert isinstance(refused, RuleBroken)
    assert made.fresh(made.world.key_result).stage == "published"


def test_a_close_that_meets_a_verdict_takes_it_along(made):
    assert while_open(made, judging(made, "alice", "0.6"), closing(made, "coach")) is None
    row = made.fresh(made.world.key_result)
    assert (row.stage, str(row.score)) == ("scored", "0.6")


def test_of_two_closes_one_closes(made):
    assert isinstance(while_open(made, closing(made, "coach"), closing(made, "dan")), RuleBroken)
    assert made.fresh(made.world.quarter).state == "closed"
