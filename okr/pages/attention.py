"""Read model of "To watch": what is stale, behind or no longer believed in, of the running year and quarter."""

import datetime as dt
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.core.paginator import Page, Paginator
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from okr.models import Contribution, KeyResult
from okr.pages.people import Person
from okr.pages.year_rows import key_results_of
from okr.pages.years import Choice, YearHead, chosen, head_of, year_plans
from okr.readings import Clock, Reading, read
from okr.scoring import Status
from orgs.models import Organization, Tribe

ROWS_A_PAGE = 25
STRATEGY = "strategy"  # among the tribes' codes, which are capitals
# What is to be watched, the most urgent first, and how much it weighs.
KINDS = {"off_track": 8, "no_update": 6, "at_risk": 4, "low_confidence": 3, "falling": 2}


@dataclass(frozen=True, slots=True)
class Watched:
    code: str
    title: str
    url: str
    tribe: Tribe | None
    status: str
    reasons: list[str]
    moves: list[str]  # codes of the strategic key results that its objective means to move
    confidence: int | None
    low: bool
    owner: Person | None
    since: str  # "12 days ago"
    check_in_on: str  # ISO, "" without one
    kinds: frozenset[str]


@dataclass(frozen=True, slots=True)
class AttentionPage:
    head: YearHead
    page: Page
    kinds: list[tuple[Choice, str]]  # with how many there are
    tribes: list[tuple[str, str, bool]]  # (value, label, chosen) of the list to choose from
    kind: str
    tribe: str
    total: int  # of all key results that run
    watched: int  # of them, whatever is chosen


def attention_page(
    org: Organization, year: int, *, kind: str, tribe: str, page: str | None, may_write: bool = False
) -> AttentionPage:
    """Five queries and the shell's, however many rows. 404 for a year that is not there."""
    plans = year_plans()
    clock = Clock.of(org)
    plan = chosen(plans, year, clock.today)
    assert plan is not None  # a year was asked for
    head = head_of(plans, plan, clock, "attention", may_write=may_write)
    clock = Clock(org, min(clock.today, plan.year.ends_on))
    rows = [row for row in key_results_of(plan, clock.today, step_targets=True) if row.is_published]
    moves, found = _moves(rows), _found(rows, clock)
    present = {row.objective.tribe for row in rows if row.objective.tribe}
    tribes = [(STRATEGY, _("Strategy"))]
    tribes += [(one.code, one.name) for one in sorted(present, key=lambda one: (one.position, one.pk))]
    tribe = tribe if tribe in dict(tribes) else ""
    kind = kind if kind in KINDS else ""
    here = [pair for pair in found if not tribe or _where(pair[0].key_result) == tribe]
    shown = [pair for pair in here if not kind or kind in pair[1]]
    shown.sort(key=lambda pair: _urgency(pair[0], pair[1], moves, clock.today))
    listed: Any = Paginator(shown, ROWS_A_PAGE).get_page(page)
    listed.object_list = [_watched(reading, kinds, moves, clock) for reading, kinds in listed.object_list]
    words = {"": _("All"), **_words()}
    counts = {name: sum(not name or name in kinds for _reading, kinds in here) for name in words}
    return AttentionPage(
        head=head,
        page=listed,
        kinds=[(Choice(words[name], f"?kind={name}&tribe={tribe}", name == kind), str(counts[name])) for name in words],
        tribes=[("", _("Everywhere"), not tribe), *((value, label, value == tribe) for value, label in tribes)],
        kind=kind,
        tribe=tribe,
        total=len(rows),
        watched=len(found),
    )


def most_urgent(rows: Sequence[KeyResult], clock: Clock, number: int) -> tuple[list[Watched], int]:
    """The first of what is to be watched among rows as `key_results_of` gives them with step targets, and how many are in
    all. A query."""
    rows = [row for row in rows if row.is_published]
    moves, found = _moves(rows), _found(rows, clock)
    found.sort(key=lambda pair: _urgency(pair[0], pair[1], moves, clock.today))
    return [_watched(reading, kinds, moves, clock) for reading, kinds in found[:number]], len(found)


def _found(rows: Sequence[KeyResult], clock: Clock) -> list[tuple[Reading, frozenset[str]]]:
    return [(read(row, clock), kinds) for row in rows if (kinds := kinds_of(read(row, clock), clock))]


def kinds_of(reading: Reading, clock: Clock) -> frozenset[str]:
    """Why it is to be watched, of KINDS; empty where it is not."""
    row, kinds = reading.key_result, set()
    if reading.status in (Status.OFF_TRACK, Status.AT_RISK, Status.NO_UPDATE):
        kinds.add(str(reading.status))
    late = clock.today - dt.timedelta(days=clock.org.stale_days)
    if reading.status is Status.PENDING and row.next_due_on is not None and row.next_due_on < late:
        kinds.add("no_update")  # never measured, though long asked for
    if row.confidence is not None and reading.status is not Status.ACHIEVED:
        if row.confidence <= clock.org.low_confidence:
            kinds.add("low_confidence")
        if row.previous_confidence and row.previous_confidence - row.confidence >= clock.org.confidence_fall:
            kinds.add("falling")
    return frozenset(kinds)


def _words() -> dict[str, str]:
    return {
        "off_track": _("Off track"),
        "no_update": _("No update"),
        "at_risk": _("At risk"),
        "low_confidence": _("Low confidence"),
        "falling": _("Falling confidence"),
    }


def _where(row: KeyResult) -> str:
    return row.objective.tribe.code if row.objective.tribe else STRATEGY


def _urgency(
    reading: Reading, kinds: frozenset[str], moves: dict[int, list[str]], today: dt.date
) -> tuple[int, bool, int, int, int]:
    """The most urgent first; of the same, what is strategic, then what moves most of the strategy, then the oldest."""
    row = reading.key_result
    return (
        -sum(KINDS[kind] for kind in kinds),
        not row.is_strategic,
        -len(moves.get(row.objective_id, ())),
        -_age(row, today),
        row.pk,
    )


def _age(row: KeyResult, today: dt.date) -> int:
    """Days since its last check-in, or since its period began."""
    return max((today - (row.checked_on or row.objective.span.starts_on)).days, 0)


def _moves(rows_shown: Sequence[KeyResult]) -> dict[int, list[str]]:
    """By objective of the tribes' rows, the codes of the strategic key results that it contributes to."""
    found: defaultdict[int, list[str]] = defaultdict(list)
    objectives = {row.objective_id for row in rows_shown if not row.is_strategic}
    rows = Contribution.objects.filter(objective__in=objectives).order_by(
        "key_result__objective__position", "key_result__position", "pk"
    )
    live = rows.filter(key_result__archived_at=None, key_result__objective__archived_at=None)
    for objective, above, place in live.values_list(
        "objective_id", "key_result__objective__position", "key_result__position"
    ):
        found[objective].append(f"{above}.{place}")
    return found


def _watched(reading: Reading, kinds: frozenset[str], moves: dict[int, list[str]], clock: Clock) -> Watched:
    row, words = reading.key_result, _words()
    days = _age(row, clock.today)
    if row.checked_on is None:
        since = _("never measured")
    elif days == 0:
        since = _("today")
    else:
        since = ngettext("%(n)s day ago", "%(n)s days ago", days) % {"n": days}
    owner = Person.of(row.owner_name, row.owner_function)  # type: ignore[attr-defined]
    return Watched(
        code=row.code,
        title=row.title,
        url=reverse("key_result", args=[clock.org.slug, row.pk]),
        tribe=row.objective.tribe,
        status=str(reading.status),
        reasons=[words[kind] for kind in KINDS if kind in kinds and kind != reading.status],
        moves=moves.get(row.objective_id, []),
        confidence=row.confidence,
        low=reading.low_confidence,
        owner=owner,
        since=since,
        check_in_on=row.checked_on.isoformat() if row.checked_on else "",
        kinds=kinds,
    )
