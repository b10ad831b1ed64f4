"""Read model of "My week": what is due from me, what moved, and how my tribe, or the strategy, stands."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass, replace

from django.db.models import Exists, F, OuterRef, Q
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from okr import numbers
from okr.calls import Calls, calls_for
from okr.language import language
from okr.models import Contribution, Initiative, KeyResult, Objective, PeriodState, Quarter
from okr.pages.check_in_round import AT_MOST, SECONDS_EACH, duration, on_behalf
from okr.pages.first_run import NextStep, next_step
from okr.pages.home_questions import Question, questions_to
from okr.pages.home_strategy import StrategySummary, strategy_summary
from okr.pages.movement import Movement, movements
from okr.pages.timeline import Weeks
from okr.pages.tribes import counts_of
from okr.pages.week import Day, Deadline, deadlines, monday_of, working_week
from okr.readings import Clock, Summary, read, summarize
from okr.rows import Row, row_of
from okr.shell import TribeStatus, org_state
from orgs.models import Membership, Role
from orgs.permissions import Permission, can
from orgs.reaching import stands_in_for

MOST_MOVED = 12


@dataclass(frozen=True, slots=True)
class DueLine:
    row: Row
    age: str  # "Last value 7 days ago"
    overdue: bool  # from a week before this one
    url: str
    on_behalf: str = ""  # "for Camille, until 3 December"


@dataclass(frozen=True, slots=True)
class TribeCard:
    """One of my tribes this quarter."""

    name: str
    url: str
    counts: list[tuple[str, int]]
    summary: Summary


@dataclass(frozen=True, slots=True)
class HomePage:
    today: str
    when: str  # "W21 · week 8 of 14 · Q2 2026"
    tribes: list[TribeStatus]
    calls: list[Calls]  # where I am expected
    due: list[DueLine]
    standing_in: list[DueLine]  # due from those in whose place I stand
    owned: int
    next_due: str  # day of the next check-in due from me when none is due now
    estimate: str  # how long my check-ins take
    due_from_others: list[DueLine]  # strategic ones, for the chief of staff
    questions: list[Question]  # that wait for my answer
    week: list[Day]  # empty for who sits in no tribe and has nothing on
    since: str
    moved: list[Movement]
    moved_url: str  # all that moved since then; "" without a year
    attention_url: str  # what is to be watched; "" without a year
    cards: list[TribeCard]
    contributes_to: list[Row]
    deadlines: list[Deadline]
    strategy: StrategySummary | None
    write_url: str  # where the running year's key results are written; "" for who may not
    next_step: NextStep | None  # of the first run

    @property
    def asked(self) -> int:
        """How many check-ins are asked from me, in whosever place."""
        return len(self.due) + len(self.standing_in)


def home_page(member: Membership, clock: Clock) -> HomePage:
    """Five queries and the rail's: key results, step targets, movements, initiatives, questions; two more where I stand in for
    somebody, one where somebody asks me; one of each that calls people (okr.calls); one for who may take the first steps, while they are not all seen
    to be done."""
    state = org_state(clock.org, clock)
    tribes = [tribe for tribe in state.tribes if member.pk in tribe.members]
    tribe_ids = {tribe.pk for tribe in tribes}
    quarter = state.quarter
    key_results, contributed = _key_results(member, tribe_ids, quarter)
    mine = sorted((row for row in key_results if row.owner_id == member.pk), key=_by_due_day)
    due = [row for row in mine if row.is_asked(clock.asked_until)]
    initiatives, codes = _initiatives(member, tribe_ids, quarter, key_results)
    ours = [row for row in key_results if _is_ours(row, tribe_ids, quarter)]
    contributes_to = [row for row in key_results if row.pk in contributed]
    strategic = [row for row in key_results if row.is_strategic]
    all_begun = state.tribes and quarter is not None and quarter.is_open and strategic
    standing_in = _standing_in(member, clock)
    week = working_week(mine, initiatives, clock)
    since = monday_of(clock.today) - dt.timedelta(weeks=1)
    watched = [*ours, *contributes_to] if tribes else strategic
    return HomePage(
        today=_capitalized(numbers.format_date(clock.today, language(), "long")),
        when=_when(quarter, clock),
        tribes=tribes,
        calls=calls_for(member, clock),
        due=[_due_line(row, clock) for row in due],
        standing_in=standing_in,
        owned=len(mine),
        next_due=_next_due(mine),
        estimate=duration(max(5 * round((len(due) + len(standing_in)) * SECONDS_EACH / 5), 10)),
        due_from_others=_due_from_others(strategic, member, clock),
        questions=questions_to(member),
        week=week if tribes or any(day.appointments for day in week) else [],
        since=numbers.format_date(since, language(), "long"),
        moved=movements(watched, since, clock)[:MOST_MOVED],
        moved_url=_moved_url(quarter, strategic, since, clock),
        attention_url=_year_url("attention", quarter, strategic, clock),
        cards=[_card(tribe, ours, clock) for tribe in tribes],
        contributes_to=[row_of(row, clock, []) for row in contributes_to],
        deadlines=deadlines(initiatives, codes, clock),
        strategy=None if tribes else strategy_summary(key_results, clock),
        write_url=_write_url(member, quarter),
        next_step=None if all_begun else next_step(member),
    )


def _write_url(member: Membership, quarter: Quarter | None) -> str:
    if quarter is None or quarter.year.state == PeriodState.CLOSED or not can(member, Permission.EDIT_STRATEGY):
        return ""
    return reverse("strategy_write", args=[member.org.slug, quarter.year.number])


# ── What is loaded ───────────────────────────────────────────────────────────


def _key_results(member: Membership, tribe_ids: set[int], quarter: Quarter | None) -> tuple[list[KeyResult], set[int]]:
    """Mine; my tribes' of the quarter and the strategic ones they contribute to; without a tribe all that run now.

    And the ids of those that my tribes contribute to.
    """
    running = Q(pk__in=[]) if quarter is None else Q(objective__quarter=quarter)
    contributions = Contribution.objects.filter(
        key_result=OuterRef("pk"),
        objective__tribe_id__in=tribe_ids,
        objective__quarter=quarter,
        objective__archived_at=None,
    )
    wanted = Q(owner=member)
    if tribe_ids:
        wanted |= (running & Q(objective__tribe_id__in=tribe_ids)) | Q(contributed=True)
    else:
        wanted |= running
    if not tribe_ids or member.has_role(Role.CHIEF_OF_STAFF):
        wanted |= Q(objective__level=Objective.Level.STRATEGIC)
    named = ["owner__user"] if member.has_role(Role.CHIEF_OF_STAFF) else []
    rows = list(
        KeyResult.objects.taking_check_ins()
        .annotate(contributed=Exists(contributions))
        .filter(wanted)
        .select_related("objective__year", "objective__quarter", "objective__tribe", *named)
        .with_step_targets()
        .order_by("objective__tribe__position", "objective__position", "position", "pk")
    )
    return rows, {row.pk for row in rows if row.contributed}


def _initiatives(
    member: Membership, tribe_ids: set[int], quarter: Quarter | None, key_results: Iterable[KeyResult]
) -> tuple[list[Initiative], dict[int, list[str]]]:
    """Mine and my tribes' that are not over, each with the codes of the key results above that it answers: one query."""
    names = {row.pk: row.code for row in key_results}
    found: dict[int, Initiative] = {}
    codes: dict[int, list[str]] = {}
    rows = (
        Initiative.objects.live()
        .filter(Q(tribe_id__in=tribe_ids) | Q(owner=member), quarter=quarter)
        .exclude(state__in=[Initiative.State.DELIVERED, Initiative.State.CANCELLED])
        .select_related("tribe")
        .annotate(answered=F("answers__key_result_id"))
        .order_by("position", "pk", "answers__key_result__position")
    )
    for row in rows:
        found.setdefault(row.pk, row)
        if row.answered in names:
            codes.setdefault(row.pk, []).append(names[row.answered])
    return list(found.values()), codes


def _is_ours(key_result: KeyResult, tribe_ids: set[int], quarter: Quarter | None) -> bool:
    objective = key_result.objective
    return quarter is not None and objective.quarter_id == quarter.pk and objective.tribe_id in tribe_ids


def _by_due_day(key_result: KeyResult) -> tuple[dt.date, int, int, int]:
    return (key_result.next_due_on or dt.date.max, key_result.objective.position, key_result.position, key_result.pk)


# ── What is due ──────────────────────────────────────────────────────────────


def _due_line(key_result: KeyResult, clock: Clock) -> DueLine:
    due = key_result.next_due_on
    return DueLine(
        row=row_of(key_result, clock, []),
        age=age_of(key_result.checked_on, clock.today),
        overdue=due is not None and due < monday_of(clock.today),
        url=reverse("check_in_key_result", args=[clock.org.slug, key_result.pk]),
    )


def _due_from_others(strategic: Iterable[KeyResult], member: Membership, clock: Clock) -> list[DueLine]:
    if not member.has_role(Role.CHIEF_OF_STAFF):
        return []
    rows = [row for row in strategic if row.owner_id != member.pk and row.is_asked(clock.asked_until)]
    return [_due_line(row, clock) for row in sorted(rows, key=_by_due_day)]


def _standing_in(member: Membership, clock: Clock) -> list[DueLine]:
    """One query, and two more for whoever stands in for somebody."""
    away = stands_in_for(member, clock.today)
    if not away:
        return []
    rows = KeyResult.objects.due_from(member, clock.asked_until, away).exclude(owner=member)
    rows = rows.select_related("objective__year", "objective__quarter", "objective__tribe").with_step_targets()
    return [
        replace(_due_line(row, clock), on_behalf=on_behalf(row, away, clock))
        for row in rows.order_by("next_due_on", "objective__position", "position", "pk")[:AT_MOST]
    ]


def _next_due(mine: list[KeyResult]) -> str:
    day = next((row.next_due_on for row in mine if row.next_due_on), None)
    return numbers.format_date(day, language(), "long") if day else ""


def age_of(checked_on: dt.date | None, today: dt.date) -> str:
    """How old the last value is, in days up to a month, then by its date."""
    if checked_on is None:
        return _("No value yet")
    days = (today - checked_on).days
    if days <= 0:
        return _("Last value today")
    if days > 31:
        return _("Last value %(day)s") % {"day": numbers.format_date(checked_on, language(), "date")}
    return ngettext("Last value yesterday", "Last value %(days)d days ago", days) % {"days": days}


def _when(quarter: Quarter | None, clock: Clock) -> str:
    week = numbers.format_week(clock.today, language(), short=True)
    if quarter is None:
        return week
    return " · ".join([week, Weeks.of(quarter, clock.today).now_label, quarter.label])


def _capitalized(text: str) -> str:
    return text[:1].upper() + text[1:]


def _moved_url(quarter: Quarter | None, strategic: list[KeyResult], since: dt.date, clock: Clock) -> str:
    url = _year_url("moved", quarter, strategic, clock)
    return f"{url}?since={since.isoformat()}" if url else ""


def _year_url(name: str, quarter: Quarter | None, strategic: list[KeyResult], clock: Clock) -> str:
    years = [quarter.year] if quarter else [row.objective.span for row in strategic]
    return reverse(name, args=[clock.org.slug, years[-1].number]) if years else ""


# ── My tribes ────────────────────────────────────────────────────────────────


def _card(tribe: TribeStatus, ours: Iterable[KeyResult], clock: Clock) -> TribeCard:
    summary = summarize((read(row, clock) for row in ours if row.objective.tribe_id == tribe.pk), clock)
    return TribeCard(tribe.name, reverse("tribe", args=[clock.org.slug, tribe.code]), counts_of(summary), summary)
