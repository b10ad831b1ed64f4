"""Votes alone, ahead of the meeting: all proposals in a list or one by one, saved at once, seen by nobody else."""

import datetime as dt

import pytest
import time_machine
from django.utils import translation

from orgs.models import Organization
from planning.actions import preparing
from planning.models import Opinion
from tests.planning import quarters

pytestmark = pytest.mark.django_db
HTMX = {"HX-Request": "true"}


@pytest.fixture(autouse=True)
def _on_the_day():
    with time_machine.travel(quarters.NOW, tick=False):
        yield


def said(made: quarters.Quarterly, who: str = "") -> dict[str, str]:
    codes = {row.pk: code for code, row in made.proposals.items()}
    with made.inside():
        rows = Opinion.objects.filter(planning=made.planning)
        rows = rows.filter(membership=made.people[who]) if who else rows
        return {codes[pk]: choice for pk, choice in rows.values_list("key_result_id", "choice")}


def vote(
    made: quarters.Quarterly, who: str, code: str, choice: str, *, on: str = "list", htmx: bool = False, query: str = ""
):
    url = made.url("planning_vote", pk=made.pk(code)) + query
    return made.client(who).post(url, {"choice": choice, "on": on}, headers=HTMX if htmx else {})


# ── The list ──


def test_the_list_shows_every_proposal_with_what_it_takes_to_judge_it():
    made = quarters.planned()

    page = made.get("sam", "planning_votes")

    for row in made.proposals.values():
        assert row.title in page
    assert "0 of 18" in page
    assert "FID" in page
    assert "41% → 61%" in page
    assert page.index(made.tribes["DRV"].name) < page.index(made.tribes["FID"].name)


def test_a_vote_is_saved_at_once_and_can_be_changed_and_taken_back():
    made = quarters.planned()

    answer = vote(made, "sam", "DRV A1", "drop")
    assert answer.status_code == 302
    assert answer["Location"].endswith(f"#vote-{made.pk('DRV A1')}")
    assert said(made, "sam") == {"DRV A1": "drop"}
    vote(made, "sam", "DRV A1", "keep")
    assert said(made, "sam") == {"DRV A1": "keep"}
    assert 'value="" data-choice="keep" aria-pressed="true"' in made.get("sam", "planning_votes")
    vote(made, "sam", "DRV A1", "")
    assert said(made, "sam") == {}


def test_in_place_the_row_and_the_progress_come_back():
    made = quarters.planned()

    answer = vote(made, "sam", "LAD A2", "discuss", htmx=True)

    page = answer.content.decode()
    assert answer.status_code == 200
    assert f'id="vote-{made.pk("LAD A2")}"' in page
    assert page.count("data-vote ") == 1
    assert "1 of 18" in page
    assert "1 of 6" in page
    assert "Discuss <b>1</b>" in page


def test_what_one_says_is_shown_to_nobody_else_before_the_meeting():
    made = quarters.planned()
    vote(made, "sam", "DRV A1", "drop")

    mine = 'data-choice="drop" aria-pressed="true"'
    assert mine in made.get("sam", "planning_votes")
    for who in ("codir", "theo"):
        assert mine not in made.get(who, "planning_votes")
        assert "0 of 18" in made.get(who, "planning_votes")
    with made.inside():
        version = Organization.objects.values_list("version", flat=True).get(pk=made.org.pk)
    vote(made, "sam", "DRV A2", "drop")
    with made.inside():
        assert Organization.objects.values_list("version", flat=True).get(pk=made.org.pk) == version


def test_the_filters_show_what_is_still_to_vote_on():
    made = quarters.planned()
    vote(made, "sam", "DRV A1", "drop")
    page = made.client("sam").get(made.url("planning_votes") + "?show=none").content.decode()

    assert made.proposals["DRV A1"].title not in page
    assert made.proposals["DRV A2"].title in page
    page = made.client("sam").get(made.url("planning_votes") + "?show=drop").content.decode()
    assert made.proposals["DRV A1"].title in page
    assert made.proposals["DRV A2"].title not in page
    assert made.client("sam").get(made.url("planning_votes") + "?show=%00nonsense").status_code == 200
    assert vote(made, "sam", "DRV A2", "drop", query="?show=none")["Location"].count("show=none") == 1


def test_without_any_proposal_it_says_what_belongs_there():
    made = quarters.proposed(stage="draft")
    with made.inside():
        made.planning, _change = preparing.plan(made.quarter, by=made.actor("coach"))

    assert "Nothing is proposed yet" in made.get("sam", "planning_votes")


# ── One by one ──


def test_one_by_one_each_vote_leads_to_the_next_that_is_open():
    made = quarters.planned()
    vote(made, "sam", "DRV A2", "keep")

    answer = vote(made, "sam", "DRV A1", "keep", on="one")

    assert answer.status_code == 302
    assert answer["Location"] == made.url("planning_vote", pk=made.pk("DRV A3"))


def test_in_place_the_next_one_comes_with_its_address():
    made = quarters.planned()

    answer = vote(made, "sam", "DRV A1", "keep", on="one", htmx=True)

    page = answer.content.decode()
    assert answer["HX-Push-Url"] == made.url("planning_vote", pk=made.pk("DRV A2"))
    assert made.proposals["DRV A2"].title in page
    assert "1 of 18" in page
    assert "<html" not in page


def test_after_the_last_it_begins_with_those_left_out_and_ends_in_the_list():
    made = quarters.planned()
    *others, last = made.proposals
    with made.inside():
        preparing.say(made.planning, {made.pk(code): "keep" for code in others[1:]}, by=made.actor("sam"))

    assert vote(made, "sam", last, "drop", on="one")["Location"] == made.url("planning_vote", pk=made.pk(others[0]))
    assert vote(made, "sam", others[0], "drop", on="one")["Location"] == made.url("planning_votes")
    assert "You have voted on all of them" in made.get("sam", "planning_votes")
    vote(made, "sam", others[0], "", on="list")
    answer = vote(made, "sam", others[0], "keep", on="one", htmx=True)
    assert answer.status_code == 204
    assert answer["HX-Redirect"] == made.url("planning_votes")


def test_the_page_of_one_says_all_that_the_codir_needs():
    made = quarters.planned()

    page = made.get("sam", "planning_vote", pk=made.pk("FID B2"))

    for text in (
        "Loyalty keeps promise B.",
        made.proposals["FID B2"].title,
        "42% → 62%",
        made.strategic["2.1"].title,
        "Share, FID B2",
        "Order log",
        "Fiona Lead",
        "17 of 18",
    ):
        assert text in page
    assert 'aria-keyshortcuts="k"' in page


def test_flags_of_the_coach_stand_beside_a_proposal():
    made = quarters.planned()
    with made.inside():
        row = made.proposals["DRV A1"]
        row.title, row.source = "Launch the new voucher page", ""
        row.save()

    for name, parts in (("planning_votes", {}), ("planning_vote", {"pk": row.pk})):
        page = made.get("sam", name, **parts)
        assert "Names an output" in page
        assert "No source" in page


# ── Refusals ──


@pytest.mark.parametrize("who", ["olga", "alice", "coach", "cpo"])
def test_without_a_vote_one_neither_sees_nor_says_anything(who):
    made = quarters.planned()

    assert made.client(who).get(made.url("planning_votes")).status_code == 403
    assert made.client(who).get(made.url("planning_vote", pk=made.pk("DRV A1"))).status_code == 403
    assert vote(made, who, "DRV A1", "keep").status_code == 403
    assert said(made) == {}


def test_the_chair_votes_even_where_nobody_put_them_on_the_list():
    made = quarters.planned()
    with made.inside():
        made.planning.voters.filter(membership=made.sam).delete()

    assert vote(made, "sam", "DRV A1", "keep").status_code == 302
    assert said(made, "sam") == {"DRV A1": "keep"}


def test_after_the_end_what_was_said_stays_and_nothing_more_is_taken():
    made = quarters.planned()
    vote(made, "sam", "DRV A1", "drop")
    with made.inside():
        end = quarters.NOW + dt.timedelta(days=1)
        preparing.set_up(made.planning, {"preread_until": end}, by=made.actor("coach"))

    with time_machine.travel(end + dt.timedelta(minutes=1), tick=False):
        page = made.get("sam", "planning_votes")
        assert "Votes alone are over" in page
        assert "data-choice" not in page
        assert "Drop" in page
        for on in ("list", "one"):
            answer = vote(made, "sam", "DRV A1", "keep", on=on)
            assert answer.status_code == 422
            assert "Votes alone are over: the rest is for the meeting." in answer.content.decode()
        answer = vote(made, "sam", "DRV A1", "keep", htmx=True)
        assert answer.status_code == 422
        assert "Votes alone are over" in answer.content.decode()
    assert said(made, "sam") == {"DRV A1": "drop"}


def test_once_the_meeting_is_open_one_reads_what_one_said():
    made = quarters.planned()
    vote(made, "sam", "DRV A1", "drop")
    made.go(quarters.OPEN)

    page = made.get("sam", "planning_votes")

    assert "The meeting has begun" in page
    assert made.url("planning_board") in page
    assert vote(made, "sam", "DRV A1", "keep").status_code == 422


@pytest.mark.parametrize("htmx", [False, True])
@pytest.mark.parametrize("on", ["list", "one"])
def test_what_was_taken_back_meanwhile_is_told(on, htmx):
    made = quarters.planned()
    with made.inside():
        row = made.proposals["DRV A1"]
        row.stage = "draft"
        row.save()

    answer = vote(made, "sam", "DRV A1", "keep", on=on, htmx=htmx)

    assert answer.status_code == 422
    assert "It is no longer proposed." in answer.content.decode()
    assert made.client("sam").get(made.url("planning_vote", pk=made.pk("DRV A1"))).status_code == 404


@pytest.mark.parametrize("choice", ["merge", "KEEP", "\x00", "x" * 5000])
def test_what_is_no_choice_is_refused(choice):
    made = quarters.planned()

    answer = vote(made, "sam", "DRV A1", choice)

    assert answer.status_code == 422
    assert "Choose one of the list." in answer.content.decode()
    assert said(made) == {}


def test_of_another_quarter_nothing_is_taken():
    made = quarters.planned()
    with made.inside():
        other = made.world.key_result

    url = made.url("planning_vote", pk=other.pk)
    assert made.client("sam").get(url).status_code == 404
    assert made.client("sam").post(url, {"choice": "keep", "on": "one"}).status_code == 404


def test_it_speaks_french():
    made = quarters.planned()
    made.sam.user.language = "fr"
    made.sam.user.save()
    with translation.override("fr"):
        assert "41\u00a0% → 61\u00a0%" in made.get("sam", "planning_votes")
