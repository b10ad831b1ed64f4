"""Acts of one planning that meet on PostgreSQL: one comes first, and the other sees what it did."""

import threading
import uuid
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.db import connection, connections, transaction

from okr.actions import key_results
from orgs import tenancy
from orgs.rules import RuleBroken
from planning.actions import deciding, leading
from planning.actions.wishes import Outrun, Wish
from planning.models import Decision, Planning, Presented
from tests import factories
from tests.planning import quarters
from tests.servers import wait_until

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def made() -> Iterator[quarters.Quarterly]:
    yield quarters.planned(quarters.OPEN, each=1)
    connections.close_all()


@pytest.fixture
def voted() -> Iterator[quarters.Quarterly]:
    made = quarters.planned(quarters.OPEN, each=1, mode=Planning.Mode.MAJORITY)
    with made.inside():
        for who in ("sam", "codir", "theo"):
            leading.come(made.planning, by=made.actor(who))
    yield made
    connections.close_all()


def _waits_for_a_lock() -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_locks WHERE NOT granted")
        return bool(cursor.fetchone()[0])


def while_open(made: quarters.Quarterly, first: Callable[[], Any], second: Callable[[], Any]) -> Exception | None:
    """`second` comes while the transaction of `first` is open, and waits for it; what it raised."""
    raised: list[Exception] = []

    def come_second() -> None:
        try:
            with tenancy.tenant(made.org.pk):
                second()
        except Exception as error:
            raised.append(error)
        finally:
            connection.close()

    thread = threading.Thread(target=come_second)
    with made.inside(), transaction.atomic():
        first()
        thread.start()
        assert wait_until(_waits_for_a_lock)
    thread.join()
    return raised[0] if raised else None


def decide(
    made: quarters.Quarterly, outcome: str, *codes: str, by: str = "sam", act: uuid.UUID | None = None, into: str = ""
) -> Callable[[], Any]:
    """As somebody does who sees none of them decided."""
    wish = Wish([made.pk(code) for code in codes], outcome, f"For {outcome}", made.pk(into) if into else None)
    seen = dict.fromkeys(wish.ids, 0)
    return lambda: deciding.decide(
        made.planning, wish, by=made.actor(by), act=act or uuid.uuid4(), seen=seen, sure=True
    )


def test_of_two_opposite_decisions_one_wins_and_the_other_is_told(made: quarters.Quarterly) -> None:
    told = while_open(made, decide(made, "keep", "DRV A1"), decide(made, "drop", "DRV A1", "DRV B1"))
    assert isinstance(told, Outrun)
    assert told.message == "Sam Sponsor has kept DRV 01 meanwhile."
    assert (made.stage("DRV A1"), made.stage("DRV B1")) == ("kept", "proposed")
    with made.inside():
        assert Decision.objects.count() == 1


def test_one_act_that_arrives_twice_is_taken_once(made: quarters.Quarterly) -> None:
    act = uuid.uuid4()
    assert while_open(made, decide(made, "drop", "DRV A1", act=act), decide(made, "drop", "DRV A1", act=act)) is None
    with made.inside():
        assert Decision.objects.count() == 1


def test_nothing_is_merged_into_what_is_dropped_at_the_same_second(made: quarters.Quarterly) -> None:
    told = while_open(made, decide(made, "drop", "LAD A1"), decide(made, "merge", "DRV A1", into="LAD A1"))
    assert isinstance(told, RuleBroken)
    assert told.field == "into"
    assert made.stage("DRV A1") == "proposed"


def test_the_votes_that_make_a_majority_arrive_at_once(voted: quarters.Quarterly) -> None:
    assert (
        while_open(voted, decide(voted, "drop", "DRV A1", by="codir"), decide(voted, "drop", "DRV A1", by="theo"))
        is None
    )
    assert voted.stage("DRV A1") == "dropped"


def test_a_decision_that_comes_as_the_meeting_closes_is_refused(made: quarters.Quarterly) -> None:
    close = lambda: leading.close_meeting(made.planning, by=made.actor("coach"), defer="Later")  # noqa: E731
    told = while_open(made, close, decide(made, "keep", "DRV A1"))
    assert isinstance(told, RuleBroken)
    assert "closed" in told.message
    assert made.stage("DRV A1") == "deferred"


def test_undoing_meets_a_new_decision(made: quarters.Quarterly) -> None:
    act = made.decide("keep", "DRV A1")
    undo = lambda: deciding.undo(made.planning, act, by=made.actor("sam"))  # noqa: E731
    told = while_open(made, lambda: made.decide("drop", "DRV A1"), undo)
    assert isinstance(told, RuleBroken)
    assert made.stage("DRV A1") == "dropped"


def test_two_notes_at_once_lose_neither(made: quarters.Quarterly) -> None:
    def note(who: str, text: str) -> Callable[[], Any]:
        return lambda: leading.note(made.planning, made.pk("DRV A1"), text, by=made.actor(who))

    told = while_open(made, note("sam", "Waits for the tills"), note("coach", "No owner yet"))
    assert isinstance(told, RuleBroken)
    assert "Waits for the tills" in told.message


def test_what_is_proposed_as_the_meeting_opens_is_presented() -> None:
    """Handed in before: it is on the board from the start; after: it is on the board as late."""
    made = quarters.planned(quarters.PREPARING, slug="theirs", each=1)
    with made.inside():
        objective = made.objectives["FID B"]
        new = factories.key_result(objective, title="Nights that families stay in", stage="draft", owner=made.fiona)
    hand_in = lambda: key_results.propose_key_results(objective, by=made.actor("fiona"))  # noqa: E731
    opens = lambda: leading.open_meeting(made.planning, by=made.actor("coach"))  # noqa: E731
    assert while_open(made, opens, hand_in) is None
    with made.inside():
        assert Presented.objects.get(key_result=new).is_late
        assert Presented.objects.filter(planning=made.planning).count() == 7
    connections.close_all()
