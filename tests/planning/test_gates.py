"""What tribes do by themselves passes the planning of the quarter, whichever way they do it: restored, moved, taken back."""

import pytest

from okr.actions import key_results, objectives
from okr.actions.history import restore_event
from okr.models import KeyResult
from orgs.actions.undoing import undo
from orgs.models import AuditEvent
from orgs.rules import RuleBroken
from planning.actions import deciding, refining
from planning.models import Planning, Presented, Slot
from planning.pages.board import Board
from tests import factories
from tests.planning import quarters

pytestmark = pytest.mark.django_db


@pytest.fixture
def before():
    return quarters.planned()


def taken_back(made, change, who):
    with made.inside():
        undo(change.id, by=made.actor(who))


def archived(made, code):
    with made.inside():
        return key_results.archive_key_result(made.proposals[code], by=made.actor("alice"))


def presented(made, code):
    with made.inside():
        return Presented.objects.filter(key_result=made.pk(code)).first()


def seq(made):
    with made.inside():
        return Planning.objects.values_list("seq", flat=True).get(quarter=made.quarter)


def moved(made, code="DRV A1"):
    """A proposal leaves for the second quarter; the act."""
    with made.inside():
        other = factories.tribe_objective(made.world.quarter, made.tribes["DRV"], owner=made.alice, position=9)
        by = made.actor("alice")
        return key_results.move_key_result(made.proposals[code], by=by, position=1, objective=other)


# ── Restored ─────────────────────────────────────────────────────────────────


def test_one_that_is_restored_while_the_codir_sits_is_presented_late(before):
    change = archived(before, "DRV A2")
    before.go(quarters.OPEN)
    assert presented(before, "DRV A2") is None
    told = seq(before)
    taken_back(before, change, "alice")
    row = presented(before, "DRV A2")
    assert (row.is_late, row.number) == (True, 6)
    assert seq(before) > told


def test_an_objective_that_is_restored_brings_its_proposals_late_and_gives_its_tribe_a_turn(before):
    with before.inside():
        changes = [
            objectives.archive_objective(before.objectives[code], by=before.actor("fiona"))
            for code in ("FID A", "FID B")
        ]
        Slot.objects.filter(tribe=before.tribes["FID"]).delete()
    before.go(quarters.OPEN)
    for change in changes:
        taken_back(before, change, "fiona")
    assert [presented(before, f"FID {one}").is_late for one in ("A1", "A3", "B1")] == [True, True, True]
    with before.inside():
        assert Slot.objects.filter(tribe=before.tribes["FID"]).count() == 1


@pytest.mark.parametrize("state", [quarters.REFINING, quarters.PUBLISHED])
def test_an_undecided_one_does_not_come_back_once_the_codir_has_decided(before, state):
    alone = archived(before, "DRV A2")
    with before.inside():
        whole = objectives.archive_objective(before.objectives["FID B"], by=before.actor("fiona"))
    before.go(state, kept=["DRV A1", "DRV B1", "LAD A1"])
    for change, who in ((alone, "alice"), (whole, "fiona")):
        with pytest.raises(RuleBroken, match="it takes nothing more"):
            taken_back(before, change, who)
    with before.inside():
        assert KeyResult.objects.get(pk=before.pk("DRV A2")).archived_at is not None


def test_a_kept_one_comes_back_until_the_quarter_is_published():
    made = quarters.planned(quarters.REFINING)
    taken_back(made, archived(made, "DRV A1"), "alice")
    with made.inside():
        assert made.pk("DRV A1") in {row.pk for row in refining.kept(made.again())}
    change = archived(made, "DRV A1")
    made.go(quarters.PUBLISHED)
    assert made.stage("DRV A1") == "kept"
    with pytest.raises(RuleBroken, match="published without it"):
        taken_back(made, change, "alice")
    assert made.stage("DRV B1") == "published"


def test_drafts_and_published_ones_come_and_go(before):
    with before.inside():
        draft = factories.key_result(before.objectives["DRV A"], title="Not ready", stage="draft", owner=before.alice)
    before.go(quarters.PUBLISHED)
    with before.inside():
        for row in (draft, before.proposals["DRV A1"]):
            change = key_results.archive_key_result(row, by=before.actor("alice"))
            undo(change.id, by=before.actor("alice"))
            assert KeyResult.objects.get(pk=row.pk).archived_at is None


# ── Archived by taking back ──────────────────────────────────────────────────


def test_what_lies_before_the_codir_is_not_archived_by_taking_back_either(before):
    with before.inside():
        made, change = key_results.create_key_result(
            before.objectives["DRV A"],
            by=before.actor("alice"),
            title="Customers who wait less than a minute",
            metric="Share",
            unit="percent",
            direction="up",
            start=10,
            target=20,
            owner=before.alice,
        )
        key_results.propose_key_results(before.objectives["DRV A"], by=before.actor("alice"))
        restored = undo(
            key_results.archive_key_result(before.proposals["DRV A2"], by=before.actor("alice")).id,
            by=before.actor("alice"),
        )
    before.go(quarters.OPEN)
    for act in (change, restored):
        with pytest.raises(RuleBroken, match="lies before the CoDir"):
            taken_back(before, act, "alice")
    with before.inside():
        assert KeyResult.objects.get(pk=made.pk).archived_at is None
        assert Board(before.again(), before.org).standing.presented == 19


# ── Moved ────────────────────────────────────────────────────────────────────


def test_one_that_is_moved_into_the_quarter_while_the_codir_sits_is_presented_late(before):
    moved(before)
    before.go(quarters.OPEN)
    with before.inside():
        key_results.move_key_result(
            before.proposals["DRV A1"], by=before.actor("alice"), position=1, objective=before.objectives["DRV A"]
        )
    assert presented(before, "DRV A1").is_late


def test_an_objective_too(before):
    with before.inside():
        change = objectives.move_objective(
            before.objectives["DRV A"], by=before.actor("alice"), position=1, quarter=before.world.quarter
        )
    before.go(quarters.OPEN)
    assert presented(before, "DRV A1") is None
    taken_back(before, change, "alice")
    assert presented(before, "DRV A1").is_late


@pytest.mark.parametrize("state", [quarters.REFINING, quarters.PUBLISHED])
def test_nothing_is_moved_into_a_quarter_that_is_decided(before, state):
    change = moved(before)
    before.go(state, kept=["DRV B1", "LAD A1"])
    with before.inside(), pytest.raises(RuleBroken, match="it takes nothing more"):
        key_results.move_key_result(
            before.proposals["DRV A1"], by=before.actor("alice"), position=1, objective=before.objectives["DRV A"]
        )
    with pytest.raises(RuleBroken, match="it takes nothing more"):
        taken_back(before, change, "alice")
    assert presented(before, "DRV A1") is None


def test_taking_back_a_move_does_not_take_it_away_from_the_codir(before):
    moved(before)
    with before.inside():
        change = key_results.move_key_result(
            before.proposals["DRV A1"], by=before.actor("alice"), position=1, objective=before.objectives["DRV A"]
        )
    before.go(quarters.OPEN)
    with pytest.raises(RuleBroken, match="lies before the CoDir"):
        taken_back(before, change, "alice")
    with before.inside():
        assert KeyResult.objects.get(pk=before.pk("DRV A1")).objective == before.objectives["DRV A"]


# ── Edited ───────────────────────────────────────────────────────────────────


def test_who_watches_the_board_is_told_of_what_a_tribe_rewrites(before):
    before.go(quarters.OPEN)
    by = before.actor("alice")
    row, objective = before.proposals["DRV A1"], before.objectives["DRV A"]
    for act in (
        lambda: key_results.change_key_result(row, {"title": "Cars served within three minutes"}, by=by)[1],
        lambda: objectives.change_objective(objective, {"title": "Better said"}, by=by)[1],
        lambda: objectives.change_objective(objective, {"contributions": []}, by=by)[1],
        lambda: restored(row, by),
    ):
        told = seq(before)
        with before.inside():
            change = act()
        assert seq(before) > told
        told = seq(before)
        taken_back(before, change, "alice")
        assert seq(before) > told


def test_but_not_of_drafts_nor_of_what_stays_as_it_was(before):
    before.go(quarters.OPEN)
    with before.inside():
        draft = factories.key_result(before.objectives["DRV A"], title="Not ready", stage="draft", owner=before.alice)
        told = seq(before)
        key_results.change_key_result(draft, {"title": "Still not ready"}, by=before.actor("alice"))
        key_results.change_key_result(
            before.proposals["DRV A1"], {"title": before.proposals["DRV A1"].title}, by=before.actor("alice")
        )
    assert seq(before) == told


def restored(row, by):
    """What it said before its last change, from its history."""
    event = AuditEvent.objects.filter(object_type="keyresult", object_id=row.pk, verb="undone").latest("pk")
    return restore_event(event, ["title"], by=by, seen=KeyResult.objects.get(pk=row.pk).revision)[1]


# ── Merges that were broken before ───────────────────────────────────────────


def test_one_merge_that_leads_nowhere_stands_in_nobodys_way(before):
    before.go(quarters.OPEN)
    act = before.decide("drop", "LAD B1")
    before.decide("merge", "LAD A1", into="DRV A1")
    with before.inside():
        KeyResult.objects.filter(pk=before.pk("DRV A1")).update(archived_at=quarters.NOW)
    before.decide("keep", "DRV A2")
    with before.inside():
        deciding.undo(before.again(), act, by=before.actor("sam"))
        assert KeyResult.objects.get(pk=before.pk("LAD B1")).stage == "proposed"
