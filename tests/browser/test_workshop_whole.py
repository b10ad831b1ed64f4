"""Whole workshops, one of each kind, as five people live them in browsers of their own: from the door to what was decided,
with a lost connection on the way; and by keyboard alone from the door to the vote."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from tests.browser.people import Enter
from tests.browser.test_axe import findings
from tests.servers import AppServer

BEAT = 15_000  # ms
MEMBERS = ("coach", "tribe_lead", "tech", "codir")  # the first leads
IDEAS = {
    "tribe_lead": ("Paniers abandonnés à l’étape paiement", "Paniers repris dans l’heure"),
    "tech": ("Paiements refusés à tort", "Écrit dans un tunnel"),
    "codir": ("Commandes finies sans revenir en arrière", "Clients qui disent que c’était simple"),
    "guest": ("Refus levés au second essai", "Confirmation en moins de trois secondes"),
}
FAMILY = "Moins d’abandons"
PLANNED = """
from django.utils import timezone
from okr.models import Objective, Quarter
from orgs import tenancy
from orgs.actions.audit import Actor
from orgs.models import DemoPersona, Membership, Tribe
from workshops.actions.kinds import candidates, subject_row
from workshops.actions.planning import plan_workshop
from workshops.agendas import agenda_of
from workshops.models import Workshop
with tenancy.all_tenants():
    user = DemoPersona.objects.get(key="coach").user
    coach = Membership.across_orgs.select_related("user", "org").get(user=user, org__slug="coursive")
with tenancy.tenant(coach.org_id):
    quarter = Quarter.objects.filter(state="draft").first()
    strategic = "KIND" == "codir_key_results"
    where = {"year": quarter.year} if strategic else {"tribe": Tribe.objects.get(code="APP"), "quarter": quarter}
    blank = Workshop(kind="KIND", **where)
    about = [subject_row(one) for one in candidates(blank)][:3 if "KIND" == "tribe_objectives" else 1]
    values = {"title": "L’atelier entier", "starts_at": timezone.now(), "facilitator": coach, "guests": "link",
              "votes_on": "families", "agenda": agenda_of("KIND", "fr"), "participants": [], "subjects": about}
    print(plan_workshop(blank, values, by=Actor(coach))[0].code)
"""


@dataclass
class Room:
    """The same workshop in the browsers of all who take part, the one who leads first."""

    pages: dict[str, Page]

    @property
    def lead(self) -> Page:
        return self.pages["coach"]

    @property
    def others(self) -> dict[str, Page]:
        return {name: page for name, page in self.pages.items() if name != "coach"}

    def all_at(self, kind: str) -> None:
        for page in self.pages.values():
            expect(page.locator(f"#deck[data-phase^={kind}]")).to_be_visible(timeout=BEAT)

    def go_on(self, kind: str = "") -> None:
        """By the button that leads on; insists where somebody is not done."""
        self.lead.locator("#next-step").click()
        if kind:
            there = self.lead.locator(f"#deck[data-phase^={kind}]")
            insist = self.lead.locator("#says form button[type=submit]")
            expect(there.or_(insist).first).to_be_visible(timeout=BEAT)
            if insist.count():
                insist.click()
            self.all_at(kind)

    def all_done(self) -> None:
        for page in self.others.values():
            page.locator("#im-done").click()
            expect(page.locator("#im-done")).to_have_attribute("aria-pressed", "true")


@pytest.fixture
def enter(browser: Browser, browser_context_args: dict[str, Any], app_server: AppServer) -> Iterator[Enter]:
    """What fails while there is no network is what a tunnel is about; any other trouble fails the test."""
    enter = Enter(browser, browser_context_args, app_server)
    yield enter
    enter.leave()
    assert [trouble for trouble in enter.troubles if "ERR_" not in trouble] == []


@pytest.fixture
def plan(app_server: AppServer) -> Callable[[str], str]:
    """The code of a new workshop of that kind."""
    return lambda kind: app_server.manage("shell", "-v0", "-c", PLANNED.replace("KIND", kind)).strip()


def come_in(enter: Enter, code: str, language: str) -> Room:
    """Members by their account, a guest by name, all by the same link."""
    pages = {who: enter(who, language=language) for who in (*MEMBERS, "")}
    for page in pages.values():
        page.goto(f"/w/{code}/")
    guest = pages.pop("")
    for page in pages.values():
        page.locator("main form button[type=submit]").click()
    guest.locator("[name=name]").fill("Dominique Roche")
    guest.locator("[name=function]").select_option("tech")
    guest.locator("form button[type=submit]").first.click()
    room = Room({**pages, "guest": guest})
    for page in room.pages.values():
        expect(page.locator("[data-live-state=connected]")).to_be_visible(timeout=BEAT)
    expect(room.lead.locator("#aside .roster li")).to_have_count(5, timeout=BEAT)
    return room


def write(page: Page, text: str) -> None:
    page.locator("#note-text").fill(text)
    page.locator("#note-text").press("Enter")


def same(pages: Sequence[Page], notes: Callable[[Page], Locator], texts: Sequence[str]) -> None:
    for page in pages:
        expect(notes(page)).to_have_count(len(texts), timeout=BEAT)
        assert sorted(notes(page).all_inner_texts()) == sorted(texts)


def put_into_families(page: Page) -> None:
    """By one of those who take part."""
    name = page.locator("[data-new-family] input[name=name]").first
    name.fill(FAMILY)
    name.press("Enter")
    expect(page.locator(".family h3").first).to_have_text(FAMILY)
    for text in IDEAS["tribe_lead"]:
        page.locator(".tray .note", has_text=text).locator("input.pick").focus()
        page.keyboard.press("m")
        page.get_by_role("dialog").get_by_role("button", name=FAMILY).click()
        expect(page.locator(".family .note", has_text=text)).to_be_visible()


@pytest.mark.parametrize(
    ("kind", "language"), [("tribe_objectives", "en"), ("tribe_key_results", "fr"), ("codir_key_results", "en")]
)
def test_a_whole_workshop(enter: Enter, plan: Callable[[str], str], kind: str, language: str) -> None:
    room = come_in(enter, plan(kind), language)
    lead, tech = room.lead, room.pages["tech"]
    lead.locator("form[action$='/begin/'] button").click()
    room.all_at("frame")

    if kind == "tribe_objectives":
        room.go_on("pick")
        for page in room.others.values():
            page.locator("#board [data-toggle]").first.click()
            expect(page.locator("#board [data-toggle]").first).to_have_attribute("aria-pressed", "true")
        room.all_done()
        room.go_on()
        retain = lead.locator("#board [id^=retain-]").first
        retain.click()
        expect(lead.locator("#board [id^=retain-]").first).to_have_attribute("aria-pressed", "true")
    room.go_on("brainstorm")
    assert findings(lead) == []

    # Two notes each; one of them is written in a tunnel.
    for name, page in room.others.items():
        for text in IDEAS[name]:
            if "tunnel" in text:
                tech.context.set_offline(True)
            write(page, text)
    expect(tech.locator(".note.pending")).to_have_count(1)
    tech.context.set_offline(False)
    for page in room.others.values():
        expect(page.locator(".note.own")).to_have_count(2, timeout=BEAT)
    expect(tech.locator("[data-live-state=connected]")).to_be_visible(timeout=BEAT)
    texts = [text for ideas in IDEAS.values() for text in ideas]
    for page in room.pages.values():
        expect(page.locator("#board .note.hidden")).to_have_count(len(texts), timeout=BEAT)
    assert "second essai" not in lead.content()
    room.all_done()
    room.go_on("reveal")
    same(list(room.pages.values()), lambda page: page.locator("#board .note > p"), texts)

    room.go_on("families")
    put_into_families(room.pages["tribe_lead"])
    for page in room.pages.values():
        expect(page.locator(".family .note")).to_have_count(2, timeout=BEAT)
        expect(page.locator(".tray .note")).to_have_count(len(texts) - 2, timeout=BEAT)
    room.all_done()

    # Two dots on the family, one on another; who reloads has them still.
    room.go_on("vote")
    for page in room.pages.values():  # nothing of the board before stays
        expect(page.locator("#board .note.ballot").first).to_be_visible(timeout=BEAT)
        expect(page.locator("#grouping")).to_have_count(0)
    for page in room.others.values():
        family = page.locator(".note.ballot", has_text=FAMILY)
        for _dot in range(2):
            family.locator("[data-add='1']").click()
        page.locator(".note.ballot").last.locator("[data-add='1']").click()
        expect(family.get_by_role("spinbutton")).to_have_attribute("aria-valuenow", "2")
    tech.reload()
    expect(tech.locator(".note.ballot", has_text=FAMILY).get_by_role("spinbutton")).to_have_attribute(
        "aria-valuenow", "2", timeout=BEAT
    )
    room.all_done()
    room.go_on()
    for page in room.pages.values():
        expect(page.locator("#aside")).to_contain_text(FAMILY, timeout=BEAT)
        expect(page.locator("#board [data-add]")).to_have_count(0)

    # The first of the ranking is retained, and becomes a draft; the next one is parked.
    room.go_on("decide")
    lead.locator("#decide-retained").click()
    draft = lead.locator("a[id^=draft-]").first
    expect(draft).to_be_visible(timeout=BEAT)
    lead.locator("#decide-parked").click()
    for page in room.pages.values():
        expect(page.locator("#board .d-mark.retained, #board .d-mark").first).to_be_visible(timeout=BEAT)
    draft.click()
    form = lead.locator("#room-dialog form.d-draft")
    title = (
        "Un achat se paie sans que le client y pense."
        if kind == "tribe_objectives"
        else "Paniers abandonnés, suivis chaque jour"
    )
    form.locator("[name=title]").fill(title)
    form.locator("button[type=submit]").first.click()
    expect(lead.locator("#room-dialog")).to_be_hidden(timeout=BEAT)
    what = "objectives" if kind == "tribe_objectives" else "key-results"
    link = tech.locator(f"#board a[href*='/{what}/']").first
    expect(link).to_be_visible(timeout=BEAT)
    address = link.get_attribute("href")
    assert findings(tech) == []

    room.go_on("wrap_up")
    room.go_on()
    for page in room.pages.values():
        expect(page.locator("#deck[data-phase^=closed]")).to_be_visible(timeout=BEAT)
    tech.goto(str(address))
    expect(tech.locator("h1")).to_contain_text(title)
    expect(tech.locator("main")).to_contain_text("L’atelier entier")  # where it comes from


def tab_to(page: Page, selector: str, most: int = 120) -> None:
    for _press in range(most):
        if page.evaluate("selector => document.activeElement?.matches(selector)", selector):
            return
        page.keyboard.press("Tab")
    raise AssertionError(f"{selector} cannot be reached by Tab")


def test_by_keyboard_alone_from_the_door_to_the_vote(enter: Enter, plan: Callable[[str], str]) -> None:
    code = plan("tribe_key_results")
    lead, page = enter("coach"), enter("")
    lead.goto(f"/w/{code}/")
    lead.locator("main form button[type=submit]").click()
    lead.locator("form[action$='/begin/'] button").click()
    page.goto(f"/w/{code}/")
    press, type_ = page.keyboard.press, page.keyboard.type

    tab_to(page, "[name=name]")
    type_("Dominique Roche")
    tab_to(page, "[name=function]")
    type_("Tech")
    tab_to(page, "form button[type=submit]")
    press("Enter")
    expect(page.locator("[data-live-state=connected]")).to_be_visible(timeout=BEAT)
    room = Room({"coach": lead, "guest": page})
    room.go_on("brainstorm")

    tab_to(page, "#note-text")
    for text in ("Attente au retrait", "Attente à la borne", "Appels pour un retard"):
        type_(text)
        press("Enter")
        expect(page.locator(".note.own", has_text=text)).to_be_visible()
        expect(page.locator("#note-text")).to_be_focused()
    tab_to(page, "#im-done")
    press("Enter")
    expect(page.locator("#im-done")).to_have_attribute("aria-pressed", "true")
    room.go_on("reveal")
    room.go_on("families")

    # A family by its name, and a note into it.
    tab_to(page, "[data-new-family] input[name=name]")
    type_("Sans attendre")
    press("Enter")
    expect(page.locator(".family h3").first).to_have_text("Sans attendre")
    tab_to(page, ".tray .note input.pick")
    press("m")
    expect(page.get_by_role("dialog")).to_be_visible()
    into = page.get_by_role("dialog").get_by_role("button", name="Sans attendre")
    for _press in range(30):
        if into.evaluate("button => button === document.activeElement"):
            break
        press("Tab")
    press("Enter")
    expect(page.locator(".family .note")).to_have_count(1)
    room.go_on("vote")

    tab_to(page, ".note.ballot [role=spinbutton]")
    press("ArrowUp")
    press("ArrowUp")
    expect(page.locator(".note.ballot [role=spinbutton]").first).to_have_attribute("aria-valuenow", "2")
    tab_to(page, "#im-done")
    press("Enter")
    expect(page.locator("#im-done")).to_have_attribute("aria-pressed", "true")
    lead.locator("#next-step").click()
    expect(page.locator("#aside")).to_contain_text("Sans attendre", timeout=BEAT)
