"""Read model of the list of tribes: each department's tribes with how they stand in the current quarter."""

from dataclasses import dataclass

from django.urls import reverse

from okr.models import KeyResult, Quarter
from okr.pages.strategy_filters import STATUS_ORDER
from okr.pages.tribe_okrs import coverage_text
from okr.readings import Clock, Reading, Summary, read, summarize
from okr.rows import bar_label, shares_of
from okr.shell import org_state
from orgs.models import Department, Tribe


@dataclass(frozen=True, slots=True)
class TribeLine:
    tribe: Tribe
    url: str
    summary: Summary
    percent: str
    bar_label: str
    coverage: str
    counts: list[tuple[str, int]]  # (status, number), those that occur


@dataclass(frozen=True, slots=True)
class Group:
    department: Department
    lines: list[TribeLine]


@dataclass(frozen=True, slots=True)
class TribesPage:
    quarter: Quarter | None
    groups: list[Group]


def tribes_page(clock: Clock) -> TribesPage:
    """Three queries and the rail's: tribes, key results of the current quarter with their step targets."""
    quarter = org_state(clock.org, clock).quarter
    tribes = Tribe.objects.filter(archived_at=None).select_related("department", "lead__user")
    readings: dict[int, list[Reading]] = {}
    if quarter is not None:
        key_results = KeyResult.objects.running().filter(objective__quarter=quarter)
        for row in key_results.select_related("objective__quarter").with_step_targets():
            readings.setdefault(row.objective.tribe_id, []).append(read(row, clock))
    groups: dict[int, Group] = {}
    for tribe in tribes.order_by("department__position", "department_id", "position", "pk"):
        group = groups.setdefault(tribe.department_id, Group(tribe.department, []))
        group.lines.append(_line(tribe, readings.get(tribe.pk, []), clock))
    return TribesPage(quarter, list(groups.values()))


def _line(tribe: Tribe, readings: list[Reading], clock: Clock) -> TribeLine:
    summary = summarize(readings, clock)
    percent, expected = shares_of(summary)
    return TribeLine(
        tribe=tribe,
        url=reverse("tribe", args=[clock.org.slug, tribe.code]),
        summary=summary,
        percent=percent,
        bar_label=bar_label(percent, expected),
        coverage=coverage_text(summary) if summary.total else "",
        counts=counts_of(summary),
    )


def counts_of(summary: Summary) -> list[tuple[str, int]]:
    """How many key results have each status; those that occur."""
    return [(status.value, summary.counts[status]) for status in STATUS_ORDER if status in summary.counts]
