"""The demo is believable on whatever day it is loaded."""

import datetime as dt
from collections.abc import Iterator
from typing import Any

import pytest
import time_machine
from django.db import transaction

from okr import scoring
from okr.demo.calendar import calendar_of
from okr.demo.loader import load_demo
from okr.models import CheckIn, Initiative, KeyResult, Quarter, Step, Year
from okr.readings import Clock, read
from orgs import tenancy
from orgs.models import AuditEvent, Organization

MOMENTS = [
    dt.datetime(2026, 1, 1, 8, 0, tzinfo=dt.UTC),
    dt.datetime(2027, 2, 28, 18, 0, tzinfo=dt.UTC),
    dt.datetime(2028, 2, 29, 12, 0, tzinfo=dt.UTC),
    dt.datetime(2026, 3, 30, 5, 30, tzinfo=dt.UTC),  # a Monday
    dt.datetime(2026, 5, 7, 10, 0, tzinfo=dt.UTC),  # the last day before the quarter moves on
    dt.datetime(2026, 5, 8, 10, 0, tzinfo=dt.UTC),
    dt.datetime(2026, 11, 22, 20, 0, tzinfo=dt.UTC),  # a Sunday
    dt.datetime(2026, 12, 31, 23, 30, tzinfo=dt.UTC),  # already 1 January in Paris, not in London
]


@pytest.fixture(scope="module", params=MOMENTS, ids=str)
def now(request: pytest.FixtureRequest, django_db_setup: None, django_db_blocker: Any) -> Iterator[dt.datetime]:
    """Each moment, with the demo loaded at it, once for all the tests that look at it."""
    with django_db_blocker.unblock(), transaction.atomic():
        load_demo(request.param)
        yield request.param
        transaction.set_rollback(True)


@pytest.fixture
def loaded(now: dt.datetime, db: None) -> Iterator[Organization]:
    org = Organization.objects.get(slug="coursive")
    with tenancy.tenant(org.pk), time_machine.travel(now, tick=False):
        yield org


def every_day(year: int) -> Iterator[dt.date]:
    day = dt.date(year, 1, 1)
    while day.year == year:
        yield day
        day += dt.timedelta(days=1)


@pytest.mark.parametrize("year", [2026, 2028])
def test_the_running_quarter_is_in_its_sixth_to_tenth_week_on_any_day(year: int) -> None:
    for day in every_day(year):
        calendar = calendar_of(day)
        closed, running, draft = calendar.quarters
        assert 35 <= (day - running.starts_on).days <= 68
        assert calendar.year.starts_on == closed.starts_on
        former = [calendar.former_quarter(number) for number in (1, 2, 3, 4)]
        assert (former[0].starts_on, former[3].ends_on) == (calendar.former.starts_on, calendar.former.ends_on)
        assert calendar.former.ends_on + dt.timedelta(days=1) == calendar.year.starts_on
        assert closed.ends_on + dt.timedelta(days=1) == running.starts_on
        assert running.ends_on + dt.timedelta(days=1) == draft.starts_on
        assert draft.ends_on < calendar.year.ends_on
        assert {span.starts_on.day for span in (closed, running, draft, calendar.year)} == {1}
        assert 364 <= (calendar.year.ends_on - calendar.year.starts_on).days <= 365


def test_every_status_shows_today(loaded: Organization) -> None:
    clock = Clock.of(loaded)
    statuses: dict[str, list[str]] = {"tribe": [], "strategic": []}
    for row in KeyResult.objects.filter(stage="published").with_definition():
        statuses[row.objective.level].append(read(row, clock).status)
    assert set(statuses["tribe"]) == set(scoring.Status)
    assert statuses["tribe"].count(scoring.Status.ON_TRACK) > 15
    assert set(statuses["strategic"]) >= {
        scoring.Status.ON_TRACK,
        scoring.Status.AT_RISK,
        scoring.Status.OFF_TRACK,
        scoring.Status.NO_UPDATE,
    }


def test_nothing_lies_in_the_future_or_outside_its_period(loaded: Organization, now: dt.datetime) -> None:
    today = now.astimezone(loaded.zone).date()
    assert Quarter.objects.get(state="open") == Quarter.objects.get(starts_on__lte=today, ends_on__gte=today)
    years = list(Year.objects.order_by("starts_on"))
    assert [year.starts_on.month for year in years] == [loaded.year_starts_month] * 2
    assert years[0].ends_on + dt.timedelta(days=1) == years[1].starts_on
    for check_in in CheckIn.objects.select_related("key_result__objective__quarter", "key_result__objective__year"):
        span = check_in.key_result.objective.span
        assert span.starts_on <= check_in.on <= min(today, span.ends_on)
        assert check_in.on.weekday() < 5 or check_in.on == today
        assert check_in.created_at <= now
        assert check_in.created_at.astimezone(loaded.zone).date() == check_in.on
    assert not AuditEvent.objects.filter(at__gt=now).exists()
    assert not Step.objects.filter(done_on__gt=today).exists()


def test_initiatives_agree_with_the_week(loaded: Organization, now: dt.datetime) -> None:
    today = now.astimezone(loaded.zone).date()
    monday = today - dt.timedelta(days=today.weekday())
    for row in Initiative.objects.select_related("quarter").filter(quarter__state="open"):
        weeks = row.quarter.weeks()
        assert row.start_week in weeks
        assert row.end_week in weeks
        assert row.milestone_week is None or row.start_week <= row.milestone_week <= row.end_week
        match row.state:
            case Initiative.State.DELIVERED:
                assert row.end_week <= row.delivered_on <= today
            case Initiative.State.PLANNED:
                assert row.start_week > monday
            case _:
                assert row.start_week <= monday


def test_the_tribe_lead_and_the_chief_of_staff_have_check_ins_to_make(loaded: Organization, now: dt.datetime) -> None:
    today = now.astimezone(loaded.zone).date()
    week_ends = max(today, today - dt.timedelta(days=today.weekday() - loaded.due_weekday))
    due = KeyResult.objects.filter(stage="published", next_due_on__lte=week_ends).select_related("owner__user")
    owners = [row.owner.user.email.partition("@")[0] for row in due]
    assert owners.count("lead.produit.drv") == 4
    assert owners.count("lead.tech.drv") == 2
    assert owners.count("cheffe.de.cabinet") >= 1
