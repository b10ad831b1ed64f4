"""Read model of an initiative's page."""

from dataclasses import dataclass

from django.shortcuts import get_object_or_404
from django.urls import reverse

from okr import numbers
from okr.language import language
from okr.models import Initiative, InitiativeDependency, KeyResult, PeriodState
from okr.pages.figures import day
from okr.pages.history import Editable, History, events_of, history_of
from okr.pages.initiatives import InitiativeLine, days_text, line_of
from okr.readings import Clock
from okr.rows import Row, rows_of
from orgs.models import Membership, Tribe
from orgs.permissions import Permission, can


@dataclass(frozen=True, slots=True)
class Need:
    """What the initiative waits for from another tribe."""

    tribe: Tribe
    url: str
    what: str


@dataclass(frozen=True, slots=True)
class InitiativePage:
    initiative: Initiative
    line: InitiativeLine
    tribe_url: str
    is_late: bool
    days: str  # "13 Apr to 31 May"
    delivered: str  # "28 May", "" while it is not
    milestone: str  # "W18, 27 Apr", "" without
    milestone_columns: str
    now_label: str
    rows: list[Row]
    needs: list[Need]
    history: History
    may_edit: bool


def initiative_page(pk: int, member: Membership, clock: Clock, events_page: str | None = None) -> InitiativePage:
    """`events_page` asks for that page of the whole history. Raises Http404."""
    initiative = get_object_or_404(
        Initiative.objects.live().select_related("quarter__year", "tribe", "owner__user"), pk=pk
    )
    answered = KeyResult.objects.live().filter(answered_by__initiative=initiative).with_definition()
    rows = rows_of(answered.order_by("objective__position", "position", "pk"), clock)
    line = line_of(initiative, clock, [row.code for row in rows])
    week = initiative.milestone_week
    events = events_of(member, initiative=[initiative.pk])
    is_open = initiative.quarter.state != PeriodState.CLOSED
    may_edit = is_open and can(member, Permission.EDIT_INITIATIVES, initiative)
    return InitiativePage(
        initiative=initiative,
        line=line,
        tribe_url=reverse("tribe_quarter", args=[clock.org.slug, initiative.tribe.code, initiative.quarter.slug]),
        is_late=line.look == "late",
        days=days_text(initiative.start_week, initiative.end_week),
        delivered=day(initiative.delivered_on, clock.today) if initiative.delivered_on else "",
        milestone=f"{numbers.format_week(week, language(), short=True)}, {day(week, clock.today)}" if week else "",
        milestone_columns=line.weeks.columns(week, week) if week else "",
        now_label=line.weeks.now_label,
        rows=rows,
        needs=_needs(initiative, clock),
        history=history_of(events, clock, [], page=events_page, editable=Editable([initiative] if may_edit else [])),
        may_edit=may_edit,
    )


def _needs(initiative: Initiative, clock: Clock) -> list[Need]:
    waits = InitiativeDependency.objects.filter(initiative=initiative).select_related("tribe")
    return [
        Need(
            tribe=wait.tribe,
            url=reverse("tribe_quarter", args=[clock.org.slug, wait.tribe.code, initiative.quarter.slug]),
            what=wait.what,
        )
        for wait in waits.order_by("tribe__position", "pk")
    ]
