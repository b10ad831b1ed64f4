"""What quarter planning did not keep disturbs no page of the OKRs, and stays findable."""

import pytest
import time_machine
from django.urls import reverse

from okr.models import KeyResult
from orgs.handover import holdings_of
from tests.planning import quarters
from tests.planning.quarters import Quarterly

DROPPED = "Doors found at the first ring"  # LAD A3
KEPT = "Deliveries inside the chosen hour"  # LAD A1


@pytest.fixture
def made(db: None) -> Quarterly:
    with time_machine.travel(quarters.NOW):
        made = quarters.planned(quarters.OPEN)
        made.decide("keep", "DRV A1", "DRV A2", "LAD A1", "FID B1")
        made.decide("merge", "LAD A2", into="LAD A1")
        made.decide("defer", "DRV B1")
        made.go(quarters.PUBLISHED, kept=[])
    return made


def page(made: Quarterly, name: str, *, who: str = "alice", query: str = "", **parts: object) -> str:
    answer = made.client(who).get(reverse(name, kwargs={"org": made.org.slug, **parts}) + query)
    assert answer.status_code == 200
    return str(answer.content.decode())


def test_the_tribe_shows_what_was_kept_alone(made: Quarterly):
    shown = page(made, "tribe", code="LAD", query="?quarter=2026-q3")
    assert KEPT in shown
    assert DROPPED not in shown
    assert "Parcels left with a neighbour" not in shown


def test_an_objective_of_which_nothing_was_kept_is_no_gap_of_its_tribe(made: Quarterly):
    shown = page(made, "tribe", code="LAD", query="?quarter=2026-q3")
    assert made.objectives["LAD A"].title in shown
    assert made.objectives["LAD B"].title not in shown
    assert "No key result yet" not in shown
    assert page(made, "objective", pk=made.objectives["LAD B"].pk)


def test_an_empty_objective_of_a_running_quarter_still_says_what_it_lacks(made: Quarterly):
    with made.inside():
        KeyResult.objects.filter(objective=made.objectives["LAD B"]).update(archived_at=quarters.NOW)
    shown = page(made, "tribe", code="LAD", query="?quarter=2026-q3")
    assert made.objectives["LAD B"].title in shown


def test_search_finds_what_was_dropped_and_says_so(made: Quarterly):
    shown = page(made, "search", query="?q=first+ring")
    assert "Dropped" in shown
    assert "Not this quarter" in page(made, "key_result", pk=made.pk("LAD A3"))


def test_an_initiative_answers_no_key_result_that_was_not_kept(made: Quarterly):
    shown = page(made, "initiative_new", who="lena", code="LAD", quarter="2026-q3")
    assert KEPT in shown
    assert DROPPED not in shown


def test_nobody_hands_over_what_was_decided_against(made: Quarterly):
    with made.inside():
        held = {one.pk for estate, them in holdings_of(made.lena) if estate.name == "key_result" for one in them}
    assert made.pk("LAD A1") in held
    assert held.isdisjoint({made.pk("LAD A2"), made.pk("LAD A3"), made.pk("LAD B1")})
