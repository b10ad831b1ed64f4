"""After the meeting, by keyboard: the tribe's lead takes what was deferred into the draft; the CPO accepts one after the
other and stays where she is."""

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.people import Enter
from tests.browser.test_axe import findings
from tests.servers import AppServer

# The meeting is over: of each tribe two are kept and accepted by its lead, the last one is deferred, all else dropped.
CLOSED = """
import uuid
from itertools import groupby
from orgs import tenancy
from orgs.actions.audit import Actor
from orgs.models import Membership, Organization
from planning.actions import deciding, leading, refining
from planning.actions.deciding import Wish
from planning.actions.rows import Rows
from planning.models import Planning
org = Organization.objects.get(slug="coursive")
with tenancy.tenant(org.pk):
    people = {one.pk: one for one in Membership.objects.active().select_related("user", "org")}
    coach = Actor(next(one for one in people.values() if "coach" in one.roles))
    planning = Planning.objects.filter(state__in=("preparing", "refining")).select_related("quarter__year").latest("quarter__starts_on")
    if planning.state == "preparing":
        Planning.objects.filter(pk=planning.pk).update(mode="chair")
        leading.open_meeting(planning, by=coach)
        planning = Planning.objects.with_quarter().get(pk=planning.pk)
        chair = Actor(people[planning.chair_id])
        wanted = {"keep": [], "defer": [], "drop": []}
        for _tribe, rows in groupby(Rows(planning).key_results.values(), lambda row: row.objective.tribe_id):
            pks = [row.pk for row in rows]
            wanted["keep"] += pks[:2]
            wanted["defer"] += pks[2:3]
            wanted["drop"] += pks[3:]
        for outcome, pks in wanted.items():
            deciding.decide(planning, Wish(pks, outcome, "So"), by=chair, act=uuid.uuid4(), sure=True)
        leading.close_meeting(planning, by=coach)
        for row in refining.kept(planning):
            refining.accept(planning, [row.pk], "lead", by=Actor(people[row.objective.tribe.lead_id]))
    print(planning.quarter.slug)
"""
NEXT = """
import datetime as dt
from okr.models import Quarter
with tenancy.tenant(org.pk):
    now = planning.quarter
    starts = now.ends_on + dt.timedelta(days=1)
    coming = Quarter.objects.create(
        year=now.year, number=now.number + 1, starts_on=starts, ends_on=starts + dt.timedelta(days=89)
    )
    print(coming.slug)
"""


@pytest.fixture
def come_in(browser: Browser, browser_context_args: dict, fresh_app_server: AppServer) -> Iterator[Callable[..., Page]]:
    enter = Enter(browser, browser_context_args, fresh_app_server)
    yield enter
    enter.leave()
    assert enter.troubles == []


def test_who_accepts_goes_on_to_the_next_and_finds_groups_as_they_were(
    come_in: Callable[..., Page], fresh_app_server: AppServer
) -> None:
    quarter = fresh_app_server.manage("shell", "-v0", "-c", CLOSED).strip().splitlines()[-1]
    cpo = come_in("cpo")
    cpo.goto(f"/o/coursive/planning/{quarter}/refinement/")
    groups, waiting = cpo.locator("details.rf-group"), cpo.locator("[data-accept]")
    expect(waiting).to_have_count(18)
    groups.nth(2).locator("summary").first.press("Enter")
    expect(groups.nth(2)).not_to_have_attribute("open", "")

    waiting.first.focus()
    for left in (17, 16, 15):
        following = waiting.nth(1).get_attribute("id")
        cpo.keyboard.press("Enter")
        expect(waiting).to_have_count(left)
        expect(cpo.locator(f"#{following}")).to_be_focused()
    expect(groups.first).to_have_attribute("open", "")  # all of it is accepted
    expect(groups.nth(2)).not_to_have_attribute("open", "")
    assert findings(cpo) == []

    cpo.locator("[id^=unsign-cpo-]").first.press("Enter")
    expect(waiting).to_have_count(16)
    expect(groups.first).to_have_attribute("open", "")


def test_what_was_deferred_is_taken_left_and_offered_again(
    come_in: Callable[..., Page], fresh_app_server: AppServer
) -> None:
    quarter = fresh_app_server.manage("shell", "-v0", "-c", CLOSED + NEXT).strip().splitlines()[-1]
    lead = come_in("tribe_lead")
    lead.goto("/o/coursive/")
    lead.goto(f"{lead.locator('.rail .tribes li a').first.get_attribute('href')}{quarter}/")
    tray = lead.locator("#deferred")
    expect(tray.locator("summary").first).to_contain_text("(1)")
    assert findings(lead) == []
    title = tray.locator(".tray-lines a").first.inner_text()

    tray.locator("button[value=leave]").press("Enter")
    expect(tray.locator(".tray-left summary")).to_have_text("1 left")
    tray.locator("summary").first.press("Enter")
    tray.locator(".tray-left summary").press("Enter")
    tray.locator(".tray-left button[value=again]").press("Enter")
    tray.locator("button[value=take]").press("Enter")
    expect(tray).to_have_count(0)
    row = lead.locator("tr.kr", has_text=title)
    expect(row).to_have_count(1)
    lead.locator("#toasts button", has_text="Undo").press("Enter")
    expect(row).to_have_count(0)
    expect(tray).to_be_visible()
