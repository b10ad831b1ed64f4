"""What left long ago is deleted, bit by bit; what waits or failed stays."""

import datetime as dt

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

import orgs.tasks
import reminders.tasks
from orgs import outbox, tenancy
from orgs.models import OutboxMail
from reminders.actions import clearing
from reminders.models import Reminder, Round
from tests import factories
from tests.reminders.conftest import DUE, paris

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def post_box(settings):
    settings.MAIL_DELIVERY_BACKEND = "django.core.mail.backends.locmem.EmailBackend"


def mails(world):
    with tenancy.tenant(world.org.pk):
        return set(OutboxMail.objects.values_list("period", flat=True))


def rounds(org):
    with tenancy.tenant(org.pk):
        return Round.objects.count(), Reminder.objects.count()


def test_what_has_left_is_forgotten_after_its_days_and_nothing_else(world, settings):
    settings.SENT_KEPT_DAYS = 100
    now = timezone.now()
    old, young = now - dt.timedelta(days=101), now - dt.timedelta(days=99)
    with tenancy.tenant(world.org.pk):
        for period, values in {
            "old": {"sent_at": old},
            "young": {"sent_at": young},
            "waits": {"due_at": now + dt.timedelta(days=1)},
            "failed": {"given_up_at": old, "failure": "recipient"},
        }.items():
            outbox.post("camille@example.org", "test", period, "Hello", "Well?")
            OutboxMail.objects.filter(period=period).update(**{"created_at": old, "due_at": old} | values)
    orgs.tasks.tick()
    assert mails(world) == {"young", "waits", "failed"}


def test_rounds_go_with_their_reminders_and_the_younger_stay(world):
    other = factories.world("other")
    with time_machine.travel(paris(DUE), tick=False):
        reminders.tasks.tick()
    assert rounds(world.org) == (1, 1)
    with tenancy.tenant(other.org.pk):
        Round.objects.all().delete()
        Round.objects.create(day=DUE + dt.timedelta(days=30), ran_at=timezone.now())
    with time_machine.travel(paris(DUE) + dt.timedelta(days=400), tick=False):
        clearing.clear_old()
        assert rounds(world.org) == (1, 1)
    with time_machine.travel(paris(DUE) + dt.timedelta(days=402), tick=False):
        reminders.tasks.tick()
    with tenancy.tenant(world.org.pk):
        assert not Round.objects.filter(day=DUE).exists()
        assert not Reminder.objects.filter(period=DUE.isoformat()).exists()
    with tenancy.tenant(other.org.pk):
        assert Round.objects.filter(day=DUE + dt.timedelta(days=30)).exists()


def test_each_minute_clears_a_bit_and_nothing_costs_one_query(world, monkeypatch):
    monkeypatch.setattr(clearing, "AT_ONCE", 2)
    with tenancy.tenant(world.org.pk):
        Round.objects.bulk_create(Round(day=dt.date(2024, 1, day), ran_at=timezone.now()) for day in range(1, 6))
    assert [clearing.clear_old() for _minute in range(4)] == [2, 2, 1, 0]
    with CaptureQueriesContext(
        connection,
    ) as queries:
        clearing.clear_old()
    assert len(queries) == 1
