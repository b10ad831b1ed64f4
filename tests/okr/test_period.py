"""Which quarter to speak of: one rule, in SQL and for quarters at hand, on every page."""

import datetime as dt

import pytest
import time_machine
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from okr.models import Quarter, current_quarter
from orgs import tenancy
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def quarters():
    org = factories.organization("coursive")
    with tenancy.tenant(org.pk):
        year = factories.year()
        yield [factories.quarter(year, number) for number in (1, 2, 3, 4)]


def put(quarters, states):
    for quarter, state in zip(quarters, states, strict=True):
        Quarter.objects.filter(pk=quarter.pk).update(state=state)
        quarter.state = state


@pytest.mark.parametrize(
    ("states", "today", "expected"),
    [
        (["closed", "open", "draft", "draft"], dt.date(2026, 5, 19), 2),
        (["closed", "open", "draft", "draft"], dt.date(2026, 7, 2), 2),  # not closed yet, the next not open yet
        (["closed", "open", "open", "draft"], dt.date(2026, 7, 2), 3),
        (["closed", "closed", "draft", "draft"], dt.date(2026, 7, 2), 3),
        (["closed", "closed", "closed", "closed"], dt.date(2027, 1, 2), 4),
        (["draft", "draft", "draft", "draft"], dt.date(2025, 12, 1), 1),
    ],
)
def test_the_quarter_to_speak_of(quarters, states, today, expected):
    put(quarters, states)
    assert Quarter.objects.most_current_first(today).first().number == expected
    assert current_quarter(quarters, today).number == expected


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    states=st.lists(st.sampled_from(["draft", "open", "closed"]), min_size=4, max_size=4),
    today=st.dates(dt.date(2025, 12, 1), dt.date(2027, 1, 31)),
)
def test_both_ways_of_asking_agree(quarters, states, today):
    put(quarters, states)
    assert Quarter.objects.most_current_first(today).first() == current_quarter(quarters, today)


def test_between_two_quarters_every_page_speaks_of_the_same(client):
    world = factories.world("coursive")
    with tenancy.tenant(world.org.pk):
        factories.quarter(world.year, 3, state="draft")
    client.force_login(world.sam.user, backend="django.contrib.auth.backends.ModelBackend")
    with time_machine.travel("2026-07-02 10:00", tick=False):
        for path in ("", "strategy/", "tribes/", "tribes/DRV/", "strategy/2026/coverage/"):
            page = client.get(f"/o/coursive/{path}").content.decode()
            assert "<span>Q2</span></a></h2>" in page or "<span>Q2</span></h2>" in page, path  # the rail
        assert "Q2 2026" in client.get("/o/coursive/tribes/").content.decode()
        assert "Q2 2026" in client.get("/o/coursive/tribes/DRV/").content.decode()
        assert "Q2 2026" in client.get("/o/coursive/").content.decode()
