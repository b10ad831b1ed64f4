"""What a strategic key result opens into: its case, then who contributes, with which key results and initiatives."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from django.db.models import F, Prefetch, Window, prefetch_related_objects
from django.db.models.expressions import Combinable
from django.db.models.functions import RowNumber
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from okr import charts, scoring
from okr.models import CheckIn, Contribution, Evidence, InitiativeKeyResult, KeyResult, Objective
from okr.pages.contributions import key_results_of
from okr.pages.evidence import Fact, evidence_of, facts
from okr.pages.figures import Figures, day
from okr.pages.initiatives import InitiativeLine, lines_of
from okr.pages.rationale import amounts, case_of
from okr.readings import Clock, Reading, read
from okr.rows import Point, Row, points_of, row_of
from orgs.models import Membership

FACTS_SHOWN = 5
GOALS_SHOWN = 30


@dataclass(slots=True)
class Twig:
    """A tribe's key result with its initiatives. `last` ends the line that leads down from above."""

    row: Row
    initiatives: list[InitiativeLine]
    last: bool = False


@dataclass(slots=True)
class Bough:
    """A tribe's objective that contributes, with the reason that it gives."""

    objective: Objective
    tribe_url: str
    url: str
    reason: str
    twigs: list[Twig] = field(default_factory=list)
    last: bool = False


@dataclass(frozen=True, slots=True)
class Said:
    """What was written with a check-in, the last time something was."""

    comment: str
    by: Membership | None
    day: str


@dataclass(slots=True)
class Branch:
    pk: int
    url: str
    owner: object
    source: str
    chart: charts.DrillTrend
    chart_label: str
    period: str
    said: Said | None
    facts: list[Fact]
    more_facts: str  # "2 more facts", "" when all are shown
    may_see_rationale: bool
    amounts: list[tuple[str, str]]
    rationale: str
    quarter: str  # "Q2 2026", "" where nobody contributes
    boughs: list[Bough]
    more_boughs: str


def branches_of(
    key_results: Iterable[KeyResult],
    quarter_id: int | Combinable | None,
    clock: Clock,
    *,
    points: Mapping[int, list[Point]] | None = None,
    with_rationale: bool,
) -> dict[int, Branch]:
    """The branches of strategic key results in a quarter (its id), in seven queries for all of them.

    Needs `objective` with its year and `owner` loaded, with a rationale also `business_case`; `points` saves measuring
    them anew where the page has them.
    """
    key_results = list(key_results)
    if not key_results:
        return {}
    ids = [row.pk for row in key_results]
    contributions = _contributions(ids, quarter_id)
    rows = _key_results_of(contributions)
    prefetch_related_objects([*key_results, *rows], Prefetch("step_targets", to_attr="loaded_step_targets"))
    points = {**points_of([*([] if points else ids), *(row.pk for row in rows)]), **(points or {})}
    initiatives = _initiatives_of([row.pk for row in rows])
    twigs: dict[int, list[Twig]] = {}
    for row in rows:
        line = row_of(row, clock, points.get(row.pk, []))
        twigs.setdefault(row.objective_id, []).append(Twig(line, lines_of(initiatives.get(row.pk, []), clock)))
    for siblings in twigs.values():
        siblings[-1].last = True
    evidence: dict[int, list[Evidence]] = {}
    for fact in evidence_of(key_result_id__in=ids):
        evidence.setdefault(fact.key_result_id or 0, []).append(fact)
    said = _said(ids, clock)
    boughs: dict[int, list[Bough]] = {}
    for contribution in contributions:
        bough = _bough(contribution, twigs.get(contribution.objective_id, []), clock)
        boughs.setdefault(contribution.key_result_id, []).append(bough)
    return {
        row.pk: _branch(
            row,
            clock,
            points.get(row.pk, []),
            said.get(row.pk),
            evidence.get(row.pk, []),
            boughs.get(row.pk, []),
            with_rationale,
        )
        for row in key_results
    }


def _contributions(key_result_ids: list[int], quarter_id: int | Combinable | None) -> list[Contribution]:
    if quarter_id is None:
        return []
    return list(
        Contribution.objects.filter(
            key_result_id__in=key_result_ids, objective__quarter_id=quarter_id, objective__archived_at=None
        )
        .select_related("objective__tribe", "objective__quarter__year")
        .order_by("objective__tribe__position", "objective__tribe_id", "objective__position", "objective_id")
    )


def _key_results_of(contributions: list[Contribution]) -> list[KeyResult]:
    objectives = {row.objective_id: row.objective for row in contributions}
    if not objectives:
        return []
    quarter = contributions[0].objective.quarter
    assert quarter is not None  # a tribe's objective
    rows = list(key_results_of(quarter).filter(objective_id__in=list(objectives)).select_related("owner__user"))
    for row in rows:
        row.objective = objectives[row.objective_id]
    return rows


def _initiatives_of(key_result_ids: list[int]) -> dict[int, list]:
    answered: dict[int, list] = {}
    if not key_result_ids:
        return answered
    rows = (
        InitiativeKeyResult.objects.filter(key_result_id__in=key_result_ids, initiative__archived_at=None)
        .exclude(initiative__state="cancelled")
        .select_related("initiative__quarter__year", "initiative__tribe", "initiative__owner__user")
        .order_by("initiative__start_week", "initiative__position", "initiative_id")
    )
    for row in rows:
        answered.setdefault(row.key_result_id, []).append(row.initiative)
    return answered


def _said(key_result_ids: list[int], clock: Clock) -> dict[int, Said]:
    newest = Window(RowNumber(), partition_by=[F("key_result_id")], order_by=[F("on").desc(), F("pk").desc()])
    rows = CheckIn.objects.of(key_result_ids).exclude(comment="").annotate(place=newest).filter(place=1)
    return {
        row.key_result_id: Said(row.comment, row.author, day(row.on, clock.today))
        for row in rows.order_by().with_author()
    }


def _bough(contribution: Contribution, twigs: list[Twig], clock: Clock) -> Bough:
    objective = contribution.objective
    assert objective.tribe is not None  # a tribe's objective
    return Bough(
        objective=objective,
        tribe_url=reverse("tribe", args=[clock.org.slug, objective.tribe.code]),
        url=reverse("objective", args=[clock.org.slug, objective.pk]),
        reason=contribution.reason,
        twigs=twigs,
    )


def _branch(
    key_result: KeyResult,
    clock: Clock,
    points: list[Point],
    said: Said | None,
    evidence: list[Evidence],
    boughs: list[Bough],
    with_rationale: bool,
) -> Branch:
    hidden_facts, hidden_boughs = len(evidence) - FACTS_SHOWN, len(boughs) - GOALS_SHOWN
    boughs = boughs[:GOALS_SHOWN]
    if boughs:
        boughs[-1].last = True
    year = key_result.objective.year
    assert year is not None  # a strategic key result
    case = case_of(key_result) if with_rationale else None
    figures = Figures.of(key_result, clock)
    targets = tuple(scoring.StepTarget(target.on, target.value) for target in key_result.known_step_targets)
    return Branch(
        pk=key_result.pk,
        url=reverse("key_result", args=[clock.org.slug, key_result.pk]),
        owner=key_result.owner,
        source=key_result.source,
        chart=charts.drill_trend(
            key_result.as_metric, year.period, clock.today, points, wording=figures.wording, step_targets=targets
        ),
        chart_label=_chart_in_words(read(key_result, clock), figures),
        period=str(year),
        said=said,
        facts=facts(evidence[:FACTS_SHOWN], clock.org, drawn=False),
        more_facts=ngettext("%(number)s more fact", "%(number)s more facts", hidden_facts) % {"number": hidden_facts}
        if hidden_facts > 0
        else "",
        may_see_rationale=with_rationale,
        amounts=[(label, amount) for label, amount in amounts(case, clock, year.number) if amount] if case else [],
        rationale=case.note if case else "",
        quarter=str(boughs[0].objective.quarter) if boughs else "",
        boughs=boughs,
        more_boughs=ngettext("%(number)s more objective", "%(number)s more objectives", hidden_boughs)
        % {"number": hidden_boughs}
        if hidden_boughs > 0
        else "",
    )


def _chart_in_words(reading: Reading, figures: Figures) -> str:
    """ "From 54% to 59.2%, 60.8% expected today, target 72%", as far as these are known."""
    row = reading.key_result
    if row.current is None:
        return _("No data yet")
    parts = [figures.value(row.current)]
    if row.start is not None:
        parts = [_("From %(start)s to %(now)s") % {"start": figures.value(row.start), "now": parts[0]}]
    if reading.expected_value is not None:
        parts.append(_("%(value)s expected today") % {"value": figures.computed(reading.expected_value)})
    if row.target is not None:
        parts.append(_("target %(value)s") % {"value": figures.value(row.target)})
    return ", ".join(parts)
