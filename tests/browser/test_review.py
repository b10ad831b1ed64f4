"""The review of a quarter and its close: a tribe lead by keyboard, the coach, and a verdict on a phone."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.people import Enter
from tests.browser.test_axe import findings
from tests.servers import AppServer

# The other tribes have judged; nothing of theirs goes on.
OTHERS = """
from django.db.models import Q
from okr.models import KeyResult, Quarter
from orgs import tenancy
from orgs.models import Organization
from reviews.models import Verdict
with tenancy.all_tenants():
    org = Organization.objects.get(slug="coursive")
with tenancy.tenant(org.pk):
    quarter = Quarter.objects.with_year().get(state="open")
    rows = KeyResult.objects.running().filter(~Q(objective__tribe__code="DRV"), objective__quarter=quarter)
    for row in rows:
        said = {"kept": True} if row.direction == "within" else {"score": "0.4"}
        Verdict.objects.create(key_result=row, learning="Moins, et mieux.", miss_reason="Trop à la fois.", afterwards="stop", **said)
    after = Quarter.objects.with_year().filter(starts_on__gt=quarter.ends_on).earliest("starts_on")
    print(f"{quarter.slug}|{after.slug}")
"""
PHONE = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "color_scheme": "dark"}


@pytest.fixture
def quarters(fresh_app_server: AppServer) -> tuple[str, str]:
    running, after = fresh_app_server.manage("shell", "-v0", "-c", OTHERS).strip().splitlines()[-1].split("|")
    return running, after


def test_a_quarter_is_reviewed_closed_and_goes_on(
    enter: Enter, fresh_app_server: AppServer, quarters: tuple[str, str]
) -> None:
    running, after = quarters
    at = f"/o/coursive/reviews/{running}/"
    coach, lead = enter("coach", at=fresh_app_server), enter("tribe_lead", at=fresh_app_server)
    _open_early(coach, at)
    _judge(lead, at)
    _on_a_phone(enter("tribe_lead", at=fresh_app_server, **PHONE), at)
    _take(lead, at, after)
    _close(coach, at)
    lead.goto(f"/o/coursive/tribes/DRV/{after}/")
    expect(lead.get_by_text("scored 0.9", exact=False).first).to_be_visible()
    expect(lead.locator("#from-review")).to_have_count(0)
    _clean(lead)
    _correct(coach, at)


def _open_early(page: Page, at: str) -> None:
    page.goto(at)
    page.get_by_text("Change the day it opens").click()
    _clean(page)
    page.get_by_role("button", name="Open it now").click()
    expect(page.locator("#toasts")).to_contain_text("The review is open")
    page.locator("#toasts").get_by_role("button", name="Undo").click()
    expect(page.get_by_text(re.compile(r"The review opens on \d"))).to_be_visible()
    page.get_by_text("Change the day it opens").click()
    page.get_by_role("button", name="Open it now").click()
    expect(page.get_by_text("In review since")).to_be_visible()


def _judge(page: Page, at: str) -> None:
    """All of the tribe's but the last two, without the mouse."""
    page.goto(f"{at}tribes/DRV/")
    _clean(page)
    page.get_by_role("link", name="Judge A1").press("Enter")
    expect(page.locator(".rv-form")).to_be_visible()
    _clean(page)
    # What is missing is said where it is, and what was chosen stays.
    page.locator(".rv-form").get_by_label("0.9", exact=True).press("Space")
    page.get_by_role("button", name="Confirm A1").press("Enter")
    expect(page.locator(".rv-form")).to_contain_text("Say in a sentence what you learned.")
    for code, afterwards in (
        ("A1", "Carry over"),
        ("A2", "Change"),
        ("A3", "Stop"),
        ("B1", "Carry over"),
        ("B2", "Stop"),
    ):
        form = page.locator(".rv-form")
        expect(form.get_by_role("button", name=f"Confirm {code}")).to_be_visible()
        if code != "A1":  # which was refused: there the errors have it
            expect(form).to_be_focused()
        form.get_by_label("0.9", exact=True).press("Space")
        if code in ("A1", "A2"):
            page.keyboard.press("Tab")
            page.keyboard.type("Deux sites fermés.")
        page.keyboard.press("Tab")
        page.keyboard.type(f"Ce que {code} nous apprend.")
        form.get_by_label(afterwards, exact=True).press("Space")
        page.keyboard.press("Tab")
        page.keyboard.press("Enter")
        expect(page.locator("#toasts")).to_contain_text(f"{code} is judged")
    # The last one is taken back, and given again.
    page.locator("#toasts").get_by_role("button", name="Undo").last.click()
    expect(page.get_by_role("link", name="Judge B2")).to_be_visible()
    page.get_by_role("link", name="Judge B2").press("Enter")
    form = page.locator(".rv-form")
    form.get_by_label("0.7", exact=True).press("Space")
    form.get_by_label(re.compile("What did we learn")).fill("Prévenir tôt suffit.")
    form.get_by_label("Stop", exact=True).press("Space")
    form.get_by_role("button", name="Confirm B2").press("Enter")
    expect(form.get_by_role("button", name="Confirm C1")).to_be_visible()
    # How an initiative ended, and a note of the tribe's own.
    page.locator("#work").get_by_role("button", name=re.compile("^Done")).first.click()
    expect(page.locator("#toasts")).to_contain_text("Initiative closed")
    column = page.locator("#retro-helped")
    column.get_by_placeholder("A short note").fill("Le point du lundi.")
    column.get_by_placeholder("A short note").press("Enter")
    expect(column).to_contain_text("Le point du lundi.")


def _on_a_phone(page: Page, at: str) -> None:
    page.goto(f"{at}tribes/DRV/")
    page.get_by_role("link", name="Judge C1").tap()
    form = page.locator(".rv-form")
    form.locator("label", has_text="0.3").first.tap()
    form.get_by_label(re.compile("why was it missed")).fill("Zone froide non refondue.")
    form.get_by_label(re.compile("What did we learn")).fill("La zone froide décide.")
    form.locator("label", has_text="Stop").tap()
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    _clean(page)
    form.get_by_role("button", name="Confirm C1").tap()
    expect(page.locator("#toasts")).to_contain_text("C1 is judged")


def _take(page: Page, at: str, after: str) -> None:
    """One of three that go on; the close takes the others."""
    page.goto(f"/o/coursive/tribes/DRV/{after}/")
    tray = page.locator("#from-review")
    expect(tray).to_contain_text("(3)")
    _clean(page)
    tray.get_by_role("button", name="Take into the draft A1").click()
    expect(page.locator("#toasts")).to_contain_text("1 key result taken over")
    expect(tray).to_contain_text("(2)")
    page.locator("#toasts").get_by_role("button", name="Undo").click()
    expect(tray).to_contain_text("(3)")
    tray.get_by_role("button", name="Take into the draft A1").click()
    expect(tray).to_contain_text("(2)")


def _close(page: Page, at: str) -> None:
    page.goto(f"{at}close/")
    expect(page.get_by_role("heading", name="1 key result has no verdict")).to_be_visible()
    _clean(page)
    page.get_by_role("button", name="Close all the same").click()
    expect(page.locator("p.err")).to_contain_text("Say why they are closed without a verdict, or")
    page.get_by_label("Why are they closed without a verdict?").fill("Le relevé n’est jamais arrivé.")
    page.get_by_role("button", name="Close all the same").click()
    expect(page.locator("#toasts")).to_contain_text(re.compile(r"\d key results stand in the next draft.*Undo"))
    expect(page.get_by_text("Le relevé n’est jamais arrivé.")).to_be_visible()
    _clean(page)


def _correct(page: Page, at: str) -> None:
    page.goto(f"{at}results/")
    page.locator("#tribe-DRV").get_by_role("link", name=re.compile("^Correct")).first.click()
    _clean(page)
    page.get_by_label("0.8", exact=True).press("Space")
    page.get_by_label("Why is it corrected?").fill("Un relevé tardif.")
    page.get_by_role("button", name="Save the correction").press("Enter")
    expect(page.locator("#toasts")).to_contain_text("A1 is corrected")
    expect(page.locator("#tribe-DRV")).to_contain_text("Un relevé tardif.")


def _clean(page: Page) -> None:
    assert findings(page) == []
