"""Who is in the meeting, where the majority decides: somebody who has left is not waited for."""

import re
import uuid

import pytest

from orgs.models import AuditEvent
from planning.actions import leading, preparing
from planning.models import Ballot, Decision, Planning, Voter
from tests.planning import quarters

pytestmark = pytest.mark.django_db
REASON = "No outcome"


@pytest.fixture
def made():
    """Sam (chair), Cody, Theo and Carol have a vote and are there; Cody was for dropping DRV A1, and Theo too."""
    made = quarters.planned(quarters.OPEN, mode=Planning.Mode.MAJORITY)
    with made.inside():
        voters = [made.people[who].pk for who in ("sam", "codir", "theo", "carol")]
        preparing.set_up(made.planning, {"voters": voters}, by=made.actor("coach"))
        for who in ("sam", "codir", "theo", "carol"):
            leading.come(made.planning, by=made.actor(who))
    vote(made, "codir", "drop", "DRV A1")
    vote(made, "theo", "drop", "DRV A1")
    assert made.stage("DRV A1") == "proposed"
    return made


def post(made, who, name, **fields):
    return made.client(who).post(made.url(name), fields, headers={"HX-Request": "true"})


def vote(made, who, outcome, *codes, **more):
    ids = " ".join(f"{made.pk(code)}:0" for code in codes)
    sent = {"act": uuid.uuid4(), "outcome": outcome, "ids": ids, "reason": REASON, **more}
    answer = post(made, who, "planning_decide", **sent)
    assert answer.status_code == 200, answer.content.decode()


def voter(made, who):
    with made.inside():
        return Voter.objects.get(membership=made.people[who])


def say(made, who, here, by="coach", **more):
    return post(made, by, "planning_present", present=f"{voter(made, who).pk} {here}", **more)


def standing(made, code):
    with made.inside():
        return Decision.objects.filter(key_result=made.pk(code), stands=True).select_related("by").first()


@pytest.mark.parametrize("by", ["coach", "sam"])
def test_who_leads_and_the_chair_say_who_has_left_and_the_rest_decides(made, by):
    assert say(made, "carol", "off", by=by).status_code == 200
    assert voter(made, "carol").came_at is None
    row = standing(made, "DRV A1")
    assert (row.outcome, row.reason, row.in_favour, row.present, row.by_name) == ("drop", REASON, 2, 3, "Theo Stores")
    assert made.stage("DRV A1") == "dropped"
    with made.inside():
        told = AuditEvent.objects.get(verb="said_left")
        assert (told.actor_name, told.after) == (made.people[by].name, {"voter": made.carol.pk})


def test_without_a_script_a_button_of_the_page_says_it(made):
    page = made.get("coach", "planning_board")
    button = re.search(
        r'<button type="submit" form="command" formaction="([^"]+)"[^>]* name="present" value="(\d+ off)"', page
    )
    assert button is not None
    answer = made.client("coach").post(button[1], {"present": button[2]})
    assert (answer.status_code, answer.url) == (302, made.url("planning_board"))
    with made.inside():
        assert Voter.objects.get(pk=button[2].split()[0]).came_at is None


def test_who_is_back_counts_again(made):
    say(made, "carol", "off")
    assert say(made, "carol", "on").status_code == 200
    assert voter(made, "carol").came_at is not None
    assert made.stage("DRV A1") == "dropped"  # what is decided stays
    vote(made, "codir", "keep", "DRV A2")
    vote(made, "theo", "keep", "DRV A2")
    assert made.stage("DRV A2") == "proposed"


def test_a_vote_of_somebody_who_left_counts_again_when_they_come(made):
    say(made, "theo", "off")
    vote(made, "sam", "drop", "DRV A1")  # two of three
    assert made.stage("DRV A1") == "dropped"
    vote(made, "carol", "keep", "DRV A2")
    vote(made, "codir", "keep", "DRV A2")
    assert made.stage("DRV A2") == "kept"


def test_the_chair_takes_back_what_an_empty_chair_decided(made):
    say(made, "carol", "off")
    row = standing(made, "DRV A1")
    assert post(made, "codir", "planning_undo", act=row.act).status_code == 422
    assert post(made, "sam", "planning_undo", act=row.act).status_code == 200
    assert made.stage("DRV A1") == "proposed"
    with made.inside():
        left = Ballot.objects.filter(key_result=made.pk("DRV A1")).counted().values_list("membership", flat=True)
        assert list(left) == [made.codir.pk]


@pytest.mark.parametrize("by", ["codir", "theo", "alice", "olga", "cpo"])
def test_nobody_else_says_who_is_there(made, by):
    assert say(made, "carol", "off", by=by).status_code == 403
    assert voter(made, "carol").came_at is not None


@pytest.mark.parametrize(
    "sent",
    [
        {"present": "0 off"},
        {"present": f"{'9' * 39} off"},
        {"present": " off"},
        {"present": "999999 on"},
        {},
    ],
)
def test_what_names_nobody_is_refused(made, sent):
    assert post(made, "coach", "planning_present", **sent).status_code == 422


@pytest.mark.parametrize("here", ["", " ", " left", "on"])
def test_nor_says_whether_they_are_here(made, here):
    sent = f"{voter(made, 'carol').pk}{here}"
    assert post(made, "coach", "planning_present", present=sent).status_code == 422
    assert voter(made, "carol").came_at is not None


def test_once_the_meeting_is_closed_nobody_comes_or_goes():
    made = quarters.planned(quarters.REFINING, mode=Planning.Mode.CHAIR)
    assert say(made, "codir", "on").status_code == 422


def test_what_would_serve_nothing_any_more_is_asked_first(made):
    vote(made, "codir", "drop", "FID B1", "FID B2", "FID B3")
    vote(made, "theo", "drop", "FID B1", "FID B2", "FID B3")
    asked = say(made, "carol", "off")
    assert asked.status_code == 409
    assert "Households buying fresh food every week" in asked.content.decode()
    assert "Has left all the same" in asked.content.decode()
    assert voter(made, "carol").came_at is not None
    assert made.stage("FID B1") == "proposed"
    assert say(made, "carol", "off", sure="on").status_code == 200
    assert {made.stage(code) for code in ("FID B1", "FID B2", "FID B3", "DRV A1")} == {"dropped"}


def test_who_loses_their_vote_is_not_waited_for_either(made):
    vote(made, "codir", "drop", "FID B1", "FID B2", "FID B3")
    vote(made, "theo", "drop", "FID B1", "FID B2", "FID B3")
    with made.inside():
        voters = [made.people[who].pk for who in ("sam", "codir", "theo")]
        preparing.set_up(made.again(), {"voters": voters}, by=made.actor("coach"))
    assert made.stage("DRV A1") == "dropped"
    # Nobody is there to be asked: one of them stays undecided.
    assert sorted(made.stage(f"FID B{n}") for n in (1, 2, 3)) == ["dropped", "dropped", "proposed"]


def test_where_the_chair_decides_nothing_is_counted():
    made = quarters.planned(quarters.OPEN)
    with made.inside():
        leading.come(made.planning, by=made.actor("codir"))
    assert say(made, "codir", "off").status_code == 200
    with made.inside():
        assert not Decision.objects.exists()
