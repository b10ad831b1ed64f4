"""The meeting and what tribes do around it: opening, what is presented, the clock, notes, closing, going on."""

import datetime as dt

import pytest
import time_machine
from django.core.exceptions import PermissionDenied
from django.urls import reverse

from okr.actions import key_results, objectives
from okr.models import KeyResult
from orgs.models import AuditEvent
from orgs.rules import RuleBroken
from planning.actions import deciding, leading, preparing
from planning.actions.leading import Undecided, seconds_left
from planning.models import Decision, Planning, Presented
from planning.pages.board import Board
from tests import factories
from tests.planning import quarters

pytestmark = pytest.mark.django_db


@pytest.fixture
def made():
    return quarters.planned(quarters.OPEN)


def lead(made, does, /, *words, by="coach", **more):
    with made.inside():
        return does(made.again(), *words, by=made.actor(by), **more)


# ── Opening ──────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("who", ["sam", "codir", "alice", "cpo", "olga"])
def test_who_leads_opens_the_meeting_and_nobody_else(who):
    made = quarters.planned()
    with pytest.raises(PermissionDenied):
        lead(made, leading.open_meeting, by=who)
    for able in ("coach", "carol", "dan"):
        lead(made, leading.open_meeting, by=able)
    assert made.again().state == Planning.State.OPEN
    with made.inside():
        assert AuditEvent.objects.filter(object_type="planning", verb="opened").count() == 1


def test_a_meeting_needs_a_chair():
    made = quarters.planned()
    with made.inside():
        Planning.objects.update(chair=None)
    with pytest.raises(RuleBroken, match="who chairs"):
        lead(made, leading.open_meeting)
    assert made.again().state == Planning.State.PREPARING


def test_a_meeting_about_nothing_does_not_open():
    made = quarters.proposed(stage="draft")
    with made.inside():
        made.planning, _change = preparing.plan(made.quarter, by=made.actor("coach"))
    with pytest.raises(RuleBroken, match="Nothing is proposed"):
        lead(made, leading.open_meeting)


def test_what_is_presented_is_kept_as_it_was_and_numbered_within_its_tribe(made):
    with made.inside():
        KeyResult.objects.filter(pk=made.pk("DRV A1")).update(title="Reworded since", target=99)
        rows = Presented.objects.filter(planning=made.planning, key_result__objective__tribe=made.tribes["DRV"])
        assert list(rows.order_by("number").values_list("number", flat=True)) == [1, 2, 3, 4, 5, 6]
        first = rows.get(key_result=made.pk("DRV A1"))
    assert (first.definition["title"], first.definition["target"]) == ("Orders ready when the customer arrives", "61")
    assert not first.is_late


def test_the_first_of_the_agenda_presents_with_its_clock(made):
    planning = made.again()
    with made.inside():
        assert planning.presenting.tribe == made.tribes["DRV"]
        assert 590 <= seconds_left(planning, planning.since) <= 600


# ── What tribes do meanwhile ─────────────────────────────────────────────────


def test_one_that_is_proposed_late_is_marked_and_numbered_on(made):
    with made.inside():
        new = factories.key_result(made.objectives["LAD B"], title="New and late", stage="draft", owner=made.lena)
        key_results.propose_key_results(made.objectives["LAD B"], by=made.actor("lena"))
        shown = Presented.objects.get(key_result=new)
        assert (shown.number, shown.is_late) == (7, True)
        assert Board(made.again(), made.org).standing.presented == 19


def test_what_lies_before_the_codir_stays_there(made):
    """It is not taken back, archived, or moved to another quarter."""
    objective, row = made.objectives["DRV A"], made.proposals["DRV A1"]
    with made.inside():
        other = factories.tribe_objective(made.world.quarter, made.tribes["DRV"], owner=made.alice, position=9)
        by = made.actor("alice")
        for act in (
            lambda: key_results.take_back_key_results(objective, by=by),
            lambda: key_results.archive_key_result(row, by=by),
            lambda: objectives.archive_objective(objective, by=by),
            lambda: key_results.move_key_result(row, by=by, position=1, objective=other),
            lambda: objectives.move_objective(objective, by=by, position=1, quarter=made.world.quarter),
        ):
            with pytest.raises(RuleBroken, match="lies before the CoDir"):
                act()
        assert Board(made.again(), made.org).standing.presented == 18


def test_before_the_meeting_a_tribe_takes_back_what_it_likes():
    made = quarters.planned()
    with made.inside():
        key_results.take_back_key_results(made.objectives["DRV A"], by=made.actor("alice"))
        key_results.archive_key_result(made.proposals["DRV B1"], by=made.actor("alice"))
    assert (made.stage("DRV A1"), made.stage("LAD A1")) == ("draft", "proposed")
    with made.inside():
        assert Board(made.again(), made.org).standing.presented == 14


def test_drafts_are_the_tribes_own_whatever_the_codir_does(made):
    with made.inside():
        draft = factories.key_result(made.objectives["DRV A"], title="Not ready", stage="draft", owner=made.alice)
        key_results.archive_key_result(draft, by=made.actor("alice"))
        assert Board(made.again(), made.org).standing.presented == 18


@pytest.mark.parametrize("state", [quarters.PREPARING, quarters.OPEN, quarters.REFINING])
def test_a_tribe_does_not_publish_past_the_codir(state):
    made = quarters.planned(state)
    with made.inside(), pytest.raises(RuleBroken, match="Quarter planning publishes"):
        key_results.publish_key_results(made.objectives["DRV A"], by=made.actor("alice"))


def test_what_was_decided_stays_among_the_decisions_when_its_tribe_archives_it():
    made = quarters.planned(quarters.REFINING)
    with made.inside():
        before = Board(made.again(), made.org).standing
        for code in ("DRV A1", "DRV A2"):  # kept, and dropped
            key_results.archive_key_result(made.proposals[code], by=made.actor("alice"))
        after = Board(made.again(), made.org).standing
    assert after == before


def test_and_does_not_go_to_another_quarter():
    made = quarters.planned(quarters.REFINING)
    with made.inside():
        other = factories.tribe_objective(made.world.quarter, made.tribes["DRV"], owner=made.alice, position=9)
        with pytest.raises(RuleBroken, match="stays in its quarter"):
            key_results.move_key_result(made.proposals["DRV A2"], by=made.actor("alice"), position=1, objective=other)
        with pytest.raises(RuleBroken, match="stays in its quarter"):
            objectives.move_objective(
                made.objectives["DRV A"], by=made.actor("alice"), position=1, quarter=made.world.quarter
            )


# ── The clock ────────────────────────────────────────────────────────────────


def test_the_clock_stops_goes_on_and_can_be_given_more():
    with time_machine.travel(quarters.NOW, tick=False) as clock:
        made = quarters.planned(quarters.OPEN)
        clock.shift(dt.timedelta(minutes=4))
        lead(made, leading.pause, True)
        clock.shift(dt.timedelta(minutes=30))
        lead(made, leading.pause, True)  # stopped already
        assert _left(made) == 360
        lead(made, leading.pause, False, by="sam")
        clock.shift(dt.timedelta(minutes=7))
        assert _left(made) == -60
        lead(made, leading.extend, minutes=3)
        assert _left(made) == 120
        lead(made, leading.extend, minutes=500)
        with made.inside():
            assert made.again().presenting.minutes == 240


def _left(made):
    with made.inside():
        return seconds_left(made.again(), dt.datetime.now(dt.UTC))


def test_a_turn_begins_the_clock_anew_and_none_stops_it(made):
    with made.inside():
        second = made.planning.slots.order_by("position")[1]
    lead(made, leading.turn_to, second.pk, by="sam")
    planning = made.again()
    assert (planning.presenting_id, planning.spent) == (second.pk, 0)
    with made.inside():
        assert made.planning.slots.filter(presented_at__isnull=False).count() == 2
    lead(made, leading.turn_to, None)
    assert (made.again().presenting_id, made.again().since) == (None, None)
    lead(made, leading.pause, False)
    assert made.again().since is None
    lead(made, leading.extend)


@pytest.mark.parametrize("act", [leading.turn_to, leading.pause])
def test_the_agenda_is_the_chairs_and_whos_who_lead(made, act):
    for who in ("codir", "alice", "olga"):
        with pytest.raises(PermissionDenied):
            lead(made, act, None, by=who)


def test_a_slot_of_another_planning_does_not_present(made):
    others = quarters.planned(quarters.OPEN, slug="theirs")
    with others.inside():
        theirs = others.planning.slots.first()
    with pytest.raises(RuleBroken, match="no longer in the agenda"):
        lead(made, leading.turn_to, theirs.pk)


# ── Notes ────────────────────────────────────────────────────────────────────


def test_a_note_is_written_over_only_by_who_has_read_it(made):
    pk = made.pk("DRV A1")
    first = lead(made, leading.note, pk, "Which panel?", by="codir")
    assert first.revision == 1
    assert lead(made, leading.note, pk, "Which panel?", by="theo", seen=0).revision == 1  # says the same
    with pytest.raises(RuleBroken, match="Cody Dir wrote meanwhile: “Which panel\\?”"):
        lead(made, leading.note, pk, "Another", by="theo")
    assert lead(made, leading.note, pk, "", by="theo", seen=1).revision == 2


# ── Closing, and going on ────────────────────────────────────────────────────


def test_closing_lists_what_nobody_has_decided(made):
    made.decide("keep", *[code for code in made.proposals if code not in ("DRV A1", "FID B3")])
    with pytest.raises(Undecided) as left:
        lead(made, leading.close_meeting)
    assert left.value.ids == [made.pk("DRV A1"), made.pk("FID B3")]
    assert left.value.orphans == []
    assert left.value.message == "2 key results are still undecided."
    assert made.again().state == Planning.State.OPEN


def test_the_rest_is_deferred_with_one_reason_and_the_meeting_stops(made):
    made.decide("keep", "DRV A1")
    lead(made, leading.close_meeting, defer="  No time  left ")
    planning = made.again()
    assert (planning.state, planning.presenting_id, planning.since) == (Planning.State.REFINING, None, None)
    assert planning.closed_at is not None
    with made.inside():
        rows = Decision.objects.filter(outcome="defer")
        assert {row.reason for row in rows} == {"No time left"}
        assert {row.by_name for row in rows} == {"Cora Coach"}
        assert Board(planning, made.org).standing.counts == {"keep": 1, "defer": 17}
    lead(made, leading.close_meeting)  # sent twice


def test_closing_names_what_deferring_the_rest_would_leave_without_any(made):
    made.decide("keep", *[code for code in made.proposals if not code.startswith("FID B")])
    with pytest.raises(Undecided) as left:
        lead(made, leading.close_meeting)
    assert left.value.orphans == ["2.1 Households buying fresh food every week"]
    lead(made, leading.close_meeting, defer="No time left")
    assert made.stage("FID B1") == "deferred"


def test_what_is_noted_and_told_apart_is_in_the_audit(made):
    pk = made.pk("DRV A1")
    lead(made, leading.note, pk, "First said", by="codir")
    lead(made, leading.note, pk, "Said better", by="theo", seen=1)
    lead(made, leading.note, pk, "Said better", by="theo", seen=2)  # as it stands
    lead(made, deciding.keep_apart, pk, made.pk("LAD A1"), by="sam")
    lead(made, deciding.keep_apart, made.pk("LAD A1"), pk, by="sam")
    with made.inside():
        told = AuditEvent.objects.filter(verb="noted").order_by("pk")
        assert [(one.actor_name, one.before["text"], one.after["text"]) for one in told] == [
            ("Cody Dir", "", "First said"),
            ("Theo Stores", "First said", "Said better"),
        ]
        assert {one.object_label for one in told} == {made.proposals["DRV A1"].title}
        apart = AuditEvent.objects.get(verb="kept_apart")
        assert sorted(apart.after.values()) == sorted([pk, made.pk("LAD A1")])
    page = made.client("dan").get(reverse("settings_audit", args=[made.org.slug])).content.decode()
    for words in ("noted in quarter planning", "told apart", "First said", made.proposals["LAD A1"].title):
        assert words in page


def test_with_all_decided_it_closes_without_a_word(made):
    made.decide("keep", *made.proposals)
    lead(made, leading.close_meeting)
    assert made.again().state == Planning.State.REFINING


@pytest.mark.parametrize("who", ["sam", "codir", "alice", "olga"])
def test_who_leads_closes_and_reopens(made, who):
    made.decide("keep", *made.proposals)
    with pytest.raises(PermissionDenied):
        lead(made, leading.close_meeting, by=who)
    lead(made, leading.close_meeting)
    with pytest.raises(PermissionDenied):
        lead(made, leading.reopen, "One was forgotten", by=who)


def test_one_that_others_lie_in_is_not_deferred_with_the_rest(made):
    made.decide("merge", "DRV A1", into="LAD A1")
    with pytest.raises(RuleBroken, match="DRV 01 was merged into LAD 01"):
        lead(made, leading.close_meeting, defer="No time left")
    assert made.again().state == Planning.State.OPEN
    made.decide("keep", "LAD A1")
    lead(made, leading.close_meeting, defer="No time left")


@pytest.mark.parametrize("reason", ["", "  "])
def test_going_on_says_why(reason):
    made = quarters.planned(quarters.REFINING)
    with pytest.raises(RuleBroken) as refused:
        lead(made, leading.reopen, reason)
    assert refused.value.field == "reason"
    assert made.again().state == Planning.State.REFINING


def test_after_going_on_decisions_are_taken_and_taken_back():
    made = quarters.planned(quarters.OPEN)
    act = made.decide("drop", "DRV A1")
    made.go(quarters.REFINING)
    lead(made, leading.reopen, "DRV A1 was misread")
    with made.inside():
        told = AuditEvent.objects.get(verb="reopened", object_type="planning")
        assert told.reason == "DRV A1 was misread"
        deciding.undo(made.again(), act, by=made.actor("sam"))
    assert made.stage("DRV A1") == "proposed"
    assert made.again().closed_at is None
    made.decide("keep", "DRV A1", "DRV A2")
    lead(made, leading.close_meeting)
    assert (made.stage("DRV A1"), made.stage("DRV A2")) == ("kept", "kept")


def test_what_is_published_does_not_go_on():
    made = quarters.planned(quarters.PUBLISHED)
    with pytest.raises(RuleBroken, match="its planning is history"):
        lead(made, leading.reopen, "One was forgotten")


def test_reopening_what_is_open_changes_nothing(made):
    lead(made, leading.reopen, "One was forgotten")
    with made.inside():
        assert not AuditEvent.objects.filter(verb="reopened").exists()
