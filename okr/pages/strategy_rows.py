"""The strategy table: its objectives with their roll-up, its key results with the tribes that carry them."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from django.urls import reverse
from django.utils.html import conditional_escape
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from okr.models import KeyResult, Objective
from okr.pages.branch import Branch
from okr.pages.contributions import Counts, in_words
from okr.pages.figures import day
from okr.pages.strategy_filters import STATUS_ORDER, Traits, folded
from okr.pages.tribe_okrs import coverage_text
from okr.readings import Clock, summarize
from okr.rows import Point, Row, bar_label, row_of, shares_of
from okr.scoring import Status
from okr.shell import TribeStatus
from orgs.models import Organization


@dataclass(slots=True)
class Line:
    """A strategic key result in the table."""

    row: Row
    pk: str
    updated: str
    coverage: SafeString
    traits: Traits
    branch: Branch | None = None

    @property
    def stale(self) -> bool:
        return self.row.status == Status.NO_UPDATE


@dataclass(slots=True)
class Goal:
    """A strategic objective with those of its key results that the filters let through; its figures are of them all."""

    objective: Objective
    code: str
    url: str
    committee: str
    status: str
    bar: int
    tick: int | None
    percent: str
    bar_label: str
    counts: list[tuple[str, str]]
    covered: str  # "3 of 4 key results updated"
    lines: list[Line] = field(default_factory=list)


def lines_of(
    key_results: list[KeyResult],
    points: Mapping[int, list[Point]],
    counts: Counts,
    tribes: Sequence[TribeStatus],
    clock: Clock,
) -> list[Line]:
    codes = {tribe.pk: tribe.code for tribe in tribes}
    cells = _Cells(tribes, clock.org)
    lines = []
    for key_result in key_results:
        row = row_of(key_result, clock, points.get(key_result.pk, []))
        by_tribe = counts.get(key_result.pk, {})
        lines.append(
            Line(
                row=row,
                pk=str(key_result.pk),
                updated=day(key_result.checked_on, clock.today) if key_result.checked_on else "",
                coverage=cells.of(by_tribe),
                traits=Traits(
                    department=key_result.objective.department_id,
                    status=row.status,
                    tribes=frozenset(codes[pk] for pk in by_tribe if pk in codes),
                    owner=key_result.owner_id,
                    words=_words(key_result, row),
                ),
            )
        )
    return lines


def _words(key_result: KeyResult, row: Row) -> str:
    """What the text filter looks through."""
    owner = key_result.owner.name if key_result.owner else ""
    return folded(f"{row.code} {key_result.title} {key_result.metric} {key_result.objective.title} {owner}")


class _Cells:
    """Coverage of one key result as HTML, one cell a tribe in their order. Names are escaped once for all rows."""

    def __init__(self, tribes: Sequence[TribeStatus], org: Organization) -> None:
        self.tribes, self.org = tribes, org
        self.named = [(tribe.pk, conditional_escape(tribe.code), conditional_escape(tribe.name)) for tribe in tribes]

    def of(self, by_tribe: dict[int, int]) -> SafeString:
        cells = "".join(
            f'<i data-n="{by_tribe[pk]}" data-c="{code}" title="{name} {by_tribe[pk]}"></i>'
            if pk in by_tribe
            else "<i></i>"
            for pk, code, name in self.named
        )
        label = conditional_escape(in_words(by_tribe, self.tribes, self.org))
        return mark_safe(f'<span class="cov" role="img" aria-label="{label}">{cells}</span>')  # noqa: S308


def goals_of(
    objectives: Iterable[Objective], lines: Iterable[Line], shown: Iterable[Line], clock: Clock, *, narrowed: bool
) -> list[Goal]:
    """Objectives in order; where the filters narrow the page, only those with a key result to show."""
    every: dict[int, list[Line]] = {}
    for line in lines:
        every.setdefault(line.row.key_result.objective_id, []).append(line)
    kept: dict[int, list[Line]] = {}
    for line in shown:
        kept.setdefault(line.row.key_result.objective_id, []).append(line)
    return [
        _goal(objective, every.get(objective.pk, []), kept.get(objective.pk, []), clock)
        for objective in objectives
        if objective.pk in kept or not narrowed
    ]


def _goal(objective: Objective, every: list[Line], shown: list[Line], clock: Clock) -> Goal:
    summary = summarize((line.row.reading for line in every), clock)
    percent, expected = shares_of(summary)
    return Goal(
        objective=objective,
        code=objective.code,
        url=reverse("objective", args=[clock.org.slug, objective.pk]),
        committee=objective.committee_name,
        status=summary.status,
        bar=summary.bar,
        tick=summary.tick,
        percent=percent,
        bar_label=bar_label(percent, expected),
        counts=[(status, str(summary.counts[status])) for status in STATUS_ORDER if status in summary.counts],
        covered=coverage_text(summary) if every else _("No key result yet"),
        lines=shown,
    )


def names_of(lines: Iterable[Line]) -> tuple[dict[int, str], dict[int, str]]:
    """Departments (by their committee) in the order of the page, and owners in the order of their names."""
    departments: dict[int, str] = {}
    owners: dict[int, str] = {}
    for line in lines:
        key_result = line.row.key_result
        if line.traits.department:
            departments.setdefault(line.traits.department, key_result.objective.committee_name)
        if key_result.owner:
            owners.setdefault(key_result.owner.pk, key_result.owner.name)
    return departments, dict(sorted(owners.items(), key=lambda owner: folded(owner[1])))
