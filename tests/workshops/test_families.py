"""Grouping notes into families through the room's commands: what each does, to whom it is refused, and how it is undone."""

import datetime as dt
import re
import uuid
from types import SimpleNamespace
from typing import Any

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from orgs import tenancy
from tests import factories
from tests.factories import World, signed_in
from workshops.models import Family, Move, Note, Participant, Workshop

pytestmark = pytest.mark.django_db
NOW = dt.datetime(2026, 5, 19, 10, tzinfo=dt.UTC)
TEXTS = ("Fewer calls about points", "Points visible the same evening", "Slots kept", "Baskets ready in time")


@pytest.fixture
def clock():
    with time_machine.travel(NOW, tick=False) as clock:
        yield clock


@pytest.fixture
def world(clock) -> World:
    return factories.world("ours")


class Grouping:
    """A workshop at its families: Alice leads, Bob and Carol take part, and there are four notes, by Bob."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.clients = {name: signed_in(world.people[name]) for name in ("alice", "bob", "carol", "dan")}
        with tenancy.tenant(world.org.pk):
            self.workshop = factories.workshop(world, "families")
            self.bob = Participant.objects.get(membership=world.bob)
            self.notes = [factories.note(self.workshop, self.bob, text, revealed_at=NOW) for text in TEXTS]
        self.uids = [note.uid for note in self.notes]

    def url(self, name: str, **parts: object) -> str:
        return reverse(f"workshop_{name}", kwargs={"org": "ours", "code": self.workshop.code, **parts})

    def post(self, who: str, route: str, parts: dict[str, Any] | None = None, /, **fields: Any):
        sent = {"uid": uuid.uuid4(), **fields}
        answer = self.clients[who].post(self.url(route, **(parts or {})), sent, headers={"HX-Request": "true"})
        return SimpleNamespace(status=answer.status_code, says=answer.content.decode(), uid=sent["uid"])

    def move(self, who: str, *notes: int, to: uuid.UUID | str = "", before: uuid.UUID | str = "", **fields: Any):
        return self.post(who, "move_notes", notes=[self.uids[n] for n in notes], to=to, before=before, **fields)

    def start(self, who: str, name: str, *notes: int, **fields: Any) -> uuid.UUID:
        uid = uuid.uuid4()
        fields = {"family": uid, "name": name, "notes": [self.uids[n] for n in notes], **fields}
        answer = self.post(who, "families", **fields)
        assert answer.status == 200, answer.says
        return uid

    def board(self) -> dict[str, list[str]]:
        """What lies where, by the families' names; "" is where notes without one are. Under each, what was merged."""
        with tenancy.tenant(self.world.org.pk):
            families = list(Family.objects.filter(dissolved_at=None))
            notes = list(Note.objects.live().order_by("position", "pk"))
        shown: dict[str, list[str]] = {"": []}
        for family in [None, *families]:
            members = [n for n in notes if n.family_id == (family.pk if family else None) and n.merged_into_id is None]
            assert len({n.position for n in members}) == len(members), "two notes at one place"
            shown[family.name if family else ""] = [
                " + ".join([note.text, *(one.text for one in notes if one.merged_into_id == note.pk)])
                for note in members
            ]
        return shown

    def order(self) -> list[tuple[str, list[str]]]:
        return list(self.board().items())

    def get(self, who: str, name: str = "room") -> str:
        return self.clients[who].get(self.url(name)).content.decode()


@pytest.fixture
def held(world: World) -> Grouping:
    return Grouping(world)


A, B, C, D = TEXTS


# ── Families and notes ───────────────────────────────────────────────────────


def test_notes_go_into_a_family_in_the_order_in_which_they_are_put(held: Grouping) -> None:
    clear = held.start("bob", "Points are clear", 0)
    assert held.board() == {"": [B, C, D], "Points are clear": [A]}
    held.move("carol", 2, 3, to=clear)
    held.move("alice", 1, to=clear, before=held.uids[2])
    assert held.board() == {"": [], "Points are clear": [A, B, C, D]}
    held.move("bob", 3, to=clear, before=held.uids[0])
    held.move("bob", 1, to="")
    assert held.board() == {"": [B], "Points are clear": [D, A, C]}


def test_each_gesture_is_done_once(held: Grouping) -> None:
    uid, family = uuid.uuid4(), uuid.uuid4()
    for _ in range(2):
        assert held.post("bob", "families", uid=uid, family=family, name="Once", notes=[held.uids[0]]).status == 200
    move = uuid.uuid4()
    for _ in range(2):
        assert held.move("bob", 1, to=family, uid=move).status == 200
    held.move("bob", 1, to="")
    assert held.move("bob", 1, to=family, uid=move).status == 200  # arrives a third time, late
    assert held.board() == {"": [C, D, B], "Once": [A]}
    assert held.move("carol", 1, to=family, uid=move).status == 422


def test_no_uid_names_a_family_and_a_note(held: Grouping) -> None:
    """Who takes the other's would have the dots that are meant for it, or its decision."""
    taken = held.post("bob", "families", family=held.uids[0], name="In its place", notes=[held.uids[1]])
    assert taken.status == 422
    family = held.start("bob", "A family", 2)
    with tenancy.tenant(held.world.org.pk):
        subject = held.workshop.subjects.get().pk
    note = held.post("carol", "notes", uid=family, subject=subject, text="In its place")
    assert note.status == 422
    assert held.board() == {"": [A, B, D], "A family": [C]}


def test_a_gesture_that_changes_nothing_is_not_remembered_nor_drawn(held: Grouping) -> None:
    with tenancy.tenant(held.world.org.pk):
        before = Workshop.objects.get().seq
    assert held.move("bob", 3, to="").status == 200
    with tenancy.tenant(held.world.org.pk):
        assert Workshop.objects.get().seq == before
        assert not Move.objects.exists()


def test_each_gesture_is_one_drawing_of_the_board(held: Grouping) -> None:
    with tenancy.tenant(held.world.org.pk):
        before = Workshop.objects.get().seq
    held.start("bob", "Three at once", 0, 1, 2)
    with tenancy.tenant(held.world.org.pk):
        assert Workshop.objects.get().seq == before + 1


def test_families_are_renamed_ordered_merged_and_dissolved(held: Grouping) -> None:
    one, two, three = held.start("bob", "One", 0), held.start("bob", "Two", 1), held.start("carol", "Three", 2)
    assert held.post("carol", "family", {"uid": one}, name="  First   one ").status == 200
    assert held.post("carol", "family", {"uid": one}, name=" ").status == 422
    held.post("carol", "family_place", {"uid": three}, before=one)
    assert list(held.board()) == ["", "Three", "First one", "Two"]
    held.post("carol", "family_place", {"uid": three}, before="")
    assert list(held.board()) == ["", "First one", "Two", "Three"]
    assert held.post("carol", "family_merge", {"uid": two}, into=two).status == 422
    held.post("carol", "family_merge", {"uid": two}, into=one)
    assert held.board() == {"": [D], "First one": [A, B], "Three": [C]}
    held.post("alice", "family_dissolve", {"uid": one})
    assert held.board() == {"": [D, A, B], "Three": [C]}
    assert "This family is no longer there." in held.move("bob", 3, to=one).says


def test_a_family_of_an_earlier_round_is_not_made_again(held: Grouping) -> None:
    uid = held.start("bob", "Points", 0)
    with tenancy.tenant(held.world.org.pk):
        Family.objects.update(round=2)
        Note.objects.filter(family__uid=uid).update(round=2)
    assert held.post("bob", "families", family=uid, name="Points again").status == 422


def test_a_family_has_a_name_or_notes(held: Grouping) -> None:
    refused = held.post("bob", "families", family=uuid.uuid4(), name=" ")
    assert refused.status == 422
    assert "Give the family a name, or choose notes for it." in refused.says
    held.start("bob", "", 0)
    held.start("bob", "Empty so far")
    assert held.board() == {"": [A], "Empty so far": []}
    assert held.post("bob", "families", family=uuid.uuid4(), name="x" * 81).status == 422


def test_families_that_are_made_and_dissolved_come_to_an_end(held: Grouping, monkeypatch) -> None:
    monkeypatch.setattr("workshops.actions.families.MOST_MADE", 3)
    for name in ("One", "Two", "Three"):
        made = held.start("bob", name, 0)
        if name != "Three":
            assert held.post("bob", "family_dissolve", {"uid": made}).status == 200
    refused = held.post("carol", "families", name="Four")
    assert refused.status == 422
    assert "3 families have been made and dissolved in this round." in refused.says
    assert held.post("carol", "family", {"uid": made}, name="Four").status == 200
    assert held.board() == {"": [B, C, D], "Four": [A]}


def test_of_many_gestures_the_latest_are_kept_and_undone(held: Grouping, monkeypatch) -> None:
    monkeypatch.setattr("workshops.actions.gestures.KEPT", 3)
    family = held.start("carol", "Hers")
    done = [held.move("bob", n % 4, to=family if n < 4 else "").uid for n in range(6)]
    with tenancy.tenant(held.world.org.pk):
        assert list(Move.objects.filter(by=held.bob).values_list("uid", flat=True)) == done[3:]
        assert Move.objects.exclude(by=held.bob).count() == 1
    before = held.board()
    assert held.post("bob", "undo", uid=done[-1]).status == 200
    assert held.post("bob", "redo", uid=done[-1]).status == 200
    assert held.board() == before
    assert held.post("bob", "undo", uid=done[0]).status == 422


def test_notes_that_say_the_same_are_merged_and_taken_apart(held: Grouping) -> None:
    family = held.start("bob", "Points", 0, 1)
    assert held.post("carol", "merge_notes", notes=[held.uids[0], held.uids[2]]).status == 200
    assert held.board() == {"": [D], "Points": [f"{A} + {C}", B]}
    # What already has others under it brings them along.
    held.post("carol", "merge_notes", notes=[held.uids[0]], into=held.uids[3])
    assert held.board() == {"": [f"{D} + {A} + {C}"], "Points": [B]}
    held.move("bob", 3, to=family)
    held.post("bob", "note_split", {"uid": held.uids[3]}, only=held.uids[0])
    assert held.board() == {"": [], "Points": [B, f"{D} + {C}", A]}
    held.post("bob", "note_split", {"uid": held.uids[3]})
    assert held.board() == {"": [], "Points": [B, D, C, A]}
    assert held.post("bob", "note_split", {"uid": held.uids[3]}).status == 422
    assert held.post("bob", "merge_notes", notes=[held.uids[3]]).status == 422


def test_who_observes_or_is_not_there_groups_nothing(held: Grouping) -> None:
    family = held.start("bob", "Points", 0)
    with tenancy.tenant(held.world.org.pk):
        Participant.objects.filter(membership=held.world.carol).update(part="observer")
    at = {"uid": family}
    for who in ("carol", "dan"):
        assert held.move(who, 1, to=family).status == 403
        assert held.post(who, "families", name="Mine").status == 403
        assert held.post(who, "family", at, name="Mine").status == 403
        assert held.post(who, "family_place", at).status == 403
        assert held.post(who, "family_merge", at, into=family).status == 403
        assert held.post(who, "family_dissolve", at).status == 403
        assert held.post(who, "merge_notes", notes=held.uids[1:3]).status == 403
        assert held.post(who, "note_split", {"uid": held.uids[0]}).status == 403
        assert held.post(who, "hold", notes=held.uids[:1], on="on").status == 403
        assert held.post(who, "dismiss", key="all").status == 403
    assert held.board() == {"": [B, C, D], "Points": [A]}
    assert "data-groups" not in held.get("carol", "mine")
    assert "data-groups" in held.get("bob", "mine")


def test_who_leads_groups_without_taking_part(held: Grouping) -> None:
    with tenancy.tenant(held.world.org.pk):
        Participant.objects.filter(membership=held.world.alice).update(part="observer")
    family = held.start("alice", "Points", 0)
    assert held.move("alice", 1, to=family).status == 200
    assert held.board() == {"": [C, D], "Points": [A, B]}
    assert "data-groups" in held.get("alice", "mine")
    with tenancy.tenant(held.world.org.pk):  # an observer like any other, once somebody else leads
        Workshop.objects.update(facilitator=held.world.bob, co_facilitator=None)
    assert held.move("alice", 2, to=family).status == 403


def test_notes_are_grouped_in_their_phase_only(held: Grouping) -> None:
    with tenancy.tenant(held.world.org.pk):
        Workshop.objects.update(phase=held.workshop.phases.get(kind="vote"))
    assert "Notes are grouped in the phase" in held.move("bob", 0).says
    with tenancy.tenant(held.world.org.pk):
        Workshop.objects.update(phase=held.workshop.phases.get(kind="families"), state="closed")
    assert held.move("bob", 0).status == 422


def test_what_is_of_another_workshop_or_not_revealed_stays_where_it_is(held: Grouping, world: World) -> None:
    with tenancy.tenant(world.org.pk):
        other = factories.workshop(world, "families")
        stranger = factories.note(other, other.participants.first(), "Elsewhere", revealed_at=NOW)
        private = factories.note(held.workshop, held.bob, "Not revealed")
    for uid in (stranger.uid, private.uid, uuid.uuid4()):
        answer = held.post("bob", "move_notes", notes=[uid])
        assert answer.status == 422
        assert "This is no longer on the board." in answer.says
    with tenancy.tenant(world.org.pk):
        theirs = other.subjects.get().pk
    assert held.post("bob", "families", name="Elsewhere", subject=theirs).status == 422


@pytest.mark.parametrize(
    ("name", "fields"),
    [
        ("move_notes", {"notes": "x"}),
        ("move_notes", {"notes": []}),
        ("move_notes", {"notes": [str(uuid.uuid4())] * 2, "to": "'; DROP TABLE"}),
        ("merge_notes", {"notes": "\x00"}),
        ("hold", {"notes": "1,2"}),
        ("undo", {"uid": "none"}),
        ("redo", {"uid": ""}),
        ("dismiss", {"key": "<script>"}),
        ("families", {"name": "a" * 10_000}),
        ("families", {"name": "ok", "subject": "9" * 400}),
    ],
)
def test_what_no_browser_of_ours_sends_is_refused_in_words(held: Grouping, name: str, fields: dict[str, Any]) -> None:
    before = held.board()
    answer = held.post("bob", name, **fields)
    assert answer.status == 422
    assert 'role="alert"' in answer.says
    assert held.board() == before


def test_grouping_costs_as_many_queries_for_many_notes_as_for_one(held: Grouping) -> None:
    family = held.start("bob", "Points")
    counts = []
    for notes in (held.uids[:1], held.uids[1:]):
        with CaptureQueriesContext(connection) as queries:
            held.post("bob", "move_notes", notes=notes, to=family)
        counts.append(len(queries))
    assert counts[0] == counts[1]


def test_going_back_to_the_brainstorm_and_forward_again_loses_nothing(held: Grouping) -> None:
    held.start("bob", "Points", 0, 1)
    for kind in ("brainstorm", "families"):
        if kind == "families":
            held.post("carol", "notes", subject=held.notes[0].subject_id, text="A late idea")
            assert "A late idea" not in held.get("bob")
        with tenancy.tenant(held.world.org.pk):
            phase, seen = held.workshop.phases.get(kind=kind).pk, Workshop.objects.get().phase_id
        assert held.post("alice", "phase", {"pk": phase}, seen=seen, sure="on").status == 200
    assert held.board() == {"": [C, D, "A late idea"], "Points": [A, B]}
    assert "A late idea" in held.get("bob")


# ── Undo and redo ────────────────────────────────────────────────────────────


def test_each_gesture_is_undone_and_done_again(held: Grouping) -> None:
    family = held.start("bob", "Points", 0, 1)
    other = held.start("bob", "Slots", 2)
    at = {"uid": family}
    for act in (
        lambda: held.move("bob", 3, to=family, before=held.uids[1]),
        lambda: held.move("bob", 0, 2, to=""),
        lambda: held.post("bob", "families", name="New", notes=held.uids),
        lambda: held.post("bob", "family", at, name="Renamed"),
        lambda: held.post("bob", "family_place", at, before=""),
        lambda: held.post("bob", "family_merge", at, into=other),
        lambda: held.post("bob", "family_dissolve", at),
        lambda: held.post("bob", "merge_notes", notes=held.uids[:3]),
    ):
        before = held.order()
        done = act()
        after = held.order()
        assert after != before
        for _ in range(2):
            assert held.post("bob", "undo", uid=done.uid).status == 200
            assert held.order() == before
        for _ in range(2):
            assert held.post("bob", "redo", uid=done.uid).status == 200
            assert held.order() == after
        held.post("bob", "undo", uid=done.uid)
    done = held.post("bob", "merge_notes", notes=held.uids[:3])
    merged = held.order()
    split = held.post("bob", "note_split", {"uid": held.uids[0]})
    assert held.order() != merged
    held.post("bob", "undo", uid=split.uid)
    assert held.order() == merged


def test_what_others_put_beside_it_does_not_stand_in_the_way_of_undo(held: Grouping) -> None:
    family = held.start("carol", "Points")
    done = held.move("bob", 0, to=family)
    held.move("carol", 1, 2, to=family, before=held.uids[0])
    assert held.board()["Points"] == [B, C, A]
    assert held.post("bob", "undo", uid=done.uid).status == 200
    assert held.board() == {"": [A, D], "Points": [B, C]}


def test_undo_is_refused_where_somebody_else_has_changed_it_since(held: Grouping) -> None:
    family = held.start("carol", "Points")
    slots = held.start("carol", "Slots")
    done = held.move("bob", 0, to=family)
    theirs = held.move("carol", 0, to=slots)
    refused = held.post("bob", "undo", uid=done.uid)
    assert refused.status == 422
    assert "Carol" in refused.says
    assert "has changed this since" in refused.says
    assert held.board() == {"": [B, C, D], "Points": [], "Slots": [A]}
    held.post("carol", "undo", uid=theirs.uid)
    assert held.post("bob", "undo", uid=done.uid).status == 200
    assert held.board()[""] == [A, B, C, D]
    held.move("carol", 0, to=slots)
    assert held.post("bob", "redo", uid=done.uid).status == 422


def test_a_family_that_others_fill_is_not_undone_from_under_them(held: Grouping) -> None:
    made = uuid.uuid4()
    family = held.start("bob", "Points", 0, uid=made)
    held.move("carol", 1, to=family)
    assert held.post("bob", "undo", uid=made).status == 422
    assert held.board() == {"": [C, D], "Points": [A, B]}


def test_undo_of_a_move_into_a_family_that_has_gone_is_refused(held: Grouping) -> None:
    family = held.start("carol", "Points", 0)
    out = held.move("bob", 0, to="")
    held.post("carol", "family_dissolve", {"uid": family})
    assert held.post("bob", "undo", uid=out.uid).status == 422
    assert held.board() == {"": [B, C, D, A]}


def test_one_undoes_ones_own_and_redo_ends_with_something_new(held: Grouping) -> None:
    family = held.start("carol", "Points")
    done = held.move("bob", 0, to=family)
    assert held.post("carol", "undo", uid=done.uid).status == 422
    held.post("bob", "undo", uid=done.uid)
    held.move("bob", 1, to=family)
    assert "You have done something else since." in held.post("bob", "redo", uid=done.uid).says


def test_a_note_taken_away_meanwhile_is_not_brought_back_by_undo(held: Grouping) -> None:
    family = held.start("bob", "Points")
    done = held.move("carol", 0, to=family)
    held.post("alice", "note_withdraw", {"uid": held.uids[0]})
    assert "no longer on the board" in held.post("carol", "undo", uid=done.uid).says


def test_a_note_brought_back_after_its_family_has_gone_is_without_one(held: Grouping) -> None:
    family = held.start("bob", "Points", 0, 1)
    held.post("bob", "note_withdraw", {"uid": held.uids[0]})
    held.post("carol", "family_dissolve", {"uid": family})
    held.post("bob", "note_back", {"uid": held.uids[0]})
    assert TEXTS[0] in held.get("bob").partition("data-tray")[2].partition("</section>")[0]
    done = held.move("carol", 2, to=held.start("carol", "Slots"))
    assert done.status == 200
    assert sorted(held.board()[""]) == sorted([A, B, D])


def test_ones_own_part_offers_what_can_be_undone(held: Grouping) -> None:
    family = held.start("carol", "Points")
    assert 'id="undo"' in held.get("bob", "mine")
    done = held.move("bob", 0, to=family)
    mine = held.get("bob", "mine")
    assert str(done.uid) in mine
    assert "move “Fewer calls about points” to “Points”" in mine
    assert str(done.uid) not in held.get("carol", "mine")


def test_what_can_no_longer_be_undone_is_not_offered_and_what_was_before_it_is(held: Grouping) -> None:
    family, slots = held.start("carol", "Points"), held.start("carol", "Slots")
    first = held.move("bob", 0, to=family)
    second = held.move("bob", 1, to=family)
    assert str(second.uid) in held.get("bob", "mine")
    theirs = held.move("carol", 1, to=slots)
    assert str(first.uid) in held.get("bob", "mine")
    assert held.post("bob", "undo", uid=first.uid).status == 200
    held.post("carol", "undo", uid=theirs.uid)
    assert str(second.uid) in held.get("bob", "mine")
    held.post("alice", "note_withdraw", {"uid": held.uids[1]})  # no gesture: by the rows themselves
    assert str(second.uid) not in held.get("bob", "mine")


# ── Who is moving what ───────────────────────────────────────────────────────


def test_who_moves_a_note_is_shown_and_others_leave_it_alone(held: Grouping) -> None:
    family = held.start("carol", "Points")
    assert held.post("bob", "hold", notes=held.uids[:2], on="on").status == 200
    assert held.get("carol").count("Bob Colleague is moving this") == 2
    for answer in (
        held.move("carol", 0, to=family),
        held.post("carol", "hold", notes=held.uids[:1], on="on"),
        held.post("carol", "merge_notes", notes=held.uids[1:3]),
    ):
        assert answer.status == 422
        assert "Bob Colleague is moving “" in answer.says
    assert held.move("bob", 0, to=family).status == 200  # and it is out of his hand
    assert held.get("carol").count("Bob Colleague is moving this") == 1
    held.post("bob", "hold", notes=held.uids[:2])
    assert "Bob Colleague is moving this" not in held.get("carol")


def test_a_hold_ends_by_itself_unless_it_is_said_again(held: Grouping, clock) -> None:
    family = held.start("carol", "Points")
    held.post("bob", "hold", notes=held.uids[:1], on="on")
    clock.shift(10)
    held.post("bob", "hold", notes=held.uids[:1], on="on")
    clock.shift(10)
    assert held.move("carol", 0, to=family).status == 422
    clock.shift(3)
    assert "Bob Colleague is moving this" not in held.get("carol")
    assert held.move("carol", 0, to=family).status == 200


def test_nobody_lets_go_of_what_another_holds(held: Grouping) -> None:
    held.post("bob", "hold", notes=held.uids[:1], on="on")
    assert held.post("carol", "hold", notes=held.uids[:1]).status == 200
    assert "Bob Colleague is moving this" in held.get("carol")


# ── Suggestions ──────────────────────────────────────────────────────────────


@pytest.fixture
def alike(held: Grouping) -> Grouping:
    with tenancy.tenant(held.world.org.pk):
        for text in ("Créneaux tenus le soir", "Créneau promis le soir, créneau tenu", "Slots kept in the evening"):
            held.notes.append(factories.note(held.workshop, held.bob, text, revealed_at=NOW))
    held.uids = [note.uid for note in held.notes]
    return held


SUGGESTED = "Suggested families"


def test_a_suggestion_is_private_and_one_gesture_takes_it_up(alike: Grouping) -> None:
    mine = alike.get("bob", "mine")
    assert SUGGESTED in mine
    board = alike.get("bob").partition('id="board"')[2]
    assert SUGGESTED not in board
    family = uuid.uuid4()
    fields = {"family": family, "name": "Créneaux", "notes": alike.uids[4:], "suggested": "on"}
    done = alike.post("bob", "families", **fields)
    assert alike.board()["Créneaux"] == [note.text for note in alike.notes[4:]]
    alike.post("bob", "undo", uid=done.uid)
    assert "Créneaux" not in alike.board()


def test_what_others_have_grouped_meanwhile_stays_there(alike: Grouping) -> None:
    theirs = alike.start("carol", "Carol’s", 4)
    at = {"notes": alike.uids[4:], "suggested": "on"}
    assert alike.post("bob", "families", name="Créneaux", **at).status == 200
    assert alike.board()["Carol’s"] == [alike.notes[4].text]
    assert len(alike.board()["Créneaux"]) == 2
    refused = alike.post("bob", "move_notes", to=theirs, **at)
    assert refused.status == 422
    assert "Somebody has grouped these notes meanwhile." in refused.says


def test_who_waves_a_suggestion_off_is_not_asked_again_and_nobody_else_learns_of_it(alike: Grouping) -> None:
    with tenancy.tenant(alike.world.org.pk):
        before = Workshop.objects.get().seq
    [key] = re.findall(r'name="key" value="(new:[^"]+)"', alike.get("bob", "mine"))
    assert alike.post("bob", "dismiss", key=key).status == 200
    assert SUGGESTED not in alike.get("bob", "mine")
    assert SUGGESTED in alike.get("carol", "mine")
    alike.post("bob", "dismiss", key="")
    assert SUGGESTED in alike.get("bob", "mine")
    alike.post("carol", "dismiss", key="all")
    assert SUGGESTED not in alike.get("carol", "mine")
    assert "Show suggestions again" in alike.get("carol", "mine")
    with tenancy.tenant(alike.world.org.pk):
        assert Workshop.objects.get().seq == before


def test_ones_own_part_costs_as_many_queries_for_many_notes_as_for_few(alike: Grouping) -> None:
    counts = []
    alike.get("bob", "mine")
    for more in (0, 60):
        with tenancy.tenant(alike.world.org.pk):
            for n in range(more):
                factories.note(alike.workshop, alike.bob, f"Number {n}", revealed_at=NOW)
        for route in ("mine", "room"):
            with CaptureQueriesContext(connection) as queries:
                alike.get("bob", route)
            counts.append(len(queries))
    assert counts[:2] == counts[2:]
    assert max(counts) <= 20
