"""How to come in: the QR code and the link, on the plan, in the lobby and on a page for the wall."""

import pytest
from django.conf import settings
from django.test import Client

from orgs import tenancy
from tests import factories
from workshops.models import Workshop
from workshops.pages.room import LEAD, ROOM, Room, draw
from workshops.qr import join_link, qr_code

pytestmark = pytest.mark.django_db


@pytest.fixture
def held(world):
    with tenancy.tenant(world.org.pk):
        return factories.workshop(world, "")


def at(held, part=""):
    return f"/o/coursive/workshops/{held.code}/{part}"


def test_the_link_leads_to_the_door(held):
    assert join_link(held.code) == f"{settings.BASE_URL}/w/{held.code}/"
    path = join_link(held.code).removeprefix(settings.BASE_URL)
    assert Client().get(path).status_code == 200


def test_the_code_is_drawn_without_styles_and_dark_on_white(held):
    drawn = qr_code(join_link(held.code))
    assert 'style="' not in drawn
    assert 'fill="#fff"' in drawn
    assert 'stroke="#000"' in drawn
    assert 'class="qr"' in drawn
    assert drawn != qr_code(join_link("another"))


def test_plan_and_wall_show_both(world, held):
    for page in (at(held), at(held, "join/")):
        text = factories.signed_in(world.olga).get(page).content.decode()
        assert qr_code(join_link(held.code)) in text
        assert f"/w/{held.code}" in text


def test_the_lobby_shows_both_to_everybody(world, held):
    with tenancy.tenant(world.org.pk):
        room = Room(Workshop.objects.with_place().get(pk=held.pk), world.org)
        for audience in (ROOM, LEAD):
            board = draw("board", room, audience)
            assert qr_code(join_link(held.code)) in board
            assert join_link(held.code) in board


@pytest.mark.parametrize(
    ("guests", "says"),
    [("none", "With your account."), ("approved", "the facilitator lets you in"), ("link", "or as a guest.")],
)
def test_the_wall_says_who_may_come(world, held, guests, says):
    with tenancy.tenant(world.org.pk):
        Workshop.objects.update(guests=guests)
    assert says in factories.signed_in(world.bob).get(at(held, "join/")).content.decode()


@pytest.mark.parametrize("state", ["closed", "cancelled"])
def test_nobody_is_led_into_what_is_over(world, held, state):
    with tenancy.tenant(world.org.pk):
        Workshop.objects.update(state=state)
    bob = factories.signed_in(world.bob)
    assert bob.get(at(held, "join/"))["Location"] == at(held)
    assert 'class="qr"' not in bob.get(at(held)).content.decode().partition("<main")[2]


def test_strangers_see_no_wall(held):
    other = factories.world("other")
    assert factories.signed_in(other.dan).get(at(held, "join/")).status_code == 404
    assert Client().get(at(held, "join/"))["Location"].startswith("/accounts/login/")
