"""The room decides, as its facilitator and somebody on a phone live it; then what came of it is consolidated."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.browser.people import Enter
from tests.browser.rooms import come_into
from tests.browser.test_axe import findings
from tests.servers import AppServer

CODES = {"tribe_key_results": "abcdefgh2222", "codir_key_results": "abcdefgh3333", "tribe_objectives": "abcdefgh4444"}
PARKED, NEXT = "abcdefgh5555", "abcdefgh6666"
IDEAS = ("Fewer calls about points", "Orders ready on arrival", "A new badge")
# At their decisions, each with three ideas that two people voted on; and an idea that an earlier workshop parked.
BEGUN = f"""
import datetime as dt
from types import SimpleNamespace
from django.utils import timezone
from okr.models import KeyResult, Objective, Year
from orgs import tenancy
from orgs.models import DemoPersona, Membership
from tests import factories
from workshops.models import Ballot, Decision, Subject, Vote

def who(key):
    with tenancy.all_tenants():
        user = DemoPersona.objects.get(key=key).user
        return Membership.across_orgs.select_related("user").get(user=user, org__slug="coursive")

lead, tech, codir, chief = map(who, ("tribe_lead", "tech", "codir", "chief_of_staff"))
now = timezone.now()

def hold(code, kind, about, at, **fields):
    held = factories.workshop(made, at, code=code, kind=kind, **dict(dict(starts_at=now), **fields))
    held.subjects.all().delete()
    Subject.objects.create(workshop=held, **about)
    return held, list(held.participants.order_by("pk"))

def vote(held, people):
    rows = [factories.note(held, people[1], text, revealed_at=now) for text in {IDEAS!r}]
    cast = Vote.objects.create(phase=held.phases.get(kind="vote"), votes_on="notes", dots=6, dots_an_item=3,
                               opened_at=now, closed_at=now)
    for person in people[1:]:
        for row, dots in zip(rows, (3, 2, 1)):
            Ballot.objects.create(vote=cast, participant=person, note=row, dots=dots)

with tenancy.tenant(lead.org_id):
    open_ones = Objective.objects.filter(tribe__lead=lead, quarter__state="open", archived_at=None)
    about = open_ones.select_related("tribe", "quarter").first()
    made = SimpleNamespace(tribe=about.tribe, quarter=about.quarter, objective=about, alice=lead,
                           people={{"alice": lead, "bob": tech, "carol": codir}})
    year = Year.objects.get(state="open")
    goal = Objective.objects.filter(level="strategic", year=year, archived_at=None).order_by("pk").last()
    strategic = KeyResult.objects.filter(objective__year=year, stage="published").first()
    places = {{"tribe_key_results": {{"objective": about}}, "tribe_objectives": {{"key_result": strategic}},
              "codir_key_results": {{"objective": goal}}}}
    for kind, code in {CODES!r}.items():
        codir_ones = dict(tribe=None, quarter=None, year=year, facilitator=chief)
        held, people = hold(code, kind, places[kind], "decide", **(codir_ones if kind == "codir_key_results" else {{}}))
        if kind == "codir_key_results":
            factories.participant(held, chief)
        vote(held, people)
    earlier, people = hold("{PARKED}", "tribe_key_results", places["tribe_key_results"], "closed",
                           title="The month before", starts_at=now - dt.timedelta(days=30))
    idea = factories.note(earlier, people[1], "A screen that says when", revealed_at=now)
    Decision.objects.create(workshop=earlier, note=idea, outcome="parked", reason="Later.", by=lead, at=now)
    hold("{NEXT}", "tribe_key_results", places["tribe_key_results"], "brainstorm", title="The next one")
"""


@pytest.fixture(scope="module")
def _begun(app_server: AppServer) -> None:
    app_server.manage("shell", "-v0", "-c", BEGUN)


@pytest.fixture
def come(enter: Enter, _begun: None) -> Callable[..., Page]:
    return lambda persona, code, **options: come_into(enter, code, persona, **options)


def test_two_walk_the_ranking_and_see_what_becomes_of_it(come: Callable[..., Page]) -> None:
    code = CODES["tribe_key_results"]
    lead = come("tribe_lead", code)
    tech = come("tech", code, language="fr", color_scheme="dark", viewport={"width": 390, "height": 844})
    for page in (lead, tech):
        expect(page.locator(".d-row h4")).to_have_text(list(IDEAS))
        expect(page.locator(".d-row.now h4")).to_have_text(IDEAS[0])
    expect(tech.locator("#board button")).to_have_count(0)

    # One click decides; everybody sees it, and the room goes on to the next.
    lead.get_by_role("button", name="Retain").click()
    for page in (lead, tech):
        expect(page.locator(".d-row.now h4")).to_have_text(IDEAS[1])
        expect(page.locator(".d-row").first).to_have_class("d-row keep")
    assert findings(lead) == []
    assert findings(tech) == []
    assert tech.evaluate("document.documentElement.scrollWidth") <= 390

    # A word why, by keyboard; Escape leaves all as it was.
    lead.locator(".d-row.now").get_by_role("link", name="A word why").press("Enter")
    dialog = lead.get_by_role("dialog", name=IDEAS[1])
    expect(dialog).to_be_visible()
    assert findings(lead) == []
    lead.keyboard.press("Escape")
    expect(dialog).to_be_hidden()
    lead.locator(".d-row.now").get_by_role("link", name="A word why").click()
    dialog.get_by_label("Park").check()
    dialog.get_by_label("A word why").fill("Not this quarter.")
    dialog.get_by_role("button", name="Decide so").click()
    expect(dialog).to_be_hidden()
    expect(tech.locator("#board")).to_contain_text("Not this quarter.")
    expect(tech.locator(".d-row.now h4")).to_have_text(IDEAS[2])

    # A draft: what is wrong is said beside its field, what was typed is there when one comes back, one draft is made.
    lead.get_by_role("link", name="Make a draft key result").click()
    form = lead.get_by_role("dialog", name="A draft key result")
    expect(form.get_by_label("Key result", exact=True)).to_have_value(IDEAS[0])
    form.get_by_label("Key result", exact=True).fill("Calls about points from 1200 to 800 a month")
    expect(form.get_by_label("Start")).to_have_value("1200")  # read in the sentence
    form.get_by_label("To be found by").fill("2020-01-01")
    form.get_by_role("button", name="Make the draft key result").click()
    expect(form.locator(".err")).to_contain_text("This day has passed")
    assert findings(lead) == []
    lead.keyboard.press("Escape")
    lead.get_by_role("link", name="Make a draft key result").click()
    expect(form.get_by_label("Key result", exact=True)).to_have_value("Calls about points from 1200 to 800 a month")
    form.get_by_label("To be found by").fill("")
    form.get_by_label("Data source").fill("Call centre")
    form.get_by_role("button", name="Make the draft key result").dblclick()
    expect(form).to_be_hidden()
    for page in (lead, tech):
        expect(page.locator(".d-mark a")).to_have_count(1)

    # It says where it comes from; and taken back, the item is open to another decision.
    there = lead.context.new_page()
    there.goto(lead.locator(".d-mark a").get_attribute("href") or "")
    expect(there.locator(".origins")).to_contain_text(IDEAS[0])
    assert findings(there) == []
    there.close()
    lead.locator(".toast").get_by_role("button", name="Undo").click()
    expect(tech.locator(".d-mark a")).to_have_count(0)


def test_an_objective_moves_what_it_was_written_under(come: Callable[..., Page]) -> None:
    lead = come("tribe_lead", CODES["tribe_objectives"])
    lead.get_by_role("button", name="Retain").click()
    lead.get_by_role("link", name="Make a draft objective").click()
    form = lead.get_by_role("dialog", name="A draft objective")
    form.get_by_label("Objective", exact=True).fill("Members trust their points without asking us")
    form.get_by_label("Why it moves it").fill("Who trusts does not complain.")
    form.get_by_role("button", name="Make the draft objective").click()
    expect(form).to_be_hidden()
    lead.goto(lead.locator(".d-mark a").get_attribute("href") or "")
    expect(lead.locator("main")).to_contain_text("Who trusts does not complain.")


def test_a_candidate_is_completed_and_signed_off(come: Callable[..., Page]) -> None:
    code = CODES["codir_key_results"]
    chief = come("chief_of_staff", code)
    chief.get_by_role("button", name="Retain").click()
    chief.get_by_role("link", name="Make a candidate").click()
    chief.get_by_role("dialog").get_by_role("button", name="Make the candidate").click()
    expect(chief.locator(".d-mark a")).to_have_count(1)
    chief.goto(f"/o/coursive/workshops/{code}/consolidation/")
    row = chief.locator(".c-row")
    expect(row).to_contain_text("Still missing")
    assert findings(chief) == []
    row.get_by_role("link", name="Complete it").click()
    assert findings(chief) == []
    for label, value in {"Start": "1200", "Target": "800", "Metric": "Calls a month"}.items():
        chief.get_by_label(label, exact=True).fill(value)
    chief.get_by_label("Owner").select_option(index=1)
    chief.get_by_role("button", name="Save", exact=True).click()
    row.get_by_role("link", name="Complete it").click()
    figures = {"Effect on revenue": "5", "Effect on the contribution margin": "0.2", "Share of the budget": "0"}
    for label, value in figures.items():
        chief.get_by_label(label).fill(value)
    chief.get_by_role("button", name="Save rationale").click()
    expect(row).to_contain_text("Complete")
    row.get_by_role("button", name="Sign off").click()
    expect(row).to_contain_text("Signed off")
    assert findings(chief) == []


def test_what_was_parked_is_taken_up_in_the_room(come: Callable[..., Page]) -> None:
    lead, tech = come("tribe_lead", NEXT), come("tech", NEXT)
    lead.get_by_role("link", name="Take up or leave").click()
    dialog = lead.get_by_role("dialog", name="Parked earlier")
    expect(dialog).to_contain_text("The month before")
    assert findings(lead) == []
    dialog.get_by_role("button", name="Take it up").click()
    expect(dialog).to_contain_text("On the board")
    dialog.get_by_role("button", name="Close").click()
    expect(dialog).to_be_hidden()
    expect(tech.locator("#board")).to_contain_text("A screen that says when")
    expect(lead.locator("#board")).not_to_contain_text("was parked earlier")
