"""Read model of "How I am reached": the pause, absences now, to come and past, and in whose place somebody stands."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Q
from django.utils.translation import gettext as _

from orgs.models import Absence, Membership
from orgs.moments import day
from orgs.reaching import today_of

MOST = 50
MOST_PAST = 10


@dataclass(frozen=True, slots=True)
class AbsenceLine:
    row: Absence
    days: str  # "23 November – 3 December"
    until: str  # "3 December"
    is_now: bool
    substitute: Membership | None
    has_left: bool  # the substitute: nobody stands in then


@dataclass(frozen=True)
class Absences:
    """Of one person, the next first; the last few that are over, the latest first."""

    coming: list[AbsenceLine]
    past: list[AbsenceLine]

    @property
    def now(self) -> AbsenceLine | None:
        return next((line for line in self.coming if line.is_now), None)


@dataclass(frozen=True)
class ReachPage:
    paused_until: str  # "" without a pause
    resumes: str  # the first day after it
    absences: Absences
    standing_in: list[AbsenceLine]  # absences of others, now or to come, in which I stand in


def reach_page(member: Membership) -> ReachPage:
    """Three queries."""
    today = today_of(member.org)
    last = member.paused_until if member.paused_until and member.paused_until >= today else None
    others = Absence.objects.live().filter(substitute=member, ends_on__gte=today, member__ended_at=None)
    return ReachPage(
        paused_until=day(last, today) if last else "",
        resumes=day(last + dt.timedelta(days=1), today) if last else "",
        absences=absences_of(member, today),
        standing_in=_lines(others.select_related("member__user", "substitute__user")[:MOST], today),
    )


def absences_of(member: Membership, today: dt.date) -> Absences:
    """Two queries."""
    rows = Absence.objects.live().filter(member=member).select_related("member__user", "substitute__user")
    is_over = Q(ends_on__lt=today)
    return Absences(
        coming=_lines(rows.exclude(is_over)[:MOST], today),
        past=_lines(rows.filter(is_over).order_by("-starts_on")[:MOST_PAST], today),
    )


def _lines(rows: Iterable[Absence], today: dt.date) -> list[AbsenceLine]:
    return [_line(row, today) for row in rows]


def _line(row: Absence, today: dt.date) -> AbsenceLine:
    who = row.substitute
    return AbsenceLine(
        row=row,
        days=days_of(row, today),
        until=day(row.ends_on, today),
        is_now=row.starts_on <= today <= row.ends_on,
        substitute=who,
        has_left=who is not None and (who.ended_at is not None or not who.user.is_active),
    )


def days_of(row: Absence, today: dt.date) -> str:
    first = day(row.starts_on, today)
    if row.starts_on == row.ends_on:
        return first
    return _("%(first)s – %(last)s") % {"first": first, "last": day(row.ends_on, today)}
