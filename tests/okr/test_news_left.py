"""News outlive the process that acted: what a crash left untold is told by the minute's job, exactly once."""

import datetime as dt
import threading
from decimal import Decimal

import pytest
import time_machine
from django.db import connection, transaction
from django.utils import timezone

from okr.actions import news_left
from okr.actions.check_in import record_check_in
from okr.actions.following import set_following
from okr.models import Untold
from okr.tasks import tell_news
from orgs import tenancy
from orgs.actions.audit import Actor
from orgs.models import Notification, OutboxMail
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def clock():
    with time_machine.travel(dt.datetime(2026, 5, 19, 8, tzinfo=dt.UTC), tick=False) as clock:
        yield clock


@pytest.fixture
def world(clock):
    world = factories.world()
    world.sam.user.mail_news = True
    world.sam.user.save()
    with tenancy.tenant(world.org.pk):
        set_following(world.tribe, True, by=world.sam)
    return world


@pytest.fixture
def act(world, django_capture_on_commit_callbacks):
    """Alice checks in and her process dies: what it would have done after the commit is answered, and never done."""

    def act(value="80", by="alice"):
        with tenancy.tenant(world.org.pk), django_capture_on_commit_callbacks() as undone:
            record_check_in(world.key_result, by=Actor(getattr(world, by)), value=Decimal(value), confidence=6)
        return undone

    return act


def told(world):
    """How many notices Sam has, how many mails, and how many acts wait to be told."""
    with tenancy.tenant(world.org.pk):
        mails = OutboxMail.objects.filter(kind=Notification.Kind.CHECKED_IN)
        return Notification.objects.filter(recipient=world.sam).count(), mails.count(), Untold.objects.count()


def test_what_a_crash_left_untold_is_told_once(world, act, clock):
    undone = act()
    tell_news()
    assert told(world) == (0, 0, 1)  # it is too early to know that the process is gone
    clock.shift(dt.timedelta(minutes=3))
    tell_news()
    assert told(world) == (1, 1, 0)
    tell_news()
    for late in undone:  # the process was merely slow
        late()
    assert told(world) == (1, 1, 0)


def test_what_was_told_as_usual_leaves_nothing_behind(world, act, clock):
    for callback in act():
        callback()
    assert told(world) == (1, 1, 0)
    clock.shift(dt.timedelta(minutes=3))
    tell_news()
    assert told(world) == (1, 1, 0)


def test_one_that_cannot_be_told_keeps_nobody_waiting_and_is_given_up(world, act, clock):
    with tenancy.tenant(world.org.pk):
        broken = Untold.objects.create(by=world.alice, events=["none"], due_at=timezone.now())
    act()
    clock.shift(dt.timedelta(minutes=3))
    tell_news()
    assert told(world) == (1, 1, 1)
    with tenancy.tenant(world.org.pk):
        assert Untold.objects.get().due_at > timezone.now()  # not each minute
    for _try in range(news_left.ATTEMPTS):
        clock.shift(dt.timedelta(days=1))
        tell_news()
    with tenancy.tenant(world.org.pk):
        assert not Untold.objects.filter(pk=broken.pk).exists()


def test_what_happened_meanwhile_is_told_as_it_is(world, act, clock):
    """Two check-ins lie untold: the latest says it all, as it replaces an unread one where each is told at once."""
    act("80")
    clock.shift(dt.timedelta(seconds=30))
    act("88")
    clock.shift(dt.timedelta(minutes=3))
    tell_news()
    with tenancy.tenant(world.org.pk):
        [notice] = Notification.objects.filter(recipient=world.sam)
    assert "88" in notice.excerpt
    assert told(world) == (1, 1, 0)


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_jobs_at_once_tell_it_once():
    with time_machine.travel(dt.datetime(2026, 5, 19, 8, tzinfo=dt.UTC), tick=False) as clock:
        world = factories.world()
        with tenancy.tenant(world.org.pk), transaction.atomic():
            set_following(world.tribe, True, by=world.sam)
            record_check_in(world.key_result, by=Actor(world.alice), value=Decimal("80"), confidence=6)
            # As if the process had died: what it would do after the commit is forgotten.
            connection.run_on_commit = []
        clock.shift(dt.timedelta(minutes=3))
        together, failed = threading.Barrier(4), []

        def job():
            try:
                together.wait(30)
                tell_news()
            except Exception as error:
                failed.append(error)
            finally:
                connection.close()

        threads = [threading.Thread(target=job) for _ in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(60)
    assert not failed
    assert told(world)[::2] == (1, 0)
