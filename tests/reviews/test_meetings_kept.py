"""The job that keeps meetings made ahead: whatever fails or kills it, the others have their turn in the next minute."""

import datetime as dt

import pytest
import time_machine

from orgs import tenancy
from reviews import tasks
from reviews.models import Meeting, MeetingSeries
from reviews.tasks import keep_meetings
from tests import factories

pytestmark = pytest.mark.django_db
NOW = dt.datetime(2026, 5, 4, 6, tzinfo=dt.UTC)


@pytest.fixture
def clock():
    with time_machine.travel(NOW, tick=False) as clock:
        yield clock


@pytest.fixture
def orgs(clock):
    """Three organizations, each with a series that nobody has looked after yet."""
    return [series_of(factories.world(slug)) for slug in ("first", "second", "third")]


def series_of(world):
    with tenancy.tenant(world.org.pk):
        MeetingSeries.objects.create(
            committee=world.committee, title="OKR review", weekday=3, starts_on=NOW.date(), lead=world.carol
        )
    return world.org


def made(orgs):
    found = []
    for org in orgs:
        with tenancy.tenant(org.pk):
            found.append(Meeting.objects.filter(archived_at=None).count())
    return found


def test_each_series_once_an_hour(orgs, clock):
    keep_meetings()
    assert made(orgs) == [6, 6, 6]
    with tenancy.tenant(orgs[1].pk):
        Meeting.objects.all().delete()
    clock.shift(dt.timedelta(minutes=59))
    keep_meetings()
    assert made(orgs) == [6, 0, 6]
    clock.shift(dt.timedelta(minutes=1))
    keep_meetings()
    assert made(orgs) == [6, 6, 6]


def test_one_that_fails_holds_nobody_up_and_is_tried_again_soon(orgs, clock):
    with tenancy.tenant(orgs[0].pk):
        MeetingSeries.objects.update(every_weeks=0)  # no form would let that through
    keep_meetings()
    assert made(orgs) == [0, 6, 6]
    with tenancy.tenant(orgs[0].pk):
        MeetingSeries.objects.update(every_weeks=2)
    clock.shift(dt.timedelta(minutes=5))
    keep_meetings()
    assert made(orgs) == [6, 6, 6]


def test_a_job_that_is_killed_loses_minutes(orgs, clock, monkeypatch):
    """It dies over the second: the third has its turn in the next minute, the second soon after."""
    keep = tasks.keep_ahead

    def die_over_the_second(series):
        if series.org_id == orgs[1].pk:
            raise SystemExit
        keep(series)

    with monkeypatch.context() as patched:
        patched.setattr(tasks, "keep_ahead", die_over_the_second)
        with pytest.raises(SystemExit):
            keep_meetings()
    assert made(orgs) == [6, 0, 0]
    clock.shift(dt.timedelta(minutes=1))
    keep_meetings()
    assert made(orgs) == [6, 0, 6]
    clock.shift(dt.timedelta(minutes=4))
    keep_meetings()
    assert made(orgs) == [6, 6, 6]


def test_a_tick_ends_in_its_time_and_the_next_goes_on(orgs, clock, monkeypatch):
    keep = tasks.keep_ahead

    def take_long(series):
        keep(series)
        clock.shift(dt.timedelta(seconds=30))

    monkeypatch.setattr(tasks, "keep_ahead", take_long)
    keep_meetings()
    assert made(orgs) == [6, 6, 0]
    keep_meetings()
    assert made(orgs) == [6, 6, 6]
