"""The strategy of a year over HTTP: figures, filters, branches, and who may see what."""

import datetime as dt
import html
import re
from decimal import Decimal

import pytest
import time_machine
from django.core.cache import cache
from django.urls import reverse

from okr.models import Contribution, Evidence, KeyResult
from orgs import tenancy
from orgs.models import Committee, Department, Tribe
from tests import factories
from tests.factories import TODAY

pytestmark = pytest.mark.django_db
HTMX = {"HX-Request": "true"}
RATIONALE = "CoDir of 12 January"


@pytest.fixture
def world():
    with time_machine.travel(dt.datetime(2026, 5, 19, 7, 12, tzinfo=dt.UTC), tick=False):
        world = factories.world()
        with tenancy.tenant(world.org.pk):
            yield world


@pytest.fixture
def look(client, world):
    """The page's own content for somebody, without the rail, spaces folded."""

    def look(query="", who=None, year="", **headers):
        client.force_login((who or world.sam).user)
        response = client.get(f"/o/{world.org.slug}/strategy/{year}{query}", headers=headers)
        assert response.status_code == 200
        return content_of(response)

    return look


@pytest.fixture
def unfold(client, world):
    """The answer to htmx opening or closing a branch."""

    def unfold(key_result, query, who=None):
        client.force_login((who or world.sam).user)
        url = reverse("strategy_branch", args=[world.org.slug, key_result.pk])
        return client.get(f"{url}{query}", headers=HTMX)

    return unfold


def content_of(response):
    page = re.sub("[ \n]+", " ", html.unescape(response.content.decode()))
    return page.split("<main", 1)[-1].split("</main>")[0]


def row_of(page, key_result):
    return page.split(f'id="kr-{key_result.pk}"')[1].split("</tr>")[0]


def titles(page):
    return re.findall(r'<tr class="kr".*?<a href="[^"]*" lang="en">(.*?)</a>', page)


# ── Figures ──────────────────────────────────────────────────────────────────


def test_a_key_result_says_where_it_stands(world, look):
    row = row_of(look(), world.strategic_kr)
    assert ">1.1</span>" in row
    assert "<span>54.0%</span><b>59.2%</b>" in row
    assert "72.0%" in row
    assert '<span class="num">29%</span>' in row
    assert "29% of the way; 38% expected today" in row
    assert "At risk" in row
    assert "Confidence 6 of 10" in row
    assert "18 May" in row
    assert "Contributing Tribes: Drive 1" in row
    assert reverse("key_result", args=[world.org.slug, world.strategic_kr.pk]) in row


def test_an_objective_says_how_its_key_results_stand(world, look):
    factories.key_result(world.strategic, title="Never measured")
    factories.check_in(factories.key_result(world.strategic), "92", TODAY)
    page = look()
    goal = page.split('class="goal-row"')[1].split("</tr>")[0]
    assert "CoDir E-commerce" in goal
    assert "Sam Sponsor" in goal
    assert "2 of 3 key results updated" in goal
    assert "64% of the way; 38% expected today" in goal  # the mean of 5.2/18 and 1
    assert re.findall(r'class="pill (\w+) num">(\d)', goal) == [("risk", "1"), ("done", "1"), ("idle", "1")]


def test_without_a_check_in_nothing_is_zero_or_green(world, look):
    silent = factories.key_result(world.strategic)
    row = row_of(look(), silent)
    assert "No data yet" in row
    assert '<span class="num">–</span>' in row
    assert "0%<" not in row.split('class="c-bar"')[1].split("</td>")[0]


def test_a_silent_key_result_keeps_its_value_with_the_date_in_amber(world, look):
    silent = factories.key_result(world.strategic)
    factories.check_in(silent, "83", TODAY - dt.timedelta(days=39))
    row = row_of(look(), silent)
    assert "No update" in row
    assert "<b>83%</b>" in row
    assert re.search(r'c-risk" role="cell">10 Apr<', row)


def test_low_confidence_has_its_mark(world, look):
    worried = factories.key_result(world.strategic)
    factories.check_in(worried, "83", confidence=2)
    assert "Confidence 2 of 10, low or falling" in row_of(look(), worried)


def test_milestones_show_the_share_done_alone(world, look):
    milestone = factories.key_result(world.strategic, direction="done", unit="done", start=None, target=None)
    factories.check_in(milestone, "0.5")
    assert '<span class="span"><b>50%</b></span>' in row_of(look(), milestone)


def test_head_says_what_there_is_and_who_updated_it_last(world, look):
    page = look()
    assert "<span>1 objective</span>" in page
    assert "<span>1 strategic key result</span>" in page
    assert "<span>2 Tribes</span>" in page
    assert re.search(r"Last updated <time [^>]*>today, 09:12</time> by", page)  # Paris
    assert "Carol Staff, Business" in page.split("Last updated")[1].split("</p>")[0]
    assert "Tue 19 May · 38% of the year" in page


def test_an_older_update_has_its_day(world, look):
    with time_machine.travel(dt.datetime(2026, 6, 3, 7, tzinfo=dt.UTC), tick=False):
        assert re.search(r"Last updated <time [^>]*>19 May, 09:12</time>", look())


def test_coverage_counts_published_key_results_of_this_quarter(world, look):
    factories.key_result(world.objective)
    factories.key_result(world.objective, stage="draft")
    past = factories.tribe_objective(factories.quarter(world.year, 1, "closed"), world.other_tribe)
    factories.key_result(past, stage="scored")
    Contribution.objects.create(objective=past, key_result=world.strategic_kr)
    lonely = factories.key_result(world.strategic)
    page = look()
    assert "Contributing Tribes: Drive 2" in row_of(page, world.strategic_kr)
    assert "No Tribes contribute yet" in row_of(page, lonely)


def test_what_is_archived_or_only_proposed_is_left_out(world, look):
    factories.key_result(world.strategic, title="Draft", stage="draft")
    factories.key_result(world.strategic, title="Archived", archived_at="2026-05-01T00:00Z")
    gone = factories.strategic_objective(world.year, world.department, archived_at="2026-05-01T00:00Z")
    factories.key_result(gone, title="Of an archived objective")
    assert titles(look()) == [world.strategic_kr.title]


def test_what_tenants_write_is_escaped(client, world):
    Tribe.objects.filter(pk=world.tribe.pk).update(name='"><b>Drive')
    KeyResult.objects.filter(pk=world.strategic_kr.pk).update(title="<script>alert(1)</script>")
    client.force_login(world.sam.user)
    page = client.get(f"/o/coursive/strategy/?open={world.strategic_kr.pk}&q=<script>").content.decode()
    assert "<script>alert" not in page
    assert "&lt;script&gt;alert" in page
    assert '"><b>Drive' not in page
    assert "&quot;&gt;&lt;b&gt;Drive 1" in page


def test_in_french(world, look):
    world.sam.user.language = "fr"
    world.sam.user.save()
    row = row_of(look(), world.strategic_kr)
    assert "<b>59,2\u00a0%</b>" in row
    assert '<span class="num">29\u00a0%</span>' in row
    assert "18 mai" in row
    assert "mar. 19 mai" in look()


# ── Years ────────────────────────────────────────────────────────────────────


def test_years_to_switch_to(world, look, client):
    next_year = factories.year(2027, "draft")
    draft = factories.strategic_objective(next_year, world.department, title="Next year's objective.")
    factories.key_result(draft, title="Proposed for next year", stage="proposed")
    assert "/strategy/2027/" in look()
    page = look(year="2027/")
    assert titles(page) == ["Proposed for next year"]
    assert "<h1>Strategy 2027</h1>" in page
    assert titles(look()) == [world.strategic_kr.title]  # the default is the year of today
    assert client.get("/o/coursive/strategy/2031/").status_code == 404


def test_one_year_alone_needs_no_switch(look):
    assert 'aria-label="Year"' not in look()


def test_a_year_without_objectives_says_what_belongs_there(world, look):
    factories.year(2027, "draft")
    page = look(year="2027/")
    assert "No strategic objective for 2027 yet" in page
    assert "<table" not in page


def test_an_organization_without_a_year(client):
    org = factories.organization("new")
    client.force_login(factories.member(org, "Nina New").user)
    assert "No year yet" in client.get("/o/new/strategy/").content.decode()


# ── Filters ──────────────────────────────────────────────────────────────────


@pytest.fixture
def varied(world):
    """Four key results in two departments: at risk, achieved, pending (Bob's, contributed to by LAD), off track."""
    marketing = Department.objects.create(name="Marketing", position=2)
    Committee.objects.create(department=marketing, name="CoDir Marketing")
    second = factories.strategic_objective(world.year, marketing, position=2, title="Loyal customers feel known.")
    done = factories.key_result(world.strategic, title="Préparé à l’heure", owner=world.carol)
    factories.check_in(done, "92")
    pending = factories.key_result(second, title="Œuvre commune", owner=world.bob)
    late = factories.key_result(second, title="Attrition", owner=world.carol, metric="Loyal customers lost")
    factories.check_in(late, "80.5")
    helping = factories.tribe_objective(world.quarter, world.other_tribe)
    factories.key_result(helping)
    Contribution.objects.create(objective=helping, key_result=pending)
    world.extra.update(marketing=marketing, done=done, pending=pending, late=late)
    return world


FIRST = "Missing items replaced by one that the customer accepts"


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("", [FIRST, "Préparé à l’heure", "Œuvre commune", "Attrition"]),
        ("department={marketing}", ["Œuvre commune", "Attrition"]),
        ("status=at_risk", [FIRST]),
        ("status=achieved&status=pending", ["Préparé à l’heure", "Œuvre commune"]),
        ("tribe=LAD", ["Œuvre commune"]),
        ("tribe=drv", [FIRST]),
        ("owner={bob}", ["Œuvre commune"]),
        ("owner={carol}", [FIRST, "Préparé à l’heure", "Attrition"]),
        ("q=PREPARE", ["Préparé à l’heure"]),
        ("q=oeuvre", ["Œuvre commune"]),
        ("q=l'heure", ["Préparé à l’heure"]),
        ("q=customers+lost", ["Attrition"]),  # its metric
        ("q=loyal", ["Œuvre commune", "Attrition"]),  # their objective
        ("q=bob", ["Œuvre commune"]),  # its owner
        ("q=2.2", ["Attrition"]),  # its code
        ("department={marketing}&owner={carol}", ["Attrition"]),
        ("department={marketing}&status=at_risk", []),
        ("owner={carol}&q=items&status=at_risk&tribe=DRV", [FIRST]),
    ],
)
def test_filters_narrow_together(varied, look, query, found):
    ids = {"marketing": varied.extra["marketing"].pk, "bob": varied.bob.pk, "carol": varied.carol.pk}
    assert titles(look(f"?{query.format(**ids)}")) == found


def test_each_choice_says_what_it_would_show(varied, look):
    page = look(f"?owner={varied.carol.pk}&status=off_track")
    assert re.findall(r'value="(\w+)" id="status-\w+"( checked)?>.*?<b>(\d)</b>', page) == [
        ("at_risk", "", "1"),
        ("off_track", " checked", "1"),
        ("achieved", "", "1"),
        ("pending", "", "0"),
    ]
    assert re.findall(r'name="department".*?<span class="n">(\d)</span>', page) == ["1", "0", "1"]
    assert "DRV Drive (0)" in page
    assert "Bob Colleague (0)" in page
    assert "Carol Staff (1)" in page  # a choice is counted as if its own filter were another
    assert "1 of 4 key results" in page
    assert "Loyal customers feel known." in page
    assert varied.strategic.title not in page  # an objective without a row to show


def test_an_objective_keeps_its_whole_figures_while_filtered(varied, look):
    assert "1 of 2 key results updated" in look("?status=off_track")


def test_no_results_repeat_the_filter_and_offer_to_clear_it(varied, look):
    page = look(f"?department={varied.extra['marketing'].pk}&status=at_risk&q=basket&open={varied.strategic_kr.pk}")
    assert "No key result for CoDir Marketing · At risk · “basket”" in page
    assert f'href="/o/coursive/strategy/2026/?open={varied.strategic_kr.pk}"' in page
    assert 'value="basket"' in page


@pytest.mark.parametrize(
    "query",
    [
        "department=abc&owner=x&status=nope&tribe=ZZZ&open=x&show=y&hide=z&page=-1&q=",
        "department=99999999999999999999999&owner=-1&open=99999999999999999999999&page=zzz",
        "department=²&owner=٣&tribe=%00&q=%00",
        "department=&owner=&status=&tribe=",
        "owner=123456789&department=123456789&open=123456789",
    ],
)
def test_what_cannot_be_understood_is_left_out(varied, look, query):
    page = look(f"?{query}")
    assert len(titles(page)) == 4
    assert "Clear filters" not in page


def test_for_htmx_only_choices_and_table(varied, client):
    client.force_login(varied.sam.user)
    response = client.get("/o/coursive/strategy/2026/?tribe=&owner=&q=+attrition+&status=off_track", headers=HTMX)
    part = content_of(response)
    assert "<main" not in response.content.decode()
    assert 'id="choices" hx-swap-oob="true"' in part
    assert 'id="filter-text"' not in part  # what somebody is typing in stays
    assert titles(part) == ["Attrition"]
    assert response["HX-Replace-Url"] == "/o/coursive/strategy/2026/?status=off_track&q=attrition"
    assert "HX-Request" in response["Vary"]
    again = client.get(response["HX-Replace-Url"])
    assert titles(content_of(again)) == ["Attrition"]


# ── Branches ─────────────────────────────────────────────────────────────────


def test_a_branch_opens_by_the_address_alone(world, look):
    page = look(f"?open={world.strategic_kr.pk}")
    branch = page.split(f'id="branch-{world.strategic_kr.pk}"')[1].split("</tbody>")[0]
    assert "From 54.0% to 59.2%, 60.9% expected today, target 72.0%" in branch
    assert "Missing items: first reason to leave" in branch
    assert world.objective.title in branch
    assert "What is announced is accepted." in branch
    assert world.key_result.title in branch
    assert ">A1</span>" in branch
    assert "Alice Owner, Product" in branch
    assert world.initiative.title in branch
    assert "wk-3-8" in branch
    row = row_of(page, world.strategic_kr)
    assert 'aria-expanded="true"' in row
    assert 'form="filters" name="hide"' in row


def test_closed_it_is_not_in_the_page(world, look):
    page = look()
    assert world.initiative.title not in page
    assert 'aria-expanded="false"' in row_of(page, world.strategic_kr)
    assert f'<tbody class="branch" id="branch-{world.strategic_kr.pk}" hidden></tbody>' in page


def test_without_javascript_the_button_sends_the_page_with_one_more_branch(varied, look):
    first, second = varied.strategic_kr, varied.extra["late"]
    page = look(f"?q=i&open={first.pk}")
    assert f'<input type="hidden" name="open" value="{first.pk}" form="filters">' in page
    button = re.search(rf'<button[^>]*id="toggle-{second.pk}"[^>]*>', page)[0]
    assert 'type="submit" form="filters" name="show"' in button
    both = look(f"?q=i&open={first.pk}&show={second.pk}")
    assert both.count('class="drill"') == 2
    closed = look(f"?q=i&open={first.pk}&open={second.pk}&hide={first.pk}")
    assert 'aria-expanded="false"' in row_of(closed, first)
    assert 'aria-expanded="true"' in row_of(closed, second)


def test_htmx_gets_the_rows_the_button_and_an_address_to_share(varied, unfold):
    key_result = varied.strategic_kr
    response = unfold(key_result, f"?department=&q=i&status=at_risk&open=7777&show={key_result.pk}")
    part = response.content.decode()
    assert varied.initiative.title in part
    assert part.index("<tbody") < part.index(f'id="toggle-{key_result.pk}"') < part.index('hx-swap-oob="true"')
    assert 'aria-expanded="true"' in part
    assert "<main" not in part
    address = f"/o/coursive/strategy/2026/?status=at_risk&q=i&open=7777&open={key_result.pk}"
    assert response["HX-Push-Url"] == address


def test_closing_leaves_an_empty_group(world, unfold):
    pk = world.strategic_kr.pk
    response = unfold(world.strategic_kr, f"?open=5&open={pk}&hide={pk}")
    part = response.content.decode()
    assert world.initiative.title not in part
    assert f'id="branch-{pk}" hidden></tbody>' in part
    assert 'aria-expanded="false"' in part
    assert response["HX-Push-Url"] == "/o/coursive/strategy/2026/?open=5"


def test_a_branch_asked_for_as_a_page_leads_to_the_strategy(world, client):
    client.force_login(world.sam.user)
    response = client.get(reverse("strategy_branch", args=["coursive", world.strategic_kr.pk]))
    assert response.status_code == 302
    assert response["Location"] == f"/o/coursive/strategy/2026/?open={world.strategic_kr.pk}"


def test_a_branch_shows_this_quarter_only(world, unfold):
    past = factories.tribe_objective(factories.quarter(world.year, 1, "closed"), world.tribe, title="Of last quarter.")
    Contribution.objects.create(objective=past, key_result=world.strategic_kr)
    empty = factories.tribe_objective(world.quarter, world.other_tribe, title="Without key results.")
    Contribution.objects.create(objective=empty, key_result=world.strategic_kr)
    factories.key_result(world.objective, title="Not kept", stage="dropped")
    factories.initiative(world.quarter, world.tribe, world.key_result, title="Given up", state="cancelled")
    part = unfold(world.strategic_kr, f"?open={world.strategic_kr.pk}").content.decode()
    assert world.objective.title in part
    assert "Of last quarter." not in part
    assert "Not kept" not in part
    assert "Given up" not in part
    assert "No key result in Q2 2026 yet." in part.split("Without key results.")[1]


def test_a_branch_that_nobody_contributes_to_says_so(world, unfold):
    lonely = factories.key_result(world.strategic)
    part = unfold(lonely, f"?open={lonely.pk}").content.decode()
    assert "No Tribes contribute to this key result this quarter." in part
    assert "No fact recorded yet." in part
    assert "Nobody yet" in part
    assert "Not written yet." in part


def test_a_branch_says_what_was_last_written_with_its_value(world, unfold):
    row = world.strategic_kr
    factories.check_in(row, "55", TODAY - dt.timedelta(days=9), comment="Slower than hoped.")
    factories.check_in(row, "56", TODAY - dt.timedelta(days=2), comment="Six pilot sites are missing.")
    factories.check_in(row, "57", TODAY)
    part = content_of(unfold(row, f"?open={row.pk}"))
    said = part.split("<q ")[1].split("</p>")[0]
    assert "Six pilot sites are missing." in said
    assert said.endswith("17 May")
    assert "Slower than hoped." not in part


def test_many_facts_are_counted_with_a_link(world, unfold):
    for number in range(6):
        Evidence.objects.create(key_result=world.strategic_kr, kind="nps", title=f"Fact {number}", position=number + 2)
    part = unfold(world.strategic_kr, f"?open={world.strategic_kr.pk}").content.decode()
    assert "Fact 3" in part
    assert "Fact 4" not in part
    assert "2 more facts" in part


# ── Who may see what ─────────────────────────────────────────────────────────


@pytest.mark.parametrize(("who", "sees"), [("sam", True), ("carol", True), ("alice", False), ("olga", False)])
def test_the_rationale_is_for_the_leadership(world, look, unfold, who, sees):
    person = world.people[who]
    query = f"?open={world.strategic_kr.pk}"
    for page in (look(query, person), unfold(world.strategic_kr, query, person).content.decode()):
        assert world.objective.title in page
        assert (RATIONALE in page) is sees
        assert ("€6.4M" in page) is sees
        assert ("Business rationale" in page) is sees


def test_the_table_itself_is_the_same_for_everyone_of_a_permission_class(world, look):
    assert look(who=world.alice) == look(who=world.bob)
    query = f"?open={world.strategic_kr.pk}"
    assert look(query, world.sam) == look(query, world.coach)


@pytest.mark.parametrize("path", ["", "2026/", "2026/coverage/", "2026/moved/", "branch/{pk}/"])
def test_a_stranger_finds_nothing(world, client, path):
    other = factories.world("other")
    client.force_login(other.sam.user)
    url = f"/o/coursive/strategy/{path.format(pk=world.strategic_kr.pk)}"
    assert client.get(url).status_code == 404
    client.logout()
    assert client.get(url).status_code == 302


def test_another_organizations_key_result_does_not_open(world, look, unfold):
    other = factories.world("other")
    assert unfold(other.strategic_kr, f"?open={other.strategic_kr.pk}").status_code == 404
    assert "drill" not in look(f"?open={other.strategic_kr.pk}")


@pytest.mark.parametrize("pk", ["tribe", "unknown", "archived"])
def test_only_a_live_strategic_key_result_opens(world, unfold, pk):
    key_result = {
        "tribe": world.key_result,
        "unknown": KeyResult(pk=999999),
        "archived": factories.key_result(world.strategic, archived_at="2026-05-01T00:00Z"),
    }[pk]
    assert unfold(key_result, f"?open={key_result.pk}").status_code == 404


@pytest.mark.parametrize("path", ["", "branch/{pk}/"])
def test_only_to_be_read(world, client, path):
    client.force_login(world.sam.user)
    assert client.post(f"/o/coursive/strategy/{path.format(pk=world.strategic_kr.pk)}").status_code == 405


# ── Queries ──────────────────────────────────────────────────────────────────


def grow(world, rows, check_ins):
    """`rows` strategic key results, each contributed to, and `check_ins` measurements of each key result."""
    made = []
    for number in range(rows):
        objective = (
            world.strategic
            if number % 4 == 0
            else factories.strategic_objective(world.year, world.department, position=number + 2, owner=world.sam)
        )
        row = factories.key_result(objective, owner=world.carol, title=f"Grown {number}")
        helping = factories.tribe_objective(world.quarter, world.other_tribe, owner=world.bob)
        Contribution.objects.create(objective=helping, key_result=row)
        below = factories.key_result(helping, owner=world.bob)
        factories.initiative(world.quarter, world.other_tribe, below, owner=world.bob)
        row.step_targets.create(on=TODAY, value=Decimal(85))
        for day in range(check_ins):
            factories.check_in(row, "82", TODAY - dt.timedelta(days=check_ins - day))
            factories.check_in(below, "82", TODAY - dt.timedelta(days=check_ins - day))
        made.append(row)
    return made


@pytest.mark.parametrize(("rows", "check_ins"), [(1, 1), (20, 1), (1, 50)])
def test_twelve_queries_whatever_there_is(world, client, rows, check_ins, django_assert_num_queries):
    opened = grow(world, rows, check_ins)
    client.force_login(world.sam.user)
    query = "&".join(f"open={row.pk}" for row in opened)
    client.get("/o/coursive/strategy/")  # the session learns the organization
    cache.clear()
    with django_assert_num_queries(12):
        assert b"Grown 0" in client.get("/o/coursive/strategy/").content
    with django_assert_num_queries(8):  # the rail is remembered
        client.get("/o/coursive/strategy/?q=grown&status=on_track")
    with django_assert_num_queries(15):  # seven more for all branches together
        assert client.get(f"/o/coursive/strategy/?{query}").content.count(b'class="drill"') == rows


@pytest.mark.parametrize(("rows", "check_ins"), [(1, 1), (20, 1), (1, 50)])
def test_ten_queries_for_a_branch(world, client, rows, check_ins, django_assert_num_queries):
    for row in grow(world, rows, check_ins):
        Contribution.objects.filter(key_result=row).update(key_result=world.strategic_kr)
    client.force_login(world.sam.user)
    url = reverse("strategy_branch", args=[world.org.slug, world.strategic_kr.pk])
    client.get(url, headers=HTMX)  # the session learns the organization
    cache.clear()
    with django_assert_num_queries(10):
        response = client.get(f"{url}?open={world.strategic_kr.pk}", headers=HTMX)
    assert response.content.count(b'class="sub bough"') == rows + 1
    with django_assert_num_queries(3):
        client.get(f"{url}?hide={world.strategic_kr.pk}", headers=HTMX)


def test_long_strategies_are_paged(world, look):
    for number in range(31):
        made = factories.strategic_objective(world.year, world.department, position=number + 2)
        factories.key_result(made, title=f"Result {number:02}")
    assert len(titles(look())) == 30
    second = look("?q=result&page=2")
    assert titles(second) == ["Result 30"]
    assert "q=result&page=1" in second
