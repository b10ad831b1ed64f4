"""Plannings that are unlike the usual: one tribe, no strategy, nobody leads, something is archived while the CoDir sits."""

import uuid

import pytest
from django.utils import timezone

from okr.actions.key_results import archive_key_result
from okr.actions.objectives import archive_objective
from okr.models import Contribution, KeyResult, Objective
from orgs.actions.memberships import end_membership
from orgs.actions.tribes import archive_tribe
from orgs.handover import holdings_of
from orgs.models import Membership, Role, Tribe
from orgs.rules import RuleBroken
from planning.actions import leading, preparing, refining
from planning.models import Planning, Slot
from planning.pages.board import WAYS, Board
from tests.planning import quarters
from tests.planning.quarters import Quarterly

pytestmark = pytest.mark.django_db
PAGES = ("planning", "planning_board", "planning_wall", "planning_refinement", "planning_results")


@pytest.fixture
def made() -> Quarterly:
    return quarters.planned(quarters.OPEN)


def every_page(made: Quarterly, who: str = "coach") -> None:
    """Whoever looks, each page of the planning opens, the board in each of its ways."""
    client = made.client(who)
    for name in PAGES:
        for query in [f"?by={way}" for way in WAYS] if name == "planning_board" else [""]:
            answer = client.get(made.url(name) + query, follow=True)
            assert answer.status_code == 200, (name, query)


def post(made: Quarterly, who: str, name: str, **fields: object):
    return made.client(who).post(made.url(name), fields, headers={"HX-Request": "true"})


def decide(made: Quarterly, outcome: str, code: str, **more: object):
    sent = {"act": uuid.uuid4(), "outcome": outcome, "ids": f"{made.pk(code)}:0", "reason": "Not an outcome"}
    return post(made, "sam", "planning_decide", **{**sent, **more})


# ── A quarter that is small ──────────────────────────────────────────────────


def test_a_quarter_with_a_single_tribe_goes_all_the_way():
    made = quarters.proposed()
    with made.inside():
        for code in ("LAD", "FID"):
            Objective.objects.filter(tribe=made.tribes[code], quarter=made.quarter).update(archived_at=timezone.now())
            Tribe.objects.filter(pk=made.tribes[code].pk).update(archived_at=timezone.now())
        made.planning, _change = preparing.plan(made.quarter, by=made.actor("coach"), target=2)
    for state in (quarters.PREPARING, quarters.OPEN, quarters.REFINING, quarters.PUBLISHED):
        if state != quarters.PREPARING:
            for gone in [code for code in made.proposals if not code.startswith("DRV")]:
                made.proposals.pop(gone)
            made.go(state, kept=["DRV A1", "DRV B1"])
        every_page(made)
    assert made.stage("DRV A1") == "published"


def test_a_quarter_without_any_proposal_does_not_open():
    made = quarters.proposed(stage="draft")
    with made.inside():
        made.planning, _change = preparing.plan(made.quarter, by=made.actor("coach"))
        with pytest.raises(RuleBroken, match="Nothing is proposed yet"):
            leading.open_meeting(made.planning, by=made.actor("coach"))
    every_page(made)


def test_a_planning_without_tribes_in_its_agenda_takes_those_that_propose(made: Quarterly):
    with made.inside():
        Planning.objects.filter(pk=made.planning.pk).update(presenting=None)
        Slot.objects.all().delete()
    every_page(made)
    shown = made.get("sam", "planning_board")
    assert "Orders ready when the customer arrives" in shown
    assert decide(made, "keep", "DRV A1").status_code == 200
    assert made.stage("DRV A1") == "kept"


# ── A year without strategy ──────────────────────────────────────────────────


def test_a_planning_without_strategy_decides_without_alarms():
    made = quarters.proposed()
    with made.inside():
        Contribution.objects.all().delete()
        Objective.objects.filter(level="strategic").update(archived_at=timezone.now())
        made.planning, _change = preparing.plan(made.quarter, by=made.actor("coach"))
        leading.open_meeting(made.planning, by=made.actor("coach"))
        made.again()
    every_page(made)
    for code in made.proposals:
        assert decide(made, "drop" if code != "DRV A1" else "keep", code).status_code == 200
    with made.inside():
        board = Board(made.again(), made.org)
        assert (board.orphans, board.bare, board.coverage) == ([], [], [])
        assert [group.part for group in board.groups("strategic")] == ["s0"]
    made.go(quarters.PUBLISHED)
    every_page(made)
    assert made.stage("DRV A1") == "published"


def test_a_strategic_key_result_that_is_archived_raises_no_alarm_any_more(made: Quarterly):
    assert decide(made, "keep", "FID B1").status_code == 200
    with made.inside():
        KeyResult.objects.filter(pk=made.strategic["2.1"].pk).update(archived_at=timezone.now())
    for code in ("FID B2", "FID B3"):
        assert decide(made, "drop", code).status_code == 200
    every_page(made)


# ── Nobody leads a tribe ─────────────────────────────────────────────────────


def test_a_tribe_without_a_lead_is_accepted_by_whoever_leads_the_planning():
    made = quarters.planned(quarters.OPEN)
    with made.inside():
        Tribe.objects.filter(pk=made.tribes["LAD"].pk).update(lead=None)
    every_page(made)
    made.go(quarters.REFINING, kept=["LAD A1"])
    every_page(made)
    with made.inside():
        rows = [row.pk for row in refining.kept(made.planning)]
        refining.accept(made.planning, rows, "lead", by=made.actor("coach"))
        refining.accept(made.planning, rows, "cpo", by=made.actor("cpo"))
        refining.publish(made.planning, by=made.actor("cpo"))
    assert made.stage("LAD A1") == "published"
    every_page(made)


def test_a_lead_who_left_is_nobody(made: Quarterly):
    """And hands over to nobody."""
    with made.inside():
        held = [holding.key for _estate, holdings in holdings_of(made.lena) for holding in holdings]
        end_membership(made.lena, dict.fromkeys(held), by=made.actor("dan"))
    every_page(made)
    made.go(quarters.REFINING, kept=["LAD A1"])
    with made.inside():
        rows = [row.pk for row in refining.kept(made.planning)]
        refining.accept(made.planning, rows, "lead", by=made.actor("coach"))
    every_page(made)


# ── Archived while the CoDir sits ────────────────────────────────────────────


def test_a_key_result_that_is_archived_meanwhile_leaves_the_board(made: Quarterly):
    with made.inside():
        KeyResult.objects.filter(pk=made.pk("DRV A2")).update(archived_at=timezone.now())
    every_page(made)
    assert "Cars served within four minutes" not in made.get("sam", "planning_board")
    refused = decide(made, "drop", "DRV A2")
    assert refused.status_code == 422
    assert "no longer on the board" in refused.content.decode()
    assert made.stage("DRV A2") == "proposed"


def test_what_others_were_merged_into_is_archived(made: Quarterly):
    decide(made, "keep", "DRV A1")
    assert decide(made, "merge", "LAD A1", into=made.pk("DRV A1")).status_code == 200
    with made.inside():
        KeyResult.objects.filter(pk=made.pk("DRV A1")).update(archived_at=timezone.now())
    every_page(made)
    assert decide(made, "keep", "DRV A2").status_code == 200  # everything else goes on
    with made.inside():
        [decision] = made.planning.decisions.filter(key_result=made.pk("LAD A1"), stands=True)
    again = decide(made, "drop", "LAD A1", ids=f"{made.pk('LAD A1')}:{decision.pk}")
    assert again.status_code == 200
    assert made.stage("LAD A1") == "dropped"


def test_an_objective_that_is_archived_takes_its_key_results_with_it(made: Quarterly):
    with made.inside():
        Objective.objects.filter(pk=made.objectives["DRV A"].pk).update(archived_at=timezone.now())
    every_page(made)
    assert decide(made, "keep", "DRV A1").status_code == 422
    assert decide(made, "keep", "DRV B1").status_code == 200


def test_a_tribe_that_is_archived_is_still_decided_on(made: Quarterly):
    """What it proposed was presented: it stays until somebody decides it, or archives that too."""
    with made.inside():
        Tribe.objects.filter(pk=made.tribes["LAD"].pk).update(archived_at=timezone.now())
    every_page(made)
    assert decide(made, "drop", "LAD A1").status_code == 200
    made.go(quarters.PUBLISHED, kept=["DRV A1", "DRV B1", "FID A1", "FID B1"])
    every_page(made)


def test_the_meeting_ends_though_something_was_archived_and_something_undecided(made: Quarterly):
    with made.inside():
        KeyResult.objects.filter(pk=made.pk("DRV A2")).update(archived_at=timezone.now())
    made.decide("keep", *(code for code in made.proposals if code not in ("DRV A2", "LAD B3")))
    asked = post(made, "coach", "planning_close")
    assert asked.status_code == 409
    assert "Cars served within four minutes" not in asked.content.decode()
    assert post(made, "coach", "planning_close", defer="Not presented in time").status_code == 204
    assert made.stage("LAD B3") == "deferred"
    assert made.again().state == quarters.REFINING


# ── The chair leaves ─────────────────────────────────────────────────────────


def test_a_chair_whose_membership_ends_leaves_a_meeting_that_another_goes_on_with(made: Quarterly):
    assert decide(made, "keep", "DRV A1").status_code == 200
    with made.inside():
        Membership.objects.filter(pk=made.sam.pk).update(ended_at=timezone.now(), roles=[Role.MEMBER])
    assert made.client("sam").get(made.url("planning_board")).status_code in (302, 403, 404)
    assert decide(made, "keep", "DRV A2").status_code in (302, 401, 403, 404)
    every_page(made)
    with made.inside():
        preparing.set_up(made.again(), {"chair": made.codir.pk}, by=made.actor("coach"))
    sent = {"act": uuid.uuid4(), "outcome": "keep", "ids": f"{made.pk('DRV A2')}:0"}
    assert post(made, "codir", "planning_decide", **sent).status_code == 200
    assert made.stage("DRV A2") == "kept"


def test_what_somebody_decided_who_left_says_who_it_was(made: Quarterly):
    assert decide(made, "drop", "DRV A1").status_code == 200
    with made.inside():
        Membership.objects.filter(pk=made.sam.pk).delete()
    every_page(made)
    assert "Sam Sponsor" in made.get("coach", "planning_board")


def test_a_majority_is_not_waited_for_of_who_left():
    made = quarters.planned(quarters.OPEN, mode="majority")
    for who in ("sam", "codir", "theo"):
        post(made, who, "planning_come")
    with made.inside():
        Membership.objects.filter(pk=made.theo.pk).update(ended_at=timezone.now())
    for who in ("sam", "codir"):
        sent = {"act": uuid.uuid4(), "outcome": "keep", "ids": f"{made.pk('DRV A1')}:0"}
        assert post(made, who, "planning_decide", **sent).status_code == 200
    assert made.stage("DRV A1") == "kept"
    every_page(made)


def test_nothing_that_lies_before_the_codir_is_archived_meanwhile(made: Quarterly):
    """Neither alone, nor with its objective, nor with its tribe."""
    with made.inside():
        for act in (
            lambda: archive_key_result(made.proposals["LAD A1"], by=made.actor("lena")),
            lambda: archive_objective(made.objectives["LAD A"], by=made.actor("lena")),
            lambda: archive_tribe(made.tribes["LAD"], by=made.actor("dan")),
        ):
            with pytest.raises(RuleBroken):
                act()
    assert decide(made, "keep", "LAD A1").status_code == 200
