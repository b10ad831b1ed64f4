"""What is sent from the pages of a planning: ids of any length are refused in words, whole tribes fit into one button."""

import uuid

import pytest

from okr.models import KeyResult
from planning.actions import leading
from tests.planning import quarters

pytestmark = pytest.mark.django_db
HUGE = ["9" * 19, "9" * 39, "٣" * 3, "-1", "1.5", "12x"]


def post(made, who, name, **fields):
    return made.client(who).post(made.url(name), fields, headers={"HX-Request": "true"})


@pytest.mark.parametrize("text", HUGE)
@pytest.mark.parametrize("shape", ["{}:0", "12:{}", "{}"])
@pytest.mark.parametrize("name", ["planning_decide", "planning_preview"])
def test_an_id_that_no_key_result_has_is_refused(text, shape, name):
    made = quarters.planned(quarters.OPEN)
    sent = {"act": uuid.uuid4(), "outcome": "keep", "ids": shape.format(text)}
    assert post(made, "sam", name, **sent).status_code == 422
    short = {"act": uuid.uuid4(), "decide": f"keep {shape.format(text)}"}
    assert post(made, "sam", name, **short).status_code == 422
    over = {**sent, "ids": f"{made.pk('DRV A1')}:0", "over": shape.format(text)}
    assert post(made, "sam", name, **over).status_code == 422


@pytest.mark.parametrize("text", HUGE)
def test_nor_are_other_ids(text):
    made = quarters.planned(quarters.OPEN)
    merge = {"act": uuid.uuid4(), "outcome": "merge", "reason": "The same", "ids": f"{made.pk('DRV A1')}:0"}
    assert post(made, "sam", "planning_decide", **merge, into=text).status_code == 422
    assert post(made, "sam", "planning_turn", slot=text).status_code == 422
    assert post(made, "sam", "planning_apart", pair=f"{text} 12").status_code == 422


@pytest.mark.parametrize("text", HUGE)
def test_nor_are_ids_that_a_tribe_carries_over(text):
    made = quarters.proposed()
    url = made.url("planning_carry", code="DRV")
    answer = made.client("alice").post(url, {"key_result": text, "do": "take"}, follow=True)
    assert answer.status_code == 200
    assert "Choose a key result first." in answer.content.decode()


def test_without_javascript_a_button_decides_many_at_once():
    made = quarters.planned(quarters.OPEN, each=12)
    ids = " ".join(f"{made.pk(code)}:0" for code in made.proposals)
    answer = made.client("sam").post(made.url("planning_decide"), {"act": uuid.uuid4(), "decide": f"keep {ids}"})
    assert answer.status_code == 302
    with made.inside():
        assert KeyResult.objects.filter(objective__quarter=made.quarter, stage="kept").count() == len(made.proposals)


def test_a_meeting_with_more_undecided_than_one_decision_may_hold_closes_all_the_same():
    made = quarters.planned(quarters.OPEN, each=68)
    assert len(made.proposals) > 400
    too_many = " ".join(f"{made.pk(code)}:0" for code in made.proposals)
    refused = post(made, "sam", "planning_decide", act=uuid.uuid4(), outcome="keep", ids=too_many)
    assert refused.status_code == 422
    with made.inside():
        leading.close_meeting(made.planning, by=made.actor("coach"), defer="Not presented in time")
        assert KeyResult.objects.filter(objective__quarter=made.quarter, stage="deferred").count() == 408
    assert made.again().state == quarters.REFINING
