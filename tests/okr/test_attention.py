"""What is to be watched, over HTTP."""

import datetime as dt
import html
import re

import pytest
import time_machine

from okr.models import KeyResult
from orgs import tenancy
from tests import factories
from tests.factories import TODAY, signed_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def world():
    with time_machine.travel(dt.datetime(2026, 5, 19, 8, tzinfo=dt.UTC), tick=False):
        world = factories.world()
        with tenancy.tenant(world.org.pk):
            KeyResult.objects.update(archived_at="2026-05-01T00:00Z")  # the tests write their own
            yield world


@pytest.fixture
def look(world):
    def look(query="", year=2026):
        answer = signed_in(world.sam).get(f"/o/coursive/strategy/{year}/attention/{query}")
        assert answer.status_code == 200
        return re.sub(r"\s+", " ", html.unescape(answer.content.decode())).split("<main", 1)[1].split("</main>")[0]

    return look


def measured(objective, title, *values, **fields):
    """A key result from 80 to 92 with (days ago, value, confidence)."""
    made = factories.key_result(objective, title=title, **fields)
    for days, value, confidence in values:
        factories.check_in(made, value, TODAY - dt.timedelta(days=days), confidence=confidence)
    return made


def titles(page):
    return re.findall(r'<a href="[^"]*key-results[^"]*" lang="en">([^<]+)</a>', page)


@pytest.fixture
def rows(world):
    below = world.objective
    return {
        "off": measured(below, "Off track one", (1, "80", 6), owner=world.alice),
        "silent": measured(below, "Silent one", (20, "88", 6), owner=world.bob),
        "low": measured(below, "Doubted one", (1, "89", 2), owner=world.bob),
        "falling": measured(below, "Falling one", (8, "88", 9), (1, "89", 5), owner=world.bob),
        "fine": measured(below, "Fine one", (1, "90", 8), owner=world.bob),
        "strategic": measured(world.strategic, "Strategic silent one", (60, "83", 6), owner=world.carol),
    }


def test_the_most_urgent_first_then_what_is_strategic(rows, look):
    page = look()
    assert titles(page) == ["Off track one", "Strategic silent one", "Silent one", "Doubted one", "Falling one"]
    assert "5 of 6 key results" in page
    assert "20 days ago" in page
    assert "Carol Staff" in page


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("?kind=no_update", ["Strategic silent one", "Silent one"]),
        ("?kind=low_confidence", ["Doubted one"]),
        ("?kind=falling", ["Falling one"]),
        ("?kind=off_track&tribe=DRV", ["Off track one"]),
        ("?tribe=strategy", ["Strategic silent one"]),
    ],
)
def test_by_kind_and_place(rows, look, query, expected):
    assert titles(look(query)) == expected


def test_what_was_never_measured_though_long_asked_for(world, look):
    measured(world.objective, "Never measured", next_due_on=TODAY - dt.timedelta(days=9))
    measured(world.objective, "Asked lately", next_due_on=TODAY - dt.timedelta(days=2))
    page = look()
    assert titles(page) == ["Never measured"]
    assert "never measured" in page


def test_nothing_to_watch_and_nothing_of_a_kind(world, look):
    assert "Nothing runs yet" in look()
    measured(world.objective, "Fine one", (1, "90", 8))
    assert "Nothing to watch" in look()
    assert "Nothing of this kind here" in look("?kind=falling")
    assert look("?kind=nonsense&tribe=%00&page=x") == look()


def test_long_lists_are_paged(world, look):
    for number in range(30):
        measured(world.objective, f"Row {number:02}", (1, "80", 6))
    assert len(titles(look())) == 25
    assert len(titles(look("?page=2"))) == 5


def test_home_and_strategy_lead_there(world, client):
    address = "/o/coursive/strategy/2026/attention/"
    for path in ("", "strategy/"):
        assert f'href="{address}"' in signed_in(world.sam).get(f"/o/coursive/{path}").content.decode()


def test_unknown_year(world):
    assert signed_in(world.sam).get("/o/coursive/strategy/2031/attention/").status_code == 404
