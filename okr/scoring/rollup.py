"""Roll-ups: an objective or a tribe from its key results."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal

from okr.scoring.precision import ONE, ZERO, precise
from okr.scoring.progress import clamp
from okr.scoring.statuses import DEFAULT_THRESHOLDS, Status, Thresholds, pace_status


class ZeroWeight(ValueError):
    """Weights that cannot be averaged: one is negative, or all are zero."""


@dataclass(frozen=True, slots=True)
class RollUp:
    """A weighted mean (0 to 1) and its coverage: `covered` of `total` key results have data."""

    progress: Decimal | None
    covered: int
    total: int


@precise
def roll_up(parts: Iterable[tuple[Decimal | None, Decimal]]) -> RollUp:
    """Weighted mean of (progress, weight) pairs, each progress clamped to 0..1 first.

    A key result without data (None) is left out of the mean, counted in `total`, and so said in the coverage; the last
    value of a silent one still counts. Progress is None when nothing that weighs has data. Raises ZeroWeight on a
    negative weight, or when there are parts and all weigh zero. The same mean over expected progress, with None where
    the progress is None, gives the tick that belongs to it.
    """
    covered = total = 0
    weights = covered_weight = weighted = ZERO
    for progress, weight in parts:
        if weight < 0:
            raise ZeroWeight("a weight is negative")
        total += 1
        weights += weight
        if progress is not None:
            covered += 1
            covered_weight += weight
            weighted += weight * clamp(progress)
    if total and not weights:
        raise ZeroWeight("the weights sum to zero")
    return RollUp(weighted / covered_weight if covered_weight else None, covered, total)


def roll_up_status(
    statuses: Sequence[Status],
    progress: Decimal | None,
    expected: Decimal | None,
    thresholds: Thresholds = DEFAULT_THRESHOLDS,
) -> Status:
    """How an objective or a tribe stands, from its key results' statuses and its two rolled-up figures.

    Half or more without fresh news: no update where any of them fell silent, pending where none was ever measured.
    Otherwise achieved where every one is (key results kept within a band on track), else the pace of the mean progress
    against the mean expected, with the same thresholds; never off track without a key result that is, which hands on
    the grace of the first days.
    """
    silent = statuses.count(Status.NO_UPDATE)
    if 2 * (silent + statuses.count(Status.PENDING)) >= len(statuses):
        return Status.NO_UPDATE if silent else Status.PENDING
    if progress is None or expected is None:
        return Status.PENDING
    if progress >= ONE:
        return Status.ACHIEVED if Status.ACHIEVED in statuses else Status.ON_TRACK
    judged = pace_status(progress, expected, thresholds)
    return Status.AT_RISK if judged is Status.OFF_TRACK and Status.OFF_TRACK not in statuses else judged
