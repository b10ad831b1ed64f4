"""The door of a workshop in a real browser: one step in, and a plain word for whoever was put out."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.browser.people import Enter
from tests.browser.test_axe import findings
from tests.servers import AppServer

BEAT = 20_000  # ms: a heartbeat and a bit
PLANNED = """
from types import SimpleNamespace
from django.utils import timezone
from okr.models import Objective
from orgs import tenancy
from orgs.models import DemoPersona, Membership
from tests import factories
from workshops.models import Workshop

def who(key):
    with tenancy.all_tenants():
        user = DemoPersona.objects.get(key=key).user
        return Membership.across_orgs.select_related("user").get(user=user, org__slug="coursive")

lead, tech, codir = map(who, ("tribe_lead", "tech", "codir"))
with tenancy.tenant(lead.org_id):
    about = Objective.objects.filter(tribe__lead=lead).select_related("tribe", "quarter").first()
    made = SimpleNamespace(tribe=about.tribe, quarter=about.quarter, objective=about, alice=lead,
                           people={"alice": lead, "bob": tech, "carol": codir})
    held = factories.workshop(made, "", starts_at=timezone.now())
    held.participants.exclude(membership=lead).update(joined_at=None)
    # The first page names the first few alone, and other tests left some that are on.
    Workshop.objects.filter(title=held.title).exclude(pk=held.pk).update(state="cancelled")
    print(held.code)
"""


@pytest.fixture
def code(app_server: AppServer) -> str:
    """Of a workshop today, which the tribe lead leads; tech and codir are invited."""
    return app_server.manage("shell", "-v0", "-c", PLANNED).strip()


@pytest.fixture
def at_the_door(enter: Enter, code: str) -> Callable[..., Page]:
    def at_the_door(persona: str, **options: object) -> Page:
        page = enter(persona, **options)
        page.goto(f"/w/{code}/")
        return page

    return at_the_door


def room(code: str) -> re.Pattern[str]:
    return re.compile(rf"/o/coursive/workshops/{code}/room/$")


@pytest.mark.parametrize("has_scripts", [True, False])
def test_a_member_comes_in_by_one_button(at_the_door: Callable[..., Page], code: str, has_scripts: bool) -> None:
    page = at_the_door("tech", java_script_enabled=has_scripts)
    if has_scripts:
        assert findings(page) == []
        page.locator("main form button").focus()
        page.keyboard.press("Enter")
    else:
        page.get_by_role("button", name="Come in").click()
    expect(page).to_have_url(room(code))
    page.goto(f"/w/{code}/")
    expect(page).to_have_url(room(code))


def test_the_first_page_brings_a_member_in(enter: Enter, code: str) -> None:
    page = enter("codir")
    page.goto("/o/coursive/")
    assert findings(page) == []
    page.locator(f".calls form[action='/w/{code}/'] button").click()
    expect(page).to_have_url(room(code))


@pytest.mark.parametrize("width", [1280, 390])
def test_who_is_put_out_reads_so_at_once_and_goes_on_when_let_in_again(
    at_the_door: Callable[..., Page], code: str, width: int
) -> None:
    lead = at_the_door("tribe_lead")
    guest = at_the_door("", viewport={"width": width, "height": 800})
    guest.locator("[name=name]").fill("Gita Guest")
    guest.locator("[name=function]").select_option("design")
    guest.get_by_role("button", name="Come in as a guest").click()
    lead.get_by_role("button", name="Let Gita Guest in").click(timeout=BEAT)
    expect(guest).to_have_url(room(code), timeout=BEAT)
    expect(guest.locator("[data-live-state=connected]")).to_be_attached(timeout=BEAT)

    out = lead.locator(".roster details.confirm")
    out.locator("summary").click(timeout=BEAT)
    out.locator("button").click()
    expect(guest).to_have_url(re.compile(rf"/w/{code}/$"), timeout=BEAT)
    expect(guest.locator("main")).to_contain_text("You are no longer in this workshop.")
    assert findings(guest) == []
    guest.goto(f"/o/coursive/workshops/{code}/room/")
    expect(guest).to_have_url(re.compile(rf"/w/{code}/$"))

    lead.goto(f"/o/coursive/workshops/{code}/")
    lead.get_by_role("button", name="Let Gita Guest in").click()
    expect(guest).to_have_url(room(code), timeout=2 * BEAT)


def test_who_is_in_the_lobby_learns_that_it_was_called_off(at_the_door: Callable[..., Page], code: str) -> None:
    lead, tech = at_the_door("tribe_lead"), at_the_door("tech")
    tech.get_by_role("button", name="Come in").click()
    expect(tech.locator("[data-live-state=connected]")).to_be_attached(timeout=BEAT)
    lead.goto(f"/o/coursive/workshops/{code}/")
    lead.locator("details.confirm summary").click()
    lead.get_by_role("button", name="Call off the workshop").click()
    expect(tech).to_have_url(re.compile(rf"/w/{code}/$"), timeout=2 * BEAT)
    expect(tech.locator("main")).to_contain_text("This workshop was called off.")
    assert findings(tech) == []
