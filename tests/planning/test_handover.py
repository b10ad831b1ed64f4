"""What plannings keep passes on with people and tribes."""

import pytest

from orgs.actions import editing, tribes
from orgs.actions.editing import Change
from orgs.handover import ESTATES, hindrances, holdings_of
from orgs.models import Tribe
from orgs.rules import RuleBroken
from planning.actions.session import decides
from planning.models import Presented
from tests.planning import quarters

pytestmark = pytest.mark.django_db


def test_who_chairs_what_is_to_come_hands_it_over_with_the_vote():
    made = quarters.planned(quarters.OPEN)
    with made.inside():
        held = {estate.name: holdings for estate, holdings in holdings_of(made.sam)}["planning"]
        assert [(one.where, one.path) for one in held] == [("Q3 2026", "planning/2026-q3/")]
        ESTATES["planning"].hand_over(held[0].pk, made.carol, Change(made.actor("dan")))
        planning = made.again()
        assert planning.chair == made.carol
        assert decides(planning, made.carol)
        voters = set(planning.voters.values_list("membership", flat=True))
        assert made.carol.pk in voters
        assert made.sam.pk not in voters


def test_a_meeting_that_is_on_keeps_a_chair_and_one_to_come_may_wait_for_one():
    made, other = quarters.planned(quarters.OPEN), quarters.planned(quarters.PREPARING, "other-org")
    with made.inside(), pytest.raises(RuleBroken, match="the meeting is on"):
        ESTATES["planning"].hand_over(made.planning.pk, None, Change(made.actor("dan")))
    with other.inside():
        ESTATES["planning"].hand_over(other.planning.pk, None, Change(other.actor("dan")))
        assert other.again().chair is None


def test_after_the_meeting_nobody_chairs_any_more():
    made = quarters.planned(quarters.REFINING)
    with made.inside():
        assert "planning" not in [estate.name for estate, _holdings in holdings_of(made.sam)]


def test_while_the_codir_decides_no_tribe_is_archived_or_merged():
    made = quarters.planned(quarters.OPEN)
    with made.inside():
        assert any("is deciding on Q3 2026" in said for said in hindrances(made.tribes["FID"]))
        with pytest.raises(RuleBroken, match="is deciding on Q3 2026"):
            tribes.merge_tribe(made.tribes["FID"], made.tribes["DRV"], by=made.actor("dan"))
        assert Tribe.objects.get(pk=made.tribes["FID"].pk).archived_at is None


def test_a_merged_tribe_leaves_the_agenda_to_the_other():
    made = quarters.planned(quarters.PREPARING)
    with made.inside():
        tribes.merge_tribe(made.tribes["FID"], made.tribes["DRV"], by=made.actor("dan"))
        slots = list(made.again().slots.order_by("position").values_list("tribe__code", flat=True))
    assert slots == ["DRV", "LAD"]


def test_a_turn_moves_where_the_other_had_none():
    made = quarters.planned(quarters.PREPARING)
    with made.inside():
        planning = editing.locked(type(made.planning), made.planning.pk)
        rows = [row for row in editing.state_of(planning, ["slots"])["slots"] if row["tribe"] != made.tribes["DRV"].pk]
        editing.amend(planning, {"slots": rows}, Change(made.actor("dan")))
        tribes.merge_tribe(made.tribes["FID"], made.tribes["DRV"], by=made.actor("dan"))
        slots = list(made.again().slots.order_by("position").values_list("tribe__code", flat=True))
    assert slots == ["LAD", "DRV"]


def test_what_both_presented_is_still_told_apart():
    made = quarters.planned(quarters.REFINING)
    with made.inside():
        tribes.merge_tribe(made.tribes["FID"], made.tribes["DRV"], by=made.actor("dan"))
        numbers = list(
            Presented.objects.filter(key_result__objective__tribe__code="DRV").values_list("number", flat=True)
        )
    assert len(numbers) == 12
    assert len(set(numbers)) == 12
