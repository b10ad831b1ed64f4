"""Progress: how much of the way a value has made."""

from decimal import Decimal

from okr.scoring.metric import BadMetric, Direction, Metric, Step
from okr.scoring.precision import ONE, ZERO, precise


def clamp(progress: Decimal) -> Decimal:
    """A progress for bars and roll-ups: kept between 0 and 1."""
    return min(max(progress, ZERO), ONE)


@precise
def raw_progress(metric: Metric, current: Decimal | None) -> Decimal | None:
    """Unclamped progress: below 0 when worse than the start, above 1 beyond the target.

    None without a value (milestones with steps need none) and while start, target or band is not known yet.
    A milestone without steps takes its value as the finished share, 0 to 1.
    """
    match metric.direction:
        case Direction.UP | Direction.DOWN:
            if current is None or metric.start is None or metric.target is None:
                return None
            return moved(metric.start, metric.target, current)
        case Direction.WITHIN:
            return None if current is None else _within(metric, current)
        case Direction.DONE:
            return _finished(metric.steps) if metric.steps else current


def moved(start: Decimal, target: Decimal, value: Decimal) -> Decimal:
    """The share of the way from start to target that a value has made."""
    way = target - start
    if not way:
        raise BadMetric("start and target are the same")
    return (value - start) / way


def _within(metric: Metric, value: Decimal) -> Decimal | None:
    low, high = metric.low, metric.high
    if low is None or high is None:
        return None
    if low <= value <= high:
        return ONE
    tolerance = high - low if metric.tolerance is None else metric.tolerance
    if tolerance <= 0:
        raise BadMetric("the band needs a positive tolerance")
    distance = low - value if value < low else value - high
    return ONE - distance / tolerance


def _finished(steps: tuple[Step, ...]) -> Decimal:
    total = sum((step.weight for step in steps), ZERO)
    if total <= 0:
        raise BadMetric("the weights of the steps sum to zero")
    return sum((step.weight for step in steps if step.done), ZERO) / total
