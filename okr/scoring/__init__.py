"""The arithmetic of progress, expectation, status, roll-up, forecast and score: pure functions on `Decimal` and `date`.

Nothing here knows Django, a database, a request or a language, so that pages, API, exports and tests give one answer.

Conventions
- A progress is a share: 0 at the start, 1 at the target, unclamped unless a docstring says clamped.
- A day counts as elapsed from its morning: on the first day of a 90-day quarter 1/90 of it is expected, on its last
  day all of it. What is expected "on" a day, a step target included, is due by the end of that day.
- A figure that cannot be known (no check-in, no baseline yet) is `None`, never 0.
- A metric that can give no answer at all (start = target, weights that sum to zero) raises `BadMetric`; one that
  `check_metric` finds sound never does.
"""

from okr.scoring.expected import elapsed_share, expected_progress, expected_value
from okr.scoring.forecasts import Forecast, forecast
from okr.scoring.metric import (
    Ambition,
    BadMetric,
    Direction,
    Fault,
    Metric,
    Period,
    Problem,
    Step,
    StepTarget,
    check_metric,
    check_step_targets,
)
from okr.scoring.progress import clamp, raw_progress
from okr.scoring.rollup import RollUp, ZeroWeight, roll_up, roll_up_status
from okr.scoring.score import Band, misses_commitment, propose_score, score_band
from okr.scoring.statuses import (
    DEFAULT_THRESHOLDS,
    Status,
    Thresholds,
    confidence_mark,
    is_silent,
    pace,
    silent_after,
    status,
)

__all__ = [
    "DEFAULT_THRESHOLDS",
    "Ambition",
    "BadMetric",
    "Band",
    "Direction",
    "Fault",
    "Forecast",
    "Metric",
    "Period",
    "Problem",
    "RollUp",
    "Status",
    "Step",
    "StepTarget",
    "Thresholds",
    "ZeroWeight",
    "check_metric",
    "check_step_targets",
    "clamp",
    "confidence_mark",
    "elapsed_share",
    "expected_progress",
    "expected_value",
    "forecast",
    "is_silent",
    "misses_commitment",
    "pace",
    "propose_score",
    "raw_progress",
    "roll_up",
    "roll_up_status",
    "score_band",
    "silent_after",
    "status",
]
