"""A check-in before the mail has left: what it reads does not grow with the mails that wait."""

from decimal import Decimal

import pytest
import time_machine
from django.db.models.signals import post_init

from okr.actions.check_in import record_check_in
from okr.models import KeyResult
from orgs import tenancy
from orgs.actions.audit import Actor
from orgs.models import Membership, OutboxMail, User
from reminders.models import Reminder
from reminders.tasks import tick
from tests import factories
from tests.reminders.conftest import DUE, paris

PEOPLE = 40


@pytest.fixture
def waiting(world):
    """The mail server is away: many were written to, each for a key result of their own."""
    with tenancy.tenant(world.org.pk):
        users = User.objects.bulk_create(
            User(email=f"person{n}@example.org", name=f"Person {n}", password="!") for n in range(PEOPLE)
        )
        for user in users:
            owner = Membership.objects.create(user=user, roles=["member"])
            factories.key_result(world.objective, title=f"Of {user.name}", owner=owner, next_due_on=DUE)
    with time_machine.travel(paris(DUE), tick=False):
        tick()
        yield world


@pytest.mark.django_db
def test_it_reads_the_reminders_that_list_it_alone(waiting, django_capture_on_commit_callbacks):
    read = []

    def count(instance, **kwargs):
        read.append(instance)

    with tenancy.tenant(waiting.org.pk):
        assert OutboxMail.objects.filter(kind="reminder", sent_at=None).count() == PEOPLE + 1
        for row in KeyResult.objects.filter(title__in=["Of Person 1", "Of Person 30"]).select_related("owner"):
            read.clear()
            post_init.connect(count, sender=Reminder)
            try:
                with django_capture_on_commit_callbacks(execute=True):
                    record_check_in(row, by=Actor(row.owner), value=Decimal("87"), confidence=6)
            finally:
                post_init.disconnect(count, sender=Reminder)
            assert 0 < len(read) <= 8
        assert OutboxMail.objects.filter(kind="reminder", sent_at=None).count() == PEOPLE - 1
        assert Reminder.objects.filter(withdrawn_at=None).count() == PEOPLE - 1


@pytest.mark.django_db
def test_what_was_given_up_is_not_written_anew(waiting, django_capture_on_commit_callbacks):
    with tenancy.tenant(waiting.org.pk):
        mails = OutboxMail.objects.filter(recipient="person1@example.org")
        mails.update(given_up_at=paris(DUE))
        row = KeyResult.objects.select_related("owner").get(title="Of Person 1")
        with django_capture_on_commit_callbacks(execute=True):
            record_check_in(row, by=Actor(row.owner), value=Decimal("87"), confidence=6)
        assert mails.get().given_up_at is not None
