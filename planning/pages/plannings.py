"""All quarters with their planning, the latest first, and those that could be planned."""

from collections import Counter, defaultdict
from dataclasses import dataclass

from django.db.models import Count
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from okr.models import KeyResult, PeriodState, Quarter
from orgs.models import Membership, Organization
from orgs.permissions import Permission, can
from planning.models import Planning
from planning.pages.ahead import Ahead, without_quarter
from planning.pages.planned import KEPT, TOLD
from planning.pages.words import LOOKS, address, day_of, met, steps_of

Stage = KeyResult.Stage
SHOWN = 40


@dataclass(frozen=True, slots=True)
class PlannedLine:
    planning: Planning
    url: str
    look: str
    met: str  # when the CoDir meets, or has met
    steps: list[tuple[str, str]]
    presented: int
    kept: int
    next: str  # in words
    act: str  # where that happens, and its label
    act_url: str


@dataclass(frozen=True, slots=True)
class UnplannedLine:
    quarter: Quarter
    url: str  # of the form that plans it; "" for who may not
    said: str  # what is written already


@dataclass(frozen=True, slots=True)
class PlanningsPage:
    planned: list[PlannedLine]
    unplanned: list[UnplannedLine]
    leads: bool
    has_quarters: bool
    is_over: bool  # the last one that was planned
    ahead: Ahead  # where the last quarter is published, and none comes after it


def plannings_page(org: Organization, member: Membership) -> PlanningsPage:
    """Three queries: plannings, quarters, key results by stage."""
    leads = can(member, Permission.LEAD_PLANNING)
    plannings = list(Planning.objects.with_quarter().order_by("-quarter__starts_on")[:SHOWN])
    known = {planning.quarter_id for planning in plannings}
    quarters = list(Quarter.objects.with_year().order_by("starts_on"))
    waiting = [row for row in quarters if row.state == PeriodState.DRAFT and row.pk not in known]
    stages: defaultdict[int, Counter[str]] = defaultdict(Counter)
    rows = KeyResult.objects.live().filter(
        objective__quarter__in=[*known, *(row.pk for row in waiting)], stage__in=TOLD
    )
    counted = rows.order_by().values_list("objective__quarter", "stage").annotate(number=Count("pk"))
    for quarter, stage, number in counted:
        stages[quarter][stage] += number
    over = bool(plannings) and plannings[0].state == Planning.State.PUBLISHED
    is_last = over and plannings[0].quarter_id == quarters[-1].pk
    return PlanningsPage(
        planned=[_planned(org, planning, stages[planning.quarter_id]) for planning in plannings],
        unplanned=[_unplanned(org, quarter, stages[quarter.pk], leads=leads) for quarter in waiting],
        leads=leads,
        has_quarters=bool(quarters),
        is_over=over,
        ahead=without_quarter(org, member) if leads and is_last else Ahead(),
    )


def _planned(org: Organization, planning: Planning, stages: Counter[str]) -> PlannedLine:
    url = address("planning", org, planning.quarter)
    presented = sum(number for stage, number in stages.items() if stage != Stage.DRAFT)
    kept = sum(stages[stage] for stage in KEPT)
    state = Planning.State
    words = {
        state.PREPARING: (_proposing(stages), "", ""),
        state.OPEN: (
            ngettext("%(n)s key result is undecided", "%(n)s key results are undecided", stages[Stage.PROPOSED])
            % {"n": stages[Stage.PROPOSED]},
            _("Go to the board"),
            "planning_board",
        ),
        state.REFINING: (
            _("Leads and the CPO refine until %(day)s") % {"day": day_of(planning.refined_by)}
            if planning.refined_by
            else _("Leads and the CPO refine"),
            _("Refinement"),
            "planning_refinement",
        ),
        state.PUBLISHED: (_("The quarter is published"), _("What was decided"), "planning_results"),
    }
    said, label, name = words[state(planning.state)]
    return PlannedLine(
        planning=planning,
        url=url,
        look=LOOKS[state(planning.state)],
        met=met(planning),
        steps=steps_of(planning),
        presented=presented,
        kept=kept,
        next=said,
        act=label,
        act_url=address(name, org, planning.quarter) if name else "",
    )


def _unplanned(org: Organization, quarter: Quarter, stages: Counter[str], *, leads: bool) -> UnplannedLine:
    return UnplannedLine(quarter, address("planning_setup", org, quarter) if leads else "", _proposing(stages))


def _proposing(stages: Counter[str]) -> str:
    proposed, drafts = stages[Stage.PROPOSED], stages[Stage.DRAFT]
    words = []
    if proposed:
        words.append(ngettext("%(n)s proposed", "%(n)s proposed", proposed) % {"n": proposed})
    if drafts:
        words.append(ngettext("%(n)s draft", "%(n)s drafts", drafts) % {"n": drafts})
    return ", ".join(words) or _("Nothing written yet")
