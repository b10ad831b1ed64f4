"""Quarter planning through the API: the same numbers as the page and the files, and decisions by the same rules."""

import io
import uuid
from collections import Counter

import pytest
from openpyxl import load_workbook

from okr.models import KeyResult
from orgs.models import AuditEvent
from planning.actions import preparing
from planning.models import Decision, Planning
from planning.pages.board import Board
from tests.api import ROOT, Caller
from tests.okr.test_api_check_ins import problem
from tests.planning import quarters

ALL = ("read", "check_in", "plan")


@pytest.fixture
def made(db):
    return quarters.planned(quarters.OPEN)


@pytest.fixture
def chair(made):
    return Caller(made.sam, *ALL)


def decide(caller, made, outcome, *codes, **more):
    sent = {"planning": made.planning.pk, "key_results": [made.pk(code) for code in codes], "outcome": outcome}
    return caller.decide(**{**sent, **more})


# ── Reading ──────────────────────────────────────────────────────────────────


def test_a_planning_says_what_the_board_and_the_workbook_say(made):
    made.decide("merge", "DRV A3", into="LAD A1")
    made.decide("defer", "DRV A2", reason="Later")
    made.decide("drop", "FID B1", "FID B2", "FID B3")
    made.decide("keep", "DRV A1", "LAD A1", "LAD A2", "LAD B1", "LAD B2", "FID A1", "FID A2")
    caller = Caller(made.olga)
    said = caller.read(f"plannings/{made.planning.pk}/")
    with made.inside():
        board = Board(made.again(), made.org)
        standing = board.standing
        strategic = {row.pk: standing.cover[row.pk] for row in board.strategic}
    assert said["counts"] == {
        "presented": 18, "keep": 7, "defer": 1, "merge": 1, "drop": 3, "open": 6, "published": 0
    }  # fmt: skip
    assert {one: said["counts"][one] for one in standing.counts} == dict(standing.counts)
    assert {row["tribe"]: (row["kept"], row["cap"], row["over"]) for row in said["tribes"]} == {
        tribe: (share.kept, share.cap, share.over) for tribe, share in standing.shares.items()
    }
    assert [row["over"] for row in said["tribes"]] == [0, 1, 0]
    assert {row["key_result"]: (row["kept"], row["open"], set(row["tribes"])) for row in said["coverage"]} == {
        pk: (cover.kept, cover.open, set(cover.tribes)) for pk, cover in strategic.items()
    }
    assert [row["key_result"] for row in said["coverage"] if row["orphan"]] == [made.strategic["2.1"].pk]
    book = load_workbook(io.BytesIO(made.client("olga").get(made.url("planning_xlsx")).content))
    decisions = Counter(row[6] for row in book.worksheets[0].iter_rows(min_row=2, values_only=True))
    assert decisions == {"Kept": 7, "Deferred": 1, "Merged": 1, "Dropped": 3, "Undecided": 6}
    rows = caller.rows("proposals/", planning=made.planning.pk, page_size=200)
    assert Counter(row["outcome"] for row in rows) == {"keep": 7, "defer": 1, "merge": 1, "drop": 3, "open": 6}
    html = made.get("olga", "planning_board")
    assert "7 kept, target 6, 1 over, 6 still undecided" in html


def test_a_planning_and_its_quarter(made):
    caller = Caller(made.olga)
    row = caller.rows("plannings/")[0]
    assert (row["id"], row["quarter"], row["quarter_slug"]) == (made.planning.pk, made.quarter.pk, "2026-q3")
    assert (row["state"], row["mode"], row["target"], row["cap"], row["chair"]) == ("open", "chair", 6, 3, made.sam.pk)
    assert row["page"] == f"http://testserver{made.url('planning')}"
    assert caller.ids("plannings/", state="published") == []
    assert caller.ids("plannings/", quarter=made.quarter.pk) == [made.planning.pk]


def test_a_proposal_tells_what_was_presented_and_decided(made):
    made.decide("defer", "DRV A1", reason="Later")
    with made.inside():
        KeyResult.objects.filter(pk=made.pk("DRV A1")).update(title="Refined")
    row = Caller(made.olga).read(f"proposals/{made.pk('DRV A1')}/")
    with made.inside():
        decision = Decision.objects.get()
    assert row == {
        "id": made.pk("DRV A1"),
        "planning": made.planning.pk,
        "tribe": made.tribes["DRV"].pk,
        "objective": made.objectives["DRV A"].pk,
        "number": 1,
        "title": "Refined",
        "stage": "deferred",
        "outcome": "defer",
        "into": None,
        "reason": "Later",
        "decision": decision.pk,
        "serves": [made.strategic["1.1"].pk],
        "late": False,
        "presented": {
            "title": "Orders ready when the customer arrives",
            "metric": "Share, DRV A1",
            "start": "41",
            "target": "61",
        },
        "votes_ahead": {"keep": 0, "drop": 0, "discuss": 0},
        "page": f"http://testserver/o/coursive/key-results/{made.pk('DRV A1')}/",
    }


def test_proposals_are_narrowed(made):
    made.decide("drop", "DRV A1", "LAD A1")
    caller = Caller(made.olga)
    everything = caller.ids("proposals/", page_size=200)
    assert len(everything) == 18
    assert caller.ids("proposals/", outcome="drop") == [made.pk("DRV A1"), made.pk("LAD A1")]
    assert caller.ids("proposals/", outcome="drop", tribe=made.tribes["LAD"].pk) == [made.pk("LAD A1")]
    assert caller.ids("proposals/", planning=0) == []
    problem(caller.get(ROOT + "proposals/", {"outcome": "kept"}), 400)


def test_proposals_come_in_pages(made):
    caller = Caller(made.olga)
    first = caller.read("proposals/", page_size=10)
    second = caller.get(first["next"]).json()
    seen = [row["id"] for row in (*first["results"], *second["results"])]
    assert (len(seen), len(set(seen)), second["next"]) == (18, 18, None)


def test_what_was_published_stays_a_proposal_that_was_kept(made):
    made.go(quarters.PUBLISHED)
    caller = Caller(made.olga)
    assert len(caller.ids("proposals/", outcome="keep")) == 6
    counts = caller.read(f"plannings/{made.planning.pk}/")["counts"]
    assert (counts["keep"], counts["published"], counts["open"]) == (6, 6, 0)


def test_votes_alone_are_nobodys_to_read_before_the_meeting(db):
    made = quarters.planned(quarters.PREPARING)
    with made.inside():
        preparing.say(made.planning, {made.pk("DRV A1"): "drop"}, by=made.actor("theo"))
    caller = Caller(made.dan)
    path = f"proposals/{made.pk('DRV A1')}/"
    assert caller.read(path)["votes_ahead"] is None
    made.go(quarters.OPEN)
    assert caller.read(path)["votes_ahead"] == {"keep": 0, "drop": 1, "discuss": 0}


def test_decisions_tell_who_when_and_what_was_undone(made):
    act = made.decide("drop", "DRV A1", reason="An output")
    made.decide("keep", "DRV A1")
    caller = Caller(made.olga)
    kept, dropped = caller.rows("decisions/", key_result=made.pk("DRV A1"))
    assert (dropped["act"], dropped["reason"], dropped["by_name"], dropped["stands"]) == (
        str(act), "An output", "Sam Sponsor", False
    )  # fmt: skip
    assert (kept["outcome"], kept["stands"], kept["replaces"]) == ("keep", True, dropped["id"])
    assert caller.ids("decisions/", stands="true") == [kept["id"]]
    assert caller.ids("decisions/", outcome="drop", planning=made.planning.pk) == [dropped["id"]]


@pytest.mark.parametrize(
    ("path", "queries"), [("plannings/", 2), ("plannings/{planning}/", 6), ("proposals/", 6), ("decisions/", 2)]
)
def test_what_is_read_costs_the_same_for_few_and_for_many(made, path, queries, django_assert_num_queries):
    caller = Caller(made.olga)
    path = path.format(planning=made.planning.pk)
    made.decide("keep", "DRV A1")
    caller.read(path)
    with django_assert_num_queries(queries):
        caller.read(path, **({} if "{" in path or path[-2].isdigit() else {"page_size": 200}))
    made.decide("drop", *[code for code in made.proposals if code != "DRV A1"])
    with django_assert_num_queries(queries):
        caller.read(path, **({} if path[-2].isdigit() else {"page_size": 200}))


# ── Deciding ─────────────────────────────────────────────────────────────────


def test_a_decision_through_the_api_is_the_boards(made, chair):
    answer = decide(chair, made, "drop", "DRV A1", "DRV A2", reason="An output")
    assert answer.status_code == 200, answer.content
    said = answer.json()
    assert said["decided"] == [made.pk("DRV A1"), made.pk("DRV A2")]
    assert (said["counts"]["drop"], said["counts"]["open"]) == (2, 16)
    assert made.stage("DRV A1") == "dropped"
    with made.inside():
        told = AuditEvent.objects.filter(verb="dropped").first()
        assert (told.via, told.actor_name, told.reason) == ("api", "Sam Sponsor", "An output")


def test_sent_again_it_is_taken_once(made, chair):
    act = str(uuid.uuid4())
    first = decide(chair, made, "keep", "DRV A1", act=act)
    again = decide(chair, made, "keep", "DRV A1", act=act)
    assert first.json() == again.json()
    with made.inside():
        assert Decision.objects.count() == 1


def test_who_decided_since_is_told_and_not_overruled(made, chair):
    seen = {str(made.pk("DRV A1")): chair.read(f"proposals/{made.pk('DRV A1')}/")["decision"]}
    made.decide("keep", "DRV A1")
    told = problem(decide(chair, made, "drop", "DRV A1", reason="Later", seen=seen), 409)
    assert told["detail"] == "Sam Sponsor has kept DRV 01 meanwhile."
    assert told["errors"] == [{"field": "seen", "message": told["detail"]}]
    now = {str(made.pk("DRV A1")): chair.read(f"proposals/{made.pk('DRV A1')}/")["decision"]}
    assert decide(chair, made, "drop", "DRV A1", reason="Later", seen=now).status_code == 200


def test_the_last_one_of_a_strategic_key_result_is_asked_about(made, chair):
    ones = ("FID B1", "FID B2", "FID B3")
    asked = problem(decide(chair, made, "drop", *ones, reason="Later"), 409)
    assert [error["field"] for error in asked["errors"]] == ["sure"]
    assert made.strategic["2.1"].title in asked["detail"]
    assert decide(chair, made, "drop", *ones, reason="Later", sure=True).status_code == 200


@pytest.mark.parametrize(
    ("sent", "status", "field"),
    [
        ({"outcome": "drop"}, 422, "reason"),
        ({"outcome": "merge", "reason": "The same"}, 422, "into"),
        ({"outcome": "merge", "reason": "The same", "into": 999_999}, 422, "into"),
        ({"key_results": [999_999]}, 422, ""),
        ({"key_results": []}, 400, "key_results"),
        ({"outcome": "kept"}, 400, "outcome"),
        ({"act": "again"}, 400, "act"),
        ({"planning": 999_999}, 400, "planning"),
        ({"seen": {"one": 1}}, 400, "seen"),
        ({"outcome": "drop", "reason": "x" * 401}, 400, "reason"),
    ],
)
def test_what_does_not_hold_is_refused_at_its_field(made, chair, sent, status, field):
    basis = {"planning": made.planning.pk, "key_results": [made.pk("DRV A1")]}
    said = problem(chair.decide(**{**basis, **sent}), status)
    assert [error["field"] for error in said.get("errors", [])] == ([field] if field else [])
    assert made.stage("DRV A1") == "proposed"


@pytest.mark.parametrize("who", ["codir", "dan", "olga"])
def test_a_key_decides_as_its_member_does(made, who):
    said = problem(decide(Caller(made.people[who], *ALL), made, "keep", "DRV A1"), 403)
    assert said["detail"] == "In this meeting the chair decides for all."


@pytest.mark.parametrize("scopes", [("read",), ("read", "check_in"), ("check_in",)])
def test_deciding_needs_its_scope(made, scopes):
    said = problem(decide(Caller(made.sam, *scopes), made, "keep", "DRV A1"), 403)
    assert "scope" in said["detail"]


def test_a_key_that_only_decides_reads_nothing(made):
    caller = Caller(made.sam, "plan")
    assert decide(caller, made, "keep", "DRV A1").status_code == 200
    problem(caller.get(ROOT + "decisions/"), 403)


@pytest.mark.parametrize("state", [quarters.PREPARING, quarters.REFINING, quarters.PUBLISHED])
def test_outside_of_the_meeting_nothing_is_decided(db, state):
    made = quarters.planned(state)
    problem(decide(Caller(made.sam, *ALL), made, "keep", "DRV A2"), 422)


def test_by_majority_a_vote_is_counted(db):
    made = quarters.planned(quarters.OPEN, mode=Planning.Mode.MAJORITY)
    for who in ("sam", "codir", "theo"):
        made.client(who).post(made.url("planning_come"))
    assert decide(Caller(made.theo, *ALL), made, "drop", "DRV A1", reason="Later").json()["decided"] == []
    said = decide(Caller(made.codir, *ALL), made, "drop", "DRV A1", reason="Later").json()
    assert said["decided"] == [made.pk("DRV A1")]


def test_nothing_of_another_organization_is_decided(made, chair):
    others = quarters.planned(quarters.OPEN, slug="theirs")
    problem(decide(chair, others, "keep", "DRV A1"), 400)
    problem(chair.decide(planning=made.planning.pk, key_results=[others.pk("DRV A1")]), 422)
    assert others.stage("DRV A1") == "proposed"
