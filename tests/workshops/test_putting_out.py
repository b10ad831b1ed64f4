"""Putting a guest out of the room, and letting one in again who was turned away: by whoever leads, from their pages."""

import pytest
import time_machine

from orgs import tenancy
from orgs.models import AuditEvent
from tests import factories
from tests.factories import World
from tests.workshops.voting import NOW, Room
from workshops.pages.room import LEAD, PROJECTOR, ROOM, draw
from workshops.pages.room import Room as Shown

pytestmark = pytest.mark.django_db
PUT_OUT, LET_IN = 'Put out<span class="sr"> Gita Guest</span>', "Let Gita Guest in"


@pytest.fixture(autouse=True)
def during_the_workshop():
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def room(world: World) -> Room:
    with tenancy.tenant(world.org.pk):
        made = Room(world, factories.workshop(world))
    made.guest("Gita Guest")
    return made


def drawn(room: Room, audience: str) -> str:
    with room.tenancy():
        present = frozenset({f"g{room.one('Gita Guest').pk}", f"m{room.world.bob.pk}"})
        return draw("aside", Shown(room.workshop, room.world.org, present), audience)


def form(room: Room, name: str) -> str:
    return f'action="{room.url(name, pk=room.one("Gita Guest").pk)}"'


def test_a_guest_let_in_by_mistake_is_put_out_from_the_plan_and_let_in_again(room):
    plan = room.get("alice", "workshop")
    assert PUT_OUT in plan
    assert form(room, "workshop_turn_away") in plan
    assert room.clients["Gita Guest"].get(room.url("workshop_room")).status_code == 200
    assert "Guests turned away" not in plan
    assert "Put Bob" not in plan, "a member was invited"

    room.post("alice", "workshop_turn_away", {"pk": room.one("Gita Guest").pk}, htmx=False)
    plan = room.get("alice", "workshop")
    assert PUT_OUT not in plan
    assert LET_IN in plan.partition("Guests turned away")[2]
    assert room.clients["Gita Guest"].get(room.url("workshop_room")).status_code == 302
    assert "Gita" not in drawn(room, LEAD)

    room.post("alice", "workshop_admit", {"pk": room.one("Gita Guest").pk}, htmx=False)
    assert PUT_OUT in room.get("alice", "workshop")
    assert room.clients["Gita Guest"].get(room.url("workshop_room")).status_code == 200


def test_the_audit_tells_who_let_a_guest_in_and_who_put_one_out(room):
    guest = room.one("Gita Guest").pk
    for name in ("workshop_turn_away", "workshop_turn_away", "workshop_admit", "workshop_admit"):  # twice is once
        room.post("alice", name, {"pk": guest})
    page = room.clients["dan"].get("/o/coursive/settings/audit/").content.decode()
    assert all(words in page for words in ("turned a guest away from", "let a guest into", "Gita Guest"))
    with room.tenancy():
        events = AuditEvent.objects.filter(verb__startswith="guest_").order_by("pk")
        assert [(one.verb, one.actor_name) for one in events] == [
            ("guest_turned_away", "Alice Owner"),
            ("guest_admitted", "Alice Owner"),
        ]


def test_a_guest_turned_away_at_the_door_stands_among_them_too(room):
    room.change("Gita Guest", admitted_at=None, joined_at=None)
    room.post("alice", "workshop_turn_away", {"pk": room.one("Gita Guest").pk})
    assert LET_IN in room.get("alice", "workshop").partition("Guests turned away")[2]


def test_everybody_sees_who_is_a_guest_whatever_they_call_themselves(room):
    room.change("Gita Guest", guest_name="Bob Colleague")
    with room.tenancy():
        guest = room.workshop.participants.get(membership=None)
        shown = Shown(room.workshop, room.world.org, frozenset({f"g{guest.pk}", f"m{room.world.bob.pk}"}))
        roster = draw("aside", shown, ROOM).partition('class="roster"')[2]
    assert roster.count(">Bob Colleague<") == 2
    assert roster.count('<span class="meta">guest</span>') == 1


def test_only_those_who_lead_are_offered_it(room):
    lead = drawn(room, LEAD)
    assert PUT_OUT in lead
    assert form(room, "workshop_turn_away") in lead
    assert lead.count('<details class="confirm') == 1, "beside the guest alone"
    for audience in (ROOM, PROJECTOR):
        assert "turn-away" not in drawn(room, audience)
    assert PUT_OUT not in room.get("bob", "workshop")
    guest = room.one("Gita Guest").pk
    assert room.post("bob", "workshop_turn_away", {"pk": guest}).status_code == 403
    room.post("alice", "workshop_turn_away", {"pk": guest})
    assert "Gita" not in room.get("bob", "workshop")
    assert room.post("bob", "workshop_admit", {"pk": guest}).status_code == 403


@pytest.mark.parametrize("state", ["closed", "cancelled"])
def test_where_nobody_comes_any_more_guests_are_neither_put_out_nor_let_in(room, state):
    room.guest("Walter Out")
    room.change("Walter Out", removed_at=NOW)
    plan = room.get("alice", "workshop")
    assert PUT_OUT in plan
    assert "Let Walter Out in" in plan
    room.set(state=state)
    plan = room.get("alice", "workshop")
    assert "Gita Guest" in plan
    assert "Put out" not in plan
    assert "Guests turned away" not in plan
    refused = room.post("alice", "workshop_admit", {"pk": room.one("Walter Out").pk}, htmx=False)
    assert refused.status_code == 422
    assert "The workshop " in refused.content.decode().partition('role="alert"')[2]
    assert room.one("Walter Out").removed_at == NOW
