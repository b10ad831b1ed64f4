"""What moved since a day, over HTTP."""

import datetime as dt
import html
import re
from decimal import Decimal

import pytest
import time_machine
from django.core.cache import cache

from okr import landmarks
from okr.actions.key_results import change_key_result
from okr.landmarks import Landmark
from okr.models import KeyResult
from orgs import tenancy
from orgs.actions.audit import Actor
from orgs.models import Tribe
from tests import factories
from tests.factories import TODAY

pytestmark = pytest.mark.django_db
TAGS = re.compile(r"<[^>]*>")


@pytest.fixture
def world():
    """The strategic key result has a single check-in on Monday 18 May, the tribe's one on Tuesday 12 May."""
    with time_machine.travel(dt.datetime(2026, 5, 19, 8, tzinfo=dt.UTC), tick=False):
        world = factories.world()
        with tenancy.tenant(world.org.pk):
            yield world


@pytest.fixture
def whole(client, world):
    def whole(query="", who=None, year=2026):
        client.force_login((who or world.alice).user)
        response = client.get(f"/o/coursive/strategy/{year}/moved/{query}")
        assert response.status_code == 200
        page = re.sub("[ \n]+", " ", html.unescape(response.content.decode()))
        return page.split("<main", 1)[1].split("</main>")[0]

    return whole


@pytest.fixture
def look(whole):
    """The page with every change, without the parts of its summary."""
    return lambda *args, **more: re.sub('<div class="moved-parts".*?(?=Every change)', "", whole(*args, **more))


@pytest.fixture
def summary(whole):
    """The sentence, and the words of each part by its heading's id."""

    def summary(query=""):
        said = whole(query).split('class="headline">')[1].split("Every change")[0]
        headline, _, parts = said.partition("</p>")
        found = re.split(r'<h3 id="(\w+)">', parts)
        texts = [re.sub(" +", " ", TAGS.sub(" ", text)).strip() for text in found[2::2]]
        return headline, dict(zip(found[1::2], texts, strict=True))

    return summary


def rows(page):
    """Each change as text, in the order shown."""
    if "<table" not in page:
        return []
    table = page.split("<table")[-1].split("<tbody")[1].split("</tbody>")[0]
    return [re.sub(" +", " ", TAGS.sub(" ", row)).strip() for row in table.split("<tr")[1:]]


def row(page, title):
    (found,) = [text for text in rows(page) if title in text]
    return found


def measured(world, title, *values, objective=None, **fields):
    """A strategic key result of Carol's from 80 to 92, with (day, value) check-ins, days counted back from today."""
    made = factories.key_result(objective or world.strategic, title=title, **{"owner": world.carol, **fields})
    for days, value in values:
        factories.check_in(made, value, TODAY - dt.timedelta(days=days), comment=f"Comment of {title}")
    return made


# ── What is shown ────────────────────────────────────────────────────────────


def test_before_now_and_difference(world, look):
    measured(world, "Rising", (20, "83"), (9, "84"), (3, "85"), (1, "86"))
    text = row(look("?since=7"), "Rising")
    assert "84% 86%" in text
    assert "+2\u00a0pts , closer to the target" in text
    assert "+17\u00a0pts" in text  # 2 of the 12 points between start and target
    assert "Comment of Rising" in text
    assert "Carol Staff, Business" in text
    assert "18 May" in text


def test_a_first_measurement_moves_from_the_start(world, look):
    text = row(look(), "Missing items")
    assert "54.0% 59.2% from the start" in text
    assert "+5.2\u00a0pts" in text


def test_largest_first_gains_and_losses_alike(world, look):
    measured(world, "Small", (10, "84"), (1, "84.5"))
    measured(world, "Fall", (10, "91"), (1, "85"))
    measured(world, "Better downwards", (10, "19"), (1, "15"), direction="down", start=Decimal(20), target=Decimal(10))
    page = look()
    order = [next(name for name in ("Small", "Fall", "downwards", "Missing") if name in text) for text in rows(page)]
    assert order == ["Fall", "downwards", "Missing", "Small"]  # 50, 40, 29 and 4 points of the way
    assert "−6\u00a0pts , further from it" in row(page, "Fall")
    assert "−4\u00a0pts , closer to the target" in row(page, "downwards")
    assert "3 closer to the target" in TAGS.sub("", page)
    assert "1 further from it" in TAGS.sub("", page)


def test_what_stayed_is_left_out(world, look):
    measured(world, "Same value", (10, "91"), (1, "91"))
    measured(world, "Never measured")
    measured(world, "Before the day", (30, "91"), (8, "92"))
    assert len(rows(look())) == 1


def test_a_status_can_change_while_the_value_stays(world, look):
    # 35 % of the way: expected 37 % (on track) on 11 May, 38.9 % on 21 May: the pace falls to 90 % and below.
    measured(world, "Overtaken by time", (12, "84.1"))
    with time_machine.travel(dt.datetime(2026, 5, 22, 8, tzinfo=dt.UTC), tick=False):
        page = look("?since=2026-05-12")
    text = row(page, "Overtaken by time")
    assert "same value" in text
    cell = page.split("Overtaken by time")[1].split("</tr>")[0].split('class="c-st"')[1]
    assert 'aria-label="On track"' in cell
    assert "At risk" in TAGS.sub(" ", cell)


def test_status_then_and_now(world, look):
    measured(world, "Caught up", (40, "80.5"), (30, "81"), (1, "86"))
    page = look("?since=14")
    cell = page.split("Caught up</a>")[1].split("</tr>")[0].split('class="c-st"')[1].split("</td>")[0]
    assert 'aria-label="Off track"' in cell
    assert "On track" in TAGS.sub(" ", cell)


def test_before_the_period_there_was_no_status(world, look):
    page = look("?since=quarter&level=tribe")
    assert "→</span>" not in page.split('class="c-st" role="cell"')[1].split("</td>")[0]
    assert "80% 86% from the start" in row(page, "Orders ready")


def test_newly_silent_stand_apart(world, look):
    measured(world, "Silent since", (40, "83"))  # monthly: 31 days and 7 of patience
    measured(world, "Silent for long", (100, "83"))
    page = look()
    silent = page.split("Newly silent")[1]
    assert "Silent since" in silent
    assert "last on 9 Apr" in silent
    assert "Carol Staff" in silent
    assert "Silent since" not in page.split("Newly silent")[0]
    assert "Silent for long" not in page
    assert "Newly silent" not in look("?level=tribe")


def test_nothing_moved(world, look):
    page = look("?since=2026-05-19")
    assert "Nothing moved" in page
    assert "<table" not in page


# ── In two minutes ───────────────────────────────────────────────────────────


def test_a_sentence_and_what_it_is_made_of(world, summary):
    measured(world, "Fall", (10, "91"), (1, "85"))
    measured(world, "Silent since", (40, "83"))
    doubted = measured(world, "Doubted", (10, "86"))
    factories.check_in(doubted, "86", TODAY, confidence=2, comment="The supplier left.")
    headline, parts = summary("?since=7")
    assert headline.startswith("Of 4 strategic key results, 1 got better and 1 worse.")
    assert headline.endswith("1 fell silent, 1 is a new risk.")
    assert "In the Tribes: 1 better, 0 worse." in headline
    assert "Fall" in parts["worse"]
    assert "91% → 85%" in parts["worse"]
    assert "Missing items" in parts["better"]
    assert parts["better"].index("Missing items") < parts["better"].index("DRV")  # the strategic ones first
    assert "Silent since" in parts["silent"]
    assert "The supplier left. confidence 6 → 2" in parts["risks"]


def test_slower_than_expected_is_worse_though_closer(world, summary):
    measured(world, "Too slow", (40, "83.9"), (1, "84"))
    _headline, parts = summary("?since=14")
    assert "Too slow" in parts["worse"]


def test_targets_that_were_changed_for_a_reason(world, summary):
    change_key_result(world.strategic_kr, {"target": Decimal(70)}, by=Actor(world.carol), reason="The CoDir of 18 May.")
    _headline, parts = summary("?since=7")
    assert "target 72.0% → 70.0% The CoDir of 18 May. Carol Staff" in parts["decisions"]


def test_nothing_to_tell(world, summary):
    headline, parts = summary("?since=2026-05-19")
    assert headline.startswith("Of 1 strategic key result, 0 got better and 0 worse.")
    assert not parts


def test_since_a_landmark(world, look, monkeypatch):
    monkeypatch.setattr(landmarks, "_sources", [])
    landmarks.register(lambda org, today, member: [Landmark("meeting-1", "Last CoDir", dt.date(2026, 5, 6))])
    assert "What moved since Wed 6 May" in look()
    assert 'href="?since=meeting-1&level=strategic" aria-current="true">Last CoDir<' in look()
    assert "What moved since Tue 12 May" in look("?since=7")


# ── Choices ──────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("since", "day"),
    [
        ("monday", "Mon 18 May"),
        ("7", "Tue 12 May"),
        ("14", "Tue 5 May"),
        ("30", "Sun 19 Apr"),
        ("quarter", "Wed 1 Apr"),
        ("2026-02-03", "Tue 3 Feb"),
        ("", "Tue 12 May"),
        ("nonsense", "Tue 12 May"),
        ("2026-02-31", "Tue 12 May"),
        ("2026-05-20", "Tue 12 May"),  # not yet
        ("1999-01-01", "Tue 12 May"),  # before the year
        ("%00", "Tue 12 May"),
    ],
)
def test_since_when(look, since, day):
    assert f"What moved since {day}" in look(f"?since={since}")


def test_on_a_monday_the_last_one_is_a_week_ago(look):
    with time_machine.travel(dt.datetime(2026, 5, 18, 8, tzinfo=dt.UTC), tick=False):
        assert "What moved since Mon 11 May" in look("?since=monday")


def test_tribes_apart_with_their_code(world, look):
    page = look("?level=tribe&since=7")
    assert "DRV A1 Orders ready" in row(page, "Orders ready")
    assert "Missing items" not in page
    assert re.search(r'href="\?since=7&level=strategic">Strategic key results <span class="n">1<', page)
    assert re.search(r'href="\?since=7&level=tribe" aria-current="true">Tribes <span class="n">1<', page)
    assert look("?level=nonsense&since=7") == look("?since=7")


def test_only_the_current_quarter_of_the_tribes(world, look):
    past = factories.tribe_objective(factories.quarter(world.year, 1, "closed"), world.tribe)
    measured(world, "Of last quarter", (50, "83"), (49, "90"), objective=past, stage="scored")
    assert "Of last quarter" not in look("?level=tribe&since=2026-01-02")


def test_a_closed_year_is_read_as_it_ended(world, look):
    last = factories.year(2025, "closed")
    measured(
        world,
        "Last year's",
        (150, "83"),
        (142, "90"),  # 20 and 28 December
        objective=factories.strategic_objective(last, world.department),
        stage="scored",
    )
    assert "83% 90%" in row(look(year=2025), "Last year's")


def test_long_lists_are_paged(world, look):
    for number in range(30):
        measured(world, f"Row {number:02}", (1, "86"))
    assert len(rows(look())) == 25
    second = look("?page=2&since=monday")
    assert len(rows(second)) == 6
    assert "page=1" in second
    assert "since=monday" in second


def test_in_french(world, look):
    world.alice.user.language = "fr"
    world.alice.user.save()
    page = look()
    assert "54,0\u00a0% 59,2\u00a0%" in row(page, "Missing items")
    assert "+5,2\u00a0pts" in page
    assert "mardi 12 mai" in page


def test_unknown_year_and_method(world, client):
    client.force_login(world.alice.user)
    assert client.get("/o/coursive/strategy/2031/moved/").status_code == 404
    assert client.post("/o/coursive/strategy/2026/moved/").status_code == 405


@pytest.mark.parametrize(("count", "check_ins"), [(1, 1), (20, 1), (1, 50)])
def test_thirteen_queries_whatever_there_is(world, client, count, check_ins, django_assert_num_queries):
    for number in range(count):
        tribe = Tribe.objects.create(department=world.department, name=f"Tribe {number}", code=f"T{number:02}")
        below = factories.tribe_objective(world.quarter, tribe)
        values = [(check_ins - day, str(80 + Decimal(day) / 10 + 1)) for day in range(check_ins)]
        for objective in (world.strategic, below):
            measured(world, f"Row {number}", *values, objective=objective).step_targets.create(on=TODAY, value=90)
            measured(world, f"Silent {number}", (40, "83"), objective=objective)
    client.force_login(world.alice.user)
    url = "/o/coursive/strategy/2026/moved/?level=tribe&since=30"
    client.get(url)  # the session learns the organization
    cache.clear()
    with django_assert_num_queries(13):
        page = client.get(url).content.decode()
    assert page.count("Comment of Row") == count


def test_where_nothing_runs_it_says_so_and_counts_nothing(world, client):
    KeyResult.objects.update(stage="draft")
    client.force_login(world.alice.user)
    said = client.get("/o/coursive/strategy/2026/moved/").content.decode()
    assert "Nothing runs yet" in said
    assert "0 strategic" not in said
