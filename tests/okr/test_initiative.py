"""The page of an initiative."""

import datetime as dt
import re

import pytest
from django.core.cache import cache
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from okr.models import Initiative, InitiativeDependency, InitiativeKeyResult
from orgs import tenancy
from orgs.models import AuditEvent, Tribe, User
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def get(world, client):
    def get(who="alice", initiative=None, **query):
        cache.clear()  # rows changed without an action bump no version
        client.force_login(getattr(world, who).user)
        return client.get(reverse("initiative", args=[world.org.slug, (initiative or world.initiative).pk]), query)

    return get


def html(response):
    assert response.status_code == 200
    return re.sub(r"\s+", " ", response.content.decode().replace("\u00a0", " "))


def text(response):
    return re.sub(r"\s+([,.])|\s+", lambda gap: gap[1] or " ", re.sub(r"<[^>]+>", " ", html(response)))


def change(world, **fields):
    Initiative.objects.filter(pk=world.initiative.pk).update(**fields)


def test_what_it_is(world, get):
    change(world, note="8 of 14 sites", end_week=dt.date(2026, 5, 18), milestone_week=dt.date(2026, 4, 27))
    page = text(get("olga"))
    assert "One-screen slot choice In progress DRV Drive Q2 2026" in page
    assert "Design" in page
    assert "Bob Colleague" in page
    assert "8 of 14 sites" in page
    assert "W16–W21 13 Apr to 24 May" in page
    assert "Milestone W18, 27 Apr" in page


def test_it_stands_on_the_weeks_of_the_quarter(world, get):
    change(world, milestone_week=dt.date(2026, 4, 27))
    page = html(get())
    # The quarter's first week is W14; W16 to W20 are its weeks 3 to 7. Noon of Tuesday in W21 is day 50.5 of 98: 52 %.
    assert 'class="g-bar late wk-3-8"' in page
    assert 'class="g-dia wk-5-6"' in page
    assert "now-52" in page
    assert "week 8 of 14" in page


@pytest.mark.parametrize(
    ("fields", "word"),
    [
        ({"end_week": dt.date(2026, 5, 18)}, "In progress"),
        ({"end_week": dt.date(2026, 5, 11)}, "1 week late"),
        ({"end_week": dt.date(2026, 4, 27)}, "3 weeks late"),
        ({"end_week": dt.date(2026, 4, 27), "state": "delivered"}, "Delivered"),
        ({"end_week": dt.date(2026, 4, 27), "state": "cancelled"}, "Cancelled"),
    ],
)
def test_late_is_past_its_last_week_and_not_delivered(world, get, fields, word):
    change(world, start_week=dt.date(2026, 4, 20), **fields)
    page = text(get())
    assert f"One-screen slot choice {word} DRV" in page
    assert ("Its last week is over and it is not delivered." in page) is ("late" in word)


def test_key_results_it_answers(world, get):
    page = text(get())
    assert re.search(r"A1 Orders ready when the customer arrives 80% 86% 92% 50%", page)
    InitiativeKeyResult.objects.all().delete()
    assert "It answers no key result yet" in text(get())


def test_what_it_waits_for(world, get):
    assert "Nothing: it can be delivered alone." in text(get())
    InitiativeDependency.objects.create(
        initiative=world.initiative, tribe=world.other_tribe, what="The list of <b>slots</b>"
    )
    page = html(get())
    assert "The list of &lt;b&gt;slots&lt;/b&gt;" in page
    assert reverse("tribe_quarter", args=[world.org.slug, "LAD", "2026-q2"]) in page
    assert "Waits for other Tribes" in page


def test_history(world, get):
    assert "Nothing has changed yet." in text(get())
    AuditEvent.objects.create(
        actor=world.bob,
        actor_name="Bob Colleague",
        verb="initiative_moved",
        object_type="initiative",
        object_id=world.initiative.pk,
        object_label="One-screen slot choice",
    )
    assert re.search(r"Bob Colleague.{0,20}changed One-screen slot choice\.", text(get()))
    assert "All events" in text(get(history="all"))


def test_weeks_follow_the_reader_s_language(world, get):
    User.objects.filter(pk=world.alice.user_id).update(language="fr")
    assert "S16–S20" in text(get())


def test_other_organizations_unknown_and_archived_are_404(world, get, client):
    with tenancy.all_tenants():
        other = factories.world("other")
    assert get(initiative=other.initiative).status_code == 404
    client.force_login(other.alice.user)
    assert client.get(reverse("initiative", args=[world.org.slug, world.initiative.pk])).status_code == 404
    assert get().status_code == 200
    change(world, archived_at=timezone.now())
    assert get().status_code == 404


def test_queries_do_not_grow(world, client):
    client.force_login(world.alice.user)
    address = reverse("initiative", args=[world.org.slug, world.initiative.pk])

    def cost():
        client.get(address)
        cache.clear()
        counts = []
        for _ in range(2):
            with CaptureQueriesContext(connection) as queries:
                assert client.get(address).status_code == 200
            counts.append(len(queries))
        return counts

    InitiativeDependency.objects.create(initiative=world.initiative, tribe=world.other_tribe)
    few = cost()
    assert max(few) <= 15
    for number in range(2, 21):
        below = factories.key_result(world.objective, owner=world.bob)
        factories.check_in(below, 85)
        InitiativeKeyResult.objects.create(initiative=world.initiative, key_result=below)
        tribe = Tribe.objects.create(department=world.department, name=f"Tribe {number}", code=f"T{number}")
        InitiativeDependency.objects.create(initiative=world.initiative, tribe=tribe)
    assert cost() == few
