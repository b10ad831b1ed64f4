"""The editing core: whatever people do and undo, the trail replayed gives the state."""

import contextlib
from decimal import Decimal
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.db import transaction
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from okr.actions import initiatives, key_results, objectives
from okr.models import Initiative, KeyResult, Objective, Quarter
from orgs import tenancy
from orgs.actions import editing
from orgs.actions.audit import Actor
from orgs.actions.editable import bare_rows, kind_of
from orgs.actions.undoing import undo
from orgs.models import AuditEvent, Membership
from orgs.rules import RuleBroken
from tests import factories

pytestmark = pytest.mark.django_db
MODELS = (Objective, KeyResult, Initiative)
ACTS, UNDO = 17, 13  # how many kinds of act a Hand knows; the one that takes an earlier act back


@pytest.fixture
def ours():
    return factories.world("ours")


def replayed(since: int) -> dict[tuple[str, int], dict[str, Any]]:
    """What the trail says each thing is: its events folded, oldest first."""
    states: dict[tuple[str, int], dict[str, Any]] = {}
    for event in AuditEvent.objects.filter(pk__gt=since, change__isnull=False).order_by("pk"):
        states.setdefault((event.object_type, event.object_id), {}).update(event.after)
    return states


def stored() -> dict[tuple[str, int], dict[str, Any]]:
    return {(row._meta.model_name, row.pk): editing.state_of(row) for model in MODELS for row in model.objects.all()}


def same(told: dict[str, Any], is_: dict[str, Any]) -> bool:
    return all(bare_rows(is_[name]) == bare_rows(value) for name, value in told.items())


class Hand:
    """Somebody who edits one tribe's quarter: each number picks what is done, and to what."""

    def __init__(self, world) -> None:
        self.world = world
        self.by = Actor(world.alice)
        self.changes: list = []

    def live(self, model):
        rows = model.objects.filter(archived_at=None)
        if model is KeyResult:
            return list(rows.filter(objective__tribe=self.world.tribe, objective__quarter=self.world.quarter))
        return list(rows.filter(tribe=self.world.tribe, quarter=self.world.quarter))

    def act(self, what: int, which: int, value: int) -> None:
        def pick(model):
            rows = self.live(model)
            return rows[which % len(rows)] if rows else None

        objective, key_result, initiative = (pick(model) for model in MODELS)
        weeks = self.world.quarter.weeks()
        by = self.by
        match what % ACTS:
            case 0:
                done = objectives.create_objective(
                    by=by,
                    tribe=self.world.tribe,
                    quarter=self.world.quarter,
                    title=f"O{value}",
                    position=value % 4 or None,
                )
            case 1 if objective:
                done = key_results.create_key_result(
                    objective,
                    by=by,
                    title=f"K{value}",
                    start=Decimal(value),
                    target=Decimal(value + 5),
                    metric="M",
                    owner=self.world.alice,
                )
            case 2 if key_result:
                done = key_results.change_key_result(key_result, {"title": f"T{value}", "source": f"S{value}"}, by=by)
            case 3 if key_result:
                steps = [{"on": self.world.quarter.starts_on.isoformat(), "value": str(value)}]
                done = key_results.change_key_result(key_result, {"step_targets": steps[: value % 2]}, by=by)
            case 4 if key_result and objective:
                done = key_results.move_key_result(key_result, by=by, position=value, objective=objective)
            case 5 if key_result:
                done = key_results.duplicate_key_result(key_result, by=by)
            case 6 if key_result:
                done = key_results.archive_key_result(key_result, by=by)
            case 7 if objective:
                contribution = {"key_result": self.world.strategic_kr.pk, "reason": f"R{value}"}
                done = objectives.change_objective(objective, {"contributions": [contribution][: value % 2]}, by=by)
            case 8 if objective:
                done = objectives.move_objective(objective, by=by, position=value)
            case 9 if objective:
                done = objectives.archive_objective(objective, by=by)
            case 10:
                done = initiatives.create_initiative(
                    self.world.tribe,
                    self.world.quarter,
                    by=by,
                    title=f"I{value}",
                    start_week=weeks[0],
                    end_week=weeks[value],
                )
            case 11 if initiative:
                done = initiatives.schedule_initiative(
                    initiative, by=by, start_week=weeks[value % 5], end_week=weeks[value % 5 + 3]
                )
            case 12 if initiative:
                done = initiatives.archive_initiative(initiative, by=by)
            case 13 if self.changes:
                done = undo(self.changes[which % len(self.changes)].id, by=by)
            case 14 if key_result:  # emptied by the odd ones
                target = None if value % 2 else Decimal(value + 90)
                done = key_results.change_key_result(key_result, {"target": target}, by=by, reason="R")
            case 15 if objective:
                done = key_results.propose_key_results(objective, by=by)
            case 16 if objective:
                done = key_results.take_back_key_results(objective, by=by)
            case _:
                return
        self.changes.append(done[1] if isinstance(done, tuple) else done)


@example(
    steps=[(1, 0, 0), (0, 0, 0), (0, 0, 0), (8, 1, 0), (13, 1, 0), (13, 3, 0)]
)  # undoing a move of what is archived
@example(
    steps=[(1, 0, 0), (14, 1, 1), (14, 1, 2), (15, 0, 0), (14, 1, 1), (13, 2, 0)]
)  # emptying what is proposed, by hand and by undo
@given(steps=st.lists(st.tuples(st.integers(0, ACTS - 1), st.integers(0, 9), st.integers(0, 8)), max_size=25))
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_edits_and_undos_leave_what_the_history_says(ours, steps):
    with tenancy.tenant(ours.org.pk), transaction.atomic():
        before = stored()
        since = AuditEvent.objects.order_by("pk").values_list("pk", flat=True).last() or 0
        hand = Hand(ours)
        for step in steps:
            with contextlib.suppress(RuleBroken), transaction.atomic():
                hand.act(*step)
        told, now = replayed(since), stored()
        for key, state in now.items():
            expected = before.get(key, {}) | told.get(key, {})
            assert same(expected, state), (key, expected, state)
        for model in MODELS:
            for row in model.objects.filter(archived_at=None):
                positions = list(kind_of(row).order.siblings(row).values_list("position", flat=True))
                assert positions == list(range(1, len(positions) + 1)), (model, positions)
        transaction.set_rollback(True)


def shown(states: dict) -> dict:
    """What people see: the state of what is not archived."""
    return {
        key: {name: bare_rows(value) for name, value in state.items()}
        for key, state in states.items()
        if state["archived_at"] is None
    }


@given(
    st.lists(
        st.tuples(st.integers(0, ACTS - 1).filter(lambda what: what != UNDO), st.integers(0, 9), st.integers(0, 8)),
        max_size=20,
    )
)
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_undoing_everything_in_turn_leads_back(ours, steps):
    with tenancy.tenant(ours.org.pk), transaction.atomic():
        before = shown(stored())
        hand = Hand(ours)
        for step in steps:
            with contextlib.suppress(RuleBroken), transaction.atomic():
                hand.act(*step)
        for change in reversed(hand.changes):
            if AuditEvent.objects.filter(change=change.id).exists():  # an act that changed nothing has nothing to undo
                undo(change.id, by=hand.by)
        assert shown(stored()) == before
        transaction.set_rollback(True)


# ── Undo of a move leads to where the thing came from ────────────────────────


@pytest.fixture
def moved(ours):
    """A draft that Alice's tribe had in this quarter, and that now stands in the next."""
    with tenancy.tenant(ours.org.pk):
        objective = factories.tribe_objective(ours.quarter, ours.tribe, title="Later")
        following = factories.quarter(ours.year, 3)
        by = Actor(ours.alice)
        yield objective, objectives.move_objective(objective, by=by, position=1, quarter=following), by


def test_nothing_goes_back_into_a_closed_quarter(ours, moved):
    objective, change, by = moved
    Quarter.objects.filter(pk=ours.quarter.pk).update(state="closed")
    with pytest.raises(RuleBroken, match="is closed"):
        undo(change.id, by=by)
    objective.refresh_from_db()
    assert objective.quarter != ours.quarter
    Quarter.objects.filter(pk=ours.quarter.pk).update(state="open")
    undo(change.id, by=by)
    objective.refresh_from_db()
    assert objective.quarter == ours.quarter


def test_nothing_goes_back_below_what_is_archived(ours):
    with tenancy.tenant(ours.org.pk):
        by, other = Actor(ours.alice), factories.tribe_objective(ours.quarter, ours.tribe, title="Other")
        change = key_results.move_key_result(ours.key_result, by=by, position=1, objective=other)
        objectives.archive_objective(ours.objective, by=by)
        with pytest.raises(RuleBroken, match="archived meanwhile"):
            undo(change.id, by=by)
        assert KeyResult.objects.get(pk=ours.key_result.pk).objective == other


def test_nobody_puts_anything_back_where_they_may_not_write(ours):
    with tenancy.tenant(ours.org.pk):
        other = ours.other_tribe
        other.lead = ours.bob
        other.save()
        objective = factories.tribe_objective(ours.quarter, ours.tribe, title="Passed on")
        with transaction.atomic():  # as merging two tribes does
            change = editing.Change(Actor(ours.cpo))
            editing.place(editing.locked(Objective, objective.pk), change, position=1, tribe=other)
        with pytest.raises(PermissionDenied), transaction.atomic():
            undo(change.id, by=Actor(ours.bob))
        objective.refresh_from_db()
        assert objective.tribe == other


def test_what_was_measured_is_no_draft_again(ours):
    with tenancy.tenant(ours.org.pk):
        by = Actor(ours.alice)
        objective = factories.tribe_objective(ours.quarter, ours.tribe, title="New", owner=ours.alice)
        row = factories.key_result(objective, owner=ours.alice, stage="draft")
        change = key_results.publish_key_results(objective, by=by)
        factories.check_in(KeyResult.objects.get(pk=row.pk), "86")
        with pytest.raises(RuleBroken, match="measured since"):
            undo(change.id, by=by)


# ── What somebody read before another archived, closed or left ───────────────


@pytest.mark.parametrize("what", ["key_result", "objective"])
def test_a_key_result_is_not_written_once_it_or_its_objective_is_archived(ours, what):
    with tenancy.tenant(ours.org.pk):
        by = Actor(ours.alice)
        other = factories.tribe_objective(ours.quarter, ours.tribe, title="Other")
        archive = {"key_result": key_results.archive_key_result, "objective": objectives.archive_objective}[what]
        archive(getattr(ours, what), by=by)
        before = stored()
        for act in (
            lambda: key_results.change_key_result(ours.key_result, {"title": "Renamed"}, by=by),
            lambda: key_results.move_key_result(ours.key_result, by=by, position=1, objective=other),
        ):
            with pytest.raises(RuleBroken, match="archived meanwhile"):
                act()
        assert stored() == before


def test_nothing_new_comes_into_a_quarter_that_was_closed_meanwhile(ours):
    with tenancy.tenant(ours.org.pk):
        by, following = Actor(ours.alice), factories.quarter(ours.year, 3)
        Quarter.objects.filter(number=3).update(state="closed")
        drafted = factories.tribe_objective(ours.quarter, ours.tribe, title="Drafted")
        before, weeks = stored(), following.weeks()
        for act in (
            lambda quarter: objectives.create_objective(by=by, tribe=ours.tribe, quarter=quarter, title="New"),
            lambda quarter: objectives.move_objective(drafted, by=by, position=1, quarter=quarter),
            lambda quarter: objectives.duplicate_objective(drafted, by=by, quarter=quarter),
            lambda quarter: initiatives.create_initiative(
                ours.tribe, quarter, by=by, title="New", start_week=weeks[0], end_week=weeks[1]
            ),
        ):
            following.state = "open"  # as it was read
            with pytest.raises(RuleBroken, match="is closed"):
                act(following)
        assert stored() == before


def test_who_left_meanwhile_is_given_nothing(ours):
    with tenancy.tenant(ours.org.pk):
        by, leaving = Actor(ours.alice), Membership.objects.select_related("user").get(pk=ours.bob.pk)
        Membership.objects.filter(pk=ours.bob.pk).update(ended_at=leaving.created_at)
        with pytest.raises(RuleBroken, match="has left"):
            objectives.change_objective(ours.objective, {"owner": leaving}, by=by)
        with pytest.raises(RuleBroken, match="has left"):
            key_results.create_key_result(ours.objective, by=by, title="New", owner=leaving)
