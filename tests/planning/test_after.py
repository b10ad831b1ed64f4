"""When a meeting was held, what comes after publication, and sentences and numbers that read right."""

import datetime as dt

import pytest
import time_machine
from django.urls import reverse
from django.utils import translation

from planning.actions import preparing
from planning.rulings import behind, number_of
from tests import factories
from tests.planning import quarters

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _on_the_day():
    with time_machine.travel(quarters.NOW, tick=False):
        yield


def next_step(made: quarters.Quarterly, who: str) -> str:
    return made.get(who).split('class="pl-next"')[1].split("</section>")[0]


def plannings(made: quarters.Quarterly, who: str) -> str:
    return str(made.client(who).get(reverse("plannings", args=[made.org.slug])).content.decode())


# ── When it was held ──


def test_a_meeting_held_on_another_day_than_planned_says_the_day_it_was_held():
    made = quarters.planned()
    planned, held = "Meeting Tue 9 Jun, 09:00", "Meeting held Tue 19 May"
    assert planned in made.get("olga")
    assert planned in plannings(made, "olga")

    made.go(quarters.OPEN)
    assert "Meeting opened Tue 19 May, 12:00" in made.get("olga")
    assert "Decided so far" in made.get("olga")
    made.go(quarters.REFINING)
    for page in (made.get("olga"), plannings(made, "olga")):
        assert held in page
        assert planned not in page
    assert "What became of it" in made.get("olga")


# ── What comes next ──


def test_without_a_quarter_after_it_who_may_creates_the_next_year_and_who_leads_reads_who_does():
    made = quarters.planned(quarters.PUBLISHED)
    create = reverse("settings_year_new", args=[made.org.slug])

    for page in (next_step(made, "dan"), plannings(made, "dan")):
        assert f'href="{create}"' in page
    for page in (next_step(made, "coach"), plannings(made, "coach")):
        assert create not in page
        assert "which an administrator creates" in page
    for page in (next_step(made, "olga"), plannings(made, "olga")):
        assert "comes with its year" not in page
    assert made.url("planning_results") in next_step(made, "olga")
    assert f'href="{made.url("planning_results")}"' in made.get("dan")


def test_after_publication_who_leads_plans_the_quarter_after_it_and_then_goes_there():
    made = quarters.planned(quarters.PUBLISHED)
    with made.inside():
        coming = factories.quarter(made.world.year, 4, "draft")
    setup = reverse("planning_setup", args=[made.org.slug, coming.slug])

    assert f'href="{setup}"' in next_step(made, "coach")
    assert "Plan Q4 2026" in next_step(made, "coach")
    assert setup not in next_step(made, "olga")
    assert f'class="btn primary" href="{setup}"' in plannings(made, "coach")

    with made.inside():
        preparing.plan(coming, by=made.actor("coach"))

    assert f'href="{reverse("planning", args=[made.org.slug, coming.slug])}"' in next_step(made, "coach")


def test_before_publication_nothing_is_said_of_the_quarter_after_it():
    made = quarters.planned(quarters.REFINING)

    assert "comes with its year" not in plannings(made, "coach")
    assert "comes with its year" not in next_step(made, "coach")


# ── Sentences ──


def test_no_sentence_ends_with_a_day_and_a_full_stop():
    """French months are abbreviated with one of their own."""
    made = quarters.planned(quarters.REFINING)
    with made.inside():
        made.planning.refined_by = dt.date(2026, 12, 11)
        made.planning.save()

    pages = [made.get("alice"), plannings(made, "alice"), made.get("alice", "planning_refinement")]
    tribe = reverse("tribe_quarter", args=[made.org.slug, "DRV", made.quarter.slug])
    pages.append(made.client("alice").get(tribe).content.decode())
    for page in pages:
        assert "11 Dec" in page
        assert "11 Dec." not in page


@pytest.mark.parametrize(("n", "said"), [(0, "0 gardé"), (1, "1 gardé"), (2, "2 gardés")])
def test_words_agree_with_their_number(n, said):
    with translation.override("fr"):
        assert number_of("keep", n) == said
        assert f"{n} {behind('keep', n)}" == said


# ── The funnel ──


def test_the_funnel_has_its_stages_in_words_for_a_narrow_screen():
    made = quarters.planned(quarters.REFINING)

    steps = made.get("olga", "planning_funnel").split('class="funnel-steps"')[1].split("</ol>")[0]

    assert '<b class="num">18</b> presented' in steps
    assert '<b class="num">6</b> kept' in steps
    assert "funnel-step is-kept v-33" in steps
    assert "published" not in steps
