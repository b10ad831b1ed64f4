"""What is expected on a day: the tick on every bar."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal

from okr.scoring.metric import Direction, Metric, Period, StepTarget
from okr.scoring.precision import ONE, ZERO, precise
from okr.scoring.progress import moved


@precise
def elapsed_share(period: Period, today: date) -> Decimal:
    """Elapsed days / total days, today included: 0 before the period, 1/n on its first day, 1 from its last day on."""
    return Decimal(period.elapsed_days(today)) / period.days


@precise
def expected_value(
    metric: Metric, period: Period, today: date, step_targets: Sequence[StepTarget] = ()
) -> Decimal | None:
    """The value expected by the end of `today`, in the metric's unit; None where there is none (WITHIN, no baseline).

    A straight line from start to target over the period, or a broken one through the step targets. A step target on
    the last day or outside the period has no say: the target itself is what is expected then. A milestone goes 0 to 1.
    """
    start, target = (ZERO, ONE) if metric.direction is Direction.DONE else (metric.start, metric.target)
    if metric.direction is Direction.WITHIN or start is None or target is None:
        return None
    return _on_the_way(start, target, period, today, step_targets)


@precise
def expected_progress(metric: Metric, period: Period, today: date, step_targets: Sequence[StepTarget] = ()) -> Decimal:
    """The progress expected by the end of `today`: the elapsed share, or where the step targets lead.

    Always 1 for WITHIN, which is expected inside its band every day. While the baseline is unknown, step targets say
    nothing about progress and the elapsed share stands.
    """
    if metric.direction is Direction.WITHIN:
        return ONE
    if step_targets:
        if metric.direction is Direction.DONE:
            return _on_the_way(ZERO, ONE, period, today, step_targets)
        if metric.start is not None and metric.target is not None:
            value = _on_the_way(metric.start, metric.target, period, today, step_targets)
            return moved(metric.start, metric.target, value)
    return Decimal(period.elapsed_days(today)) / period.days


def _on_the_way(
    start: Decimal, target: Decimal, period: Period, today: date, step_targets: Sequence[StepTarget]
) -> Decimal:
    now, total = period.elapsed_days(today), period.days
    before, before_value, after, after_value = 0, start, total, target
    for step in step_targets:
        day = (step.on - period.start).days + 1
        if before <= day <= now and day >= 1:
            before, before_value = day, step.value
        elif now < day < after:
            after, after_value = day, step.value
    if now >= total:
        return target
    return before_value + (after_value - before_value) * (now - before) / (after - before)
