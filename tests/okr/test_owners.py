"""Whom the lists of owners offer: the tribe's own people first, then the others, each by their names."""

import re

import pytest
from django.urls import reverse

from orgs import tenancy
from orgs.models import Function, Role, Seat
from tests import factories

pytestmark = pytest.mark.django_db
OF_TRIBE = ["Alice Owner", "Bob Colleague", "Élodie Neuve"]
OTHERS = ["Carol Staff", "Cody Dir", "Cora Coach", "Dan Admin", "Émile Ailleurs", "Olga Observer"]
OTHERS += ["Paul Cpo", "Sam Sponsor"]


@pytest.fixture
def world():
    world = factories.world()
    with tenancy.tenant(world.org.pk):
        factories.member(world.org, "Émile Ailleurs", Role.MEMBER)
        new = factories.member(world.org, "Élodie Neuve", Role.MEMBER, function=Function.DESIGN)
        Seat.objects.create(tribe=world.tribe, membership=new, function=Function.DESIGN)
        yield world


def groups_in(page):
    """Label → names, of the first list of owners."""
    [listed, *_] = re.findall(r'<select name="(?:\w+-)?owner".*?</select>', page, re.DOTALL)
    assert re.search(r'<option value=""[^>]*>Nobody yet</option>', listed)
    named = re.findall(r'<optgroup label="([^"]*)">(.*?)</optgroup>', listed, re.DOTALL)
    return {label: re.findall(r"<option[^>]*>([^<]+)</option>", options) for label, options in named}


FORMS = {
    "key_result_new": "objective",
    "key_result_edit": "key_result",
    "objective_edit": "objective",
    "initiative_edit": "initiative",
}


@pytest.mark.parametrize(("name", "thing"), FORMS.items())
def test_the_tribes_people_come_first(world, client, name, thing):
    client.force_login(world.alice.user)
    page = client.get(reverse(name, args=[world.org.slug, getattr(world, thing).pk]))
    assert groups_in(page.content.decode()) == {"Drive": OF_TRIBE, "Others": OTHERS}


def test_so_do_they_for_a_new_objective(world, client):
    client.force_login(world.alice.user)
    page = client.get(reverse("objective_new", args=[world.org.slug, "DRV", world.quarter.slug]))
    assert groups_in(page.content.decode()) == {"Drive": OF_TRIBE, "Others": OTHERS}


def test_so_do_they_in_the_preview_of_pasted_rows(world, client):
    client.force_login(world.alice.user)
    url = reverse("key_result_paste", args=[world.org.slug, world.objective.pk])
    page = client.post(url, {"text": "Waiting time\t7\t4"})
    assert groups_in(page.content.decode()) == {"Drive": OF_TRIBE, "Others": OTHERS}


def test_a_strategic_objective_has_everybody_in_one_list(world, client):
    client.force_login(world.carol.user)
    page = client.get(reverse("objective_edit", args=[world.org.slug, world.strategic.pk])).content.decode()
    assert groups_in(page) == {}
    names = re.findall(r"<option[^>]*>([^<]+)</option>", page[page.index('name="owner"') :].partition("</select>")[0])
    assert names == ["Nobody yet", *sorted([*OF_TRIBE, *OTHERS], key=lambda name: name.replace("É", "E"))]
