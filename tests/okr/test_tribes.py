"""The list of tribes by department."""

import datetime as dt
import re

import pytest
from django.core.cache import cache
from django.urls import reverse
from django.utils import timezone

from orgs.models import Department, Tribe
from tests import factories
from tests.factories import TODAY

pytestmark = pytest.mark.django_db


@pytest.fixture
def get(client):
    def get(org, who):
        client.force_login(who.user)
        response = client.get(reverse("tribes", args=[org.slug]))
        assert response.status_code == 200
        # What the page itself shows, without the rail.
        return re.sub("[ \n]+", " ", response.content.decode()).split("<main")[1].split("</main>")[0]

    return get


def test_every_tribe_with_how_it_stands(world, get):
    factories.key_result(world.objective, owner=world.bob)
    silent = factories.key_result(world.objective, owner=world.bob)
    factories.check_in(silent, "82", TODAY - dt.timedelta(days=20))
    on_track = factories.key_result(world.objective, owner=world.bob)
    factories.check_in(on_track, "91", TODAY)
    page = get(world.org, world.olga)
    drive, delivery = page[page.index("Drive") :].split("Home delivery")
    assert "Q2 2026" in page
    assert "E-commerce" in page
    assert "Alice Owner" in drive
    assert 'aria-label="53% of the way; 54% expected today"' in drive
    assert "2 of 4 key results updated" in drive  # one never measured, one silent since
    counts = re.findall(r'num">(\d)<span class="sr"> ([^<]+)', drive)
    assert counts == [("2", "On track"), ("1", "No update"), ("1", "No data yet")]
    assert "Nobody yet" in delivery
    assert "No key result published this quarter" in delivery


def test_the_rail_leads_here_and_the_dock_to_my_own_tribe(world, client):
    home, here = reverse("home", args=[world.org.slug]), reverse("tribes", args=[world.org.slug])
    shown = {}
    for who in (world.olga, world.alice):
        client.force_login(who.user)
        shown[who] = re.sub("[ \n]+", " ", client.get(home).content.decode())
    rail = f'<h2><a href="{here}">{world.org.tribe_label_plural}</a>'
    assert all(rail in page for page in shown.values())
    docks = {who: page.split('class="dock"')[1].split("</nav>")[0] for who, page in shown.items()}
    assert here in docks[world.olga]
    assert f"{world.org.tribe_label_plural}</a>" in docks[world.olga]
    assert reverse("tribe", args=[world.org.slug, world.tribe.code]) in docks[world.alice]
    assert f"{world.org.tribe_label}</a>" in docks[world.alice]


def test_by_department_and_without_archived_ones(world, get):
    marketing = Department.objects.create(name="Marketing", position=2)
    Tribe.objects.create(department=marketing, name="Loyalty", code="FID", position=1)
    Tribe.objects.filter(pk=world.other_tribe.pk).update(archived_at=timezone.now())
    page = get(world.org, world.olga)
    assert page.index("E-commerce") < page.index("Drive") < page.index("Marketing") < page.index("Loyalty")
    assert "Home delivery" not in page


def test_an_organization_without_tribes_or_quarters(world, get):
    org = factories.organization("fresh")
    assert "Nobody is here yet" in get(org, factories.member(org, "Ann First"))


def test_strangers_get_nothing(world, client):
    client.force_login(factories.world("other").alice.user)
    assert client.get(reverse("tribes", args=[world.org.slug])).status_code == 404


def test_in_french(world, get):
    world.alice.user.language = "fr"
    world.alice.user.save()
    assert '<span class="num">50\u00a0%</span>' in get(world.org, world.alice)


@pytest.mark.parametrize("rows", [0, 20])
def test_queries_do_not_grow(world, client, rows, django_assert_num_queries, django_assert_max_num_queries):
    """The rail's come on top, until something in the organization changes."""
    for number in range(rows):
        lead = factories.member(world.org, f"Lead N{number}")
        department = Department.objects.create(name=f"Department {number}", position=number + 2)
        tribe = Tribe.objects.create(department=department, name=f"Tribe {number}", code=f"T{number}", lead=lead)
        objective = factories.tribe_objective(world.quarter, tribe)
        factories.check_in(factories.key_result(objective, owner=lead), "85")
    client.force_login(world.alice.user)
    url = reverse("tribes", args=[world.org.slug])
    client.get(url)  # the first page of a session saves it
    cache.clear()
    with django_assert_max_num_queries(11):
        client.get(url)
    with django_assert_num_queries(5):
        client.get(url, {"made": "anew"})
