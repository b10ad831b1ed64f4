"""The meeting's board over HTTP: what each person sees of it, and every command with its refusals."""

import re
import uuid
from typing import Any

import pytest
import time_machine
from django.http import HttpResponse

from orgs.models import User
from planning.models import Decision, Discussion, KeptApart, Planning, Voter
from tests.planning import quarters
from tests.planning.quarters import OPEN, PREPARING, REFINING, Quarterly

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _on_the_day():
    with time_machine.travel(quarters.NOW, tick=False):
        yield


@pytest.fixture
def made() -> Quarterly:
    return quarters.planned(OPEN)


def send(
    made: Quarterly, who: str, name: str, *, htmx: bool = True, parts: dict[str, Any] | None = None, **fields: Any
) -> HttpResponse:
    headers = {"HX-Request": "true"} if htmx else {}
    return made.client(who).post(made.url(name, **(parts or {})), fields, headers=headers)


def wish(made: Quarterly, outcome: str, *codes: str, who: str = "sam", seen: int = 0, **fields: Any) -> HttpResponse:
    ids = " ".join(f"{made.pk(code)}:{seen}" for code in codes)
    return send(made, who, "planning_decide", act=uuid.uuid4(), outcome=outcome, ids=ids, **fields)


def text(answer: HttpResponse) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", answer.content.decode()).split())


def decision(made: Quarterly, code: str) -> Decision | None:
    with made.inside():
        return Decision.objects.filter(key_result=made.pk(code), stands=True).first()


# ── Looking ──


def test_before_the_meeting_the_board_leads_to_the_plannings_page():
    made = quarters.planned(PREPARING)
    answer = made.client("sam").get(made.url("planning_board"))
    assert (answer.status_code, answer.url) == (302, made.url("planning"))


@pytest.mark.parametrize(
    ("who", "decides", "leads"), [("sam", True, True), ("coach", False, True), ("alice", False, False)]
)
def test_who_decides_and_who_leads_have_their_commands(made, who, decides, leads):
    page = made.get(who, "planning_board")
    assert (" data-decides" in page, " data-leads" in page) == (decides, leads)
    assert page.count('class="kr open"') == 18
    assert "18 proposals" in page


@pytest.mark.parametrize(("way", "groups"), [("tribe", 3), ("objective", 6), ("strategic", 3), ("nonsense", 3)])
def test_rows_stand_by_tribe_by_objective_and_by_what_they_serve(made, way, groups):
    page = made.client("sam").get(made.url("planning_board"), {"by": way}).content.decode()
    assert len(re.findall(r'<details class="plan-group"', page)) == groups


def test_the_full_screen_shows_who_presents(made):
    page = made.get("alice", "planning_wall")
    assert "Drive" in page
    assert "Orders ready when the customer arrives" in page
    assert "Deliveries inside the chosen hour" not in page


# ── Deciding ──


def test_the_chair_keeps_and_everybody_reads_who_and_when(made):
    assert wish(made, "keep", "DRV A1").status_code == 200
    assert made.stage("DRV A1") == "kept"
    page = made.get("alice", "planning_board")
    assert "Sam" in page.split('class="by"')[1][:200]
    assert '<b class="num">1</b>' in page


def test_a_plain_form_is_answered_with_the_board(made):
    answer = send(made, "sam", "planning_decide", htmx=False, act=uuid.uuid4(), decide=f"keep {made.pk('DRV A1')}:0")
    assert (answer.status_code, answer.url) == (302, made.url("planning_board"))
    assert made.stage("DRV A1") == "kept"


@pytest.mark.parametrize("outcome", ["defer", "drop"])
def test_without_a_reason_nothing_is_decided_and_the_reason_is_asked_for(made, outcome):
    assert wish(made, outcome, "DRV A1").status_code == 422
    plain = send(
        made, "sam", "planning_decide", htmx=False, act=uuid.uuid4(), decide=f"{outcome} {made.pk('DRV A1')}:0"
    )
    assert plain.status_code == 422
    assert 'id="why-plain"' in plain.content.decode()
    assert made.stage("DRV A1") == "proposed"
    assert wish(made, outcome, "DRV A1", reason="Not an outcome").status_code == 200
    assert decision(made, "DRV A1").reason == "Not an outcome"


def test_a_plain_merge_offers_what_could_stay(made):
    sent = {"act": uuid.uuid4(), "decide": f"merge {made.pk('DRV A1')}:0"}
    page = send(made, "sam", "planning_decide", htmx=False, **sent).content.decode()
    assert 'id="into-plain"' in page
    answer = send(made, "sam", "planning_decide", htmx=False, **sent, reason="The same", into=made.pk("LAD A1"))
    assert answer.status_code == 302
    assert made.stage("DRV A1") == "merged"
    assert "Absorbs DRV 01" in made.get("alice", "planning_board")


@pytest.mark.parametrize("who", ["coach", "codir", "alice", "olga"])
def test_where_the_chair_decides_nobody_else_does(made, who):
    assert wish(made, "keep", "DRV A1", who=who).status_code == 403
    assert made.stage("DRV A1") == "proposed"


@pytest.mark.parametrize(
    "sent",
    [
        {"outcome": "keep", "ids": "x"},
        {"outcome": "keep", "ids": "1:2:3"},
        {"outcome": "burn", "ids": "1:0"},
        {"outcome": "", "ids": "1:0"},
        {"outcome": "keep", "ids": ""},
        {"outcome": "keep", "ids": "999999:0"},
        {"decide": "keep"},
        {"decide": "burn 1:0"},
        {"outcome": "keep", "ids": " ".join(f"{n}:0" for n in range(1, 500))},
        {"outcome": "drop", "ids": "1:0", "reason": "x" * 401},
        {"outcome": "keep", "ids": "1:0", "act": "no act"},
    ],
)
def test_what_makes_no_sense_is_refused_in_words(made, sent):
    answer = send(made, "sam", "planning_decide", **{"act": uuid.uuid4(), **sent})
    assert answer.status_code == 422
    assert 'role="alert"' in answer.content.decode()
    with made.inside():
        assert not Decision.objects.exists()


def test_what_would_leave_a_strategic_key_result_without_any_is_asked_first(made):
    orphaning = ("FID B1", "FID B2", "FID B3")
    asked = wish(made, "drop", *orphaning, reason="Later")
    assert asked.status_code == 409
    assert "Nothing would serve 2.1 Households buying fresh food every week any more." in text(asked)
    assert made.stage("FID B1") == "proposed"
    assert wish(made, "drop", *orphaning, reason="Later", sure="on").status_code == 200
    assert made.stage("FID B1") == "dropped"
    assert "Nothing serves these any more" in made.get("sam", "planning_board")


def test_nothing_is_alarming_before_something_is_kept(made):
    assert "nothing kept" not in made.get("sam", "planning_board")
    made.decide("keep", "DRV A1")
    page = text(made.client("sam").get(made.url("planning_board")))
    assert "2 strategic key results have nothing kept: 1.2, 2.1." in page


@pytest.mark.parametrize(("way", "said"), [("undo", "Undo all the same"), ("redo", "Redo all the same")])
def test_taking_back_what_something_hangs_on_names_what_it_does(made, way, said):
    act = made.decide("drop", "FID B1", "FID B2", "FID B3")
    if way == "undo":
        act = made.decide("keep", "FID B2")
    else:
        send(made, "sam", "planning_undo", act=act)
    asked = send(made, "sam", f"planning_{way}", act=act)
    assert asked.status_code == 409
    assert said in text(asked)
    assert "Decide all the same" not in text(asked)
    assert send(made, "sam", f"planning_{way}", act=act, sure="on").status_code == 200


def test_one_is_kept_and_several_are_in_french(made):
    with made.inside():
        User.objects.filter(pk=made.sam.user_id).update(language="fr")
    made.decide("keep", "DRV A1")
    page = made.get("sam", "planning_board")
    assert "gardé, cible 6" in text(made.client("sam").get(made.url("planning_board")))
    assert re.search(r'aria-label="1 gardé, \d+ à trancher', page)
    made.decide("keep", "DRV A2")
    assert "gardés, cible 6" in text(made.client("sam").get(made.url("planning_board")))


def test_nobody_overrules_unseen_what_was_decided_meanwhile(made):
    made.decide("drop", "DRV A1", reason="Names an output")
    told = wish(made, "keep", "DRV A1")
    assert told.status_code == 409
    assert "Sam Sponsor has dropped DRV 01 meanwhile: “Names an output”" in text(told)
    assert made.stage("DRV A1") == "dropped"
    there = decision(made, "DRV A1").pk
    again = re.search(r'name="over" value="([^"]+)"', told.content.decode())
    assert again[1] == f"{made.pk('DRV A1')}:{there}"
    assert wish(made, "keep", "DRV A1", over=again[1]).status_code == 200
    assert made.stage("DRV A1") == "kept"


def test_the_same_act_sent_twice_is_one(made):
    act = uuid.uuid4()
    for _time in range(2):
        answer = send(made, "sam", "planning_decide", act=act, outcome="keep", ids=f"{made.pk('DRV A1')}:0")
        assert answer.status_code == 200
    with made.inside():
        assert Decision.objects.count() == 1


# ── Several at once ──


def test_a_preview_says_what_would_change_and_changes_nothing(made):
    ids = " ".join(f"{made.pk(code)}:0" for code in ("FID B1", "FID B2", "FID B3"))
    shown = text(send(made, "sam", "planning_preview", act=uuid.uuid4(), outcome="drop", ids=ids))
    assert "18 → 15" in shown
    assert "2.1 Households buying fresh food every week" in shown
    ids = " ".join(f"{pk.pk}:0" for pk in made.proposals.values())
    shown = text(send(made, "sam", "planning_preview", act=uuid.uuid4(), outcome="keep", ids=ids))
    assert "0 → 18 / 6" in shown
    assert "12 more than the target" in shown
    assert "More than their cap: Drive, Home delivery, Loyalty" in shown
    assert made.stage("FID B1") == "proposed"


# ── Taking back ──


def test_undo_and_redo(made):
    made.decide("keep", "DRV A1")
    act = made.decide("drop", "DRV A1", "DRV A2", reason="Later")
    assert send(made, "sam", "planning_undo", act=act).status_code == 200
    assert (made.stage("DRV A1"), made.stage("DRV A2")) == ("kept", "proposed")
    assert send(made, "sam", "planning_redo", act=act).status_code == 200
    assert (made.stage("DRV A1"), made.stage("DRV A2")) == ("dropped", "dropped")
    assert send(made, "alice", "planning_undo", act=act).status_code == 403
    for wrong in ("", "x", uuid.uuid4()):
        assert send(made, "sam", "planning_undo", act=wrong).status_code == 422
        assert send(made, "sam", "planning_redo", act=wrong).status_code == 422
    assert made.stage("DRV A1") == "dropped"


# ── Duplicates, notes ──


def test_two_that_look_alike_can_be_told_apart(made):
    pair = f"{made.pk('DRV A1')} {made.pk('LAD A1')}"
    assert send(made, "alice", "planning_apart", pair=pair).status_code == 403
    for wrong in ("", "1", "1 2 3", f"{made.pk('DRV A1')} 999999"):
        assert send(made, "sam", "planning_apart", pair=wrong).status_code == 422
    for _time in range(2):
        assert send(made, "sam", "planning_apart", pair=pair).status_code == 200
    with made.inside():
        assert KeptApart.objects.count() == 1


def test_notes_are_for_all_and_nobody_writes_over_anothers(made):
    parts = {"pk": made.pk("DRV A1")}
    assert send(made, "alice", "planning_note", parts=parts, text="Mine").status_code == 403
    assert send(made, "sam", "planning_note", parts=parts, text="x" * 1001).status_code == 422
    assert send(made, "codir", "planning_note", parts=parts, text="Which panel?", seen=0).status_code == 200
    refused = send(made, "coach", "planning_note", parts=parts, text="What panel?", seen=0)
    assert refused.status_code == 422
    assert "wrote meanwhile: “Which panel?”" in text(refused)
    assert send(made, "coach", "planning_note", parts=parts, text="What panel?", seen=1).status_code == 200
    with made.inside():
        assert [row.text for row in Discussion.objects.all()] == ["What panel?"]
    assert "What panel?" in made.get("alice", "planning_board")
    assert send(made, "sam", "planning_note", parts={"pk": 999999}, text="x").status_code == 404


# ── Who presents, and the clock ──


def test_turns_and_the_clock(made):
    with made.inside():
        first, second, _third = list(made.planning.slots.order_by("position"))
    assert made.again().presenting_id == first.pk
    for who, status in (("alice", 403), ("codir", 403), ("coach", 200)):
        assert send(made, who, "planning_turn", slot=second.pk).status_code == status
    assert made.again().presenting_id == second.pk
    for wrong in (999999, "x"):
        assert send(made, "coach", "planning_turn", slot=wrong).status_code == 422
    assert send(made, "sam", "planning_clock", do="pause").status_code == 200
    assert made.again().since is None
    assert send(made, "sam", "planning_clock", do="go_on").status_code == 200
    assert made.again().since is not None
    assert send(made, "sam", "planning_clock", do="more").status_code == 200
    assert made.again().presenting.minutes == second.minutes + 1
    assert send(made, "sam", "planning_clock", do="faster").status_code == 422
    assert send(made, "alice", "planning_clock", do="pause").status_code == 403
    assert send(made, "sam", "planning_turn", slot="").status_code == 200
    assert made.again().presenting_id is None
    assert "Nobody presents at the moment" in made.get("alice", "planning_wall")


# ── Majority ──


def test_where_the_majority_decides_those_present_are_counted():
    made = quarters.planned(OPEN, mode="majority")
    for who in ("sam", "codir", "theo"):
        assert send(made, who, "planning_come").status_code == 200
    with made.inside():
        assert Voter.objects.filter(came_at__isnull=False).count() == 3
    assert wish(made, "drop", "DRV A1", who="sam", reason="Later").status_code == 200
    assert made.stage("DRV A1") == "proposed"
    assert "Drop: Sam Sponsor" in text(made.client("alice").get(made.url("planning_board")))
    assert wish(made, "drop", "DRV A1", who="theo", reason="Later").status_code == 200
    assert made.stage("DRV A1") == "dropped"
    assert "2 of 3 votes" in text(made.client("alice").get(made.url("planning_board")))
    assert wish(made, "keep", "DRV A2", who="coach").status_code == 403


# ── The end ──


def test_closing_lists_what_is_undecided_and_can_defer_it(made):
    made.decide("keep", *[code for code in made.proposals if code != "FID B3"])
    asked = send(made, "coach", "planning_close")
    assert asked.status_code == 409
    assert "1 key result is still undecided." in text(asked)
    assert "FID 06" in text(asked)
    assert send(made, "alice", "planning_close", defer="Later").status_code == 403
    answer = send(made, "coach", "planning_close", defer="No time left")
    assert (answer.status_code, answer["HX-Redirect"]) == (204, made.url("planning"))
    assert made.again().state == REFINING
    assert (made.stage("FID B3"), decision(made, "FID B3").reason) == ("deferred", "No time left")
    assert wish(made, "keep", "FID B3").status_code == 422


def test_reopening_asks_for_a_reason():
    made = quarters.planned(REFINING)
    assert send(made, "coach", "planning_reopen", reason=" ").status_code == 422
    assert send(made, "alice", "planning_reopen", reason="One forgotten").status_code == 403
    assert made.again().state == REFINING
    assert send(made, "coach", "planning_reopen", htmx=False, reason="One forgotten").status_code == 302
    assert made.again().state == OPEN


def test_opening_is_for_who_leads():
    made = quarters.planned(PREPARING)
    assert send(made, "alice", "planning_open", htmx=False).status_code == 403
    assert send(made, "sam", "planning_open", htmx=False).status_code == 403
    answer = send(made, "coach", "planning_open", htmx=False)
    assert (answer.status_code, answer.url) == (302, made.url("planning_board"))
    assert made.again().state == Planning.State.OPEN
