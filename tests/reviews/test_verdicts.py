"""Judging key results at the end of their quarter."""

import re

import pytest
import time_machine

from okr.models import KeyResult, Quarter
from orgs.models import AuditEvent
from tests.reviews.world import NOW, Reviewed, reviewed

pytestmark = pytest.mark.django_db


@pytest.fixture
def made():
    with time_machine.travel(NOW, tick=False):
        yield reviewed()


def sheet(made: Reviewed, who: str = "alice", query: str = "") -> str:
    url = made.url("review_tribe", "2026-q2", "DRV") + query
    answer = made.client(who).get(url)
    assert answer.status_code == 200
    return answer.content.decode()


def test_the_score_is_proposed_from_progress_and_the_form_opens_with_it(made):
    text = sheet(made, query=f"?open={made.world.key_result.pk}")

    # 80 → 92, now 86: half of the way.
    assert "0.5 proposed: 50% of the way." in text
    assert re.search(r'name="score" value="0\.5"[^>]*checked', text)


def test_without_any_figure_nothing_is_proposed_and_that_is_said(made):
    assert "Nothing is proposed: no figure was ever recorded." in sheet(made)


@pytest.mark.parametrize("who", ["alice", "bob", "dan", "coach"])
def test_the_lead_the_seats_and_the_coach_judge(made, who):
    answer = made.judge(who)

    assert answer.status_code == 302
    verdict = made.verdict()
    assert (str(verdict.score), verdict.learning, verdict.afterwards) == ("0.5", "Two sites make most of it.", "carry")
    assert verdict.by_id == made.world.people[who].pk
    # The next one without verdict opens.
    assert f"open={made.second.pk}" in answer["Location"]


@pytest.mark.parametrize("who", ["sam", "cpo", "olga", "carol"])
def test_others_do_not(made, who):
    assert made.judge(who).status_code == 403
    assert "Score it" not in sheet(made, who)


@pytest.mark.parametrize(
    ("said", "message"),
    [
        ({"learning": "  "}, "Say in a sentence what you learned."),
        ({"score": ""}, "Choose the score."),
        ({"score": "0.55"}, "0.55 is not one of the available choices"),
        ({"afterwards": ""}, "Say what follows: carry over, change or stop."),
    ],
)
def test_what_is_missing_is_said_beside_it_and_what_was_typed_stays(made, said, message):
    answer = made.judge(**{"learning": "Kept as typed", **said})

    assert answer.status_code == 422
    text = answer.content.decode()
    assert message in text
    assert "Kept as typed" in text or "learning" in said


def test_a_committed_one_below_1_asks_for_its_reason(made):
    refused = made.judge(row=made.second, score="0.9")
    assert refused.status_code == 422
    assert "It was committed, and missed: say why." in refused.content.decode()

    assert made.judge(row=made.second, score="0.9", miss_reason="Two sites closed").status_code == 302
    assert made.verdict(made.second).miss_reason == "Two sites closed"
    # Reached after all: no reason stays.
    again = made.judge(row=made.second, score="1.0", miss_reason="Two sites closed", revision="2")
    assert again.status_code == 302
    assert made.verdict(made.second).miss_reason == ""


def test_a_health_metric_is_kept_or_not_and_has_no_score(made):
    with made.inside():
        KeyResult.objects.filter(pk=made.second.pk).update(
            direction="within", start=None, target=None, low=2, high=5, current=3, ambition="aspirational"
        )
    text = sheet(made, query=f"?open={made.second.pk}")
    assert "A health metric has no score" in text
    assert 'name="score"' not in text

    assert made.judge(row=made.second, score="1.0").status_code == 422
    assert made.judge(row=made.second, kept="yes").status_code == 302
    verdict = made.verdict(made.second)
    assert (verdict.score, verdict.kept) == (None, True)


def test_before_its_last_two_weeks_the_review_is_not_open():
    with time_machine.travel(NOW.replace(day=16), tick=False):
        made = reviewed()
        assert "Verdicts are given from 17 Jun 2026 on" in sheet(made)
        answer = made.judge()
    assert answer.status_code == 422
    assert "The review of Q2 2026 opens on 17 Jun 2026." in answer.content.decode()


def test_two_people_in_one_review_are_told_of_each_other(made):
    made.judge("alice", score="0.6")
    clash = made.judge("bob", score="0.4", learning="Something else.")

    assert clash.status_code == 409
    text = clash.content.decode()
    assert "Alice Owner changed this meanwhile" in text
    assert "Something else." in text
    assert str(made.verdict().score) == "0.6"

    sent = {"keep-score": "mine", "keep-learning": "theirs", "decided_at": "2"}
    assert made.judge("bob", score="0.4", learning="Something else.", **sent).status_code == 302
    verdict = made.verdict()
    assert (str(verdict.score), verdict.learning) == ("0.4", "Two sites make most of it.")


def test_a_verdict_is_undone_and_waits_again(made):
    made.judge()
    with made.inside():
        change = AuditEvent.objects.filter(verb="judged").latest("pk").change
    assert made.client("bob").post(made.url("undo", change)).status_code == 302

    assert not made.verdict().is_given
    assert "0 of 2 judged" in sheet(made)


def test_a_figure_after_the_verdict_proposes_another_one(made):
    made.judge()
    with made.inside():
        KeyResult.objects.filter(pk=made.world.key_result.pk).update(current=92, checked_on=NOW.date())
    assert "1.0 proposed: 100% of the way." in sheet(made)


def test_in_a_closed_quarter_nothing_is_judged(made):
    with made.inside():
        Quarter.objects.filter(pk=made.world.quarter.pk).update(state="closed")
    answer = made.judge()
    assert answer.status_code == 422
    assert "Q2 2026 is closed: it is read only." in answer.content.decode()


# ── Looking back, what ended, what goes on ───────────────────────────────────


def test_several_people_write_notes_and_each_changes_their_own(made):
    for who in ("alice", "bob"):
        url = made.url("review_notes", "2026-q2", "DRV")
        assert made.client(who).post(url, {"kind": "try", "text": f"Said by {who}"}).status_code == 302
    text = sheet(made, "olga")
    assert "Said by alice" in text
    assert "Said by bob" in text
    with made.inside():
        mine = made.world.quarter.retro_notes.get(text="Said by alice")
    change = made.url("review_note", mine.pk)
    assert made.client("bob").post(change, {"text": "Mine now", "revision": "1"}).status_code == 422
    assert made.client("olga").post(change, {"text": "Mine now"}).status_code in (403, 422)
    assert made.client("alice").post(change, {"text": "Said better", "revision": "1"}).status_code == 302
    assert made.client("alice").post(made.url("review_note_remove", mine.pk)).status_code == 302
    assert "Said better" not in sheet(made)


@pytest.mark.parametrize(("how", "state"), [("done", "delivered"), ("stopped", "cancelled")])
def test_an_initiative_is_closed(made, how, state):
    url = made.url("review_initiative", made.world.initiative.pk)
    assert made.client("bob").post(url, {"how": how}).status_code == 302
    assert made.fresh(made.world.initiative).state == state
    assert made.client("olga").post(url, {"how": how}).status_code == 403


def test_an_initiative_goes_on_in_the_next_quarter_once(made):
    url = made.url("review_initiative", made.world.initiative.pk)
    assert made.client("bob").post(url, {"how": "on"}).status_code == 302
    assert made.client("bob").post(url, {"how": "on"}).status_code == 422
    with made.inside():
        copy = made.world.initiative.carried_on.get()
        assert (copy.quarter_id, copy.state) == (made.after.pk, "planned")
    assert "Carried on" in sheet(made)


def test_what_goes_on_is_taken_into_the_next_draft_with_the_target_it_had(made):
    made.judge()
    url = made.url("review_carry", "2026-q2", "DRV")
    assert made.client("bob").post(url).status_code == 403
    assert made.client("alice").post(url).status_code == 302
    assert made.client("alice").post(url).status_code == 302
    with made.inside():
        copy = KeyResult.objects.get(carried_from=made.world.key_result)
        assert (copy.objective.quarter_id, copy.stage) == (made.after.pk, "draft")
        assert (copy.start, copy.target) == (86, 92)
    text = sheet(made)
    assert "86% → 92%" in text or "86 → 92%" in text
    assert "80" in text


def test_a_changed_one_waits_for_its_new_target(made):
    made.judge(afterwards="change")
    made.client("alice").post(made.url("review_carry", "2026-q2", "DRV"))
    with made.inside():
        copy = KeyResult.objects.get(carried_from=made.world.key_result)
        assert (copy.start, copy.target) == (86, None)


def test_in_french_scores_read_as_there_and_the_proposed_one_is_ringed(made):
    with made.inside():
        alice = made.world.alice
        alice.user.language = "fr"
        alice.user.save()
    text = (
        made.client("alice")
        .get(made.url("review_tribe", "2026-q2", made.world.tribe.code) + f"?open={made.world.key_result.pk}")
        .content.decode()
    )
    assert 'value="0.7"' in text
    assert ">0,7</label>" in text
    assert text.count('class="prop"') == 1
