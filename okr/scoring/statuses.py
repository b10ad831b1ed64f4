"""Status: how a key result stands today, and the mark on a worrying confidence."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Context, Decimal
from enum import StrEnum

from okr.scoring.expected import elapsed_share, expected_progress
from okr.scoring.metric import Direction, Metric, Period, StepTarget
from okr.scoring.precision import ONE, precise
from okr.scoring.progress import raw_progress

# Paces keep 20 of the 34 digits, or an expected share such as 2/3 would push an exact 90 % under its threshold.
_PACE = Context(prec=20)


class Status(StrEnum):
    PENDING = "pending"
    ON_TRACK = "on_track"
    AT_RISK = "at_risk"
    OFF_TRACK = "off_track"
    ACHIEVED = "achieved"
    NO_UPDATE = "no_update"


@dataclass(frozen=True, slots=True)
class Thresholds:
    """An organization's settings for status and confidence."""

    on_track: Decimal = Decimal("0.9")
    at_risk: Decimal = Decimal("0.6")
    grace: Decimal = Decimal("0.1")
    stale_days: int = 7
    low_confidence: int = 3
    confidence_fall: int = 3


DEFAULT_THRESHOLDS = Thresholds()


@precise
def pace(progress: Decimal, expected: Decimal) -> Decimal | None:
    """Progress / expected; None when nothing is expected yet.

    Where step targets expect less than the start (a seasonal dip), the shortfall is measured against the size of the
    dip, so that doing better than expected is still a pace above 1: 1 − (expected − progress) / |expected|.
    """
    if not expected:
        return None
    return _PACE.plus(ONE - (expected - progress) / abs(expected))


def is_silent(
    *, period: Period, today: date, last_check_in: date, cadence_days: int, thresholds: Thresholds = DEFAULT_THRESHOLDS
) -> bool:
    """Whether the last check-in is older than its cadence + `stale_days`.

    Once the period is over, the age is taken on its last day: a key result that was up to date then stays so for ever.
    """
    until = silent_after(last_check_in=last_check_in, cadence_days=cadence_days, thresholds=thresholds)
    return min(today, period.end) > until


def silent_after(*, last_check_in: date, cadence_days: int, thresholds: Thresholds = DEFAULT_THRESHOLDS) -> date:
    """The last day on which it is not yet silent, within its period."""
    return last_check_in + timedelta(days=cadence_days + thresholds.stale_days)


def status(
    metric: Metric,
    current: Decimal | None,
    *,
    period: Period,
    today: date,
    last_check_in: date | None,
    cadence_days: int,
    thresholds: Thresholds = DEFAULT_THRESHOLDS,
    step_targets: Sequence[StepTarget] = (),
) -> Status:
    """How a key result stands, in this order: never measured, silent, achieved, then its pace.

    Ticked steps of a milestone are no check-in: without one the status is pending like any other. A value whose
    progress cannot be known yet (no baseline) is pending too.
    """
    if last_check_in is None:
        return Status.PENDING
    if is_silent(
        period=period, today=today, last_check_in=last_check_in, cadence_days=cadence_days, thresholds=thresholds
    ):
        return Status.NO_UPDATE
    progress = raw_progress(metric, current)
    if progress is None:
        return Status.PENDING
    if metric.direction is Direction.WITHIN:
        judged = _band_status(progress)
    elif progress >= ONE:
        return Status.ACHIEVED
    else:
        judged = pace_status(progress, expected_progress(metric, period, today, step_targets), thresholds)
    if judged is Status.OFF_TRACK and elapsed_share(period, today) <= thresholds.grace:
        return Status.AT_RISK
    return judged


def _band_status(progress: Decimal) -> Status:
    """Inside the band; within half the tolerance outside it (progress ½ or more); further out."""
    if progress >= ONE:
        return Status.ON_TRACK
    return Status.AT_RISK if progress * 2 >= ONE else Status.OFF_TRACK


def pace_status(progress: Decimal, expected: Decimal, thresholds: Thresholds) -> Status:
    """The status its pace gives a progress below 1; the first days' grace is the caller's to apply."""
    ratio = pace(progress, expected)
    if ratio is None:
        # Nothing expected yet: only a value worse than the start is behind, and behind by any measure.
        return Status.ON_TRACK if progress >= 0 else Status.OFF_TRACK
    if ratio >= thresholds.on_track:
        return Status.ON_TRACK
    return Status.AT_RISK if ratio >= thresholds.at_risk else Status.OFF_TRACK


def confidence_mark(confidences: Sequence[int], thresholds: Thresholds = DEFAULT_THRESHOLDS) -> bool:
    """Whether the latest confidence (last of the sequence, 1 to 10) deserves a mark: low, or fallen since the previous
    check-in."""
    if not confidences:
        return False
    if confidences[-1] <= thresholds.low_confidence:
        return True
    return len(confidences) > 1 and confidences[-2] - confidences[-1] >= thresholds.confidence_fall
