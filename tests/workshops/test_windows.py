"""Phases that stay open for days: planned, shown, opened and closed at their time with nobody leading."""

import datetime as dt
import uuid

import pytest
import time_machine
from django.urls import reverse

from orgs import tenancy
from orgs.actions.audit import Actor
from orgs.actions.undoing import undo
from orgs.models import AuditEvent
from tests import factories
from tests.factories import signed_in
from tests.workshops.test_planning import sent
from workshops.actions.windows import due, keep_time
from workshops.models import Ballot, Note, Phase, Vote, Workshop
from workshops.pages.room import Room
from workshops.tasks import keep_time as tick

pytestmark = pytest.mark.django_db
MONDAY = dt.datetime(2026, 5, 18, 7, tzinfo=dt.UTC)
THURSDAY = dt.datetime(2026, 5, 21, 16, tzinfo=dt.UTC)  # 18:00 in Paris
LATE = dt.timedelta(seconds=40)


@pytest.fixture
def held(world):
    with tenancy.tenant(world.org.pk):
        return factories.workshop(world, at="", starts_at=THURSDAY)


@pytest.fixture
def bob(world):
    return signed_in(world.bob)


def room(held, name="workshop_room"):
    return reverse(name, args=["coursive", held.code])


def open_for_days(held, kind, opens=MONDAY, closes=THURSDAY):
    with tenancy.tenant(held.org_id):
        Phase.objects.filter(workshop=held, kind=kind).update(opens_at=opens, closes_at=closes)


def at(held, kind):
    """As the facilitator left it: in the phase of this kind, with nobody there."""
    with tenancy.tenant(held.org_id):
        phase = held.phases.get(kind=kind)
        Workshop.objects.filter(pk=held.pk).update(state="running", phase=phase, timer_ends_at=None)


def now(held):
    with tenancy.tenant(held.org_id):
        return Workshop.objects.select_related("phase").get(pk=held.pk)


def write(browser, held, text="Points seen the same evening"):
    with tenancy.tenant(held.org_id):
        subject = held.subjects.first().pk
    fields = {"uid": uuid.uuid4(), "subject": subject, "text": text}
    return browser.post(room(held, "workshop_notes"), fields, headers={"HX-Request": "true"})


def test_a_brainstorm_opens_by_itself_and_takes_notes_with_nobody_leading(held, bob):
    open_for_days(held, "brainstorm")
    with time_machine.travel(MONDAY - LATE, tick=False):
        tick()
        assert now(held).state == "planned"
    with time_machine.travel(MONDAY + LATE, tick=False):
        tick()
        assert (now(held).state, now(held).phase.kind) == ("running", "brainstorm")
        page = bob.get(room(held)).content.decode()
        assert "Open until Thursday 18:00" in page
        assert 'role="timer"' not in page
        assert 'id="compose"' in page
        assert write(bob, held).status_code == 200


def test_writing_afterwards_is_refused_and_what_was_typed_comes_back(held, bob):
    open_for_days(held, "brainstorm")
    at(held, "brainstorm")
    with time_machine.travel(THURSDAY - LATE, tick=False):
        assert write(bob, held).status_code == 200
    with time_machine.travel(THURSDAY + LATE, tick=False):
        answer = write(bob, held, "A minute too late")
        assert answer.status_code == 422
        assert "This is closed: its time is over." in answer.content.decode()
        assert "A minute too late" in answer.content.decode()
        page = bob.get(room(held)).content.decode()
        assert "Closed since Thursday 18:00" in page
        assert 'id="compose"' not in page
        with tenancy.tenant(held.org_id):
            assert [note.revealed_at for note in Note.objects.all()] == [None]  # the reveal is the facilitator's


def test_a_vote_closes_at_its_time_once(held, bob):
    open_for_days(held, "vote")
    at(held, "vote")
    with tenancy.tenant(held.org_id):
        phase = held.phases.get(kind="vote")
        vote = Vote.objects.create(
            phase=phase, votes_on="notes", dots=5, dots_an_item=3, opened_at=MONDAY, exponent=held.exponent
        )
        voter = held.participants.get(membership__user__name="Bob Colleague")
        note = factories.note(held, voter, revealed_at=MONDAY)
        Ballot.objects.create(vote=vote, participant=voter, note=note, dots=2)
    with time_machine.travel(THURSDAY - LATE, tick=False):
        tick()
        with tenancy.tenant(held.org_id):
            assert Vote.objects.get().is_open
    with time_machine.travel(THURSDAY + LATE, tick=False):
        tick()
        seq = now(held).seq
        with tenancy.tenant(held.org_id):
            assert Vote.objects.get().closed_at == THURSDAY + LATE
            assert Ballot.objects.count() == 1
            assert Phase.objects.get(pk=phase.pk).ended_at == THURSDAY + LATE
            keep_time(held)
        with tenancy.all_tenants():
            assert not due(THURSDAY + LATE).exists()
        assert now(held).seq == seq  # nothing is due twice
    # Given more time it is due again then.
    open_for_days(held, "vote", closes=THURSDAY + dt.timedelta(days=2))
    with time_machine.travel(THURSDAY + dt.timedelta(days=2), tick=False), tenancy.all_tenants():
        assert due(THURSDAY + dt.timedelta(days=2)).exists()


def test_one_long_phase_follows_the_other_and_the_rest_waits_for_the_facilitator(held):
    wednesday = THURSDAY - dt.timedelta(days=1)
    open_for_days(held, "brainstorm", closes=wednesday)
    open_for_days(held, "reveal", opens=wednesday)
    at(held, "brainstorm")
    with time_machine.travel(wednesday + LATE, tick=False):
        tick()
        assert now(held).phase.kind == "reveal"
    with time_machine.travel(THURSDAY + LATE, tick=False):
        tick()
        assert now(held).phase.kind == "reveal"  # families are made together


def test_a_room_that_waits_is_told_when_its_time_has_come(held, bob):
    open_for_days(held, "brainstorm")
    at(held, "brainstorm")
    with time_machine.travel(MONDAY - LATE, tick=False):
        assert "Opens " in bob.get(room(held)).content.decode()
        assert write(bob, held).status_code == 422
    before = now(held).seq
    with time_machine.travel(MONDAY + LATE, tick=False):
        tick()
    assert now(held).seq > before


def test_what_cannot_be_kept_in_one_workshop_is_kept_in_the_others(held, world, monkeypatch):
    with tenancy.tenant(world.org.pk):
        other = factories.workshop(world, at="", starts_at=THURSDAY)
    for one in (held, other):
        open_for_days(one, "brainstorm")
    failing = held.pk

    def fail_for_one(workshop):
        if workshop.pk == failing:
            raise RuntimeError("the first is broken")
        keep_time(workshop)

    monkeypatch.setattr("workshops.tasks.keep_time_of", fail_for_one)
    with time_machine.travel(MONDAY + LATE, tick=False):
        tick()
    assert (now(held).state, now(other).state) == ("planned", "running")


def test_the_list_and_the_plan_say_until_when(held, bob):
    open_for_days(held, "brainstorm")
    at(held, "brainstorm")
    with time_machine.travel(MONDAY + LATE, tick=False):
        for page in (reverse("workshops", args=["coursive"]), reverse("workshop", args=["coursive", held.code])):
            assert "Private brainstorm · Open until Thursday 18:00" in bob.get(page).content.decode()


def test_a_window_that_was_moved_stands_in_the_audit_and_is_undone(held, world):
    open_for_days(held, "brainstorm")
    alice, edit = signed_in(world.alice), reverse("workshop_edit", args=["coursive", held.code])
    with time_machine.travel(MONDAY, tick=False):
        data = sent(alice, edit)
        at = data["agenda-kind"].index("brainstorm")
        data["agenda-closes_at"][at] = "2026-05-22T12:30"
        assert alice.post(edit, data).status_code == 302
        page = signed_in(world.dan).get("/o/coursive/settings/audit/").content.decode()
    with tenancy.tenant(world.org.pk):
        event = AuditEvent.objects.filter(object_type="workshop", verb="changed").latest("pk")
        undo(event.change, by=Actor(world.alice))
        assert held.phases.get(kind="brainstorm").closes_at == THURSDAY
    assert "Private brainstorm, Mon 18 May, 09:00 – Thu 21 May, 18:00" in page
    assert "Private brainstorm, Mon 18 May, 09:00 – Fri 22 May, 12:30" in page
    assert "Families, 20 min" not in page, "what stayed as it was"


def test_the_room_says_to_who_comes_too_early_or_too_late_what_comes_next(held, bob):
    open_for_days(held, "brainstorm", closes=THURSDAY - dt.timedelta(hours=8))
    at(held, "brainstorm")
    said = {
        MONDAY - LATE: "This is not open yet.",
        THURSDAY - dt.timedelta(hours=7): "You go on together: today, 18:00.",
        THURSDAY + LATE: "The facilitator goes on from here.",
    }
    for when, text in said.items():
        with time_machine.travel(when, tick=False):
            assert text in bob.get(room(held)).content.decode()
    with time_machine.travel(MONDAY + LATE, tick=False):
        page = bob.get(room(held)).content.decode()
    assert not any(text in page for text in said.values())


def test_while_people_come_when_it_suits_them_nobody_judges_who_is_here(held, world):
    at(held, "brainstorm")
    with time_machine.travel(MONDAY + LATE, tick=False), tenancy.tenant(world.org.pk):
        here = frozenset({f"m{world.alice.pk}", f"m{world.bob.pk}"})

        def judged():
            return Room(Workshop.objects.with_place().get(pk=held.pk), world.org, here).table is not None

        assert judged()
        open_for_days(held, "brainstorm")
        assert not judged()


def test_dates_are_judged_beside_their_fields_and_kept_in_the_organizations_time(held, world):
    alice, edit = signed_in(world.alice), reverse("workshop_edit", args=["coursive", held.code])
    with time_machine.travel(MONDAY, tick=False):
        data = sent(alice, edit)
        assert "the times are those of Paris" in alice.get(edit).content.decode()
        for opens, closes, column, said in (
            ("2026-05-18T09:00", "", "closes_at", "“Private brainstorm” needs both"),
            ("2026-05-18T09:00", "2026-05-18T08:00", "closes_at", "“Private brainstorm” closes after it opens."),
            (
                "2026-05-18T09:00",
                "2026-09-18T08:00",
                "closes_at",
                "“Private brainstorm” stays open for 60 days at most.",
            ),
            ("tomorrow", "2026-05-18T08:00", "opens_at", "as a day and a time"),
        ):
            data["agenda-opens_at"][1], data["agenda-closes_at"][1] = opens, closes
            answer = alice.post(edit, data)
            assert answer.status_code == 422
            page = answer.content.decode()
            assert f'aria-describedby="wrong-2-{column}"' in page
            assert said in page
        data["agenda-opens_at"][1], data["agenda-closes_at"][1] = "2026-05-18T09:00", "2026-05-21T18:00"
        data["agenda-opens_at"][2], data["agenda-closes_at"][2] = "2026-05-18T09:00", "2026-05-21T18:00"
        assert "“Reveal” is for everybody at one time" in alice.post(edit, data).content.decode()
        data["agenda-opens_at"][2] = data["agenda-closes_at"][2] = ""
        assert alice.post(edit, data).status_code == 302
    with tenancy.tenant(held.org_id):
        phase = held.phases.get(kind="brainstorm")
        assert (phase.opens_at, phase.closes_at) == (MONDAY, THURSDAY)
