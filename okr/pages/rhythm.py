"""Tribes × weeks of a quarter: which of the check-ins that were asked for were made, or how sure their owners were."""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from django.db.models import Q
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from okr import numbers
from okr.asked import turns_of
from okr.discipline import Share, Turn
from okr.language import language
from okr.models import CheckIn, KeyResult, Quarter
from okr.pages.years import Choice, YearHead, YearPlan, chosen, head_of, year_plans
from okr.readings import Clock
from okr.shell import org_state
from orgs.models import Cadence, Organization

DISCIPLINE, CONFIDENCE = "discipline", "confidence"
STRATEGIC = 0  # the row of the CoDir's key results, beside the ids of tribes
WEEK = dt.timedelta(weeks=1)
SURE = Decimal(7)


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


@dataclass(frozen=True, slots=True)
class Said:
    """A check-in: when, and how sure."""

    on: dt.date
    confidence: int


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
        legend, painter = _discipline_legend(), _discipline(key_results, said, mondays, clock)
    else:
        legend, painter = _confidence_legend(clock), _confidence(key_results, said, mondays, clock)
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


def _row_of(key_result: KeyResult) -> int:
    return key_result.objective.tribe_id or STRATEGIC


def _monday(day: dt.date) -> dt.date:
    return day - dt.timedelta(days=day.weekday())


# ── Layers ───────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True)
class Cell:
    look: str
    text: str
    words: str  # what it says to those who cannot see its place


@dataclass(frozen=True, slots=True)
class Painted:
    """A row's cells, one a week, and what they come to."""

    cells: list[Cell]
    total: str = ""
    total_words: str = ""


Painter = Mapping[int, Painted]  # by row


def _discipline(
    key_results: Sequence[KeyResult], said: Mapping[int, Sequence[Said]], mondays: Sequence[dt.date], clock: Clock
) -> Painter:
    days = {pk: [one.on for one in of_it] for pk, of_it in said.items()}
    found = turns_of(key_results, clock, days)
    by_row: dict[int, dict[dt.date, list[Turn]]] = defaultdict(lambda: defaultdict(list))
    for row in key_results:
        for turn in found[row.pk]:
            by_row[_row_of(row)][_week_of(turn, row, clock)].append(turn)
    painted = {}
    for key, weeks in by_row.items():
        whole = Share.of(turn for monday in mondays for turn in weeks.get(monday, ()))
        words = ngettext("%(made)d of %(n)d check-in made", "%(made)d of %(n)d check-ins made", whole.asked)
        painted[key] = Painted(
            [_share_cell(weeks.get(monday, ())) for monday in mondays],
            f"{whole.made}/{whole.asked}" if whole.asked else "",
            words % {"made": whole.made, "n": whole.asked} if whole.asked else "",
        )
    return painted


def _week_of(turn: Turn, key_result: KeyResult, clock: Clock) -> dt.date:
    """A month is due in one of its weeks; a week that a holiday lengthened stays the one it is."""
    monthly = getattr(clock.org, key_result.cadence_of) == Cadence.MONTHLY
    return _monday(turn.due_on if monthly else turn.of)


def _share_cell(found: Sequence[Turn]) -> Cell:
    share = Share.of(found)
    asked = share.asked + share.waiting
    if not found:
        return Cell("none", "", _("nothing due"))
    if not asked:
        return Cell("ahead", "", _("not yet"))
    words = ngettext("%(made)d of %(n)d check-in made", "%(made)d of %(n)d check-ins made", asked)
    said = [words % {"made": share.made, "n": asked}]
    if share.late:
        said.append(ngettext("%(n)d late", "%(n)d late", share.late) % {"n": share.late})
    if share.waiting:
        said.append(_("so far"))
    return Cell("waiting" if share.waiting else _level(share), f"{share.made}/{asked}", ", ".join(said))


def _level(share: Share) -> str:
    if share.made == share.asked:
        return "l4"
    part = share.made / share.asked
    return "l3" if part >= 0.75 else "l2" if part >= 0.5 else "l1" if share.made else "l0"


def _discipline_legend() -> list[tuple[str, str]]:
    return [
        ("l4", _("all made")),
        ("l3", _("three in four or more")),
        ("l2", _("half or more")),
        ("l1", _("fewer")),
        ("l0", _("none")),
        ("waiting", _("due now")),
        ("ahead", _("not yet")),
        ("none", _("nothing due")),
    ]


def _confidence(
    key_results: Sequence[KeyResult], said: Mapping[int, Sequence[Said]], mondays: Sequence[dt.date], clock: Clock
) -> Painter:
    """The last confidence of each key result in a week, whoever was silent left out: silence is no confidence."""
    by_row: dict[int, dict[dt.date, dict[int, int]]] = defaultdict(lambda: defaultdict(dict))
    for row in key_results:
        for one in said.get(row.pk, ()):
            by_row[_row_of(row)][_monday(one.on)][row.pk] = one.confidence
    painted = {}
    for key, weeks in by_row.items():
        every = [confidence for monday in mondays for confidence in weeks.get(monday, {}).values()]
        painted[key] = Painted(
            [_mean_cell(list(weeks.get(monday, {}).values()), monday > clock.today, clock) for monday in mondays],
            _mean(every),
            _("mean confidence %(mean)s of 10") % {"mean": _mean(every)} if every else "",
        )
    return painted


def _mean(values: Sequence[int]) -> str:
    if not values:
        return ""
    return numbers.format_number(numbers.round_to(Decimal(sum(values)) / len(values), 1), language(), decimals=1)


def _mean_cell(values: Sequence[int], ahead: bool, clock: Clock) -> Cell:
    if not values:
        return Cell("ahead", "", _("not yet")) if ahead else Cell("none", "", _("no check-in"))
    mean = Decimal(sum(values)) / len(values)
    look = "l4" if mean >= SURE else "l1" if mean <= clock.thresholds.low_confidence else "l2"
    words = ngettext(
        "mean confidence %(mean)s of 10, from %(n)d check-in",
        "mean confidence %(mean)s of 10, from %(n)d check-ins",
        len(values),
    )
    return Cell(look, _mean(values), words % {"mean": _mean(values), "n": len(values)})


def _confidence_legend(clock: Clock) -> list[tuple[str, str]]:
    low = clock.thresholds.low_confidence
    return [
        ("l4", _("%(n)s or more: sure") % {"n": SURE}),
        ("l2", _("in between")),
        ("l1", _("%(n)s or less: low") % {"n": low}),
        ("none", _("no check-in")),
        ("ahead", _("not yet")),
    ]


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
