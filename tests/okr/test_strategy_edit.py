"""Writing the strategy: who may, in place and on pages of their own; drafts, publishing, order, archive, undo; an empty year."""

import re
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from okr.models import KeyResult, Objective, Year
from orgs import tenancy
from orgs.models import AuditEvent, Organization
from tests import factories

WRITERS = ("carol", "codir", "sam", "dan", "coach")
READERS = ("alice", "bob", "cpo", "olga")
NEW = {"title": "Our partners choose us.", "why": "Because advertising helps.", "weight": "1"}


@pytest.fixture
def get(world, client):
    def get(name, *args, who="carol", **query):
        client.force_login(getattr(world, who).user)
        return client.get(reverse(name, args=[world.org.slug, *args]), query)

    return get


@pytest.fixture
def post(world, client):
    def post(name, *args, who="carol", **typed):
        client.force_login(getattr(world, who).user)
        return client.post(reverse(name, args=[world.org.slug, *args]), typed)

    return post


@pytest.fixture
def undo(world, client):
    def undo(who="carol"):
        client.force_login(getattr(world, who).user)
        change = AuditEvent.objects.exclude(change=None).latest("pk").change
        return client.post(reverse("undo", args=[world.org.slug, change]), headers={"HX-Request": "true"})

    return undo


def html(answer, status=200):
    assert answer.status_code == status
    return re.sub(r"\s+", " ", answer.content.decode().replace("\u00a0", " "))


def goals(year):
    return list(Objective.objects.strategic(year.pk).order_by("position").values_list("title", flat=True))


def results(objective):
    live = KeyResult.objects.live().filter(objective=objective).order_by("position")
    return list(live.values_list("title", flat=True))


FIRST = "Everyday shopping becomes a simple gesture."
KR = "Missing items replaced by one that the customer accepts"


# ── Who ──────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("who", WRITERS)
def test_who_may_write_finds_the_way_and_writes_in_place(world, get, who):
    for name in ("strategy_year", "coverage", "moved"):
        assert reverse("strategy_write", args=[world.org.slug, 2026]) in html(get(name, 2026, who=who))
    page = html(get("strategy_write", 2026, who=who))
    assert 'role="grid"' in page
    assert f'data-goal="{world.strategic.pk}"' in page
    assert f'data-cell="title" data-value="{KR}"' in page
    assert 'data-cell="target" data-value="72"' in page


@pytest.mark.parametrize("who", READERS)
def test_readers_are_shown_no_control_and_are_403(world, get, post, who):
    for name in ("strategy_year", "coverage", "moved"):
        page = html(get(name, 2026, who=who))
        assert "/write/" not in page
        assert "objectives/new" not in page
    assert "/edit/" not in html(get("objective", world.strategic.pk, who=who))
    assert "/edit/" not in html(get("key_result", world.strategic_kr.pk, who=who))
    assert get("strategy_write", 2026, who=who).status_code == 403
    assert post("strategic_objective_new", 2026, who=who, **NEW, department=world.department.pk).status_code == 403
    assert post("objective_edit", world.strategic.pk, who=who, **NEW).status_code == 403
    for name in ("objective_archive", "objective_duplicate", "objective_publish"):
        assert post(name, world.strategic.pk, who=who).status_code == 403
    assert post("key_result_new", world.strategic.pk, who=who, title="Mine").status_code == 403
    typed = {"field": "title", "value": "Mine", "revision": 1}
    assert post("key_result_cell", world.strategic_kr.pk, who=who, **typed).status_code == 403
    assert post("objective_cell", world.strategic.pk, who=who, **typed).status_code == 403
    assert goals(world.year) == [FIRST]
    assert results(world.strategic) == [KR]


# ── Objectives ───────────────────────────────────────────────────────────────


def test_create_edit_order_duplicate_archive_undo(world, get, post, undo):
    made = post("strategic_objective_new", 2026, **NEW, department=world.department.pk, owner=world.sam.pk)
    second = Objective.objects.latest("pk")
    assert made["Location"].startswith(reverse("strategy_write", args=[world.org.slug, 2026]))
    assert (second.level, second.year, second.department, second.owner, second.position) == (
        "strategic", world.year, world.department, world.sam, 2,
    )  # fmt: skip
    page = html(get("strategy_write", 2026))
    assert "Our partners choose us." in page
    assert "No key result yet" in page
    assert "Our partners choose us." in html(get("strategy_year", 2026, who="alice"))

    edited = {**NEW, "title": "Partners choose us.", "department": world.department.pk, "weight": "2"}
    post("objective_edit", second.pk, **edited, revision=second.revision)
    second.refresh_from_db()
    assert (second.title, second.weight) == ("Partners choose us.", Decimal(2))

    post("objective_move", second.pk, position=1)
    assert goals(world.year) == ["Partners choose us.", FIRST]
    undo()
    assert goals(world.year) == [FIRST, "Partners choose us."]

    post("objective_duplicate", world.strategic.pk)
    assert goals(world.year) == [FIRST, f"{FIRST} (copy)", "Partners choose us."]
    copy = Objective.objects.get(title=f"{FIRST} (copy)")
    assert list(KeyResult.objects.filter(objective=copy).values_list("stage", flat=True)) == ["draft"]
    undo()
    assert goals(world.year) == [FIRST, "Partners choose us."]

    post("objective_archive", world.strategic.pk)
    assert goals(world.year) == ["Partners choose us."]
    assert KR not in html(get("strategy_year", 2026))
    undo()
    assert goals(world.year) == [FIRST, "Partners choose us."]
    assert KR in html(get("strategy_year", 2026))


def test_a_strategic_objective_needs_its_department(world, post):
    page = html(post("strategic_objective_new", 2026, **NEW), 422)
    assert "Choose the department that carries it." in page
    assert 'value="Our partners choose us."' in page


def test_two_people_choose_between_their_titles(world, post):
    started = world.strategic.revision
    typed = {"department": world.department.pk, "owner": world.sam.pk, "weight": "1", "why": ""}
    post("objective_edit", world.strategic.pk, who="sam", **typed, title="Sam's sentence", revision=started)
    page = html(post("objective_edit", world.strategic.pk, **typed, title="Carol's sentence", revision=started), 409)
    assert "Sam Sponsor changed this meanwhile. Choose what stays." in page
    assert goals(world.year) == ["Sam's sentence"]


# ── In place ─────────────────────────────────────────────────────────────────


def test_a_cell_answers_with_the_parts_that_changed(world, post):
    typed = {"in-place": "1", "field": "title", "value": "  A   new sentence ", "revision": world.strategic.revision}
    answer = post("objective_cell", world.strategic.pk, **typed)
    part = html(answer)
    assert f'id="goal-{world.strategic.pk}"' in part
    assert "<html" not in part
    assert answer["X-Change"]
    assert goals(world.year) == ["A new sentence"]
    row = post(
        "key_result_cell",
        world.strategic_kr.pk,
        **{"in-place": "1", "field": "title", "value": "New name", "revision": 1},
    )
    assert f'id="kr-{world.strategic_kr.pk}"' in html(row)
    assert results(world.strategic) == ["New name"]


def test_a_published_figure_asks_for_its_reason(world, post):
    typed = {"in-place": "1", "field": "target", "value": "75", "revision": world.strategic_kr.revision}
    assert "say why" in html(post("key_result_cell", world.strategic_kr.pk, **typed), 422)
    post("key_result_cell", world.strategic_kr.pk, **typed, reason="CoDir of 18 May")
    world.strategic_kr.refresh_from_db()
    assert world.strategic_kr.target == Decimal(75)
    assert AuditEvent.objects.latest("pk").reason == "CoDir of 18 May"


# ── Drafts and publishing ────────────────────────────────────────────────────


def test_a_draft_is_labelled_for_writers_until_it_is_published(world, get, post, undo):
    post("key_result_new", world.strategic.pk, title="Refused replacements", start="12 %", target="8 %")
    draft = KeyResult.objects.get(title="Refused replacements")
    assert (draft.stage, draft.direction) == ("draft", "down")
    page = html(get("strategy_write", 2026))
    row = page[page.index(f'id="kr-{draft.pk}"') :].partition("</tr>")[0]
    assert ">Draft<" in row
    assert 'data-open="owner"' in row  # what it lacks
    assert "Refused replacements" not in html(get("strategy_year", 2026, who="alice"))

    refusal = post("objective_publish", world.strategic.pk, **{"in-place": "1"})
    assert "Say who answers for it." in html(refusal, 422)
    KeyResult.objects.filter(pk=draft.pk).update(owner=world.carol)
    assert post("objective_publish", world.strategic.pk).status_code == 302
    draft.refresh_from_db()
    assert draft.stage == "published"
    assert draft.next_due_on is not None
    assert "Refused replacements" in html(get("strategy_year", 2026, who="alice"))
    assert "objective_publish" not in html(get("strategy_write", 2026))
    undo()
    draft.refresh_from_db()
    assert draft.stage == "draft"


def test_a_year_in_draft_publishes_nothing_yet(world, get, post):
    ahead = factories.year(2027, "draft")
    goal = factories.strategic_objective(ahead, world.department)
    factories.key_result(goal, stage="draft", next_due_on=None, title="Next year's")
    page = html(get("strategy_write", 2027))
    assert "2027 is a draft." in page
    assert "Next year&#x27;s" in page
    assert "/publish/" not in page
    assert "/propose/" not in page
    assert "Moves no strategic key result" not in page


# ── An empty year, a closed one ──────────────────────────────────────────────


def test_an_empty_year_says_what_belongs_here_and_offers_the_first_step(world, get, post):
    factories.year(2027, "draft")
    new = reverse("strategic_objective_new", args=[world.org.slug, 2027])
    page = html(get("strategy_year", 2027))
    assert "No strategic objective for 2027 yet" in page
    assert f'href="{new}"' in page
    assert "Write the first objective" in page
    reader = html(get("strategy_year", 2027, who="alice"))
    assert "No strategic objective for 2027 yet" in reader
    assert new not in reader
    page = html(get("strategy_write", 2027))
    assert "An inspiring sentence without figures" in page
    assert new in page
    assert post("strategic_objective_new", 2027, **NEW, department=world.department.pk).status_code == 302
    assert "Our partners choose us." in html(get("strategy_write", 2027))


def test_a_closed_year_is_read_only(world, get, post):
    Year.objects.filter(pk=world.year.pk).update(state="closed")
    assert "/write/" not in html(get("strategy_year", 2026))
    page = html(get("strategy_write", 2026))
    assert "data-cell" not in page
    assert "objectives/new" not in page
    assert "/edit/" not in html(get("objective", world.strategic.pk))
    answer = post("objective_edit", world.strategic.pk, **NEW, department=world.department.pk, revision=1)
    assert "is closed: it is read only." in html(answer, 422)
    assert goals(world.year) == [FIRST]


def test_years_that_are_not_there_and_other_organizations_are_404(world, get, post):
    assert get("strategy_write", 1999).status_code == 404
    assert get("strategic_objective_new", 1999).status_code == 404
    with tenancy.all_tenants():
        other = factories.world("other")
    assert get("objective_edit", other.strategic.pk).status_code == 404
    assert post("objective_archive", other.strategic.pk).status_code == 404


# ── From the page of a thing ─────────────────────────────────────────────────


@pytest.mark.parametrize("name", ["objective", "key_result"])
def test_its_page_leads_to_its_form_and_back(world, get, post, name):
    thing = world.strategic if name == "objective" else world.strategic_kr
    here = reverse(name, args=[world.org.slug, thing.pk])
    form = reverse(f"{name}_edit", args=[world.org.slug, thing.pk])
    page = html(get(name, thing.pk))
    assert f'href="{form}?next={here}" aria-keyshortcuts="e"' in page
    assert f'<input type="hidden" name="next" value="{here}">' in html(get(f"{name}_edit", thing.pk, next=here))
    assert "//evil" not in post(f"{name}_edit", thing.pk, next="//evil.example").get("Location", "")
    if name == "objective":
        answer = post("objective_edit", thing.pk, **NEW, department=world.department.pk, next=here)
        assert answer["Location"].startswith(here)


# ── Queries ──────────────────────────────────────────────────────────────────


def test_as_many_queries_for_twenty_rows_as_for_one(world, client):
    client.force_login(world.carol.user)
    address = reverse("strategy_write", args=[world.org.slug, 2026])
    client.get(address)

    def queries():
        org = Organization.objects.get(pk=world.org.pk)
        Organization.objects.filter(pk=org.pk).update(version=org.version + 1)
        with CaptureQueriesContext(connection) as seen:
            assert client.get(address).status_code == 200
        return len(seen)

    one = queries()
    for number in range(2, 6):
        goal = factories.strategic_objective(world.year, world.department, position=number, owner=world.sam)
        for _ in range(5):
            factories.check_in(factories.key_result(goal, owner=world.carol), "85")
    assert queries() == one
    assert one <= 12
