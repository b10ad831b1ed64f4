"""One tribe in one quarter, as its members, its owners and everybody else see it."""

import datetime as dt
import re
from decimal import Decimal

import pytest
from django.core.cache import cache
from django.urls import reverse
from django.utils import timezone

from okr.models import CheckIn, Contribution, InitiativeDependency
from orgs import tenancy
from orgs.models import CommitteeSeat, Function, Membership, Organization, Seat, Tribe
from tests import factories
from tests.factories import TODAY

pytestmark = pytest.mark.django_db


def url(world, quarter="", code="DRV"):
    names = ["tribe_quarter", quarter] if quarter else ["tribe"]
    return reverse(names[0], args=[world.org.slug, code, *names[1:]])


@pytest.fixture
def get(world, client):
    """The page as `who` sees it; Alice where nobody is named."""

    def get(path="", who=None, **query):
        client.force_login((who or world.alice).user)
        return client.get(path or url(world), query)

    return get


def text(response):
    assert response.status_code == 200
    return re.sub("[ \n]+", " ", response.content.decode())


# ── Who it is ────────────────────────────────────────────────────────────────


def test_identity_seats_and_sponsor(world, get):
    with tenancy.tenant(world.org.pk):
        Membership.objects.filter(pk=world.sam.pk).update(title="Head of E-commerce")
    page = text(get(who=world.bob))
    assert "Drive" in page
    assert "From click to boot." in page
    assert "Alice Owner</b><small>Lead</small>" in page
    assert "Bob Colleague</b><small>You</small>" in page
    assert 'aria-label="Open seats: Design, Business"' in page
    assert page.count("Open seat</small>") == 2
    assert "Sam Sponsor" in page
    assert "Head of E-commerce" in page
    assert "more member" not in page


def test_more_members_are_listed_by_seat(world, get):
    more = [factories.member(world.org, f"Tess Tech{n}") for n in range(3)]
    for member in more:
        Seat.objects.create(tribe=world.tribe, membership=member, function=Function.TECH)
    left = factories.member(world.org, "Gone Long", ended_at=timezone.now())
    Seat.objects.create(tribe=world.tribe, membership=left, function=Function.DESIGN)
    page = text(get())
    assert '+3 <span class="dim">more members' in page
    assert "Tess Tech2" in page
    assert "Gone Long" not in page


def test_a_lead_without_a_seat_is_named(world, get):
    Tribe.objects.filter(pk=world.tribe.pk).update(lead=world.cpo)
    assert "Paul Cpo" in text(get())


def test_without_a_sponsor(world, get):
    CommitteeSeat.objects.all().delete()
    assert "Not named yet" in text(get())


# ── Which quarter ────────────────────────────────────────────────────────────


def test_ruler_and_quarter_switcher(world, get):
    factories.quarter(world.year, 1, "closed")
    factories.quarter(world.year, 3, "draft")
    page = text(get())
    assert "Tue 19 May · week 8 of 14" in page
    assert 'Q1 <span class="state">closed' in page
    assert 'aria-current="true">Q2 2026<' in page
    assert 'Q3 <span class="state">draft' in page


def test_thirteen_weeks(world, get):
    factories.quarter(factories.year(2029, "draft"), 1, "draft")  # begins on a Monday
    page = text(get(url(world, "2029-q1")))
    assert "ruler q w14" in page or page.count("<li>W") == 13


@pytest.mark.parametrize(
    ("states", "shown"),
    [
        ({1: "closed", 2: "open", 3: "draft"}, "Q2 2026"),
        ({1: "open", 2: "draft", 3: "open"}, "Q1 2026"),  # none open covers today: one that is open, and begun
        ({1: "closed", 2: "closed", 3: "draft"}, "Q2 2026"),
    ],
)
def test_the_current_quarter_is_shown_by_default(world, get, states, shown):
    world.quarter.state = states.pop(2)
    world.quarter.save()
    for number, state in states.items():
        factories.quarter(world.year, number, state)
    assert f'aria-current="true">{shown}' in text(get())


@pytest.mark.parametrize("quarter", ["2026-q3", "2031-q1", "2026-q9", "q2", "2026", "2026-q2-x"])
def test_a_quarter_that_does_not_exist_is_404(world, get, quarter):
    assert get(url(world, quarter)).status_code == 404


def test_before_any_quarter_exists(world, get):
    org = factories.organization("fresh")
    ann = factories.member(org, "Ann First")
    with tenancy.tenant(org.pk):
        department = factories.Department.objects.create(name="Digital")
        Tribe.objects.create(department=department, name="Drive", code="DRV")
    page = text(get(reverse("tribe", args=["fresh", "DRV"]), who=ann))
    assert "No quarter yet" in page


# ── Addresses ────────────────────────────────────────────────────────────────


def test_one_address_for_one_tribe(world, get):
    response = get(url(world, code="drv"), view="initiatives")
    assert response.status_code == 302
    assert response["Location"] == url(world) + "?view=initiatives"
    assert get(url(world, "2026-Q2", "Drv"))["Location"] == url(world, "2026-q2")


def test_unknown_and_foreign_tribes_are_404(world, get, client):
    other = factories.world("other")
    with tenancy.tenant(other.org.pk):
        Tribe.objects.create(department=other.department, name="Theirs", code="ZZZ")
    assert get(url(world, code="ZZZ")).status_code == 404
    assert get(url(world, code="DRV"), who=other.alice).status_code == 404
    assert get(url(other)).status_code == 404


def test_an_archived_tribe_stays_readable_and_says_that_it_is(world, get):
    assert "Archived" not in text(get())
    Tribe.objects.filter(pk=world.tribe.pk).update(archived_at=timezone.now())
    Organization.objects.filter(pk=world.org.pk).update(version=99)
    assert "Archived" in text(get())
    assert world.objective.title in text(get())


def test_the_address_of_a_merged_tribe_leads_to_the_other(world, get):
    now = timezone.now()
    Tribe.objects.filter(pk=world.tribe.pk).update(archived_at=now, merged_into=world.other_tribe)
    assert get(view="initiatives")["Location"] == "/o/coursive/tribes/LAD/?view=initiatives"
    assert get(url(world, "2026-q2"))["Location"] == "/o/coursive/tribes/LAD/2026-q2/"


@pytest.mark.parametrize("query", [{"view": "coffee"}, {"view": ""}, {"view": "okrs", "page": "-3"}])
def test_unknown_views_show_objectives(world, get, query):
    assert world.objective.title in text(get(**query))


# ── Objectives and key results ───────────────────────────────────────────────


def test_key_results_with_their_figures(world, get):
    page = text(get())
    assert world.objective.title in page
    row = page[page.index(f'id="kr-{world.key_result.pk}"') :]
    for figure in ("80%", "86%", "92%", "50%", 'aria-label="50% of the way; 54% expected today"', "Confidence 6 of 10"):
        assert figure in row
    assert "On track" in row
    assert "AO" in row
    assert '<svg class="spark"' in row


def test_an_objective_says_what_it_means_to_move_and_its_coverage(world, get):
    factories.key_result(world.objective, owner=world.bob)
    page = text(get())
    assert "1 of 2 key results updated" in page
    assert world.strategic_kr.title in page
    assert "What is announced is accepted." in page
    assert '<span class="num">29%</span>' in page


def test_an_objective_that_moves_nothing_says_so(world, get):
    Contribution.objects.all().delete()
    assert "Moves no strategic key result" in text(get())


def test_what_an_off_track_key_result_says_last(world, get):
    off = factories.key_result(world.objective, owner=world.bob)
    factories.check_in(off, "81", TODAY - dt.timedelta(days=8), comment="Earlier words")
    factories.check_in(
        off, "81", TODAY - dt.timedelta(days=1), comment="Two sites <b>short</b> of people", confidence=3
    )
    fine = factories.key_result(world.objective, owner=world.bob)
    factories.check_in(fine, "90", TODAY, comment="All is well")
    page = text(get())
    assert "Off track" in page
    assert "Two sites &lt;b&gt;short&lt;/b&gt; of people" in page
    assert "18 May" in page
    assert "Earlier words" not in page
    assert "All is well" not in page
    assert 'class="conf c-3 low"' in page


def test_a_silent_key_result_keeps_its_value_with_its_date(world, get):
    silent = factories.key_result(world.objective, owner=world.bob)
    factories.check_in(silent, "85", TODAY - dt.timedelta(days=15))
    page = text(get())
    row = page[page.index(f'id="kr-{silent.pk}"') :]
    assert "No update" in row
    assert "4 May" in row
    assert "85%" in row


@pytest.mark.parametrize(
    ("who", "offered"),
    [("alice", True), ("dan", True), ("bob", False), ("carol", False), ("sam", False), ("olga", False)],
)
def test_the_value_leads_to_the_check_in_for_who_may(world, get, who, offered):
    link = reverse("check_in_key_result", args=[world.org.slug, world.key_result.pk])
    assert (f'href="{link}"' in text(get(who=world.people[who]))) is offered


def test_what_is_archived_or_dropped_is_not_shown(world, get):
    factories.key_result(world.objective, title="Dropped", stage="dropped")
    factories.key_result(world.objective, title="Long gone", archived_at=timezone.now())
    page = text(get())
    assert "Dropped" not in page
    assert "Long gone" not in page


def test_an_open_quarter_shows_what_is_still_being_written_and_what_it_lacks(world, get):
    factories.key_result(world.objective, title="Only an idea", stage="draft", metric="", target=None, source="")
    page = text(get(who=world.bob))
    assert "Only an idea" in page
    assert '<span class="tagged">Draft</span>' in page
    assert "metric, target, owner, data source" in page
    assert "1 of 1 key result updated" in page, "a draft counts in no roll-up"
    assert "/publish/" not in page
    assert f"/objectives/{world.objective.pk}/publish/" in text(get(who=world.alice))


def test_the_method_advises_on_the_set_as_a_whole(world, get):
    for number in range(2, 5):
        factories.tribe_objective(world.quarter, world.tribe, position=number)
    advice = "4 objectives"
    assert advice in text(get(who=world.alice))
    assert advice not in text(get(who=world.bob))
    world.org.objectives_limit = 4
    world.org.save()
    assert advice not in text(get(who=world.alice, made="anew"))


def test_a_metric_that_another_tribe_has_too_is_pointed_out_to_both(world, get):
    elsewhere = factories.tribe_objective(world.quarter, world.other_tribe, title="Elsewhere")
    for objective in (world.objective, elsewhere):
        factories.key_result(objective, title="Abandon à l’étape créneau", stage="draft")
    advice = f"{world.other_tribe.name} measures the same: “Abandon à l’étape créneau”."
    assert advice in text(get(who=world.alice))
    assert advice not in text(get(who=world.bob))


def test_who_may_write_has_a_grid_and_nobody_else_has_its_controls(world, get):
    mine, theirs = text(get(who=world.alice)), text(get(who=world.bob))
    for control in (
        'role="grid"',
        "Add key result",
        "Add objective",
        "data-cell=",
        "Choose what it moves",
        "Paste rows",
    ):
        shown = control.replace("Choose", "Change")
        assert shown in mine
        assert shown not in theirs
    assert 'role="table"' in theirs
    # An owner who leads nothing may still check in, in place.
    world.key_result.owner = world.bob
    world.key_result.save()
    page = text(get(who=world.bob, made="anew"))
    assert page.count("data-cell=") == 2
    assert "Add key result" not in page


def test_an_empty_quarter_says_so_and_who_writes_its_objectives(world, get):
    page = text(get(url(world, code="LAD")))
    assert "No objectives in Q2 2026" in page
    assert "writes them, as lead" not in page
    world.other_tribe.lead = world.bob
    world.other_tribe.save()
    page = text(get(url(world, code="LAD"), made="anew"))
    assert f"{world.bob.name} writes them, as lead." in page


# ── Closed and draft quarters ────────────────────────────────────────────────


def test_a_closed_quarter_shows_scores_and_learning(world, get):
    past = factories.quarter(world.year, 1, "closed")
    objective = factories.tribe_objective(past, world.tribe, title="Last winter's objective.")
    scored = {"stage": "scored", "owner": world.alice}
    factories.key_result(objective, score=Decimal("0.7"), learning="Start with one site.", **scored)
    factories.key_result(objective, score=Decimal("0.3"), miss_reason="The supplier was late.", **scored)
    factories.key_result(objective, stage="published")
    page = text(get(url(world, "2026-q1")))
    assert "Last winter&#x27;s objective." in page
    assert '<span class="pill ok num">0.7</span>' in page
    assert '<span class="pill off num">0.3</span>' in page
    assert "Start with one site." in page
    assert "The supplier was late." in page
    assert page.count("Not scored") == 1
    assert "2 of 3 key results scored" in page
    assert 'class="cell"' not in page
    assert "· week" not in page


def test_a_draft_quarter_shows_proposals_and_what_they_lack(world, get):
    draft = factories.quarter(world.year, 3, "draft")
    objective = factories.tribe_objective(draft, world.tribe, title="Next summer's objective.")
    factories.key_result(objective, stage="proposed", owner=world.alice, title="Complete")
    factories.key_result(objective, stage="draft", start=None, target=None, source="", title="Half an idea")
    factories.key_result(
        objective,
        stage="proposed",
        owner=world.bob,
        start=None,
        baseline_due_on=dt.date(2026, 7, 12),
        title="Unmeasured",
    )
    factories.key_result(objective, stage="dropped", title="Rejected")
    factories.tribe_objective(draft, world.tribe, title="Still without any.", position=2)
    assert f"/objectives/{objective.pk}/propose/" in text(get(url(world, "2026-q3")))
    page = text(get(url(world, "2026-q3"), who=world.bob))
    assert "Q3 2026 is a draft." in page
    assert "2 proposed key results" in page
    assert "1 draft" in page
    assert "1 is incomplete" in page
    assert "start, target, owner, data source" in page
    assert "First measurement by 12 Jul" in page
    assert "No key result yet" in page
    assert "Rejected" not in page
    assert 'class="bar' not in page.split('class="krs')[1]
    assert "Nothing proposed for Q3 2026 yet" in text(get(url(world, "2026-q3", "LAD")))
    assert "Write the first objective" in text(get(url(world, "2026-q3", "LAD"), who=world.dan))


# ── Initiatives ──────────────────────────────────────────────────────────────


def test_initiatives_on_the_weeks(world, get):
    InitiativeDependency.objects.create(initiative=world.initiative, tribe=world.other_tribe, what="Their slots")
    late = factories.initiative(
        world.quarter,
        world.tribe,
        title="Photo check",
        start_week=dt.date(2026, 4, 13),
        end_week=dt.date(2026, 5, 4),
        milestone_week=dt.date(2026, 4, 27),
        note="Cameras missing",
    )
    page = text(get(view="initiatives"))
    assert "gantt w14 now-52" in page
    assert 'class="g-bar late wk-3-8"' in page
    assert 'class="code">A1</span>' in page
    assert 'waits for <span title="Their slots"><span class="code">LAD</span>' in page
    row = page[page.index(late.title) :]
    assert "2 weeks late" in row
    assert "g-bar late wk-3-7" in row
    assert "g-dia wk-5-6" in row
    assert "Cameras missing" in row
    assert "No key result" in row


def test_no_initiatives(world, get):
    assert "No initiatives in Q2 2026" in text(get(url(world, code="LAD"), view="initiatives"))


# ── Check-ins ────────────────────────────────────────────────────────────────


def test_check_ins_latest_first_in_pages_of_fifty(world, get):
    days = (TODAY - dt.timedelta(days=day % 40) for day in range(60))
    CheckIn.objects.bulk_create(
        CheckIn(key_result=world.key_result, on=day, value=81, confidence=5, author=world.alice, comment=f"Word {n}.")
        for n, day in enumerate(days)
    )
    first = text(get(view="check-ins"))
    assert first.count("<time") == 50
    assert 'Check-ins <span class="n" id="n-check-ins">61</span>' in first
    assert first.index("Word 0.") < first.index("Word 1.")
    assert "page=2" in first
    second = text(get(view="check-ins", page=2))
    assert second.count("<time") == 11
    assert text(get(view="check-ins", page="x")).count("<time") == 50
    assert text(get(view="check-ins", page=99)).count("<time") == 11


def test_a_check_in_with_its_words(world, get):
    factories.check_in(world.key_result, "88", comment="Camera <i>installed</i>", mood="need_help", confidence=3)
    page = text(get(view="check-ins"))
    assert "Camera &lt;i&gt;installed&lt;/i&gt;" in page
    assert "Need help" in page
    assert 'class="conf c-3 low"' in page
    assert '<b class="num">88%</b>' in page
    assert "No check-ins in Q2 2026" in text(get(url(world, code="LAD"), view="check-ins"))


# ── Parts, languages, cost ───────────────────────────────────────────────────


def test_htmx_gets_the_view_alone(world, client):
    client.force_login(world.alice.user)
    part = client.get(url(world), {"view": "initiatives"}, headers={"HX-Request": "true"})
    assert part.content.decode().lstrip().startswith('<div id="view"')
    assert '<nav class="rail"' not in part.content.decode()
    assert "HX-Request" in part["Vary"]


def test_in_french(world, get):
    world.alice.user.language = "fr"
    world.alice.user.save()
    page = text(get())
    assert '<html lang="fr"' in page
    assert "mar. 19 mai" in page
    assert ">S21<" in page
    assert 'aria-label="Cible\u00a0: ' in page
    assert "86\u00a0%" in page


def _more(world, rows):
    for number in range(rows):
        objective = factories.tribe_objective(world.quarter, world.tribe, position=number + 2)
        key_result = factories.key_result(objective, owner=factories.member(world.org, f"Owner N{number}"))
        strategic = factories.key_result(world.strategic)
        Contribution.objects.create(objective=objective, key_result=strategic)
        for day in (9, 1):
            factories.check_in(key_result, "81", TODAY - dt.timedelta(days=day), comment="Short of people")
        work = factories.initiative(world.quarter, world.tribe, key_result, owner=key_result.owner)
        InitiativeDependency.objects.create(initiative=work, tribe=world.other_tribe)
        Seat.objects.create(tribe=world.tribe, membership=key_result.owner, function=Function.DESIGN)


@pytest.mark.parametrize(("view", "queries"), [("okrs", 11), ("initiatives", 9), ("check-ins", 6)])
@pytest.mark.parametrize("rows", [0, 20])
def test_queries_do_not_grow(
    world, client, rows, view, queries, django_assert_num_queries, django_assert_max_num_queries
):
    """The rail's come on top, until something in the organization changes."""
    _more(world, rows)
    if rows:
        for day in range(50):
            factories.check_in(world.key_result, "86", TODAY - dt.timedelta(days=day % 7))
    client.force_login(world.alice.user)
    client.get(url(world))  # the first page of a session saves it
    cache.clear()
    with django_assert_max_num_queries(15):
        text(client.get(url(world), {"view": view}))
    with django_assert_num_queries(queries):
        text(client.get(url(world), {"view": view, "made": "anew"}))
