"""Invents how each key result came to where it is: the same for the same content and day, whoever loads it."""

import datetime as dt
import random
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from okr import scoring
from okr.demo.shapes import LAST_MONTH, LAST_WEEK, SILENT, THIS_WEEK, KeyResultSpec
from okr.scoring import Direction, Metric, Period, StepTarget

DAY = dt.timedelta(days=1)
WEEK = dt.timedelta(weeks=1)
SHORT_OF_TARGET = Decimal("0.97")  # what is not there yet when the figures were written does not get there by itself


@dataclass(frozen=True, slots=True)
class Moment:
    """A check-in to be: `done` is how many steps are finished by then."""

    on: dt.date
    value: Decimal
    confidence: int
    comment: str
    mood: str
    done: int = 0


@dataclass(frozen=True, slots=True)
class Track:
    """What a series is drawn from. `reference` is the day that the content's figures are written for; None when the
    period is closed and its figures final. `quiet` is how long silence has lasted where there is silence."""

    metric: Metric
    targets: tuple[StepTarget, ...]
    period: Period
    today: dt.date
    reference: dt.date | None
    quiet: dt.timedelta
    missed: float = 0.1  # how often a check-in was left out


def history_of(spec: KeyResultSpec, track: Track, seed: str, remarks: Sequence[str]) -> list[Moment]:
    """Check-ins, oldest first; none for a key result that was never measured."""
    if not spec.now:
        return []
    dice = random.Random(seed)  # noqa: S311
    days = _days(spec, track, dice)
    values, done = _values(spec, track, days, dice)
    sentences = _sentences(spec, len(days), remarks, dice)
    confidences = _confidences(spec, len(days), dice)
    return [
        Moment(on, value, confidence, *sentence, finished)
        for on, value, confidence, sentence, finished in zip(days, values, confidences, sentences, done, strict=True)
    ]


def _days(spec: KeyResultSpec, track: Track, dice: random.Random) -> list[dt.date]:
    """Working days, from soon after the period began to the latest check-in."""
    day = _latest(spec, track, dice)
    days = [day]
    while True:
        if spec.last == LAST_MONTH:
            day = _month_end_before(day)
            candidate = day
        else:
            day -= dt.timedelta(days=spec.every)
            candidate = workday(day + DAY * dice.randrange(3))
        if day < track.period.start + 2 * DAY:
            return days[::-1]
        # Now and then a week is missed, but not lately.
        if len(days) < 3 or dice.random() > track.missed:
            days.append(candidate)


def _latest(spec: KeyResultSpec, track: Track, dice: random.Random) -> dt.date:
    if track.reference is None:
        return workday(track.period.end - DAY * dice.randrange(5))
    monday = track.today - DAY * track.today.weekday()
    few = DAY * dice.randrange(3)
    return {
        THIS_WEEK: min(monday + few, track.today),
        LAST_WEEK: monday - WEEK + few,
        LAST_MONTH: _month_end_before(track.today),
        SILENT: monday - track.quiet + few,
    }[spec.last]


def workday(day: dt.date) -> dt.date:
    """The day, or the Friday before a weekend."""
    return day - DAY * max(day.weekday() - 4, 0)


def _month_end_before(day: dt.date) -> dt.date:
    """The last working day of the month before."""
    return workday(day.replace(day=1) - DAY)


def _values(
    spec: KeyResultSpec, track: Track, days: list[dt.date], dice: random.Random
) -> tuple[list[Decimal], list[int]]:
    """What was measured on each day, and how many steps were finished."""
    if spec.steps:
        return _milestones(spec, track, days)
    last, grain = _latest_value(spec, track, days[-1]), _grain(spec.now)
    first, swing = _course(track.metric, last)
    bend = Decimal(str(round(dice.uniform(0.8, 1.3), 2)))
    length = Decimal(max((days[-1] - track.period.start).days, 1))
    values = []
    for day in days[:-1]:
        way = (Decimal((day - track.period.start).days) / length) ** bend
        noise = swing * Decimal(str(round(dice.uniform(-1, 1), 3)))
        values.append(_rounded(first + (last - first) * way + noise, grain))
    return [*values, last], [0] * len(days)


def _course(metric: Metric, last: Decimal) -> tuple[Decimal, Decimal]:
    """Where the values set out from, and how far they stray from the way."""
    if metric.low is not None and metric.high is not None:
        return (metric.low + metric.high) / 2, (metric.high - metric.low) / 4
    if metric.start is None or metric.target is None:
        return last, Decimal(0)
    return metric.start, max(abs(last - metric.start), abs(metric.target - metric.start) / 4) / 6


def _latest_value(spec: KeyResultSpec, track: Track, day: dt.date) -> Decimal:
    """`now`, moved from the reference day to today at the same pace: a key result at risk in May is so in November."""
    now = Decimal(spec.now)
    share = _share_of_way(track, scoring.raw_progress(track.metric, now), spec.last == SILENT, day)
    if share is None or track.metric.start is None or track.metric.target is None:
        return now
    return _rounded(track.metric.start + (track.metric.target - track.metric.start) * share, _grain(spec.now))


def _share_of_way(track: Track, progress: Decimal | None, silent: bool, day: dt.date) -> Decimal | None:
    """The progress to show; None where the figure stands as written: closed, achieved, or kept within a band."""
    if track.reference is None or track.metric.direction is Direction.WITHIN or progress is None or progress >= 1:
        return None
    as_of = day if silent else track.today
    then = scoring.expected_progress(track.metric, track.period, track.reference, track.targets)
    by_now = scoring.expected_progress(track.metric, track.period, as_of, track.targets)
    return min(progress * by_now / then, SHORT_OF_TARGET)


def _milestones(spec: KeyResultSpec, track: Track, days: list[dt.date]) -> tuple[list[Decimal], list[int]]:
    total = len(spec.steps)
    share = _share_of_way(track, Decimal(spec.now) / total, False, days[-1])
    finished = int(spec.now) if share is None else round(share * total)
    done = [finished * (place + 1) // len(days) for place in range(len(days))]
    return [(Decimal(steps) / total).quantize(Decimal("0.0001")) for steps in done], done


def _grain(now: str) -> Decimal:
    """The step that a figure is written in: 0.1 for "59.2", 1 for "88", 100 000 for "13100000"."""
    figure = Decimal(now)
    exponent = (figure.normalize() if abs(figure) >= 10_000 else figure).as_tuple().exponent
    assert isinstance(exponent, int)
    return Decimal(1).scaleb(exponent)


def _rounded(value: Decimal, grain: Decimal) -> Decimal:
    return (value / grain).to_integral_value() * grain


def _confidences(spec: KeyResultSpec, count: int, dice: random.Random) -> list[int]:
    """From 5, where confidence starts, to where it is."""
    before = spec.confidence_before or spec.confidence
    walk = []
    for place in range(count - 1):
        middle = 5 + (before - 5) * (place + 1) / count
        walk.append(min(max(round(middle + dice.uniform(-0.8, 0.8)), 2), 9))
    if walk and spec.confidence_before:
        walk[-1] = spec.confidence_before
    return [*walk, spec.confidence]


def _sentences(spec: KeyResultSpec, count: int, remarks: Sequence[str], dice: random.Random) -> list[tuple[str, str]]:
    """(comment, mood) of each check-in: what the content says of the latest, here and there a remark before."""
    told = [(said, "") if isinstance(said, str) else said for said in spec.comments][-count:]
    before = [(dice.choice(remarks), "") if dice.random() < 0.3 else ("", "") for _ in range(count - len(told))]
    return [*before, *told]
