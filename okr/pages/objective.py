"""Read model of an objective's page."""

from dataclasses import dataclass

from django.db.models import prefetch_related_objects
from django.shortcuts import get_object_or_404
from django.urls import reverse

from okr.following import why_of, with_follow
from okr.models import KeyResult, Objective, PeriodState
from okr.origins import Origin, origins_of
from okr.pages.contributors import (
    Contributor,
    Upward,
    contributors,
    downward_links,
    key_results_below,
    quarter_of,
    upward,
    upward_links,
)
from okr.pages.definition import Place, place_of
from okr.pages.evidence import Facts, facts_behind
from okr.pages.following import Toggle, toggle_of
from okr.pages.history import History, editable, events_of, history_of
from okr.pages.initiatives import Answers, answers_to
from okr.pages.rights import may_write
from okr.pages.tribe_okrs import coverage_text
from okr.querysets import PROPOSED, RUNNING
from okr.readings import Clock, Summary, summarize
from okr.rows import Row, bar_label, points_of, row_of, shares_of
from okr.scoring import Status
from orgs.models import Membership

BEST_FIRST = (
    Status.ACHIEVED,
    Status.ON_TRACK,
    Status.AT_RISK,
    Status.OFF_TRACK,
    Status.NO_UPDATE,
    Status.PENDING,
)


@dataclass(frozen=True, slots=True)
class ObjectivePage:
    objective: Objective
    place: Place
    summary: Summary
    percent: str  # "41 %", "" without data
    expected: str
    bar_label: str
    counts: list[tuple[str, int]]  # (status, key results), the best first
    coverage: str  # "3 of 4 key results updated"
    rows: list[Row]
    up: list[Upward]
    down: list[Contributor]
    quarter: str  # of `down`
    facts: Facts
    initiatives: Answers
    edit_url: str  # "" for those who may not write it
    follow: Toggle
    origins: list[Origin]
    history: History


def objective_page(
    pk: int, member: Membership, clock: Clock, events_page: str | None = None, *, every_initiative: bool = False
) -> ObjectivePage:
    """`events_page` asks for that page of the whole history. Raises Http404."""
    objective, key_results, said = _loaded(pk, member)
    ids = [row.pk for row in key_results]
    above = [] if objective.is_strategic else upward_links(objective.pk)
    below = downward_links(ids, clock) if objective.is_strategic else []
    quarter = quarter_of(below)
    deeper = key_results_below(below)
    prefetch_related_objects([*key_results, *deeper, *(link.key_result for link in above)], "step_targets")
    points = points_of(ids)
    rows = [row_of(row, clock, points.get(row.pk, [])) for row in key_results]
    summary = summarize([row.reading for row in rows], clock)
    percent, expected = shares_of(summary)
    answered = deeper if objective.is_strategic else key_results
    events = events_of(member, key_results=ids, objective=[objective.pk])
    return ObjectivePage(
        objective=objective,
        place=place_of(objective, clock),
        summary=summary,
        percent=percent,
        expected=expected,
        bar_label=bar_label(percent, expected),
        counts=[(status, summary.counts[status]) for status in BEST_FIRST if status in summary.counts],
        coverage=coverage_text(summary),
        rows=rows,
        up=upward(above, clock),
        down=contributors(key_results, below, deeper, clock),
        quarter=quarter.label if quarter else "",
        facts=facts_behind(objective, member, clock.org),
        initiatives=answers_to(answered, clock, every=every_initiative),
        edit_url=reverse("objective_edit", args=[clock.org.slug, objective.pk]) if may_write(objective, member) else "",
        follow=toggle_of(objective, why_of(objective, member, said), clock.org),
        origins=origins_of(objective, member, clock),
        history=history_of(
            events,
            clock,
            key_results,
            page=events_page,
            editable=editable([objective, *key_results], objective, member),
        ),
    )


def _loaded(pk: int, member: Membership) -> tuple[Objective, list[KeyResult], KeyResult | Objective]:
    """The objective and the key results of its period: running ones, or while it is being planned those proposed.

    One query where it has any, for they bring it along; and a row that says whether the member follows it.
    """
    rows = (
        KeyResult.objects.live()
        .filter(objective_id=pk)
        .with_span()
        .select_related("objective__owner__user", "objective__department__committee")
        .order_by("position", "pk")
    )
    found = list(with_follow(rows, member, objective="objective_id", tribe="objective__tribe_id"))
    alone = with_follow(Objective.objects.live().with_span(), member, objective="pk", tribe="tribe_id")
    said = found[0] if found else get_object_or_404(alone, pk=pk)
    objective = said.objective if found else said
    stages = PROPOSED if objective.span.state == PeriodState.DRAFT else RUNNING
    return objective, [row for row in found if row.stage in stages], said
