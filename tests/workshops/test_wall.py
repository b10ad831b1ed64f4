"""The wall, and pairing a machine with it; what a participant sees; a balanced table: who may, and what nobody is shown."""

import datetime as dt
import re

import pytest
import time_machine
from django.test import Client
from django.urls import reverse

from orgs import tenancy
from orgs.models import AuditEvent
from tests import factories
from tests.factories import signed_in
from workshops import screens
from workshops.actions import pairing
from workshops.live.registry import Person, Refused
from workshops.models import PairedScreen, Participant, Vote, Workshop
from workshops.pages.room import PROJECTOR, ROOM
from workshops.room_live import _watch

pytestmark = pytest.mark.django_db
NOW = dt.datetime(2026, 5, 19, 10, tzinfo=dt.UTC)
SECRET = "Nobody reads this before the reveal"


@pytest.fixture(autouse=True)
def during_the_workshop():
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def held(world):
    with tenancy.tenant(world.org.pk):
        return factories.workshop(world)


@pytest.fixture
def here(world, held, monkeypatch):
    """Who is connected, by name or as participants."""
    connected = set()
    monkeypatch.setattr("workshops.live.presence._here_of", lambda kind, org, key: frozenset(connected))

    def are(*people):
        for one in people:
            connected.add(f"m{(world.people[one] if isinstance(one, str) else one.membership).pk}")

    return are


def url(held, name):
    return reverse(name, args=["coursive", held.code])


def voters(world, held, *functions):
    """Colleagues who take part, each with a voice."""
    with tenancy.tenant(world.org.pk):
        made = []
        for number, function in enumerate(functions):
            who = factories.member(world.org, f"{function.title()} Voter{number}")
            made.append(factories.participant(held, who, function=function))
        return made


def one(world, held, name):
    with tenancy.tenant(world.org.pk):
        return Participant.objects.get(workshop=held, membership=world.people[name])


# ── The wall ─────────────────────────────────────────────────────────────────


def test_the_wall_shows_phase_time_and_counts_and_nothing_that_is_private(world, held, here):
    here("bob", "carol")
    with tenancy.tenant(world.org.pk):
        factories.note(held, held.participants.get(membership=world.bob), SECRET)
    page = signed_in(world.bob).get(url(held, "workshop_wall")).content.decode()
    assert "Private brainstorm" in page
    assert 'role="timer"' in page
    assert "0 of 2 done" in page
    assert "2 in the room" in page
    assert "What would customers do differently?" in page
    assert "?view=wall" in page
    assert SECRET not in page
    assert "Bob Colleague" not in page.partition('id="deck"')[2].partition('id="tools"')[0]
    assert "@" not in page.partition('id="deck"')[2].partition('id="tools"')[0]
    with tenancy.tenant(world.org.pk):
        held.notes.update(revealed_at=NOW)
        Workshop.objects.filter(pk=held.pk).update(phase=held.phases.get(kind="reveal"))
    assert SECRET in signed_in(world.bob).get(url(held, "workshop_wall")).content.decode()


def test_in_the_lobby_the_wall_says_how_to_come_in(world, held):
    with tenancy.tenant(world.org.pk):
        Workshop.objects.filter(pk=held.pk).update(state="planned", phase=None, timer_ends_at=None)
    page = signed_in(world.alice).get(url(held, "workshop_wall")).content.decode()
    assert f"/w/<wbr>{held.code}" in page
    assert 'class="qr"' in page


def test_the_wall_is_put_up_by_whoever_takes_part_or_may_lead(world, held):
    assert signed_in(world.bob).get(url(held, "workshop_wall")).status_code == 200
    assert signed_in(world.coach).get(url(held, "workshop_wall")).status_code == 200  # takes no part
    assert signed_in(world.sam).get(url(held, "workshop_wall")).status_code == 403
    assert Client().get(url(held, "workshop_wall"))["Location"].startswith("/accounts/login/")
    with tenancy.tenant(world.org.pk):
        Workshop.objects.filter(pk=held.pk).update(state="cancelled")
    assert signed_in(world.bob).get(url(held, "workshop_wall")).status_code == 404


# ── A machine in the room ────────────────────────────────────────────────────


def code_shown(world, held):
    page = signed_in(world.alice).get(url(held, "workshop_screen"))
    return page.context["digits"]


def test_a_machine_is_paired_by_the_code_that_who_leads_sees(world, held):
    machine = Client()
    assert machine.get(f"/w/{held.code}/screen/").status_code == 200
    answer = machine.post(f"/w/{held.code}/screen/", {"digits": code_shown(world, held)})
    assert answer["Location"] == url(held, "workshop_wall")
    assert answer.cookies[screens.cookie_name(held.code)]["httponly"]
    page = machine.get(url(held, "workshop_wall"))
    assert page.status_code == 200
    assert "Go to the room" not in page.content.decode()
    # It opens this one page.
    for name in ("workshop_room", "workshop_mine", "workshop_screen", "workshop_preview", "workshop"):
        assert machine.get(url(held, name)).status_code == 302
    with tenancy.tenant(world.org.pk):
        other = factories.workshop(world)
    machine.cookies[screens.cookie_name(other.code)] = machine.cookies[screens.cookie_name(held.code)].value
    assert machine.get(url(other, "workshop_wall")).status_code == 404
    with time_machine.travel(NOW + dt.timedelta(hours=12, minutes=1), tick=False):
        assert machine.get(url(held, "workshop_wall")).status_code == 302


FIREFOX = "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:128.0) Gecko/20100101 Firefox/128.0"


def pair(world, held, **headers):
    machine = Client(headers=headers)
    answer = machine.post(f"/w/{held.code}/screen/", {"digits": code_shown(world, held)})
    assert answer["Location"] == url(held, "workshop_wall")
    return machine


def end(who, held, pk):
    return signed_in(who).post(reverse("workshop_screen_end", args=["coursive", held.code, pk]))


def test_who_leads_sees_which_machines_are_paired_and_ends_one(world, held):
    known, unknown = pair(world, held, user_agent=FIREFOX), pair(world, held)
    page = signed_in(world.alice).get(url(held, "workshop_screen"))
    first, second = page.context["paired"]
    assert "Firefox, Windows" in page.content.decode()
    assert "since 12:00" in page.content.decode()  # as the organization's clocks go
    for who in (world.bob, world.coach):
        assert end(who, held, second.pk).status_code == 403
    assert unknown.get(url(held, "workshop_wall")).status_code == 200
    assert end(world.alice, held, second.pk)["Location"] == url(held, "workshop_screen")
    assert unknown.get(url(held, "workshop_wall"))["Location"] == f"/w/{held.code}/screen/"
    assert known.get(url(held, "workshop_wall")).status_code == 200
    for again in (second.pk, 0):
        assert end(world.alice, held, again).status_code == 302
    with tenancy.tenant(world.org.pk):
        [event] = AuditEvent.objects.filter(verb="screen_ended")
    assert event.actor_id == world.alice.pk
    assert list(signed_in(world.alice).get(url(held, "workshop_screen")).context["paired"]) == [first]
    with time_machine.travel(NOW + dt.timedelta(hours=12, minutes=1), tick=False):
        assert not signed_in(world.alice).get(url(held, "workshop_screen")).context["paired"]


def test_somebody_who_tries_codes_does_not_keep_the_rooms_own_screen_out(world, held):
    code = code_shown(world, held)
    stranger = {"REMOTE_ADDR": "203.0.113.7"}
    statuses = [
        Client().post(f"/w/{held.code}/screen/", {"digits": f"{n:06}"}, **stranger).status_code for n in range(60)
    ]
    assert statuses[:10] == [422] * 10
    assert set(statuses[10:]) == {429}
    assert Client().post(f"/w/{held.code}/screen/", {"digits": code}, **stranger).status_code == 429
    assert Client().post(f"/w/{held.code}/screen/", {"digits": code}).status_code == 302
    with tenancy.tenant(world.org.pk):
        other = factories.workshop(world)
    # Nor has the stranger used up what an address may try of another workshop.
    assert Client().post(f"/w/{other.code}/screen/", {"digits": "000000"}, **stranger).status_code == 422


def test_a_code_runs_out_and_is_not_found_by_trying(world, held):
    code = code_shown(world, held)
    with time_machine.travel(NOW + dt.timedelta(minutes=21), tick=False):
        answer = Client().post(f"/w/{held.code}/screen/", {"digits": code})
    assert answer.status_code == 422
    assert "This is not the code that is shown now." in answer.content.decode()
    tries = {Client().post(f"/w/{held.code}/screen/", {"digits": f"{n:06}"}).status_code for n in range(12)}
    assert tries == {422, 429}
    assert Client().get("/w/nothing/screen/").status_code == 404


def test_only_who_leads_sees_the_code_and_the_participants_view(world, held):
    for name in ("workshop_screen", "workshop_preview"):
        assert signed_in(world.alice).get(url(held, name)).status_code == 200
        assert signed_in(world.bob).get(url(held, name)).status_code == 403


# ── The stream ───────────────────────────────────────────────────────────────


def watched(world, held, *people):
    with tenancy.tenant(world.org.pk):
        return _watch(people, held.code)


def test_each_view_has_its_audience_and_makes_nobody_present(world, held):
    alice, bob = (
        [Person(f"{view}:m{who.pk}", who, view=view) for view in ("wall", "participant")]
        for who in (world.alice, world.bob)
    )
    stranger = Person(f"wall:m{world.sam.pk}", world.sam, view="wall")
    with tenancy.tenant(world.org.pk):
        screen, ended = (pairing.pair(held) for _ in range(2))
        PairedScreen.objects.filter(pk=ended.pk).update(ended_at=NOW)
    token = screens.token_of(screen)
    machine = Person("wall:s1", guest=token, view="wall")
    gone = Person("wall:s3", guest=screens.token_of(ended), view="wall")
    forged = Person("wall:s2", guest=f"{token}x", view="wall")
    got = watched(world, held, *alice, *bob, stranger, machine, forged, gone)
    assert [got[person.key] for person in (*alice, bob[0], machine)] == [PROJECTOR, ROOM, PROJECTOR, PROJECTOR]
    for person in (bob[1], stranger, forged, gone):
        assert isinstance(got[person.key], Refused)
    with time_machine.travel(NOW + dt.timedelta(hours=13), tick=False):
        assert isinstance(watched(world, held, machine)[machine.key], Refused)


# ── What a participant sees ──────────────────────────────────────────────────


def test_the_preview_is_the_room_of_a_participant(world, held, here):
    here("alice", "bob", "carol")
    with tenancy.tenant(world.org.pk):
        factories.note(held, held.participants.get(membership=world.alice), SECRET)
    page = signed_in(world.alice).get(url(held, "workshop_preview")).content.decode()
    assert "This is what a participant sees." in page
    assert 'id="compose"' in page
    assert "?view=participant" in page
    assert SECRET not in page
    for words in ("Reveal notes", "+1 min", "Close the workshop", "Big screen"):
        assert words not in page


# ── The table ────────────────────────────────────────────────────────────────


def change(who, held, **fields):
    return signed_in(who).post(url(held, "workshop_part"), fields, headers={"HX-Request": "true"})


def test_the_signal_is_the_facilitators_alone_and_proposes_as_few_as_it_takes(world, held, here):
    people = voters(world, held, *["business"] * 6, "product", "tech", "design")
    here("alice", *people)
    page = signed_in(world.alice).get(url(held, "workshop_room")).content.decode()
    assert "Business: 6 of 9 voters" in page
    assert "67%, fair share 25%." in page
    assert page.count(">Ask to observe</button>") == 5  # of two among five one is too many
    assert "Ask all 5 to observe" in page
    for name in ("workshop_room", "workshop_wall"):
        other = signed_in(world.bob).get(url(held, name)).content.decode()
        assert "fair share" not in other
    assert "fair share" not in signed_in(world.alice).get(url(held, "workshop_preview")).content.decode()


def test_an_absent_function_is_said_and_an_even_table_is_not(world, held, here):
    here("alice", *voters(world, held, "product", "tech", "business"))
    assert "Nobody speaks for Design." in signed_in(world.alice).get(url(held, "workshop_room")).content.decode()
    here(*voters(world, held, "design"))
    assert "Balance of the table" not in signed_in(world.alice).get(url(held, "workshop_room")).content.decode()


def test_whoever_leads_sees_in_the_room_who_waits_at_the_door_and_lets_them_in(world, held, here):
    here("alice", "bob")
    with tenancy.tenant(world.org.pk):
        Participant.objects.create(workshop=held, guest_name="Gita (guest)", function="design", digest="d" * 64)
    page = signed_in(world.alice).get(url(held, "workshop_room")).content.decode()
    assert "At the door" in page
    assert "Let Gita (guest) in" in page
    for name in ("workshop_room", "workshop_wall"):
        assert "Gita" not in signed_in(world.bob).get(url(held, name)).content.decode()
    [let_in] = re.findall(r'hx-post="([^"]*/admit/)"', page)
    assert signed_in(world.alice).post(let_in, headers={"HX-Request": "true"}).status_code == 302
    page = signed_in(world.alice).get(url(held, "workshop_room")).content.decode()
    assert "At the door" not in page
    with tenancy.tenant(world.org.pk):
        guest = Participant.objects.get(workshop=held, membership=None)
    assert guest.is_inside
    assert guest.call_sign == "GG"


def test_people_are_asked_to_observe_told_and_taken_back(world, held, here):
    bob, carol = (one(world, held, name) for name in ("bob", "carol"))
    answer = change(world.alice, held, part="observer", to=[bob.pk, carol.pk])
    assert answer.status_code == 200
    assert "Bob Colleague, Carol Staff: observing from now on" in answer.content.decode()
    assert not one(world, held, "bob").votes
    page = signed_in(world.bob).get(url(held, "workshop_mine")).content.decode()
    assert "You observe." in page
    assert 'id="compose"' not in page
    back = f"{url(held, 'workshop_part')}?part=voter&to={bob.pk}&to={carol.pk}"
    assert back.replace("&", "&amp;") in answer.content.decode()
    assert signed_in(world.alice).post(back, headers={"HX-Request": "true"}).status_code == 200
    assert one(world, held, "bob").votes
    assert one(world, held, "carol").votes
    assert "You observe." not in signed_in(world.bob).get(url(held, "workshop_mine")).content.decode()


def test_parts_are_changed_by_who_leads_and_never_while_people_vote(world, held):
    carol = one(world, held, "carol")
    assert change(world.bob, held, part="observer", to=carol.pk).status_code == 403
    for fields in ({"part": "judge", "to": carol.pk}, {"part": "observer"}, {"part": "observer", "to": 0}):
        assert change(world.alice, held, **fields).status_code == 422
    with tenancy.tenant(world.org.pk):
        phase = held.phases.get(kind="vote")
        Vote.objects.create(phase=phase, votes_on="notes", dots=5, dots_an_item=3, opened_at=NOW, exponent=0)
    answer = change(world.alice, held, part="observer", to=carol.pk)
    assert answer.status_code == 422
    assert "People are voting" in answer.content.decode()
    assert one(world, held, "carol").votes
