"""Read model of a key result's page."""

from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet, prefetch_related_objects
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _

from okr.asked import turns_of, with_published_at
from okr.following import why_of, with_follow
from okr.models import CheckIn, KeyResult, Step
from okr.origins import Origin, origins_of
from okr.pages.baseline import Rebased, rebased_of
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
from okr.pages.definition import Line, Place, Verdict, cadence_text, definition_of, place_of, stage_note, verdict_of
from okr.pages.evidence import Facts, facts_behind
from okr.pages.figures import day
from okr.pages.following import Toggle, toggle_of
from okr.pages.history import History, editable, events_of, history_of
from okr.pages.initiatives import Answers, answers_to, answers_to_one
from okr.pages.measures import Measures, check_ins_of, measures_of, next_due_text
from okr.pages.rationale import Rationale, rationale_of
from okr.pages.rights import may_write
from okr.pages.turns import Strip, strip_of
from okr.querysets import RUNNING
from okr.readings import Clock
from okr.rows import Row, row_of
from okr.rulings import Ruling, ruling_of
from orgs.models import Membership
from orgs.permissions import Permission, can

Direction = KeyResult.Direction


@dataclass(frozen=True, slots=True)
class StepLine:
    title: str
    done: str  # "12 May", "" while it is not


@dataclass(frozen=True, slots=True)
class Links:
    """Who moves what: `up` for a tribe's key result, `down` for a strategic one."""

    up: list[Upward]
    down: list[Contributor]
    quarter: str  # of `down`
    initiatives: Answers
    ahead: bool = False  # the quarter of `down` has not begun: nobody contributes now


@dataclass(frozen=True, slots=True)
class KeyResultPage:
    key_result: KeyResult
    row: Row
    place: Place
    objective_url: str
    cadence: str
    stage_note: str
    check_in_url: str  # "" for those who may not, or when it takes none
    no_data: str  # why there is no data yet, and what comes first; "" with data
    verdict: Verdict | None
    measures: Measures
    strip: Strip | None  # its weeks, or months, of a published one
    steps: list[StepLine]
    links: Links
    definition: list[Line]
    facts: Facts
    rationale: Rationale | None
    edit_url: str  # "" for those who may not write it
    follow: Toggle
    rebased: Rebased | None
    ruling: Ruling | None
    origins: list[Origin]
    history: History


def key_result_page(
    pk: int, member: Membership, clock: Clock, events_page: str | None = None, *, every_initiative: bool = False
) -> KeyResultPage:
    """`events_page` asks for that page of the whole history. Raises Http404."""
    key_result = get_object_or_404(_loaded(member), pk=pk)
    links = _links(key_result, clock, every_initiative)  # first: it fetches the step targets of all that is shown
    check_ins = check_ins_of(key_result)
    row = row_of(key_result, clock, [])
    definition = definition_of(key_result, clock)
    may_check_in = key_result.takes_check_ins and can(member, Permission.CHECK_IN, key_result)
    events = events_of(member, key_results=[key_result.pk])
    return KeyResultPage(
        key_result=key_result,
        row=row,
        place=place_of(key_result.objective, clock),
        objective_url=reverse("objective", args=[clock.org.slug, key_result.objective_id]),
        cadence=cadence_text(key_result, clock),
        stage_note=stage_note(key_result),
        check_in_url=reverse("check_in_key_result", args=[clock.org.slug, key_result.pk]) if may_check_in else "",
        no_data="" if check_ins else _no_data(key_result, clock),
        verdict=verdict_of(key_result),
        measures=measures_of(key_result, row.reading, check_ins, member, clock),
        strip=_strip(key_result, check_ins, clock),
        steps=_steps(key_result, clock),
        links=links,
        definition=definition,
        facts=facts_behind(key_result, member, clock.org),
        rationale=rationale_of(key_result, member, clock),
        edit_url=reverse("key_result_edit", args=[clock.org.slug, key_result.pk])
        if may_write(key_result, member)
        else "",
        follow=toggle_of(key_result, why_of(key_result, member, key_result), clock.org),
        rebased=rebased_of([key_result], clock).get(key_result.pk),
        ruling=ruling_of(key_result, clock),
        origins=origins_of(key_result, member, clock),
        history=history_of(
            events, clock, [key_result], page=events_page, editable=editable([key_result], key_result.objective, member)
        ),
    )


def _loaded(member: Membership) -> QuerySet[KeyResult]:
    """What the page says about the key result itself; the rationale only where the reader may know it."""
    rows = KeyResult.objects.live().with_span().select_related("objective__department__committee")
    if can(member, Permission.VIEW_RATIONALE):
        rows = rows.select_related("business_case__consolidated_by__user")
    return with_follow(
        with_published_at(rows), member, key_result="pk", objective="objective_id", tribe="objective__tribe_id"
    )


def _strip(key_result: Any, check_ins: list[CheckIn], clock: Clock) -> Strip | None:
    if key_result.stage not in RUNNING:
        return None
    days = {key_result.pk: [check_in.on for check_in in check_ins]}
    at = key_result.published_at
    published = {key_result.pk: at.astimezone(clock.org.zone).date()} if at else {}
    return strip_of(key_result, turns_of([key_result], clock, days, published)[key_result.pk], clock)


def _links(key_result: KeyResult, clock: Clock, every: bool) -> Links:
    if not key_result.is_strategic:
        above = upward_links(key_result.objective_id)
        prefetch_related_objects([key_result, *(link.key_result for link in above)], "step_targets")
        return Links(upward(above, clock), [], "", answers_to_one(key_result, clock, every=every))
    below = downward_links([key_result.pk], clock)
    quarter = quarter_of(below)
    rows = key_results_below(below)
    prefetch_related_objects([key_result, *rows], "step_targets")
    return Links(
        [],
        contributors([key_result], below, rows, clock),
        quarter.label if quarter else "",
        answers_to(rows, clock, every=every),
        ahead=quarter is not None and quarter.starts_on > clock.today,
    )


def _steps(key_result: KeyResult, clock: Clock) -> list[StepLine]:
    if key_result.direction != Direction.DONE:
        return []
    return [
        StepLine(step.title, day(step.done_on, clock.today) if step.done_on else "")
        for step in Step.objects.filter(key_result=key_result)
    ]


def _no_data(key_result: KeyResult, clock: Clock) -> str:
    if not key_result.takes_check_ins:
        if key_result.is_published:
            return _("%(period)s takes no check-ins now.") % {"period": key_result.objective.span}
        return _("Check-ins begin once it is published.")
    if key_result.start is None and key_result.baseline_due_on is not None:
        due = {"day": day(key_result.baseline_due_on, clock.today)}
        return _("Its start is to be measured first, by %(day)s: it is not known yet.") % due
    due_on = next_due_text(key_result, clock.today)
    if due_on:
        return _("The first check-in, due on %(day)s, says where it stands.") % {"day": due_on}
    return _("The first check-in says where it stands.")
