"""The minutes, the replay and the page for the wall in a browser: on a desk, on a phone, by keyboard, and on paper."""

from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.browser.people import Enter
from tests.browser.test_axe import LOOKS, findings
from tests.browser.test_widths import WIDTHS, overflowing
from tests.servers import AppServer

CODE, PLANNED = "mnutesabc234", "pannedabc234"
AT, WALL = f"/o/coursive/workshops/{CODE}/", f"/o/coursive/workshops/{PLANNED}/"
HELD = f"""
from types import SimpleNamespace
from okr.models import KeyResult
from orgs import tenancy
from orgs.models import DemoPersona, Membership
from tests import factories
from tests.workshops.held import closed_workshop

def who(key):
    with tenancy.all_tenants():
        user = DemoPersona.objects.get(key=key).user
        return Membership.across_orgs.select_related("user").get(user=user, org__slug="coursive")

lead, tech, codir, observer = map(who, ("tribe_lead", "tech", "codir", "observer"))
with tenancy.tenant(lead.org_id):
    measured = KeyResult.objects.filter(objective__tribe__lead=lead).select_related("objective__tribe").first()
    made = SimpleNamespace(tribe=measured.objective.tribe, quarter=measured.objective.quarter, alice=lead,
                           objective=measured.objective, key_result=measured,
                           people={{"alice": lead, "bob": tech, "carol": codir, "olga": observer}})
    closed_workshop(made, code="{CODE}")
    factories.workshop(made, "", code="{PLANNED}")
"""
PAGES = {
    "minutes": f"{AT}minutes/",
    "replay": f"{AT}replay/",
    "brainstorm": f"{AT}replay/2/",
    "reveal": f"{AT}replay/3/",
    "families": f"{AT}replay/4/",
    "vote": f"{AT}replay/5/",
    "decisions": f"{AT}replay/6/",
    "plan": WALL,
    "wall": f"{WALL}join/",
    "closed plan": AT,
}


@pytest.fixture(scope="module", autouse=True)
def _held(app_server: AppServer) -> None:
    app_server.manage("shell", "-v0", "-c", HELD)


def seen(enter: Enter, **look: Any) -> Page:
    return enter("tech", **look)


@pytest.mark.parametrize("look", LOOKS)
def test_axe_finds_nothing(enter: Enter, look: str) -> None:
    page = seen(enter, **LOOKS[look])
    found: list[str] = []
    for name, path in PAGES.items():
        page.goto(path)
        found += [f"{name}: {finding}" for finding in findings(page)]
    early = page.request.get(f"{WALL}minutes/")
    assert early.status == 404
    assert not found, "\n".join(found)


def test_all_of_it_fits_every_width(enter: Enter) -> None:
    page = seen(enter)
    found: list[str] = []
    for name, path in PAGES.items():
        page.goto(path)
        for width in WIDTHS:
            found += [f"{name}, {width}: {what}" for what in overflowing(page, width)]
    assert not found, "\n".join(found)


def test_the_arrow_keys_step_through_the_phases(enter: Enter) -> None:
    page = seen(enter)
    page.goto(PAGES["replay"])
    heading = page.locator(".replay-head h2")
    expect(heading).to_have_text("Frame")
    page.keyboard.press("ArrowLeft")  # nothing before the first
    page.keyboard.press("ArrowRight")
    expect(heading).to_have_text("Private brainstorm")
    expect(page.locator(".note.hidden")).to_have_count(4)
    expect(page.locator("body")).not_to_contain_text("Customers recognised")
    page.keyboard.press("ArrowRight")
    expect(page.locator(".note")).to_have_count(3)
    expect(page.locator("body")).to_contain_text("Customers recognised")
    page.keyboard.press("ArrowLeft")
    expect(heading).to_have_text("Private brainstorm")
    page.get_by_role("link", name="Vote", exact=True).click()
    expect(page.get_by_role("table")).to_have_count(2)


def test_the_lead_sends_them_once(enter: Enter) -> None:
    lead = enter("tribe_lead")
    lead.goto(PAGES["minutes"])
    lead.get_by_text("Send…").click()
    lead.get_by_role("button", name="Send the minutes").click()
    expect(lead.locator("#toasts")).to_contain_text("Minutes sent to 4 people")
    expect(lead.locator(".docbar")).to_contain_text("sent to 4 people")
    expect(lead.get_by_text("Send…")).to_have_count(0)


def test_on_paper_there_is_the_document_and_nothing_else(enter: Enter, tmp_path: Path) -> None:
    page = seen(enter)
    page.goto(PAGES["minutes"])
    page.emulate_media(media="print")
    for gone in (".docbar", ".toc", ".toast-area"):
        expect(page.locator(gone).first).to_be_hidden()
    expect(page.get_by_role("heading", name="What was decided")).to_be_visible()
    assert page.pdf(prefer_css_page_size=True).startswith(b"%PDF-")
