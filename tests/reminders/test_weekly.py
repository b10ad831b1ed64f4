"""The weekly digest of what moved: to whom, when, once, in their language."""

import datetime as dt

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext

from okr.models import Year
from orgs import tenancy
from orgs.models import Membership, OutboxMail, Role
from reminders.actions import digesting
from reminders.actions.digesting import digest_due, readers, send_digests
from reminders.actions.reminding import run, run_of
from reminders.models import Schedule
from reminders.weekly import KIND
from tests import factories
from tests.reminders.conftest import MONDAY, paris


def sent():
    return list(OutboxMail.objects.filter(kind=KIND).order_by("recipient"))


def runs(world, when):
    due = run_of(world.org, when)
    assert due is not None
    run(due)


@pytest.fixture
def here(world):
    with tenancy.tenant(world.org.pk):
        Membership.objects.update(weekly_digest=None)
        yield world


@pytest.fixture
def moved(here):
    """Alice's tribe's key result fell on the Friday before."""
    world = here
    friday = MONDAY - dt.timedelta(days=3)
    factories.check_in(world.key_result, "81", on=friday, confidence=3, comment="The cold zone is shut.")
    world.key_result.next_due_on = MONDAY + dt.timedelta(days=2)
    world.key_result.save()
    return world


def test_with_monday_s_run_to_sponsors_and_codir(moved):
    with time_machine.travel(paris(MONDAY, 9, 1), tick=False):
        runs(moved, paris(MONDAY, 9, 1))
        mails = sent()
        assert {mail.recipient for mail in mails} == {moved.sam.user.email, moved.codir.user.email}
        (mail,) = (mail for mail in mails if mail.recipient == moved.sam.user.email)
        assert mail.period == "2026-W24"
        assert mail.subject == "What moved since Mon 1 Jun"
        assert "In the Tribes: 0 better, 1 worse." in mail.text
        assert "Orders ready when the customer arrives" in mail.text
        assert "confidence 6 → 3" in mail.text
        assert f"/o/coursive/key-results/{moved.key_result.pk}/" in mail.html
        assert "/o/coursive/strategy/2026/moved/?since=2026-06-01" in mail.html


def test_an_administrator_looks_at_one_of_today(moved):
    """Where something moved; else it says that none would leave."""
    with time_machine.travel(paris(MONDAY, 9, 1), tick=False):
        client = factories.signed_in(moved.dan)
        at = f"/o/{moved.org.slug}/settings/deliveries/preview/"
        assert "Preview on its way" in client.post(at, {"kind": KIND}, follow=True).text
        [mail] = OutboxMail.objects.filter(kind="preview")
        assert mail.recipient == moved.dan.user.email
        assert mail.subject == "Preview: What moved since Mon 1 Jun"
        assert "confidence 6 → 3" in mail.text
        assert not sent()
        Year.objects.update(state="closed")
        assert "no weekly digest would leave today" in client.post(at, {"kind": KIND}, follow=True).text


def test_once_a_week_also_where_monday_was_slept_through(moved):
    tuesday = MONDAY + dt.timedelta(days=1)
    for day in (tuesday, tuesday + dt.timedelta(days=1)):
        with time_machine.travel(paris(day, 9, 1), tick=False):
            runs(moved, paris(day, 9, 1))
    assert len(sent()) == 2
    with time_machine.travel(paris(tuesday, 10), tick=False):
        assert send_digests(moved.org, tuesday) == 0


def test_what_moves_on_the_day_after_waits_for_the_next_week(here):
    """Nothing had moved by Monday's run: that was this week's digest."""
    world = here
    world.key_result.check_ins.all().delete()
    world.strategic_kr.check_ins.all().delete()
    tuesday = MONDAY + dt.timedelta(days=1)
    with time_machine.travel(paris(MONDAY, 9, 1), tick=False):
        runs(world, paris(MONDAY, 9, 1))
    with time_machine.travel(paris(tuesday, 9, 1), tick=False):
        factories.check_in(world.key_result, "81", on=MONDAY, confidence=3)
        runs(world, paris(tuesday, 9, 1))
    assert not sent()
    with time_machine.travel(paris(MONDAY + dt.timedelta(days=7), 9, 1), tick=False):
        runs(world, paris(MONDAY + dt.timedelta(days=7), 9, 1))
    assert {mail.period for mail in sent()} == {"2026-W25"}


def test_one_that_failed_is_made_up_for_the_day_after(moved, monkeypatch):
    def die(mails):
        raise OSError("the machine stops")

    tuesday = MONDAY + dt.timedelta(days=1)
    with time_machine.travel(paris(MONDAY, 9, 1), tick=False), monkeypatch.context() as broken:
        broken.setattr(digesting.outbox, "post_many", die)
        runs(moved, paris(MONDAY, 9, 1))
    assert not sent()
    with time_machine.travel(paris(tuesday, 9, 1), tick=False):
        runs(moved, paris(tuesday, 9, 1))
    assert len(sent()) == 2


def test_not_late_in_a_week(moved):
    thursday = MONDAY + dt.timedelta(days=3)
    with time_machine.travel(paris(thursday, 9, 1), tick=False):
        assert send_digests(moved.org, thursday) == 0


def test_who_has_switched_it_off_or_paused_gets_none(moved):
    Membership.objects.filter(pk=moved.sam.pk).update(weekly_digest=False)
    Membership.objects.filter(pk=moved.codir.pk).update(paused_until=MONDAY)
    assert readers(MONDAY) == []
    assert [row.pk for row in readers(MONDAY + dt.timedelta(days=1))] == [moved.codir.pk]


def test_whoever_chose_it_gets_it_too(moved):
    Membership.objects.filter(pk=moved.bob.pk).update(weekly_digest=True)
    assert {row.pk for row in readers(MONDAY)} == {moved.bob.pk, moved.sam.pk, moved.codir.pk}


def test_on_the_weekday_chosen_or_the_next_working_day(moved):
    def due(weekday, *days):
        moved.org.digest_weekday = weekday
        return [digest_due(moved.org, dt.date.fromisoformat(day)) for day in days]

    week = "2026-W24"
    assert due(4, "2026-06-11", "2026-06-12", "2026-06-15", "2026-06-16") == [None, week, week, None]
    # Ascension Day is a Thursday, and Christmas a Friday: its digest comes in the week after, named by its own.
    assert due(3, "2026-05-14", "2026-05-15") == [None, "2026-W20"]
    assert due(4, "2026-12-25", "2026-12-28") == [None, "2026-W52"]


def test_nothing_moved_nothing_is_sent(here):
    world = here
    with time_machine.travel(paris(MONDAY, 9, 1), tick=False):
        world.key_result.check_ins.all().delete()
        world.strategic_kr.check_ins.all().delete()
        assert send_digests(world.org, MONDAY) == 0
    assert not sent()


def test_in_their_language_found_once_for_each(moved):
    def cost():
        with CaptureQueriesContext(connection) as seen:
            send_digests(moved.org, MONDAY)
        return len(seen)

    with time_machine.travel(paris(MONDAY, 9, 1), tick=False):
        moved.codir.user.language = "fr"
        moved.codir.user.save()
        few = cost()
        french = next(mail for mail in sent() if mail.recipient == moved.codir.user.email)
        assert "lundi 1er juin" in french.subject.replace("\u00a0", " ")
        OutboxMail.objects.all().delete()
        Schedule.objects.update(week_mailed="")
        for number in range(20):
            factories.member(moved.org, f"Director {number}", Role.CODIR)
        assert cost() == few
        assert len(sent()) == 22


def test_between_two_years_there_is_none(moved):
    """The last days of a year that is over are not told again, week after week."""
    with time_machine.travel(paris(MONDAY, 9, 1), tick=False):
        Year.objects.filter(pk=moved.year.pk).update(ends_on=MONDAY - dt.timedelta(days=1))
        assert send_digests(moved.org, MONDAY) == 0
    assert not sent()
