"""Somebody's first page says where they are expected: workshops that run, and those of the next days."""

import datetime as dt

import pytest
import time_machine
from django.db.models import F
from django.urls import reverse

from orgs import tenancy
from orgs.actions.audit import Actor
from orgs.models import Organization
from tests import factories
from tests.factories import signed_in
from workshops.actions import running
from workshops.actions.planning import cancel_workshop, change_workshop
from workshops.models import Phase, Workshop
from workshops.tasks import keep_time

pytestmark = pytest.mark.django_db
HOME = "/o/coursive/"
AT_TEN = dt.datetime(2026, 5, 19, 8, tzinfo=dt.UTC)  # in Paris, a Tuesday
HOURS = dt.timedelta(hours=1)


@pytest.fixture
def held(world):
    with tenancy.tenant(world.org.pk):
        return factories.workshop(world, at="", starts_at=AT_TEN, title="Key results of Drive")


def said(world, who="bob", at=AT_TEN - 2 * HOURS):
    """What the first page says of workshops; "" where it says nothing."""
    with time_machine.travel(at, tick=False):
        page = signed_in(world.people[who]).get(HOME)
    assert page.status_code == 200
    _before, found, rest = page.content.decode().partition('<section class="calls"')
    return " ".join(rest.partition("</section>")[0].split()) if found else ""


def test_who_is_invited_sees_when_and_joins_from_there(world, held):
    shown = said(world)
    assert '<b class="num">Today 10:00</b>' in shown
    assert f'href="{reverse("workshop", args=["coursive", held.code])}"' in shown
    assert "Key results of Drive" in shown
    assert f"led by {world.alice.name}" in shown
    bob = signed_in(world.bob)
    assert f'<form method="post" action="/w/{held.code}/">' in shown
    assert bob.post(f"/w/{held.code}/")["Location"] == f"/o/coursive/workshops/{held.code}/room/"


@pytest.mark.parametrize(
    ("before", "when", "joins"),
    [
        (1 * HOURS, "Today 10:00", True),
        (24 * HOURS, "Tomorrow 10:00", False),
        (48 * HOURS, "Tuesday 10:00", False),
        (168 * HOURS - dt.timedelta(minutes=1), "Tuesday 19 May 10:00", False),  # today is a Tuesday, too
        (-1 * HOURS, "Today 10:00", True),  # late, but not over
    ],
)
def test_it_says_when_as_people_do(world, held, before, when, joins):
    shown = said(world, at=AT_TEN - before)
    assert f">{when}<" in shown
    assert ("<form" in shown) == joins


@pytest.mark.parametrize("before", [8 * 24 * HOURS, -3 * HOURS])
def test_what_is_far_ahead_or_has_passed_calls_nobody(world, held, before):
    assert said(world, at=AT_TEN - before) == ""


def test_nobody_else_is_called(world, held):
    assert said(world, "alice") != "", "who leads it"
    assert said(world, "dan") == ""
    other = factories.world("other")
    with time_machine.travel(AT_TEN - HOURS, tick=False):
        page = signed_in(other.bob).get("/o/other/").content.decode()
    assert 'class="calls"' not in page


def test_it_is_gone_where_it_was_called_off_is_over_or_for_practice(world, held):
    def state(**fields):
        with tenancy.tenant(world.org.pk):
            Workshop.objects.filter(pk=held.pk).update(**fields)
        Organization.objects.filter(pk=world.org.pk).update(version=F("version") + 1)  # no page of before is kept
        return said(world)

    assert state(state="planned") != ""
    assert state(is_practice=True) == ""
    assert state(is_practice=False, state="closed") == ""


def test_what_people_do_shows_at_once_though_the_page_is_kept(world, held):
    with tenancy.tenant(world.org.pk):
        alice = held.participants.get(membership=world.alice)
    assert "Today 10:00" in said(world)
    with time_machine.travel(AT_TEN - 2 * HOURS, tick=False), tenancy.tenant(world.org.pk):
        running.begin(held, by=alice)
    shown = said(world)
    assert '<li class="now">' in shown
    assert "Running now" in shown
    with tenancy.tenant(world.org.pk):
        held.refresh_from_db()
        people = [{"membership": world.alice.pk, "function": "product", "part": "voter"}]
        with time_machine.travel(AT_TEN - 2 * HOURS, tick=False):
            change_workshop(held, {"participants": people}, by=Actor(world.alice))
    assert said(world) == "", "taken out"
    assert "Running now" in said(world, "alice")


def test_calling_it_off_takes_it_away(world, held):
    assert said(world) != ""
    with time_machine.travel(AT_TEN - 2 * HOURS, tick=False), tenancy.tenant(world.org.pk):
        cancel_workshop(held, by=Actor(world.alice))
    assert said(world) == ""


def test_one_that_stays_open_for_days_says_until_when(world, held):
    with tenancy.tenant(world.org.pk):
        window = {"opens_at": AT_TEN - 2 * 24 * HOURS, "closes_at": AT_TEN - 1 * HOURS}
        Phase.objects.filter(workshop=held, kind="brainstorm").update(**window)
    early = AT_TEN - 2 * 24 * HOURS
    assert "Thursday" not in said(world, at=early - HOURS)
    with time_machine.travel(early + dt.timedelta(seconds=30), tick=False):
        keep_time()
    shown = said(world, at=early + dt.timedelta(seconds=40))
    assert "Open until Tuesday 09:00" in shown
    assert "Private brainstorm" in shown
    assert "<form" in shown
    over = said(world, at=AT_TEN - dt.timedelta(minutes=59))
    assert ">Today 10:00<" in over, "when all meet"
    assert 'class="now"' not in over
    assert "Closed since Tuesday 09:00" in said(world, at=AT_TEN + dt.timedelta(minutes=1))


def test_there_are_few_and_a_way_to_the_others(world, held):
    with tenancy.tenant(world.org.pk):
        for number in range(5):
            factories.workshop(world, at="", starts_at=AT_TEN + (number + 1) * HOURS, title=f"Number {number}")
    shown = said(world)
    assert shown.count("<li") == 3
    assert f'href="{reverse("workshops", args=["coursive"])}"' in shown
