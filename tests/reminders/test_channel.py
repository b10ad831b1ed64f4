"""The organization's channel hears, two working days after a due day, which check-ins are missing: once, and nothing private."""

import datetime as dt
import json

import pytest

from orgs import tenancy
from orgs.actions.audit import Actor
from orgs.actions.channels import remove_channel, set_channel
from orgs.models import Absence, Channel, OutboxMail, User
from reminders.models import Reminder, Schedule
from reminders.tasks import tick
from tests import factories
from tests.factories import signed_in
from tests.reminders.conftest import DUE, MONDAY, paris
from tests.reminders.test_reminding import at, check_in, leaves, live

DAY = dt.timedelta(days=1)


@pytest.fixture(autouse=True)
def post_box(settings):
    settings.MAIL_DELIVERY_BACKEND = "django.core.mail.backends.locmem.EmailBackend"


@pytest.fixture
def channel(world):
    """It is set, and leads to where nothing is sent."""
    with tenancy.tenant(world.org.pk):
        return Channel.objects.create(url="https://127.0.0.1/hook", service="slack")


def told(world):
    """(period, title, lines) of what was written for the channel."""
    with tenancy.tenant(world.org.pk):
        rows = list(OutboxMail.objects.filter(kind="channel_missed").order_by("pk"))
    kept = [(row.period, json.loads(row.text)) for row in rows]
    return [(period, message["title"], message["lines"]) for period, message in kept]


def test_missing_check_ins_are_told_once_two_working_days_later(world, channel):
    live(world, MONDAY, DUE + DAY)
    assert told(world) == []
    live(world, DUE + 2 * DAY, DUE + 6 * DAY, hours=(9, 11, 15))
    [(period, title, lines)] = told(world)
    assert (period, lines) == (DUE.isoformat(), ["Drive: 1 of 1 · Bob Colleague"])
    assert "1 check-in" in title
    assert "@" not in title + "".join(lines)


def test_each_week_is_told(world, channel):
    live(world, MONDAY, DUE + 9 * DAY)
    assert [period for period, _title, _lines in told(world)] == ["2026-06-10", "2026-06-17"]


def test_who_has_checked_in_is_not_named(world, channel):
    live(world, MONDAY, DUE + 2 * DAY, check_in_on=DUE + DAY)
    assert told(world) == []


def test_it_names_who_stands_in_and_not_who_is_away(world, channel):
    with tenancy.tenant(world.org.pk):
        Absence.objects.create(member=world.bob, substitute=world.cpo, starts_on=MONDAY, ends_on=DUE + 20 * DAY)
    live(world, MONDAY, DUE + 2 * DAY)
    [(_period, _title, lines)] = told(world)
    assert lines == ["Drive: 1 of 1 · Paul Cpo"]


@pytest.mark.parametrize("wanted", [None, False])
def test_nobody_is_told_without_a_channel_that_wants_it(world, wanted):
    if wanted is not None:
        with tenancy.tenant(world.org.pk):
            Channel.objects.create(url="https://127.0.0.1/hook", service="slack", sends_missed=wanted)
    live(world, MONDAY, DUE + 2 * DAY)
    assert told(world) == []


def test_it_is_written_in_the_organizations_language(world, channel):
    """Whoever runs the jobs, and whatever language anybody reads."""
    User.objects.update(language="en")
    with tenancy.tenant(world.org.pk):
        type(world.org).objects.filter(pk=world.org.pk).update(language="fr")
    live(world, MONDAY, DUE + 2 * DAY)
    assert "mercredi 10 juin" in told(world)[0][1]


def test_of_many_a_few_are_named(world, channel):
    with tenancy.tenant(world.org.pk):
        for number in range(9):
            owner = factories.member(world.org, f"Person {number}")
            row = factories.key_result(world.objective, title=f"Figure {number}", owner=owner)
            type(row).objects.filter(pk=row.pk).update(next_due_on=DUE)
        check_in(world)
    with at(paris(DUE + 2 * DAY)):
        tick()
    [(_period, _title, [line])] = told(world)
    assert line.startswith("Drive: 9 of 10 · Person 0, Person 1")
    assert line.endswith("Person 5 and 3 more")


def test_a_channel_that_cannot_be_told_does_not_stop_the_reminders(world, channel, monkeypatch):
    def fail(*args):
        raise ZeroDivisionError

    monkeypatch.setattr("reminders.channel._missing", fail)
    assert live(world, MONDAY, DUE + 2 * DAY) != []
    assert told(world) == []


# ── Where people are not reminded ──


def without_reminders(world):
    org = type(world.org).objects.get(pk=world.org.pk)
    org.send_reminders = False
    org.save()
    return org


def next_run(world):
    with tenancy.tenant(world.org.pk):
        return Schedule.objects.get().next_run_at


def test_the_channel_is_told_where_nobody_is_reminded(world, channel):
    without_reminders(world)
    assert live(world, MONDAY, DUE + 2 * DAY, hours=(9, 11, 15)) == []
    [(period, _title, lines)] = told(world)
    assert (period, lines) == (DUE.isoformat(), ["Drive: 1 of 1 · Bob Colleague"])
    with tenancy.tenant(world.org.pk):
        assert not Reminder.objects.exists()
        assert not OutboxMail.objects.exclude(channel="webhook").exists()


def test_people_are_still_asked_on_the_day_on_which_reminders_come_back(world, channel):
    org = without_reminders(world)
    live(world, DUE, DUE)
    with at(paris(DUE, 11)):
        org.send_reminders = True
        org.save()
        tick()
        assert [name for name, _subject in leaves()] == ["bob"]


def test_a_channel_brings_runs_and_takes_them_with_it(world):
    without_reminders(world)
    assert next_run(world) is None
    administrator = Actor(world.dan)
    wanted = {"sends_missed": True, "sends_digest": False}
    with tenancy.tenant(world.org.pk):
        set_channel({"url": "https://hooks.slack.com/services/T/B/x", **wanted}, by=administrator)
    assert next_run(world) == paris(MONDAY)
    with tenancy.tenant(world.org.pk):
        set_channel({"sends_missed": False, "sends_digest": False}, by=administrator)
    assert next_run(world) is None
    with tenancy.tenant(world.org.pk):
        set_channel(wanted, by=administrator)
        assert next_run(world) == paris(MONDAY)
        remove_channel(by=administrator)
    assert next_run(world) is None


def test_the_settings_say_that_the_channel_still_hears(world, channel):
    without_reminders(world)
    page = signed_in(world.dan).get("/o/coursive/settings/organization/").text
    assert "No reminders are sent. The channel still hears what was chosen for it." in page
