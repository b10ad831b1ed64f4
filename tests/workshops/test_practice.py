"""Trying out a workshop with simulated people: who may, one at a time, and what they do when they come."""

import datetime as dt
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import time_machine
from django.urls import reverse
from django.utils import timezone

from okr.models import Initiative, KeyResult
from orgs import tenancy
from orgs.models import AuditEvent, OutboxMail
from scripts import processes
from tests import factories, servers
from workshops import practising
from workshops.access import cookie_name, digest
from workshops.actions import practice
from workshops.actions.parked import parked_before
from workshops.models import Workshop
from workshops.playing.play import Lost, Play
from workshops.playing.reading import read
from workshops.tasks import keep_time

URL = "/o/coursive/workshops/practice/"


@pytest.fixture
def inside(world: factories.World, settings) -> Iterator[factories.World]:
    settings.PLAY_WORKSHOPS = True
    with tenancy.tenant(world.org.pk):
        yield world


@pytest.mark.django_db
def test_a_press_plans_a_workshop_that_one_leads(inside, django_capture_on_commit_callbacks):
    alice = factories.signed_in(inside.alice)
    assert b"Play a demo workshop" in alice.get(reverse("workshops", args=["coursive"])).content
    with django_capture_on_commit_callbacks() as jobs:
        answer = alice.post(URL)
    made = Workshop.objects.get()
    assert answer.status_code == 302
    assert answer["Location"] == reverse("workshop_room", args=["coursive", made.code])
    assert (made.facilitator, made.is_practice, made.guests, made.tribe) == (inside.alice, True, "link", inside.tribe)
    assert [subject.about for subject in made.subjects.all()] == [inside.objective]
    assert made.played_until > timezone.now()
    assert len(jobs) >= 1
    assert AuditEvent.objects.filter(verb="planned").exists()
    assert not OutboxMail.objects.exists()  # one is there already
    room = alice.get(answer["Location"], follow=True)
    assert read(room.content.decode()).phase == "lobby-"
    page = alice.get(reverse("workshop", args=["coursive", made.code])).content.decode()
    assert "For practice" in page
    assert "Play it with simulated people" in page


@pytest.mark.django_db
def test_one_at_a_time_and_the_planned_one_first(inside, django_capture_on_commit_callbacks):
    alice, dan = factories.signed_in(inside.alice), factories.signed_in(inside.dan)
    alice.post(URL)
    made = Workshop.objects.get()
    refused = dan.post(URL)
    assert refused.status_code == 422
    assert f"Simulated people take part in “{made.title}” at the moment." in refused.content.decode()
    assert Workshop.objects.count() == 1
    # Whoever leads it is led back to it, and nobody comes twice.
    with django_capture_on_commit_callbacks() as jobs:
        assert alice.post(URL)["Location"] == reverse("workshop_room", args=["coursive", made.code])
    assert jobs == []
    # Once they have left, whoever may lead it plays the same one.
    Workshop.objects.update(played_until=timezone.now() - dt.timedelta(seconds=1))
    assert dan.post(URL).status_code == 302
    made.refresh_from_db()
    assert made.facilitator == inside.dan
    # It is over: the next press plans another.
    Workshop.objects.update(played_until=None, state="closed")
    assert dan.post(URL, {"code": made.code}).status_code == 422
    assert dan.post(URL).status_code == 302
    assert Workshop.objects.count() == 2


@pytest.mark.django_db
def test_who_may_not(inside, settings):
    bob = factories.signed_in(inside.bob)
    assert b"Play a demo workshop" not in bob.get(reverse("workshops", args=["coursive"])).content
    assert bob.post(URL).status_code == 403
    held = factories.workshop(inside, at="")
    alice = factories.signed_in(inside.alice)
    assert alice.post(URL, {"code": held.code}).status_code == 422  # a real one
    for wrong in ("nowhere", "\x00", "é"):
        assert alice.post(URL, {"code": wrong}).status_code == 404
    settings.PLAY_WORKSHOPS = False
    assert alice.post(URL).status_code == 422
    assert b"Play a demo workshop" not in alice.get(reverse("workshops", args=["coursive"])).content
    assert not Workshop.objects.filter(is_practice=True).exists()


@pytest.mark.django_db
def test_so_many_on_the_whole_instance(inside):
    alice = factories.signed_in(inside.alice)
    until = timezone.now() + practice.LEASE
    for n in range(practice.AT_ONCE):
        world = factories.world(f"elsewhere{n}")
        with tenancy.tenant(world.org.pk):
            factories.workshop(world, at="", is_practice=True, played_until=until)
    refused = alice.post(URL)
    assert refused.status_code == 422
    assert "All simulated people are busy elsewhere at the moment." in refused.content.decode()
    assert not Workshop.objects.exists()
    with tenancy.all_tenants():
        Workshop.across_orgs.filter(org=world.org).update(played_until=None)
    assert alice.post(URL).status_code == 302


@pytest.mark.django_db
def test_a_lease_is_held_by_one_and_runs_out(inside):
    factories.signed_in(inside.alice).post(URL)
    made = Workshop.objects.get()
    first = practice.renewed(made.pk, made.played_until)
    assert first is not None
    assert practice.renewed(made.pk, made.played_until) is None  # the job was delivered twice
    assert practice.renewed(made.pk, first) is not None
    practice.ended(made.pk, first)
    made.refresh_from_db()
    assert made.played_until is not None  # not theirs any more
    Workshop.objects.update(state="closed")
    assert practice.renewed(made.pk, made.played_until) is None


@pytest.mark.django_db
def test_nobody_waits_for_ever_for_it_to_begin(inside):
    factories.signed_in(inside.alice).post(URL)
    made = Workshop.objects.get()
    came = timezone.now() - practice.NOT_BEGUN - dt.timedelta(seconds=1)
    Workshop.objects.update(state="running")
    until = practice.renewed(made.pk, made.played_until, since=came)
    assert until is not None
    Workshop.objects.update(state="planned")
    assert practice.renewed(made.pk, until, since=came) is None
    made.refresh_from_db()
    assert made.played_until is None  # nor are they brought back
    with tenancy.all_tenants():
        assert list(practice.cut_off(timezone.now() + practice.LEASE * 2)) == []


@pytest.mark.django_db
def test_where_the_worker_ended_the_same_people_come_back(inside, settings, monkeypatch):
    """The thread of the play is not started here: what it is given is."""
    began: list[tuple[str, tuple[Any, ...]]] = []
    monkeypatch.setattr(practising, "_play", lambda *given: began.append(given))
    monkeypatch.setattr(practising.play_workshop, "delay", practising.play_workshop)
    alice = factories.signed_in(inside.alice)
    alice.post(URL)
    made = Workshop.objects.get()
    here = factories.participant(made, guest_name="Camille (sim.)", digest=digest("before"), function="product")
    out = factories.participant(made, guest_name="Yanis (sim.)", digest=digest("put out"), removed_at=timezone.now())
    real = factories.participant(made, guest_name="Dominique", digest=digest("real"))
    factories.note(made, here, "Payments refused by mistake")
    keep_time()
    assert began == []  # somebody plays it
    cut = timezone.now() - dt.timedelta(seconds=1)
    Workshop.objects.update(played_until=cut)
    room = alice.get(reverse("workshop_room", args=["coursive", made.code])).content.decode()
    assert "The same people come back by themselves" in room
    keep_time()
    keep_time()
    [(play, *_lease)] = began
    made.refresh_from_db()
    assert made.played_until > timezone.now()
    [(name, cookies)] = play.cookies.items()
    here.refresh_from_db()
    assert (name, here.digest) == ("Camille (sim.)", digest(cookies[cookie_name(made.code)]))
    assert play.stay_away == {out.guest_name}
    assert play.said == {"Payments refused by mistake"}
    real.refresh_from_db()
    assert real.digest == digest("real")
    # Or by a press, once it is known that they are gone; not where it is over.
    Workshop.objects.update(played_until=cut)
    assert alice.post(URL)["Location"] == reverse("workshop_room", args=["coursive", made.code])
    assert Workshop.objects.count() == 1
    Workshop.objects.update(played_until=cut, state="closed")
    keep_time()
    assert len(began) == 1


@pytest.mark.django_db
def test_who_leads_is_told_that_they_cannot_come_in(inside):
    alice = factories.signed_in(inside.alice)
    alice.post(URL)
    made = Workshop.objects.get()
    pages = [
        reverse("workshop_room", args=["coursive", made.code]),
        reverse("workshop", args=["coursive", made.code]),
    ]
    told = "The simulated people could not come in."
    assert all(told not in alice.get(page).content.decode() for page in pages)
    nowhere = Play(f"http://localhost:{processes.free_port()}", made.code, made.kind, "en", people=1, speed=0)
    with pytest.raises(Lost):
        nowhere.run()
    practice.ended(made.pk, made.played_until, failed=True)
    for page in pages:
        text = alice.get(page).content.decode()
        assert told in text
        assert "PLAY_ADDRESS" in text
    dan = factories.signed_in(inside.dan)
    dan.post(reverse("workshop_door", args=[made.code]))
    assert told not in dan.get(pages[0]).content.decode()  # who only takes part
    # Once more, by the button in the room.
    other = factories.workshop(inside, at="", is_practice=True, played_until=timezone.now() + practice.LEASE)
    refused = alice.post(URL, {"code": made.code}, headers={"HX-Request": "true"})
    assert refused.status_code == 422
    assert other.title in refused.content.decode()
    assert "<main" not in refused.content.decode()
    Workshop.objects.filter(pk=other.pk).update(played_until=None)
    again = alice.post(URL, {"code": made.code}, headers={"HX-Request": "true"})
    assert (again.status_code, again.content.decode().strip()) == (200, "")
    assert all(told not in alice.get(page).content.decode() for page in pages)


@pytest.mark.django_db
@time_machine.travel(dt.datetime(2026, 5, 19, 9, tzinfo=dt.UTC), tick=False)
def test_what_is_practised_stays_out_of_the_hierarchy(inside):
    alice = factories.signed_in(inside.alice)
    held = factories.workshop(inside, at="decide", is_practice=True, facilitator=inside.alice)
    note = factories.note(held, held.participants.first(), "Orders ready on time", revealed_at=timezone.now())
    at = reverse("workshop_draft", args=["coursive", held.code, note.uid])
    decide = reverse("workshop_decide", args=["coursive", held.code, note.uid])
    alice.post(decide, {"outcome": "retained"})
    assert "The hierarchy stays as it is" in alice.get(at).content.decode()
    assert alice.post(at, {"title": ""}).status_code == 422  # by all rules of a real one
    before = (KeyResult.objects.count(), Initiative.objects.count(), AuditEvent.objects.count())
    made = {"title": "Orders ready on time", "target": "91", "unit": "percent", "find_by": "2026-06-03"}
    for _twice in range(2):
        assert alice.post(at, made).status_code == 302
    assert (KeyResult.objects.count(), Initiative.objects.count(), AuditEvent.objects.count()) == before
    room = reverse("workshop_room", args=["coursive", held.code])
    assert "would become a draft key result:" in alice.get(room).content.decode()
    minutes = reverse("workshop_minutes", args=["coursive", held.code])
    alice.post(reverse("workshop_draft_back", args=["coursive", held.code, note.uid]))
    assert "would become" not in alice.get(room).content.decode()
    alice.post(at, made)
    alice.post(reverse("workshop_close", args=["coursive", held.code]), {"sure": "on"})
    assert "For practice, would become:" in alice.get(minutes).content.decode()


@pytest.mark.django_db
def test_what_is_parked_in_practice_reaches_no_real_workshop(inside):
    held = factories.workshop(inside, at="decide", is_practice=True, facilitator=inside.alice)
    note = factories.note(held, held.participants.first(), "An idea to try out", revealed_at=timezone.now())
    alice = factories.signed_in(inside.alice)
    alice.post(reverse("workshop_decide", args=["coursive", held.code, note.uid]), {"outcome": "parked"})
    Workshop.objects.update(state="closed")
    later = timezone.now() + dt.timedelta(days=1)
    real, again = (factories.workshop(inside, at="", starts_at=later, is_practice=flag) for flag in (False, True))
    assert list(parked_before(real)) == []
    assert [one.note for one in parked_before(again)] == [note]


# ── The whole way, over HTTP ─────────────────────────────────────────────────

PLANNED = """
from django.utils import timezone
from okr.models import Objective, Quarter, Year
from orgs import tenancy
from orgs.actions.audit import Actor
from orgs.models import DemoPersona, Membership, Tribe
from workshops.actions.kinds import candidates, subject_row
from workshops.actions.planning import plan_workshop
from workshops.agendas import agenda_of
from workshops.models import Workshop
with tenancy.all_tenants():
    user = DemoPersona.objects.get(key="coach").user
    coach = Membership.across_orgs.select_related("user", "org").get(user=user, org__slug="coursive")
with tenancy.tenant(coach.org_id):
    quarter = Quarter.objects.filter(state="draft").first()
    where = {"year": quarter.year} if "KIND" == "codir_key_results" else {"tribe": Tribe.objects.get(code="PAN"), "quarter": quarter}
    blank = Workshop(kind="KIND", **where)
    about = [subject_row(one) for one in candidates(blank)][:2]
    values = {"title": "A whole one", "starts_at": timezone.now(), "facilitator": coach, "guests": "link",
              "votes_on": "families", "agenda": agenda_of("KIND", "fr"), "participants": [], "subjects": about}
    print(plan_workshop(blank, values, by=Actor(coach))[0].code)
"""
OUTCOME = """
import json
from collections import Counter
from orgs import tenancy
from workshops.models import Ballot, Decision, Family, Note, Participant, Workshop
with tenancy.all_tenants():
    held = Workshop.across_orgs.get(code="CODE")
with tenancy.tenant(held.org_id):
    spent = Counter()
    for ballot in Ballot.objects.filter(vote__phase__workshop=held):
        spent[ballot.participant_id] += ballot.dots
    made = [one.objective or one.key_result for one in Decision.objects.filter(workshop=held, outcome="retained")]
    print(json.dumps({
        "state": held.state,
        "guests": list(Participant.objects.filter(workshop=held, membership=None).values_list("guest_name", flat=True)),
        "notes": list(Note.objects.filter(workshop=held).values_list("text", flat=True)),
        "families": Family.objects.filter(workshop=held, dissolved_at=None).count(),
        "spent": sorted(spent.values()),
        "made": [str(one) for one in made if one],
    }))
"""


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[servers.AppServer]:
    var: Path = tmp_path_factory.mktemp("played") / "var"
    env = servers.environment(var, DEMO="true")
    servers.manage("migrate", "--verbosity=0", env=env)
    servers.manage("load_demo", env=env)
    with servers.running_web(var, DEMO="true") as server:
        yield server


@pytest.mark.sqlite
@pytest.mark.parametrize("kind", ["tribe_key_results", "tribe_objectives", "codir_key_results"])
def test_simulated_people_play_a_whole_workshop(demo: servers.AppServer, kind: str) -> None:
    code = demo.manage("shell", "-v0", "-c", PLANNED.replace("KIND", kind)).strip()
    people = ["--people=6", "--speed=0", "--leader=coach", "--minutes=3", "--seed=1"]
    said = demo.manage("play_workshop", code, f"--address={demo.url}", *people)
    came = json.loads(demo.manage("shell", "-v0", "-c", OUTCOME.replace("CODE", code)))
    assert came["state"] == "closed", said
    assert "422" not in said
    assert "trouble" not in said
    assert len(came["made"]) == len(set(came["made"]))
    assert len(came["guests"]) == 6
    assert all(name.endswith("(sim.)") for name in came["guests"])
    assert len(came["notes"]) == len(set(came["notes"])) >= 12  # nobody says what somebody else said
    assert came["families"] >= 2
    assert came["spent"] == [5] * 6  # all their dots, and none more
    assert len(came["made"]) >= 2
