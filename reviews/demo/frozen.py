"""What the data said at the demo's meetings of before: key results as their check-ins had left them by the evening before."""

import datetime as dt
from typing import Any

from okr.demo.history import Moment
from okr.demo.state import Loading
from okr.models import KeyResult
from okr.pages.year_rows import key_results_of
from okr.pages.years import YearPlan, year_plans
from okr.readings import Clock
from reviews.models import Meeting
from reviews.pages.meeting_data import data_at, in_every_language, plan_on

DAY = dt.timedelta(days=1)


class Past:
    """Reads periods and key results once for all meetings."""

    def __init__(self, loading: Loading) -> None:
        self.org = loading.org
        self.plans = year_plans()
        self.moments = {one.key_result.pk: one.moments for one in loading.measured}
        self.rows: dict[int | None, list[KeyResult]] = {}  # by quarter

    def frozen(self, meeting: Meeting) -> dict[str, Any]:
        """What `Meeting.frozen` would hold. What was said at meetings before it must have been written."""
        clock = Clock(self.org, meeting.day_in(self.org) - DAY)
        plan = plan_on(clock.today, self.plans)
        rows = self._rows(plan, clock) if plan is not None else []
        return in_every_language(lambda: data_at(meeting, clock, self.plans, rows), self.org)

    def _rows(self, plan: YearPlan, clock: Clock) -> list[KeyResult]:
        quarter = plan.current_quarter(clock.today)
        key = quarter.pk if quarter else None
        if key not in self.rows:
            self.rows[key] = key_results_of(plan, clock.today, step_targets=True)
        for row in self.rows[key]:
            _set_back(row, [one for one in self.moments.get(row.pk, []) if one.on <= clock.today], clock)
        return self.rows[key]


def _set_back(row: KeyResult, past: list[Moment], clock: Clock) -> None:
    last = past[-1] if past else None
    row.current = last.value if last else None
    row.confidence = last.confidence if last else None
    row.previous_confidence = past[-2].confidence if len(past) > 1 else None
    row.checked_on = last.on if last else None
    row.next_due_on = clock.rhythm_of(row).next_due(last.on if last else row.objective.span.starts_on)
