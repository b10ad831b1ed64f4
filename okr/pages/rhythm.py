"""Tribes × weeks of a quarter: which of the check-ins that were asked for were made, or how sure their owners were."""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from django.db.models import Q
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from okr import numbers
from okr.language import language
from okr.models import CheckIn, KeyResult, Quarter
from okr.pages.rhythm_layers import (
    STRATEGIC,
    Cell,
    Painted,
    Painter,
    Said,
    confidence_legend,
    discipline_legend,
    of_confidence,
    of_discipline,
)
from okr.pages.years import Choice, YearHead, YearPlan, chosen, head_of, year_plans
from okr.readings import Clock
from okr.shell import org_state
from orgs.models import Organization

DISCIPLINE, CONFIDENCE = "discipline", "confidence"
WEEK = dt.timedelta(weeks=1)


@dataclass(frozen=True, slots=True)
class Week:
    label: str  # "W21"
    day: str  # its Monday, "18 May"
    current: bool


@dataclass(frozen=True, slots=True)
class RhythmRow:
    code: str  # "" for the strategic row
    name: str
    url: str
    cells: SafeString
    total: str  # "31 of 36"
    total_words: str


@dataclass(slots=True)
class RhythmPage:
    head: YearHead
    quarter: str = ""  # "Q2 2026", "" while the year has no quarter
    layer: str = DISCIPLINE
    layers: list[Choice] = field(default_factory=list)
    quarters: list[Choice] = field(default_factory=list)
    weeks: list[Week] = field(default_factory=list)
    rows: list[RhythmRow] = field(default_factory=list)
    legend: list[tuple[str, str]] = field(default_factory=list)  # (look of the cell, what it says)


def rhythm_page(
    org: Organization, *, year: str = "", quarter_slug: str = "", layer: str = "", may_write: bool = False
) -> RhythmPage | None:
    """Five queries and the shell's, however many tribes. What is asked for and not there is the current one; None where
    there is no year at all."""
    clock, plans = Clock.of(org), year_plans()
    plan, quarter = _asked(plans, year, quarter_slug.lower(), clock)
    if plan is None:
        return None
    head = head_of(plans, plan, clock, "rhythm", may_write=may_write)
    if quarter is None:
        return RhythmPage(head)
    layer = CONFIDENCE if layer == CONFIDENCE else DISCIPLINE
    key_results = _key_results(plan, quarter)
    said = _said(key_results)
    mondays = quarter.weeks()
    if layer == DISCIPLINE:
        legend, painter = discipline_legend(), of_discipline(key_results, said, mondays, clock)
    else:
        legend, painter = confidence_legend(clock), of_confidence(key_results, said, mondays, clock)
    return RhythmPage(
        head=head,
        quarter=quarter.label,
        layer=layer,
        layers=[
            Choice(label, f"?quarter={quarter.slug}&layer={key}", key == layer)
            for key, label in ((DISCIPLINE, _("Check-ins made")), (CONFIDENCE, _("Mean confidence")))
        ],
        quarters=[
            Choice(row.short_label, f"?quarter={row.slug}&layer={layer}", row is quarter) for row in plan.quarters
        ],
        weeks=[
            Week(
                numbers.format_week(monday, language(), short=True),
                numbers.format_date(monday, language(), "short"),
                monday <= clock.today < monday + WEEK,
            )
            for monday in mondays
        ],
        rows=_rows(painter, plan, quarter, clock),
        legend=legend,
    )


def _asked(
    plans: Sequence[YearPlan], year: str, quarter_slug: str, clock: Clock
) -> tuple[YearPlan | None, Quarter | None]:
    for plan in plans:
        for quarter in plan.quarters:
            if quarter.slug == quarter_slug:
                return plan, quarter
    named = next((plan for plan in plans if str(plan.year.number) == year), None)
    current = named or chosen(plans, None, clock.today)
    return current, current.current_quarter(clock.today) if current else None


def _key_results(plan: YearPlan, quarter: Quarter) -> list[KeyResult]:
    """Of the quarter and of its year: one query."""
    of_it = Q(objective__quarter_id=quarter.pk) | Q(objective__year_id=plan.year.pk)
    rows = list(KeyResult.objects.running().filter(of_it).select_related("objective"))
    for row in rows:  # one for all: loading them with each row costs more than the rest
        if row.objective.quarter_id:
            row.objective.quarter = quarter
        else:
            row.objective.year = plan.year
    return rows


def _said(key_results: Sequence[KeyResult]) -> dict[int, list[Said]]:
    said: dict[int, list[Said]] = defaultdict(list)
    rows = CheckIn.objects.of([row.pk for row in key_results]).order_by("on", "pk")
    for pk, on, confidence in rows.values_list("key_result_id", "on", "confidence"):
        said[pk].append(Said(on, confidence))
    return said


# ── Rows ─────────────────────────────────────────────────────────────────────


def _rows(painter: Painter, plan: YearPlan, quarter: Quarter, clock: Clock) -> list[RhythmRow]:
    """The strategic key results, then the tribes in the organization's own order: nobody is ranked."""
    org, mondays = clock.org, quarter.weeks()
    strategy = reverse("strategy_year", args=[org.slug, plan.year.number])
    rows = [_row("", _("Strategic key results"), strategy, painter.get(STRATEGIC), mondays)]
    for tribe in org_state(org, clock).tribes:
        url = reverse("tribe_quarter", args=[org.slug, tribe.code, quarter.slug])
        rows.append(_row(tribe.code, tribe.name, url, painter.get(tribe.pk), mondays))
    return rows


def _row(code: str, name: str, url: str, painted: Painted | None, mondays: Sequence[dt.date]) -> RhythmRow:
    painted = painted or Painted([Cell("none", "", _("nothing due")) for _monday in mondays])
    cells = format_html_join("", "{}", ((cell,) for cell in _cells(painted.cells, name, url, mondays)))
    return RhythmRow(code, name, url, cells, painted.total, painted.total_words)


def _cells(cells: Iterable[Cell], name: str, url: str, mondays: Sequence[dt.date]) -> Iterable[SafeString]:
    for cell, monday in zip(cells, mondays, strict=True):
        week = numbers.format_week(monday, language(), short=True)
        yield format_html(
            '<td><a class="{}" href="{}" title="{}"><span aria-hidden="true">{}</span><span class="sr">{}</span></a></td>',
            cell.look,
            url,
            f"{name}, {week}: {cell.words}",
            cell.text,
            f"{week}: {cell.words}",
        )
