"""What a key result measured against before its figures were changed mid-period. Pure: no database.

What is expected on a day follows the target that was in force on it: a changed target changes what is expected from then on,
and takes nothing back of what was expected before.
"""

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

from okr.scoring import Metric, Period, check_metric

FIGURES = ("start", "target", "low", "high", "tolerance")


@dataclass(frozen=True, slots=True)
class Edit:
    """The day of a change, and what the figures that it changed were before it."""

    on: dt.date
    before: Mapping[str, Decimal | None]


@dataclass(frozen=True, slots=True)
class Earlier:
    """What was measured against until the eve of `until`."""

    until: dt.date
    metric: Metric


def earlier_metrics(metric: Metric, edits: Iterable[Edit], period: Period) -> tuple[Earlier, ...]:
    """Oldest first. `metric` is what is measured against now; `edits` come newest first.

    Of several changes on one day the last one counts; changes before the period, those that were taken back on their day,
    and what could not be measured with (a start that was not known yet) leave nothing.
    """
    was, before = metric, dict[dt.date, Metric]()
    for edit in edits:
        if edit.on <= period.start:
            break
        changed: dict[str, Any] = {name: edit.before[name] for name in FIGURES if name in edit.before}
        was = replace(was, **changed)
        before[edit.on] = was
    found: list[Earlier] = []
    follows = metric
    for until, earlier in before.items():
        if earlier != follows and not check_metric(earlier):
            found.append(Earlier(until, earlier))
            follows = earlier
    return tuple(reversed(found))


def metric_on(metric: Metric, earlier: Sequence[Earlier], day: dt.date) -> Metric:
    """The one in force on a day."""
    return next((one.metric for one in earlier if day < one.until), metric)
