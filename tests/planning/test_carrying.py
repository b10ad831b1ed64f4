"""Deferred key results offer themselves to the next quarter."""

import re
from typing import Any

import pytest
from django.urls import reverse

from okr.models import Contribution, KeyResult, Objective, Quarter
from orgs.models import AuditEvent
from planning.actions import leading, preparing
from planning.models import LeftBehind
from tests import factories
from tests.planning import quarters
from tests.planning.quarters import Quarterly

pytestmark = pytest.mark.django_db


def deferred(*codes: str, with_next: bool = True) -> Quarterly:
    """The third quarter is published without these, which were deferred; the fourth is a draft."""
    made = quarters.planned(quarters.OPEN)
    if codes:
        made.decide("defer", *codes, reason="Once the new app is out")
    made.go(quarters.PUBLISHED)
    if with_next:
        open_next(made)
    return made


def open_next(made: Quarterly) -> Quarter:
    with made.inside():
        made.world.extra["next"] = factories.quarter(made.world.year, 4, state="draft")
    return made.world.extra["next"]


def page(made: Quarterly, who: str = "alice", tribe: str = "DRV", slug: str = "2026-q4") -> str:
    answer = made.client(who).get(reverse("tribe_quarter", args=[made.org.slug, tribe, slug]))
    assert answer.status_code == 200
    return answer.content.decode()


def post(
    made: Quarterly, who: str, do: str, *codes: str, tribe: str = "DRV", slug: str = "2026-q4", **more: Any
) -> Any:
    url = reverse("planning_carry", args=[made.org.slug, slug, tribe])
    return made.client(who).post(url, {"key_result": [made.pk(code) for code in codes], "do": do, **more})


def copies(made: Quarterly) -> list[KeyResult]:
    with made.inside():
        return list(
            KeyResult.objects.live()
            .filter(carried_from__isnull=False)
            .select_related("objective__quarter__year", "objective__tribe")
            .order_by("pk")
        )


def test_the_tribe_of_the_next_quarter_is_offered_what_was_deferred_with_its_reason():
    made = deferred("DRV A2", "DRV B2", "LAD A2")
    text = page(made)

    assert "Deferred from Q3 2026 (2)" in text
    assert "Cars served within four minutes" in text
    assert "Once the new app is out" in text
    assert "Parcels left with a neighbour" not in text


def test_where_nothing_was_deferred_nothing_is_offered():
    assert "Deferred from" not in page(deferred())


@pytest.mark.parametrize("who", ["bob", "olga", "sam", "lena"])
def test_who_may_not_write_there_is_offered_nothing_and_takes_nothing(who: str):
    made = deferred("DRV A2")

    assert "Deferred from" not in page(made, who)
    assert post(made, who, "take", "DRV A2").status_code == 403
    assert copies(made) == []


def test_one_is_taken_below_a_copy_of_its_objective_with_what_it_moves():
    made = deferred("DRV A2", "DRV B2")
    assert post(made, "alice", "take", "DRV A2").status_code == 302

    (copy,) = copies(made)
    assert (copy.title, copy.stage, copy.carried_from_id) == (
        "Cars served within four minutes",
        "draft",
        made.pk("DRV A2"),
    )
    assert (copy.objective.title, str(copy.objective.quarter)) == ("Drive keeps promise A.", "Q4 2026")
    with made.inside():
        moved = Contribution.objects.get(objective=copy.objective)
        assert (moved.key_result_id, moved.reason) == (made.strategic["1.1"].pk, "It moves with it.")
        event = AuditEvent.objects.get(object_type="keyresult", object_id=copy.pk)
        assert event.verb == "carried_over"
    assert "Deferred from Q3 2026 (1)" in page(made)


def test_all_are_taken_at_once_each_below_its_own_objective():
    made = deferred("DRV A2", "DRV A3", "DRV B2")
    post(made, "alice", "take", "DRV A2", "DRV A3", "DRV B2")

    titles = [(row.objective.title, row.title) for row in copies(made)]
    assert titles == [
        ("Drive keeps promise A.", "Cars served within four minutes"),
        ("Drive keeps promise A.", "Lanes free at six"),
        ("Drive keeps promise B.", "Bags without a missing product"),
    ]
    with made.inside():
        assert Objective.objects.live().filter(quarter=made.world.extra["next"]).count() == 2
    assert "Deferred from" not in page(made)


def test_what_comes_later_stands_below_the_same_copy_even_where_that_was_reworded():
    made = deferred("DRV A2", "DRV A3")
    post(made, "alice", "take", "DRV A2")
    with made.inside():
        Objective.objects.filter(quarter=made.world.extra["next"]).update(title="Drive waits for nobody.")
    post(made, "alice", "take", "DRV A3")

    assert {row.objective.title for row in copies(made)} == {"Drive waits for nobody."}


def test_an_objective_of_the_same_words_is_used():
    made = deferred("DRV A2")
    with made.inside():
        there = factories.tribe_objective(made.world.extra["next"], made.tribes["DRV"], title="Drive keeps promise A.")
    post(made, "alice", "take", "DRV A2")

    assert [row.objective_id for row in copies(made)] == [there.pk]


def test_taking_is_undone_as_a_whole_and_offered_again():
    made = deferred("DRV A2", "DRV B2")
    post(made, "alice", "take", "DRV A2", "DRV B2")
    with made.inside():
        change = AuditEvent.objects.filter(verb="carried_over").latest("pk").change
    made.client("alice").post(reverse("undo", args=[made.org.slug, change]))

    assert copies(made) == []
    with made.inside():
        assert not Objective.objects.live().filter(quarter=made.world.extra["next"]).exists()
    assert "Deferred from Q3 2026 (2)" in page(made)


def test_sent_twice_it_is_taken_once():
    made = deferred("DRV A2")
    for _again in range(2):
        post(made, "alice", "take", "DRV A2", client_id="sent-from-this-form")

    assert len(copies(made)) == 1


def test_what_somebody_took_meanwhile_is_refused():
    made = deferred("DRV A2")
    post(made, "alice", "take", "DRV A2")
    answer = made.client("coach").post(
        reverse("planning_carry", args=[made.org.slug, "2026-q4", "DRV"]),
        {"key_result": made.pk("DRV A2"), "do": "take"},
        follow=True,
    )

    assert "Somebody has taken it over meanwhile" in answer.content.decode()
    assert len(copies(made)) == 1


def test_one_that_was_not_deferred_or_of_another_tribe_is_not_taken():
    made = deferred("DRV A2", "LAD A2")
    for code in ("DRV A3", "LAD A2"):
        post(made, "alice", "take", code)

    assert copies(made) == []


def test_left_it_is_offered_no_more_until_somebody_asks():
    made = deferred("DRV A2", "DRV B2")
    post(made, "alice", "leave", "DRV A2")

    text = page(made)
    assert "Deferred from Q3 2026 (1)" in text
    assert "1 left" in text
    with made.inside():
        assert LeftBehind.objects.get().by == made.alice
    post(made, "alice", "again", "DRV A2")
    assert "Deferred from Q3 2026 (2)" in page(made)


def test_a_quarter_that_is_made_later_is_offered_them_too():
    made = deferred("DRV A2", with_next=False)
    open_next(made)

    assert "Deferred from Q3 2026 (1)" in page(made)


def test_an_open_quarter_without_a_meeting_is_offered_them():
    made = deferred("DRV A2")
    with made.inside():
        Quarter.objects.filter(pk=made.world.extra["next"].pk).update(state="open")

    assert "Deferred from Q3 2026 (1)" in page(made)
    post(made, "alice", "take", "DRV A2")
    assert len(copies(made)) == 1


def test_once_its_own_meeting_is_on_it_takes_nothing_more():
    made = deferred("DRV A2", "DRV B2")
    post(made, "alice", "take", "DRV A2")
    with made.inside():
        planning, _change = preparing.plan(made.world.extra["next"], by=made.actor("coach"))
        KeyResult.objects.filter(carried_from=made.pk("DRV A2")).update(stage="proposed")
        leading.open_meeting(planning, by=made.actor("coach"))
    post(made, "alice", "take", "DRV B2")

    assert len(copies(made)) == 1
    assert "Deferred from" not in page(made)


@pytest.mark.parametrize(
    "sent", [{}, {"key_result": "abc"}, {"key_result": "9" * 400}, {"do": "fly", "key_result": "1"}]
)
def test_hostile_forms_change_nothing(sent: dict[str, str]):
    made = deferred("DRV A2")
    url = reverse("planning_carry", args=[made.org.slug, "2026-q4", "DRV"])

    assert made.client("alice").post(url, {"do": "take", **sent}).status_code == 302
    assert copies(made) == []


def test_both_pages_name_each_other():
    made = deferred("DRV A2")
    post(made, "alice", "take", "DRV A2")
    (copy,) = copies(made)
    old, new = (
        made.client("bob").get(reverse("key_result", args=[made.org.slug, pk])).content.decode()
        for pk in (made.pk("DRV A2"), copy.pk)
    )

    assert re.search(r"It goes on as.*Q4 2026 A1", old, re.DOTALL)
    assert re.search(r"Continues.*DRV 02.*deferred in Q3 2026.*Once the new app is out", new, re.DOTALL)
