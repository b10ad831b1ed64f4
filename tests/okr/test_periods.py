"""Settings ▸ Years and quarters: creating, opening, closing, moving their days, undoing."""

import datetime as dt
import itertools
import re

import pytest
import time_machine

from okr.actions.periods import create_year, propose_year, quarters_from, set_state
from okr.models import KeyResult, Objective, Quarter, Year
from orgs import tenancy
from orgs.actions.audit import Actor
from orgs.models import AuditEvent
from orgs.rules import RuleBroken
from reviews.models import Verdict
from tests import factories
from tests.factories import TODAY

pytestmark = pytest.mark.django_db
URL = "/o/coursive/settings/periods/"


@pytest.fixture(autouse=True)
def on_the_day():
    with time_machine.travel(f"{TODAY} 10:00", tick=True):
        yield


@pytest.fixture
def world():
    return factories.world("coursive")


def days(year, /, **changed):
    """What the form sends for a calendar year."""
    sent = {"number": str(year), "starts_on": f"{year}-01-01", "ends_on": f"{year}-12-31"}
    for index, (first, last) in enumerate(quarters_from(dt.date(year, 1, 1)), 1):
        sent |= {f"q{index}_starts_on": first.isoformat(), f"q{index}_ends_on": last.isoformat()}
    return {**sent, **changed}


def whole(world):
    """The world's year has one quarter; give it the others."""
    with tenancy.tenant(world.org.pk):
        for number in (1, 3, 4):
            factories.quarter(world.year, number, state="draft")


def test_the_next_year_is_proposed_and_created_as_a_draft(admin, world):
    page = admin.get(f"{URL}new/").content.decode()
    for day in ("2027-01-01", "2027-03-31", "2027-04-01", "2027-12-31"):
        assert f'value="{day}"' in page
    answer = admin.post(f"{URL}new/", days(2027))
    assert answer["Location"] == URL
    with tenancy.tenant(world.org.pk):
        year = Year.objects.get(number=2027)
        assert year.state == "draft"
        assert list(year.quarters.values_list("number", "state")) == [(n, "draft") for n in (1, 2, 3, 4)]
        assert str(year.quarters.get(number=4).ends_on) == "2027-12-31"
        event = AuditEvent.objects.get(object_type="year", verb="created")
        assert event.after["quarters"][1] == {"number": 2, "starts_on": "2027-04-01", "ends_on": "2027-06-30"}
    page = admin.get(URL).content.decode()
    assert "2027 created, with its four quarters" in page
    assert "1 Jan 2027 – 31 Dec 2027" in page


def test_days_left_as_proposed_move_with_the_number(admin, world):
    """2027 is proposed; 2028 is typed over it."""
    assert admin.post(f"{URL}new/", days(2027, number="2028")).status_code == 302
    with tenancy.tenant(world.org.pk):
        year = Year.objects.get(number=2028)
        assert (str(year.starts_on), str(year.ends_on)) == ("2028-01-01", "2028-12-31")
        last = year.quarters.get(number=4)
        assert (str(last.starts_on), str(last.ends_on)) == ("2028-10-01", "2028-12-31")


def test_days_that_were_changed_stay_and_must_lie_in_their_year(admin, world):
    changed = days(2027, number="2028", ends_on="2027-12-30", q4_ends_on="2027-12-30")
    refused = admin.post(f"{URL}new/", changed)
    assert refused.status_code == 422
    assert refused.context["form"].errors["number"] == ["The days below do not lie in 2028: change them, or the year."]
    assert 'value="2027-12-30"' in refused.content.decode()
    with tenancy.tenant(world.org.pk):
        assert not Year.objects.filter(number=2028).exists()
    moved = admin.post(f"{URL}{world.year.pk}/", {**days(2028), "revision": world.year.revision})
    assert moved.context["form"].errors["starts_on"] == ["These days do not lie in 2026."]


@pytest.mark.parametrize(
    ("month", "today", "number", "first", "last"),
    [
        (1, "2026-05-19", 2026, "2026-01-01", "2026-12-31"),
        (9, "2026-05-19", 2025, "2025-09-01", "2026-08-31"),
        (9, "2026-09-01", 2026, "2026-09-01", "2027-08-31"),
        (2, "2026-01-31", 2025, "2025-02-01", "2026-01-31"),
    ],
)
def test_the_first_year_follows_the_month_that_years_begin_with(month, today, number, first, last):
    org = factories.organization("begin")
    with tenancy.tenant(org.pk):
        proposed, quarters = propose_year(month, dt.date.fromisoformat(today))
    assert (proposed, str(quarters[0][0]), str(quarters[-1][1])) == (number, first, last)
    for (_first, last_day), (first_day, _last) in itertools.pairwise(quarters):
        assert first_day - last_day == dt.timedelta(days=1)


@pytest.mark.parametrize(
    ("field", "changed", "message"),
    [
        ("number", {"number": "2026"}, "2026 exists already"),
        ("number", {"number": "2150"}, "Create years as they come"),
        ("number", {"number": "next"}, "whole number"),
        ("starts_on", {"starts_on": "2027-02-30"}, "Enter a day"),
        ("ends_on", {"ends_on": ""}, "Choose a day"),
        ("ends_on", {"ends_on": "2028-12-31"}, "350 to 380 days"),
        ("ends_on", {"ends_on": "2026-01-01"}, "350 to 380 days"),
        ("starts_on", {"starts_on": "2026-12-28"}, "overlap with 2026"),
        ("q1_starts_on", {"q1_starts_on": "2026-12-28"}, "It begins before its year"),
        ("q4_ends_on", {"q4_ends_on": "2028-01-02"}, "It ends after its year"),
        ("q2_starts_on", {"q2_starts_on": "2027-03-31"}, "before Q1 has ended"),
        ("q2_ends_on", {"q2_ends_on": "2027-03-30"}, "cannot end before it begins"),
        ("q1_ends_on", {"q1_ends_on": "2027-03-01"}, "12 to 14 weeks"),
    ],
)
def test_days_that_cannot_be_are_refused_beside_their_field(admin, world, field, changed, message):
    answer = admin.post(f"{URL}new/", days(2027, **changed))
    assert answer.status_code == 422
    assert field in answer.context["form"].errors
    assert message in answer.context["form"].errors[field][0]
    with tenancy.tenant(world.org.pk):
        assert Year.objects.count() == 1
        assert Quarter.objects.count() == 1


def test_closing_waits_for_verdicts_and_reopening_lets_key_results_run_again(admin, world):
    whole(world)
    state = f"{URL}quarters/{world.quarter.pk}/state/"
    page = admin.get(URL).content.decode()
    assert "1 published key result takes check-ins" not in page  # the open one holds it
    assert "1 key result has no score yet." in page
    assert "Close Q2 first." in page  # of the year
    assert "1 key result has no verdict yet" in admin.post(state, {"state": "closed"}, follow=True).content.decode()
    with tenancy.tenant(world.org.pk):
        assert Quarter.objects.get(pk=world.quarter.pk).state == "open"
        Verdict.objects.create(key_result=world.key_result, score="0.5", learning="Enough.", afterwards="stop")
    admin.post(state, {"state": "closed"})
    page = admin.get(URL).content.decode()
    with tenancy.tenant(world.org.pk):
        closed = AuditEvent.objects.get(object_type="quarter", verb="closed")
        assert (closed.before, closed.after) == ({"state": "open"}, {"state": "closed"})
        row = KeyResult.objects.get(pk=world.key_result.pk)
        assert (row.stage, str(row.score), row.learning) == ("scored", "0.5", "Enough.")
    assert admin.post(f"/o/coursive/check-in/{world.key_result.pk}/", {"value": "1"}).status_code == 422
    admin.post(state, {"state": "open"})
    with tenancy.tenant(world.org.pk):
        assert Quarter.objects.get(pk=world.quarter.pk).state == "open"
        row = KeyResult.objects.get(pk=world.key_result.pk)
        assert (row.stage, row.score) == ("published", None)


def test_a_closed_quarter_is_reopened(admin, world):
    with tenancy.tenant(world.org.pk):
        KeyResult.objects.filter(pk=world.key_result.pk).update(stage="draft")
    for state in ("closed", "open"):
        admin.post(f"{URL}quarters/{world.quarter.pk}/state/", {"state": state})
    with tenancy.tenant(world.org.pk):
        assert list(AuditEvent.objects.filter(object_type="quarter").values_list("verb", flat=True)) == [
            "reopened",
            "closed",
        ]


@pytest.mark.parametrize(
    ("year", "quarter", "target", "state", "message"),
    [
        ("draft", "draft", "quarter", "open", "Open 2026 first"),
        ("closed", "closed", "quarter", "open", "Q2 2026 is open, so 2026 cannot be closed"),
        ("open", "open", "year", "closed", "Q2 2026 is open, so 2026 cannot be closed"),
        ("draft", "draft", "year", "closed", "2026 was never opened"),
        ("open", "open", "quarter", "draft", "never a draft again"),
        ("open", "open", "quarter", "nonsense", "never a draft again"),
    ],
)
def test_year_and_quarters_agree(admin, world, year, quarter, target, state, message):
    with tenancy.tenant(world.org.pk):
        Year.objects.update(state=year)
        Quarter.objects.update(state=quarter)
    url = f"{URL}quarters/{world.quarter.pk}/state/" if target == "quarter" else f"{URL}{world.year.pk}/state/"
    page = admin.post(url, {"state": state}, follow=True).content.decode()
    assert message in page
    with tenancy.tenant(world.org.pk):
        assert (Year.objects.get().state, Quarter.objects.get().state) == (year, quarter)


def test_opening_asks_for_the_check_ins_of_what_was_published_before(world):
    with tenancy.tenant(world.org.pk):
        Quarter.objects.update(state="draft")
        KeyResult.objects.update(next_due_on=None)
        quarter = Quarter.objects.select_related("year").get()
        set_state(quarter, "open", by=Actor(world.dan))
        # Wednesday of next week: the organization's rhythm.
        assert KeyResult.objects.get(pk=world.key_result.pk).next_due_on == dt.date(2026, 5, 27)
        assert KeyResult.objects.get(pk=world.strategic_kr.pk).next_due_on is None


def test_days_move_in_one_act_and_back(admin, world):
    whole(world)
    moved = days(2026, q1_ends_on="2026-03-29", q2_starts_on="2026-03-30")
    answer = admin.post(f"{URL}{world.year.pk}/", {**moved, "revision": "1"})
    assert answer.status_code == 302
    with tenancy.tenant(world.org.pk):
        assert str(Quarter.objects.get(number=2).starts_on) == "2026-03-30"
        event = AuditEvent.objects.get(verb="days_changed")
        assert set(event.after) == {"quarters"}
    admin.post(f"/o/coursive/undo/{event.change}/")
    with tenancy.tenant(world.org.pk):
        assert str(Quarter.objects.get(number=2).starts_on) == "2026-04-01"
        assert str(Quarter.objects.get(number=1).ends_on) == "2026-03-31"


@pytest.mark.parametrize(
    ("field", "changed", "message"),
    [
        ("q2_starts_on", {"q2_starts_on": "2026-05-15"}, "12 to 14 weeks"),
        ("q2_starts_on", {"q2_starts_on": "2026-04-06"}, "There is a check-in of 4 Apr 2026"),
        ("q2_ends_on", {"q2_ends_on": "2026-06-21"}, "a target on the way on 25 Jun 2026"),
        ("q2_starts_on", {"q2_starts_on": "2026-04-03"}, "Early work"),
        ("q3_starts_on", {"q3_starts_on": "2026-07-06"}, "Q3 is closed"),
    ],
)
def test_what_a_period_holds_stays_within_its_days(admin, world, field, changed, message):
    whole(world)
    with tenancy.tenant(world.org.pk):
        if "check-in" in message:
            factories.check_in(world.key_result, "81", dt.date(2026, 4, 4))
        if "target" in message:
            world.key_result.step_targets.create(key_result=world.key_result, on=dt.date(2026, 6, 25), value=90)
        if "work" in message:
            changed["q2_starts_on"] = "2026-04-06"
            monday = dt.date(2026, 3, 30)
            factories.initiative(world.quarter, world.tribe, title="Early work", start_week=monday)
        if "closed" in message:
            Quarter.objects.filter(number=3).update(state="closed")
    answer = admin.post(f"{URL}{world.year.pk}/", {**days(2026, **changed), "revision": "1"})
    assert answer.status_code == 422
    errors = answer.context["form"].errors
    assert any(message in text for texts in errors.values() for text in texts), errors


def test_two_people_who_move_days_see_each_other(admin, world):
    whole(world)
    url = f"{URL}{world.year.pk}/"
    first = days(2026, q1_ends_on="2026-03-29", q2_starts_on="2026-03-30")
    assert admin.post(url, {**first, "revision": "1"}).status_code == 302
    second = days(2026, q3_ends_on="2026-09-27", q4_starts_on="2026-09-28")
    answer = admin.post(url, {**second, "revision": "1"})
    assert answer.status_code == 409
    page = answer.content.decode()
    assert "Dan Admin changed this meanwhile" in page
    assert "30 Mar 2026" in page  # what is stored
    assert 'value="2026-09-28"' in page  # what was typed
    revision = re.search(r'name="revision" value="(\d+)"', page).group(1)
    assert admin.post(url, {**second, "revision": revision}).status_code == 302
    with tenancy.tenant(world.org.pk):
        assert str(Quarter.objects.get(number=4).starts_on) == "2026-09-28"


def test_a_closed_year_keeps_its_days(admin, world):
    whole(world)
    with tenancy.tenant(world.org.pk):
        Quarter.objects.update(state="closed")
        Year.objects.update(state="closed")
    assert f"{URL}{world.year.pk}/" not in re.findall(r'href="([^"]+)"', admin.get(URL).content.decode())
    answer = admin.post(f"{URL}{world.year.pk}/", days(2026, revision="1"))
    assert answer.status_code == 422
    assert "is closed: it is read only" in answer.content.decode()


def test_only_an_empty_draft_is_removed(admin, world):
    admin.post(f"{URL}new/", days(2027))
    with tenancy.tenant(world.org.pk):
        year = Year.objects.get(number=2027)
    assert f"{URL}{year.pk}/remove/" in admin.get(URL).content.decode()
    with tenancy.tenant(world.org.pk):
        objective = factories.strategic_objective(year, world.department)
    assert f"{URL}{year.pk}/remove/" not in admin.get(URL).content.decode()
    page = admin.post(f"{URL}{year.pk}/remove/", follow=True).content.decode()
    assert "it stays" in page
    with tenancy.tenant(world.org.pk):
        Objective.objects.filter(pk=objective.pk).delete()
    assert "2027 removed" in admin.post(f"{URL}{year.pk}/remove/", follow=True).content.decode()
    with tenancy.tenant(world.org.pk):
        assert Year.objects.count() == 1
        assert AuditEvent.objects.get(verb="removed").before["number"] == 2027
    assert "it stays" in admin.post(f"{URL}{world.year.pk}/remove/", follow=True).content.decode()


def test_creating_cannot_be_undone_by_its_address(admin, world):
    admin.post(f"{URL}new/", days(2027))
    with tenancy.tenant(world.org.pk):
        change = AuditEvent.objects.get(verb="created").change
    assert "can no longer be undone" in admin.post(f"/o/coursive/undo/{change}/", follow=True).content.decode()


def test_the_actions_themselves_are_for_administrators(world):
    from django.core.exceptions import PermissionDenied

    with tenancy.tenant(world.org.pk):
        by = Actor(world.carol)
        with pytest.raises(PermissionDenied):
            create_year(2027, dt.date(2027, 1, 1), dt.date(2027, 12, 31), quarters_from(dt.date(2027, 1, 1)), by=by)
        with pytest.raises(PermissionDenied):
            set_state(world.quarter, "closed", by=by)
        with pytest.raises(RuleBroken):
            set_state(world.quarter, "draft", by=Actor(world.dan))


def test_the_list_costs_the_same_with_1_and_5_years(admin, world, django_assert_max_num_queries):
    admin.get(URL)
    with django_assert_max_num_queries(12):
        admin.get(URL)
    for number in (2027, 2028, 2029):
        admin.post(f"{URL}new/", days(number))
    admin.get(URL)
    with django_assert_max_num_queries(12):
        admin.get(URL)


def test_nothing_of_a_removed_year_is_undone(admin, world):
    admin.post(f"{URL}new/", days(2027))
    with tenancy.tenant(world.org.pk):
        year, made = Year.objects.get(number=2027), AuditEvent.objects.get(object_type="year", verb="created").change
    admin.post(f"{URL}{year.pk}/remove/")
    assert "It was removed meanwhile." in admin.post(f"/o/coursive/undo/{made}/", follow=True).content.decode()
