"""My week, for each kind of person who has one."""

import datetime as dt
import re

import pytest
import time_machine
from django.core.cache import cache
from django.urls import reverse
from django.utils import timezone

from okr.actions import comments
from okr.models import Contribution, KeyResult
from orgs import tenancy
from orgs.actions.audit import Actor
from orgs.models import Function, Role, Seat, Tribe
from tests import factories
from tests.factories import TODAY

pytestmark = pytest.mark.django_db
SECTION = re.compile(r"<h2[^>]*>(.*?)</h2>")


@pytest.fixture
def home(client):
    """What the page itself shows to somebody, without the rail."""

    def home(who):
        client.force_login(who.user)
        response = client.get(reverse("home", args=[who.org.slug]))
        assert response.status_code == 200
        return re.sub("[ \n]+", " ", response.content.decode()).split("<main")[1].split("</main>")[0]

    return home


def strip(page):
    """The five days of the week strip, as text."""
    days = page.split('class="weekstrip"')[1].split("</ol>")[0].split("<li")[1:]
    return [re.sub(" +", " ", re.sub("<[^>]*>", " ", f"<li{day}")).strip() for day in days]


# ── Today ────────────────────────────────────────────────────────────────────


def test_today_and_my_tribe(world, home):
    page = home(world.alice)
    assert "<h1>Tue 19 May</h1>" in page
    assert "W21 · week 8 of 14 · Q2 2026" in page
    assert reverse("tribe", args=[world.org.slug, "DRV"]) in page


def test_in_french(world, home):
    world.alice.user.language = "fr"
    world.alice.user.save()
    page = home(world.alice)
    assert "<h1>Mardi 19 mai</h1>" in page
    assert "S21 · " in page
    assert "50\u00a0%" in page


# ── Due from me ──────────────────────────────────────────────────────────────


def test_what_is_due_from_me(world, home):
    second = factories.key_result(world.objective, owner=world.alice, title="Second", next_due_on=TODAY)
    factories.key_result(world.objective, owner=world.alice, title="Later", next_due_on=TODAY + dt.timedelta(days=8))
    factories.key_result(world.objective, owner=world.bob, title="Not mine", next_due_on=TODAY)
    page = home(world.alice)
    due = page[page.index('id="due"') : page.index('id="moved"')]
    assert "Do my 2 check-ins" in page
    assert "2 of 3 key results" in due
    assert "Last value 7 days ago" in due
    assert "No value yet" in due
    assert reverse("check_in_key_result", args=[world.org.slug, second.pk]) in due
    assert "Later" not in due
    assert "Not mine" not in due


def test_what_is_overdue_says_so(world, home):
    world.key_result.next_due_on = TODAY - dt.timedelta(days=6)
    world.key_result.save()
    page = home(world.alice)
    assert "overdue" in page
    assert strip(page)[1] == "Tue 19 May 1 check-in overdue"


def test_nothing_due(world, home):
    world.key_result.next_due_on = dt.date(2026, 5, 27)
    world.key_result.save()
    page = home(world.alice)
    assert "Your next check-in is due on Wed 27 May." in page
    assert "btn primary" not in page


def test_owning_nothing(world, home):
    assert "No running key result is yours" in home(world.bob)


# ── The week ─────────────────────────────────────────────────────────────────


def test_the_week_from_monday_to_friday(world, home):
    monday = dt.date(2026, 5, 18)
    week = {"start_week": monday, "end_week": monday + dt.timedelta(weeks=3)}
    world.key_result.next_due_on = dt.date(2026, 5, 20)
    world.key_result.save()
    factories.initiative(world.quarter, world.tribe, title="Begins", state="planned", **week)
    factories.initiative(
        world.quarter, world.tribe, title="Closes", start_week=monday, end_week=monday, milestone_week=monday
    )
    factories.initiative(world.quarter, world.tribe, title="Gone", state="cancelled", end_week=monday)
    factories.initiative(world.quarter, world.other_tribe, title="Theirs", start_week=monday, end_week=monday)
    factories.initiative(
        world.quarter, world.other_tribe, title="Mine there", owner=world.alice, start_week=monday, end_week=monday
    )
    page = home(world.alice)
    days = strip(page)
    assert days[0] == "Mon 18 May Begins starts"
    assert days[1] == "Tue 19 May"
    assert days[2] == "Wed 20 May 1 check-in due"
    assert days[4] == "Fri 22 May Closes milestone, ends Mine there ends"
    assert page.count('aria-current="date"') == 1


def test_a_crowded_day_is_bounded(world, home):
    monday = dt.date(2026, 5, 18)
    for number in range(7):
        factories.initiative(
            world.quarter, world.tribe, title=f"Work {number}", state="planned", start_week=monday, end_week=monday
        )
    assert "and 3 more" in strip(home(world.alice))[0]


def test_on_a_weekend_the_coming_week_is_shown(world, home):
    world.org.due_weekday = 6
    world.org.save()
    factories.key_result(world.objective, owner=world.alice, next_due_on=dt.date(2026, 5, 31))
    with time_machine.travel(dt.datetime(2026, 5, 24, 8, tzinfo=dt.UTC), tick=False):
        page = home(world.alice)
    days = strip(page)
    assert days[0] == "Mon 25 May Pentecost Monday 1 check-in overdue"
    assert days[4] == "Fri 29 May 1 check-in due"
    assert 'aria-current="date"' not in page.split("</ol>")[0]


# ── What moved ───────────────────────────────────────────────────────────────


def test_what_moved_in_my_tribe_and_what_it_contributes_to(world, home):
    factories.check_in(world.key_result, "88", TODAY)
    factories.check_in(world.strategic_kr, "58", TODAY)
    elsewhere = factories.tribe_objective(world.quarter, world.other_tribe)
    factories.check_in(factories.key_result(elsewhere, title="Elsewhere"), "85", TODAY)
    page = home(world.bob)
    moved = page[page.index('id="moved"') : page.index("<aside")]
    assert "What moved since Mon 11 May" in moved
    assert moved.index(world.key_result.title) < moved.index(world.strategic_kr.title)
    assert "80%" in moved
    assert "+8\u00a0pts" in moved
    assert "Alice Owner" in moved
    assert "closer to the target" in moved
    assert "Elsewhere" not in moved
    assert reverse("moved", args=[world.org.slug, 2026]) + "?since=2026-05-11" in moved


def test_nothing_moved(world, home):
    world.key_result.check_ins.all().delete()
    world.strategic_kr.check_ins.all().delete()
    assert "No value of yours changed" in home(world.bob)


# ── My tribe ─────────────────────────────────────────────────────────────────


def test_my_tribe_this_quarter_and_what_it_contributes_to(world, home):
    factories.key_result(world.objective)
    page = home(world.bob)
    aside = page[page.index("<aside") :]
    assert "Drive this quarter" in aside
    assert 'aria-label="On track: 1, No data yet: 1"' in aside
    assert "We contribute to" in aside
    assert world.strategic_kr.title in aside
    assert "Strategy 2026" not in page


def test_a_tribe_that_contributes_to_nothing(world, home):
    Contribution.objects.all().delete()
    assert "No objective of yours says yet" in home(world.bob)


def test_upcoming_deadlines_late_ones_first(world, home):
    factories.initiative(
        world.quarter, world.tribe, world.key_result, title="Soon", start_week=TODAY, end_week=dt.date(2026, 5, 25)
    )
    factories.initiative(world.quarter, world.tribe, title="Far", start_week=TODAY, end_week=dt.date(2026, 6, 22))
    page = home(world.bob)
    coming = page[page.index("Coming up") :]
    assert '<small class="c-off">1 week late, <b>A1</b>' in coming
    assert coming.index(world.initiative.title) < coming.index("Soon")
    assert "ends Fri 29 May, <b>A1</b>" in coming
    assert "Far" not in coming


def test_a_tribe_without_anything(world, home):
    ann = factories.member(world.org, "Ann Alone")
    Seat.objects.create(tribe=world.other_tribe, membership=ann, function=Function.TECH)
    page = home(ann)
    assert "No key result is published this quarter." in page
    assert "No initiative starts, ends" in page


def test_two_tribes(world, home):
    Seat.objects.create(tribe=world.other_tribe, membership=world.bob, function=Function.TECH)
    page = home(world.bob)
    assert "Drive this quarter" in page
    assert "Home delivery this quarter" in page


# ── Without a tribe ──────────────────────────────────────────────────────────


@pytest.mark.parametrize("who", ["sam", "codir", "coach", "cpo", "olga", "dan", "carol"])
def test_who_sits_in_no_tribe_sees_the_strategy(world, home, who):
    page = home(world.people[who])
    assert "Strategy 2026" in page
    assert world.strategic.title in page
    assert 'aria-label="29% of the way; 38% expected today"' in page
    assert "We contribute to" not in page
    assert f"{world.strategic_kr.title}</a></div>" in page[page.index("Off track or at risk") :]
    assert "+5.2\u00a0pts" in page
    assert ('class="weekstrip"' in page) is (who == "carol")  # only she has something on this week


def test_at_risk_and_silent_lists_are_short(world, home):
    objective = factories.tribe_objective(world.quarter, world.other_tribe)
    for number in range(7):
        factories.check_in(factories.key_result(objective, title=f"Slow {number}"), "81", TODAY)
        silent = factories.key_result(objective, title=f"Silent {number}")
        factories.check_in(silent, "86", TODAY - dt.timedelta(days=20 + number))
    page = home(world.sam)
    worries, quiet = page[page.index("Off track or at risk") :].split(">Silent<")
    assert [part.count("Slow") for part in worries.split("<details")] == [5, 2]  # and one that was there before
    assert ">3 more<" in worries
    assert '<span class="meta num">8</span>' in worries
    assert re.findall(r"Silent (\d)|(<details)", quiet)[:6] == [(day, "") for day in "65432"] + [("", "<details")]
    assert "23 Apr" in quiet
    assert 'class="code">LAD</span>' in quiet


def test_the_chief_of_staff_sees_which_strategic_key_results_are_due(world, home):
    theirs = factories.key_result(world.strategic, owner=world.codir, title="Of a director")
    page = home(world.carol)
    assert world.strategic_kr.title in page[page.index('id="due"') : page.index('id="due-others"')]
    others = page[page.index('id="due-others"') : page.index('id="strategy"')]
    assert "Of a director" in others
    assert "Cody Dir" in others
    assert reverse("check_in_key_result", args=[world.org.slug, theirs.pk]) in others
    assert 'id="due-others"' not in home(world.sam)


def test_a_chief_of_staff_in_a_tribe_sees_them_too(world, home):
    chief = factories.member(world.org, "Chief Member", Role.CHIEF_OF_STAFF)
    Seat.objects.create(tribe=world.tribe, membership=chief, function=Function.BUSINESS)
    page = home(chief)
    assert "Drive this quarter" in page
    assert world.strategic_kr.title in page[page.index('id="due-others"') :]


def test_before_anything_exists(world, home):
    org = factories.organization("fresh")
    page = home(factories.member(org, "Ann First", Role.ADMINISTRATOR))
    assert "No strategic key result is running" in page
    assert "No strategic value changed." in page
    assert "W21</span>" in page


def test_a_strategy_without_key_results_leads_to_where_they_are_written(world, home):
    """To who may write them, once the first steps are taken."""
    KeyResult.objects.filter(objective__level="strategic").update(archived_at=timezone.now())
    link = f'href="{reverse("strategy_write", args=[world.org.slug, world.year.number])}">'
    page = home(world.dan)
    assert "No strategic key result is running" in page
    assert f"{link}Add key results" in page
    assert "Add key results" not in home(factories.member(world.org, "Olga Sees", Role.OBSERVER))


def test_the_rail_and_the_page_agree_on_what_is_due(world, client):
    for _ in range(3):
        factories.key_result(world.objective, owner=world.alice)
    client.force_login(world.alice.user)
    page = client.get(reverse("home", args=[world.org.slug])).content.decode()
    assert "Do my 4 check-ins" in page
    assert 'Check-in<span class="push">4</span>' in page


def test_strangers_get_nothing(world, client):
    client.force_login(factories.world("other").alice.user)
    assert client.get(reverse("home", args=[world.org.slug])).status_code == 404


# ── Cost ─────────────────────────────────────────────────────────────────────


def _more(world, rows):
    for number in range(rows):
        tribe = Tribe.objects.create(department=world.department, name=f"Tribe {number}", code=f"T{number}")
        objective = factories.tribe_objective(world.quarter, world.tribe, position=number + 2)
        strategic = factories.key_result(world.strategic, owner=factories.member(world.org, f"Owner N{number}"))
        Contribution.objects.create(objective=objective, key_result=strategic)
        factories.check_in(strategic, "60", TODAY)
        for of, owner in ((objective, world.alice), (factories.tribe_objective(world.quarter, tribe), world.bob)):
            made = factories.key_result(of, owner=owner)
            for day in range(25):
                factories.check_in(made, 81 + day % 2, TODAY - dt.timedelta(days=day))
        factories.initiative(world.quarter, world.tribe, made, owner=world.bob, start_week=TODAY, end_week=TODAY)


@pytest.mark.parametrize("who", ["alice", "sam", "carol"])
@pytest.mark.parametrize("rows", [0, 20])
def test_queries_do_not_grow(world, client, rows, who, django_assert_num_queries, django_assert_max_num_queries):
    """The rail's come on top of the eleven, until something in the organization changes."""
    _more(world, rows)
    client.force_login(world.people[who].user)
    url = reverse("home", args=[world.org.slug])
    client.get(url)  # the first page of a session saves it
    cache.clear()
    with django_assert_max_num_queries(15):
        client.get(url)
    with django_assert_num_queries(11):
        client.get(url, {"made": "anew"})


def test_a_public_holiday_is_named_on_its_day(world, home):
    with time_machine.travel(dt.datetime(2026, 5, 12, 8, tzinfo=dt.UTC)):
        page = home(world.alice)
    strip = page[page.index('class="weekstrip"') :]
    assert 'Thu 14 May</p><p class="meta">Ascension Day</p>' in strip
    assert strip.count("Ascension") == 1


# ── Who waits for my answer ──────────────────────────────────────────────────


def waiting(page):
    """The questions, as text; [] without the section."""
    if 'id="questions"' not in page:
        return []
    rows = page.split('id="questions"')[1].split("</section>")[0].split("<li")[1:]
    return [re.sub(" +", " ", re.sub("<[^>]*>", " ", f"<li{row}")).strip() for row in rows]


@pytest.fixture
def inside(world):
    with tenancy.tenant(world.org.pk):
        yield


def by(person):
    return Actor(person)


def test_a_question_on_what_is_mine_waits_until_i_answer(world, home, inside):
    asked = comments.start_thread(world.key_result, "What do you need from the shops?", by=by(world.carol))
    said = waiting(home(world.alice))
    assert said == [
        f"{world.carol.name} on DRV A1 What do you need from the shops? Answer {world.carol.name} on DRV A1"
    ]
    assert f"key-results/{world.key_result.pk}/?comment={asked.pk}#comment-{asked.pk}" in home(world.alice)
    assert waiting(home(world.carol)) == waiting(home(world.bob)) == []
    comments.answer(asked, "A second aisle.", by=by(world.alice))
    assert waiting(home(world.alice)) == []
    comments.answer(asked, "Thank you.", by=by(world.carol))
    assert waiting(home(world.alice)) == []


def test_who_is_mentioned_is_asked_wherever_it_is(world, home, inside):
    thread = comments.start_thread(world.strategic_kr, "A word on this one.", by=by(world.carol))
    assert waiting(home(world.bob)) == []
    comments.answer(thread, f"@{world.bob.name}, which source?", by=by(world.dan))
    assert [f"@{world.bob.name}, which source?" in said for said in waiting(home(world.bob))] == [True]
    comments.answer(thread, "The till.", by=by(world.bob))
    assert waiting(home(world.bob)) == []
    comments.answer(thread, f"@{world.bob.name}, since when?", by=by(world.dan))
    assert len(waiting(home(world.bob))) == 1


@pytest.mark.parametrize("ends", ["resolve", "delete", "archive", "wait"])
def test_nobody_waits_where_it_is_over(world, home, inside, ends):
    thread = comments.start_thread(world.key_result, "Still true?", by=by(world.carol))
    assert len(waiting(home(world.alice))) == 1
    if ends == "resolve":
        comments.resolve(thread, by=by(world.carol))
    elif ends == "delete":
        comments.delete(thread, by=by(world.carol))
    elif ends == "archive":
        KeyResult.objects.filter(pk=world.key_result.pk).update(archived_at=timezone.now())
        cache.clear()
    with time_machine.travel(timezone.now() + dt.timedelta(days=31 if ends == "wait" else 0)):
        assert waiting(home(world.alice)) == []


def test_at_most_three_wait_the_latest_first(world, home, inside):
    for number in range(5):
        comments.start_thread(world.key_result, f"Question {number} {'word ' * 50}", by=by(world.carol))
    said = waiting(home(world.alice))
    assert [re.search(r"Question (\d)", one)[1] for one in said] == ["4", "3", "2"]
    assert "word…" in said[0]
