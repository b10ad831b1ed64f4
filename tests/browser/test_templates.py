"""The agenda's editor by keyboard, by pointer, and over a reload."""

from playwright.sync_api import Page, expect

from tests.browser.people import Enter
from tests.browser.test_axe import findings

LIST = "/o/coursive/workshops/templates/"


def kinds(page: Page) -> list[str]:
    found = page.locator(".ws-phases [name=agenda-kind]").evaluate_all("all => all.map(one => one.value)")
    return [str(kind) for kind in found]


def test_a_template_is_made_by_keyboard_and_survives_a_reload(enter: Enter) -> None:
    page = enter("coach")
    page.goto(f"{LIST}new/objectives/")
    page.get_by_label("Name of the template").fill("Keyboard alone")
    assert kinds(page)[:3] == ["frame", "pick", "brainstorm"]

    grip = page.get_by_role("button", name="Phase 3: move with the arrow keys, or drag")
    grip.focus()
    page.keyboard.press("ArrowUp")
    assert kinds(page)[:3] == ["frame", "brainstorm", "pick"]
    expect(page.get_by_role("button", name="Phase 2: move with the arrow keys, or drag")).to_be_focused()
    page.get_by_role("button", name="Remove phase 3").press("Enter")
    assert kinds(page)[:3] == ["frame", "brainstorm", "reveal"]
    page.get_by_role("button", name="Add a round").press("Enter")
    assert kinds(page)[-4:] == ["brainstorm", "reveal", "families", "vote"]
    expect(page.locator(".ws-phases [name=agenda-round]").last).to_have_value("2")
    expect(page.locator("[data-sum]")).to_have_text("140")
    page.get_by_label("Phase 8, minutes").fill("12")
    expect(page.locator("[data-sum]")).to_have_text("142")
    assert findings(page) == []

    before = kinds(page)
    page.reload()
    expect(page.get_by_label("Name of the template")).to_have_value("Keyboard alone")
    assert kinds(page) == before
    page.get_by_role("button", name="Make the template").press("Enter")
    row = page.get_by_role("listitem").filter(has_text="Keyboard alone")
    expect(row).to_contain_text("2 rounds")
    expect(row).to_contain_text("142 min")
    assert findings(page) == []


def test_phases_are_dragged(enter: Enter) -> None:
    page = enter("coach", viewport={"width": 1280, "height": 1400})
    page.goto(f"{LIST}new/key-results/")
    first, third = page.locator("[data-grip]").first.bounding_box(), page.locator(".ws-phase").nth(2).bounding_box()
    assert first is not None
    assert third is not None
    page.mouse.move(first["x"] + 6, first["y"] + 6)
    page.mouse.down()
    page.mouse.move(third["x"] + 6, third["y"] + third["height"] - 4, steps=6)
    page.mouse.up()
    assert kinds(page)[:3] == ["brainstorm", "reveal", "frame"]


def test_what_is_wrong_stands_beside_its_field(enter: Enter) -> None:
    page = enter("coach")
    page.goto(f"{LIST}new/key-results/")
    page.get_by_label("Name of the template").fill("With a mistake")
    page.get_by_label("Phase 2, minutes").fill("999")
    page.get_by_role("button", name="Make the template").click()
    field = page.get_by_label("Phase 2, minutes")
    expect(field).to_have_attribute("aria-invalid", "true")
    expect(field).to_have_accessible_description("“Private brainstorm” takes 1 to 240 minutes.")
    assert findings(page) == []
