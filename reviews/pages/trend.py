"""Read model of the trend: for the strategy and each tribe four small charts over its last periods, and their figures."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from okr import numbers
from okr.charts import SmallChart, small_chart
from okr.language import language
from okr.models import Quarter, Year
from okr.pages.years import YearHead, chosen, head_of, year_plans
from okr.readings import Clock
from okr.rows import score_of
from okr.shell import org_state
from orgs.models import Tribe
from reviews.trend import QUARTERS, YEARS, Point, Trend, begun, trend_of


@dataclass(frozen=True, slots=True)
class Drawn:
    chart: SmallChart
    said: str  # all its figures, for whoever cannot see it


@dataclass(frozen=True, slots=True)
class TrendRow:
    code: str  # "" for the strategy
    name: str
    url: str
    charts: list[Drawn]  # one for each of MEASURES


@dataclass(frozen=True, slots=True)
class FigureTable:
    title: str
    rows: list[tuple[str, str, list[str]]]  # code, name, a figure for each quarter


@dataclass(frozen=True, slots=True)
class TrendPage:
    head: YearHead | None
    heads: list[str]
    strategy: TrendRow | None
    rows: list[TrendRow]
    quarters: list[str]
    tables: list[FigureTable]
    years: list[str]
    of_years: list[tuple[str, list[str]]]  # measure, a figure for each year
    without: list[str]  # closed quarters in which nobody has a verdict
    running: list[str]


# ── Measures ─────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True)
class Measure:
    title: Callable[[], str]
    value: Callable[[Point], float | None]  # drawn
    text: Callable[[Point], str]  # beside the latest
    words: Callable[[Point], str]  # with what it is made of
    top: float | None = 1.0  # of the scale; None takes the largest there is


def _percent(share: Decimal | None) -> str:
    return "" if share is None else numbers.format_percent(share, language())


def _float(value: Decimal | None) -> float | None:
    return None if value is None else float(value)


def _score_text(point: Point) -> str:
    return "" if point.score is None else score_of(point.score)[0]


def _silent(point: Point) -> str:
    """Why there is no figure of verdicts."""
    if not point.total:
        return _("no key result")
    return _("no verdicts") if point.is_closed else _("not closed yet")


def _score_words(point: Point) -> str:
    if point.score is not None:
        return _score_text(point)
    return _("no score") if point.has_verdicts else _silent(point)


def _hit_words(point: Point) -> str:
    if point.committed is None:
        return _silent(point)
    if not point.committed:
        return _("none committed")
    said = pgettext("committed key results reached", "%(reached)s of %(n)s")
    return said % {"reached": point.reached, "n": point.committed}


def _made_words(point: Point) -> str:
    share = point.check_ins
    if not share.asked:
        return _("none due")
    return pgettext("check-ins made", "%(made)s of %(n)s") % {"made": share.made, "n": share.asked}


MEASURES = (
    Measure(lambda: _("Mean score"), lambda point: _float(point.score), _score_text, _score_words),
    Measure(
        lambda: _("Committed ones reached"),
        lambda point: _float(point.hit_rate),
        lambda point: _percent(point.hit_rate),
        _hit_words,
    ),
    Measure(
        lambda: pgettext("measure", "Key results"),
        lambda point: float(point.total),
        lambda point: str(point.total),
        lambda point: str(point.total),
        top=None,
    ),
    Measure(
        lambda: _("Check-ins made"),
        lambda point: _float(point.discipline),
        lambda point: _percent(point.discipline),
        _made_words,
    ),
)


# ── Page, strip, file ────────────────────────────────────────────────────────


def trend_page(clock: Clock, *, may_write: bool = False) -> TrendPage:
    """Six queries and the shell's, however many tribes and quarters. The order of tribes is the organization's own."""
    org, plans = clock.org, year_plans()
    plan = chosen(plans, None, clock.today)
    tribes = org_state(org, clock).tribes
    trend = trend_of(
        (tribe.pk for tribe in tribes),
        clock,
        quarters=begun([quarter for one in plans for quarter in one.quarters])[-QUARTERS:],
        years=begun([one.year for one in plans])[-YEARS:],
    )
    top = _most(trend)
    return TrendPage(
        head=head_of(plans, plan, clock, "reviews_trend", may_write=may_write) if plan else None,
        heads=[measure.title() for measure in MEASURES],
        strategy=_row("", _("Strategy"), reverse("strategy", args=[org.slug]), trend.strategy, _most_of(trend.strategy))
        if trend.years
        else None,
        rows=[
            _row(tribe.code, tribe.name, reverse("tribe", args=[org.slug, tribe.code]), trend.tribes[tribe.pk], top)
            for tribe in tribes
        ]
        if trend.quarters
        else [],
        quarters=[quarter.label for quarter in trend.quarters],
        tables=[
            FigureTable(
                measure.title(),
                [(tribe.code, tribe.name, list(map(measure.words, trend.tribes[tribe.pk]))) for tribe in tribes],
            )
            for measure in MEASURES
        ],
        years=[str(year.number) for year in trend.years],
        of_years=[(measure.title(), list(map(measure.words, trend.strategy))) for measure in MEASURES],
        without=_without_verdicts(trend),
        running=[quarter.label for quarter in trend.quarters if quarter.is_open],
    )


def strip_of(tribe: Tribe, clock: Clock, quarters: Sequence[Quarter]) -> list[tuple[str, Drawn]] | None:
    """A tribe's own four charts, each with its title; None while no more than one quarter has run. Four queries."""
    run = begun(quarters)[-QUARTERS:]
    if len(run) < 2:
        return None
    points = trend_of([tribe.pk], clock, quarters=run, years=[], only=tribe).tribes[tribe.pk]
    row = _row(tribe.code, tribe.name, "", points, _most_of(points))
    return list(zip((measure.title() for measure in MEASURES), row.charts, strict=True))


def exported(clock: Clock) -> Iterator[list[str]]:
    """Rows of a spreadsheet, a header first: every tribe's quarters, then the strategy's years. Shares are from 0 to 1."""
    yield [
        str(clock.org.tribe_label),
        _("Name"),
        _("Period"),
        _("State"),
        _("Mean score"),
        _("Key results"),
        _("With a verdict"),
        _("Committed"),
        _("Committed ones reached"),
        _("Hit rate"),
        _("Check-ins due"),
        _("Check-ins made"),
        _("Of those late"),
        _("Check-in discipline"),
    ]
    tribes = org_state(clock.org, clock).tribes
    trend = trend_of((tribe.pk for tribe in tribes), clock)
    for tribe in tribes:
        for point in trend.tribes[tribe.pk]:
            yield [tribe.code, tribe.name, *_cells(point)]
    for point in trend.strategy:
        yield ["", _("Strategy"), *_cells(point)]


def _cells(point: Point) -> list[str]:
    figures = (
        point.score,
        point.total,
        point.part.given if point.part is not None else 0,
        point.committed,
        point.reached,
        _rounded(point.hit_rate),
        point.check_ins.asked,
        point.check_ins.made,
        point.check_ins.late,
        _rounded(point.discipline),
    )
    return [
        _period_label(point.period),
        str(point.period.get_state_display()),
        *("" if figure is None else str(figure) for figure in figures),
    ]


def _rounded(share: Decimal | None) -> Decimal | None:
    return None if share is None else numbers.round_to(share, 3)


def _row(code: str, name: str, url: str, points: Sequence[Point], most: int) -> TrendRow:
    labels = [_period_label(point.period) for point in points]
    charts = []
    for measure in MEASURES:
        chart = small_chart(
            [measure.value(point) for point in points],
            [measure.text(point) for point in points],
            labels,
            top=float(most) if measure.top is None else measure.top,
            columns=measure.top is None,
        )
        figures = (f"{label} {measure.words(point)}" for label, point in zip(labels, points, strict=True))
        charts.append(Drawn(chart, f"{name}, {measure.title()}: {', '.join(figures)}"))
    return TrendRow(code, name, url, charts)


def _period_label(period: Year | Quarter) -> str:
    return period.label if isinstance(period, Quarter) else str(period.number)


def _most(trend: Trend) -> int:
    """All tribes share a scale."""
    return max((_most_of(points) for points in trend.tribes.values()), default=0)


def _most_of(points: Sequence[Point]) -> int:
    return max((point.total for point in points), default=0)


def _without_verdicts(trend: Trend) -> list[str]:
    return [
        quarter.label
        for place, quarter in enumerate(trend.quarters)
        if not quarter.is_open and not any(points[place].has_verdicts for points in trend.tribes.values())
    ]
