"""The page of an objective, strategic or of a tribe."""

import re
from decimal import Decimal

import pytest
from django.core.cache import cache
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from okr.actions.business_case import consolidate_business_case, save_business_case
from okr.actions.check_in import record_check_in
from okr.models import Contribution, Evidence, KeyResult, Objective
from orgs import tenancy
from orgs.actions.audit import Actor
from tests import factories
from tests.factories import TODAY

pytestmark = pytest.mark.django_db


@pytest.fixture
def get(world, client):
    def get(objective, who="alice", **query):
        cache.clear()  # rows changed without an action bump no version
        client.force_login(getattr(world, who).user)
        return client.get(reverse("objective", args=[world.org.slug, objective.pk]), query)

    return get


def text(response):
    assert response.status_code == 200
    html = response.content.decode().replace("\u00a0", " ")
    return re.sub(r"\s+([,.])|\s+", lambda gap: gap[1] or " ", re.sub(r"<[^>]+>", " ", html))


def test_a_strategic_objective(world, get):
    Objective.objects.filter(pk=world.strategic.pk).update(why="Families shop once a week.")
    page = text(get(world.strategic))
    assert "1 Everyday shopping becomes a simple gesture. CoDir E-commerce 2026" in page
    assert "Sam Sponsor" in page
    assert "Families shop once a week." in page
    assert re.search(r"1\.1 Missing items .{0,40}accepts 54\.0% 59\.2% 72\.0% 29%", page)


def test_a_tribe_objective(world, get):
    page = text(get(world.objective))
    assert "A Customers leave the pick-up lane smiling. DRV Drive Q2 2026" in page
    assert re.search(
        r"Contributes to.{0,80}1\.1 Missing items .{0,40}accepts What is announced is accepted\. 29%", page
    )
    assert "One-screen slot choice" in page


def test_progress_is_the_weighted_mean_and_says_its_coverage(world, get):
    heavy = factories.key_result(world.objective, start=0, target=100, weight=Decimal(3))
    factories.check_in(heavy, 90, TODAY)
    factories.key_result(world.objective)
    # A1 stands at 50 % with weight 1, the heavy one at 90 % with weight 3; the third has no data: (50 + 270) / 4.
    page = text(get(world.objective))
    assert "Progress 80% 54% expected today" in page
    assert "2 of 3 key results updated" in page


def test_without_data_there_is_no_progress(world, get):
    lonely = factories.tribe_objective(world.quarter, world.tribe, position=2)
    page = text(get(lonely))
    assert "Progress –" in page
    assert "No key results yet" in page
    assert "0 of 0 key results updated" in page


def test_only_key_results_of_the_stage_are_shown(world, get):
    factories.key_result(world.objective, title="Never kept", stage="dropped")
    factories.key_result(world.objective, title="A draft", stage="draft")
    page = text(get(world.objective))
    assert "Never kept" not in page
    assert "A draft" not in page
    planned = factories.tribe_objective(factories.quarter(world.year, 3, "draft"), world.tribe)
    factories.key_result(planned, title="Proposed here", stage="proposed")
    assert "Proposed here" in text(get(planned))


def test_contributing_tribes_are_listed_once_with_each_reason(world, get):
    second = factories.key_result(world.strategic, title="Baskets finished")
    Contribution.objects.create(objective=world.objective, key_result=second, reason="Fewer give up.")
    page = text(get(world.strategic))
    assert page.count("Customers leave the pick-up lane smiling.") == 1
    assert "1.1 What is announced is accepted. 1.2 Fewer give up." in page
    assert "Their measures are shown beside, never added" in page


def test_evidence_of_the_objective(world, get):
    Evidence.objects.create(
        objective=world.strategic, kind="market", title="First door", source="Panel", url="https://example.org/panel"
    )
    page = get(world.strategic).content.decode()
    assert '<a href="https://example.org/panel" rel="external noopener">Panel</a>' in page
    assert "Missing items: first reason to leave" not in page


def test_history_covers_its_key_results(world, get):
    record_check_in(world.key_result, by=Actor(world.alice), value=Decimal(88), confidence=7)
    factories.key_result(world.objective, title="Another")
    assert "updated the value from 86% to 88%, confidence from 6 to 7. A1" in text(get(world.objective))


@pytest.mark.parametrize("query", [{}, {"history": "all"}])
def test_history_keeps_the_rationale_from_those_who_may_not_know(world, get, query):
    amounts = {"revenue_effect": Decimal(7300000), "profitability_effect": Decimal("0.4"), "budget_share": Decimal(21)}
    save_business_case(world.strategic_kr, by=Actor(world.carol), **amounts)
    consolidate_business_case(world.strategic_kr, by=Actor(world.carol))
    assert "revenue from +€6.4M to +€7.3M" in text(get(world.strategic, "sam", **query))
    page = text(get(world.strategic, "alice", **query))
    for trace in ("7.3", "6.4", "21%", "rationale", "signed the"):
        assert trace not in page


def test_many_initiatives_are_shown_on_demand(world, get):
    for number in range(2, 12):
        factories.initiative(world.quarter, world.tribe, world.key_result, title=f"Work number {number}.")
    first = get(world.objective)
    assert "3 more initiatives" in text(first)
    assert 'href="?initiatives=all#initiatives"' in first.content.decode()
    assert text(first).count("Work number") == 7
    every = text(get(world.objective, initiatives="all"))
    assert every.count("Work number") == 10
    assert "more initiative" not in every


def test_the_rail_shows_where_it_belongs(world, get):
    here = re.compile(r'aria-current="true">.*?(Strategy|DRV)', re.DOTALL)
    assert here.findall(get(world.strategic).content.decode())[0] == "Strategy"
    assert here.findall(get(world.objective).content.decode())[0] == "DRV"


def test_other_organizations_unknown_and_archived_are_404(world, get, client):
    with tenancy.all_tenants():
        other = factories.world("other")
    assert get(other.strategic).status_code == 404
    client.force_login(other.alice.user)
    assert client.get(reverse("objective", args=[world.org.slug, world.strategic.pk])).status_code == 404
    Objective.objects.filter(pk=world.objective.pk).update(archived_at=timezone.now())
    assert get(world.objective).status_code == 404
    assert get(world.strategic).status_code == 200


@pytest.mark.parametrize("kind", ["strategic", "objective"])
def test_queries_do_not_grow(world, client, kind):
    client.force_login(world.carol.user)
    address = reverse("objective", args=[world.org.slug, getattr(world, kind).pk])

    def cost():
        client.get(address)
        cache.clear()
        counts = []
        for _ in range(2):
            with CaptureQueriesContext(connection) as queries:
                assert client.get(address).status_code == 200
            counts.append(len(queries))
        return counts

    few = cost()
    assert max(few) <= 18
    for number in range(2, 21):
        above = factories.key_result(world.strategic, owner=world.carol)
        below = factories.key_result(world.objective, owner=world.bob)
        objective = factories.tribe_objective(world.quarter, world.tribe, position=number)
        factories.key_result(objective, owner=world.bob)
        Contribution.objects.create(objective=objective, key_result=above)
        Contribution.objects.create(objective=world.objective, key_result=above)
        factories.initiative(world.quarter, world.tribe, below, owner=world.bob)
        record_check_in(below, by=Actor(world.dan), value=Decimal(80 + number), confidence=6)
    for number in range(50):
        record_check_in(world.key_result, by=Actor(world.dan), value=Decimal(number), confidence=6)
    assert KeyResult.objects.filter(objective=world.objective).count() == 20
    assert cost() == few
