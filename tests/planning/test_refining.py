"""After the meeting: who signs for which side, and what publishing waits for."""

import pytest
from django.core.exceptions import PermissionDenied
from django.db import connection
from django.test.utils import CaptureQueriesContext

from okr.models import KeyResult, Objective, PeriodState, Quarter, Year
from orgs.models import AuditEvent, Membership, Role, Tribe
from orgs.rules import RuleBroken
from planning.actions import refining
from planning.actions.refining import NotReady
from planning.models import Acceptance, Planning
from tests import factories
from tests.planning import quarters

pytestmark = pytest.mark.django_db
LEAD, CPO = Acceptance.Side.LEAD, Acceptance.Side.CPO


@pytest.fixture
def made():
    return quarters.planned(quarters.REFINING)


def accept(made, side, *codes, by, accepted=True):
    with made.inside():
        refining.accept(made.again(), [made.pk(code) for code in codes], side, by=made.actor(by), accepted=accepted)


def publish(made, by="cpo"):
    with made.inside():
        return refining.publish(made.again(), by=made.actor(by))


def signed(made, code):
    with made.inside():
        rows = refining.accepted(made.planning)
        row = KeyResult.objects.get(pk=made.pk(code))
        return {side for side in (LEAD, CPO) if refining.is_accepted(row, side, rows)}


# ── Sides ────────────────────────────────────────────────────────────────────


def test_one_of_several_that_somebody_may_not_sign_stops_all_of_them(made):
    with pytest.raises(PermissionDenied):
        accept(made, LEAD, "DRV A1", "LAD A1", by="alice")
    assert signed(made, "DRV A1") == set()


def test_without_a_lead_or_a_cpo_who_leads_the_planning_signs(made):
    with pytest.raises(PermissionDenied):
        accept(made, LEAD, "FID A1", by="coach")
    with pytest.raises(PermissionDenied):
        accept(made, CPO, "FID A1", by="coach")
    with made.inside():
        Tribe.objects.filter(code="FID").update(lead=None)
        Membership.objects.filter(pk=made.cpo.pk).update(roles=[Role.MEMBER])
    accept(made, LEAD, "FID A1", by="coach")
    accept(made, CPO, "FID A1", by="coach")
    assert signed(made, "FID A1") == {LEAD, CPO}
    with pytest.raises(PermissionDenied):
        accept(made, CPO, "FID A1", by="fiona")


def test_many_are_signed_at_the_cost_of_one(made):
    costs = []
    for codes in (["DRV A1"], ["DRV B1", "LAD A1", "LAD B1", "FID A1", "FID B1"]):
        with CaptureQueriesContext(connection) as captured:
            accept(made, CPO, *codes, by="cpo")
        costs.append(len(captured))
    assert costs[0] == costs[1]


def test_a_cpo_who_has_left_is_no_cpo(made):
    with made.inside():
        Membership.objects.filter(pk=made.cpo.pk).update(ended_at=quarters.NOW)
    accept(made, CPO, "FID A1", by="coach")
    assert signed(made, "FID A1") == {CPO}


def test_what_was_accepted_as_it_is_again_holds_again(made):
    """A change and its undoing ask nobody anew."""
    accept(made, LEAD, "DRV A1", by="alice")
    with made.inside():
        rows = KeyResult.objects.filter(pk=made.pk("DRV A1"))
        rows.update(target=99)
        assert signed(made, "DRV A1") == set()
        rows.update(target=61)
    assert signed(made, "DRV A1") == {LEAD}


def test_accepting_and_taking_back_is_on_record(made):
    accept(made, CPO, "DRV A1", by="cpo")
    accept(made, CPO, "DRV A1", by="cpo", accepted=False)
    with made.inside():
        told = AuditEvent.objects.filter(object_id=made.pk("DRV A1")).order_by("pk").values_list("verb", flat=True)
        assert list(told)[-2:] == ["accepted_cpo", "unaccepted_cpo"]


# ── What publishing waits for ────────────────────────────────────────────────


def waits(made):
    with pytest.raises(NotReady) as refused:
        publish(made)
    assert made.again().state == Planning.State.REFINING
    with made.inside():
        assert not KeyResult.objects.filter(objective__quarter=made.quarter, stage="published").exists()
    return refused.value.waits


def test_it_waits_for_both_sides_of_each(made):
    assert len(waits(made)) == 2
    made.accept_all()
    accept(made, CPO, "DRV A1", by="cpo", accepted=False)
    assert len(waits(made)) == 1
    accept(made, CPO, "DRV A1", by="cpo")
    publish(made)
    assert made.again().state == Planning.State.PUBLISHED


@pytest.mark.parametrize("lacking", [{"metric": " "}, {"owner": None}])
def test_it_waits_for_what_a_key_result_lacks(made, lacking):
    with made.inside():
        KeyResult.objects.filter(pk=made.pk("DRV A1")).update(**lacking)
    made.accept_all()
    assert [one for one in waits(made) if one.startswith("DRV")]


def test_it_waits_for_an_owner_of_each_objective(made):
    with made.inside():
        Objective.objects.filter(pk=made.objectives["LAD B"].pk).update(owner=None)
    made.accept_all()
    assert [one for one in waits(made) if "the objective needs an owner" in one]


def test_it_waits_where_an_objective_kept_more_than_five():
    made = quarters.planned(quarters.OPEN, each=6)
    made.go(quarters.REFINING, kept=[f"DRV A{n}" for n in range(1, 7)] + ["LAD A1"])
    made.accept_all()
    assert [one for one in waits(made) if "has 6 key results, and five are the most" in one]


def test_an_objective_of_which_one_was_kept_is_published_with_one(made):
    made.accept_all()
    publish(made)
    assert made.stage("DRV A1") == "published"


def test_nothing_is_published_where_nothing_was_kept():
    made = quarters.planned(quarters.REFINING, kept=[])
    assert waits(made) == ["Nothing was kept."]


def test_it_waits_for_its_year(made):
    made.accept_all()
    with made.inside():
        Year.objects.update(state=PeriodState.DRAFT)
    assert [one for one in waits(made) if one.startswith("Open 2026 first")]


def test_a_closed_quarter_is_read_only(made):
    made.accept_all()
    with made.inside():
        Quarter.objects.filter(pk=made.quarter.pk).update(state=PeriodState.CLOSED)
    assert [one for one in waits(made) if "is closed: it is read only" in one]


@pytest.mark.parametrize("state", [quarters.PREPARING, quarters.OPEN])
def test_before_the_meeting_is_closed_nothing_is_accepted_or_published(state):
    made = quarters.planned(state)
    with pytest.raises(RuleBroken, match="not closed its meeting"):
        publish(made)
    with pytest.raises(RuleBroken, match="not closed its meeting"):
        accept(made, CPO, "DRV A1", by="cpo")


@pytest.mark.parametrize("who", ["cpo", "coach", "carol", "dan"])
def test_four_roles_publish(made, who):
    made.accept_all()
    publish(made, by=who)
    assert made.again().state == Planning.State.PUBLISHED


# ── What publishing does ─────────────────────────────────────────────────────


def test_every_key_result_ends_where_the_codir_put_it():
    made = quarters.planned(quarters.OPEN)
    made.decide("merge", "DRV A2", into="LAD A1", reason="The same")
    made.decide("defer", "DRV A3", reason="Later")
    made.go(quarters.PUBLISHED)
    ends = {code: made.stage(code) for code in ("LAD A1", "DRV A2", "DRV A3", "DRV B2")}
    assert ends == {"LAD A1": "published", "DRV A2": "merged", "DRV A3": "deferred", "DRV B2": "dropped"}
    with made.inside():
        stages = KeyResult.objects.filter(objective__quarter=made.quarter).values_list("stage", flat=True)
        assert set(stages) <= {"published", "deferred", "merged", "dropped"}


def test_what_the_tribe_withdrew_since_is_kept_and_not_published(made):
    with made.inside():
        KeyResult.objects.filter(pk=made.pk("DRV A1")).update(archived_at=quarters.NOW)
    made.accept_all()
    publish(made)
    assert made.stage("DRV A1") == "kept"
    said = made.client("olga").get(made.url("planning_funnel")).content.decode()
    assert "18 presented, 5 published" in said


def test_one_that_was_published_before_there_was_a_planning_keeps_its_baseline(made):
    with made.inside():
        early = factories.key_result(
            made.objectives["DRV A"], title="Runs since April", stage="published", baseline={"title": "As it was"}
        )
    made.accept_all()
    publish(made)
    with made.inside():
        assert KeyResult.objects.get(pk=early.pk).baseline == {"title": "As it was"}
