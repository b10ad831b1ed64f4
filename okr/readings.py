"""What a key result says today: the method's arithmetic applied to a row. Pages, API and exports all read through here."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from functools import cached_property

from django.utils import timezone

from okr import scoring
from okr.due import Rhythm
from okr.models import KeyResult
from okr.models.key_result import CADENCE_DAYS
from orgs.models import Organization


@dataclass(frozen=True)
class Clock:
    """Today in the organization's time zone, with the organization's settings of the method."""

    org: Organization
    today: dt.date

    @classmethod
    def of(cls, org: Organization) -> "Clock":
        return cls(org, timezone.now().astimezone(org.zone).date())

    @cached_property
    def thresholds(self) -> scoring.Thresholds:
        org = self.org
        return scoring.Thresholds(
            on_track=org.on_track_pace,
            at_risk=org.at_risk_pace,
            grace=org.grace_share,
            stale_days=org.stale_days,
            low_confidence=org.low_confidence,
            confidence_fall=org.confidence_fall,
        )

    @cached_property
    def asked_until(self) -> dt.date:
        """Check-ins due by this day are asked for today."""
        return self.rhythm.asked_until(self.today)

    @cached_property
    def rhythm(self) -> Rhythm:
        """Of the tribes' check-ins."""
        return Rhythm.of(self.org)

    def rhythm_of(self, key_result: KeyResult) -> Rhythm:
        return Rhythm.of(self.org, key_result.cadence_of)

    def cadence_days(self, key_result: KeyResult) -> int:
        return CADENCE_DAYS[getattr(self.org, key_result.cadence_of)]


@dataclass(frozen=True, slots=True)
class Reading:
    """One key result, today. `progress` and `expected` are shares (1 = the target), unclamped; None without data."""

    key_result: KeyResult
    progress: Decimal | None
    expected: Decimal | None
    expected_value: Decimal | None
    status: scoring.Status
    low_confidence: bool

    @property
    def bar(self) -> int:
        """Fill of the bar, 0 to 100."""
        return _percent(self.progress)

    @property
    def tick(self) -> int | None:
        """Where the expected-today tick stands, 0 to 100; None when nothing is expected yet."""
        return _percent(self.expected) if self.expected else None


def _percent(share: Decimal | None) -> int:
    if share is None:
        return 0
    return int((scoring.clamp(share) * 100).to_integral_value(ROUND_HALF_UP))


def read(key_result: KeyResult, clock: Clock) -> Reading:
    """Needs `objective` with its year or quarter, and its step targets loaded (KeyResultQuerySet.with_step_targets)."""
    metric = key_result.as_metric
    period = key_result.objective.span.period
    targets = tuple(scoring.StepTarget(target.on, target.value) for target in key_result.known_step_targets)
    current = key_result.current
    measurable = not scoring.check_metric(metric)
    confidences = [value for value in (key_result.previous_confidence, key_result.confidence) if value is not None]
    return Reading(
        key_result=key_result,
        progress=scoring.raw_progress(metric, current) if measurable else None,
        expected=scoring.expected_progress(metric, period, clock.today, targets) if measurable else None,
        expected_value=scoring.expected_value(metric, period, clock.today, targets) if measurable else None,
        status=scoring.status(
            metric,
            current,
            period=period,
            today=clock.today,
            last_check_in=key_result.checked_on,
            cadence_days=clock.cadence_days(key_result),
            thresholds=clock.thresholds,
            step_targets=targets,
        )
        if measurable
        else scoring.Status.PENDING,
        low_confidence=scoring.confidence_mark(confidences, clock.thresholds),
    )


@dataclass(frozen=True, slots=True)
class Summary:
    """An objective or a tribe, from the readings of its key results."""

    progress: Decimal | None
    expected: Decimal | None
    status: scoring.Status
    updated: int  # how many of the `total` have a measurement and are not silent
    total: int
    counts: dict[scoring.Status, int]

    @property
    def bar(self) -> int:
        return _percent(self.progress)

    @property
    def tick(self) -> int | None:
        return _percent(self.expected) if self.expected else None


def summarize(readings: Iterable[Reading], clock: Clock) -> Summary:
    """Weighted mean of the key results' clamped progress, with its coverage ("3 of 4 key results updated").

    The last value of a silent key result stays in the mean, but does not count as updated.
    """
    rows = list(readings)
    counts: dict[scoring.Status, int] = {}
    for row in rows:
        counts[row.status] = counts.get(row.status, 0) + 1
    if not rows or not any(row.key_result.weight for row in rows):
        return Summary(None, None, scoring.Status.PENDING, 0, len(rows), counts)
    mean = scoring.roll_up((row.progress, row.key_result.weight) for row in rows)
    # What is expected of the same key results that the mean is taken over, so that bar and tick belong together.
    due = scoring.roll_up((row.expected if row.progress is not None else None, row.key_result.weight) for row in rows)
    return Summary(
        progress=mean.progress,
        expected=due.progress,
        status=scoring.roll_up_status([row.status for row in rows], mean.progress, due.progress, clock.thresholds),
        updated=len(rows) - counts.get(scoring.Status.PENDING, 0) - counts.get(scoring.Status.NO_UPDATE, 0),
        total=len(rows),
        counts=counts,
    )
