"""The parts of a page that a change made in place has touched, for static/js/grid.js to put where the old ones are."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import render

from okr.models import Objective, Quarter
from okr.pages import tribe as pages
from okr.pages.strategy_grid import StrategyGrid, goals_of_year
from okr.pages.tribe_advice import advice_of, draft_facts
from okr.pages.tribe_okrs import Goal, goals_of
from okr.readings import Clock
from orgs.http import OrgRequest


def parts_of(
    request: OrgRequest, objective: Objective, *, rows: list[int], also: list[int], whole: bool
) -> HttpResponse:
    """What okr.views.writing.written says; below a tribe's page. Other pages are asked to fetch themselves again."""
    if objective.year is not None:
        grid = StrategyGrid(objective.year, Clock.of(request.org), request.membership)
        goals = goals_of_year(grid, None if whole else {objective.pk, *also})
        context = {"whole": whole, "rows": _rows(goals, rows), "only_rows": bool(rows)}
        return render(request, "okr/_strategy_parts.html", strategy_context(grid, goals) | context)
    assert objective.tribe is not None
    assert objective.quarter is not None
    quarters = list(Quarter.objects.with_year())
    quarter = next(one for one in quarters if one.pk == objective.quarter_id)
    found = pages.find_tribe(objective.tribe.code, quarter, request.membership)
    page = pages.TribePage(found, quarter, Clock.of(request.org), request.membership, quarters)
    goals = goals_of(page, None if whole else {objective.pk, *also})
    context = {"whole": whole, "rows": _rows(goals, rows), "only_rows": bool(rows)}
    return render(request, "okr/_tribe_parts.html", okrs_context(page, goals, whole=whole) | context)


def okrs_context(page: pages.TribePage, goals: list[Goal], *, whole: bool = True) -> dict[str, Any]:
    """What templates/okr/_tribe_okrs.html and its parts are made from."""
    in_place = page.may_edit or any(line.check_in_url for goal in goals for line in goal.lines)
    return {
        "page": page,
        "tribe": page.tribe,
        "goals": goals,
        "in_place": in_place,
        "cell_role": "gridcell" if in_place else "cell",
        "draft_facts": draft_facts(goals) if page.is_draft else [],
        "advice": advice_of(page, goals) if whole and page.may_edit else [],
    }


def strategy_context(grid: StrategyGrid, goals: list[Goal]) -> dict[str, Any]:
    """What templates/okr/_strategy_grid.html and its parts are made from."""
    return {
        "page": grid,
        "goals": goals,
        "in_place": grid.may_edit,
        "cell_role": "gridcell" if grid.may_edit else "cell",
    }


def _rows(goals: list[Goal], wanted: list[int]) -> list[Any]:
    lines: list[Any] = [*(line for goal in goals for line in goal.lines)]
    found = [line for line in lines if line.row.key_result.pk in wanted]
    return found + [line for goal in goals for line in goal.drafts if line.key_result.pk in wanted]
