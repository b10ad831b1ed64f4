"""A quarter planning from its opening to the published quarter, on the demo's 104 proposals, in French and by keyboard:
a chair, three members, two tribe leads and the CPO in browsers of their own."""

import io
import json
import re
import urllib.request
from collections import Counter
from collections.abc import Callable, Iterator

import openpyxl
import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.people import Enter
from tests.browser.test_axe import findings
from tests.servers import AppServer

KEPT = 30
OF_A_TRIBE = [4, 4, 4, 3, 3, 3, 3, 3, 3]  # kept, in the order of the agenda

# People who have no button on the demo's sign-in page come in by a session of theirs; all sign for the tribes whose
# leads are in no browser here.
SET_UP = """
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore
from orgs import tenancy
from orgs.actions.api_keys import create_api_key
from orgs.actions.audit import Actor
from orgs.models import DemoPersona, Membership
from planning.models import Planning, Voter

def who(key):
    with tenancy.all_tenants():
        user = DemoPersona.objects.get(key=key).user
        return Membership.across_orgs.select_related("user", "org").get(user=user, org__slug="coursive")

def session(member):
    store = SessionStore()
    store[SESSION_KEY] = str(member.user.pk)
    store[BACKEND_SESSION_KEY] = "django.contrib.auth.backends.ModelBackend"
    store[HASH_SESSION_KEY] = member.user.get_session_auth_hash()
    store.save()
    return store.session_key

coach, sponsor, lead = map(who, ("coach", "sponsor", "tribe_lead"))
with tenancy.tenant(coach.org_id):
    planning = Planning.objects.get(state="preparing")
    Planning.objects.filter(pk=planning.pk).update(chair=sponsor, mode="chair")
    voters = [one.membership for one in Voter.objects.filter(planning=planning).select_related("membership__user").exclude(membership=sponsor)]
    tribes = [slot.tribe for slot in planning.slots.select_related("tribe__lead__user").order_by("position")]
    other = next(tribe for tribe in tribes if tribe.lead_id != lead.pk)
    administrator = next(one for one in Membership.objects.active().select_related("user", "org") if "administrator" in one.roles)
    _key, secret = create_api_key("Quarter", ["read"], by=Actor(administrator))
    print("|".join([planning.quarter.slug, str(planning.pk), other.code, next(t.code for t in tribes if t.lead_id == lead.pk), secret, session(other.lead), *map(session, voters[:3])]))
"""
SIGN = """
from orgs import tenancy
from orgs.actions.audit import Actor
from orgs.models import Membership, Organization
from planning.actions import refining
from planning.models import Planning
org = Organization.objects.get(slug="coursive")
with tenancy.tenant(org.pk):
    planning = Planning.objects.get(state="refining")
    for row in refining.kept(planning):
        if row.objective.tribe.code not in CODES:
            lead = Membership.objects.select_related("user", "org").get(pk=row.objective.tribe.lead_id)
            refining.accept(planning, [row.pk], "lead", by=Actor(lead))
"""


@pytest.fixture
def come_in(browser: Browser, browser_context_args: dict, fresh_app_server: AppServer) -> Iterator[Callable[..., Page]]:
    """`come_in("sponsor")` or, of somebody without a button, `come_in(session="…")`; all of them in French."""
    enter = Enter(browser, {**browser_context_args, "locale": "fr-FR"}, fresh_app_server)

    def come_in(persona: str = "", session: str = "") -> Page:
        page = enter(persona, language="fr")
        if session:
            page.context.add_cookies([{"name": "polaris_session", "value": session, "url": fresh_app_server.url}])
        return page

    yield come_in
    enter.leave()
    assert enter.troubles == []


def figure(page: Page, name: str) -> int:
    """Of the agenda's key: how many are kept, deferred…"""
    return int(page.locator(f"#agenda .key li:has(i.{name}) b").inner_text())


def outcomes(page: Page) -> Counter[str]:
    rows = page.locator("tr.kr").evaluate_all("all => all.map((one) => one.dataset.outcome)")
    return Counter(rows)


def test_a_hundred_proposals_become_thirty(come_in: Callable[..., Page], fresh_app_server: AppServer) -> None:
    said = fresh_app_server.manage("shell", "-v0", "-c", SET_UP).strip().splitlines()[-1]
    quarter, planning, other, own, secret, lead_session, *sessions = said.split("|")
    base = f"/o/coursive/planning/{quarter}/"

    # ── The coach opens the meeting; chair, three members and two leads are in it ──
    coach = come_in("coach")
    coach.goto(base)
    coach.locator(f"details.confirm:has(form[action='{base}open/']) summary").press("Enter")
    coach.locator(f"form[action='{base}open/'] button").press("Enter")
    expect(coach).to_have_url(re.compile(rf"{base}board/$"))
    chair, lead, second = come_in("sponsor"), come_in("tribe_lead"), come_in(session=lead_session)
    members = [come_in(session=one) for one in sessions]
    watching = [lead, second, *members]
    for page in (chair, *watching):
        page.goto(f"{base}board/")
        expect(page.locator("tr.kr")).to_have_count(104)
    assert findings(chair) == []
    expect(chair.locator("html")).to_have_attribute("lang", "fr")
    chair.locator("[data-filter=contested][aria-pressed=true]").press("Enter")

    # ── A merge across tribes, side by side ──
    pair = chair.locator("#alike li").first
    pair.locator("[data-compare]").press("Enter")
    merged = chair.locator("#plan-dialog .compared .code").nth(0)
    first, dropped = [one.inner_text() for one in chair.locator("#plan-dialog .compared > p:first-child .code").all()]
    expect(merged).to_have_text(first)
    chair.locator("#plan-dialog .acts .primary").press("Enter")
    expect(members[0].locator(f"tr.kr[data-code='{dropped}']")).to_have_attribute("data-outcome", "merge")
    into = first

    # ── Tribe by tribe: keep some by keyboard, drop the rest together ──
    for turn, number in enumerate(OF_A_TRIBE):
        now = chair.locator("details.plan-group[data-state=now]")
        name = now.locator("h2").inner_text()
        for page in members:
            expect(page.locator(".presenting b")).to_have_text(name)
        codes = now.locator("tr.kr").evaluate_all(
            "all => all.filter((one) => one.dataset.outcome === 'open').map((one) => one.dataset.code)"
        )
        chosen = sorted(codes, key=lambda code: code != into)[:number]
        for code in chosen:
            line = now.locator(f"tr.kr[data-code='{code}']")
            line.focus()
            chair.keyboard.press("Shift+K")
            expect(line).to_have_attribute("data-outcome", "keep")
        rest = [code for code in codes if code not in chosen]
        for code in rest:
            now.locator(f"tr.kr[data-code='{code}']").focus()
            chair.keyboard.press("s")
        chair.keyboard.press("d" if turn % 2 else "x")
        dialog = chair.locator("#plan-dialog")
        expect(dialog.locator(".what-if")).to_be_visible()
        dialog.locator("input[name=reason]").fill(
            "Moins de chantiers à la fois" if turn % 2 else "Livrable, pas un résultat"
        )
        chair.keyboard.press("Enter")
        asked = chair.locator("#asks form")
        gone = now.locator("tr.kr[data-outcome=open]")
        expect(gone.or_(asked)).to_have_count(0 if not asked.count() else 1)
        expect(gone).to_have_count(0)
        if turn == 0:  # taken back, and done again
            chair.keyboard.press("Control+z")
            expect(now.locator("tr.kr[data-outcome=open]")).to_have_count(len(rest))
            chair.keyboard.press("Control+Shift+Z")
            expect(gone).to_have_count(0)
        if turn < len(OF_A_TRIBE) - 1:
            coach.locator(".plan-deck .lead-only .primary").press("Enter")
            expect(chair.locator(".presenting b")).not_to_have_text(name)
            expect(chair.locator(f"details.plan-group[data-state=now]:has-text('{name}')")).to_have_count(0)
    for page in (chair, *watching):
        expect(page.locator(".kept b").first).to_have_text(str(KEPT))

    # ── An orphan is announced before it is made, and left alone ──
    chair.goto(f"{base}board/?by=strategic")
    served = chair.locator("details.plan-group:has(tr.kr[data-outcome=keep])")
    sizes = served.evaluate_all("all => all.map((one) => one.querySelectorAll('tr.kr[data-outcome=keep]').length)")
    thin = served.nth(sizes.index(min(sizes)))
    last = thin.locator("tr.kr[data-outcome=keep]")
    for _one in range(min(sizes)):
        before = last.count()
        line = last.first
        line.focus()
        chair.keyboard.press("x")
        chair.keyboard.type("Trop cher")
        chair.keyboard.press("Enter")
        if before > 1:
            expect(last).to_have_count(before - 1)
    asks = chair.locator("#asks")
    expect(asks).to_be_visible()
    assert findings(chair) == []
    asks.locator("[data-hush]").press("Enter")
    expect(last).to_have_count(1)
    for _one in range(min(sizes) - 1):
        chair.locator("#undo").press("Enter")
    expect(chair.locator(".kept b").first).to_have_text(str(KEPT))

    # ── The chair's second machine missed a decision: it is told, and gives way ──
    chair.goto(f"{base}board/")
    late = come_in("sponsor")
    late.goto(f"{base}board/")
    code = late.locator("tr.kr[data-outcome=keep]").first.get_attribute("data-code")
    late.context.set_offline(True)
    there = late.locator(f"tr.kr[data-code='{code}']")
    there.evaluate("(row) => { row.closest('details').open = true; }")
    there.locator("button.drop").click()
    late.locator(".why-row input").fill("Non")
    late.keyboard.press("Enter")
    line = chair.locator(f"tr.kr[data-code='{code}']")
    line.evaluate("(row) => { row.closest('details').open = true; }")
    line.locator("button.defer").click()
    chair.locator(".why-row input").fill("Au trimestre suivant")
    chair.keyboard.press("Enter")
    expect(line).to_have_attribute("data-outcome", "defer")
    late.context.set_offline(False)
    expect(late.locator("#asks")).to_be_visible(timeout=25_000)
    late.locator("#asks [data-hush]").click()
    expect(there).to_have_attribute("data-outcome", "defer")
    chair.locator("#undo").press("Enter")
    expect(line).to_have_attribute("data-outcome", "keep")

    # ── The same numbers on the board, by API and in the workbook ──
    counts = outcomes(chair)
    assert (sum(counts.values()), counts["keep"], counts["open"]) == (104, KEPT, 0)
    expect(members[0].locator("#agenda .key li:has(i.keep) b")).to_have_text(str(KEPT))
    assert {one: figure(members[0], one) for one in ("keep", "defer", "merge", "drop")} == {
        one: counts[one] for one in ("keep", "defer", "merge", "drop")
    }
    request = urllib.request.Request(
        f"{fresh_app_server.url}/api/v1/plannings/{planning}/", headers={"Authorization": f"Bearer {secret}"}
    )
    with urllib.request.urlopen(request) as answer:
        by_api = json.load(answer)
    assert {one: by_api["counts"][one] for one in ("keep", "defer", "merge", "drop", "open")} == {
        one: counts[one] for one in ("keep", "defer", "merge", "drop", "open")
    }
    book = openpyxl.load_workbook(io.BytesIO(chair.request.get(f"{base}xlsx/").body()))
    columns = [Counter(column) for column in zip(*book.worksheets[0].iter_rows(values_only=True), strict=True)]
    assert any(set(counts.values()) - {0} <= set(column.values()) for column in columns)

    # ── Closed: refinement by lead and CPO ──
    chair.keyboard.press("Escape")
    for page in (lead, second):
        page.evaluate("window.isBefore = true")
    coach.locator(".plan-deck .lead-only .btn").last.press("Enter")  # all have presented
    coach.locator(".plan-deck .lead-only .primary").press("Enter")
    expect(coach).to_have_url(re.compile(rf"{base}$"))
    for page in (lead, second):  # a board whose meeting ends loads itself again
        page.wait_for_function("!window.isBefore")
    lead.goto(f"{base}refinement/")
    assert findings(lead) == []
    mine = lead.locator(f"#tribe-{own} .rf-row")
    row = mine.first
    pk = (row.get_attribute("id") or "").removeprefix("kr-")
    row.locator(".rf-acts a").first.click()
    target = lead.locator("input[name=target]")
    before = target.input_value()
    target.fill(
        str(float(before.replace(",", ".").replace("\u00a0", "").replace("\u202f", "")) * 1.01).replace(".", ",")[:6]
    )
    lead.locator("form:has(input[name=target]) [type=submit]").last.click()
    expect(lead).to_have_url(re.compile("/refinement/"))
    expect(lead.locator(f"#kr-{pk} .now ins").first).to_be_visible()
    for page, code in ((lead, own), (second, other)):
        page.goto(f"{base}refinement/")
        group = page.locator(f"#tribe-{code}")
        group.evaluate("(one) => { one.open = true; }")
        waiting = group.locator("[id^=sign-lead-]").filter(has_not=page.locator("svg use[href$='undo-2']"))
        for _one in range(group.locator(".rf-row").count()):
            number = waiting.count()
            waiting.first.press("Enter")
            group.evaluate("(one) => { one.open = true; }")
            expect(waiting).to_have_count(number - 1)
    fresh_app_server.manage("shell", "-v0", "-c", SIGN.replace("CODES", repr([own, other])))
    cpo = come_in("cpo")
    cpo.goto(f"{base}refinement/")
    expect(cpo.locator(f"form[action='{base}publish/']")).to_have_count(0)
    cpo.locator(".rf-bar form button").press("Enter")
    expect(cpo.locator("[id^=sign-cpo-]").filter(has_not=cpo.locator("svg use[href$='undo-2']"))).to_have_count(1)
    cpo.locator(f"#sign-cpo-{pk}").press("Enter")
    publish = cpo.locator(f"form[action='{base}publish/'] button")
    expect(publish).to_be_visible()
    assert findings(cpo) == []
    publish.press("Enter")
    expect(cpo.locator(f"form[action='{base}publish/']")).to_have_count(0)

    # ── Published: thirty run, with their baseline ──
    with urllib.request.urlopen(request) as answer:
        published = json.load(answer)
    assert (published["state"], published["counts"]["keep"]) == ("published", KEPT)
    lead.goto(f"/o/coursive/key-results/{pk}/")
    expect(lead.locator("main")).to_contain_text(before)
