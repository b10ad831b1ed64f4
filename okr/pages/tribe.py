"""Read model of one tribe's page: who it is, which quarter is shown, and its views' figures."""

import datetime as dt
import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.core.paginator import Page, Paginator
from django.db.models import Count, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.http import Http404
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _

from okr import numbers
from okr.following import Why, why_of, with_follow
from okr.language import language
from okr.models import CheckIn, Initiative, KeyResult, Objective, PeriodState, Quarter, current_quarter
from okr.pages.figures import Figures
from okr.pages.timeline import Weeks
from okr.querysets import CheckInQuerySet, KeyResultQuerySet
from okr.readings import Clock
from okr.tribe_notices import Notice, notices_of
from orgs.models import CommitteeSeat, Function, Membership, Seat, Tribe
from orgs.permissions import Permission, can

PAGE_SIZE = 50
QUARTERS_AROUND = 2
QUARTER_SLUG = re.compile(r"(\d{4})-q([1-4])")


# ── Which quarter ────────────────────────────────────────────────────────────


def chosen_quarter(quarters: Iterable[Quarter], slug: str, today: dt.date) -> Quarter | None:
    """The one that "2026-q2" names, or without a slug the current one. Raises 404 for one that does not exist."""
    if not slug:
        return current_quarter(quarters, today)
    match = QUARTER_SLUG.fullmatch(slug.lower())
    for quarter in quarters:
        if match and (quarter.year.number, quarter.number) == (int(match[1]), int(match[2])):
            return quarter
    raise Http404


@dataclass(frozen=True, slots=True)
class QuarterChoice:
    label: str
    state: str  # "draft", "closed", "" while open
    url: str
    current: bool


def quarter_choices(quarters: list[Quarter], chosen: Quarter, url: str) -> list[QuarterChoice]:
    """The chosen quarter with its neighbours; the year is written where it is another, or on the chosen one."""
    place = quarters.index(chosen)
    return [
        QuarterChoice(
            label=quarter.label if quarter == chosen or quarter.year_id != chosen.year_id else quarter.short_label,
            state="" if quarter.is_open else PeriodState(quarter.state).label.lower(),
            url=f"{url}{quarter.slug}/",
            current=quarter == chosen,
        )
        for quarter in quarters[max(place - QUARTERS_AROUND, 0) : place + QUARTERS_AROUND + 1]
    ]


# ── Who it is ────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True)
class SeatHolders:
    """One of the four seats: who speaks for the function, and who else sits there."""

    function: str
    label: str
    delegate: Membership | None
    members: list[Membership]  # all of them, the delegate first


def people_of(tribe: Tribe) -> dict[str, object]:
    """Who sits where, for the head of the page."""
    seats = seats_of(tribe)
    members = sum(len(seat.members) for seat in seats)
    return {
        "seats": seats,
        "filled": [seat.function for seat in seats if seat.delegate],
        "members": members,
        "others": members - sum(seat.delegate is not None for seat in seats),
        "lead_sits": any(seat.delegate and seat.delegate.pk == tribe.lead_id for seat in seats),
    }


def seats_of(tribe: Tribe) -> list[SeatHolders]:
    seats = list(
        Seat.objects.filter(tribe=tribe, membership__ended_at=None, membership__user__is_active=True).select_related(
            "membership__user"
        )
    )
    return [
        SeatHolders(
            function=function.value,
            label=str(function.label),
            delegate=next((seat.membership for seat in seats if seat.function == function and seat.is_delegate), None),
            members=[seat.membership for seat in seats if seat.function == function],
        )
        for function in Function
    ]


def check_ins_of(tribe_id: int | OuterRef, quarter: Quarter | None) -> CheckInQuerySet:
    rows: CheckInQuerySet = CheckIn.objects.of_running()
    return rows.filter(key_result__objective__tribe_id=tribe_id, key_result__objective__quarter=quarter)


def key_results_in(quarter: Quarter | None) -> KeyResultQuerySet:
    """What the quarter's page is about: what is proposed while it is a draft; once it is open what is published and what
    is still being written; once it is closed what was published."""
    if quarter is not None and quarter.state == PeriodState.DRAFT:
        return KeyResult.objects.proposed()
    if quarter is not None and quarter.is_open:
        return KeyResult.objects.running_or_written()
    return KeyResult.objects.running()


@dataclass(frozen=True, slots=True)
class Found:
    """A tribe with its lead loaded, who sponsors it, and what the tabs of the quarter count."""

    tribe: Tribe
    sponsor_name: str
    sponsor_title: str
    key_results: int
    initiatives: int
    check_ins: int
    why: Why  # the member follows it, or not


def find_tribe(code: str, quarter: Quarter | None, member: Membership) -> Found:
    """All in one query; also one that is archived, whose pages stay readable. Raises 404."""
    sponsors = CommitteeSeat.objects.filter(
        committee__department=OuterRef("department_id"), is_sponsor=True, membership__ended_at=None
    ).order_by("pk")
    this = {"objective__tribe_id": OuterRef("pk"), "objective__quarter": quarter}
    tribes = Tribe.objects.select_related("lead__user", "merged_into").annotate(
        sponsor_name=Subquery(sponsors.values("membership__user__name")[:1]),
        sponsor_title=Subquery(sponsors.values("membership__title")[:1]),
        key_results=_count(key_results_in(quarter).filter(**this)),
        initiative_count=_count(Initiative.objects.live().filter(tribe_id=OuterRef("pk"), quarter=quarter)),
        check_ins=_count(check_ins_of(OuterRef("pk"), quarter)),
    )
    row: Any = get_object_or_404(with_follow(tribes, member, tribe="pk"), code=code.upper())
    return Found(
        tribe=row,
        sponsor_name=row.sponsor_name or "",
        sponsor_title=row.sponsor_title or "",
        key_results=row.key_results,
        initiatives=row.initiative_count,
        check_ins=row.check_ins,
        why=why_of(row, member, row),
    )


def _count(queryset: QuerySet) -> Coalesce:
    counted = queryset.order_by().values("org_id").annotate(number=Count("pk")).values("number")
    return Coalesce(Subquery(counted), 0)


@dataclass(frozen=True)
class TribePage:
    """What stands above every view of the tribe."""

    found: Found
    quarter: Quarter
    clock: Clock
    member: Membership
    quarters: list[Quarter]

    @property
    def tribe(self) -> Tribe:
        return self.found.tribe

    @property
    def url(self) -> str:
        return reverse("tribe", args=[self.clock.org.slug, self.tribe.code])

    @property
    def choices(self) -> list[QuarterChoice]:
        return quarter_choices(self.quarters, self.quarter, self.url)

    @cached_property
    def weeks(self) -> Weeks:
        return Weeks.of(self.quarter, self.clock.today)

    @property
    def now_label(self) -> str:
        today = numbers.format_date(self.clock.today, language(), "weekday")
        return f"{today} · {self.weeks.now_label}" if self.weeks.number else ""

    @property
    def is_draft(self) -> bool:
        return self.quarter.state == PeriodState.DRAFT

    @property
    def is_closed(self) -> bool:
        return self.quarter.state == PeriodState.CLOSED

    @cached_property
    def may_edit(self) -> bool:
        """Whether the member may write objectives and key results here."""
        here = Objective(level=Objective.Level.TRIBE, tribe=self.tribe, quarter=self.quarter)
        is_open = not self.is_closed and self.tribe.archived_at is None
        return is_open and can(self.member, Permission.EDIT_TRIBE, here)

    @cached_property
    def notices(self) -> list[Notice]:
        """Of a quarter that is not over, what those say who decide on it: one query of each source."""
        return [] if self.is_closed else notices_of(self.tribe, self.quarter, self.member, self.clock)

    @property
    def tabs(self) -> list[tuple[str, str, str]]:
        """(view, label, count) in their order."""
        return [
            ("okrs", _("Objectives and key results"), str(self.found.key_results)),
            ("initiatives", _("Initiatives"), str(self.found.initiatives)),
            ("check-ins", _("Check-ins"), str(self.found.check_ins)),
        ]


# ── Check-ins ────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True)
class CheckInLine:
    check_in: CheckIn
    code: str
    url: str
    day: str
    value: str
    low_confidence: bool
    mood: str


def check_in_page(page: TribePage, number: str | None) -> Page:
    """The latest first. A number that is none gives the first page, one too high the last."""
    rows = check_ins_of(page.tribe.pk, page.quarter).with_author().select_related("key_result__objective")
    paginator = Paginator(rows, PAGE_SIZE)
    paginator.count = page.found.check_ins
    found = paginator.get_page(number)
    found.object_list = [_line(row, page.clock) for row in found.object_list]
    return found


def _line(check_in: CheckIn, clock: Clock) -> CheckInLine:
    key_result = check_in.key_result
    return CheckInLine(
        check_in=check_in,
        code=key_result.code,
        url=reverse("key_result", args=[clock.org.slug, key_result.pk]),
        day=numbers.format_date(check_in.on, language(), "short"),
        value=Figures.of(key_result, clock).span(key_result.current, check_in.value)[1],
        low_confidence=check_in.confidence <= clock.org.low_confidence,
        mood=str(CheckIn.Mood(check_in.mood).label) if check_in.mood else "",
    )
