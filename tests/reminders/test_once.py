"""At most once and none lost: two runs at once, two beats at once, a run that dies, thousands of people; and the command."""

import datetime as dt
import threading
from decimal import Decimal
from io import StringIO

import pytest
import time_machine
from django.core.management import CommandError, call_command
from django.db import connection, transaction

from okr.actions.check_in import record_check_in
from okr.models import KeyResult
from orgs import tenancy
from orgs.actions.audit import Actor
from orgs.models import Membership, Organization, OutboxMail, User
from reminders.actions import reminding
from reminders.actions.scheduling import hold_schedule
from reminders.models import Reminder, Replan, Round, Schedule
from reminders.tasks import tick
from tests import factories
from tests.reminders.conftest import DUE, MONDAY, paris

BEATS = 4


def state_of(world):
    with tenancy.tenant(world.org.pk):
        return Round.objects.count(), Reminder.objects.count(), OutboxMail.objects.count()


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_beats_at_once_write_to_each_person_once():
    with time_machine.travel(paris(MONDAY, 7), tick=False):
        worlds = [factories.world(f"org-{n}") for n in range(3)]
        for world in worlds:
            with tenancy.tenant(world.org.pk):
                KeyResult.objects.update(next_due_on=DUE)
    together = threading.Barrier(BEATS)
    failed = []

    def beat():
        try:
            together.wait(30)
            tick()
        except Exception as error:
            failed.append(error)
        finally:
            connection.close()

    with time_machine.travel(paris(DUE), tick=False):
        threads = [threading.Thread(target=beat) for _ in range(BEATS)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(60)
        tick()  # what a beat went past, because another was at it
    assert not failed
    for world in worlds:
        assert state_of(world) == (1, 2, 2)  # Alice for her tribe's, Carol for the strategy's


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_check_ins_at_once_all_leave_the_mail_that_waits():
    with time_machine.travel(paris(MONDAY, 7), tick=False):
        world = factories.world()
        with tenancy.tenant(world.org.pk):
            KeyResult.objects.update(next_due_on=None)
            rows = [
                factories.key_result(world.objective, title=f"Another {n}", owner=world.bob, next_due_on=DUE)
                for n in range(BEATS + 1)
            ]
    together = threading.Barrier(BEATS)
    failed = []

    def check_in(row):
        try:
            with tenancy.tenant(world.org.pk):
                together.wait(30)
                record_check_in(row, by=Actor(world.bob), value=Decimal("87"), confidence=6)
        except Exception as error:
            failed.append(error)
        finally:
            connection.close()

    with time_machine.travel(paris(DUE), tick=False):
        tick()
        threads = [threading.Thread(target=check_in, args=[row]) for row in rows[1:]]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(60)
    assert not failed
    with tenancy.tenant(world.org.pk):
        assert Reminder.objects.get().key_results == [rows[0].pk]
        mail = OutboxMail.objects.get(kind="reminder")
    assert mail.subject == "1 key result is waiting for you"
    assert "Another 0" in mail.text


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_who_saves_settings_waits_for_no_run_and_the_next_tick_plans_anew():
    with time_machine.travel(paris(MONDAY, 7), tick=False):
        world = factories.world()
    held, saved = threading.Event(), threading.Event()

    def write_a_large_run():
        with tenancy.tenant(world.org.pk), transaction.atomic():
            assert hold_schedule()
            held.set()
            saved.wait(60)
        connection.close()

    run = threading.Thread(target=write_a_large_run)
    run.start()
    with time_machine.travel(paris(MONDAY, 8), tick=False):
        assert held.wait(30)
        try:
            with connection.cursor() as cursor:
                cursor.execute("SET lock_timeout = '10s'")  # whoever waits fails
            with tenancy.tenant(world.org.pk):
                org = Organization.objects.get(pk=world.org.pk)
                org.due_hour = 14
                org.save()
            tick()  # while it goes on
        finally:
            saved.set()
            run.join(60)
            connection.close()
        with tenancy.tenant(world.org.pk):
            assert Schedule.objects.get().next_run_at == paris(MONDAY, 9)
        tick()
    with tenancy.tenant(world.org.pk):
        assert Schedule.objects.get().next_run_at == paris(MONDAY, 14)
        assert not Replan.objects.exists()


@pytest.mark.django_db
def test_a_run_that_dies_leaves_nothing_and_is_made_up_for(world, monkeypatch):
    def die(mails):
        raise OSError("the machine stops")

    with time_machine.travel(paris(DUE), tick=False):
        with monkeypatch.context() as broken:
            broken.setattr(reminding.outbox, "post_many", die)
            tick()
        assert state_of(world) == (0, 0, 0)
    with time_machine.travel(paris(DUE, 9, 5), tick=False):
        tick()
        tick()
        assert state_of(world) == (1, 1, 1)


@pytest.mark.django_db
def test_many_people_cost_a_few_queries(world, django_assert_max_num_queries):
    with tenancy.tenant(world.org.pk):
        users = User.objects.bulk_create(
            User(email=f"person{n}@example.org", name=f"Person {n}", password="!") for n in range(600)
        )
        people = Membership.objects.bulk_create(Membership(user=user, roles=["member"]) for user in users)
        KeyResult.objects.bulk_create(
            KeyResult(
                objective=world.objective,
                title=f"Key result {n}",
                unit="percent",
                start=10,
                target=20,
                stage="published",
                owner=owner,
                position=n % 30000,
                next_due_on=DUE,
            )
            for n, owner in enumerate(people)
        )
    with time_machine.travel(paris(DUE), tick=False), django_assert_max_num_queries(60):
        tick()
    assert state_of(world) == (1, 601, 601)


@pytest.mark.django_db
def test_the_command_says_what_would_be_sent_and_sends_what_is_due(world):
    def said(*options):
        out = StringIO()
        call_command("remind", *options, stdout=out)
        return out.getvalue()

    with time_machine.travel(paris(MONDAY), tick=False):
        assert "nothing to send; next run 2026-06-09 09:00" in said("--org", "coursive")
        would = said("--dry-run", "--at", "2026-06-12T09:30", "--org", "coursive")
        assert "coursive, 2026-06-12: 1 people" in would
        assert "1 key result is waiting for you (again 2026-06-10)" in would
    assert state_of(world)[1:] == (0, 0)
    with time_machine.travel(paris(DUE), tick=False):
        assert "wrote to 1 people" in said()
        assert "nothing to send; next run 2026-06-11 09:00" in said()
    assert state_of(world)[1:] == (1, 1)
    with tenancy.tenant(world.org.pk):
        assert Schedule.objects.get().next_run_at == paris(DUE + dt.timedelta(days=1))
    for wrong in (("--org", "nowhere"), ("--at", "soon"), ("--at", "2026-13-45")):
        with pytest.raises(CommandError):
            said(*wrong)
