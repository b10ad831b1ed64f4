"""Read model of the strategy of a year as it is written: objectives and key results with what they lack, drafts too."""

from collections.abc import Collection
from dataclasses import dataclass, field

from django.urls import reverse

from okr.models import KeyResult, Objective, PeriodState, Year
from okr.pages.tribe_okrs import Goal, with_key_results
from okr.pages.years import YearHead, chosen, head_of, year_plans
from okr.readings import Clock
from orgs.models import Membership
from orgs.permissions import Permission, can


@dataclass(slots=True)
class StrategyGrid:
    """A year, for somebody who may write its strategy. The grid's templates ask for the same of a tribe's quarter."""

    year: Year
    clock: Clock
    member: Membership
    head: YearHead | None = None
    facts: list[str] = field(default_factory=list)
    updated: None = None

    @property
    def is_draft(self) -> bool:
        return self.year.state == PeriodState.DRAFT

    @property
    def is_closed(self) -> bool:
        return self.year.state == PeriodState.CLOSED

    @property
    def may_edit(self) -> bool:
        return not self.is_closed and can(self.member, Permission.EDIT_STRATEGY)


def strategy_grid(number: int, member: Membership, clock: Clock) -> StrategyGrid:
    """404 for a year that is not there."""
    plans = year_plans()
    plan = chosen(plans, number, clock.today)
    assert plan is not None  # a year was named
    grid = StrategyGrid(plan.year, clock, member)
    grid.head = head_of(plans, plan, clock, "strategy_write", may_write=grid.may_edit)
    return grid


def goals_of_year(grid: StrategyGrid, only: Collection[int] | None = None) -> list[Goal]:
    """Four queries, however many rows; `only` names the objectives in question, else all of the year."""
    objectives = Objective.objects.strategic(grid.year.pk).select_related("owner__user", "department__committee")
    if only is not None:
        objectives = objectives.filter(pk__in=only)
    goals: dict[int, Goal] = {}
    for objective in objectives:
        objective.year = grid.year
        goals[objective.pk] = Goal(
            objective, objective.code, reverse("objective", args=[grid.clock.org.slug, objective.pk])
        )
    rows = KeyResult.objects.filter(objective_id__in=list(goals))
    rows = rows.running() if grid.is_closed else rows.proposed() if grid.is_draft else rows.running_or_written()
    key_results = list(rows.select_related("owner__user").with_step_targets().order_by("position", "pk"))
    for key_result in key_results:
        key_result.objective = goals[key_result.objective_id].objective
    return with_key_results(goals, key_results, grid)
