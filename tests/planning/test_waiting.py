"""What a planning says elsewhere: above the quarter of each tribe, and on the first page of whom it expects."""

import datetime as dt

import pytest
import time_machine
from django.urls import reverse

from okr.models import KeyResult
from planning.actions import preparing
from tests import factories
from tests.planning import quarters

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _on_the_day():
    with time_machine.travel(quarters.NOW, tick=False):
        yield


def tribe(made: quarters.Quarterly, who: str, quarter: str = "2026-q3") -> str:
    answer = made.client(who).get(reverse("tribe_quarter", args=[made.org.slug, "DRV", quarter]))
    assert answer.status_code == 200
    return answer.content.decode()


def calls(made: quarters.Quarterly, who: str) -> str:
    """What "Quarter planning" says on the first page; "" for nothing."""
    page = made.client(who).get(reverse("home", args=[made.org.slug])).content.decode()
    _before, _sign, rest = page.partition('<section class="calls" aria-label="Quarter planning">')
    return rest.partition("</section>")[0]


# ── Above a tribe's quarter ──


def test_a_tribe_reads_when_the_codir_meets_and_what_waits():
    made = quarters.planned()

    for who, words in (("alice", "Propose what is complete by then"), ("olga", "What is proposed by then waits")):
        page = tribe(made, who)
        assert "The CoDir meets on Tue 9 Jun" in page
        assert words in page
        assert made.url("planning") in page


def test_without_a_planning_and_in_other_quarters_it_says_nothing():
    assert "The CoDir" not in tribe(quarters.proposed(), "alice")
    assert "The CoDir" not in tribe(quarters.planned(slug="other"), "alice", "2026-q2")


@pytest.mark.parametrize(
    ("state", "who", "words", "goes_to"),
    [
        (quarters.OPEN, "alice", "marked as late", "planning_board"),
        (quarters.REFINING, "alice", "The CoDir has decided.", "planning_refinement"),
        (quarters.REFINING, "cpo", "The CoDir has decided.", "planning_refinement"),
        (quarters.REFINING, "olga", "The CoDir has decided.", "planning_results"),
    ],
)
def test_it_says_where_the_quarter_stands(state, who, words, goes_to):
    made = quarters.planned(state)

    page = tribe(made, who)

    assert words in page
    assert f'class="link" href="{made.url(goes_to)}"' in page


def test_once_published_it_says_nothing_more():
    assert "The CoDir" not in tribe(quarters.planned(quarters.PUBLISHED), "alice")


# ── On the first page ──


def test_who_has_a_vote_is_called_to_vote_ahead_and_nobody_else():
    made = quarters.planned()

    for who in ("sam", "codir", "theo"):
        found = calls(made, who)
        assert "Vote ahead on what is proposed for Q3 2026" in found
        assert "Until Tue 9 Jun, 09:00" in found
        assert made.url("planning_votes") in found
    for who in ("olga", "alice", "coach", "cpo"):
        assert calls(made, who) == ""


def test_votes_alone_that_are_over_call_nobody():
    made = quarters.planned()
    with made.inside():
        preparing.set_up(made.planning, {"preread_until": quarters.NOW - dt.timedelta(hours=1)}, by=made.actor("coach"))

    assert calls(made, "sam") == ""


def test_a_lead_with_drafts_is_called_to_propose():
    made = quarters.planned()
    with made.inside():
        KeyResult.objects.filter(pk__in=[made.pk("DRV A1"), made.pk("DRV A2")]).update(stage="draft")

    found = calls(made, "alice")

    assert "2 drafts are not proposed yet" in found
    assert "By Tue 9 Jun, 09:00" in found
    assert calls(made, "lena") == calls(made, "bob") == ""


def test_on_the_day_the_meeting_itself_calls():
    made = quarters.planned()

    with time_machine.travel(quarters.MEETS_AT - dt.timedelta(minutes=30), tick=False):
        for who in ("sam", "coach"):
            assert "Today 09:00" in calls(made, who)
            assert "The CoDir decides on Q3 2026" in calls(made, who)
        assert calls(made, "alice") == ""


def test_while_it_is_on_it_calls_to_the_board():
    made = quarters.planned(quarters.OPEN)

    for who in ("sam", "theo", "coach"):
        assert made.url("planning_board") in calls(made, who)
    for who in ("alice", "olga"):
        assert calls(made, who) == ""


def test_what_was_kept_calls_its_leads_and_the_cpo_until_it_is_published():
    made = quarters.planned(quarters.REFINING, kept=["DRV A1", "DRV A2", "FID B1"])

    assert "2 key results of yours were kept" in calls(made, "alice")
    assert "1 key result of yours was kept" in calls(made, "fiona")
    assert made.url("planning_refinement") in calls(made, "cpo")
    for who in ("lena", "sam", "olga"):
        assert calls(made, who) == ""
    made.go(quarters.PUBLISHED)
    assert calls(made, "alice") == calls(made, "cpo") == ""


def test_a_meeting_far_ahead_asks_nobody_for_anything():
    made = quarters.planned()
    with made.inside():
        preparing.set_up(made.planning, {"meets_at": quarters.NOW + dt.timedelta(weeks=9)}, by=made.actor("coach"))

    assert calls(made, "sam") == ""


def test_nothing_is_said_of_another_organization():
    made = quarters.planned()
    other = factories.world("other")

    page = factories.signed_in(other.sam).get(reverse("home", args=["other"])).content.decode()

    assert "Quarter planning</a>" in page  # the place in the rail
    assert made.planning is not None
    assert "Vote ahead" not in page
