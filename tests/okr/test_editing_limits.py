"""What no edit reaches, whoever calls: rows of other organizations, and what is archived."""

import datetime as dt
from decimal import Decimal

import pytest
import time_machine
from django.urls import reverse
from django.utils import timezone

from okr.actions import business_case, evidence, initiatives, objectives
from okr.models import Contribution, Initiative, InitiativeDependency, InitiativeKeyResult
from orgs import tenancy
from orgs.actions.audit import Actor
from orgs.models import AuditEvent, Membership
from orgs.rules import RuleBroken
from tests import factories


@pytest.fixture
def theirs(db):
    """The rows of another organization."""
    return factories.world("other")


@pytest.fixture
def world(theirs):
    with time_machine.travel(dt.datetime(2026, 5, 19, 8, tzinfo=dt.UTC), tick=False):
        world = factories.world()
        with tenancy.tenant(world.org.pk):
            yield world


def unchanged() -> tuple:
    return (
        list(Contribution.objects.values_list("objective", "key_result")),
        list(InitiativeKeyResult.objects.values_list("initiative", "key_result")),
        list(InitiativeDependency.objects.values_list("initiative", "tribe")),
        AuditEvent.objects.count(),
    )


# ── Other organizations ──────────────────────────────────────────────────────


def refused_fields(world, theirs):
    """Field by field, an edit that names a row of theirs."""
    by = Actor(world.alice)

    def contribute():
        rows = [{"key_result": theirs.strategic_kr.pk, "reason": ""}]
        objectives.change_objective(world.objective, {"contributions": rows}, by=by)

    def answer():
        initiatives.change_initiative(world.initiative, {"answers": [theirs.key_result.pk]}, by=by)

    def wait():
        rows = [{"tribe": theirs.other_tribe.pk, "what": "a file"}]
        initiatives.change_initiative(world.initiative, {"dependencies": rows}, by=by)

    return {"contributions": contribute, "answers": answer, "dependencies": wait}


@pytest.mark.parametrize("field", ["contributions", "answers", "dependencies"])
def test_no_list_points_into_another_organization(world, theirs, field):
    before = unchanged()
    with pytest.raises(RuleBroken) as refused:
        refused_fields(world, theirs)[field]()
    assert refused.value.field == field
    assert unchanged() == before


def test_nor_does_what_is_new(world, theirs):
    rows = [{"key_result": theirs.strategic_kr.pk, "reason": ""}]
    before = unchanged()
    with pytest.raises(RuleBroken):
        objectives.create_objective(
            by=Actor(world.alice), tribe=world.tribe, quarter=world.quarter, title="Theirs", contributions=rows
        )
    assert unchanged() == before


def test_nobody_of_another_organization_becomes_the_owner(world, theirs):
    with tenancy.tenant(theirs.org.pk):
        stranger = Membership.objects.with_people().get(pk=theirs.alice.pk)
    with pytest.raises(RuleBroken, match="not a valid choice"):
        objectives.change_objective(world.objective, {"owner": stranger}, by=Actor(world.alice))
    world.objective.refresh_from_db()
    assert world.objective.owner_id == world.alice.pk


@pytest.mark.parametrize("field", ["contributions", "answers", "dependencies", "owner"])
def test_forms_refuse_their_ids_too(world, theirs, client, field):
    client.force_login(world.alice.user)
    before = unchanged()
    if field == "contributions":
        address = reverse("objective_contributions", args=[world.org.slug, world.objective.pk])
        data = {"moves": [theirs.strategic_kr.pk], "revision": world.objective.revision}
    else:
        address = reverse("initiative_edit", args=[world.org.slug, world.initiative.pk])
        data = {
            "title": world.initiative.title,
            "revision": world.initiative.revision,
            "start_week": world.initiative.start_week,
            "end_week": world.initiative.end_week,
            **{
                "answers": {"answers": [theirs.key_result.pk]},
                "dependencies": {"dependencies": [theirs.other_tribe.pk], "dependencies-what": ["a file"]},
                "owner": {"owner": theirs.alice.pk},
            }[field],
        }
    assert client.post(address, data).status_code == 422
    assert unchanged() == before
    assert Initiative.objects.get(pk=world.initiative.pk).owner_id == world.bob.pk


# ── What is archived ─────────────────────────────────────────────────────────


@pytest.mark.parametrize("archived", ["evidence", "strategic_kr", "strategic"])
def test_no_fact_is_written_where_it_or_what_it_backs_is_archived(world, archived):
    by = Actor(world.carol)
    thing = getattr(world, archived)
    type(thing).objects.filter(pk=thing.pk).update(archived_at=timezone.now())
    before = AuditEvent.objects.count()
    acts = [
        lambda: evidence.change_evidence(world.evidence, {"title": "Said later"}, by=by),
        lambda: evidence.move_evidence(world.evidence, by=by, position=2),
        lambda: evidence.archive_evidence(world.evidence, by=by),
    ]
    if archived != "evidence":
        acts.append(lambda: evidence.add_evidence(world.strategic_kr, by=by, kind="nps", title="New"))
    for act in acts:
        with pytest.raises(RuleBroken, match="archived meanwhile"):
            act()
    assert AuditEvent.objects.count() == before


@pytest.mark.parametrize("archived", ["strategic_kr", "strategic"])
def test_nor_is_its_rationale(world, archived):
    thing = getattr(world, archived)
    type(thing).objects.filter(pk=thing.pk).update(archived_at=timezone.now())
    by = Actor(world.carol)
    with pytest.raises(RuleBroken, match="archived meanwhile"):
        business_case.save_business_case(world.strategic_kr, by=by, budget_share=Decimal(3))
    with pytest.raises(RuleBroken, match="archived meanwhile"):
        business_case.consolidate_business_case(world.strategic_kr, by=by)


def test_nothing_new_is_written_in_an_archived_tribe(world):
    """It was archived after the page had been read."""
    by, tribe, quarter = Actor(world.alice), world.tribe, world.quarter
    type(tribe).objects.filter(pk=tribe.pk).update(archived_at=timezone.now())
    weeks = {"start_week": world.initiative.start_week, "end_week": world.initiative.end_week}
    before = AuditEvent.objects.count()
    for act in (
        lambda: objectives.create_objective(by=by, tribe=tribe, quarter=quarter, title="New"),
        lambda: objectives.duplicate_objective(world.objective, by=by),
        lambda: initiatives.create_initiative(tribe, quarter, by=by, title="New", **weeks),
        lambda: initiatives.duplicate_initiative(world.initiative, by=by),
    ):
        with pytest.raises(RuleBroken, match="Drive is archived"):
            act()
    assert AuditEvent.objects.count() == before
