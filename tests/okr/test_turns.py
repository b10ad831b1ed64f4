"""Missed weeks are shown as missed, on the page of a key result and where it is checked in. Due on Wednesdays; today is
Tuesday 19 May 2026, the quarter began on 1 April."""

import datetime as dt
import re
from decimal import Decimal

import pytest
import time_machine
from django.core.cache import cache
from django.urls import reverse
from django.utils import timezone

from okr.actions.check_in import correct_check_in, record_check_in
from okr.actions.key_results import ask_from_now_on
from okr.models import CheckIn
from okr.readings import Clock
from orgs.actions.audit import Actor, record
from tests import factories
from tests.factories import TODAY

pytestmark = pytest.mark.django_db


@pytest.fixture
def weeks(world, client):
    """The strip of a key result's page: ["W15: missed, was due Wed 8 Apr", …]."""

    def weeks(key_result):
        cache.clear()
        client.force_login(world.alice.user)
        page = client.get(reverse("key_result", args=[world.org.slug, key_result.pk])).content.decode()
        strip = re.search(r'<div class="turns">.*?</ol>', page, re.DOTALL)
        if strip is None:
            return []
        boxes = re.findall(r"<li.*?</li>", strip[0], re.DOTALL)
        return [re.sub(r"<[^>]+>", "", box).strip() for box in boxes]

    return weeks


def on(text):
    return dt.date.fromisoformat(f"2026-{text}")


def published(world, key_result, day):
    """What publishing leaves in the trail, on a day."""
    with time_machine.travel(dt.datetime.combine(on(day), dt.time(9), dt.UTC), tick=False):
        record(Actor(world.dan), "published", key_result, before={"stage": "kept"}, after={"stage": "published"})


def test_each_week_of_the_quarter_says_what_became_of_it(world, weeks):
    row = factories.key_result(world.objective, owner=world.alice)
    for day in ("04-07", "04-17", "05-06"):
        factories.check_in(row, "84", on(day))
    assert weeks(row)[:8] == [
        "W15: on time, Tue 7 Apr",
        "W16: late, Fri 17 Apr",
        "W17: missed, was due Wed 22 Apr",
        "W18: missed, was due Wed 29 Apr",
        "W19: on time, Wed 6 May",
        "W20: missed, was due Wed 13 May",
        "W21: due now, Wed 20 May",
        "W22: not yet, due Wed 27 May",
    ]
    assert len(weeks(row)) == 12


def test_weeks_before_publication_are_not_asked_for(world, weeks):
    row = factories.key_result(world.objective, owner=world.alice)
    published(world, row, "05-05")
    assert weeks(row)[:2] == ["W20: missed, was due Wed 13 May", "W21: due now, Wed 20 May"]
    ask_from_now_on(row, Clock.of(world.org))
    assert len(weeks(row)) == 7


def test_weeks_after_the_close_are_not_asked_for(world, weeks):
    row = factories.key_result(world.objective, owner=world.alice)
    world.quarter.state = "closed"
    world.quarter.save()
    with time_machine.travel(dt.datetime(2026, 4, 30, 9, tzinfo=dt.UTC), tick=False):
        record(Actor(world.dan), "closed", world.quarter, before={"state": "open"}, after={"state": "closed"})
    assert [week[:3] for week in weeks(row)] == ["W15", "W16", "W17", "W18"]


def test_a_quarter_that_was_opened_again_still_counts_from_its_first_publication(world, weeks):
    row = factories.key_result(world.objective, owner=world.alice)
    published(world, row, "05-05")
    record(Actor(world.dan), "reopened", row, before={"stage": "scored"}, after={"stage": "published"})
    assert weeks(row)[0] == "W20: missed, was due Wed 13 May"


def test_a_correction_changes_nothing(world, weeks):
    made = record_check_in(world.key_result, by=Actor(world.alice), value=Decimal(87), confidence=6)
    before = weeks(world.key_result)
    assert "W21: on time, Tue 19 May" in before
    with time_machine.travel(timezone.now() + dt.timedelta(days=1), tick=False):
        correct_check_in(made, by=Actor(world.alice), value=Decimal(88), confidence=7)
        assert CheckIn.objects.get(pk=made.pk).corrected_at is not None
        assert weeks(world.key_result) == before


def test_months_of_the_strategy(world, weeks):
    months = weeks(world.strategic_kr)
    assert months[0] == "Feb: missed, was due Wed 25 Feb"
    assert months[3] == "May: on time, Mon 18 May"


def test_a_draft_has_none(world, weeks):
    row = factories.key_result(world.objective, owner=world.alice, stage="draft", next_due_on=None)
    assert weeks(row) == []


def test_the_check_in_says_how_many_weeks_were_missed(world, client):
    client.force_login(world.alice.user)
    page = reverse("check_in_key_result", args=[world.org.slug, world.key_result.pk])
    assert "missed" not in client.get(page).content.decode()
    row = factories.key_result(world.objective, owner=world.alice)
    factories.check_in(row, "84", TODAY - dt.timedelta(days=21))
    page = reverse("check_in_key_result", args=[world.org.slug, row.pk])
    assert "2 weeks missed" in client.get(page).content.decode()
