"""Whom to ask: pauses, absences, and those who stand in."""

import datetime as dt

import pytest

from orgs.models import Absence, Membership
from orgs.reaching import stands_in_for, whom_to_ask
from tests.factories import TODAY

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("here")]
DAY = dt.timedelta(days=1)


def away(member, substitute=None, starts_on=TODAY - DAY, ends_on=TODAY + DAY):
    return Absence.objects.create(member=member, substitute=substitute, starts_on=starts_on, ends_on=ends_on)


def asked(*members, day=TODAY):
    with_people = Membership.objects.with_people().in_bulk([member.pk for member in members])
    return list(whom_to_ask([with_people[member.pk] for member in members], day).values())


def test_whoever_is_there_is_asked(world):
    assert asked(world.alice, world.bob) == [world.alice, world.bob]


def test_a_pause_ends_with_its_last_day(world):
    Membership.objects.filter(pk=world.alice.pk).update(paused_until=TODAY)
    assert asked(world.alice) == [None]
    assert asked(world.alice, day=TODAY + DAY) == [world.alice]


def test_somebody_stands_in_from_the_first_day_to_the_last(world):
    away(world.alice, world.bob)
    days = [TODAY + n * DAY for n in range(-2, 3)]
    assert [asked(world.alice, day=day) for day in days] == [
        [world.alice],
        [world.bob],
        [world.bob],
        [world.bob],
        [world.alice],
    ]


def test_nobody_stands_in(world):
    away(world.alice)
    assert asked(world.alice, world.bob) == [None, world.bob]


def test_who_stands_in_may_be_away_too(world):
    away(world.alice, world.bob)
    away(world.bob, world.carol)
    assert asked(world.alice, world.bob, world.carol) == [world.carol] * 3


def test_a_circle_of_people_away_leads_nowhere(world):
    away(world.alice, world.bob)
    away(world.bob, world.carol)
    away(world.carol, world.alice)
    assert asked(world.alice, world.bob, world.carol) == [None] * 3


def test_a_substitute_who_has_paused_is_not_asked(world):
    away(world.alice, world.bob)
    Membership.objects.filter(pk=world.bob.pk).update(paused_until=TODAY)
    assert asked(world.alice) == [None]


def test_whoever_left_neither_is_asked_nor_stands_in(world):
    away(world.alice, world.bob)
    world.bob.user.is_active = False
    world.bob.user.save()
    assert asked(world.alice, world.bob) == [None, None]


def test_an_absence_that_was_removed_does_not_count(world):
    absence = away(world.alice, world.bob)
    absence.archived_at = dt.datetime(2026, 5, 1, tzinfo=dt.UTC)
    absence.save()
    assert asked(world.alice) == [world.alice]


def test_one_query_however_many_are_away(world, django_assert_num_queries):
    people = [world.alice, world.bob, world.carol, world.dan, world.sam]
    for member, substitute in zip(people, [*people[1:], None], strict=True):
        away(member, substitute)
    members = list(Membership.objects.with_people())
    with django_assert_num_queries(1):
        whom_to_ask(members, TODAY)


def test_in_whose_place(world):
    away(world.alice, world.bob)
    away(world.bob, world.carol)
    away(world.sam, world.carol, TODAY + DAY, TODAY + 2 * DAY)
    assert set(stands_in_for(world.carol, TODAY)) == {world.alice.pk, world.bob.pk}
    assert set(stands_in_for(world.carol, TODAY + 2 * DAY)) == {world.sam.pk}
    assert stands_in_for(world.bob, TODAY) == {}
