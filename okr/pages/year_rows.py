"""The key results of a year that leadership looks at: the strategic ones, and the tribes' of its current quarter."""

import datetime as dt

from django.db.models import F, Q

from okr.models import KeyResult, Objective
from okr.pages.years import YearPlan
from okr.querysets import KeyResultQuerySet


def key_results_of(plan: YearPlan, today: dt.date, *, step_targets: bool = False) -> list[KeyResult]:
    """Running or scored, strategic ones and in the order of their tribes. Owners are annotated (`owner_name`,
    `owner_function`), periods shared: rows are many and tell little. Two queries, three with their step targets."""
    quarter = plan.current_quarter(today)
    asked = Q(year_id=plan.year.pk) | Q(quarter_id=quarter.pk if quarter else None)
    objectives = {row.pk: row for row in Objective.objects.live().filter(asked).select_related("tribe")}
    found: KeyResultQuerySet = KeyResult.objects.running().filter(objective_id__in=list(objectives))
    if step_targets:
        found = found.with_step_targets()
    rows = list(
        found.annotate(owner_name=F("owner__user__name"), owner_function=F("owner__function")).order_by(
            "objective__tribe__position", "objective__position", "objective_id", "position", "pk"
        )
    )
    for objective in objectives.values():
        objective.year = plan.year if objective.is_strategic else None
        objective.quarter = None if objective.is_strategic else quarter
    for row in rows:
        row.objective = objectives[row.objective_id]
    return rows
