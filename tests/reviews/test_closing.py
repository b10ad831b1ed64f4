"""Closing a quarter or a year, what goes on then, and corrections."""

import pytest
import time_machine

from okr.models import Follow, KeyResult, Quarter, Year
from orgs.models import AuditEvent, Notification
from reviews.models import Verdict
from tests.reviews.world import NOW, Reviewed, reviewed

pytestmark = pytest.mark.django_db


@pytest.fixture
def made():
    with time_machine.travel(NOW, tick=False):
        yield reviewed()


def close(made: Reviewed, who: str = "coach", slug: str = "2026-q2", **fields):
    return made.client(who).post(made.url("review_close", slug), fields)


def judged(made: Reviewed, **said) -> Reviewed:
    assert made.judge(**said).status_code == 302
    assert made.judge(row=made.second, score="1.0", afterwards="stop").status_code == 302
    return made


@pytest.mark.parametrize("who", ["alice", "bob", "sam", "carol", "cpo", "olga"])
def test_others_do_not_close(made, who):
    judged(made)
    assert close(made, who).status_code == 403
    assert made.fresh(made.world.quarter).state == "open"


@pytest.mark.parametrize("who", ["coach", "dan"])
def test_the_close_freezes_scores_locks_the_quarter_and_tells_people(made, who):
    judged(made)
    assert close(made, who).status_code == 302

    row = made.fresh(made.world.key_result)
    assert (row.stage, str(row.score), row.learning) == ("scored", "0.5", "Two sites make most of it.")
    assert made.fresh(made.world.quarter).state == "closed"
    with made.inside():
        told = Notification.objects.filter(kind="closed")
        assert {one.recipient.name for one in told.select_related("recipient__user")} == {
            "Alice Owner",
            "Bob Colleague",
        }
        assert AuditEvent.objects.get(object_type="quarter", verb="closed").actor_name == made.world.people[who].name
    check_in = made.client("alice").post(made.url("check_in_key_result", row.pk), {"value": "90", "confidence": "5"})
    assert check_in.status_code == 422
    edited = made.client("alice").post(made.url("objective_edit", made.world.objective.pk), {"title": "Other"})
    assert edited.status_code in (403, 422)
    assert close(made, who).status_code == 422
    text = made.text("olga", "review_results", "2026-q2")
    assert "Two sites make most of it." in text
    assert "of 2 key results judged" in text
    assert '<span class="sr">Score </span>0.5' in made.text("olga", "objective", made.world.objective.pk)


def test_what_is_missing_is_listed_and_insisting_takes_a_reason(made):
    made.judge()
    page = made.text("coach", "review_close", "2026-q2")
    assert "1 key result has no verdict" in page
    assert "Calls about orders" in page

    assert close(made).status_code == 422
    assert made.fresh(made.world.quarter).state == "open"
    assert close(made, reason="The figures never came").status_code == 302
    assert made.fresh(made.second).stage == "published"
    text = made.text("olga", "review_results", "2026-q2")
    assert "The figures never came" in text
    assert "Without verdict" in text


def test_what_goes_on_stands_in_the_next_draft_once(made):
    with made.inside():
        objective = made.world.objective
        put_off = KeyResult.objects.create(
            objective=objective, title="Deferred in March", metric="m", start=1, target=2, stage="deferred", position=3
        )
    judged(made, afterwards="change")
    close(made)
    with made.inside():
        drafts = {row.carried_from_id: row for row in KeyResult.objects.filter(objective__quarter=made.after)}
        assert set(drafts) == {made.world.key_result.pk, put_off.pk}
        assert drafts[made.world.key_result.pk].target is None
        assert drafts[put_off.pk].target == 2
    # Reopened and closed again, nothing comes twice.
    url = made.url("settings_quarter_state", made.world.quarter.pk)
    made.client("dan").post(url, {"state": "open"})
    assert made.fresh(made.world.key_result).stage == "published"
    assert close(made).status_code == 302
    with made.inside():
        assert KeyResult.objects.filter(objective__quarter=made.after).count() == 2


def test_the_draft_shows_what_it_was_and_offers_what_waits(made):
    page = ("tribe_quarter", made.world.tribe.code, "2026-q3")
    made.judge(score="0.7")
    made.judge(row=made.second, afterwards="change", miss_reason="It rained")
    text = made.text("alice", *page)
    assert "From the review of Q2 2026 (2)" in text
    assert "From the review" not in made.text("bob", *page)

    take = made.url("review_carry", "2026-q2", made.world.tribe.code)
    back = made.url(*page)
    answer = made.client("alice").post(take, {"key_result": made.world.key_result.pk, "next": back}, follow=True)
    assert answer.redirect_chain[-1][0] == back
    text = answer.content.decode()
    assert "From the review of Q2 2026 (1)" in text
    assert "Undo" in text
    assert "was 92" in text
    answer = made.client("coach").post(made.url("review_close", "2026-q2"), {}, follow=True)
    toasts = answer.content.decode()
    assert "1 key result stands in the next draft." in toasts
    text = made.text("alice", *page)
    assert "From the review" not in text
    assert "; scored 0.7" in text
    assert "was 20%; scored 0.5" in text

    # What the close made there can be taken back, and waits again.
    with made.inside():
        act = AuditEvent.objects.filter(verb="carried_over").latest("pk").change
    assert made.client("coach").post(made.url("undo", act), headers={"HX-Request": "true"}).status_code == 200
    assert "From the review of Q2 2026 (1)" in made.text("alice", *page)


def test_who_follows_a_key_result_hears_its_score(made, django_capture_on_commit_callbacks):
    with made.inside():
        Follow.objects.create(membership=made.world.people["olga"], key_result=made.world.key_result)
    judged(made)
    with django_capture_on_commit_callbacks(execute=True):
        close(made)
    with made.inside():
        news = Notification.objects.get(recipient=made.world.people["olga"], kind="scored")
        assert news.excerpt == "0.5 · Two sites make most of it."


def test_who_follows_several_of_a_tribe_hears_their_scores_at_once(made, django_capture_on_commit_callbacks):
    olga, carol = made.world.people["olga"], made.world.people["carol"]
    with made.inside():
        Follow.objects.create(membership=olga, tribe=made.world.tribe)
        Follow.objects.create(membership=carol, key_result=made.second)
    judged(made)
    with django_capture_on_commit_callbacks(execute=True):
        close(made)
    with made.inside():
        every = Notification.objects.get(recipient=olga, kind="scored")
        assert (every.about, every.path) == ("Drive, Q2 2026", "tribes/DRV/2026-q2/")
        assert every.excerpt == f"2 key results: {made.world.key_result.code} 0.5, {made.second.code} 1.0"
        assert Notification.objects.get(recipient=carol, kind="scored").about.endswith(made.second.title)


def test_a_correction_after_the_close_needs_a_role_and_a_reason_and_is_shown(made):
    judged(made)
    close(made)
    url = made.url("review_correct", made.world.key_result.pk)
    said = {"score": "0.6", "learning": "Three sites make most of it.", "reason": "", "revision": "2"}
    for who in ("alice", "bob", "olga", "carol"):
        assert made.client(who).post(url, {**said, "reason": "Because"}).status_code == 403
    assert made.client("coach").post(url, said).status_code == 422
    assert made.client("coach").post(url, {**said, "reason": "A late figure"}).status_code == 302

    row = made.fresh(made.world.key_result)
    assert (str(row.score), row.learning) == ("0.6", "Three sites make most of it.")
    text = made.text("olga", "review_results", "2026-q2")
    assert "Corrected on 25 Jun 2026 by Cora Coach" in text
    assert "A late figure" in text
    with made.inside():
        assert AuditEvent.objects.filter(verb="verdict_corrected", reason="A late figure").exists()
        assert Verdict.objects.get(key_result=row).afterwards == "carry"


def test_the_year_is_reviewed_and_closed_by_those_of_the_strategy():
    with time_machine.travel(NOW.replace(month=12, day=20), tick=False):
        made = reviewed()
        row = made.world.strategic_kr
        with made.inside():
            Quarter.objects.update(state="closed")
        for who, status in (("alice", 403), ("sam", 302), ("carol", 302)):
            revision = made.verdict(row).revision if status == 302 and who == "carol" else 1
            answer = made.judge(who, row, score="0.3", afterwards="stop", revision=str(revision))
            assert answer.status_code == status, who
        assert "Everyday shopping" in made.text("olga", "review_strategy", "2026")
        assert close(made, "sam", "2026").status_code == 403
        assert close(made, "carol", "2026").status_code == 302
        assert made.fresh(row).stage == "scored"
        with made.inside():
            assert Year.objects.get(number=2026).state == "closed"
