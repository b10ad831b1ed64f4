"""A room that is looked at from afar, on a phone, and by whoever leads it as a participant sees it."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.people import Enter
from tests.browser.rooms import begun, come_into, room_of
from tests.browser.test_axe import findings
from tests.servers import AppServer

WALL_CODE = "wallwallwall"
ROOM = room_of(WALL_CODE)


@pytest.fixture(scope="module")
def _begun(app_server: AppServer) -> None:
    app_server.manage("shell", "-v0", "-c", begun(WALL_CODE))


@pytest.fixture
def come(enter: Enter, _begun: None) -> Callable[..., Page]:
    def come(persona: str, path: str = ROOM, **options: object) -> Page:
        if path == ROOM:
            return come_into(enter, WALL_CODE, persona, **options)
        page = enter(persona, **options)
        page.goto(path)
        return page

    return come


def fits(page: Page) -> bool:
    return bool(page.evaluate("document.documentElement.scrollWidth <= innerWidth"))


def points(page: Page, selector: str) -> float:
    return float(page.locator(selector).first.evaluate("one => parseFloat(getComputedStyle(one).fontSize)"))


@pytest.mark.parametrize(("width", "height"), [(1920, 1080), (1280, 720)])
def test_the_wall_is_large_follows_the_room_and_says_nothing_private(
    come: Callable[..., Page], width: int, height: int
) -> None:
    lead, tech = come("tribe_lead"), come("tech")
    wall = come("tribe_lead", f"{ROOM}wall/", viewport={"width": width, "height": height})
    expect(wall.locator("#aside")).to_contain_text("2 in the room")  # the wall itself is nobody
    expect(wall.locator("#tools")).to_have_css("opacity", "0")  # nothing lies on the board until somebody moves
    wall.mouse.move(200, 200)
    expect(wall.locator("#tools")).to_have_css("opacity", "1")
    text = f"Seen from the last row at {width}"
    tech.locator("#note-text").fill(text)
    tech.keyboard.press("Enter")
    expect(wall.locator(".note.hidden").first).to_be_visible()
    expect(wall.locator("body")).not_to_contain_text(text)
    tech.get_by_role("button", name="I’m done").click()
    expect(wall.locator("#aside")).to_contain_text("1 of 1 done")
    assert fits(wall)
    share = width / 1920
    assert points(wall, ".wall-timer") >= 90 * share
    assert points(wall, ".wall-phase") >= 50 * share
    assert findings(wall) == []

    lead.get_by_role("button", name="Reveal notes").click()
    expect(wall.locator("#deck")).to_contain_text("Reveal")
    note = wall.locator(".note", has_text=text)
    expect(note).to_be_visible()
    assert points(wall, ".note p") >= 20 * share
    assert findings(wall) == []
    # Back, for the other size.
    lead.get_by_role("button", name="Other steps").click()
    lead.get_by_role("button", name="Private brainstorm").click()
    expect(wall.locator("#deck")).to_contain_text("Private brainstorm")


def test_a_machine_in_the_room_is_paired_and_shows_the_wall(
    come: Callable[..., Page], browser: Browser, app_server: AppServer
) -> None:
    lead = come("tribe_lead", f"{ROOM}screen/")
    assert findings(lead) == []
    code = lead.locator(".screen-code").inner_text()
    context = browser.new_context(base_url=app_server.url, locale="en-GB")
    machine = context.new_page()
    try:
        machine.goto(f"/w/{WALL_CODE}/screen/")
        machine.keyboard.type("000 000")
        machine.keyboard.press("Enter")
        expect(machine.locator("#id_digits")).to_have_attribute("aria-invalid", "true")
        assert findings(machine) == []
        machine.locator("#id_digits").fill(code)  # the page speaks as the organization does
        machine.keyboard.press("Enter")
        expect(machine.locator("#deck")).to_be_visible()
        expect(machine.locator("[data-live-state]")).to_have_attribute("data-live-state", "connected")
        # Whoever leads sees it by and by, and ends it: it asks for a code again.
        expect(lead.locator("#screens li")).to_have_count(1, timeout=20_000)
        assert findings(lead) == []
        lead.get_by_role("button", name="End").click()
        expect(lead.locator("#screens li")).to_have_count(0)
        expect(machine.locator("#id_digits")).to_be_visible(timeout=20_000)
    finally:
        context.close()


def test_whoever_leads_looks_at_the_room_as_a_participant_and_can_press_nothing(come: Callable[..., Page]) -> None:
    page = come("tribe_lead", f"{ROOM}as-a-participant/")
    expect(page.locator("#note-text")).to_be_disabled()
    expect(page.get_by_role("button", name="Reveal notes")).to_have_count(0)
    expect(page.locator("[data-live-state]")).to_have_attribute("data-live-state", "connected")
    assert page.locator("[data-looking] :is(button, input, textarea, select):enabled").count() == 0
    assert findings(page) == []


def test_on_a_phone_done_is_in_reach_and_the_board_folds_away(come: Callable[..., Page]) -> None:
    page = come("tech", viewport={"width": 390, "height": 800})
    assert fits(page)
    done = page.get_by_role("button", name="I’m done")
    box = done.bounding_box()
    assert box is not None
    assert box["y"] > 640
    assert box["height"] >= 44
    page.mouse.wheel(0, 2000)
    expect(done).to_be_in_viewport()
    fold = page.get_by_role("button", name="The board")
    fold.click()
    expect(page.locator("#board")).to_be_hidden()
    fold.click()
    expect(page.locator("#board")).to_be_visible()
    assert findings(page) == []
