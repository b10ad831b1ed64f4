"""The working week, Monday to Friday: which check-ins are due from me and what begins, ends or shows itself in my tribe."""

import datetime as dt
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from okr import numbers
from okr.language import language
from okr.models import Initiative, KeyResult
from okr.pages.initiatives import late_text
from okr.pages.timeline import WEEK, State, weeks_late
from okr.readings import Clock

FRIDAY = dt.timedelta(days=4)
WEEKEND = dt.timedelta(days=2)
HORIZON = dt.timedelta(weeks=4)
MOST_A_DAY = 4
MOST_DEADLINES = 6


@dataclass(frozen=True, slots=True)
class Appointment:
    label: str
    detail: str  # what happens to an initiative: "starts", "ends", "milestone"
    url: str
    is_due: bool  # a check-in of mine, else an initiative


@dataclass(frozen=True, slots=True)
class Day:
    name: str  # "Mon 18 May"
    is_today: bool
    holiday: str  # the public holiday's name, "" on other days
    appointments: list[Appointment]
    left_out: int  # initiatives for which there was no room


@dataclass(frozen=True, slots=True)
class Event:
    """What happens to an initiative on a day."""

    on: dt.date
    word: str


def monday_of(day: dt.date) -> dt.date:
    return day - dt.timedelta(days=day.weekday())


def working_week(mine: Iterable[KeyResult], initiatives: Iterable[Initiative], clock: Clock) -> list[Day]:
    """`mine`: published key results that I own. On a weekend the coming week; what falls on one stands on Friday.

    Check-ins overdue from before stand on today, or on Monday.
    """
    monday = monday_of(clock.today + WEEKEND)
    days = [monday + dt.timedelta(days=place) for place in range(5)]
    found: dict[dt.date, list[Appointment]] = {day: [] for day in days}
    dates = [row.next_due_on for row in mine if row.next_due_on]
    overdue = sum(day < monday for day in dates)
    if overdue:
        found[max(clock.today, monday)].append(_overdue(overdue, clock))
    for day, number in Counter(day for day in dates if monday <= day < monday + WEEK).items():
        found[min(day, days[-1])].append(_due(number, clock))
    for initiative in initiatives:
        for event in events_of(initiative):
            if event.on in found:
                found[event.on].append(_appointment(initiative, event, clock))
    return [
        Day(
            name=numbers.format_date(day, language(), "weekday"),
            is_today=day == clock.today,
            holiday=clock.org.working_days.holiday_name(day, language()),
            appointments=found[day][:MOST_A_DAY],
            left_out=len(found[day][MOST_A_DAY:]),
        )
        for day in days
    ]


def _due(number: int, clock: Clock) -> Appointment:
    text = ngettext("%(number)d check-in due", "%(number)d check-ins due", number) % {"number": number}
    return Appointment(text, "", reverse("check_in", args=[clock.org.slug]), True)


def _overdue(number: int, clock: Clock) -> Appointment:
    text = ngettext("%(number)d check-in overdue", "%(number)d check-ins overdue", number) % {"number": number}
    return Appointment(text, "", reverse("check_in", args=[clock.org.slug]), True)


def _appointment(initiative: Initiative, event: Event, clock: Clock) -> Appointment:
    return Appointment(initiative.title, event.word, reverse("initiative", args=[clock.org.slug, initiative.pk]), False)


def events_of(initiative: Initiative) -> list[Event]:
    """Its first Monday while it is planned, then the Fridays of its milestone and of its last week; none once it is over."""
    if initiative.state in (State.DELIVERED, State.CANCELLED):
        return []
    events = [Event(initiative.start_week, _("starts"))] if initiative.state == State.PLANNED else []
    if initiative.milestone_week is not None:
        events.append(Event(initiative.milestone_week + FRIDAY, _("milestone")))
    if initiative.milestone_week == initiative.end_week:
        return [*events[:-1], Event(initiative.end_week + FRIDAY, _("milestone, ends"))]
    return [*events, Event(initiative.end_week + FRIDAY, _("ends"))]


@dataclass(frozen=True, slots=True)
class Deadline:
    initiative: Initiative
    url: str
    text: str  # "ends Fri 22 May", "2 weeks late"
    is_late: bool
    codes: tuple[str, ...]  # key results that it answers


def deadlines(initiatives: Iterable[Initiative], codes: Mapping[int, Sequence[str]], clock: Clock) -> list[Deadline]:
    """The late ones, the latest of them first, then what comes up within four weeks; six in all."""
    late, coming = [], []
    for initiative in initiatives:
        url = reverse("initiative", args=[clock.org.slug, initiative.pk])
        answers = tuple(codes.get(initiative.pk, ()))
        weeks = weeks_late(initiative, clock.today)
        if weeks:
            late.append((-weeks, initiative.pk, Deadline(initiative, url, late_text(weeks), True, answers)))
            continue
        event = next((event for event in events_of(initiative) if event.on >= clock.today), None)
        if event is not None and event.on <= clock.today + HORIZON:
            text = f"{event.word} {numbers.format_date(event.on, language(), 'weekday')}"
            coming.append((event.on, initiative.pk, Deadline(initiative, url, text, False, answers)))
    return [deadline for *_order, deadline in (*sorted(late), *sorted(coming))][:MOST_DEADLINES]
