"""A review meeting of a committee, held by the chief of staff with keys and mouse, and joined on a phone."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.people import Enter
from tests.browser.test_axe import findings
from tests.servers import AppServer

# The next meeting of the first committee begins in an hour.
SOON = """
import datetime as dt
from django.utils import timezone
from orgs import tenancy
from orgs.models import Organization
from reviews.models import Meeting
with tenancy.all_tenants():
    org = Organization.objects.get(slug="coursive")
with tenancy.tenant(org.pk):
    first = Meeting.objects.filter(state="planned", archived_at=None).earliest("starts_at")
    Meeting.objects.filter(pk=first.pk).update(starts_at=timezone.now() + dt.timedelta(hours=1))
"""


@pytest.fixture
def app(fresh_app_server: AppServer) -> AppServer:
    fresh_app_server.manage("shell", "-v0", "-c", SOON)
    return fresh_app_server


def test_a_meeting_is_held_written_and_ended_without_a_reload(app: AppServer, enter: Enter) -> None:
    page = enter("chief_of_staff", at=app)
    page.goto("/o/coursive/reviews/meetings/")
    _clean(page)
    page.get_by_role("link", name=re.compile("^Agenda")).press("Enter")
    page.get_by_role("button", name="Begin the meeting").click()
    expect(page.get_by_text("when it began")).to_be_visible()
    page.evaluate("document.body.dataset.stays = 'yes'")

    page.keyboard.press("h")
    who = page.locator("#who")
    expect(who.get_by_role("heading")).to_have_text("Present 1")
    sponsor = who.get_by_role("button", name=re.compile("^Here")).first
    sponsor.click()
    expect(who.get_by_role("heading")).to_have_text("Present 2")

    _decide(page)
    _act(page)
    _note(page)
    _clean(page)
    assert page.evaluate("document.body.dataset.stays") == "yes"

    phone = enter("sponsor", at=app, viewport={"width": 390, "height": 844}, has_touch=True, color_scheme="dark")
    phone.goto(page.url)
    assert phone.evaluate("document.documentElement.scrollWidth") <= 390
    _clean(phone)

    page.get_by_role("button", name="End and send the minutes").click()
    expect(page.get_by_text("1 decision was taken.")).to_be_visible()
    expect(page.get_by_role("button", name="Note the decision")).to_have_count(0)
    page.locator("#toasts").get_by_role("button", name="Undo").last.click()
    expect(page.get_by_role("button", name="End and send the minutes")).to_be_visible()
    page.get_by_role("button", name="End and send the minutes").click()
    page.get_by_role("link", name="Minutes").click()
    expect(page.get_by_text("Vingt magasins, pas plus.")).to_be_visible()
    expect(page.get_by_text("Écrire au transporteur")).to_be_visible()
    _clean(page)


def _decide(page: Page) -> None:
    """Refused for a code that nothing has, noted, changed in its place."""
    page.locator("body").press("d")
    expect(page.locator("#decision-text")).to_be_focused()
    page.keyboard.type("Vingt magasins.")
    page.locator("#decision-about").fill("DRV Z9")
    page.keyboard.press("Enter")
    expect(page.locator("#decision_form .errors")).to_be_focused()
    page.locator("#decision-about").fill("drv a1")
    page.locator("#decision-point").select_option(label="What to watch")
    page.locator("#decision-about").press("Enter")
    decided = page.locator(".mt-points .mt-decided")
    expect(decided).to_contain_text("Vingt magasins.")
    expect(page.locator("#decision-text")).to_have_value("")
    decided.get_by_role("link", name=re.compile("^Change")).click()
    form = decided.locator("form[id^=change-]")
    form.get_by_label("About").fill("nope")
    form.get_by_role("button", name="Save").click()
    expect(form.locator(".err")).to_contain_text("Enter a code such as")
    form.get_by_label("About").fill("1.2")
    form.get_by_label("Decision").fill("Vingt magasins, pas plus.")
    form.get_by_role("button", name="Save").click()
    expect(decided).to_contain_text("Vingt magasins, pas plus.")
    expect(decided).to_contain_text("1.2")


def _act(page: Page) -> None:
    """What is half typed stays while somebody else comes in."""
    page.locator("#action-text").fill("Écrire au transporteur")
    page.locator("#who").get_by_role("button", name=re.compile("^Here")).first.click()
    expect(page.locator("#who").get_by_role("heading")).to_have_text("Present 3")
    expect(page.locator("#action-text")).to_have_value("Écrire au transporteur")
    page.locator("#action-owner").select_option(index=3)
    page.locator("#action-due_on").fill("2027-01-10")
    page.get_by_role("button", name="Note the action").click()
    expect(page.locator("[aria-labelledby=actions-h] .mt-rows")).to_contain_text("Écrire au transporteur")


def _note(page: Page) -> None:
    points = page.locator(".mt-points > li")
    first = points.first.locator("h3").inner_text()
    points.nth(1).get_by_role("link", name=re.compile("^Notes and time")).click()
    points.nth(1).get_by_label("Notes").fill("Tour de table.")
    points.nth(1).get_by_role("button", name="Save").click()
    expect(points.nth(1).locator(".mt-notes")).to_have_text("Tour de table.")
    points.first.get_by_role("button", name=re.compile("^Down")).press("Enter")
    expect(points.nth(1).locator("h3")).to_have_text(first)
    page.locator("#toasts").get_by_role("button", name="Undo").last.click()
    expect(points.first.locator("h3")).to_have_text(first)


def _clean(page: Page) -> None:
    assert findings(page) == []
