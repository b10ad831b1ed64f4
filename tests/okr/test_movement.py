"""What moved since a day."""

import datetime as dt
from decimal import Decimal

import pytest
from django.utils import translation

from okr.pages.movement import movements
from okr.pages.people import Person
from okr.readings import Clock
from orgs import tenancy
from tests import factories
from tests.factories import TODAY

pytestmark = pytest.mark.django_db
MONDAY = dt.date(2026, 5, 11)


@pytest.fixture
def world():
    world = factories.world()
    with tenancy.tenant(world.org.pk):
        yield world


def moved(world, *key_results, since=MONDAY):
    return movements(key_results, since, Clock(world.org, TODAY))


def measured(world, *values, **fields):
    """A key result of Alice with (day of May, value) check-ins."""
    made = factories.key_result(world.objective, owner=world.alice, **fields)
    for day, value in values:
        factories.check_in(made, value, dt.date(2026, 5, day))
    return made


def test_value_before_and_now_with_who_measured_it(world):
    row = measured(world, (4, "84"), (9, "85"), (11, "86"), (18, "88.5"))
    (movement,) = moved(world, row)
    assert (movement.before, movement.now) == (Decimal("85"), Decimal("88.5"))
    assert (movement.before_text, movement.now_text, movement.delta_text) == ("85.0%", "88.5%", "+3.5\u00a0pts")
    assert movement.up
    assert movement.better
    assert movement.by == Person(world.alice.name, world.alice.function)
    assert movement.on == dt.date(2026, 5, 18)
    assert movement.code == "A2"


def test_in_french(world):
    row = measured(world, (9, "85"), (18, "84"))
    with translation.override("fr"):
        (movement,) = moved(world, row)
    assert movement.delta_text == "−1\u00a0pt"
    assert not movement.better


def test_a_fall_is_better_where_down_is_wanted(world):
    row = measured(world, (9, "19"), (18, "15"), direction="down", start=Decimal(20), target=Decimal(11))
    (movement,) = moved(world, row)
    assert not movement.up
    assert movement.better


def test_first_measurement_is_compared_with_the_start(world):
    (movement,) = moved(world, measured(world, (18, "83")))
    assert movement.before == Decimal(80)


def test_inside_the_band_neither_value_is_better(world):
    band = {"direction": "within", "start": None, "target": None, "low": Decimal(10), "high": Decimal(20)}
    (movement,) = moved(world, measured(world, (9, "12"), (18, "15"), **band))
    assert movement.better is None
    assert moved(world, measured(world, (18, "15"), **band)) == []


def test_what_was_not_measured_or_did_not_change_did_not_move(world):
    assert moved(world, measured(world, (4, "84"), (10, "85")), measured(world, (9, "85"), (18, "85"))) == []
    assert moved(world) == []


@pytest.mark.parametrize("check_ins", [1, 12])
def test_one_query_in_the_order_given(world, check_ins, django_assert_num_queries):
    rows = [measured(world, *((day, 80 + day) for day in range(18, 18 - check_ins, -1))) for _ in range(3)]
    with django_assert_num_queries(1):
        found = moved(world, *reversed(rows))
        assert [movement.by.name for movement in found] == ["Alice Owner"] * 3
    assert [movement.key_result for movement in found] == rows[::-1]
