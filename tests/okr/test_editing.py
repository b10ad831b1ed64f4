"""The editing core: whatever people do and undo, the trail replayed gives the state."""

import contextlib
from decimal import Decimal
from typing import Any

import pytest
from django.db import transaction
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from okr.actions import initiatives, key_results, objectives
from okr.models import Initiative, KeyResult, Objective
from orgs import tenancy
from orgs.actions import editing
from orgs.actions.audit import Actor
from orgs.models import AuditEvent
from orgs.rules import RuleBroken
from tests import factories

pytestmark = pytest.mark.django_db
MODELS = (Objective, KeyResult, Initiative)


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
    return all(editing._bare_rows(is_[name]) == editing._bare_rows(value) for name, value in told.items())


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
        match what % 14:
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
                    objective, by=by, title=f"K{value}", start=Decimal(value), target=Decimal(value + 5)
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
                done = editing.undo(self.changes[which % len(self.changes)].id, by=by)
            case _:
                return
        self.changes.append(done[1] if isinstance(done, tuple) else done)


@example(
    steps=[(1, 0, 0), (0, 0, 0), (0, 0, 0), (8, 1, 0), (13, 1, 0), (13, 3, 0)]
)  # undoing a move of what is archived
@given(steps=st.lists(st.tuples(st.integers(0, 13), st.integers(0, 9), st.integers(0, 8)), max_size=25))
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
                positions = list(editing.kind_of(row).order.siblings(row).values_list("position", flat=True))
                assert positions == list(range(1, len(positions) + 1)), (model, positions)
        transaction.set_rollback(True)


def shown(states: dict) -> dict:
    """What people see: the state of what is not archived."""
    return {
        key: {name: editing._bare_rows(value) for name, value in state.items()}
        for key, state in states.items()
        if state["archived_at"] is None
    }


@given(st.lists(st.tuples(st.integers(0, 12), st.integers(0, 9), st.integers(0, 8)), max_size=20))
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
                editing.undo(change.id, by=hand.by)
        assert shown(stored()) == before
        transaction.set_rollback(True)
