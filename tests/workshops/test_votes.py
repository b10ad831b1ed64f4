"""Voting with dots through the doors of the room: each sees their own, all see that there are some, then how it came out."""

import datetime as dt
import html
import json
import re
import uuid

import pytest
import time_machine

from orgs import tenancy
from orgs.actions import editing
from orgs.actions.audit import Actor
from orgs.actions.undoing import undo
from orgs.models import AuditEvent
from orgs.rules import RuleBroken
from tests import factories
from tests.factories import World
from tests.workshops.voting import NOW, Room
from workshops.actions.planning import change_workshop
from workshops.models import Ballot, Family, Note, Participant, Phase, Vote, Workshop
from workshops.pages.items import items_of, standings
from workshops.pages.room import LEAD, PROJECTOR, ROOM

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("during_the_workshop")]
REFUSED = 422


@pytest.fixture
def room(world: World) -> Room:
    """Five dots each, at most three on one of four notes; the vote has just begun."""
    with tenancy.tenant(world.org.pk):
        room = Room(world, factories.workshop(world, at="families"))
    for name in "ABCD":
        setattr(room, name, room.note(f"Idea {name}"))
    assert room.go("vote").status_code == 200
    return room


def close(room: Room, who: str = "alice", **fields):
    return room.post(who, "workshop_close_vote", **fields)


def own(room: Room, who: str) -> dict[str, int]:
    """What their own part of the page holds."""
    found = re.search(r'data-chosen="([^"]*)"', room.get(who, "workshop_mine"))
    assert found, "no dots in their part"
    return json.loads(html.unescape(found[1]))


# ── Dots ─────────────────────────────────────────────────────────────────────


def test_dots_are_placed_moved_and_taken_back(room):
    assert room.cast("bob", {room.A: 3, room.B: 2}).status_code == 200
    assert room.dots("bob") == {"Idea A": 3, "Idea B": 2}
    assert room.cast("bob", {room.A: 1, room.C: 2}).status_code == 200
    assert room.dots("bob") == {"Idea A": 1, "Idea B": 2, "Idea C": 2}
    assert room.cast("bob", {room.B: 0}).status_code == 200
    assert room.dots("bob") == {"Idea A": 1, "Idea C": 2}


def test_sent_twice_is_the_same_as_once(room):
    for _ in range(2):
        assert room.cast("bob", {room.A: 2}).status_code == 200
    assert room.dots("bob") == {"Idea A": 2}
    for _ in range(2):
        assert room.cast("bob", {room.A: 0}).status_code == 200
    assert room.dots("bob") == {}


@pytest.mark.parametrize(
    ("given", "why"),
    [
        ({"A": 4}, "At most 3 dots on one item."),
        ({"A": 3, "B": 3}, "You have no dot left. Take one back first."),
    ],
)
def test_the_budget_and_the_most_on_one_item_are_kept(room, given, why):
    room.cast("bob", {room.D: 1})
    answer = room.cast("bob", {getattr(room, name): dots for name, dots in given.items()})
    assert answer.status_code == REFUSED
    assert why in answer.content.decode()
    assert room.dots("bob") == {"Idea D": 1}, "all of them or none"


def test_a_ballot_is_judged_by_how_it_ends_whatever_comes_first(room):
    room.cast("bob", {room.A: 3, room.B: 2})
    assert room.cast("bob", {room.C: 3, room.A: 0}).status_code == 200
    assert room.dots("bob") == {"Idea B": 2, "Idea C": 3}


@pytest.mark.parametrize(
    "fields",
    [
        {},
        {"item": "nonsense", "n": "1"},
        {"item": str(uuid.uuid4())},
        {"item": str(uuid.uuid4()), "n": "-1"},
        {"item": str(uuid.uuid4()), "n": "9999"},
        {"item": str(uuid.uuid4()), "n": "²"},
        {"item": [str(uuid.uuid4())] * 300, "n": ["1"] * 300},
        {"item": str(uuid.uuid4()), "n": "1"},
    ],
)
def test_what_makes_no_sense_is_refused(room, fields):
    assert room.post("bob", "workshop_cast", vote=room.vote.pk, **fields).status_code == REFUSED
    assert room.dots("bob") == {}


@pytest.mark.parametrize("vote", ["", "x", "0", "99999999999999", "12345"])
def test_dots_of_no_vote_are_refused(room, vote):
    answer = room.post("bob", "workshop_cast", vote=vote, item=room.A.uid, n=1)
    assert answer.status_code == REFUSED


def test_dots_of_another_workshops_vote_are_refused(room, world):
    with room.tenancy():
        other = factories.workshop(world, at="vote")
        vote = Vote.objects.create(phase=other.phase, votes_on="notes", dots=5, dots_an_item=3, opened_at=NOW)
        note = factories.note(other, other.participants.first(), revealed_at=NOW)
    assert room.cast("bob", {note: 1}, vote=vote.pk).status_code == REFUSED
    assert room.cast("bob", {note: 1}).status_code == REFUSED


@pytest.mark.parametrize("change", [{"withdrawn_at": NOW}, {"round": 2}, {"revealed_at": None}])
def test_what_is_not_on_the_board_takes_no_dots(room, change):
    with room.tenancy():
        Note.objects.filter(pk=room.A.pk).update(**change)
    assert room.cast("bob", {room.A: 1}).status_code == REFUSED
    assert room.cast("bob", {room.B: 1}).status_code == 200


def test_families_take_dots_and_the_notes_that_stand_alone(room):
    with room.tenancy():
        subject = room.workshop.subjects.first()
        named = Family.objects.create(workshop=room.workshop, uid=uuid.uuid4(), subject=subject, name="Together")
        empty = Family.objects.create(workshop=room.workshop, uid=uuid.uuid4(), subject=subject, name="Empty")
        Note.objects.filter(pk__in=(room.A.pk, room.B.pk)).update(family=named)
        Vote.objects.update(votes_on="families")
    assert room.cast("bob", {named: 2, room.C: 1}).status_code == 200
    assert room.dots("bob") == {"Together": 2, "Idea C": 1}
    for refused in (room.A, empty):
        assert room.cast("bob", {refused: 1}).status_code == REFUSED
    assert own(room, "bob") == {str(named.uid): 2, str(room.C.uid): 1}


def test_a_guest_votes_as_members_do(room):
    guest = room.guest("Gus Guest")
    assert room.cast(guest, {room.A: 2}).status_code == 200
    assert own(room, guest) == {str(room.A.uid): 2}


def test_without_javascript_a_form_for_each_item_sets_its_dots(room):
    page = room.get("bob")
    assert page.count('name="n" min="0" max="3"') == 4
    answer = room.cast("bob", {room.A: 2}, htmx=False)
    assert answer.status_code == 302
    assert room.dots("bob") == {"Idea A": 2}
    assert 'max="3" value="2"' in room.get("bob")


# ── Who votes, and when ──────────────────────────────────────────────────────


def test_observers_do_not_vote(room):
    room.change("carol", part=Participant.Part.OBSERVER)
    assert room.cast("carol", {room.A: 1}).status_code == 403
    assert 'id="choices"' not in room.get("carol", "workshop_mine")
    assert room.cast("bob", {room.A: 1}).status_code == 200


def test_a_guest_who_was_taken_out_does_not_vote(room):
    guest = room.guest("Gus Guest")
    room.change(guest, removed_at=NOW)
    assert room.cast(guest, {room.A: 1}).status_code == 401
    assert room.dots(guest) == {}


@pytest.mark.parametrize(("votes", "status"), [(False, REFUSED), (True, 200)])
def test_the_facilitator_votes_where_the_plan_says_so(room, votes, status):
    room.set(facilitator_votes=votes)
    assert room.cast("alice", {room.A: 1}).status_code == status
    assert ('id="choices"' in room.get("alice", "workshop_mine")) == votes


def test_a_closed_vote_takes_no_dots(room):
    room.cast("bob", {room.A: 1})
    assert close(room).status_code == 200
    answer = room.cast("bob", {room.A: 2})
    assert answer.status_code == REFUSED
    assert "The vote is closed." in answer.content.decode()
    assert room.dots("bob") == {"Idea A": 1}


@pytest.mark.parametrize(
    ("opens", "closes", "status"), [(-2, -1, REFUSED), (1, 2, REFUSED), (-1, 1, 200)], ids=["over", "not yet", "now"]
)
def test_a_vote_of_some_days_takes_dots_between_its_dates(room, opens, closes, status):
    with room.tenancy():
        Phase.objects.filter(kind="vote").update(
            opens_at=NOW + dt.timedelta(days=opens), closes_at=NOW + dt.timedelta(days=closes)
        )
    assert room.cast("bob", {room.A: 1}).status_code == status


def test_only_whoever_leads_closes_the_vote_and_opens_another_round(room):
    assert close(room, "bob").status_code == 403
    assert room.vote.is_open
    assert close(room).status_code == 200
    assert room.post("bob", "workshop_vote_again", after=1).status_code == 403
    assert room.vote.number == 1
    assert room.post("alice", "workshop_vote_again", after=1).status_code == 200
    assert room.vote.number == 2


def test_outside_its_phase_there_is_no_vote_to_close(room):
    room.go("decide", sure="on")
    assert close(room).status_code == REFUSED
    assert room.post("alice", "workshop_vote_again", after=1).status_code == REFUSED


# ── Closing, and another round ───────────────────────────────────────────────


def test_closing_asks_once_more_while_people_are_at_it(room, monkeypatch):
    connected = frozenset(f"m{room.world.people[name].pk}" for name in ("alice", "bob", "carol"))
    monkeypatch.setattr("workshops.live.presence._here_of", lambda kind, org, key: connected)
    room.post("bob", "workshop_done", done="on")
    answer = close(room)
    assert answer.status_code == 409
    assert "1 of 2 is not done yet." in answer.content.decode()
    assert "are not counted" in answer.content.decode()
    assert room.vote.is_open
    assert close(room, sure="on").status_code == 200
    assert not room.vote.is_open


def test_after_the_vote_nobody_is_waited_for(room, monkeypatch):
    connected = frozenset(f"m{room.world.people[name].pk}" for name in ("alice", "bob", "carol"))
    monkeypatch.setattr("workshops.live.presence._here_of", lambda kind, org, key: connected)
    close(room, sure="on")
    assert "I’m done" not in room.get("bob")
    assert room.go("decide").status_code == 200


def test_closing_twice_is_once_and_pressing_again_twice_opens_one_round(room):
    close(room)
    closed_at = room.vote.closed_at
    with time_machine.travel(NOW + dt.timedelta(minutes=1), tick=False):
        assert close(room).status_code == 200
    assert room.vote.closed_at == closed_at
    for _ in range(2):
        assert room.post("alice", "workshop_vote_again", after=1).status_code == 200
    assert room.vote.number == 2


def test_dots_that_do_not_count_are_settled_as_the_vote_closes(room):
    guest = room.guest("Gus Guest")
    for who in ("bob", "carol", guest):
        room.cast(who, {room.A: 2, room.B: 1})
    room.change("carol", part=Participant.Part.OBSERVER)
    room.change(guest, removed_at=NOW)
    with room.tenancy():
        Note.objects.filter(pk=room.B.pk).update(withdrawn_at=NOW)
    close(room)
    with room.tenancy():
        assert [(one.participant_id, one.note_id, one.dots) for one in Ballot.objects.all()] == [
            (room.one("bob").pk, room.A.pk, 2)
        ]


def test_who_leads_sees_whose_dots_will_not_count_and_undo_has_them_count_again(room):
    for who in ("bob", "carol"):
        room.cast(who, {room.A: 2, room.B: 1})
    with room.tenancy():
        workshop = Workshop.objects.with_place().get(pk=room.workshop.pk)
        rows = editing.state_of(workshop, ["participants"])["participants"]
        rest = [row for row in rows if row["membership"] != room.world.carol.pk]
        by = Actor(room.world.alice)
        change = change_workshop(workshop, {"participants": rest}, by=by)[1]
    said = "The dots of 1 person who no longer takes part will not count."
    assert said in room.drawn(LEAD)
    assert said not in room.drawn(ROOM) + room.drawn(PROJECTOR)
    assert "1 of 1 have voted" in room.drawn()
    with room.tenancy():
        undo(change.id, by=by)
    assert said not in room.drawn(LEAD)
    assert own(room, "carol") == {str(room.A.uid): 2, str(room.B.uid): 1}
    close(room)
    assert room.dots("carol") == {"Idea A": 2, "Idea B": 1}


def test_who_comes_to_lead_during_a_vote_keeps_the_dots_and_is_told(room):
    room.cast("bob", {room.A: 2})
    room.set(facilitator=room.world.bob, co_facilitator=room.world.alice)
    assert "Your 2 dots count: you placed them before you led." in room.get("bob", "workshop_mine")
    assert "you led" not in room.get("carol", "workshop_mine")
    assert room.cast("bob", {room.A: 3}).status_code == REFUSED
    assert close(room, "bob").status_code == 200
    assert room.dots("bob") == {"Idea A": 2}


def test_another_round_without_a_dot_changes_nothing(room):
    room.cast("bob", {room.A: 2})
    close(room)
    room.post("alice", "workshop_vote_again", after=1)
    assert close(room).status_code == 200
    assert (room.vote.number, room.vote.is_open) == (1, False)
    room.go("decide")
    assert "Idea A" in room.get("bob")


def test_another_round_begins_empty_and_takes_the_rules_of_now(room):
    room.cast("bob", {room.A: 2})
    first = room.vote
    close(room)
    room.set(dots=7, exponent="0.5")
    room.post("alice", "workshop_vote_again", after=1)
    assert own(room, "bob") == {}
    assert (room.vote.dots, str(room.vote.exponent)) == (7, "0.5")
    assert room.cast("bob", {room.B: 3, room.C: 3}).status_code == 200
    assert room.dots("bob", first) == {"Idea A": 2}
    assert room.cast("bob", {room.D: 1}, vote=first.pk).status_code == REFUSED, "a late dot goes to no other round"


def test_rules_changed_meanwhile_hold_for_the_next_round_only(room):
    room.set(dots=1, dots_an_item=1)
    assert room.cast("bob", {room.A: 3, room.B: 2}).status_code == 200


def test_the_audit_says_by_which_rules_a_vote_opened_and_when_it_closed(room):
    close(room)
    room.post("alice", "workshop_vote_again", after=1)
    with room.tenancy():
        events = AuditEvent.objects.filter(verb__startswith="vote_").order_by("pk")
        assert [event.verb for event in events] == ["vote_opened", "vote_closed", "vote_opened"]
        assert events[0].after == {"votes_on": "Notes", "dots": "5", "dots_an_item": "3", "exponent": "0.0"}


# ── Blind, then open ─────────────────────────────────────────────────────────


def test_while_it_is_open_all_see_how_many_voted_and_nobody_sees_what(room):
    room.cast("bob", {room.A: 3, room.B: 2})
    assert own(room, "bob") == {str(room.A.uid): 3, str(room.B.uid): 2}
    for audience in (ROOM, LEAD, PROJECTOR):
        shown = room.drawn(audience)
        assert "1 of 2 have voted" in shown
        for told in ("3 dots<", "Ranking", "fvotes", 'aria-valuenow="3"', 'aria-valuenow="2"'):
            assert told not in shown, (told, audience)
    assert own(room, "carol") == {}


def test_whoever_was_invited_and_never_came_is_not_waited_for(room):
    with room.tenancy():
        factories.participant(room.workshop, room.world.dan, function="design", joined_at=None)
    assert "0 of 2 have voted" in room.drawn()
    room.change("bob", joined_at=None)
    assert "0 of 1 have voted" in room.drawn()
    room.change("bob", joined_at=NOW)
    room.cast("bob", {room.A: 1})
    room.change("bob", joined_at=None)
    assert "1 of 2 have voted" in room.drawn(), "whoever has voted counts"
    room.clients["dan"].post(f"/w/{room.workshop.code}/")
    assert "1 of 3 have voted" in room.drawn()


def test_the_board_that_all_see_is_the_same_whoever_voted_what(room):
    room.cast("bob", {room.A: 3})
    before = [room.drawn(audience) for audience in (ROOM, LEAD, PROJECTOR)]
    room.cast("bob", {room.A: 0, room.C: 3, room.D: 2})
    assert [room.drawn(audience) for audience in (ROOM, LEAD, PROJECTOR)] == before


def test_turnout_is_told_when_somebody_votes_for_the_first_time_and_not_again(room):
    def seq():
        with room.tenancy():
            return type(room.workshop).objects.get(pk=room.workshop.pk).seq

    start = seq()
    room.cast("bob", {room.A: 1})
    assert seq() == start + 1
    room.cast("bob", {room.B: 1})
    room.cast("bob", {room.B: 2})
    assert seq() == start + 1
    room.cast("bob", {room.A: 0, room.B: 0})
    assert seq() == start + 2


def vote_as_in_the_method(room: Room) -> None:
    """method.md § 3: 6 of Business, one each of Product, Tech and Design."""
    example = {
        "business": ["3200", "3200", "3110", "3101", "2111", "2111"],
        "product": ["0131"],
        "tech": ["0023"],
        "design": ["0221"],
    }
    for function, ballots in example.items():
        for number, given in enumerate(ballots):
            guest = room.guest(f"{function} {number}", function)
            on = {getattr(room, name): int(dots) for name, dots in zip("ABCD", given, strict=True)}
            assert room.cast(guest, on).status_code == 200


def test_closed_it_is_shown_raw_and_balanced_side_by_side(room):
    vote_as_in_the_method(room)
    close(room)
    page = room.get("bob")
    ranking = page.partition('class="ranking')[2]
    balanced = ranking.partition('class="slope-balanced"')[2].partition("</ol>")[0]
    assert re.findall(r"Idea (\w)", balanced) == ["C", "D", "B", "A"]
    assert re.findall(r"<span>([\d.]+)%</span>", balanced) == ["37.5", "27.5", "21.7", "13.3"]
    assert re.findall(r"(\d)/4 functions", balanced) == ["4", "4", "3", "1"]
    raw = ranking.partition('class="slope-raw"')[2].partition("</ol>")[0]
    assert re.findall(r"Idea (\w).*?>(\d+)<", raw) == [("A", "16"), ("B", "11"), ("C", "10"), ("D", "8")]
    assert balanced.count("contested") >= 3, "A, C and D move by two ranks or more"
    assert "Idea A</q></b> falls from rank 1 to rank 4." in ranking
    assert "Idea C</q></b> rises from rank 3 to rank 1." in ranking


def test_a_functions_column_is_shown_only_where_it_is_no_ballot(room):
    vote_as_in_the_method(room)
    close(room)
    assert 'aria-label="Business 16"' in room.get("bob")
    assert "16 of its 16 dots come from Business." in room.get("bob")
    assert "Tech 0" not in room.get("bob")
    room.set(functions_told=True)
    assert 'aria-label="Business 16, Design 0, Product 0, Tech 0"' in room.get("bob")


def test_ties_are_shown_as_ties(room):
    room.cast("bob", {room.A: 2, room.B: 2, room.C: 1})
    close(room)
    balanced = room.get("bob").partition('class="slope-balanced"')[2].partition("</ol>")[0]
    assert re.findall(r"<li><b>(\d)</b>", balanced) == ["1", "1", "3"]
    assert balanced.count(">tied<") == 2


def test_functions_that_did_not_vote_are_left_out_and_that_is_said(room):
    room.cast("bob", {room.A: 2})
    close(room)
    assert "left out of the balance" in room.get("bob")


def test_one_function_alone_contests_nothing(room):
    """By the formula A moves from 25 % of the dots to 50 %: only because who wants it placed one dot, and not three."""
    for who, given in (("bob", {room.A: 1}), ("carol", {room.B: 3})):
        room.change(who, function="tech")
        room.cast(who, given)
    close(room)
    with room.tenancy():
        rows = standings(room.vote, items_of(room.workshop, 1, "notes"))
    assert [row.result.contested for row in rows[:2]] == [True, True]
    page = room.get("alice")
    ranking = page.partition('class="ranking')[2].partition("</section>")[0]
    assert "Only Tech voted: there is nothing to balance" in ranking
    assert 'class="tagged contested"' not in ranking
    assert "Talk about it before you decide." not in ranking
    room.go("decide")
    assert "contested" not in room.get("alice")


def test_two_functions_contest_what_they_weigh_otherwise(room):
    for who, function, given in (("bob", "tech", {room.A: 1}), ("carol", "design", {room.B: 3})):
        room.change(who, function=function)
        room.cast(who, given)
    close(room)
    assert 'class="tagged contested"' in room.get("alice")
    assert "there is nothing to balance" not in room.get("alice")
    room.go("decide")
    assert "contested" in room.get("alice")


def test_without_functions_nothing_is_said_of_balance(room):
    with room.tenancy():
        Participant.objects.update(function="")
    room.cast("bob", {room.A: 2, room.B: 1})
    close(room)
    page = room.get("bob")
    assert re.findall(r"Idea (\w)", page.partition('class="plain-ranking"')[2].partition("</ol>")[0]) == ["A", "B"]
    for words in ("Balanced", "contested", "functions", "left out"):
        assert words not in page.partition('class="ranking')[2].partition("</section>")[0]


def test_nobody_voted(room):
    close(room)
    assert "Nobody placed a dot." in room.get("bob")


def test_rounds_stay_side_by_side(room):
    room.cast("bob", {room.A: 3})
    close(room)
    room.post("alice", "workshop_vote_again", after=1)
    room.cast("bob", {room.B: 3})
    table = room.get("carol").partition('class="stack rounds"')[2].partition("</table>")[0]
    assert "Round 1" in table
    assert "Round 2" not in table, "the open one is blind"
    assert "Idea A" in table
    close(room)
    table = room.get("carol").partition('class="stack rounds"')[2].partition("</table>")[0]
    assert "Round 2" in table
    assert table.index("Idea B") < table.index("Idea A")


def test_going_back_and_on_again_keeps_the_closed_vote(room):
    room.cast("bob", {room.A: 3})
    room.go("families", sure="on")
    assert not room.vote.is_open
    lead = room.get("alice")
    assert "Back to the vote" in lead
    assert "Start the vote" not in lead
    room.go("vote", sure="on")
    assert room.vote.number == 1
    assert "Ranking" in room.get("bob")
    assert "Round 1 is closed." in room.get("bob")
    assert "Vote again" not in room.get("bob")
    assert "In round 2 everybody places their dots anew" in room.get("alice")
    room.post("alice", "workshop_vote_again", after=1)
    assert "is closed." not in room.get("alice")
    assert room.dots("bob") == {}
    assert room.cast("bob", {room.B: 1}).status_code == 200


def test_dots_on_what_has_left_the_board_since_are_told_of(room):
    room.cast("bob", {room.A: 3, room.B: 2})
    room.go("families", sure="on")
    assert room.post("alice", "workshop_note_withdraw", {"uid": room.B.uid}).status_code == 200
    room.go("vote", sure="on")
    assert "2 dots went to what is no longer on the board." in room.get("carol")


def test_the_board_costs_the_same_with_many_notes_and_ballots(room, django_assert_max_num_queries):
    room.cast("bob", {room.A: 3})
    close(room)

    def queries() -> int:
        with django_assert_max_num_queries(40) as counted:
            room.drawn()
        return len(counted)

    few = queries()
    with room.tenancy():
        for number in range(12):
            note = factories.note(room.workshop, room.workshop.participants.first(), f"More {number}", revealed_at=NOW)
            voter = factories.participant(room.workshop, guest_name="Voter", digest=uuid.uuid4().hex, function="tech")
            Ballot.objects.create(vote=room.vote, participant=voter, note=note, dots=2)
        assert len(items_of(room.workshop, 1, "notes")) == 16
    assert queries() == few


# ── What stays as it was ─────────────────────────────────────────────────────


def test_the_function_of_whoever_voted_stays_in_a_closed_vote(room):
    assert room.cast("bob", {room.A: 2}).status_code == 200
    assert close(room, sure="on").status_code == 200
    with room.tenancy():
        workshop = Workshop.objects.get(pk=room.workshop.pk)
        people = editing.state_of(workshop, ["participants"])["participants"]
        by = Actor(room.world.alice)

        def changed(member):
            return [{**row, "function": "business"} if row["membership"] == member.pk else row for row in people]

        before = standings(room.vote, items_of(workshop, 1, "notes"))
        with pytest.raises(RuleBroken, match="has voted: the function stays as it was"):
            change_workshop(workshop, {"participants": changed(room.world.bob)}, by=by)
        change_workshop(workshop, {"participants": changed(room.world.carol)}, by=by)  # who has not
        assert standings(room.vote, items_of(workshop, 1, "notes")) == before


def test_notes_keep_their_words_while_people_vote_on_them(room):
    words = {"text": "Something else altogether"}
    assert room.post("alice", "workshop_note", {"uid": room.A.uid}, **words).status_code == REFUSED
    close(room, sure="on")
    assert room.post("alice", "workshop_note", {"uid": room.A.uid}, **words).status_code == 200
    with room.tenancy():
        assert Note.objects.filter(text=words["text"]).count() == 1


# ── Leaving a vote that is open ──────────────────────────────────────────────


@pytest.mark.parametrize("to", ["families", "decide", None])
def test_nobody_loses_a_vote_by_a_step_that_was_not_meant(room, monkeypatch, to):
    connected = frozenset(f"m{room.world.people[name].pk}" for name in ("alice", "bob", "carol"))
    monkeypatch.setattr("workshops.live.presence._here_of", lambda kind, org, key: connected)
    room.cast("bob", {room.A: 1})

    def leave(**fields):
        return room.go(to, **fields) if to else room.post("alice", "workshop_close", **fields)

    asked = leave()
    assert asked.status_code == 409
    assert "Dots that they have not placed by then are not counted." in html.unescape(asked.content.decode())
    assert room.vote.is_open
    assert leave(sure="on").status_code == 200
    assert not room.vote.is_open


def test_a_vote_in_which_nobody_placed_a_dot_was_not_held(room):
    assert room.go("families").status_code == 200
    with room.tenancy():
        assert not Vote.objects.exists()
    assert room.go("vote").status_code == 200
    assert (room.vote.number, room.vote.is_open) == (1, True)
