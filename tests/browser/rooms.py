"""Rooms of workshops for the browser: the tribe lead facilitates, three others of the demo take part."""

from textwrap import indent
from typing import Any

from playwright.sync_api import Page, expect

from tests.browser.people import Enter

# For manage.py shell; what is appended to it, indented once, is done in the organization. `made` is what
# tests.factories.workshop takes.
PEOPLE = """
import uuid
from types import SimpleNamespace
from django.utils import timezone
from okr.models import Objective
from orgs import tenancy
from orgs.models import DemoPersona, Membership
from tests import factories

def who(key):
    with tenancy.all_tenants():
        user = DemoPersona.objects.get(key=key).user
        return Membership.across_orgs.select_related("user").get(user=user, org__slug="coursive")

lead, tech, codir, coach = map(who, ("tribe_lead", "tech", "codir", "coach"))
with tenancy.tenant(lead.org_id):
    about = Objective.objects.filter(tribe__lead=lead).select_related("tribe", "quarter").first()
    made = SimpleNamespace(tribe=about.tribe, quarter=about.quarter, objective=about, alice=lead,
                           people={"alice": lead, "bob": tech, "carol": codir})
"""


def begun(code: str, at: str = "brainstorm", more: str = "") -> str:
    """What makes a workshop that is at this phase, as `held`, with `coach` beside the three; then does `more` to it."""
    held = f"""
held = factories.workshop(made, "{at}", code="{code}", starts_at=timezone.now())
factories.participant(held, coach)
"""
    return PEOPLE + indent(held + more, "    ")


def room_of(code: str) -> str:
    return f"/o/coursive/workshops/{code}/room/"


def come_into(enter: Enter, code: str, persona: str, **options: Any) -> Page:
    """Connected."""
    page = enter(persona, **options)
    page.goto(room_of(code))
    expect(page.locator("[data-live-state]")).to_have_attribute("data-live-state", "connected")
    return page
