"""Tribes × weeks. Due on Wednesdays, in months the last one; today is Tuesday 19 May 2026, the quarter began on 1 April.
The tribe Drive has one key result, of Alice; Home delivery has none; the strategy has one, of Carol."""

import datetime as dt
import re

import pytest
from django.core.cache import cache
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from okr.models import CheckIn
from orgs.models import Role, Tribe
from tests import factories

pytestmark = pytest.mark.django_db


def on(text):
    return dt.date.fromisoformat(f"2026-{text}")


@pytest.fixture
def get(world, client):
    def get(who="olga", **query):
        cache.clear()
        client.force_login(getattr(world, who).user)
        return client.get(reverse("rhythm", args=[world.org.slug]), query)

    return get


def rows(answer):
    """{"Drive": ["W14: nothing due", …]}, in the order of the page."""
    assert answer.status_code == 200
    body = re.search(r"<tbody>(.*?)</tbody>", answer.content.decode(), re.DOTALL)[1]
    found = {}
    for row in re.findall(r"<tr.*?</tr>", body, re.DOTALL):
        name = re.search(r'<span class="t">(.*?)</span>', row)[1]
        found[name] = re.findall(r'<span class="sr">(.*?)</span></a></td>', row)
    return found


def text_of(answer):
    return " ".join(re.sub(r"<[^>]+>", " ", answer.content.decode()).split())


def test_each_tribe_says_week_by_week_what_was_made_of_what_was_asked(world, get):
    second = factories.key_result(world.objective, owner=world.alice)
    for day in ("04-07", "04-17", "05-06"):
        factories.check_in(second, "84", on(day))
    drive = rows(get())["Drive"]
    assert drive[:9] == [
        "W14: nothing due",
        "W15: 1 of 2 check-ins made",
        "W16: 1 of 2 check-ins made, 1 late",
        "W17: 0 of 2 check-ins made",
        "W18: 0 of 2 check-ins made",
        "W19: 1 of 2 check-ins made",
        "W20: 1 of 2 check-ins made",
        "W21: 0 of 2 check-ins made, so far",
        "W22: not yet",
    ]
    assert len(drive) == 14
    assert "4 of 12 check-ins made" in text_of(get())


def test_the_strategy_stands_first_with_its_months_then_the_tribes_in_their_own_order(world, get):
    Tribe.objects.filter(pk=world.tribe.pk).update(position=9)
    found = rows(get())
    assert list(found) == ["Strategic key results", "Home delivery", "Drive"]
    assert found["Strategic key results"][4] == "W18: 0 of 1 check-in made"  # the last Wednesday of April
    assert found["Strategic key results"][8] == "W22: 1 of 1 check-in made"
    assert set(found["Home delivery"]) == {f"W{week}: nothing due" for week in range(14, 28)}


def test_confidence_is_the_mean_of_the_last_one_of_each_key_result_in_a_week(world, get):
    CheckIn.objects.all().delete()
    second = factories.key_result(world.objective, owner=world.alice)
    factories.check_in(world.key_result, "84", on("05-11"), confidence=2)
    factories.check_in(world.key_result, "85", on("05-13"), confidence=8)
    factories.check_in(second, "84", on("05-12"), confidence=5)
    drive = rows(get(layer="confidence"))["Drive"]
    assert drive[6] == "W20: mean confidence 6.5 of 10, from 2 check-ins"
    assert drive[5] == "W19: no check-in"
    assert drive[9] == "W23: not yet"


def test_cells_lead_to_the_tribe_in_that_quarter(world, get):
    html = get().content.decode()
    assert html.count(f'href="{reverse("tribe_quarter", args=["coursive", "DRV", "2026-q2"])}" title="Drive, W') == 14


def test_another_quarter_and_layer_are_chosen_by_links(world, get):
    factories.quarter(world.year, number=1, state="closed")
    answer = get(quarter="2026-q1")
    assert "Q1 2026" in text_of(answer)
    assert "?quarter=2026-q2&amp;layer=discipline" in answer.content.decode()
    assert "?quarter=2026-q1&amp;layer=confidence" in answer.content.decode()
    for odd in ({"quarter": "nonsense"}, {"year": "abc", "layer": "<b>"}, {"year": "1999"}):
        assert "Q2 2026" in text_of(get(**odd))


def test_without_a_quarter_it_says_so(world, get):
    factories.year(2027)
    answer = get(year="2027")
    assert "No quarter yet" in text_of(answer)
    assert "Open the strategy" in text_of(answer)
    assert reverse("settings_periods", args=[world.org.slug]) in get("dan", year="2027").content.decode()


@pytest.mark.parametrize(("role", "route"), [(Role.ADMINISTRATOR, "first_run_year"), (Role.MEMBER, "strategy")])
@pytest.mark.parametrize("page", ["rhythm", "reviews_trend"])
def test_before_the_first_year_the_page_leads_to_the_next_step(db, client, role, route, page):
    org = factories.organization("nothing-yet")
    cache.clear()
    client.force_login(factories.member(org, "Somebody", role).user)
    body = client.get(reverse(page, args=[org.slug])).content.decode()
    assert f'<a class="btn primary" href="{reverse(route, args=[org.slug])}">' in body


def test_queries_are_the_same_with_one_tribe_and_twenty(world, get, client):
    def cost():
        get()
        cache.clear()
        with CaptureQueriesContext(connection) as queries:
            assert client.get(reverse("rhythm", args=[world.org.slug])).status_code == 200
        return len(queries)

    few = cost()
    for number in range(3, 23):
        tribe = Tribe.objects.create(
            department=world.department, name=f"Tribe {number}", code=f"T{number}", position=number
        )
        objective = factories.tribe_objective(world.quarter, tribe)
        for _ in range(3):
            row = factories.key_result(objective, owner=world.bob)
            factories.check_in(row, "85", on("05-12"))
    assert cost() == few <= 12
