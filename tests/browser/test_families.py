"""Grouping as two and three people do it at once: by mouse, by finger and by keyboard alone."""

from collections.abc import Callable
from functools import partial
from textwrap import indent
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.people import Enter
from tests.browser.rooms import PEOPLE, come_into
from tests.browser.test_axe import findings
from tests.servers import AppServer

# A workshop of the tribe lead at its families, with six notes and one family; anew for each test.
BEGUN = """
held = factories.workshop(made, "families", code="CODE", starts_at=timezone.now(), functions_told=True)
people = list(held.participants.all())
factories.family(held, "Points clairs")
for n, text in enumerate((
    "Barème des points sur une affiche", "Vendeurs qui expliquent le barème", "Clients reconnus en caisse",
    "Clients reconnus en ligne", "Moins d’attente au retrait", "Commandes prêtes à temps",
)):
    factories.note(held, people[n % 3], text, revealed_at=timezone.now())
"""
CODES = (f"families2{one}{two}4" for one in "abcdefgh" for two in "abcdefgh")


@pytest.fixture
def come(enter: Enter, app_server: AppServer) -> Callable[..., Page]:
    code = next(CODES)
    app_server.manage("shell", "-v0", "-c", PEOPLE + indent(BEGUN.replace("CODE", code), "    "))

    return partial(come_into, enter, code)


def note(page: Page, text: str) -> Locator:
    return page.locator("#grouping .note", has_text=text)


def pick(page: Page, text: str) -> Locator:
    return note(page, text).locator(".pick")


def family(page: Page, name: str) -> Locator:
    return page.locator("#grouping .family:not(.new)", has=page.get_by_role("heading", name=name, exact=True))


def tray(page: Page) -> Locator:
    return page.locator("#grouping .tray")


def middle(part: Locator) -> tuple[float, float]:
    box = part.bounding_box()
    assert box
    return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2


def take(page: Page, part: Locator) -> None:
    """By the mouse, far enough for it to be a drag."""
    x, y = middle(part)
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x + 12, y + 6, steps=3)


def put(page: Page, text: str, name: str) -> None:
    """By keyboard."""
    pick(page, text).focus()
    page.keyboard.press("m")
    page.keyboard.type(name)
    page.keyboard.press("Enter")


def test_a_note_that_comes_where_another_just_left_stays(come: Callable[..., Page]) -> None:
    lead, tech = come("tribe_lead"), come("tech")
    put(lead, "Barème des points", "Points clairs")
    expect(family(tech, "Points clairs").locator("[data-note]")).to_have_count(1)
    lead.keyboard.press("Control+z")
    trace = family(tech, "Points clairs").locator(".gone")
    expect(trace).to_contain_text("Moved to")
    put(lead, "Commandes prêtes", "Points clairs")
    expect(family(tech, "Points clairs").locator("[data-note]")).to_have_count(1)
    expect(trace).to_have_count(1)  # as long as any trace
    expect(trace).to_have_count(0)
    expect(family(tech, "Points clairs").locator("[data-note] > p")).to_have_text(["Commandes prêtes à temps"])
    expect(tray(tech).locator("[data-note]")).to_have_count(5)


def test_a_note_is_dragged_and_the_others_see_who_holds_it_then_where_it_is(come: Callable[..., Page]) -> None:
    lead, tech = come("tribe_lead"), come("tech")
    take(tech, note(tech, "Barème des points").locator("p"))
    expect(note(lead, "Barème des points").locator(".tag")).to_contain_text("is moving this")
    # Meanwhile it is nobody else's.
    pick(lead, "Barème des points").focus()
    lead.keyboard.press("m")
    lead.get_by_role("dialog", name="Move to").get_by_role("button", name="Points clairs").click()
    expect(lead.get_by_role("alert")).to_contain_text("is moving “Barème des points sur une affiche”")
    expect(note(lead, "Barème des points")).to_have_count(1)
    tech.mouse.move(*middle(family(tech, "Points clairs").locator(".slot")), steps=4)
    tech.mouse.up()
    for page in (lead, tech):
        expect(family(page, "Points clairs").locator(".note > p")).to_have_text(["Barème des points sur une affiche"])
        expect(page.locator(".held")).to_have_count(0)
        expect(tray(page).locator(".note")).to_have_count(5)
    # Escape puts what is in the hand back, and lets go of it.
    take(tech, note(tech, "Commandes prêtes").locator("p"))
    expect(note(lead, "Commandes prêtes").locator(".tag")).to_be_visible()
    tech.keyboard.press("Escape")
    tech.mouse.up()
    expect(lead.locator(".held")).to_have_count(0)
    expect(tray(tech).locator(".note")).to_have_count(5)
    expect(tech.locator(".sel")).to_have_count(0)


def test_several_at_once_into_a_new_family_that_is_named_there(come: Callable[..., Page]) -> None:
    lead, tech = come("tribe_lead"), come("tech")
    note(tech, "Clients reconnus en caisse").locator("p").click()
    note(tech, "Clients reconnus en ligne").locator("p").click()
    expect(tech.locator("#picked")).to_contain_text("2 notes selected")
    take(tech, note(tech, "Clients reconnus en ligne").locator("p"))
    tech.mouse.move(*middle(tech.locator(".family.new .slot")), steps=4)
    tech.mouse.up()
    expect(tech.get_by_role("textbox", name="Name of the family")).to_be_focused()
    tech.keyboard.type("Reconnus partout")
    tech.keyboard.press("Enter")
    for page in (lead, tech):
        expect(family(page, "Reconnus partout").locator(".note")).to_have_count(2)
    # Selected from one to another, and merged.
    note(lead, "Barème des points").locator("p").click()
    note(lead, "Vendeurs").locator("p").click(modifiers=["Shift"])
    lead.locator("#picked").get_by_role("button", name="Merge as one").click()
    for page in (lead, tech):
        expect(note(page, "Barème des points").locator(".alike summary")).to_have_text("2 alike")
        expect(tray(page).locator(".note")).to_have_count(3)
    note(tech, "Barème des points").locator(".alike summary").click()
    note(tech, "Barème des points").get_by_role("button", name="Take apart").click()
    expect(tray(lead).locator(".note")).to_have_count(4)
    assert findings(lead) == []
    assert findings(tech) == []


def test_by_keyboard_alone(come: Callable[..., Page]) -> None:
    lead, tech = come("tribe_lead"), come("tech")
    says = tech.locator("#board-says")
    pick(tech, "Barème des points").focus()
    tech.keyboard.press("Space")
    tech.keyboard.press("ArrowRight")
    expect(pick(tech, "Vendeurs")).to_be_focused()
    tech.keyboard.press("x")
    expect(tech.locator("#picked")).to_contain_text("2 notes selected")
    tech.keyboard.press("m")
    expect(tech.get_by_label("Find a family, or name a new one")).to_be_focused()
    tech.keyboard.type("points")
    tech.keyboard.press("Enter")
    expect(says).to_have_text("2 notes are now here: Points clairs")
    expect(family(lead, "Points clairs").locator(".note")).to_have_count(2)
    # One note to a family that is named on the way.
    pick(tech, "Clients reconnus en caisse").focus()
    tech.keyboard.press("Enter")
    tech.keyboard.type("Reconnus partout")
    tech.keyboard.press("Enter")
    expect(family(lead, "Reconnus partout").locator(".note")).to_have_count(1)
    # The family comes first, gets another name, and goes; its note stays.
    menu = tech.locator("#family-menu")
    family(tech, "Reconnus partout").get_by_role("button", name="Change this family").focus()
    tech.keyboard.press("Enter")
    menu.get_by_role("button", name="Move it before").focus()
    tech.keyboard.press("Enter")
    expect(lead.locator("#grouping .family:not(.new) .h3")).to_have_text(["Reconnus partout", "Points clairs"])
    family(tech, "Reconnus partout").get_by_role("button", name="Change this family").focus()
    tech.keyboard.press("Enter")
    tech.keyboard.type("Reconnus en magasin")
    tech.keyboard.press("Enter")
    expect(family(lead, "Reconnus en magasin")).to_be_visible()
    family(tech, "Reconnus en magasin").get_by_role("button", name="Change this family").focus()
    tech.keyboard.press("Enter")
    menu.get_by_role("button", name="Dissolve").focus()
    tech.keyboard.press("Enter")
    expect(family(lead, "Reconnus en magasin")).to_have_count(0)
    expect(tray(lead).locator(".note")).to_have_count(4)
    # Back through all of it, and forth again; what the others did in between stands.
    pick(lead, "Commandes prêtes").focus()
    lead.keyboard.press("m")
    lead.keyboard.type("points")
    lead.keyboard.press("Enter")
    expect(family(tech, "Points clairs").locator(".note")).to_have_count(3)
    pick(tech, "Moins d’attente").focus()
    for count in (1, 1, 1, 0):
        before = tech.locator("#mine input[name=uid]").first.input_value()
        tech.keyboard.press("Control+z")
        expect(tech.locator("#mine input[name=uid]").first).not_to_have_value(before)
        expect(lead.locator("#grouping .family:not(.new)")).to_have_count(1 + count)
    tech.keyboard.press("Control+z")
    expect(family(lead, "Points clairs").locator(".note")).to_have_count(1)
    expect(tech.locator("#undo")).to_have_attribute("aria-disabled", "true")
    tech.keyboard.press("Control+Shift+z")
    expect(family(lead, "Points clairs").locator(".note")).to_have_count(3)


def test_undo_says_who_has_changed_it_since(come: Callable[..., Page]) -> None:
    lead, tech = come("tribe_lead"), come("tech")
    pick(tech, "Barème des points").focus()
    tech.keyboard.press("m")
    tech.keyboard.type("points")
    tech.keyboard.press("Enter")
    expect(tech.locator("#undo")).not_to_have_attribute("aria-disabled", "true")
    expect(family(lead, "Points clairs").locator(".note")).to_have_count(1)
    pick(lead, "Barème des points").focus()
    lead.keyboard.press("m")
    lead.get_by_role("button", name="Not in a family", exact=True).click()
    expect(tray(tech).locator(".note")).to_have_count(6)
    tech.get_by_role("button", name="Undo").click()
    expect(tech.get_by_role("alert")).to_contain_text("has changed this since")
    expect(tech.locator("#undo")).to_have_attribute("aria-disabled", "true")
    expect(tray(tech).locator(".note")).to_have_count(6)


def test_on_a_train_a_move_is_kept_and_sent_once(come: Callable[..., Page]) -> None:
    lead, tech = come("tribe_lead"), come("tech")
    tech.context.set_offline(True)
    pick(tech, "Barème des points").focus()
    tech.keyboard.press("m")
    tech.keyboard.type("points")
    tech.keyboard.press("Enter")
    expect(family(tech, "Points clairs").locator(".note")).to_have_count(1)
    tech.context.set_offline(False)
    expect(family(lead, "Points clairs").locator(".note")).to_have_count(1, timeout=20_000)


@pytest.mark.parametrize(
    "look", [{"language": "fr", "color_scheme": "dark", "viewport": {"width": 390, "height": 844}, "has_touch": True}]
)
def test_a_finger_takes_the_grip_on_a_phone(come: Callable[..., Page], look: dict[str, Any]) -> None:
    page = come("tech", **look)
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    assert findings(page) == []
    grip = note(page, "Commandes prêtes").locator(".grip")
    family(page, "Points clairs").evaluate("(part) => part.scrollIntoView({ block: 'center' })")
    touch = page.context.new_cdp_session(page)

    def send(kind: str, *at: float) -> None:
        points = [{"x": at[0], "y": at[1]}] if at else []
        touch.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})

    x, y = middle(grip)
    send("touchStart", x, y)
    send("touchMove", x - 20, y + 20)
    expect(page.locator(".lifted-copy")).to_be_visible()
    x, y = middle(family(page, "Points clairs").locator(".slot"))
    send("touchMove", x, y - 4)
    send("touchMove", x, y)
    send("touchEnd")
    expect(family(page, "Points clairs").locator(".note")).to_have_count(1)


def test_a_suggested_family_is_shown_to_one_person_and_made_for_all(come: Callable[..., Page]) -> None:
    lead, tech = come("tribe_lead"), come("tech")
    panel = tech.locator("#proposal")
    panel.locator("summary").click()
    expect(panel).to_contain_text("Clients reconnus en caisse")
    assert findings(tech) == []
    expect(lead.locator("#proposal ul").first).to_be_hidden()
    made = panel.locator("[data-suggests]", has_text="Clients reconnus en caisse")
    made.get_by_role("button", name="Make this family").click()
    expect(tray(lead).locator(".note", has_text="Clients reconnus")).to_have_count(0)
    expect(lead.locator("#grouping .family:not(.new)")).to_have_count(2)
    expect(panel.locator("[data-suggests]:visible", has_text="Clients reconnus en caisse")).to_have_count(0)
    tech.get_by_role("button", name="Undo").click()
    expect(tray(lead).locator(".note", has_text="Clients reconnus")).to_have_count(2)
    # Waved off, it stays away from this person alone.
    expect(made).to_be_visible()
    made.get_by_role("button", name="Dismiss").click()
    expect(made).to_have_count(0)
    lead.locator("#proposal summary").click()
    expect(lead.locator("#proposal")).to_contain_text("Clients reconnus en caisse")


def test_families_change_places_by_their_heading(come: Callable[..., Page]) -> None:
    lead, tech = come("tribe_lead"), come("tech")
    name = tech.get_by_role("textbox", name="Name of the new family")
    name.fill("Retrait sans attente")
    tech.keyboard.press("Enter")
    expect(name).to_have_value("")
    expect(family(lead, "Retrait sans attente")).to_be_visible()
    take(tech, family(tech, "Retrait sans attente").locator(".h3"))
    x, y = middle(family(tech, "Points clairs").locator(".h3"))
    tech.mouse.move(x - 40, y, steps=4)
    tech.mouse.up()
    expect(lead.locator("#grouping .family:not(.new) .h3")).to_have_text(["Retrait sans attente", "Points clairs"])


def test_a_hold_that_nobody_lets_go_of_ends_by_itself(come: Callable[..., Page]) -> None:
    lead, tech = come("tribe_lead"), come("tech")
    take(tech, note(tech, "Barème des points").locator("p"))
    expect(note(lead, "Barème des points").locator(".tag")).to_be_visible()
    tech.context.close()  # the laptop dies
    expect(lead.locator(".held")).to_have_count(0, timeout=20_000)
    pick(lead, "Barème des points").focus()
    lead.keyboard.press("m")
    lead.keyboard.type("points")
    lead.keyboard.press("Enter")
    expect(family(lead, "Points clairs").locator(".note")).to_have_count(1)
