"""What was decided and why: kept for ever, and findable."""

import re
import uuid
from collections import Counter

import pytest
from django.urls import reverse
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from okr.models import KeyResult
from orgs.models import User
from planning.actions import deciding, leading, preparing
from planning.models import Decision, Presented
from tests import factories
from tests.planning import quarters
from tests.planning.quarters import Quarterly

pytestmark = pytest.mark.django_db


def results(made: Quarterly, who: str = "olga", **query: str) -> str:
    answer = made.client(who).get(made.url("planning_results"), query)
    assert answer.status_code == 200
    return answer.content.decode()


def line(text: str, made: Quarterly, code: str) -> str:
    found = re.search(
        rf'<li class="res-line[^>]*id="kr-{made.pk(code)}">.*?</li>\s*(?=<li class="res-line|</ul></details>)',
        text,
        re.DOTALL,
    )
    assert found, code
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", "", found[0]))


def test_before_the_meeting_it_says_what_will_stand_here():
    assert "Nothing is decided yet" in results(quarters.planned(quarters.PREPARING))


def test_each_line_says_what_why_who_and_when():
    made = quarters.planned(quarters.OPEN)
    made.decide("keep", "DRV A1")
    made.decide("merge", "LAD A1", into="DRV A1", reason="The same promise")
    made.decide("defer", "FID A1", reason="Once the new app is out")
    with made.inside():
        leading.note(made.planning, made.pk("DRV A1"), "Lanes were measured in May.", by=made.actor("sam"))
    made.go(quarters.REFINING, kept=[])
    text = results(made)

    assert "Into LAD" not in line(text, made, "DRV A1")
    assert "Absorbs LAD 01 Deliveries inside the chosen hour" in line(text, made, "DRV A1")
    assert "Lanes were measured in May." in line(text, made, "DRV A1")
    assert "Into DRV 01 Orders ready when the customer arrives" in line(text, made, "LAD A1")
    assert "The same promise" in line(text, made, "LAD A1")
    assert re.search(r"Once the new app is out.*Deferred ?Sam Sponsor", line(text, made, "FID A1"))
    assert '<span class="num">18 presented</span>' in text


def test_the_majority_is_told_with_its_votes():
    made = quarters.planned(quarters.OPEN, mode="majority")
    with made.inside():
        for who in ("sam", "codir", "theo"):
            leading.come(made.again(), by=made.actor(who))
    made.decide("drop", "DRV A1", by="sam")
    made.decide("drop", "DRV A1", by="theo")

    assert re.search(r"Dropped ?Theo Stores, 2 of 3", line(results(made), made, "DRV A1"))


def test_undone_and_replaced_decisions_stay_in_the_line():
    made = quarters.planned(quarters.OPEN)
    act = made.decide("drop", "DRV A1", reason="Too early to say")
    with made.inside():
        deciding.undo(made.planning, act, by=made.actor("sam"))
    made.decide("defer", "DRV A1", reason="In autumn")
    made.decide("keep", "DRV A1")
    told = line(results(made), made, "DRV A1")

    assert "2 earlier decisions" in told
    assert re.search(
        r"Dropped Sam Sponsor, .*“Too early to say” · undone|Dropped Sam Sponsor, [^:]*:\d\d: Too early to say · undone",
        told,
    )
    assert "In autumn · replaced" in told


@pytest.mark.parametrize(
    ("query", "there", "away"),
    [
        ({"outcome": "drop"}, "DRV A2", "DRV A1"),
        ({"q": "promise moved"}, "LAD A2", "DRV A2"),
        ({"q": "four MINUTES"}, "DRV A2", "LAD A2"),
        ({"q": "lad 02"}, "LAD A2", "DRV A2"),
        ({"by": "outcome", "outcome": "keep"}, "DRV A1", "DRV A2"),
    ],
)
def test_filter_and_search_find_it(query: dict[str, str], there: str, away: str):
    made = quarters.planned(quarters.OPEN)
    made.decide("drop", "LAD A2", reason="The promise moved to stores")
    made.go(quarters.REFINING)
    text = results(made, **query)

    assert f'id="kr-{made.pk(there)}"' in text
    assert f'id="kr-{made.pk(away)}"' not in text


def test_what_is_not_found_is_said_and_shown_how_to_clear():
    text = results(quarters.planned(quarters.REFINING), q="zeppelin")

    assert "Nothing decided speaks of “zeppelin”." in text
    assert "Show all" in text


def test_past_quarters_are_looked_through_too():
    made = quarters.planned(quarters.OPEN)
    made.decide("drop", "DRV A2", reason="No lane has a clock")
    made.go(quarters.PUBLISHED)
    with made.inside():
        fourth = factories.quarter(made.world.year, 4, state="draft")
        objective = factories.tribe_objective(fourth, made.tribes["DRV"], owner=made.alice)
        factories.key_result(objective, title="Another one", stage="proposed", owner=made.alice, next_due_on=None)
        planning, _change = preparing.plan(fourth, by=made.actor("coach"))
        leading.open_meeting(planning, by=made.actor("coach"))
    url = reverse("planning_results", args=[made.org.slug, "2026-q4"])
    here = made.client("bob").get(url, {"q": "clock"}).content.decode()
    everywhere = made.client("bob").get(url, {"q": "clock", "all": "1"}).content.decode()

    assert "Cars served within four minutes" not in here
    assert "Cars served within four minutes" in everywhere
    assert "Q3 2026</h2>" in everywhere


def test_search_of_the_product_finds_what_was_dropped():
    made = quarters.planned(quarters.REFINING)
    text = made.client("bob").get(reverse("search", args=[made.org.slug]), {"q": "four minutes"}).content.decode()

    assert f"/key-results/{made.pk('DRV A2')}/" in text
    assert "Dropped" in text


def test_reopening_says_why_to_everybody():
    made = quarters.planned(quarters.REFINING)
    answer = made.client("coach").post(made.url("planning_reopen"), {"reason": "One more was forgotten"})

    assert answer.status_code == 302
    assert "One more was forgotten" in results(made)
    assert "One more was forgotten" in made.get("alice", "planning_refinement")


@pytest.mark.parametrize(
    ("who", "reason", "status"), [("coach", " ", 422), ("alice", "Why not", 403), ("sam", "Again", 403)]
)
def test_reopening_without_a_reason_or_a_right_is_refused(who: str, reason: str, status: int):
    made = quarters.planned(quarters.REFINING)

    assert made.client(who).post(made.url("planning_reopen"), {"reason": reason}).status_code == status
    assert made.again().state == "refining"


def test_who_leads_is_offered_to_reopen_and_nobody_else():
    made = quarters.planned(quarters.REFINING)

    assert "Reopen the meeting" in results(made, "coach")
    assert "Reopen the meeting" not in results(made, "alice")
    assert "Reopen the meeting" not in results(quarters.planned(quarters.PUBLISHED, "other-org"), "coach")


OUTCOMES = {"keep": "kept", "defer": "deferred", "merge": "merged", "drop": "dropped"}


@settings(max_examples=8, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
@given(data=st.data())
def test_after_publication_every_key_result_is_in_exactly_one_state(data: st.DataObject):
    made = quarters.planned(quarters.OPEN, f"org-{uuid.uuid4().hex[:8]}")
    codes = list(made.proposals)
    for _step in range(data.draw(st.integers(4, 14), label="steps")):
        outcome = data.draw(st.sampled_from([*OUTCOMES, "open", "undo"]), label="outcome")
        code = data.draw(st.sampled_from(codes), label="code")
        into = data.draw(st.sampled_from(codes), label="into") if outcome == "merge" else ""
        try:
            if outcome == "undo":
                with made.inside():
                    done = Decision.objects.filter(planning=made.again(), undone_at=None).order_by("pk").last()
                    if done is not None:
                        deciding.undo(made.planning, done.act, by=made.actor("sam"))
            else:
                made.decide(outcome, code, into=into, reason="So it is")
        except deciding.RuleBroken:
            continue
    with made.inside():
        absorbing = set(KeyResult.objects.exclude(merged_into=None).values_list("merged_into", flat=True))
    open_ = [code for code in codes if made.stage(code) == "proposed"]
    keep = [code for code in open_ if made.pk(code) in absorbing]
    if not keep and not any(made.stage(code) == "kept" for code in codes):
        keep = open_[:1]
    if keep:
        made.decide("keep", *keep)
    elif not any(made.stage(code) == "kept" for code in codes):
        return
    made.go(quarters.PUBLISHED, kept=[])
    with made.inside():
        rows = {row.pk: row for row in KeyResult.objects.filter(pk__in=[made.pk(code) for code in codes])}
        standing = {row.key_result_id: row for row in Decision.objects.filter(stands=True)}
        stages = Counter(row.stage for row in rows.values())
        assert set(stages) <= {"published", "deferred", "merged", "dropped"}
        assert sum(stages.values()) == len(codes) == Presented.objects.count()
        for pk, row in rows.items():
            stage = {"kept": "published"}.get(OUTCOMES[standing[pk].outcome], OUTCOMES[standing[pk].outcome])
            assert row.stage == stage
            assert (row.baseline is not None) == (stage == "published")
            assert (row.merged_into_id is not None) == (stage == "merged")
            if row.merged_into_id is not None:
                assert rows[row.merged_into_id].stage == "published"
        planning = made.again()
        assert Decision.objects.filter(planning=planning, stands=True).count() == len(codes)


def test_the_funnel_agrees_with_its_numbers_in_french():
    made = quarters.planned(quarters.OPEN)
    with made.inside():
        User.objects.filter(pk=made.olga.user_id).update(language="fr")
    made.decide("keep", "DRV A1")
    assert re.search(r'<b class="num">1</b> gardé<', results(made))
    made.decide("keep", "DRV A2")
    assert re.search(r'<b class="num">2</b> gardés<', results(made))
