"""Who carries what: the tribes' key results that contribute to each strategic key result, and what nobody carries."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from okr.models import KeyResult, PeriodState, Quarter
from okr.pages.contributions import Counts, contribution_counts
from okr.pages.years import Choice, YearHead, YearPlan, chosen, head_of, year_plans
from okr.readings import Clock
from okr.shell import TribeStatus, org_state
from orgs.models import Organization


@dataclass(frozen=True, slots=True)
class Column:
    """A tribe: how many strategic key results it serves, and the sum of its cells."""

    code: str
    name: str
    url: str
    serves: str
    total: str
    idle: bool  # contributes to nothing


@dataclass(frozen=True, slots=True)
class MatrixRow:
    """A strategic key result: its cells in the order of the columns, how many tribes carry it, and the sum."""

    pk: str
    code: str
    title: str
    url: str
    cells: SafeString
    carriers: str
    total: str
    gap: bool  # nobody contributes


@dataclass(slots=True)
class Group:
    """A strategic objective with its rows."""

    code: str
    title: str
    url: str
    rows: list[MatrixRow] = field(default_factory=list)


@dataclass(slots=True)
class CoveragePage:
    head: YearHead
    quarter: str  # "Q2 2026", "" while the year has no quarter
    quarters: list[Choice] = field(default_factory=list)
    planned: bool = False  # the quarter is in draft: proposals are counted
    facts: list[str] = field(default_factory=list)
    columns: list[Column] = field(default_factory=list)
    groups: list[Group] = field(default_factory=list)
    total: str = ""
    gaps: list[MatrixRow] = field(default_factory=list)
    idle: list[Column] = field(default_factory=list)


def coverage_page(org: Organization, year: int, quarter_slug: str, *, may_write: bool = False) -> CoveragePage:
    """Three queries and the shell's. 404 for a year that is not there; an unknown quarter is the current one."""
    clock = Clock.of(org)
    plans = year_plans()
    plan = chosen(plans, year, clock.today)
    assert plan is not None  # a year was asked for
    head = head_of(plans, plan, clock, "coverage", may_write=may_write)
    quarter = next(
        (row for row in plan.quarters if row.slug == quarter_slug.lower()), plan.current_quarter(clock.today)
    )
    if quarter is None:
        return CoveragePage(head, "")
    key_results = _key_results(plan)
    counts = contribution_counts([row.pk for row in key_results], quarter)
    tribes = org_state(org, clock).tribes
    columns = _columns(tribes, counts, quarter, org)
    groups = _groups(key_results, tribes, columns, counts, org)
    rows = [row for group in groups for row in group.rows]
    gaps, idle = [row for row in rows if row.gap], [column for column in columns if column.idle]
    return CoveragePage(
        head=head,
        quarter=quarter.label,
        quarters=[Choice(row.short_label, f"?quarter={row.slug}", row is quarter) for row in plan.quarters],
        planned=quarter.state == PeriodState.DRAFT,
        facts=_facts(len(rows), len(gaps), len(columns), len(idle), org),
        columns=columns,
        groups=groups,
        total=str(sum(int(column.total) for column in columns)),
        gaps=gaps,
        idle=idle,
    )


def _key_results(plan: YearPlan) -> list[KeyResult]:
    rows = KeyResult.objects.filter(objective__year_id=plan.year.pk)
    rows = rows.proposed() if plan.year.state == PeriodState.DRAFT else rows.running()
    return list(rows.select_related("objective").order_by("objective__position", "objective_id", "position", "pk"))


def _columns(tribes: Sequence[TribeStatus], counts: Counts, quarter: Quarter, org: Organization) -> list[Column]:
    columns = []
    for tribe in tribes:
        cells = [by_tribe[tribe.pk] for by_tribe in counts.values() if tribe.pk in by_tribe]
        columns.append(
            Column(
                code=tribe.code,
                name=tribe.name,
                url=reverse("tribe_quarter", args=[org.slug, tribe.code, quarter.slug]),
                serves=str(len(cells)),
                total=str(sum(cells)),
                idle=not cells,
            )
        )
    return columns


def _groups(
    key_results: Sequence[KeyResult],
    tribes: Sequence[TribeStatus],
    columns: Sequence[Column],
    counts: Counts,
    org: Organization,
) -> list[Group]:
    groups: dict[int, Group] = {}
    for key_result in key_results:
        objective = key_result.objective
        if objective.pk not in groups:
            url = reverse("objective", args=[org.slug, objective.pk])
            groups[objective.pk] = Group(objective.code, objective.title, url)
        by_tribe = counts.get(key_result.pk, {})
        numbers = [by_tribe.get(tribe.pk, 0) for tribe in tribes]
        groups[objective.pk].rows.append(
            MatrixRow(
                pk=str(key_result.pk),
                code=key_result.code,
                title=key_result.title,
                url=reverse("key_result", args=[org.slug, key_result.pk]),
                cells=format_html_join("", "{}", ((_cell(*pair),) for pair in zip(numbers, columns, strict=True))),
                carriers=str(sum(1 for number in numbers if number)),
                total=str(sum(numbers)),
                gap=not any(numbers),
            )
        )
    return list(groups.values())


def _cell(number: int, column: Column) -> SafeString:
    if not number:
        return SafeString('<td class="n none" role="cell"></td>')
    title = ngettext("%(tribe)s: %(number)s key result", "%(tribe)s: %(number)s key results", number)
    return format_html(
        '<td class="n" role="cell"><a href="{}" data-c="{}" title="{}">{}</a></td>',
        column.url,
        column.code,
        title % {"tribe": column.name, "number": number},
        str(number),
    )


def _facts(rows: int, gaps: int, columns: int, idle: int, org: Organization) -> list[str]:
    carried = _("%(carried)s of %(total)s strategic key results carried") % {"carried": rows - gaps, "total": rows}
    words = {"active": columns - idle, "total": columns, "tribes": org.tribe_label_plural}
    return [carried, _("%(active)s of %(total)s %(tribes)s contribute") % words]
