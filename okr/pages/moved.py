"""What moved since a day: values then and now, statuses then and now, and who fell silent in between."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from django.core.paginator import Page, Paginator
from django.urls import reverse
from django.utils.translation import gettext as _

from okr import numbers, scoring
from okr.landmarks import landmarks_of
from okr.language import language
from okr.models import KeyResult
from okr.pages.figures import Figures, day
from okr.pages.moved_since import labels_of, since_of
from okr.pages.movement import Measurement, Movement, ends_of, movement_of
from okr.pages.people import Person
from okr.pages.year_rows import key_results_of
from okr.pages.years import Choice, YearHead, chosen, head_of, year_plans
from okr.readings import Clock
from okr.scoring import Status
from orgs.models import Organization, Tribe

ROWS_A_PAGE = 25
SILENT_SHOWN = 25
STRATEGIC, TRIBES = "strategic", "tribe"


@dataclass(frozen=True, slots=True)
class Change:
    """A key result whose value or status is no longer what it was."""

    code: str
    title: str
    url: str
    tribe: Tribe | None
    before: str
    now: str
    from_start: bool  # nothing was measured before: the start stands for it
    delta: str  # "" where only the status changed
    way: str  # "+12 pts" of the way from start to target, "" where there is none
    size: Decimal  # of the way, for the order
    better: bool | None
    up: bool
    was: str  # status on the eve, "" before the period began
    status: str
    on: str
    by: Person | None
    comment: str

    @property
    def status_changed(self) -> bool:
        return bool(self.was) and self.was != self.status


@dataclass(frozen=True, slots=True)
class Silence:
    """A key result that had news on the eve of the day and has none that is fresh today."""

    code: str
    title: str
    url: str
    tribe: Tribe | None
    owner: Person | None
    last: str  # the day of its last check-in


@dataclass(frozen=True, slots=True)
class Risk:
    """A key result that people believe in less: little now and not then, or much less than then."""

    code: str
    title: str
    url: str
    tribe: Tribe | None
    owner: Person | None
    before: int | None  # confidence then, of 10
    confidence: int
    comment: str


@dataclass(slots=True)
class Found:
    """Of one level."""

    changes: list[Change] = field(default_factory=list)
    silences: list[Silence] = field(default_factory=list)
    risks: list[Risk] = field(default_factory=list)


@dataclass(slots=True, kw_only=True)
class Moves:
    """All that moved since a day, by level."""

    day: dt.date
    key_results: list[KeyResult]
    changes: dict[str, list[Change]]
    silences: dict[str, list[Silence]]
    risks: dict[str, list[Risk]]


@dataclass(slots=True, kw_only=True)
class MovedPage(Moves):
    head: YearHead
    since: str  # as the address says it
    today: dt.date
    title: str
    choices: list[Choice] = field(default_factory=list)
    tabs: list[tuple[Choice, str]] = field(default_factory=list)  # with the number of changes
    level: str = STRATEGIC
    page: Page | None = None
    gains: str = ""
    losses: str = ""
    silent: list[Silence] = field(default_factory=list)
    more_silent: int = 0


def moved_page(
    org: Organization,
    year: int,
    *,
    since: str,
    level: str,
    page: str | None,
    may_write: bool = False,
    member: int | None = None,
) -> MovedPage:
    """Five queries and the shell's. 404 for a year that is not there; a day that cannot be is seven days ago."""
    plans = year_plans()
    clock = Clock.of(org)
    plan = chosen(plans, year, clock.today)
    assert plan is not None  # a year was asked for
    head = head_of(plans, plan, clock, "moved", may_write=may_write)
    clock = Clock(org, min(clock.today, plan.year.ends_on))
    landmarks = landmarks_of(org, clock.today, member)
    since, first = since_of(since, plan, clock.today, landmarks)
    level = level if level == TRIBES else STRATEGIC
    moves = moves_since(key_results_of(plan, clock.today, step_targets=True), first, clock)
    shown, silences = moves.changes[level], moves.silences[level]
    address = {"since": since, "level": level}
    return MovedPage(
        head=head,
        since=since,
        day=moves.day,
        today=clock.today,
        title=_("What moved since %(day)s") % {"day": numbers.format_date(first, language(), "long")},
        choices=[
            Choice(label, _address(address, since=key), key == since)
            for key, label in labels_of(plan, clock.today, landmarks)
        ],
        tabs=[
            (Choice(label, _address(address, level=key), key == level), str(len(moves.changes[key])))
            for key, label in ((STRATEGIC, _("Strategic key results")), (TRIBES, org.tribe_label_plural))
        ],
        level=level,
        page=Paginator(shown, ROWS_A_PAGE).get_page(page),
        gains=str(sum(change.better is True for change in shown)),
        losses=str(sum(change.better is False for change in shown)),
        silent=silences[:SILENT_SHOWN],
        more_silent=max(len(silences) - SILENT_SHOWN, 0),
        key_results=moves.key_results,
        changes=moves.changes,
        silences=moves.silences,
        risks=moves.risks,
    )


def moves_since(key_results: list[KeyResult], first: dt.date, clock: Clock) -> Moves:
    """Of rows as `key_results_of` gives them with step targets. A query."""
    found = _changes(key_results, first, clock)
    return Moves(
        day=first,
        key_results=key_results,
        changes={key: one.changes for key, one in found.items()},
        silences={key: one.silences for key, one in found.items()},
        risks={key: one.risks for key, one in found.items()},
    )


def _address(query: dict[str, str], **changed: str) -> str:
    return "?" + "&".join(f"{name}={value}" for name, value in {**query, **changed}.items())


def _changes(key_results: list[KeyResult], since: dt.date, clock: Clock) -> dict[str, Found]:
    """By level, largest movement first; those that fell silent apart."""
    every = {STRATEGIC: Found(), TRIBES: Found()}
    ids = [row.pk for row in key_results]
    ends = ends_of(ids, since, clock.today)
    for row in key_results:
        found = every[STRATEGIC if row.is_strategic else TRIBES]
        before, last = ends.get(row.pk, (None, None))
        steps = [scoring.StepTarget(target.on, target.value) for target in row.known_step_targets]
        was = status_on(since - dt.timedelta(days=1), row, before, steps, clock)
        status = status_on(clock.today, row, last or before, steps, clock)
        if last is not None and _is_risk(before, last, clock):
            found.risks.append(_risk(row, before, last, clock))
        if status is Status.NO_UPDATE and was is not None and was is not Status.NO_UPDATE:
            found.silences.append(_silence(row, clock))
            continue
        movement = movement_of(row, before, last, clock)
        if status is not None and (movement is not None or (was is not None and was is not status)):
            found.changes.append(_change(row, movement, before, last, was, status, clock))
    for found in every.values():
        found.changes.sort(key=lambda change: change.size, reverse=True)
        found.risks.sort(key=lambda risk: risk.confidence)
    return every


def _is_risk(before: Measurement | None, last: Measurement, clock: Clock) -> bool:
    low = clock.org.low_confidence
    if before is None:
        return last.confidence <= low
    return last.confidence <= low < before.confidence or (
        before.confidence - last.confidence >= clock.org.confidence_fall
    )


def _risk(row: Any, before: Measurement | None, last: Measurement, clock: Clock) -> Risk:
    """`row` is a key result with its owner annotated."""
    return Risk(
        code=row.code,
        title=row.title,
        url=reverse("key_result", args=[clock.org.slug, row.pk]),
        tribe=row.objective.tribe,
        owner=Person.of(row.owner_name, row.owner_function),
        before=before.confidence if before else None,
        confidence=last.confidence,
        comment=last.comment,
    )


def status_on(
    today: dt.date, row: KeyResult, last: Measurement | None, targets: Sequence[scoring.StepTarget], clock: Clock
) -> Status | None:
    """How a key result stood at the end of a day, its last check-in until then given; None before its period."""
    period, metric = row.objective.span.period, row.as_metric
    if today < period.start:
        return None
    if scoring.check_metric(metric):
        return Status.PENDING
    return scoring.status(
        metric,
        last.value if last else None,
        period=period,
        today=today,
        last_check_in=last.on if last else None,
        cadence_days=clock.cadence_days(row),
        thresholds=clock.thresholds,
        step_targets=targets,
    )


def _change(
    row: KeyResult,
    movement: Movement | None,
    before: Measurement | None,
    last: Measurement | None,
    was: Status | None,
    status: Status,
    clock: Clock,
) -> Change:
    share = None
    if movement and movement.progress is not None and movement.progress_before is not None:
        share = movement.progress - movement.progress_before
    said = last or before
    value = Figures.of(row, clock).value(row.current) if row.current is not None else ""
    return Change(
        code=row.code,
        title=row.title,
        url=reverse("key_result", args=[clock.org.slug, row.pk]),
        tribe=row.objective.tribe,
        before=movement.before_text if movement else value,
        now=movement.now_text if movement else value,
        from_start=movement is not None and before is None,
        delta=movement.delta_text if movement else "",
        way=numbers.format_delta(share, numbers.Unit.DONE, language(), decimals=0) if share else "",
        size=abs(share) if share else Decimal(0),
        better=movement.better if movement else None,
        up=movement is not None and movement.up,
        was=was or "",
        status=status,
        on=day(said.on, clock.today) if said else "",
        by=said.by if said else None,
        comment=last.comment if last else "",
    )


def _silence(row: Any, clock: Clock) -> Silence:
    """`row` is a key result with its owner annotated."""
    return Silence(
        code=row.code,
        title=row.title,
        url=reverse("key_result", args=[clock.org.slug, row.pk]),
        tribe=row.objective.tribe,
        owner=Person.of(row.owner_name, row.owner_function),
        last=day(row.checked_on, clock.today) if row.checked_on else "",
    )
