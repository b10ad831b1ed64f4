"""A workshop as four people live it, each in a browser of their own: alone with one's notes, then all together."""

from collections.abc import Callable
from functools import partial
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.browser.people import Enter
from tests.browser.rooms import begun, come_into
from tests.browser.test_axe import findings
from tests.servers import AppServer

CODE = "abcdefgh2345"


@pytest.fixture(scope="module")
def _begun(app_server: AppServer) -> None:
    app_server.manage("shell", "-v0", "-c", begun(CODE))


@pytest.fixture
def come(enter: Enter, _begun: None) -> Callable[..., Page]:
    return partial(come_into, enter, CODE)


def test_from_private_notes_to_a_room_that_reads_them_all(come: Callable[..., Page]) -> None:
    lead, tech, codir, coach = (come(one) for one in ("tribe_lead", "tech", "codir", "coach"))
    expect(lead.locator("#aside")).to_contain_text("4 in the room")

    # Two notes by keyboard alone; the others see that there are some, not what they say.
    expect(tech.locator("#note-text")).to_be_focused()
    for text in ("Fewer calls about points", "Points visible the same evening"):
        tech.keyboard.type(text)
        tech.keyboard.press("Enter")
        expect(tech.locator("#note-text")).to_have_value("")
        expect(tech.locator("#note-text")).to_be_focused()
    expect(tech.locator(".note.own")).to_have_count(2)
    for other in (lead, codir, coach):
        expect(other.locator(".note.hidden")).to_have_count(2)
        expect(other.locator("body")).not_to_contain_text("Fewer calls")

    # On a train: what is written meanwhile is sent once, on return.
    codir.context.set_offline(True)
    codir.locator("#note-text").fill("Written in a tunnel")
    codir.keyboard.press("Enter")
    expect(codir.locator(".note.pending")).to_have_text("Written in a tunnelBeing sent…")
    codir.locator("#note-text").fill("Half a sen")
    codir.context.set_offline(False)
    expect(codir.locator(".note.own")).to_have_count(1, timeout=20_000)
    expect(codir.locator(".note.pending")).to_have_count(0)
    expect(codir.locator("#note-text")).to_have_value("Half a sen")
    expect(lead.locator(".note.hidden")).to_have_count(3)
    codir.reload()
    expect(codir.locator("#note-text")).to_have_value("Half a sen")
    codir.get_by_role("button", name="Discard it").click()

    # A note is reworded, taken away, and brought back.
    own = tech.locator(".note.own").first
    own.locator("summary").click()
    own.get_by_label("Note", exact=True).fill("Points visible within the hour")
    own.get_by_role("button", name="Save").click()
    expect(tech.locator(".note.own > p").first).to_have_text("Points visible within the hour")
    own.locator("summary").click()
    own.get_by_role("button", name="Take away").click()
    expect(tech.locator(".note.own")).to_have_count(1)
    tech.locator(".toast").get_by_role("button", name="Undo").click()
    expect(tech.locator(".note.own")).to_have_count(2)

    # The next step asks once more while two of three are at it.
    tech.get_by_role("button", name="I’m done").click()
    expect(tech.get_by_role("button", name="I’m done")).to_have_attribute("aria-pressed", "true")
    expect(lead.locator("#aside")).to_contain_text("1 of 3 done")
    lead.get_by_role("button", name="Reveal notes").click()
    expect(lead.locator("#says")).to_contain_text("2 of 3 are not done yet.")
    lead.get_by_role("button", name="Go on all the same").click()

    # Everybody is there, with the same notes, and nobody reloaded.
    for page in (lead, tech, codir, coach):
        expect(page.locator("#board .note")).to_have_count(3)
        expect(page.locator("#board")).to_contain_text("Written in a tunnel")
        expect(page.locator("#deck [aria-current=step]")).to_have_text("Reveal")
        expect(page.locator("#compose")).to_have_count(0)
        assert findings(page) == []

    # Back again: nothing is lost, and there is room for more.
    lead.get_by_role("button", name="Other steps").click()
    lead.get_by_role("button", name="Private brainstorm").click()
    expect(tech.locator("#compose")).to_be_visible()
    expect(tech.locator("#board")).to_contain_text("Written in a tunnel")
    assert findings(tech) == []


def test_the_timer_ticks_for_all_and_stops_for_all(come: Callable[..., Page]) -> None:
    lead, tech = come("tribe_lead"), come("tech")
    clock = tech.get_by_role("timer")
    before = clock.inner_text()
    expect(clock).not_to_have_text(before)
    lead.get_by_role("button", name="Pause the timer").click()
    expect(tech.locator(".timer[data-ends]")).to_have_count(0)
    expect(lead.get_by_role("button", name="Let the timer go on")).to_be_visible()
    stands = clock.inner_text()
    lead.get_by_role("button", name="+1 min").click()
    expect(clock).not_to_have_text(stands)
    lead.get_by_role("button", name="Let the timer go on").click()
    expect(tech.locator(".timer[data-ends]")).to_have_count(1)


def lead_is(page: Page, name: str) -> None:
    page.get_by_role("button", name="Other steps").click()
    page.locator("#steps").get_by_role("button", name=name).first.click()


def test_the_lead_is_handed_over_and_back(come: Callable[..., Page]) -> None:
    lead, tech = come("tribe_lead"), come("tech")
    own, other = (page.locator("#deck").get_by_role("button", name="Other steps") for page in (lead, tech))
    me = lead.locator(".deck-title .who").first.get_attribute("title") or ""
    expect(other).to_have_count(0)
    lead_is(lead, "Lead Tech")
    expect(tech.get_by_role("status").filter(has_text="You lead the workshop now.")).to_be_visible()
    expect(lead.locator("#toasts")).to_contain_text("leads from now on")
    expect(own).to_be_visible()  # she is at hand, should the other's laptop die
    lead_is(lead, me.partition(",")[0])
    expect(lead.locator(".deck-title .who").first).to_have_attribute("title", me)
    lead_is(lead, "co-facilitator no more")
    expect(tech.get_by_role("status").filter(has_text="You no longer lead")).to_be_visible()
    expect(other).to_have_count(0)
    expect(own).to_be_visible()


@pytest.mark.parametrize(
    "look", [{"language": "fr", "color_scheme": "dark", "viewport": {"width": 390, "height": 844}}]
)
def test_it_fits_a_phone(come: Callable[..., Page], look: dict[str, Any]) -> None:
    page = come("tech", **look)
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    assert findings(page) == []
