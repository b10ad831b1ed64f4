"""Check-in by the link of a mail, on a phone, by somebody who is not signed in."""

from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Page, expect

from tests.browser.people import Enter
from tests.browser.test_axe import LOOKS, findings
from tests.servers import AppServer

PHONE = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True}
LINK = """
from okr.models import KeyResult
from okr.readings import Clock
from orgs import tenancy
from orgs.models import DemoPersona, Membership, Organization
from reminders.links import check_in_address
Organization.objects.filter(slug="coursive").update(check_in_by_link=True)
org = Organization.objects.get(slug="coursive")
with tenancy.tenant(org.pk):
    rows = KeyResult.objects.taking_check_ins().exclude(owner=None).exclude(direction="done")
    asked = rows.filter(next_due_on__lte=Clock.of(org).asked_until, owner__user__is_active=True)
    row = asked.exclude(current=None).select_related("owner__user").order_by("pk").first()
    row.owner.org = org
    row.owner.user.language = "{language}"
    row.owner.user.save()
    print(check_in_address(row.owner, row))
"""
END = """
from orgs.models import Organization
Organization.objects.filter(slug="coursive").update(check_in_by_link=False)
"""


def link_of_a_mail(server: AppServer, language: str = "en") -> str:
    """As a path: one check-in that is due."""
    said = server.manage("shell", "--no-imports", "-c", LINK.replace("{language}", language))
    return urlsplit(said.split()[-1]).path


def fits(page: Page) -> bool:
    return bool(page.evaluate("document.documentElement.scrollWidth <= innerWidth"))


def test_from_the_mail_to_thank_you_by_thumb(enter: Enter, fresh_app_server: AppServer) -> None:
    link = link_of_a_mail(fresh_app_server)
    page = enter("", at=fresh_app_server, **PHONE)
    page.goto(link)
    assert fits(page)
    button = page.get_by_role("button", name="Nothing moved")
    box = button.bounding_box()
    assert box is not None
    assert box["height"] >= 44
    button.tap()
    expect(page.get_by_role("heading", level=1)).to_have_text("Thank you")
    expect(page.get_by_text("Next due:")).to_be_visible()
    assert fits(page)
    page.goto("/o/coursive/")  # it signed nobody in
    expect(page.get_by_role("button", name="Sign in", exact=True)).to_be_visible()


def test_a_link_that_has_ended_says_why(enter: Enter, fresh_app_server: AppServer) -> None:
    link = link_of_a_mail(fresh_app_server)
    fresh_app_server.manage("shell", "--no-imports", "-c", END)
    page = enter("", at=fresh_app_server, **PHONE)
    for path, status in ((link, 410), (f"{link[:-3]}x/", 404)):
        answer = page.goto(path)
        assert answer is not None
        assert answer.status == status
        expect(page.get_by_role("link", name="Sign in")).to_be_visible()
        assert fits(page)


@pytest.mark.parametrize("look", LOOKS)
def test_axe_finds_nothing_on_the_way(enter: Enter, fresh_app_server: AppServer, look: str) -> None:
    language = LOOKS[look]["language"]
    link = link_of_a_mail(fresh_app_server, language)
    page = enter("", at=fresh_app_server, **LOOKS[look])
    page.goto(link)
    assert page.locator("html").get_attribute("lang") == language
    found = findings(page)
    page.locator("button[name=unchanged]").click()
    expect(page.locator("button[name=unchanged]")).to_have_count(0)
    found += findings(page)
    page.goto("/c/cut-off/")
    found += findings(page)
    assert not found, "\n".join(found)
