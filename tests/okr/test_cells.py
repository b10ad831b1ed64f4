"""One cell of a key result's row, edited in place."""

import datetime as dt
from decimal import Decimal

import pytest
from django.urls import reverse

from okr.models import CheckIn
from orgs.models import AuditEvent
from tests import factories
from tests.sweeps.test_bad_input import HOSTILE

pytestmark = pytest.mark.django_db


@pytest.fixture
def draft(world):
    return factories.key_result(world.objective, title="Waiting", stage="draft", start=None, target=None)


@pytest.fixture
def type_in(world, client):
    """What is typed into a cell, as `who`; Alice where nobody is named."""

    def type_in(key_result, field, value, who=None, **more):
        client.force_login((who or world.alice).user)
        data = {"field": field, "value": value, "in-place": "1", "revision": key_result.revision, **more}
        answer = client.post(reverse("key_result_cell", args=["coursive", key_result.pk]), data)
        key_result.refresh_from_db()
        return answer

    return type_in


def test_the_row_comes_back_with_its_new_revision(world, draft, type_in):
    answer = type_in(draft, "title", "Waiting at the lane")
    page = answer.content.decode()
    assert answer.status_code == 200
    assert draft.title == "Waiting at the lane"
    assert f'id="kr-{draft.pk}"' in page
    assert 'data-revision="2"' in page
    assert f'id="goal-{world.objective.pk}"' in page
    assert f'id="kr-{world.key_result.pk}"' not in page
    assert answer["X-Change"] == str(AuditEvent.objects.latest("pk").change)


def test_figures_of_a_draft_bring_unit_and_direction(world, draft, type_in):
    type_in(draft, "start", "7,5 min")
    type_in(draft, "target", "4.5")
    assert (draft.unit, draft.unit_label, draft.direction) == ("count", "min", "down")
    type_in(draft, "target", "9")
    assert draft.direction == "up"
    type_in(draft, "start", "")
    assert draft.start is None


@pytest.mark.parametrize(
    ("field", "value", "message"),
    [
        ("start", "a lot", "Enter a number"),
        ("start", "-5 min", "choose the unit Points"),
        ("title", "", "Say what should move"),
        ("title", "x" * 10_000, "at most 240 characters"),
        ("owner", "999999", "no longer a member"),
        ("now", "5", "Only a published key result"),
    ],
)
def test_a_refusal_is_a_word_for_the_cell(world, draft, type_in, field, value, message):
    answer = type_in(draft, field, value)
    assert answer.status_code == 422
    assert message in answer.content.decode()
    assert (draft.title, draft.start) == ("Waiting", None)


def test_a_target_equal_to_the_start_is_refused(world, draft, type_in):
    type_in(draft, "start", "5")
    answer = type_in(draft, "target", "5")
    assert answer.status_code == 422
    assert "nothing would have to move" in answer.content.decode()


def test_a_published_figure_asks_why(world, type_in):
    row = world.key_result
    answer = type_in(row, "target", "95")
    assert answer.status_code == 422
    assert 'name="reason"' in answer.content.decode()
    assert row.target == 92
    assert type_in(row, "target", "95", reason="One more site").status_code == 200
    assert row.target == 95
    assert AuditEvent.objects.latest("pk").reason == "One more site"


@pytest.mark.parametrize("field", ["title", "start", "target", "owner", "now", "confidence"])
def test_whatever_is_typed_the_cell_answers_itself(world, draft, type_in, field):
    for typed in HOSTILE:
        row = world.key_result if field in ("now", "confidence") else draft
        answer = type_in(row, field, typed)
        assert answer.status_code in (200, 422), (field, typed)
        assert (answer.status_code == 422) is ("cell-says" in answer.content.decode())


def test_two_people_in_one_cell_both_see_it_and_in_two_cells_nobody_does(world, draft, type_in):
    seen = draft.revision
    type_in(draft, "title", "Theirs", who=world.dan)
    answer = type_in(draft, "title", "Mine", revision=seen)
    assert answer.status_code == 409
    assert "Theirs" in answer.content.decode()
    assert draft.title == "Theirs"
    assert type_in(draft, "start", "5 %", revision=seen).status_code == 200
    seen = draft.revision
    type_in(draft, "start", "7 %", who=world.dan)
    page = type_in(draft, "start", "6", revision=seen).content.decode()
    assert '<dd lang="en">6%</dd>' in page
    assert '<dd lang="en">7%</dd>' in page
    assert 'role="alert" tabindex="-1"' in page  # takes the focus: Enter by reflex chooses nothing


def test_now_records_a_check_in_with_the_confidence_kept(world, type_in):
    row = world.key_result
    assert type_in(row, "now", "88 %").status_code == 200
    latest = CheckIn.objects.filter(key_result=row).first()
    assert (latest.value, latest.confidence, latest.on) == (88, 6, dt.date(2026, 5, 19))
    # The same person on the same day corrects it.
    type_in(row, "confidence", "8")
    latest.refresh_from_db()
    assert (latest.value, latest.confidence) == (88, 8)
    assert CheckIn.objects.filter(key_result=row).count() == 2
    # Somebody else measures anew.
    type_in(row, "now", "89", who=world.dan)
    assert CheckIn.objects.filter(key_result=row).count() == 3
    assert (row.current, row.confidence) == (89, 8)


def test_nothing_moved_records_nothing(world, type_in):
    assert type_in(world.key_result, "now", "86").status_code == 200
    assert CheckIn.objects.filter(key_result=world.key_result).count() == 1


@pytest.mark.parametrize(("field", "value"), [("confidence", "11"), ("confidence", "0"), ("confidence", "sure"),
                                              ("now", "much"), ("now", "")])  # fmt: skip
def test_a_check_in_that_makes_no_sense(world, type_in, field, value):
    assert type_in(world.key_result, field, value).status_code == 422
    assert world.key_result.current == 86


def test_who_may_what(world, draft, type_in, client):
    assert type_in(draft, "title", "No", who=world.bob).status_code == 403
    assert type_in(world.key_result, "now", "90", who=world.bob).status_code == 403
    world.key_result.owner = world.bob
    world.key_result.save()
    assert type_in(world.key_result, "now", "90", who=world.bob).status_code == 200
    assert world.key_result.current == 90
    assert type_in(world.key_result, "title", "No", who=world.bob).status_code == 403
    assert type_in(draft, "stage", "published").status_code == 422
    draft.refresh_from_db()
    assert draft.stage == "draft"


def test_a_band_has_its_own_cells(world, type_in, client):
    row = factories.key_result(
        world.objective, direction="within", low=Decimal(3), high=Decimal(9), start=None, target=None, stage="draft"
    )
    client.force_login(world.alice.user)
    page = client.get("/o/coursive/tribes/DRV/").content.decode()
    assert f'id="kr-{row.pk}-low"' in page
    assert f'id="kr-{row.pk}-high"' in page
    type_in(row, "high", "12")
    assert row.high == 12
    assert type_in(row, "low", "12").status_code == 422


@pytest.mark.parametrize("rows", [1, 20])
def test_a_cell_costs_the_same_whatever_the_page_holds(world, draft, type_in, rows, django_assert_max_num_queries):
    for number in range(rows):
        objective = factories.tribe_objective(world.quarter, world.tribe, position=number + 2)
        factories.key_result(objective)
    type_in(draft, "title", "First")
    with django_assert_max_num_queries(32):
        type_in(draft, "title", "Second")
