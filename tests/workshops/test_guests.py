"""How long a guest is welcome, what closing leaves them, and how people come out of the room, and into it by its address."""

import datetime as dt

import pytest
from django.test import Client
from django.utils import timezone

from orgs import tenancy
from orgs.actions.audit import Actor
from tests import factories
from workshops.access import GUEST_DAYS, cookie_name, digest
from workshops.actions.planning import change_workshop
from workshops.live.registry import Person, Refused
from workshops.models import Participant, Workshop
from workshops.room_live import _watch

pytestmark = pytest.mark.django_db
TOKEN = "a-token-of-a-guest"


@pytest.fixture
def held(world):
    with tenancy.tenant(world.org.pk):
        return factories.workshop(world)


@pytest.fixture
def gita(held):
    """A guest who was let in just now, and her browser."""
    with tenancy.tenant(held.org_id):
        now = timezone.now()
        made = factories.participant(
            held, None, guest_name="Gita Guest", digest=digest(TOKEN), admitted_at=now, joined_at=now
        )
    browser = Client()
    browser.cookies[cookie_name(held.code)] = TOKEN
    browser.guest = made
    return browser


def room(held, part=""):
    return f"/o/coursive/workshops/{held.code}/room/{part}"


def change(held, **fields):
    with tenancy.tenant(held.org_id):
        Workshop.objects.filter(pk=held.pk).update(**fields)


def watches(held, guest):
    """Whether the live stream of the room goes on."""
    with tenancy.tenant(held.org_id):
        key = f"g{guest.pk}"
        return not isinstance(_watch([Person(key, guest=guest.pk)], held.code)[key], Refused)


def test_a_guests_token_runs_out(held, gita):
    assert gita.get(room(held)).status_code == 200
    assert watches(held, gita.guest)
    with tenancy.tenant(held.org_id):
        almost = timezone.now() - dt.timedelta(days=GUEST_DAYS, minutes=-1)
        Participant.objects.filter(pk=gita.guest.pk).update(admitted_at=almost)
        assert gita.get(room(held, "mine/")).status_code == 200
        Participant.objects.filter(pk=gita.guest.pk).update(admitted_at=almost - dt.timedelta(minutes=2))
    for page in (room(held), room(held, "mine/")):
        assert gita.get(page)["Location"].startswith("/accounts/login/")
    assert not watches(held, gita.guest)
    door = gita.get(f"/w/{held.code}/")
    assert "Come in as a guest" in door.content.decode()  # as for anybody with the link


def test_guests_who_are_not_wanted_any_more_are_out_at_once(world, held, gita):
    assert watches(held, gita.guest)
    with tenancy.tenant(held.org_id):
        change_workshop(held, {"guests": "none"}, by=Actor(world.alice))
    assert gita.get(room(held))["Location"].startswith("/accounts/login/")
    assert not watches(held, gita.guest)
    assert "Only people with an account" in gita.get(f"/w/{held.code}/").content.decode()


def test_a_cancelled_workshop_opens_to_no_guest(held, gita):
    change(held, state="cancelled")
    assert gita.get(room(held))["Location"].startswith("/accounts/login/")
    door = gita.get(f"/w/{held.code}/")
    assert door.status_code == 410
    assert "This workshop was called off." in door.content.decode()


def test_of_a_closed_workshop_guests_only_read(held, gita):
    change(held, state="closed")
    assert gita.get(room(held)).status_code == 200
    for part in ("done/", "notes/", "reopen/", "lead/", "timer/"):
        assert gita.post(room(held, part), {"done": "on"}).status_code == 403, part


def test_the_way_out_leads_guests_to_the_door_and_members_to_the_plan(world, held, gita):
    out = f"/w/{held.code}/?leave"
    assert f'href="{out}"' in gita.get(room(held)).content.decode()
    left = gita.get(out)
    assert left.status_code == 200
    assert "You have left the room." in left.content.decode()
    assert gita.get(f"/w/{held.code}/")["Location"] == room(held)
    assert factories.signed_in(world.bob).get(out)["Location"] == f"/o/coursive/workshops/{held.code}/"
    assert "Come in as a guest" in Client().get(out).content.decode()


def test_a_member_who_opens_the_room_by_its_address_comes_in_by_the_door(world, held):
    with tenancy.tenant(world.org.pk):
        Participant.objects.filter(membership=world.bob).update(joined_at=None)
    bob = factories.signed_in(world.bob)
    asked = bob.get(room(held), follow=True)
    assert (asked.status_code, asked.request["PATH_INFO"]) == (200, f"/w/{held.code}/")
    assert "Come in" in asked.content.decode()
    came = bob.post(f"/w/{held.code}/", follow=True)
    assert (came.status_code, came.request["PATH_INFO"]) == (200, room(held))
    with tenancy.tenant(world.org.pk):
        assert Participant.objects.get(membership=world.bob).joined_at is not None


def test_whoever_looks_only_after_the_end_was_not_there(world, held):
    with tenancy.tenant(world.org.pk):
        Participant.objects.filter(membership=world.bob).update(joined_at=None)
    change(held, state="closed")
    bob = factories.signed_in(world.bob)
    assert bob.get(room(held)).status_code == 200
    assert bob.get(f"/w/{held.code}/")["Location"] == room(held)
    with tenancy.tenant(world.org.pk):
        assert Participant.objects.get(membership=world.bob).joined_at is None
