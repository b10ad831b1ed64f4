"""Years and quarters: creating, opening, closing, moving their days."""

import datetime as dt
import itertools
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from django.db import transaction
from django.db.models import ProtectedError, Q
from django.utils.translation import gettext as _

from okr.actions.period_rules import check_agreement, check_days, check_writable, check_year
from okr.models import Initiative, KeyResult, Objective, PeriodState, Quarter, Year
from okr.readings import Clock
from orgs.actions import editing
from orgs.actions.audit import Actor, hold_organization, plain, record
from orgs.actions.editable import Kind, RowList
from orgs.actions.editing import Change
from orgs.models import AuditEvent, Membership
from orgs.permissions import Permission, can, require
from orgs.rules import RuleBroken

YEARS_AHEAD = 3
# Told of a period that is being closed or reopened, as its state says by then, in that transaction: raises RuleBroken to
# refuse. okr knows nothing of reviews, which close with a verdict on each key result.
Turn = Callable[["Year | Quarter", Change], None]
TURNS: list[Turn] = []


def register_turn(turn: Turn) -> None:
    if turn not in TURNS:
        TURNS.append(turn)


# ── Acts ─────────────────────────────────────────────────────────────────────


@transaction.atomic
def create_year(
    number: int,
    starts_on: dt.date,
    ends_on: dt.date,
    quarters: Sequence[tuple[dt.date, dt.date]],
    *,
    by: Actor,
    open_quarter: int | None = None,
) -> Year:
    """A year with its four quarters (first and last days), all drafts; with `open_quarter` it and that one are open.

    Raises RuleBroken with the field: number, starts_on, ends_on, q1_starts_on…
    """
    require(by.membership, Permission.MANAGE_SETTINGS)
    hold_organization()
    this_year = Clock.of(by.membership.org).today.year
    if not this_year - 10 <= number <= this_year + YEARS_AHEAD:
        raise RuleBroken(_("Create years as they come: not this one yet, or no more."), field="number")
    if Year.objects.filter(number=number).exists():
        raise RuleBroken(_("%(year)s exists already.") % {"year": number}, field="number")
    if not starts_on.year <= number <= ends_on.year:
        raise RuleBroken(
            _("The days below do not lie in %(year)s: change them, or the year.") % {"year": number}, field="number"
        )
    change = Change(by)
    rows = [_row(index, *days) for index, days in enumerate(quarters, 1)]
    check_days(starts_on, ends_on, quarters)
    year: Year = editing.create(
        Year(number=number, starts_on=starts_on, ends_on=ends_on), change, lists={"quarters": rows}
    )
    if open_quarter is not None:
        editing.amend(editing.locked(Year, year.pk), {"state": PeriodState.OPEN}, change, verb="opened")
        quarter = Quarter.objects.get(year=year, number=open_quarter)
        editing.amend(editing.locked(Quarter, quarter.pk), {"state": PeriodState.OPEN}, change, verb="opened")
        year.refresh_from_db()
    return year


@transaction.atomic
def change_days(
    year: Year,
    starts_on: dt.date,
    ends_on: dt.date,
    quarters: Sequence[tuple[dt.date, dt.date]],
    *,
    by: Actor,
    seen: int | None = None,
) -> Change:
    """Move the days of a year and of its quarters, in one act. Raises EditConflict, or RuleBroken as create_year does."""
    require(by.membership, Permission.MANAGE_SETTINGS)
    change = Change(by)
    year = editing.locked(Year, year.pk)
    check_writable(year)
    if not starts_on.year <= year.number <= ends_on.year:
        raise RuleBroken(_("These days do not lie in %(year)s.") % {"year": year.number}, field="starts_on")
    check_days(starts_on, ends_on, quarters)
    rows = [_row(index, *days) for index, days in enumerate(quarters, 1)]
    closed = set(year.quarters.filter(state=PeriodState.CLOSED).values_list("number", flat=True))
    for row in _read_quarters(year):
        if row["number"] in closed and row not in rows:
            raise RuleBroken(
                _("Q%(number)s is closed: its days stay. Reopen it first.") % {"number": row["number"]},
                field=f"q{row['number']}_starts_on",
            )
    editing.amend(
        year, {"starts_on": starts_on, "ends_on": ends_on, "quarters": rows}, change, seen=seen, verb="days_changed"
    )
    return change


@transaction.atomic
def set_state(period: Year | Quarter, state: str, *, by: Actor) -> Change:
    """Open, close or reopen. Raises RuleBroken where year and quarters would no longer agree."""
    require(by.membership, Permission.MANAGE_SETTINGS)
    if state not in (PeriodState.OPEN, PeriodState.CLOSED):
        raise RuleBroken(_("A period that was opened is never a draft again."))
    change = Change(by)
    period = editing.locked(type(period), period.pk)
    if state == PeriodState.CLOSED and period.state == PeriodState.DRAFT:
        raise RuleBroken(_("%(period)s was never opened.") % {"period": period})
    verb = {
        (PeriodState.DRAFT, PeriodState.OPEN): "opened",
        (PeriodState.CLOSED, PeriodState.OPEN): "reopened",
    }.get((PeriodState(period.state), PeriodState(state)), "closed")
    editing.amend(period, {"state": state}, change, verb=verb)
    if verb != "opened":
        for turn in TURNS:
            turn(period, change)
    if state == PeriodState.OPEN:
        _ask_for_check_ins(period, by)
    return change


@transaction.atomic
def remove_year(year: Year, *, by: Actor) -> None:
    """A year that was created by mistake: a draft, of which nothing hangs yet."""
    require(by.membership, Permission.MANAGE_SETTINGS)
    year = editing.locked(Year, year.pk)
    if not is_removable(year):
        raise RuleBroken(_("%(year)s has begun or holds objectives: it stays.") % {"year": year})
    record(by, "removed", year, before=editing.state_of(year))
    try:
        Quarter.objects.filter(year=year).delete()
        year.delete()
    except ProtectedError:
        raise RuleBroken(
            _("Workshops or a quarter planning were set up for %(year)s: it stays.") % {"year": year}
        ) from None


def is_removable(year: Year) -> bool:
    if year.state != PeriodState.DRAFT or year.quarters.exclude(state=PeriodState.DRAFT).exists():
        return False
    held = Objective.objects.filter(Q(year=year) | Q(quarter__year=year)).exists()
    return not held and not Initiative.objects.filter(quarter__year=year).exists()


# ── Proposals ────────────────────────────────────────────────────────────────


def propose_year(start_month: int, today: dt.date) -> tuple[int, list[tuple[dt.date, dt.date]]]:
    """Number and quarters (first and last days) of the year after the latest, else of the one that today lies in."""
    latest = Year.objects.order_by("-number").first()
    if latest is not None:
        number, first = latest.number + 1, latest.ends_on + dt.timedelta(days=1)
    else:
        first = dt.date(today.year - (today.month < start_month), start_month, 1)
        number = first.year
    return number, quarters_from(first)


def quarters_from(first: dt.date) -> list[tuple[dt.date, dt.date]]:
    """Four times three months."""
    starts = [_months_later(first, 3 * quarter) for quarter in range(5)]
    return [(start, end - dt.timedelta(days=1)) for start, end in itertools.pairwise(starts)]


def _months_later(day: dt.date, months: int) -> dt.date:
    month = day.month - 1 + months
    first = dt.date(day.year + month // 12, month % 12 + 1, 1)
    return first + dt.timedelta(days=min(day.day, 28) - 1)


# ── Check-ins that are asked for ─────────────────────────────────────────────


def _ask_for_check_ins(period: Year | Quarter, by: Actor) -> None:
    """Published while the period was a draft: from now on they are due."""
    clock = Clock.of(by.membership.org)
    of_it = {"objective__year": period} if isinstance(period, Year) else {"objective__quarter": period}
    rows = list(KeyResult.objects.taking_check_ins().filter(**of_it, next_due_on=None).select_related("objective"))
    for row in rows:
        row.next_due_on = clock.rhythm_of(row).next_due(max(clock.today, period.starts_on))
    KeyResult.objects.bulk_update(rows, ["next_due_on"], batch_size=500)


# ── Kinds ────────────────────────────────────────────────────────────────────


def _row(number: int, starts_on: dt.date, ends_on: dt.date) -> dict[str, Any]:
    return {"number": number, "starts_on": plain(starts_on), "ends_on": plain(ends_on)}


def _read_quarters(year: Year) -> list[dict[str, Any]]:
    return [
        _row(row.number, row.starts_on, row.ends_on) for row in Quarter.objects.filter(year=year).order_by("number")
    ]


def _write_quarters(year: Year, rows: list[Mapping[str, Any]]) -> None:
    stored = {quarter.number: quarter for quarter in Quarter.objects.filter(year=year)}
    for row in rows:
        quarter = stored.get(row["number"]) or Quarter(year=year, number=row["number"])
        quarter.starts_on, quarter.ends_on = (dt.date.fromisoformat(row[name]) for name in ("starts_on", "ends_on"))
        quarter.save()


def _require(member: Membership, period: Year | Quarter) -> None:
    """Whoever manages settings; of the day on which its review opens whoever may close it (see _taken_back)."""
    if not can(member, Permission.CLOSE_PERIOD, period):
        require(member, Permission.MANAGE_SETTINGS)


def _taken_back(_period: Year | Quarter, event: AuditEvent, change: Change) -> None:
    if set(event.after) - {"review_opens_on"}:
        require(change.by.membership, Permission.MANAGE_SETTINGS)


YEAR = Kind(
    model=Year,
    fields=("number", "starts_on", "ends_on", "state", "review_opens_on"),
    lists={"quarters": RowList(_read_quarters, _write_quarters)},
    require=_require,
    check=check_year,
    taken_back=_taken_back,
)
QUARTER = Kind(
    model=Quarter,
    fields=("state", "review_opens_on"),
    require=_require,
    check=check_agreement,
    related=("year",),
    taken_back=_taken_back,
)
