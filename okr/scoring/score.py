"""The score at the close of a quarter: the verdict, proposed from progress."""

from decimal import ROUND_HALF_UP, Decimal
from enum import StrEnum

from okr.scoring.metric import Ambition, Direction, Metric
from okr.scoring.precision import ONE, ZERO
from okr.scoring.progress import clamp, raw_progress

_TENTH = Decimal("0.1")


class Band(StrEnum):
    RED = "red"
    AMBER = "amber"
    GREEN = "green"


def propose_score(metric: Metric, current: Decimal | None) -> Decimal | None:
    """The score proposed at the close: clamped progress to one decimal, halves up (0.0 to 1.0).

    None without data, and for WITHIN: a health metric is not scored as ambition.
    """
    if metric.direction is Direction.WITHIN:
        return None
    progress = raw_progress(metric, current)
    return None if progress is None else clamp(progress).quantize(_TENTH, ROUND_HALF_UP)


def score_band(score: Decimal) -> Band:
    """Red to 0.3, amber 0.4 to 0.6, green from 0.7, after rounding to one decimal; ValueError outside 0..1."""
    if not ZERO <= score <= ONE:
        raise ValueError("a score is between 0 and 1")
    rounded = score.quantize(_TENTH, ROUND_HALF_UP)
    if rounded >= Decimal("0.7"):
        return Band.GREEN
    return Band.AMBER if rounded >= Decimal("0.4") else Band.RED


def misses_commitment(ambition: Ambition, score: Decimal) -> bool:
    """Whether the score asks for its reason: a committed key result expects 1.0."""
    return ambition is Ambition.COMMITTED and score < ONE
