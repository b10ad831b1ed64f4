"""Who is reminded of what, over days, through the jobs' tick."""

import datetime as dt
import re
from decimal import Decimal

import pytest
import time_machine
from django.core import mail
from django.utils import timezone

from okr.actions.check_in import record_check_in
from okr.models import KeyResult, Quarter
from orgs import outbox, tenancy
from orgs.actions.audit import Actor
from orgs.models import Absence, Membership, Organization, OutboxMail, Role
from reminders.models import Reminder, Round, Schedule
from reminders.tasks import tick
from tests import factories
from tests.reminders.conftest import DUE, MONDAY, paris

LOCMEM = "django.core.mail.backends.locmem.EmailBackend"
pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def post_box(settings):
    settings.MAIL_DELIVERY_BACKEND = LOCMEM


def at(when):
    return time_machine.travel(when, tick=False)


def live(world, first, last, hours=(9,), check_in_on=None):
    """The jobs tick on each day at these hours, in Paris. What leaves, as (day, person, subject)."""
    told = []
    day = first
    while day <= last:
        for hour in hours:
            with at(paris(day, hour)):
                if day == check_in_on and hour == hours[0]:
                    check_in(world)
                tick()
                told += [(f"{day:%m-%d}", name, subject) for name, subject in leaves()]
        day += dt.timedelta(days=1)
    return told


def leaves():
    """What the outbox sends now: first name and subject."""
    mail.outbox.clear()
    outbox.sweep(until=timezone.now() + dt.timedelta(seconds=30))
    return sorted((message.to[0].partition(".")[0], message.subject.partition(" · ")[2]) for message in mail.outbox)


def check_in(world, key_result=None):
    with tenancy.tenant(world.org.pk):
        row = KeyResult.objects.get(pk=(key_result or world.key_result).pk)
        record_check_in(row, by=Actor(world.alice), value=Decimal("87"), confidence=6)


def reminders(world):
    with tenancy.tenant(world.org.pk):
        rows = Reminder.objects.select_related("member__user").order_by("created_at", "pk")
        return [(row.kind, row.period, row.member.name.partition(" ")[0].lower(), row.key_results) for row in rows]


ONE = "1 key result is waiting for you"


def test_one_missed_check_in_climbs_the_ladder(world):
    told = live(world, MONDAY, dt.date(2026, 6, 16), hours=(8, 9, 10, 18))
    assert told == [("06-10", "bob", ONE), ("06-12", "bob", ONE)]
    assert live(world, dt.date(2026, 6, 17), dt.date(2026, 6, 23), hours=(8, 9, 10, 18)) == [
        ("06-17", "alice", "1 key result without news: Drive"),
        ("06-17", "bob", ONE),
        ("06-19", "bob", ONE),
    ]
    mine = [world.key_result.pk]
    assert reminders(world) == [
        ("due", "2026-06-10", "bob", mine),
        ("again", "2026-06-10", "bob", mine),
        ("lead", "2026-06-10", "alice", mine),
        ("due", "2026-06-17", "bob", mine),
        ("again", "2026-06-17", "bob", mine),
    ]


def test_whoever_checks_in_is_left_alone(world):
    assert live(world, MONDAY, dt.date(2026, 6, 16), check_in_on=dt.date(2026, 6, 11)) == [("06-10", "bob", ONE)]


def test_early_check_ins_leave_nothing_to_say(world):
    assert live(world, MONDAY, dt.date(2026, 6, 16), check_in_on=dt.date(2026, 6, 9)) == []


def test_one_message_lists_all_and_is_written_in_the_persons_language(world):
    with tenancy.tenant(world.org.pk):
        bob = world.bob.user
        bob.language = "fr"
        bob.save()
        other = factories.key_result(
            world.objective, title="Baskets <ready> & waiting", owner=world.bob, next_due_on=DUE, current=None
        )
    with at(paris(DUE)):
        tick()
        assert [name for name, _subject in leaves()] == ["bob"]
    [message] = mail.outbox
    page = next(str(part[0]) for part in message.alternatives if part[1] == "text/html")
    for row in (world.key_result, other):
        assert f"/o/coursive/check-in/{row.pk}/" in message.body
        assert f"/o/coursive/check-in/{row.pk}/" in page
    assert "/o/coursive/check-in/\n" in message.body
    assert "86 %" in message.body.replace("\u00a0", " ").replace("\u202f", " ")
    assert "Baskets <ready> & waiting" in message.body
    assert "Baskets &lt;ready&gt; &amp; waiting" in page
    assert '<html lang="fr"' in page


def test_a_mail_says_from_when_on_silence_shows_and_how_to_enter_an_absence(world):
    near = "Without a value by Tue 16 Jun it shows as “No update”."  # last checked in on 2 June, weekly, 7 days are tolerated
    with tenancy.tenant(world.org.pk):
        other = factories.key_result(world.objective, title="On time", owner=world.bob, next_due_on=DUE)
        factories.check_in(other, "50", on=DUE - dt.timedelta(days=7))
        KeyResult.objects.filter(pk=other.pk).update(next_due_on=DUE)
    with at(paris(DUE)):
        tick()
        leaves()
    [message] = mail.outbox
    page = next(str(part[0]) for part in message.alternatives if part[1] == "text/html")
    for said in (message.body, page):
        assert said.count(near) == 1
        assert said.count("Without a value") == 1
        assert "about 2 minutes" in said
        assert "/o/coursive/reach/absences/new/" in said


def test_where_links_are_allowed_a_mail_opens_ones_own_forms_without_signing_in(world, client):
    Organization.objects.filter(pk=world.org.pk).update(check_in_by_link=True)
    with tenancy.tenant(world.org.pk):
        orphan = factories.key_result(world.objective, owner=None, next_due_on=DUE, current=None)
    with at(paris(DUE)):
        tick()
        leaves()
        to_bob, to_alice = (
            next(message for message in mail.outbox if message.to[0].startswith(name)) for name in ("bob", "alice")
        )
        opened = [client.get(path) for path in re.findall(r"(/c/\S+)", to_bob.body)]
        assert [page.status_code for page in opened] == [200, 200]  # of them all, and its own
        assert all(world.key_result.title in page.content.decode() for page in opened)
        assert "/check-in/" not in to_bob.body
    assert "/c/" not in to_alice.body  # it is not hers: she signs in
    assert f"/o/coursive/check-in/{orphan.pk}/" in to_alice.body


def test_the_end_of_the_month_brings_the_sponsors_one_digest(world):
    told = live(world, dt.date(2026, 6, 29), dt.date(2026, 7, 3))
    digest = [(day, subject) for day, name, subject in told if name == "sam"]
    assert digest == [("06-30", "Check-ins of June 2026")]
    with tenancy.tenant(world.org.pk):
        assert Reminder.objects.filter(kind="sponsors").count() == 1


def test_the_digest_says_what_was_made_by_tribe(world):
    with tenancy.tenant(world.org.pk):
        for on in (dt.date(2026, 6, 9), dt.date(2026, 6, 23)):
            factories.check_in(world.key_result, "80", on=on)
    with at(paris(dt.date(2026, 6, 30))):
        tick()
        leaves()
    [message] = [one for one in mail.outbox if one.to[0].startswith("sam")]
    assert "- Drive: 3 of 4" in message.body
    assert "Off track now" in message.body
    assert "contact: Bob Colleague" in message.body


@pytest.mark.parametrize("state", ["open", "closed"])
def test_what_is_due_on_the_day_of_a_digest_is_the_next_one_s(world, state):
    """A Tuesday is the last working day of June 2026. The quarter is over then, and may be closed in July."""
    with tenancy.tenant(world.org.pk):
        org = Organization.objects.get(pk=world.org.pk)
        org.due_weekday = 1
        org.save()
        factories.check_in(world.key_result, "80", on=dt.date(2026, 6, 30))
    said = []
    for day in (dt.date(2026, 6, 30), dt.date(2026, 7, 31)):
        with at(paris(day)):
            tick()
            leaves()
        [message] = [one for one in mail.outbox if one.to[0].startswith("sam")]
        said += [line for line in message.body.splitlines() if line.startswith("- Drive:")]
        mail.outbox.clear()
        with tenancy.tenant(world.org.pk):
            Quarter.objects.filter(pk=world.quarter.pk).update(state=state)
            KeyResult.objects.filter(pk=world.key_result.pk, objective__quarter__state="closed").update(stage="scored")
    assert said == ["- Drive: 1 of 4", "- Drive: 1 of 1"]  # 2, 9, 16, 23 June; 30 June, the quarter's last day


def test_a_month_is_told_whose_quarter_was_closed_the_day_before_its_end(world):
    with tenancy.tenant(world.org.pk):
        Organization.objects.filter(pk=world.org.pk).update(due_weekday=1)
    with at(paris(dt.date(2026, 6, 29), 16)), tenancy.tenant(world.org.pk):
        KeyResult.objects.filter(pk=world.key_result.pk).update(stage="scored")
        Quarter.objects.filter(pk=world.quarter.pk).update(state="closed")
    with at(paris(dt.date(2026, 6, 30))):
        tick()
        leaves()
    [message] = [one for one in mail.outbox if one.to[0].startswith("sam")]
    assert "- Drive: 1 of 4" in message.body


def test_runs_that_were_slept_through_are_made_up_for_once(world):
    with at(paris(DUE, 17, 30)):
        tick()
        tick()
        assert leaves() == [("bob", ONE)]
    with at(paris(dt.date(2026, 6, 11), 3)):
        tick()
        assert leaves() == []


def test_nobody_is_written_to_at_night_or_days_later_with_what_is_stale(world):
    """The jobs are down from Tuesday to the next Monday, 03:00."""
    assert live(world, dt.date(2026, 6, 15), dt.date(2026, 6, 15), hours=(3, 8, 9, 12)) == [("06-15", "bob", ONE)]
    assert [row[:2] for row in reminders(world)] == [("again", "2026-06-10")]


def test_hours_follow_the_organizations_zone(world):
    with tenancy.tenant(world.org.pk):
        org = Organization.objects.get(pk=world.org.pk)
        org.time_zone = "America/New_York"
        org.save()
    with at(paris(DUE, 14, 59)):
        tick()
        assert leaves() == []
    with at(paris(DUE, 15)):
        tick()
        assert leaves() == [("bob", ONE)]


@pytest.mark.parametrize("gone", ["closed", "archived", "objective_archived", "draft", "deferred", "left", "tribe"])
def test_nobody_is_asked_for_what_does_not_run(world, gone):
    with tenancy.tenant(world.org.pk):
        if gone == "closed":
            world.quarter.state = "closed"
            world.quarter.save()
        elif gone == "archived":
            KeyResult.objects.filter(pk=world.key_result.pk).update(archived_at=timezone.now())
        elif gone == "objective_archived":
            world.objective.archived_at = timezone.now()
            world.objective.save()
        elif gone == "left":
            Membership.objects.filter(pk=world.bob.pk).update(ended_at=timezone.now())
        elif gone == "tribe":
            world.tribe.archived_at = timezone.now()
            world.tribe.save()
        else:
            KeyResult.objects.filter(pk=world.key_result.pk).update(stage=gone)
    assert live(world, DUE, dt.date(2026, 6, 12)) == []


def test_after_the_last_day_of_a_period_nothing_more_falls_due(world):
    """Not closed yet, it may take last figures: what was due in it climbs its ladder, and that is all."""
    with tenancy.tenant(world.org.pk):
        Quarter.objects.filter(pk=world.quarter.pk).update(ends_on=DUE + dt.timedelta(days=1))
    assert live(world, MONDAY, DUE + dt.timedelta(days=13)) == [
        ("06-10", "bob", ONE),
        ("06-12", "bob", ONE),
        ("06-17", "alice", "1 key result without news: Drive"),
    ]
    with tenancy.tenant(world.org.pk):
        KeyResult.objects.filter(pk=world.key_result.pk).update(next_due_on=DUE + dt.timedelta(days=21))
    told = live(world, DUE + dt.timedelta(days=14), DUE + dt.timedelta(days=28))
    assert {"alice", "bob"}.isdisjoint(name for _day, name, _subject in told)


def test_without_an_owner_the_lead_is_asked_and_not_told_on_top(world):
    with tenancy.tenant(world.org.pk):
        KeyResult.objects.filter(pk=world.key_result.pk).update(owner=None)
    told = live(world, DUE, dt.date(2026, 6, 17))
    assert told == [("06-10", "alice", ONE), ("06-12", "alice", ONE), ("06-17", "alice", ONE)]


def test_a_new_owner_is_asked_from_then_on(world):
    live(world, DUE, DUE)
    with tenancy.tenant(world.org.pk):
        KeyResult.objects.filter(pk=world.key_result.pk).update(owner=world.cpo)
    told = live(world, dt.date(2026, 6, 11), dt.date(2026, 6, 12))
    assert [(day, name) for day, name, _subject in told] == [("06-11", "paul"), ("06-12", "paul")]


def test_the_strategy_is_asked_of_its_owner_and_the_chief_of_staff_hears_of_silence(world):
    with tenancy.tenant(world.org.pk):
        KeyResult.objects.filter(pk=world.strategic_kr.pk).update(owner=world.cpo, next_due_on=DUE)
        KeyResult.objects.filter(pk=world.key_result.pk).update(archived_at=timezone.now())
    told = live(world, DUE, dt.date(2026, 6, 17))
    assert told == [
        ("06-10", "paul", ONE),
        ("06-12", "paul", ONE),
        ("06-17", "carol", "1 key result without news: Strategy"),
    ]


def test_who_owns_and_leads_gets_one_message(world):
    with tenancy.tenant(world.org.pk):
        factories.key_result(world.objective, title="Mine", owner=world.alice, next_due_on=dt.date(2026, 6, 17))
    told = live(world, dt.date(2026, 6, 17), dt.date(2026, 6, 17))
    assert [(name, subject) for _day, name, subject in told] == [("alice", ONE), ("bob", ONE)]
    [message] = [one for one in mail.outbox if one.to[0].startswith("alice")] or [None]
    assert "Mine" in message.body
    assert "nor after two reminders" in message.body


def test_somebody_stands_in_for_who_is_away_and_who_has_paused_is_left_alone(world):
    with tenancy.tenant(world.org.pk):
        Absence.objects.create(member=world.bob, starts_on=MONDAY, ends_on=DUE, substitute=world.cpo)
    [(_day, name, _subject)] = live(world, DUE, DUE)
    assert name == "paul"
    assert "In the place of Bob Colleague, who is away." in mail.outbox[0].body
    with tenancy.tenant(world.org.pk):
        Membership.objects.filter(pk=world.bob.pk).update(paused_until=dt.date(2026, 6, 12))
    assert live(world, dt.date(2026, 6, 12), dt.date(2026, 6, 12)) == []
    with tenancy.tenant(world.org.pk):
        Membership.objects.filter(pk=world.bob.pk).update(paused_until=None, remind_by_mail=False)
    assert live(world, dt.date(2026, 6, 15), dt.date(2026, 6, 15)) == []


def test_reminders_that_are_off_are_not_written_and_come_back(world):
    org = Organization.objects.get(pk=world.org.pk)
    org.send_reminders = False
    org.save()
    assert live(world, DUE, DUE) == []
    with tenancy.tenant(world.org.pk):
        assert Schedule.objects.get().next_run_at is None
    with at(paris(DUE, 11)):
        org.send_reminders = True
        org.save()
        tick()
        assert leaves() == [("bob", ONE)]


def test_a_check_in_before_the_mail_has_left_takes_it_back(world, django_capture_on_commit_callbacks):
    with tenancy.tenant(world.org.pk):
        other = factories.key_result(world.objective, title="Another", owner=world.bob, next_due_on=DUE)
    with at(paris(DUE)):
        tick()
        with django_capture_on_commit_callbacks(execute=True):
            check_in(world)
        with tenancy.tenant(world.org.pk):
            assert Reminder.objects.get().key_results == [other.pk]
            assert OutboxMail.objects.get().subject == ONE
        with django_capture_on_commit_callbacks(execute=True):
            check_in(world, other)
        with tenancy.tenant(world.org.pk):
            assert Reminder.objects.get().withdrawn_at is not None
        assert leaves() == []
        tick()
        assert leaves() == []


def test_organizations_do_not_see_each_other(world):
    with at(paris(MONDAY, 7)):
        second = factories.world("other")
    with at(paris(DUE)):
        tick()
        assert {name for name, _subject in leaves()} == {"bob", "alice"}  # the other's Alice owns what was due before
    with tenancy.tenant(second.org.pk):
        assert {row.member.org_id for row in Reminder.objects.select_related("member")} == {second.org.pk}
        assert Round.objects.count() == 1


def test_one_organization_that_fails_does_not_stop_the_others(world, monkeypatch):
    with at(paris(MONDAY, 7)):
        second = factories.world("other")
        with tenancy.tenant(second.org.pk):
            Organization.objects.filter(pk=second.org.pk).update(time_zone="Nowhere/Atlantis")
    with at(paris(DUE)):
        tick()
        assert ("bob", ONE) in leaves()
    with tenancy.tenant(second.org.pk):
        assert Schedule.objects.get().next_run_at == paris(DUE, 9, 5)
        assert Round.objects.count() == 0


def test_sponsors_are_those_of_role_or_seat(world):
    with tenancy.tenant(world.org.pk):
        Membership.objects.filter(pk=world.sam.pk).update(roles=[Role.CODIR])  # keeps his sponsor's seat
        Membership.objects.filter(pk=world.olga.pk).update(roles=[Role.SPONSOR])
    told = live(world, dt.date(2026, 6, 30), dt.date(2026, 6, 30))
    assert {name for _day, name, subject in told if subject.startswith("Check-ins of")} == {"sam", "olga"}


def test_the_settings_say_when_the_next_reminders_leave_and_turn_them_off(world, client):
    client.force_login(world.dan.user, backend=factories.BACKEND)
    url = "/o/coursive/settings/organization/"
    with at(paris(DUE, 8)):
        page = client.get(url)
        assert "Next reminders: Wed 10 Jun at 09:00" in page.content.decode()
        form = page.context["settings_form"]
        sent = {name: form[name].value() for name in form.fields if name != "send_reminders"}
        answer = client.post(url, {**sent, "revision": Organization.objects.get(pk=world.org.pk).revision}, follow=True)
        assert "No reminders are sent." in answer.content.decode()
        tick()
    assert live(world, DUE, DUE) == []
