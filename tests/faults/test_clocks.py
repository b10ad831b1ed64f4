"""Clocks change on a working day, and the jobs tick on: nobody is reminded twice, and nobody is forgotten.

Every half hour of two days two ticks come, as of two beats; what they write leaves through a real mail server.
"""

import datetime as dt
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.utils import timezone

from okr.models import Quarter
from orgs import outbox, tenancy
from orgs.models import Organization
from reminders.tasks import tick
from tests import factories
from tests.faults.post_office import PostOffice

CAIRO = ZoneInfo("Africa/Cairo")
HALF_AN_HOUR = dt.timedelta(minutes=30)


@pytest.fixture
def through_the_office(office: PostOffice, settings: Any) -> PostOffice:
    settings.MAIL_DELIVERY_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", office.port
    return office


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(
    ("changes_on", "hour", "left_at"),
    [
        # At midnight the clock goes on to one: the hour of the run does not exist, and it comes after the gap.
        (dt.date(2026, 4, 24), 0, "2026-04-23 22:00"),
        # At the end of the day the hour of the run comes twice.
        (dt.date(2026, 10, 29), 23, "2026-10-29 20:00"),
    ],
    ids=["the hour that does not exist", "the hour that comes twice"],
)
def test_the_day_on_which_clocks_change(
    through_the_office: PostOffice, changes_on: dt.date, hour: int, left_at: str
) -> None:
    begins = dt.datetime.combine(changes_on - dt.timedelta(days=1), dt.time(12), CAIRO).astimezone(dt.UTC)
    left = []
    with time_machine.travel(begins, tick=False) as clock:
        world = factories.world()
        Organization.objects.filter(pk=world.org.pk).update(time_zone=CAIRO.key, due_hour=hour, holiday_country="")
        with tenancy.tenant(world.org.pk):
            Quarter.objects.update(starts_on=changes_on.replace(day=1), ends_on=changes_on + dt.timedelta(days=60))
            world.key_result.next_due_on = changes_on
            world.key_result.owner = world.bob
            world.key_result.save()
            world.strategic_kr.next_due_on = changes_on + dt.timedelta(days=30)
            world.strategic_kr.save()
            Organization.objects.get(pk=world.org.pk).save()  # as the settings do: the next run is planned anew
        for _step in range(2 * 24 * 2):
            clock.shift(HALF_AN_HOUR)
            for _beat in range(2):
                tick()
                if outbox.sweep(until=timezone.now() + HALF_AN_HOUR):
                    left.append(timezone.now())
    assert through_the_office.boxes.keys() == {world.bob.user.email}
    assert set(through_the_office.taken.values()) == {1}
    assert left[0] == dt.datetime.fromisoformat(f"{left_at}+00:00")
    assert len(left) == 1
