"""Refinement: presented beside refined, accepted by both sides, and what publishing waits for."""

import re
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from okr.actions.key_results import change_key_result
from okr.models import Comment, KeyResult, Quarter
from planning.actions import refining
from planning.models import Acceptance, Planning
from tests.planning import quarters
from tests.planning.quarters import Quarterly

pytestmark = pytest.mark.django_db


def row_of(made: Quarterly, code: str) -> KeyResult:
    with made.inside():
        return KeyResult.objects.with_span().get(pk=made.pk(code))


def change(made: Quarterly, code: str, by: str = "cpo", reason: str = "", **values: Any) -> None:
    with made.inside():
        change_key_result(row_of(made, code), values, by=made.actor(by), reason=reason)


def accept(
    made: Quarterly, who: str, side: str, *codes: str, digests: dict[str, str] | None = None, **more: str
) -> Any:
    with made.inside():
        lines = [
            f"{made.pk(code)}:{(digests or {}).get(code) or refining.digest_of(row_of(made, code))}" for code in codes
        ]
    return made.client(who).post(made.url("planning_accept"), {"line": lines, "side": side, **more})


def signed(made: Quarterly, code: str) -> set[str]:
    with made.inside():
        row = row_of(made, code)
        there = refining.accepted(made.again())
        return {side.value for side in Acceptance.Side if refining.is_accepted(row, side, there)}


def line(text: str, made: Quarterly, code: str) -> str:
    found = re.search(rf'id="kr-{made.pk(code)}".*?(?=<div class="rf-row|</details></div>|<aside>)', text, re.DOTALL)
    assert found, code
    return found[0]


def test_a_changed_word_and_a_changed_target_are_marked_on_both_sides():
    made = quarters.planned(quarters.REFINING)
    change(made, "DRV A1", title="Orders ready when the driver arrives", target=Decimal(55))
    text = line(made.get("cpo", "planning_refinement"), made, "DRV A1")

    assert "Orders ready when the <del>customer</del> arrives" in text
    assert "Orders ready when the <ins>driver</ins> arrives" in text
    assert "<del>61%</del>" in text
    assert "<ins>55%</ins>" in text
    assert '<p class="num">41% → <ins>' in text


def test_owner_and_source_are_told_where_they_changed():
    made = quarters.planned(quarters.REFINING)
    change(made, "DRV A1", owner=made.bob, source="Till receipts")
    text = line(made.get("cpo", "planning_refinement"), made, "DRV A1")

    assert "Owner: <del>Alice Owner</del>" in text
    assert "Owner: <ins>Bob Colleague</ins>" in text
    assert "Source: <ins>Till receipts</ins>" in text


def test_filters_show_their_kind_alone():
    made = quarters.planned(quarters.REFINING)
    change(made, "DRV A1", title="Orders ready when the driver arrives")
    change(made, "LAD A1", target=Decimal(55))
    page = made.client("cpo").get(made.url("planning_refinement"), {"show": "reworded"}).content.decode()

    assert f'id="kr-{made.pk("DRV A1")}"' in page
    assert f'id="kr-{made.pk("LAD A1")}"' not in page
    for key, number in (("open", 6), ("reworded", 1), ("target", 1), ("absorbs", 0), ("unchanged", 4)):
        assert re.search(rf'id="show-{key}"[^>]*>[^<]*<b>{number}</b>', page), key


def test_lead_and_cpo_each_sign_their_own_side():
    made = quarters.planned(quarters.REFINING)

    assert accept(made, "alice", "lead", "DRV A1").status_code == 302
    assert accept(made, "cpo", "cpo", "DRV A1").status_code == 302

    assert signed(made, "DRV A1") == {"lead", "cpo"}
    assert signed(made, "DRV B1") == set()


@pytest.mark.parametrize(
    ("who", "side"),
    [("lena", "lead"), ("alice", "cpo"), ("cpo", "lead"), ("olga", "cpo"), ("sam", "lead"), ("dan", "cpo")],
)
def test_nobody_signs_for_another_side(who: str, side: str):
    made = quarters.planned(quarters.REFINING)

    assert accept(made, who, side, "DRV A1").status_code == 403
    assert signed(made, "DRV A1") == set()


def test_a_change_asks_both_sides_anew():
    made = quarters.planned(quarters.REFINING)
    made.accept_all()
    change(made, "DRV A1", target=Decimal(55))

    assert signed(made, "DRV A1") == set()
    assert signed(made, "DRV B1") == {"lead", "cpo"}
    assert "changed since you accepted" in line(made.get("cpo", "planning_refinement"), made, "DRV A1")


def test_what_was_changed_since_the_page_was_read_is_not_accepted_unread():
    made = quarters.planned(quarters.REFINING)
    with made.inside():
        before = refining.digest_of(row_of(made, "DRV A1"))
    change(made, "DRV A1", target=Decimal(55))
    answer = accept(made, "cpo", "cpo", "DRV A1", digests={"DRV A1": before})

    assert answer.status_code == 422
    assert "was changed meanwhile" in answer.content.decode()
    assert signed(made, "DRV A1") == set()


def test_an_acceptance_is_taken_back():
    made = quarters.planned(quarters.REFINING)
    accept(made, "cpo", "cpo", "DRV A1")

    assert accept(made, "cpo", "cpo", "DRV A1", take_back="1").status_code == 302
    assert signed(made, "DRV A1") == set()


def test_all_unchanged_are_accepted_in_one_gesture():
    made = quarters.planned(quarters.REFINING)
    change(made, "DRV A1", target=Decimal(55))
    page = made.get("cpo", "planning_refinement")
    form = re.search(r'<form class="no-print push".*?</form>', page, re.DOTALL)
    assert form
    assert "Accept 5 unchanged" in form[0]
    lines = re.findall(r'name="line" value="([^"]+)"', form[0])

    answer = made.client("cpo").post(made.url("planning_accept"), {"line": lines, "side": "cpo"}, follow=True)

    assert "5 key results accepted" in answer.content.decode()
    assert signed(made, "DRV A1") == set()
    assert signed(made, "FID B1") == {"cpo"}


@pytest.mark.parametrize("state", [quarters.PREPARING, quarters.OPEN])
def test_before_the_close_nothing_is_refined(state: str):
    made = quarters.planned(state)
    page = made.get("alice", "planning_refinement")

    assert "rf-row" not in page
    assert ("Nothing to refine yet" if state == quarters.PREPARING else "The meeting is on") in page
    assert accept(made, "alice", "lead", "DRV A1").status_code == 422
    assert made.client("cpo").post(made.url("planning_publish")).status_code == 422


def test_what_was_not_kept_is_accepted_by_nobody():
    made = quarters.planned(quarters.REFINING)

    assert accept(made, "alice", "lead", "DRV A2").status_code == 422


def test_publishing_waits_and_says_for_what():
    made = quarters.planned(quarters.REFINING)
    made.accept_all()
    change(made, "DRV A1", target=Decimal(55))
    accept(made, "alice", "lead", "DRV A1")
    page = made.get("cpo", "planning_refinement")

    assert "DRV 01 is not accepted by the CPO." in page
    assert re.search(r'<button[^>]*aria-disabled="true"[^>]*>Publish the quarter', page)
    answer = made.client("cpo").post(made.url("planning_publish"))
    assert answer.status_code == 422
    assert made.again().state == Planning.State.REFINING


@pytest.mark.parametrize("who", ["alice", "sam", "codir", "olga", "bob"])
def test_who_may_not_publish_is_refused(who: str):
    made = quarters.planned(quarters.REFINING)
    made.accept_all()

    assert made.client(who).post(made.url("planning_publish")).status_code == 403
    assert made.again().state == Planning.State.REFINING


def test_publishing_opens_the_quarter_with_its_baseline():
    made = quarters.planned(quarters.REFINING)
    made.accept_all()
    answer = made.client("cpo").post(made.url("planning_publish"), follow=True)

    assert "Q3 2026 is published" in answer.content.decode()
    with made.inside():
        assert Quarter.objects.get(pk=made.quarter.pk).state == "open"
        row = KeyResult.objects.get(pk=made.pk("DRV A1"))
        assert (row.stage, row.baseline["target"], row.baseline["title"]) == (
            "published",
            "61",
            "Orders ready when the customer arrives",
        )
        assert row.next_due_on is not None
        assert KeyResult.objects.get(pk=made.pk("DRV A2")).baseline is None


def test_publishing_twice_is_publishing_once():
    made = quarters.planned(quarters.PUBLISHED)
    at = made.again().published_at

    assert made.client("cpo").post(made.url("planning_publish")).status_code == 302
    assert made.again().published_at == at


def test_after_publication_the_page_shows_the_baseline_and_no_command():
    made = quarters.planned(quarters.PUBLISHED)
    change(made, "DRV A1", target=Decimal(55), reason="The second lane opens later")
    page = made.get("cpo", "planning_refinement")

    assert "this is its baseline" in page
    assert "61%" in line(page, made, "DRV A1")
    assert "55%" not in line(page, made, "DRV A1")
    assert "Accept as" not in page
    assert ">Edit<" not in page


def test_after_publication_nothing_more_is_accepted():
    made = quarters.planned(quarters.PUBLISHED)

    assert accept(made, "cpo", "cpo", "DRV A1").status_code == 422


def test_a_changed_target_stands_beside_its_baseline_with_the_reason():
    made = quarters.planned(quarters.PUBLISHED)
    change(made, "DRV A1", target=Decimal(55), reason="The second lane opens later")
    page = made.client("alice").get(reverse("key_result", args=[made.org.slug, made.pk("DRV A1")])).content.decode()
    tribe = made.client("alice").get(reverse("tribe_quarter", args=[made.org.slug, "DRV", made.quarter.slug]))

    assert re.search(r"<dt>Target</dt><dd>55% <span class=\"meta\">\(baseline 61%\)", page)
    assert "The second lane opens later" in page
    assert re.search(r'title="The second lane opens later">baseline 61%</small>', tribe.content.decode())


def test_an_unchanged_one_says_nothing_of_its_baseline():
    made = quarters.planned(quarters.PUBLISHED)
    page = made.client("alice").get(reverse("key_result", args=[made.org.slug, made.pk("DRV A1")])).content.decode()

    assert "Changed since it was published" not in page


def test_conversations_are_quoted():
    made = quarters.planned(quarters.REFINING)
    with made.inside():
        for number in range(3):
            Comment.objects.create(
                key_result=made.proposals["DRV A1"],
                author=made.cpo,
                text=f"Word {number} on the lane",
                client_id=f"00000000-0000-0000-0000-00000000000{number}",
            )
    text = line(made.get("alice", "planning_refinement"), made, "DRV A1")

    assert "Word 0" not in text
    assert "Word 2 on the lane" in text
    assert "1 more" in text


def test_the_key_result_page_says_what_it_absorbed_and_what_became_of_the_other():
    made = quarters.planned(quarters.OPEN)
    made.decide("keep", "DRV A1")
    made.decide("merge", "LAD A1", into="DRV A1", reason="The same promise")
    made.go(quarters.REFINING)
    survivor = made.client("bob").get(reverse("key_result", args=[made.org.slug, made.pk("DRV A1")])).content.decode()
    merged = made.client("bob").get(reverse("key_result", args=[made.org.slug, made.pk("LAD A1")])).content.decode()

    assert re.search(r'id="ruling".*Absorbs:.*LAD 01.*Deliveries inside the chosen hour', survivor, re.DOTALL)
    assert re.search(r'id="ruling".*Merged.*Sam Sponsor.*DRV 01.*Orders ready.*The same promise', merged, re.DOTALL)
    assert "Absorbs LAD 01" in line(made.get("cpo", "planning_refinement"), made, "DRV A1")


def test_a_hostile_line_is_refused_in_words():
    made = quarters.planned(quarters.REFINING)
    for sent in ("", "abc", "1:", "9" * 400, f"{'9' * 18}:{'0' * 64}"):
        answer = made.client("cpo").post(made.url("planning_accept"), {"line": sent, "side": "cpo"})
        assert answer.status_code == 422


def test_pages_cost_the_same_however_many_were_kept():
    counts = {}
    for slug, kept in (
        ("few-org", ["DRV A1", "LAD A1"]),
        ("many-org", [f"{code}{n}" for code in quarters.MOVES for n in (1, 2)]),
    ):
        made = quarters.planned(quarters.REFINING, slug, kept=kept)
        for name in ("planning_refinement", "planning_results"):
            made.get("cpo", name)
            with CaptureQueriesContext(connection) as asked:
                made.get("cpo", name)
            counts[slug, name] = len(asked)

    assert counts["few-org", "planning_refinement"] == counts["many-org", "planning_refinement"] <= 20
    assert counts["few-org", "planning_results"] == counts["many-org", "planning_results"] <= 12
