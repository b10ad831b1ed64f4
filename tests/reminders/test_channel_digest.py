"""The organization's channel hears, once a week, what moved."""

import datetime as dt
import json

import pytest

from orgs import tenancy
from orgs.models import Channel, OutboxMail
from tests import factories
from tests.reminders.conftest import MONDAY
from tests.reminders.test_reminding import live

DAY = dt.timedelta(days=1)


@pytest.fixture(autouse=True)
def post_box(settings):
    settings.MAIL_DELIVERY_BACKEND = "django.core.mail.backends.locmem.EmailBackend"


def told(world):
    with tenancy.tenant(world.org.pk):
        rows = list(OutboxMail.objects.filter(kind="channel_digest").order_by("pk"))
    return [(row.period, json.loads(row.text)) for row in rows]


def set_channel(world, **values):
    with tenancy.tenant(world.org.pk):
        Channel.objects.create(url="https://127.0.0.1/hook", service="slack", **values)


def test_what_moved_is_told_once_a_week(world):
    set_channel(world)
    with tenancy.tenant(world.org.pk):
        factories.check_in(world.key_result, "90", on=MONDAY - 3 * DAY)
    live(world, MONDAY, MONDAY + 2 * DAY, hours=(9, 12))
    [(period, message)] = told(world)
    assert period == "2026-W24"
    assert message["link"].endswith("/o/coursive/strategy/2026/moved/")
    assert any("90" in line and "→" in line for line in message["lines"])
    assert "@" not in json.dumps(message)


def test_a_week_in_which_nothing_moved_is_not_told(world):
    set_channel(world)
    live(world, MONDAY, MONDAY + DAY)
    assert told(world) == []


def test_what_moves_on_the_day_after_waits_for_the_next_week(world):
    set_channel(world)
    live(world, MONDAY, MONDAY)
    with tenancy.tenant(world.org.pk):
        factories.check_in(world.key_result, "90", on=MONDAY)
    live(world, MONDAY + DAY, MONDAY + 2 * DAY)
    assert told(world) == []
    live(world, MONDAY + 7 * DAY, MONDAY + 7 * DAY)
    assert [period for period, _message in told(world)] == ["2026-W25"]


def test_nobody_hears_of_it_where_it_is_not_wanted(world):
    set_channel(world, sends_digest=False)
    with tenancy.tenant(world.org.pk):
        factories.check_in(world.key_result, "90", on=MONDAY - 3 * DAY)
    live(world, MONDAY, MONDAY + DAY)
    assert told(world) == []


def test_it_is_told_on_the_weekday_of_the_digest_by_mail(world):
    set_channel(world)
    with tenancy.tenant(world.org.pk):
        type(world.org).objects.filter(pk=world.org.pk).update(digest_weekday=3)
        factories.check_in(world.key_result, "90", on=MONDAY)
    live(world, MONDAY, MONDAY + 2 * DAY)
    assert told(world) == []
    live(world, MONDAY + 3 * DAY, MONDAY + 4 * DAY)
    assert [period for period, _message in told(world)] == ["2026-W24"]
