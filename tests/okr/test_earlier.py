"""A target, or an owner, that changed mid-quarter is respected: what was expected before stays as it was."""

import datetime as dt
import re
from decimal import Decimal

import pytest
import time_machine
from django.urls import reverse

from okr.actions.key_results import change_key_result
from okr.actions.staging import baseline_of
from okr.earlier import Earlier, Edit, earlier_metrics, metric_on
from okr.models import KeyResult
from okr.scoring import Direction, Metric, Period, expected_value
from orgs.actions.audit import Actor
from orgs.models import AuditEvent
from tests import factories
from tests.factories import BACKEND

QUARTER = Period(dt.date(2026, 4, 1), dt.date(2026, 6, 30))  # 91 days


def up(start, target):
    return Metric(Direction.UP, Decimal(start), Decimal(target))


def on(text, **before):
    return Edit(dt.date.fromisoformat(text), {name: Decimal(value) for name, value in before.items()})


# ── The arithmetic ───────────────────────────────────────────────────────────


def test_without_changes_there_is_nothing_earlier():
    assert earlier_metrics(up(0, 91), [], QUARTER) == ()
    assert metric_on(up(0, 91), (), dt.date(2026, 5, 1)) == up(0, 91)


def test_each_target_holds_until_it_was_changed():
    """From 91 to 182 on 3 May, to 100 on 1 June."""
    found = earlier_metrics(up(0, 100), [on("2026-06-01", target=182), on("2026-05-03", target=91)], QUARTER)
    assert found == (Earlier(dt.date(2026, 5, 3), up(0, 91)), Earlier(dt.date(2026, 6, 1), up(0, 182)))
    now = up(0, 100)
    for day, target in (("2026-05-02", 91), ("2026-05-03", 182), ("2026-05-31", 182), ("2026-06-01", 100)):
        assert metric_on(now, found, dt.date.fromisoformat(day)).target == target
    # The eve of the change is day 32 of 91, the day itself day 33.
    eve, day = dt.date(2026, 5, 2), dt.date(2026, 5, 3)
    assert expected_value(metric_on(now, found, eve), QUARTER, eve) == 32
    assert expected_value(metric_on(now, found, day), QUARTER, day) == 66


def test_of_one_day_the_last_change_counts():
    edits = [on("2026-05-03", target=95), on("2026-05-03", target=91)]
    assert earlier_metrics(up(0, 100), edits, QUARTER) == (Earlier(dt.date(2026, 5, 3), up(0, 91)),)
    assert earlier_metrics(up(0, 91), edits, QUARTER) == ()  # taken back on its day


def test_what_changed_before_the_period_was_never_in_force():
    assert earlier_metrics(up(0, 100), [on("2026-04-01", target=91), on("2026-03-20", target=80)], QUARTER) == ()


def test_a_start_that_was_not_known_leaves_no_line():
    edit = Edit(dt.date(2026, 5, 3), {"start": None})
    assert earlier_metrics(up(10, 100), [edit], QUARTER) == ()


# ── The page ─────────────────────────────────────────────────────────────────


@pytest.fixture
def changed(world):
    """Alice's key result, from 0 to 91 % since 1 April, on 3 May set to 182 %; measured twice before."""
    KeyResult.objects.filter(pk=world.key_result.pk).update(start=0, target=91, current=28, checked_on="2026-04-29")
    row = KeyResult.objects.get(pk=world.key_result.pk)
    row.baseline = baseline_of(row)
    row.save()
    row.check_ins.all().delete()
    for day, value in ((22, 20), (29, 28)):
        factories.check_in(row, value, dt.date(2026, 4, day))
    with time_machine.travel(dt.datetime(2026, 5, 3, 10, tzinfo=dt.UTC)):
        change_key_result(row, {"target": Decimal(182)}, by=Actor(world.alice), reason="Two more sites.")
    return row


@pytest.fixture
def page(world, client):
    client.force_login(world.alice.user, backend=BACKEND)

    def read(row):
        answer = client.get(reverse("key_result", args=[world.org.slug, row.pk]))
        assert answer.status_code == 200
        return " ".join(answer.content.decode().split())

    return read


def test_the_page_says_and_draws_the_earlier_target(page, changed):
    said = page(changed)
    assert re.search(r"</svg> Target was 91% until 3 May</p>", said)
    assert "target 182%. Target was 91% until 3 May" in said  # the chart, for those who cannot see it
    assert 'class="tgt was"' in said
    # Expected on 29 April (day 29 of 91) by the target of then, today (day 49) by that of today.
    assert re.search(r"29 Apr</td><td[^>]*>28%</td><td[^>]*>\+8 pts</td><td[^>]*>29%</td>", said)
    assert re.search(r"Expected today</dt><dd>98%", said)
    # The expected line ends one stretch and begins the next at the same place: it steps.
    corners = re.search(r'class="e" d="M([^"]+)"', said).group(1).split("L")
    assert len(corners) == 4
    assert corners[1].split(",")[0] == corners[2].split(",")[0]
    assert corners[1] != corners[2]


def test_a_change_that_was_taken_back_leaves_nothing(page, world, changed):
    with time_machine.travel(dt.datetime(2026, 5, 10, 10, tzinfo=dt.UTC)):
        change_key_result(changed, {"target": Decimal(91)}, by=Actor(world.alice), reason="It was right.")
    said = page(changed)
    assert "Target was" not in said
    assert 'class="tgt was"' not in said


def test_what_was_changed_before_publication_was_never_in_force(page, world, changed):
    """Of the trail, what comes before the event of publication were proposals."""
    published = {
        "object_type": "keyresult",
        "object_id": changed.pk,
        "verb": "published",
        "after": {"stage": "published"},
    }
    with time_machine.travel(dt.datetime(2026, 5, 4, 10, tzinfo=dt.UTC)):
        AuditEvent.objects.create(actor=world.alice, actor_name="Alice", object_label="", **published)
    assert "Target was" not in page(changed)


# ── The owner ────────────────────────────────────────────────────────────────


def test_a_new_owner_is_asked_from_the_moment_of_the_change(world, client):
    row = world.key_result

    def asked(member):
        client.force_login(member.user, backend=BACKEND)
        said = client.get(reverse("home", args=[world.org.slug])).content.decode()
        return reverse("check_in_key_result", args=[world.org.slug, row.pk]) in said

    assert (asked(world.alice), asked(world.bob)) == (True, False)
    due = KeyResult.objects.get(pk=row.pk).next_due_on
    change_key_result(row, {"owner": world.bob}, by=Actor(world.dan), reason="Alice has moved on.")
    assert (asked(world.alice), asked(world.bob)) == (False, True)
    assert KeyResult.objects.get(pk=row.pk).next_due_on == due
