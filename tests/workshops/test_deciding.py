"""The room decides: retain, park or reject, a word why, and drafts made of what it retained; and to whom all that is refused."""

import datetime as dt
import re
import uuid
from decimal import Decimal
from typing import Any

import pytest
import time_machine
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from okr.models import Contribution, Initiative, KeyResult, Objective
from orgs import tenancy
from orgs.models import AuditEvent, Membership
from tests import factories
from tests.factories import World, signed_in
from workshops.models import Ballot, Decision, Family, Note, Subject, Vote, Workshop

pytestmark = pytest.mark.django_db
NOW = dt.datetime(2026, 5, 19, 10, tzinfo=dt.UTC)


@pytest.fixture(autouse=True)
def during_the_workshop():
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def world() -> World:
    return factories.world("ours")


class Room:
    """A workshop at its decisions, with three notes that were voted on: Alice leads, Bob and Carol take part, Cora the
    coach only observes."""

    def __init__(self, world: World, kind: str = "tribe_key_results", *, at: str = "decide", vote: bool = True) -> None:
        self.world = world
        with tenancy.tenant(world.org.pk):
            places: dict[str, Any] = {"kind": kind}
            if kind == "codir_key_results":
                places |= {"tribe": None, "quarter": None, "year": world.year, "committee": world.committee}
            self.workshop = factories.workshop(world, at, **places)
            self.workshop.subjects.all().delete()
            about = {
                "tribe_objectives": {"key_result": world.strategic_kr},
                "tribe_key_results": {"objective": world.objective},
                "codir_key_results": {"objective": world.strategic},
            }[kind]
            self.subject = Subject.objects.create(workshop=self.workshop, **about)
            people = {p.membership.user.name.split()[0].lower(): p for p in self.workshop.participants.all()}
            self.people = people
            texts = ("Orders ready on arrival", "Fewer calls about points", "A new badge")
            self.notes = [
                factories.note(self.workshop, people["bob"], text, revealed_at=NOW, position=number)
                for number, text in enumerate(texts, 1)
            ]
            if vote:
                phase = self.workshop.phases.get(kind="vote")
                self.vote = Vote.objects.create(
                    phase=phase, votes_on="notes", dots=5, dots_an_item=3, opened_at=NOW, closed_at=NOW
                )
                for who, given in {"bob": (1, 3), "carol": (2, 3)}.items():
                    for note, dots in zip(self.notes, given, strict=False):
                        Ballot.objects.create(vote=self.vote, participant=people[who], note=note, dots=dots)
        self.clients = {name: signed_in(world.people[name]) for name in ("alice", "bob", "carol", "dan", "coach")}

    def url(self, name: str, note: Note | None = None, **parts: Any) -> str:
        more = {"uid": note.uid} if note else {}
        return reverse(name, kwargs={"org": "ours", "code": self.workshop.code, **more, **parts})

    def get(self, who: str, name: str = "workshop_room", note: Note | None = None, *, htmx: bool = False):
        return self.clients[who].get(self.url(name, note), headers={"HX-Request": "true"} if htmx else {})

    def post(self, who: str, name: str, note: Note | None = None, *, htmx: bool = True, **fields: Any):
        headers = {"HX-Request": "true"} if htmx else {}
        return self.clients[who].post(self.url(name, note), fields, headers=headers)

    def decide(self, note: Note, outcome: str, who: str = "alice", **fields: Any):
        return self.post(who, "workshop_decide", note, outcome=outcome, **fields)

    def draft(self, note: Note, who: str = "alice", *, htmx: bool = True, **fields: Any):
        return self.post(who, "workshop_draft", note, htmx=htmx, **fields)

    def decision(self, note: Note) -> Decision | None:
        with tenancy.tenant(self.world.org.pk):
            return Decision.objects.filter(note=note).select_related("objective", "key_result", "by__user").first()

    def board(self, who: str = "bob") -> str:
        page = self.get(who)
        assert page.status_code == 200
        return page.content.decode().partition('<div id="board">')[2]

    def order(self, who: str = "bob") -> list[str]:
        return re.findall(r"<h4[^>]*>([^<]*)</h4>", self.board(who))

    def now(self, who: str = "bob") -> str:
        found = re.search(r'aria-current="true">.*?<h4[^>]*>([^<]*)</h4>', self.board(who), re.DOTALL)
        return found[1] if found else ""

    def set(self, **fields: Any) -> None:
        with tenancy.tenant(self.world.org.pk):
            Workshop.objects.filter(pk=self.workshop.pk).update(**fields)

    def in_org(self):
        return tenancy.tenant(self.world.org.pk)


@pytest.fixture
def room(world: World) -> Room:
    return Room(world)


# ── The walk ─────────────────────────────────────────────────────────────────


def test_the_ranking_is_walked_best_first(room: Room) -> None:
    assert room.order() == ["Fewer calls about points", "Orders ready on arrival", "A new badge"]
    assert room.now() == "Fewer calls about points"
    room.decide(room.notes[1], "retained")
    assert room.now() == "Orders ready on arrival"
    room.decide(room.notes[0], "parked")
    assert room.now() == "A new badge"
    room.decide(room.notes[2], "rejected", reason="We have three already.")
    assert room.now() == ""
    board = room.board()
    assert "3 of 3 decided" in board
    assert "We have three already." in board


def test_without_a_vote_the_items_stand_as_on_the_board(world: World) -> None:
    room = Room(world, vote=False)
    assert room.order() == ["Orders ready on arrival", "Fewer calls about points", "A new badge"]
    assert "There was no vote" in room.board()
    assert room.decide(room.notes[2], "retained").status_code == 200
    decision = room.decision(room.notes[2])
    assert decision is not None
    assert (decision.outcome, decision.by) == ("retained", world.alice)


def test_an_open_vote_tells_nothing(room: Room) -> None:
    with room.in_org():
        Vote.objects.update(closed_at=None)
    assert "Balanced" not in room.board()
    assert room.order() == ["Orders ready on arrival", "Fewer calls about points", "A new badge"]


def test_families_are_decided_where_families_were_voted_on(room: Room) -> None:
    with room.in_org():
        family = Family.objects.create(workshop=room.workshop, uid=uuid.uuid4(), subject=room.subject, name="Speed")
        Note.objects.filter(pk__in=[room.notes[0].pk, room.notes[1].pk]).update(family=family)
        Vote.objects.update(votes_on="families")
        Ballot.objects.all().delete()
        Ballot.objects.create(vote=room.vote, participant=room.people["bob"], family=family, dots=2)
    assert room.order() == ["Speed", "A new badge"]
    assert "Orders ready on arrival" in room.board()  # the notes of the one at hand are read out
    answer = room.clients["alice"].post(
        room.url("workshop_decide", uid=family.uid), {"outcome": "parked"}, headers={"HX-Request": "true"}
    )
    assert answer.status_code == 200
    with room.in_org():
        assert Decision.objects.get().family == family
    assert room.decide(room.notes[0], "parked").status_code == 422  # one of a family, not voted on by itself


def test_the_facilitator_points_at_another_item(room: Room) -> None:
    assert room.post("alice", "workshop_point", room.notes[2]).status_code == 200
    assert room.now() == "A new badge"
    assert f'data-shown="d-note-{room.notes[2].pk}"' in room.get("bob").content.decode()
    room.decide(room.notes[2], "rejected")
    assert room.now() == "Fewer calls about points"
    assert room.post("bob", "workshop_point", room.notes[2]).status_code == 403


def test_one_decides_otherwise_or_leaves_it_open_again(room: Room) -> None:
    note = room.notes[0]
    room.decide(note, "parked", reason="Next quarter.")
    room.decide(note, "parked")  # the word stays where the decision does
    decision = room.decision(note)
    assert decision is not None
    assert decision.reason == "Next quarter."
    room.decide(note, "retained")
    decision = room.decision(note)
    assert decision is not None
    assert (decision.outcome, decision.reason) == ("retained", "")
    room.decide(note, "")
    assert room.decision(note) is None
    with room.in_org():
        told = list(AuditEvent.objects.filter(verb="decided").order_by("pk").values_list("after", flat=True))
    assert [one["decision"] for one in told] == [
        "Parked: Orders ready on arrival", "Retained: Orders ready on arrival", "",
    ]  # fmt: skip


def test_a_double_click_decides_once(room: Room) -> None:
    with room.in_org():
        before = Workshop.objects.get().seq
    for _time in range(2):
        assert room.decide(room.notes[0], "retained").status_code == 200
    with room.in_org():
        assert Decision.objects.count() == 1
        assert AuditEvent.objects.filter(verb="decided").count() == 1
        assert Workshop.objects.get().seq == before + 1


def test_the_co_facilitator_decides_too(room: Room) -> None:
    room.set(co_facilitator=room.world.bob)
    assert room.decide(room.notes[0], "retained", "bob").status_code == 200
    decision = room.decision(room.notes[0])
    assert decision is not None
    assert decision.by == room.world.bob


@pytest.mark.parametrize("who", ["bob", "carol", "dan", "coach"])
def test_nobody_else_decides_or_drafts(room: Room, who: str) -> None:
    room.decide(room.notes[0], "retained")
    assert room.decide(room.notes[0], "rejected", who).status_code == 403
    assert room.draft(room.notes[0], who, title="Orders ready").status_code == 403
    assert room.get(who, "workshop_draft", room.notes[0]).status_code == 403
    assert room.get(who, "workshop_word", room.notes[0]).status_code == 403
    assert room.post(who, "workshop_draft_back", room.notes[0]).status_code == 403
    decision = room.decision(room.notes[0])
    assert decision is not None
    assert decision.outcome == "retained"


def test_a_guest_sees_the_decisions_and_takes_none(room: Room) -> None:
    from workshops.access import cookie_name, digest

    with room.in_org():
        factories.participant(room.workshop, guest_name="Gita Guest", digest=digest("token"), function="design")
    client = Client()
    client.cookies[cookie_name(room.workshop.code)] = "token"
    room.decide(room.notes[1], "retained", reason="Everybody wants it.")
    page = client.get(room.url("workshop_room"))
    assert "Everybody wants it." in page.content.decode()
    assert client.post(room.url("workshop_decide", room.notes[0]), {"outcome": "parked"}).status_code == 403
    assert client.get(room.url("workshop_draft", room.notes[1])).status_code == 403


@pytest.mark.parametrize(
    ("at", "fields"),
    [("vote", {"outcome": "retained"}), ("brainstorm", {"outcome": "parked"}), ("closed", {"outcome": "retained"}),
     ("decide", {"outcome": "perhaps"}), ("decide", {"outcome": "parked", "reason": "x" * 301})],
)  # fmt: skip
def test_a_decision_out_of_place_is_refused_in_words(world: World, at: str, fields: dict[str, str]) -> None:
    room = Room(world, at=at)
    answer = room.post("alice", "workshop_decide", room.notes[0], **fields)
    assert answer.status_code == 422
    assert 'role="alert"' in answer.content.decode()
    assert room.decision(room.notes[0]) is None


def test_what_has_left_the_board_is_not_decided(room: Room) -> None:
    with room.in_org():
        Note.objects.filter(pk=room.notes[0].pk).update(withdrawn_at=NOW)
    assert "no longer on the board" in room.decide(room.notes[0], "retained").content.decode()
    assert room.get("alice", "workshop_word", room.notes[0]).status_code == 404


def test_a_word_why_in_a_dialog_or_on_a_page(room: Room) -> None:
    room.decide(room.notes[0], "parked", reason="Next quarter.")
    for htmx in (True, False):
        page = room.get("alice", "workshop_word", room.notes[0], htmx=htmx).content.decode()
        assert "Next quarter." in page
        assert ("<html" in page) is not htmx
    answer = room.post("alice", "workshop_decide", room.notes[0], htmx=False, outcome="parked", reason="In autumn.")
    assert answer.status_code == 302
    assert "In autumn." in room.board()


# ── Drafts ───────────────────────────────────────────────────────────────────


def test_a_retained_note_becomes_a_draft_objective_that_contributes(world: World) -> None:
    room = Room(world, "tribe_objectives")
    note = room.notes[1]
    room.decide(note, "retained")
    form = room.get("alice", "workshop_draft", note, htmx=True).content.decode()
    assert 'value="Fewer calls about points"' in form
    assert 'data-coach="objective"' in form
    assert form.index("Alice Owner · Product") < form.index("Dan Admin")  # those in the room first
    answer = room.draft(
        note, title="Members trust their points.", owner=world.bob.pk, because="They call less.", client_id="abcdefgh1"
    )
    assert answer.status_code == 200
    decision = room.decision(note)
    assert decision is not None
    made = decision.objective
    assert made is not None
    assert (made.title, made.tribe_id, made.quarter_id, made.owner_id) == (
        "Members trust their points.", world.tribe.pk, world.quarter.pk, world.bob.pk,
    )  # fmt: skip
    with room.in_org():
        contribution = Contribution.objects.get(objective=made)
        assert (contribution.key_result, contribution.reason) == (world.strategic_kr, "They call less.")
        assert AuditEvent.objects.filter(object_type="objective", object_id=made.pk, verb="created").count() == 1
    board = room.board()
    assert f"/o/ours/objectives/{made.pk}/" in board
    assert room.clients["bob"].get(f"/o/ours/objectives/{made.pk}/").status_code == 200


def test_a_double_click_makes_one_objective(world: World) -> None:
    room = Room(world, "tribe_objectives")
    room.decide(room.notes[1], "retained")
    fields = {"title": "Members trust their points.", "client_id": "abcdefgh1"}
    with room.in_org():
        before = Objective.objects.count()
    for _time in range(2):
        assert room.draft(room.notes[1], **fields).status_code == 200
    with room.in_org():
        assert Objective.objects.count() == before + 1


def test_another_wording_meanwhile_is_refused_and_kept(world: World) -> None:
    room = Room(world, "tribe_objectives")
    room.set(co_facilitator=world.bob)
    room.decide(room.notes[1], "retained")
    room.draft(room.notes[1], "bob", title="Members trust their points.", client_id="abcdefgh1")
    answer = room.draft(room.notes[1], title="Points are plain to all.", client_id="abcdefgh2")
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "A draft was made of it meanwhile" in page
    assert 'value="Points are plain to all."' in page


def test_a_tribes_key_result_with_what_is_known(room: Room) -> None:
    note = room.notes[0]
    room.decide(note, "retained")
    answer = room.draft(
        note, title="Orders ready on arrival", start="80", target="92", unit="percent", metric="Share of orders",
        source="Order log", owner=room.world.bob.pk,
    )  # fmt: skip
    assert answer.status_code == 200
    decision = room.decision(note)
    assert decision is not None
    made = decision.key_result
    assert made is not None
    assert (made.objective_id, made.stage, made.start, made.target, made.direction, made.source) == (
        room.world.objective.pk, "draft", Decimal(80), Decimal(92), "up", "Order log",
    )  # fmt: skip
    with room.in_org():
        assert not Initiative.objects.filter(key_results=made).exists()


def test_a_source_to_be_found_becomes_a_dated_first_step(room: Room) -> None:
    note = room.notes[0]
    room.decide(note, "retained")
    room.draft(note, title="Orders ready on arrival", target="92", owner=room.world.bob.pk, find_by="2026-06-03")
    decision = room.decision(note)
    assert decision is not None
    made = decision.key_result
    assert made is not None
    assert made.baseline_due_on == dt.date(2026, 6, 3)
    with room.in_org():
        step = Initiative.objects.get(key_results=made)
        assert (step.start_week, step.end_week, step.owner, step.function) == (
            dt.date(2026, 5, 18), dt.date(2026, 6, 1), room.world.bob, "tech",
        )  # fmt: skip
        assert step.title == "Find the figure: Orders ready on arrival"
        assert len(set(AuditEvent.objects.filter(verb="created").values_list("change", flat=True))) == 1


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"title": ""}, "Say what should move"),
        ({"title": "Ready", "start": "80", "target": "80", "direction": "up"}, "nothing would have to move"),
        ({"title": "Ready", "start": "many"}, "Enter a number"),
        ({"title": "Ready", "find_by": "2026-05-01"}, "This day has passed"),
        ({"title": "Ready", "find_by": "2026-09-01"}, "is over by then"),
        ({"title": "Ready", "find_by": "soon"}, "Enter a day"),
        ({"title": "Ready", "start": "8", "target": "9", "source": "Log", "find_by": "2026-06-03"}, "nothing to find"),
        ({"title": "Ready", "owner": "999999"}, "no longer a member"),
    ],
)
def test_what_is_wrong_with_a_draft_is_said_beside_its_field(room: Room, fields: dict[str, str], words: str) -> None:
    room.decide(room.notes[0], "retained")
    answer = room.draft(room.notes[0], **fields)
    page = answer.content.decode()
    assert answer.status_code == 422
    assert words in page
    assert 'aria-invalid="true"' in page
    decision = room.decision(room.notes[0])
    assert decision is not None
    assert decision.made is None


def test_the_codir_makes_candidates(world: World) -> None:
    room = Room(world, "codir_key_results")
    note = room.notes[1]
    room.decide(note, "retained")
    form = room.get("alice", "workshop_draft", note, htmx=True).content.decode()
    assert "find_by" not in form  # initiatives are the tribes'
    answer = room.draft(note, title="Calls about points", start="1200", target="800")
    assert answer.status_code == 200
    decision = room.decision(note)
    assert decision is not None
    made = decision.key_result
    assert made is not None
    assert (made.objective_id, made.stage, made.direction) == (world.strategic.pk, "draft", "down")
    assert "candidate 1.2" in " ".join(room.board().split())


def test_leading_is_enough_to_make_drafts_and_gives_nothing_else(world: World) -> None:
    """Bob is a member who may write neither strategy nor his tribe's quarter."""
    room = Room(world)
    room.set(facilitator=world.bob)
    room.decide(room.notes[0], "retained", "bob")
    assert (
        room.clients["bob"]
        .post(f"/o/ours/objectives/{world.objective.pk}/key-results/new/", {"title": "X"})
        .status_code
        == 403
    )
    assert room.draft(room.notes[0], "bob", title="Orders ready on arrival").status_code == 200
    decision = room.decision(room.notes[0])
    assert decision is not None
    made = decision.key_result
    assert made is not None
    assert room.clients["bob"].post(f"/o/ours/key-results/{made.pk}/edit/", {"title": "Y"}).status_code == 403
    assert room.post("bob", "workshop_draft_back", room.notes[0]).status_code == 200
    with room.in_org():
        assert KeyResult.objects.get(pk=made.pk).archived_at is not None


def test_what_is_not_retained_becomes_no_draft(room: Room) -> None:
    assert room.draft(room.notes[0], title="Ready").status_code == 404
    room.decide(room.notes[0], "parked")
    answer = room.draft(room.notes[0], title="Ready")
    assert answer.status_code == 422
    assert "Retain it first" in answer.content.decode()


def test_a_drafted_item_stays_retained_until_its_draft_is_taken_back(room: Room) -> None:
    note = room.notes[0]
    room.decide(note, "retained")
    room.draft(note, title="Orders ready on arrival", target="92", find_by="2026-06-03")
    answer = room.decide(note, "rejected")
    assert answer.status_code == 422
    assert "A draft was made of it" in answer.content.decode()
    for _time in range(2):
        assert room.post("alice", "workshop_draft_back", note).status_code == 200
    with room.in_org():
        assert not KeyResult.objects.live().filter(title="Orders ready on arrival").exists()
        assert not Initiative.objects.live().filter(title__startswith="Find the figure").exists()
    assert room.decide(note, "rejected").status_code == 200


def test_a_draft_that_people_work_with_is_not_taken_back(room: Room) -> None:
    note = room.notes[0]
    room.decide(note, "retained")
    room.draft(note, title="Calls", start="12", target="8", owner=room.world.bob.pk)
    decision = room.decision(note)
    assert decision is not None
    with room.in_org():
        KeyResult.objects.filter(pk=decision.key_result_id).update(stage="proposed", metric="Calls")
    answer = room.post("alice", "workshop_draft_back", note)
    assert answer.status_code == 422
    assert "People have gone on working with it" in answer.content.decode()


def test_drafts_are_made_after_the_end_too(room: Room) -> None:
    room.decide(room.notes[0], "retained")
    room.set(state="closed", closed_at=NOW)
    assert room.decide(room.notes[0], "rejected").status_code == 422
    assert room.now() == ""
    assert "What we decided" in room.board()
    assert "Make a draft" in room.board("alice")
    assert "Make a draft" not in room.board("bob")
    assert room.draft(room.notes[0], title="Ready").status_code == 200
    assert "draft key result" in room.board("bob")


def test_a_closed_quarter_takes_no_draft(room: Room) -> None:
    room.decide(room.notes[0], "retained")
    with room.in_org():
        type(room.world.quarter).objects.update(state="closed")
    answer = room.draft(room.notes[0], title="Ready")
    assert answer.status_code == 422
    assert "is closed" in answer.content.decode()


def test_the_form_without_javascript(room: Room) -> None:
    room.decide(room.notes[0], "retained")
    page = room.get("alice", "workshop_draft", room.notes[0]).content.decode()
    assert "<html" in page
    assert 'id="deck"' in page
    assert room.draft(room.notes[0], htmx=False, title="").status_code == 422
    assert room.draft(room.notes[0], htmx=False, title="Ready").status_code == 302
    assert "draft key result" in room.board()


def test_the_board_costs_the_same_however_much_was_decided(room: Room) -> None:
    def queries() -> int:
        cache.clear()
        with CaptureQueriesContext(
            connection,
        ) as found:
            room.get("bob")
        return len(found)

    queries()
    few = queries()
    with room.in_org():
        for number in range(20):
            note = factories.note(room.workshop, room.people["bob"], f"Idea {number}", revealed_at=NOW)
            Ballot.objects.create(vote=room.vote, participant=room.people["carol"], note=note, dots=1)
            row = factories.key_result(room.world.objective, stage="draft")
            Decision.objects.create(
                workshop=room.workshop,
                note=note,
                outcome="retained",
                key_result=row,
                by=Membership.objects.first(),
                at=NOW,
            )
    assert queries() == few
