"""The strategy of a year: its objectives, their key results as they stand today, and which tribes carry them."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, field

from django.core.paginator import Page, Paginator
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from okr import numbers
from okr.language import language
from okr.models import CheckIn, KeyResult, Objective, PeriodState
from okr.pages.branch import Branch, branches_of
from okr.pages.contributions import contribution_counts
from okr.pages.figures import day
from okr.pages.people import Person
from okr.pages.strategy_filters import Choices, Filters, choices_of
from okr.pages.strategy_rows import Goal, goals_of, lines_of, names_of
from okr.pages.years import YearHead, YearPlan, chosen, current_quarter_id, head_of, year_plans
from okr.readings import Clock
from okr.rows import Point
from okr.shell import TribeStatus, org_state
from orgs.models import Organization

GOALS_A_PAGE = 30


@dataclass(frozen=True, slots=True)
class Update:
    """The latest check-in of the year's key results."""

    iso: str
    text: str  # "today, 09:12"
    by: Person | None


@dataclass(slots=True)
class StrategyPage:
    head: YearHead | None  # None where the organization has no year yet
    filters: Filters
    facts: list[str] = field(default_factory=list)
    updated: Update | None = None
    new_url: str = ""  # where an empty year's first objective is written, by those who may
    choices: Choices | None = None
    tribes: Sequence[TribeStatus] = ()
    goals: list[Goal] = field(default_factory=list)
    page: Page | None = None
    found: str = ""  # "4 of 14 key results"
    asked: str = ""  # the filters in words
    legend: str = ""  # how the statuses are told apart

    @property
    def url(self) -> str:
        """The address that shows the page as it stands."""
        return f"{self.head.url if self.head else ''}{self.filters.query()}"

    @property
    def clear_url(self) -> str:
        return f"{self.head.url if self.head else ''}{Filters(open=self.filters.open).query()}"


def strategy_page(
    org: Organization,
    filters: Filters,
    *,
    year: int | None = None,
    page: str | None = None,
    with_rationale: bool,
    may_write: bool = False,
) -> StrategyPage:
    """Six queries and the shell's, six more for all open branches together. 404 for a year that is not there."""
    clock = Clock.of(org)
    plans = year_plans()
    plan = chosen(plans, year, clock.today)
    if plan is None:
        return StrategyPage(None, filters)
    objectives = list(Objective.objects.strategic(plan.year.pk).select_related("department__committee", "owner__user"))
    key_results = _key_results(plan, objectives, with_rationale=with_rationale and bool(filters.open))
    points, updated = _measurements([row.pk for row in key_results], clock)
    tribes = org_state(org, clock).tribes
    quarter = plan.current_quarter(clock.today)
    counts = contribution_counts([row.pk for row in key_results], quarter)
    lines = lines_of(key_results, points, counts, tribes, clock)
    departments, owners = names_of(lines)
    codes = {tribe.code: tribe.name for tribe in tribes}
    filters = filters.within(departments, codes, owners)
    traits = [line.traits for line in lines]
    choices = choices_of(traits, filters, departments=departments, tribes=codes, owners=owners)
    shown = [line for line in lines if not line.traits.refused_by(filters)]
    goals = Paginator(goals_of(objectives, lines, shown, clock, narrowed=filters.active), GOALS_A_PAGE).get_page(page)
    opened = [line for goal in goals for line in goal.lines if line.row.key_result.pk in filters.open]
    branches = branches_of(
        [line.row.key_result for line in opened],
        quarter.pk if quarter else None,
        clock,
        points=points,
        with_rationale=with_rationale,
    )
    for line in opened:
        line.branch = branches[line.row.key_result.pk]
    return StrategyPage(
        head=head_of(plans, plan, clock, "strategy_year", may_write=may_write),
        filters=filters,
        new_url=reverse("strategic_objective_new", args=[org.slug, plan.year.number])
        if may_write and plan.year.state != PeriodState.CLOSED
        else "",
        facts=_facts(len(objectives), len(key_results), len(tribes), org),
        updated=updated,
        choices=choices,
        tribes=tribes,
        goals=list(goals.object_list),
        page=goals,
        found=_found(len(shown), len(lines)) if filters.active else "",
        asked=choices.in_words(filters),
        legend=_legend(clock),
    )


def _key_results(plan: YearPlan, objectives: list[Objective], *, with_rationale: bool) -> list[KeyResult]:
    """The year's key results in the order of the page, with all that `read` needs; in a year still in draft, proposals."""
    by_id = {objective.pk: objective for objective in objectives}
    rows = KeyResult.objects.filter(objective_id__in=list(by_id))
    rows = rows.proposed() if plan.year.state == PeriodState.DRAFT else rows.running()
    related = ["owner__user", *(["business_case"] if with_rationale else [])]
    key_results = list(rows.select_related(*related).with_step_targets())
    for objective in objectives:
        objective.year = plan.year
    for key_result in key_results:
        key_result.objective = by_id[key_result.objective_id]
    place = {objective.pk: index for index, objective in enumerate(objectives)}
    return sorted(key_results, key=lambda row: place[row.objective_id])


def _measurements(key_result_ids: list[int], clock: Clock) -> tuple[dict[int, list[Point]], Update | None]:
    """Each key result's measurements, oldest first, and the latest check-in of them all: one query."""
    points: dict[int, list[Point]] = {}
    last: tuple[dt.datetime, str | None, str | None] | None = None
    rows = (
        CheckIn.objects.of(key_result_ids)
        .order_by("on", "pk")
        .values_list("key_result_id", "on", "value", "created_at", "author__user__name", "author__function")
    )
    for key_result_id, on, value, created_at, *author in rows:
        points.setdefault(key_result_id, []).append((on, value))
        if last is None or created_at > last[0]:
            last = (created_at, *author)
    return points, _update(*last, clock) if last else None


def _update(at: dt.datetime, name: str | None, function: str | None, clock: Clock) -> Update:
    local = timezone.localtime(at, clock.org.zone)
    words = {
        "day": _("today") if local.date() == clock.today else day(local.date(), clock.today),
        "time": f"{local:%H:%M}",
    }
    text = _("%(day)s, %(time)s") % words
    return Update(iso=local.isoformat(timespec="minutes"), text=text, by=Person.of(name, function))


def _facts(objectives: int, key_results: int, tribes: int, org: Organization) -> list[str]:
    return [
        ngettext("%(number)s objective", "%(number)s objectives", objectives) % {"number": objectives},
        ngettext("%(number)s strategic key result", "%(number)s strategic key results", key_results)
        % {"number": key_results},
        f"{tribes} {org.tribe_label if tribes == 1 else org.tribe_label_plural}",
    ]


def _found(shown: int, total: int) -> str:
    words = ngettext("%(shown)s of %(total)s key result", "%(shown)s of %(total)s key results", total)
    return words % {"shown": shown, "total": total}


def _legend(clock: Clock) -> str:
    org = clock.org
    shares = {"on_track": org.on_track_pace, "at_risk": org.at_risk_pace}
    words = {name: numbers.format_percent(share, language()) for name, share in shares.items()}
    return (
        _(
            "On track: at least %(on_track)s of the pace expected today. At risk: from %(at_risk)s. Off track: below. "
            "The pace is even from start to target unless the owner set steps."
        )
        % words
    )


def strategic_key_result(pk: int) -> KeyResult:
    """With its year, owner and business rationale loaded; 404 where there is none."""
    rows = KeyResult.objects.live().filter(objective__level=Objective.Level.STRATEGIC)
    return get_object_or_404(rows.select_related("objective__year", "owner__user", "business_case"), pk=pk)


def branch_of(key_result: KeyResult, org: Organization, *, with_rationale: bool) -> Branch:
    """What one strategic key result opens into: six queries."""
    clock = Clock.of(org)
    quarter = current_quarter_id(key_result.objective.span.pk, clock.today)
    return branches_of([key_result], quarter, clock, with_rationale=with_rationale)[key_result.pk]
