"""What a key result's check-ins say: key figures, the chart with its forecast in a sentence, and the check-ins themselves."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from okr import charts, scoring
from okr.earlier import Earlier, metric_on
from okr.models import CheckIn, KeyResult
from okr.pages.correction import correct_url, take_back_url
from okr.pages.earlier import earlier_of, earlier_words
from okr.pages.figures import Figures, day
from okr.querysets import RUNNING
from okr.readings import Clock, Reading
from orgs.models import Membership
from orgs.permissions import Permission, can

READ = 400  # more than a year of daily check-ins
LISTED = 10
IN_TABLE = 60
PINNED = 3  # the latest comments, numbered on the chart
DAYS_A_MONTH = Decimal("30.4375")
WEEK = 7


def check_ins_of(key_result: KeyResult) -> list[CheckIn]:
    """The latest check-ins with their authors, newest first: one query."""
    return list(CheckIn.objects.of([key_result.pk]).with_author()[:READ])


@dataclass(frozen=True, slots=True)
class Stat:
    label: str
    figure: str
    more: str = ""


@dataclass(frozen=True, slots=True)
class CheckInLine:
    check_in: CheckIn
    day: str
    value: str
    change: str  # since the one before, "" for the first
    expected: str  # on that day, "" where nothing is
    low_confidence: bool
    mood: str
    correct_url: str  # for its author, while it is the latest
    take_back_url: str  # likewise


@dataclass(frozen=True, slots=True)
class Measures:
    stats: list[Stat]
    band: str  # "Inside its band", for a key result to keep within one and with data
    trend: charts.Trend | None  # None without data, and for milestones
    chart_words: str
    earlier: list[str]  # "Target was 12 until 3 May", the latest first
    forecast_words: str  # "" where there is no forecast
    has_step_targets: bool
    notes: list[CheckInLine]  # behind the numbers on the chart, oldest first
    total: int
    latest: list[CheckInLine]
    table: list[CheckInLine]


def measures_of(
    key_result: KeyResult, reading: Reading, check_ins: Sequence[CheckIn], member: Membership, clock: Clock
) -> Measures:
    """`check_ins` newest first."""
    figures = Figures.of(key_result, clock, (row.value for row in check_ins))
    period = key_result.objective.span.period
    points = [(row.on, row.value) for row in reversed(check_ins)]
    measurable = not scoring.check_metric(key_result.as_metric)
    has_chart = bool(points) and measurable and key_result.direction != KeyResult.Direction.DONE
    targets = step_targets(key_result)
    earlier = earlier_of(key_result, clock)
    was = earlier_words(key_result, earlier, clock)
    within = [point for point in points if period.start <= point[0] <= period.end]
    forecast = scoring.forecast(within, period) if has_chart and clock.today <= period.end else None
    table = lines_of(key_result, check_ins, member, clock, earlier)
    notes = _notes(table[:LISTED], period) if has_chart else []
    return Measures(
        stats=_stats(key_result, reading, forecast, figures, clock),
        band=_band_words(key_result, figures),
        trend=charts.trend(
            key_result.as_metric,
            period,
            clock.today,
            within,
            wording=figures.wording,
            step_targets=targets,
            forecast=forecast,
            earlier=earlier,
            notes=[(line.check_in.on, line.check_in.value) for line in notes],
        )
        if has_chart
        else None,
        chart_words=_chart_words(key_result, reading, forecast, figures, was),
        earlier=was,
        forecast_words=_forecast_words(key_result, forecast, len({on for on, _ in within}), figures),
        has_step_targets=bool(targets),
        notes=notes,
        total=len(check_ins),
        latest=table[:LISTED],
        table=table[:IN_TABLE],
    )


def step_targets(key_result: KeyResult) -> tuple[scoring.StepTarget, ...]:
    return tuple(scoring.StepTarget(row.on, row.value) for row in key_result.known_step_targets)


# ── Key figures ──────────────────────────────────────────────────────────────


def _stats(
    key_result: KeyResult, reading: Reading, forecast: scoring.Forecast | None, figures: Figures, clock: Clock
) -> list[Stat]:
    current, expected, period = key_result.current, reading.expected_value, key_result.objective.span.period
    over = clock.today > period.end
    stats = []
    if current is not None and key_result.checked_on is not None:
        on = key_result.checked_on
        label = _("At the end") if over else _("Now")
        stats.append(Stat(label, figures.value(current), "" if on == clock.today else day(on, clock.today)))
    elif key_result.start is not None:
        stats.append(Stat(_("Start"), figures.value(key_result.start)))
    if key_result.direction == KeyResult.Direction.WITHIN:
        stats.append(Stat(_("To keep within"), band_text(key_result, figures)))
    elif expected is not None and clock.today >= period.start and key_result.stage in RUNNING:
        gap = "" if current is None else figures.change(current - expected)
        label = _("Expected at the end") if over else _("Expected today")
        stats.append(Stat(label, figures.computed(expected), gap))
    if current is None and key_result.target is not None:
        stats.append(Stat(_("Target"), figures.value(key_result.target)))
    if forecast is not None:
        bare, decimals = figures.wording.bare, figures.decimals
        spread = {"low": bare(forecast.low, decimals), "high": bare(forecast.high, decimals)}
        label = _("Forecast, end of year") if key_result.is_strategic else _("Forecast, end of quarter")
        stats.append(Stat(label, figures.computed(forecast.value), _("%(low)s to %(high)s") % spread))
    return stats


def band_text(key_result: KeyResult, figures: Figures) -> str:
    """ "40 to 60%"."""
    if key_result.low is None or key_result.high is None:
        return ""
    low, high = figures.span(key_result.low, key_result.high)
    return _("%(low)s to %(high)s") % {"low": low, "high": high}


def _band_words(key_result: KeyResult, figures: Figures) -> str:
    current, low, high = key_result.current, key_result.low, key_result.high
    if key_result.direction != KeyResult.Direction.WITHIN or current is None or low is None or high is None:
        return ""
    if low <= current <= high:
        return _("Inside its band")
    if current > high:
        return _("%(distance)s above its band") % {"distance": figures.distance(current - high)}
    return _("%(distance)s below its band") % {"distance": figures.distance(low - current)}


# ── The chart and its forecast, in words ─────────────────────────────────────


def _chart_words(
    key_result: KeyResult,
    reading: Reading,
    forecast: scoring.Forecast | None,
    figures: Figures,
    earlier: Sequence[str],
) -> str:
    """The chart in one sentence, for those who cannot see it; the table beside it has every figure."""
    parts = []
    if key_result.start is not None:
        parts.append(_("from %(value)s") % {"value": figures.value(key_result.start)})
    if key_result.current is not None:
        parts.append(_("now %(value)s") % {"value": figures.value(key_result.current)})
    if reading.expected_value is not None:
        parts.append(_("expected %(value)s") % {"value": figures.computed(reading.expected_value)})
    if forecast is not None:
        parts.append(_("forecast %(value)s") % {"value": figures.computed(forecast.value)})
    if key_result.direction == KeyResult.Direction.WITHIN:
        parts.append(_("to keep within %(band)s") % {"band": band_text(key_result, figures)})
    elif key_result.target is not None:
        parts.append(_("target %(value)s") % {"value": figures.value(key_result.target)})
    words = _("Chart: %(parts)s") % {"parts": ", ".join(parts)}
    return ". ".join([words, *earlier])


def _forecast_words(key_result: KeyResult, forecast: scoring.Forecast | None, days: int, figures: Figures) -> str:
    if forecast is None:
        return ""
    if key_result.is_strategic:
        pace = _("%(change)s a month") % {"change": figures.change(forecast.slope * DAYS_A_MONTH, finer=1)}
    else:
        pace = _("%(change)s a week") % {"change": figures.change(forecast.slope * WEEK, finer=1)}
    start = ngettext(
        "At the pace of the last %(count)s check-in (%(pace)s),",
        "At the pace of the last %(count)s check-ins (%(pace)s),",
        days,
    ) % {"count": days, "pace": pace}
    return f"{start} {_outcome(key_result, forecast, figures)}"


def _outcome(key_result: KeyResult, forecast: scoring.Forecast, figures: Figures) -> str:
    low, high = key_result.low, key_result.high
    if key_result.direction == KeyResult.Direction.WITHIN and low is not None and high is not None:
        outside = max(forecast.value - high, low - forecast.value)
        if outside <= 0:
            return _("it would end inside its band.")
        return _("it would end %(distance)s outside its band.") % {"distance": figures.distance(outside)}
    short = (key_result.target or Decimal(0)) - forecast.value
    if key_result.direction == KeyResult.Direction.DOWN:
        short = -short
    distance = figures.distance(short)
    if distance == figures.distance(Decimal(0)):
        return _("the target would be reached.")
    if short > 0:
        return _("the target would be missed by %(distance)s.") % {"distance": distance}
    return _("the target would be passed by %(distance)s.") % {"distance": distance}


# ── Check-ins ────────────────────────────────────────────────────────────────


def lines_of(
    key_result: KeyResult,
    check_ins: Sequence[CheckIn],
    member: Membership,
    clock: Clock,
    earlier: Sequence[Earlier] = (),
) -> list[CheckInLine]:
    """The latest IN_TABLE check-ins, newest first; each beside what was expected of it by the target then in force."""
    figures = Figures.of(key_result, clock, (row.value for row in check_ins))
    span = key_result.objective.span
    metric, targets = key_result.as_metric, step_targets(key_result)
    correctable = key_result.takes_check_ins
    page = reverse("key_result", args=[clock.org.slug, key_result.pk])
    lines = []
    for place, check_in in enumerate(check_ins[:IN_TABLE]):
        check_in.key_result = key_result
        before = check_ins[place + 1] if place + 1 < len(check_ins) else None
        held = metric_on(metric, earlier, check_in.on)
        expected = scoring.expected_value(held, span.period, check_in.on, targets)
        mine = correctable and place == 0 and can(member, Permission.CORRECT_CHECK_IN, check_in)
        sure = [row.confidence for row in (before, check_in) if row is not None]
        lines.append(
            CheckInLine(
                check_in=check_in,
                day=day(check_in.on, clock.today),
                value=figures.value(check_in.value),
                change="" if before is None else figures.change(check_in.value - before.value),
                expected="" if expected is None else figures.computed(expected),
                low_confidence=scoring.confidence_mark(sure, clock.thresholds),
                mood=check_in.get_mood_display() if check_in.mood else "",
                correct_url=correct_url(check_in, clock.org.slug, back_to=page) if mine else "",
                take_back_url=take_back_url([check_in], clock.org.slug, back_to=page) if mine else "",
            )
        )
    return lines


def _notes(latest: Sequence[CheckInLine], period: scoring.Period) -> list[CheckInLine]:
    """Those with a comment among them, which are newest first."""
    said = [line for line in latest if line.check_in.comment and period.start <= line.check_in.on <= period.end]
    return said[:PINNED][::-1]


def next_due_text(key_result: KeyResult, today: dt.date) -> str:
    return day(key_result.next_due_on, today) if key_result.next_due_on else ""
