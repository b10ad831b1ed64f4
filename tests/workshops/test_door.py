"""The door of a workshop: who comes in by its link, as whom, and how far a guest gets."""

import datetime as dt

import pytest
from django.core.exceptions import PermissionDenied
from django.test import Client
from django.utils import timezone

from orgs import tenancy
from orgs.actions.audit import Actor
from orgs.models import Membership, Seat
from orgs.rules import RuleBroken
from tests import factories
from tests.sweeps import routes
from workshops.access import cookie_name, digest
from workshops.actions import joining, running
from workshops.actions.planning import plan_workshop
from workshops.agendas import agenda_of
from workshops.models import Participant, Workshop

pytestmark = pytest.mark.django_db
ASKED = {"name": "Gita Guest", "function": "design"}


@pytest.fixture
def world(db):
    return factories.world()


@pytest.fixture
def held(world):
    """Of tribe DRV, with Bob, led by Alice; guests wait until they are let in."""
    with tenancy.tenant(world.org.pk):
        blank = Workshop(kind="tribe_key_results", tribe=world.tribe, quarter=world.quarter)
        values = {
            "title": "Key results of Drive",
            "starts_at": dt.datetime(2026, 5, 26, 12, tzinfo=dt.UTC),
            "facilitator": world.alice,
            "agenda": agenda_of("tribe_key_results", "en"),
            "participants": [{"membership": world.bob.pk, "function": "tech", "part": "voter"}],
            "subjects": [{"objective": world.objective.pk, "key_result": None}],
        }
        return plan_workshop(blank, values, by=Actor(world.alice))[0]


def at(held):
    return f"/w/{held.code}/"


def room(held):
    return f"/o/coursive/workshops/{held.code}/room/"


def people(held):
    with tenancy.tenant(held.org_id):
        return list(Participant.objects.filter(workshop=held).order_by("pk"))


def change(held, **fields):
    with tenancy.tenant(held.org_id):
        Workshop.objects.filter(pk=held.pk).update(**fields)


def ask(client, held, **others):
    """A guest who has typed the form and sent it."""
    ticket = client.get(at(held)).context["form"]["ticket"].value()
    return client.post(at(held), {**ASKED, "ticket": ticket, **others})


def test_a_member_comes_in_with_the_function_of_the_seat(world, held):
    with tenancy.tenant(world.org.pk):
        Seat.objects.create(tribe=world.tribe, membership=world.cpo, function="business")
    client = factories.signed_in(world.cpo)
    page = client.get(at(held))
    assert page.status_code == 200
    assert f"You come in as {world.cpo.name}." in page.content.decode()
    assert 'name="function"' not in page.content.decode(), "the seat says it"
    before = people(held)
    for _again in range(2):
        assert client.post(at(held))["Location"] == room(held)
    assert len(people(held)) == len(before) + 1
    assert client.get(at(held))["Location"] == room(held), "who has come before goes straight on"
    [joined] = [person for person in people(held) if person.membership_id == world.cpo.pk]
    assert (joined.function, joined.part) == ("business", "voter")
    assert joined.joined_at is not None
    assert client.get(room(held)).status_code == 200


def test_opening_the_link_alone_joins_nobody(world, held):
    """Programs open links ahead of people: mail scanners, previews in chats, browsers that prefetch."""
    seq, before = held.seq, [(one.pk, one.joined_at) for one in people(held)]
    for who in (world.bob, world.carol, world.alice):
        client = factories.signed_in(who)
        for ask in (client.get, client.head):
            assert ask(at(held), headers={"Sec-Purpose": "prefetch"}).status_code == 200
        assert client.get(room(held))["Location"] == at(held)
    assert [(one.pk, one.joined_at) for one in people(held)] == before
    with tenancy.tenant(held.org_id):
        assert Workshop.objects.get(pk=held.pk).seq == seq
    assert factories.signed_in(world.bob).post(at(held))["Location"] == room(held)
    assert next(one for one in people(held) if one.membership_id == world.bob.pk).joined_at is not None


def test_the_plan_leads_into_the_room_in_one_step(world, held):
    bob, plan = factories.signed_in(world.bob), f"/o/coursive/workshops/{held.code}/"
    assert f'<form method="post" action="{at(held)}">' in bob.get(plan).content.decode()
    assert bob.post(at(held), follow=True).request["PATH_INFO"] == room(held)
    page = bob.get(plan).content.decode()
    assert f'<form method="post" action="{at(held)}">' not in page
    assert f'<a class="btn primary" href="{at(held)}">Go to the room</a>' in page


def test_whoever_has_no_function_says_whose_voice_they_bring(world, held):
    client = factories.signed_in(world.dan)
    page = client.get(at(held))
    assert page.status_code == 200
    assert not [person for person in people(held) if person.membership_id == world.dan.pk]
    asked = client.post(at(held))  # from the plan, which does not ask
    assert asked.status_code == 200
    assert 'name="function"' in asked.content.decode()
    assert client.post(at(held), {"function": "sorcery"}).status_code == 422
    assert client.post(at(held), {"function": ""}).status_code == 422
    assert client.post(at(held), {"function": "product"})["Location"] == room(held)
    assert people(held)[-1].function == "product"


def test_observers_observe(world, held):
    with tenancy.tenant(world.org.pk):
        Membership.objects.filter(pk=world.olga.pk).update(function="tech")
    factories.signed_in(world.olga).post(at(held))
    assert people(held)[-1].part == "observer"


def test_somebody_taken_out_stays_out(world, held):
    with tenancy.tenant(world.org.pk):
        Participant.objects.filter(membership=world.bob).update(removed_at=held.starts_at)
    bob = factories.signed_in(world.bob)
    for ask in (bob.get, bob.post):
        answer = ask(at(held))
        assert answer.status_code == 403
        assert "You are no longer in this workshop." in answer.content.decode()


def test_a_guest_waits_until_they_are_let_in_and_then_goes_on_by_itself(world, held):
    guest, leader = Client(), factories.signed_in(world.alice)
    assert ask(guest, held)["Location"] == at(held)
    poll = {"headers": {"HX-Request": "true"}}
    waiting = guest.get(at(held)).content.decode()
    assert "at the door" in waiting
    assert f'hx-get="{at(held)}?said=waiting"' in waiting
    waits = guest.get(at(held) + "?said=waiting", **poll)
    assert (waits.status_code, waits.headers.get("HX-Redirect")) == (204, None)
    assert guest.get(room(held))["Location"] == at(held)
    plan = leader.get(f"/o/coursive/workshops/{held.code}/").content.decode()
    assert "Gita Guest" in plan
    pk = people(held)[-1].pk
    assert (
        factories.signed_in(world.bob).post(f"/o/coursive/workshops/{held.code}/guests/{pk}/admit/").status_code == 403
    )
    assert leader.post(f"/o/coursive/workshops/{held.code}/guests/{pk}/admit/").status_code == 302
    assert guest.get(at(held), **poll)["HX-Redirect"] == room(held)
    assert guest.get(at(held))["Location"] == room(held)
    assert guest.get(room(held)).status_code == 200


def test_a_guest_turned_away_learns_it_and_may_be_let_in_after_all(world, held):
    guest, leader = Client(), factories.signed_in(world.alice)
    ask(guest, held)
    pk = people(held)[-1].pk
    leader.post(f"/o/coursive/workshops/{held.code}/guests/{pk}/turn-away/")
    poll = {"headers": {"HX-Request": "true"}}
    assert guest.get(at(held) + "?said=waiting", **poll)["HX-Refresh"] == "true"
    refused = guest.get(at(held))
    assert refused.status_code == 403
    assert "The facilitator has not let you in." in refused.content.decode()
    assert "HX-Refresh" not in guest.get(at(held) + "?said=refused", **poll).headers
    assert guest.post(at(held), ASKED).status_code == 403
    leader.post(f"/o/coursive/workshops/{held.code}/guests/{pk}/admit/")
    assert guest.get(at(held) + "?said=refused", **poll)["HX-Redirect"] == room(held)
    assert guest.get(at(held))["Location"] == room(held)
    leader.post(f"/o/coursive/workshops/{held.code}/guests/{pk}/turn-away/")
    out = guest.get(room(held), follow=True)
    assert (out.request["PATH_INFO"], out.status_code) == (at(held), 403)
    assert "You are no longer in this workshop." in out.content.decode()
    assert guest.get(room(held) + "mine/")["Location"].startswith("/accounts/login/")


def test_who_waits_learns_that_it_is_over_or_called_off(held):
    guest, poll = Client(), {"headers": {"HX-Request": "true"}}
    ask(guest, held)
    for state, said in (("closed", "This workshop is over."), ("cancelled", "This workshop was called off.")):
        change(held, state=state)
        assert guest.get(at(held) + "?said=waiting", **poll)["HX-Refresh"] == "true"
        page = guest.get(at(held))
        assert page.status_code == 410
        assert said in page.content.decode()


def test_a_workshop_that_was_called_off_says_so_and_takes_nobody(world, held):
    change(held, state="cancelled")
    before = len(people(held))
    for client in (factories.signed_in(world.bob), Client()):
        for ask in (client.get, client.post):
            answer = ask(at(held), ASKED)
            assert answer.status_code == 410
            assert "This workshop was called off." in answer.content.decode()
    assert len(people(held)) == before


def test_a_form_sent_twice_brings_one_guest(held):
    first, second = Client(), Client()
    ticket = first.get(at(held)).context["form"]["ticket"].value()
    before = len(people(held))
    for client in (first, second):
        assert client.post(at(held), {**ASKED, "ticket": ticket}).status_code == 302
    assert len(people(held)) == before + 1
    third = Client()
    assert third.post(at(held), {**ASKED, "ticket": "made up"}).status_code == 302  # a token of its own
    assert len(people(held)) == before + 2


def test_a_ticket_of_another_door_lets_in_somebody_new(world, held):
    client = Client()
    ticket = client.get(at(held)).context["form"]["ticket"].value()
    assert client.post(at(held), {**ASKED, "ticket": ticket}).status_code == 302
    with tenancy.tenant(world.org.pk):
        other = factories.workshop(world)
    assert client.post(at(other), {**ASKED, "ticket": ticket}).status_code == 302
    here, there = ([one for one in people(door) if one.is_guest] for door in (held, other))
    assert len(here) == len(there) == 1
    assert here[0].digest != there[0].digest


def test_the_cookie_is_the_workshops_alone_and_only_its_digest_is_kept(held):
    client = Client()
    cookie = ask(client, held).cookies[cookie_name(held.code)]
    assert cookie["httponly"]
    assert cookie["samesite"] == "Lax"
    guest = people(held)[-1]
    assert guest.digest == digest(cookie.value)
    assert cookie.value not in str(guest.__dict__)


@pytest.mark.parametrize(("guests", "status"), [("none", 403), ("link", 302)])
def test_the_rule_for_guests_holds(held, guests, status):
    change(held, guests=guests)
    client = Client()
    assert client.post(at(held), ASKED).status_code == status
    if guests == "link":
        assert client.get(at(held))["Location"] == room(held)
    else:
        assert "/accounts/login/?next=" in client.get(at(held)).content.decode()
        assert not [person for person in people(held) if person.is_guest]


def test_a_link_that_leads_nowhere_says_nothing(held):
    never = Client().get("/w/abcdefghjkmn/")
    assert never.status_code == 404
    assert "Drive" not in never.content.decode()


def test_after_the_end_only_those_who_were_there_look(world, held):
    factories.signed_in(world.bob).post(at(held))
    change(held, state="closed")
    assert Client().get(at(held)).status_code == 410
    late = factories.signed_in(world.codir).get(at(held))
    assert late.status_code == 410
    assert f'href="/o/coursive/workshops/{held.code}/minutes/"' in late.content.decode()
    assert "minutes" not in Client().get(at(held)).content.decode()
    assert factories.signed_in(world.bob).get(at(held))["Location"] == room(held)


def test_a_member_of_another_organization_is_a_stranger(held):
    other = factories.world("other")
    page = factories.signed_in(other.dan).get(at(held)).content.decode()
    assert "Come in as a guest" in page
    assert "Alice" not in page


def test_more_guests_than_a_workshop_holds_are_told(held, monkeypatch):
    monkeypatch.setattr(joining, "MOST_GUESTS", 1)
    assert ask(Client(), held).status_code == 302
    full = ask(Client(), held)
    assert full.status_code == 422
    assert "Too many guests" in full.content.decode()
    # Whoever is turned away makes room for somebody who is wanted.
    with tenancy.tenant(held.org_id):
        held.participants.filter(membership=None).update(removed_at=timezone.now())
    assert ask(Client(), held).status_code == 302
    with tenancy.tenant(held.org_id):
        held.participants.filter(membership=None).update(removed_at=timezone.now())
    monkeypatch.setattr(joining, "MOST_ASKING", 2)
    assert ask(Client(), held).status_code == 422


def test_who_takes_part_is_the_facilitators_to_say(world, held):
    with tenancy.tenant(world.org.pk):
        bob = Participant.objects.get(membership=world.bob)
        with pytest.raises(PermissionDenied):
            joining.set_parts(held, [bob.pk], "observer", by=bob)
        joining.set_parts(held, [bob.pk], "observer", by=held.participants.get(membership=world.alice))
        bob.refresh_from_db()
        assert not bob.votes
        Workshop.objects.update(state="closed")
        with pytest.raises(RuleBroken):
            joining.join(held, world.codir)


def test_a_guests_cookie_opens_nothing_but_this_workshops_room(world, held):
    """Every address of the organization, with the cookie of a guest who was let in."""
    change(held, guests="link")
    with tenancy.tenant(world.org.pk):
        other = factories.workshop(world)
        world.extra |= {"workshop": other, "plan": other, "note": factories.note(other, other.participants.first())}
    guest = Client()
    ask(guest, held)
    assert guest.get(room(held)).status_code == 200
    opened = set()
    for route in routes.org_routes():
        try:
            with tenancy.tenant(world.org.pk):
                address = routes.address(route, "coursive", world)
        except KeyError:  # of a thing that this world has none of
            continue
        for method in ("GET", "POST"):
            answer = guest.generic(method, address)
            if not (answer.status_code == 302 and answer["Location"].startswith("/accounts/login/")):
                opened.add((route, method, answer.status_code))
    assert opened == set()


def test_whoever_may_lead_workshops_takes_over_at_any_time(world):
    with tenancy.tenant(world.org.pk):
        held = factories.workshop(world)
        coach, colleague = factories.participant(held, world.coach), held.participants.get(membership=world.bob)
        there = frozenset({f"m{world.alice.pk}"})
        with pytest.raises(PermissionDenied):
            running.take_over(held, by=colleague, here=there)
        running.take_over(held, by=coach, here=there)
        held.refresh_from_db()
        assert (held.facilitator, held.co_facilitator) == (world.coach, world.alice)
