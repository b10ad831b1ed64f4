"""The coverage matrix over HTTP: who carries what, and what nobody carries."""

import datetime as dt
import html
import re

import pytest
import time_machine
from django.core.cache import cache

from okr.models import Contribution
from orgs import tenancy
from orgs.models import Tribe
from tests import factories

pytestmark = pytest.mark.django_db
TAGS = re.compile(r"<[^>]*>")


@pytest.fixture
def world():
    """DRV carries 1.1 with two key results; 1.2 has no tribe; LAD contributes to nothing."""
    with time_machine.travel(dt.datetime(2026, 5, 19, 8, tzinfo=dt.UTC), tick=False):
        world = factories.world()
        with tenancy.tenant(world.org.pk):
            factories.key_result(world.objective)
            world.extra["lonely"] = factories.key_result(world.strategic, title="Carried by nobody")
            yield world


@pytest.fixture
def look(client, world):
    def look(query="", who=None, year=2026):
        client.force_login((who or world.alice).user)
        response = client.get(f"/o/coursive/strategy/{year}/coverage/{query}")
        assert response.status_code == 200
        page = re.sub("[ \n]+", " ", html.unescape(response.content.decode()))
        return page.split("<main", 1)[1].split("</main>")[0]

    return look


def cells(page, key_result):
    """The row's figures, one a tribe, then the number of tribes and the sum."""
    row = page.split(f'id="kr-{key_result.pk}"')[1].split("</tr>")[0]
    return [TAGS.sub("", cell).strip() for cell in re.findall(r"<td[^>]*>(.*?)</td>", row)]


def foot(page):
    rows = page.split("<tfoot")[1].split("</tfoot>")[0].split("</tr>")[:2]
    return [[TAGS.sub(" ", cell).strip() for cell in re.findall(r"<td[^>]*>(.*?)</td>", row)] for row in rows]


def carry(world, key_result, tribe, key_results=1, of=None, **fields):
    objective = factories.tribe_objective(of or world.quarter, tribe)
    Contribution.objects.create(objective=objective, key_result=key_result)
    for _ in range(key_results):
        factories.key_result(objective, **fields)


def test_cells_and_sums(world, look):
    carry(world, world.strategic_kr, world.other_tribe, 3)
    carry(world, world.extra["lonely"], world.tribe, 1)
    page = look()
    assert cells(page, world.strategic_kr) == ["2", "3", "2", "5"]
    assert cells(page, world.extra["lonely"]) == ["1", "", "1", "1"]
    assert foot(page) == [["2", "1", "", ""], ["3", "3", "", "6"]]
    assert "2 of 2 strategic key results carried" in page
    assert "2 of 2 Tribes contribute" in page
    assert 'class="gaps"' not in page


def test_gaps_are_shown(world, look):
    page = look()
    assert cells(page, world.extra["lonely"]) == ["", "", "No Tribe yet", "0"]
    gaps = page.split('class="gaps"')[1].split("</ul>")[0]
    assert f'href="#kr-{world.extra["lonely"].pk}">1.2<' in gaps
    assert "Contributes to nothing:" in gaps
    assert "Home delivery" in gaps
    assert "Drive" not in gaps
    assert foot(page)[0][1].split(maxsplit=1) == ["0", "contributes to nothing"]
    assert "1 of 2 strategic key results carried" in page
    assert "1 of 2 Tribes contribute" in page


def test_cells_and_columns_lead_to_the_tribes_quarter(world, look):
    page = look()
    assert page.count('href="/o/coursive/tribes/DRV/2026-q2/"') == 2
    assert 'title="Drive: 2 key results"' in page


def test_table_headers_are_headers(world, look):
    page = look()
    assert re.findall(r'<th class="tribe" role="columnheader" scope="col">.*?<span class="sr">(.*?)</span>', page) == [
        "Drive",
        "Home delivery",
    ]
    assert len(re.findall(r'<th class="name" role="rowheader" scope="row">', page)) == 2


def test_only_published_key_results_count(world, look):
    carry(world, world.extra["lonely"], world.tribe, stage="proposed")
    carry(world, world.extra["lonely"], world.other_tribe, stage="dropped")
    assert cells(look(), world.extra["lonely"])[:2] == ["", ""]


def test_another_quarter(world, look):
    first = factories.quarter(world.year, 1, "closed")
    carry(world, world.extra["lonely"], world.other_tribe, 2, of=first, stage="scored")
    page = look("?quarter=2026-Q1")
    assert cells(page, world.extra["lonely"]) == ["", "2", "1", "2"]
    assert cells(page, world.strategic_kr) == ["", "", "No Tribe yet", "0"]
    assert re.search(r'quarter=2026-q1" aria-current="true">Q1<', page)
    assert "/tribes/LAD/2026-q1/" in page


def test_a_quarter_being_planned_counts_its_proposals(world, look):
    third = factories.quarter(world.year, 3, "draft")
    carry(world, world.strategic_kr, world.other_tribe, 2, of=third, stage="proposed")
    carry(world, world.strategic_kr, world.other_tribe, 1, of=third, stage="deferred")
    page = look("?quarter=2026-q3")
    assert cells(page, world.strategic_kr) == ["", "2", "1", "2"]
    assert "Q3 2026 is being planned: proposals are counted." in page
    assert "being planned" not in look()


@pytest.mark.parametrize("quarter", ["2026-q4", "2025-q2", "nonsense", "%00", "", "2026-q99999999999999999999"])
def test_an_unknown_quarter_is_the_current_one(world, look, quarter):
    assert cells(look(f"?quarter={quarter}"), world.strategic_kr)[0] == "2"


def test_archived_tribes_have_no_column(world, look):
    Tribe.objects.filter(pk=world.other_tribe.pk).update(archived_at="2026-05-01T00:00Z")
    assert len(cells(look(), world.strategic_kr)) == 3


def test_a_year_without_quarters_or_key_results(world, look, client):
    factories.year(2027, "draft")
    assert "No quarter yet" in look(year=2027)
    world.strategic.key_results.update(archived_at="2026-05-01T00:00Z")
    cache.clear()
    assert "Nothing to cover yet" in look()
    assert client.get("/o/coursive/strategy/2031/coverage/").status_code == 404
    assert client.post("/o/coursive/strategy/2026/coverage/").status_code == 405


def test_in_french(world, look):
    world.alice.user.language = "fr"
    world.alice.user.save()
    page = look()
    assert "mar. 19 mai" in page
    assert "38\u00a0%" in page


@pytest.mark.parametrize("rows", [1, 20])
def test_nine_queries_whatever_there_is(world, client, rows, django_assert_num_queries):
    for number in range(rows):
        row = factories.key_result(world.strategic)
        tribe = Tribe.objects.create(department=world.department, name=f"Tribe {number}", code=f"T{number:02}")
        carry(world, row, tribe)
    client.force_login(world.alice.user)
    client.get("/o/coursive/strategy/2026/coverage/")  # the session learns the organization
    cache.clear()
    with django_assert_num_queries(9):
        page = client.get("/o/coursive/strategy/2026/coverage/").content
    assert page.count(b'title="Tribe') == 2 * rows
