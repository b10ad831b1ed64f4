"""All quarters with their planning, one quarter's page, and always the one next step for who looks."""

import datetime as dt

import pytest
import time_machine
from django.urls import reverse

from okr.models import KeyResult, PeriodState
from orgs.models import Tribe
from planning.actions import preparing
from planning.models import Planning
from tests import factories
from tests.planning import quarters

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _on_the_day():
    with time_machine.travel(quarters.NOW, tick=False):
        yield


def plannings(made: quarters.Quarterly, who: str) -> str:
    answer = made.client(who).get(reverse("plannings", args=[made.org.slug]))
    assert answer.status_code == 200
    return answer.content.decode()


def next_step(made: quarters.Quarterly, who: str) -> str:
    page = made.get(who)
    return page.split('class="pl-next"')[1].split("</section>")[0]


# ── The list ──


def test_a_draft_quarter_without_a_planning_is_offered_to_who_leads_and_to_nobody_else():
    made = quarters.proposed()
    setup = made.url("planning_setup")

    for who in ("coach", "carol", "dan"):
        assert setup in plannings(made, who)
    for who in ("alice", "sam", "cpo", "olga"):
        page = plannings(made, who)
        assert setup not in page
        assert "Not planned yet" in page
        assert "18 proposed" in page


def test_without_any_quarter_it_says_what_belongs_there():
    world = factories.organization("fresh")
    dan = factories.member(world, "Dan Admin", "administrator")

    page = factories.signed_in(dan).get(reverse("plannings", args=["fresh"])).content.decode()

    assert "No quarter to plan yet" in page
    assert reverse("settings_periods", args=["fresh"]) in page


@pytest.mark.parametrize(
    ("state", "words", "goes_to"),
    [
        (quarters.PREPARING, "18 proposed", "planning"),
        (quarters.OPEN, "18 key results are undecided", "planning_board"),
        (quarters.REFINING, "Leads and the CPO refine", "planning_refinement"),
        (quarters.PUBLISHED, "The quarter is published", "planning_results"),
    ],
)
def test_each_planning_says_its_state_and_leads_on(state, words, goes_to):
    made = quarters.planned(state)

    page = plannings(made, "olga")

    assert words in page
    assert f'class="btn" href="{made.url(goes_to)}"' in page
    if state in (quarters.REFINING, quarters.PUBLISHED):
        assert '<b class="num">18</b> presented' in page
        assert '<b class="num">6</b> kept' in page


# ── One quarter ──


def test_a_quarter_without_planning_says_so_and_one_that_is_no_quarter_is_not_found():
    made = quarters.proposed()

    assert "It is not planned yet" in made.get("olga")
    assert made.url("planning_setup") in made.get("coach")
    assert made.url("planning_setup") not in made.get("olga")
    for slug in ("2026-q9", "1999-q1", "nope"):
        assert made.client("coach").get(made.url("planning").replace("2026-q3", slug)).status_code == 404


@pytest.mark.parametrize("state", [quarters.PREPARING, quarters.OPEN, quarters.REFINING, quarters.PUBLISHED])
def test_the_page_shows_where_the_planning_stands(state):
    made = quarters.planned(state)

    page = made.get("olga")

    step = {
        "preparing": "Proposals",
        "open": "Planning by the CoDir",
        "refining": "Refinement with the CPO",
        "published": "Published",
    }
    assert f'aria-current="step"><span>{step[state]}' in page
    for name in ("Drive", "Home delivery", "Loyalty", "Sam Sponsor", "Cody Dir", "Theo Stores"):
        assert name in page
    assert "Chair" in page
    if state in (quarters.REFINING, quarters.PUBLISHED):
        assert '<b class="num">2</b> kept of 6, at most 3' in page
        assert '<b class="num">6</b> kept, target 6' in page


def test_tribes_stand_in_the_order_of_the_agenda():
    made = quarters.planned()
    with made.inside():
        rows = [{"tribe": made.tribes[code].pk, "minutes": 12, "cap": None} for code in ("FID", "DRV", "LAD")]
        preparing.set_up(made.planning, {"slots": rows}, by=made.actor("coach"))

    page = made.get("olga")

    order = [page.index(f'id="of-{code}"') for code in ("FID", "DRV", "LAD")]
    assert order == sorted(order)
    assert "36 min" in page


# ── The next step ──


def test_before_the_meeting_everybody_has_a_next_step_of_their_own():
    made = quarters.planned()

    assert "Say alone of 18 proposals" in next_step(made, "sam")
    assert made.url("planning_votes") in next_step(made, "theo")
    assert "Everybody in the agenda has proposed." in next_step(made, "coach")
    assert "Nothing is asked of you until then." in next_step(made, "olga")
    for who in ("coach", "olga", "alice"):
        assert 'class="btn primary"' not in next_step(made, who)


def test_on_the_day_who_leads_opens_the_meeting():
    made = quarters.planned()
    with time_machine.travel(quarters.MEETS_AT - dt.timedelta(hours=1), tick=False):
        step = next_step(made, "coach")
        assert f'action="{made.url("planning_open")}"' in step
        assert made.url("planning_open") not in made.get("sam")

        made.client("coach").post(made.url("planning_open"))

    assert made.again().state == Planning.State.OPEN


def test_before_the_day_the_meeting_can_still_be_opened_on_purpose():
    made = quarters.planned()

    assert made.url("planning_open") not in next_step(made, "coach")
    assert "Open the meeting now" in made.get("coach")
    assert "Open the meeting now" not in made.get("sam")


def test_without_a_chair_the_set_up_is_the_next_step():
    made = quarters.planned()
    with made.inside():
        preparing.set_up(made.planning, {"chair": None}, by=made.actor("coach"))

    assert "Say who chairs the meeting" in next_step(made, "coach")
    assert made.url("planning_setup") in next_step(made, "coach")
    assert "Open the meeting" not in made.get("coach")


def test_in_session_members_go_to_the_board_and_others_watch_it():
    made = quarters.planned(quarters.OPEN)

    assert "Go to the board" in next_step(made, "sam")
    assert "Go to the board" in next_step(made, "coach")
    assert "Watch the board" in next_step(made, "olga")


def test_after_the_meeting_leads_and_the_cpo_refine_and_others_read():
    made = quarters.planned(quarters.REFINING)

    for who in ("alice", "fiona", "cpo", "coach"):
        assert made.url("planning_refinement") in next_step(made, who)
    for who in ("sam", "olga", "bob"):
        assert made.url("planning_results") in next_step(made, who)
    assert "The CoDir kept 6 of 18." in next_step(made, "olga")


# ── What tribes propose ──


def drafts(made: quarters.Quarterly, *codes: str, **fields) -> None:
    with made.inside():
        KeyResult.objects.filter(pk__in=[made.pk(code) for code in codes]).update(stage="draft", **fields)


def test_a_lead_proposes_all_that_is_complete_and_reads_what_the_rest_lacks():
    made = quarters.planned()
    drafts(made, "DRV A1", "DRV A2", "DRV B1")
    drafts(made, "DRV B2", target=None, owner=None)
    propose = made.url("planning_propose", code="DRV")

    page = made.get("alice")
    assert "3 drafts of Drive are complete" in next_step(made, "alice")
    assert propose in page
    lacking = page.split('id="of-DRV"')[1].split('id="of-LAD"')[0]
    assert f"/key-results/{made.pk('DRV B2')}/edit/#id_target" in lacking
    assert f"/key-results/{made.pk('DRV B2')}/edit/#id_owner" in lacking

    answer = made.client("alice").post(propose, follow=True)

    assert "3 key results proposed" in answer.content.decode()
    assert [made.stage(code) for code in ("DRV A1", "DRV A2", "DRV B1", "DRV B2")] == ["proposed"] * 3 + ["draft"]
    assert "1 draft of Drive lacks something" in next_step(made, "alice")


def test_all_of_it_is_undone_in_one_step():
    made = quarters.planned()
    drafts(made, "DRV A1", "DRV B1")
    page = made.client("alice").post(made.url("planning_propose", code="DRV"), follow=True).content.decode()
    undo = page.split('action="/o/coursive/undo/')[1].split('"')[0]

    made.client("alice").post(f"/o/coursive/undo/{undo}")

    assert made.stage("DRV A1") == made.stage("DRV B1") == "draft"


def test_what_lies_before_the_codir_is_not_undone_out_of_its_meeting():
    made = quarters.planned()
    drafts(made, "DRV A1")
    page = made.client("alice").post(made.url("planning_propose", code="DRV"), follow=True).content.decode()
    undo = page.split('action="/o/coursive/undo/')[1].split('"')[0]
    made.go(quarters.OPEN)

    made.client("alice").post(f"/o/coursive/undo/{undo}")

    assert made.stage("DRV A1") == "proposed"


def test_others_neither_see_the_button_nor_may_press_it():
    made = quarters.planned()
    drafts(made, "DRV A1", "DRV A2")
    propose = made.url("planning_propose", code="DRV")

    for who in ("olga", "sam", "lena"):
        page = made.get(who)
        assert propose not in page
        assert "2 drafts" in page
        assert made.client(who).post(propose).status_code == 403
    assert made.stage("DRV A1") == "draft"


def test_proposing_nothing_says_so():
    made = quarters.planned()

    answer = made.client("alice").post(made.url("planning_propose", code="DRV"))

    assert answer.status_code == 422
    assert "There is no key result to do this with." in answer.content.decode()
    assert made.client("alice").post(made.url("planning_propose", code="NONE")).status_code == 404


def test_a_tribe_proposes_late_while_the_meeting_runs_and_joins_the_agenda():
    made = quarters.planned()
    drafts(made, *(code for code in made.proposals if code.startswith("DRV")))
    with made.inside():
        rows = [{"tribe": made.tribes[code].pk, "minutes": 12, "cap": None} for code in ("FID", "LAD")]
        preparing.set_up(made.planning, {"slots": rows}, by=made.actor("coach"))
    made.go(quarters.OPEN)
    assert "What is proposed now is marked as late." in next_step(made, "alice")

    made.client("alice").post(made.url("planning_propose", code="DRV"))

    with made.inside():
        assert list(made.planning.slots.values_list("tribe__code", flat=True)) == ["FID", "LAD", "DRV"]
        late = made.planning.presented.filter(key_result__objective__tribe__code="DRV")
        assert late.count() == 6
        assert all(late.values_list("is_late", flat=True))


def test_after_the_meeting_nothing_more_is_proposed():
    made = quarters.planned(quarters.REFINING)
    with made.inside():
        factories.key_result(made.objectives["DRV A"], title="Too late", stage="draft", owner=made.alice)

    assert made.url("planning_propose", code="DRV") not in made.get("alice")
    answer = made.client("alice").post(made.url("planning_propose", code="DRV"))

    assert answer.status_code == 422
    assert "it takes nothing more" in answer.content.decode()


def test_an_archived_tribe_that_wrote_is_not_proposed_for():
    made = quarters.planned()
    with made.inside():
        Tribe.objects.filter(code="DRV").update(archived_at=quarters.NOW)

    assert made.client("alice").post(made.url("planning_propose", code="DRV")).status_code == 404


# ── Who leads sees how far voters have come ──


def test_only_who_leads_sees_how_far_each_has_come_with_votes_alone():
    made = quarters.planned()
    with made.inside():
        preparing.say(made.planning, {made.pk("DRV A1"): "drop", made.pk("DRV A2"): "keep"}, by=made.actor("theo"))

    assert "2 of 18 voted" in made.get("coach")
    for who in ("sam", "olga", "alice"):
        assert "of 18 voted" not in made.get(who)
    assert "You have said of 2 of 18" in next_step(made, "theo")


def test_a_closed_quarter_is_no_longer_offered():
    made = quarters.proposed()
    with made.inside():
        made.quarter.state = PeriodState.CLOSED
        made.quarter.save()

    assert made.url("planning_setup") not in made.get("coach")
    assert made.url("planning_setup") not in plannings(made, "coach")
