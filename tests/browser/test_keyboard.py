"""Everything by keyboard: where the focus is can always be seen, and no swap loses it."""

import re
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, expect

from okr.demo.loader import PASSWORD
from tests.browser.people import Enter
from tests.servers import AppServer

# The focus ring of a radio or checkbox may be drawn on its label.
FOCUSED = """() => {
  const one = document.activeElement;
  if (!one || one === document.body) return null;
  const ringed = [one, one.closest("label")].filter(Boolean).some((part) => {
    const style = getComputedStyle(part);
    return style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 1;
  });
  const box = (one.closest("label") ?? one).getBoundingClientRect();
  const onTop = document.elementFromPoint(
    Math.min(Math.max(box.left + box.width / 2, 0), innerWidth - 1), box.top + Math.min(box.height / 2, 20));
  return {
    what: `${one.tagName} ${one.ariaLabel ?? one.innerText ?? one.value}`.slice(0, 80),
    ringed,
    inView: box.bottom > 0 && box.top < innerHeight,
    covered: Boolean(onTop) && !one.contains(onTop) && !onTop.contains(one) && !one.closest("label")?.contains(onTop),
  };
}"""


class Keyboard:
    """Presses keys, and looks after each whether the focus can be seen."""

    def __init__(self, page: Page) -> None:
        self.page = page

    def press(self, key: str) -> None:
        self.page.keyboard.press(key)

    def tab(self, key: str = "Tab") -> dict[str, Any] | None:
        self.press(key)
        focused = self.page.evaluate(FOCUSED)
        if focused is not None:
            assert focused["ringed"], f"no focus ring on {focused['what']}"
            assert focused["inView"], f"out of view: {focused['what']}"
            assert not focused["covered"], f"covered: {focused['what']}"
        return focused

    def tab_to(self, target: Locator, at_most: int = 90) -> None:
        expect(target).to_be_visible()
        passed = []
        for _ in range(at_most):
            focused = self.tab()
            passed.append(focused and focused["what"])
            if target.evaluate("target => target === document.activeElement"):
                return
        raise AssertionError(f"{target} is not reached by {at_most} tabs, past {passed}")

    def type(self, text: str) -> None:
        self.page.keyboard.type(text)


def test_from_sign_in_to_a_check_in(enter: Enter, fresh_app_server: AppServer) -> None:
    page = enter("", at=fresh_app_server)
    keys = Keyboard(page)
    page.goto("/accounts/login/")
    keys.tab_to(page.get_by_label("E-mail"))
    keys.type("lead.produit.drv@coursive.example")
    keys.tab_to(page.get_by_label("Password"))
    keys.type(PASSWORD)
    keys.press("Enter")
    expect(page).to_have_url(re.compile("/o/coursive/$"))

    # The first stop skips to the content, and the next one is in it.
    keys.tab()
    skip = page.get_by_role("link", name="Skip to content")
    expect(skip).to_be_focused()
    expect(skip).to_be_in_viewport(ratio=1)
    keys.press("Enter")
    expect(page.get_by_role("main")).to_be_focused()
    keys.tab()
    assert page.evaluate("document.querySelector('main').contains(document.activeElement)")

    page.goto("/o/coursive/")
    keys.tab_to(page.get_by_role("navigation", name="Main").get_by_role("link", name="Strategy"))
    keys.press("Enter")
    toggle = page.get_by_role("button", name="Case and contributions of 1.1")
    keys.tab_to(toggle)
    keys.press("Enter")
    expect(toggle).to_have_attribute("aria-expanded", "true")
    expect(toggle).to_be_focused()
    branch = page.locator("#" + (toggle.get_attribute("aria-controls") or ""))
    key_result = branch.get_by_role("link", name="Attente médiane sur la piste")
    keys.tab_to(key_result)
    keys.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_contain_text("Attente médiane sur la piste")

    keys.tab_to(page.get_by_role("main").get_by_role("link", name="Check in", exact=True))
    keys.press("Enter")
    value = page.get_by_label("Value today")
    keys.tab_to(value)
    keys.press("ControlOrMeta+a")
    keys.type("5.0")
    confidence = page.get_by_role("group", name=re.compile("^How sure"))
    keys.tab_to(confidence.get_by_role("radio", checked=True))
    keys.tab("ArrowRight")
    expect(confidence.get_by_role("radio", name="8", exact=True)).to_be_checked()
    keys.tab_to(page.get_by_label("What changed?"))
    keys.type("Everything by keyboard.")
    keys.tab_to(page.get_by_role("button", name=re.compile("^Save")))
    keys.press("Enter")
    expect(page.get_by_role("status")).to_contain_text("Checked in: 5.0 min")


@pytest.mark.parametrize(("button", "inside"), [("Coursive", "Coursive"), ("Lead Produit (Drive)", "My profile")])
def test_escape_closes_a_menu_and_returns_to_its_button(enter: Enter, button: str, inside: str) -> None:
    page = enter("tribe_lead")
    keys = Keyboard(page)
    page.goto("/o/coursive/strategy/")
    opener = page.get_by_role("navigation", name="Main").get_by_role("button", name=button)
    keys.tab_to(opener)
    keys.press("Enter")
    menu = page.locator("[popover]:popover-open")
    choice = menu.get_by_role("link", name=inside)
    expect(choice).to_be_visible()
    keys.tab_to(choice, at_most=8)
    keys.press("Escape")
    expect(menu).to_have_count(0)
    expect(opener).to_be_focused()


def test_escape_closes_the_menu_of_a_phone(enter: Enter) -> None:
    page = enter("tribe_lead", viewport={"width": 390, "height": 844})
    keys = Keyboard(page)
    page.goto("/o/coursive/")
    more = page.get_by_role("navigation", name="Shortcuts").get_by_role("button", name="More")
    more.focus()
    keys.press("Enter")
    menu = page.locator("#more")
    expect(menu).to_be_visible()
    keys.tab_to(menu.get_by_role("link", name="My profile"), at_most=20)
    keys.press("Escape")
    expect(menu).to_be_hidden()
    expect(more).to_be_focused()


def test_filters_keep_the_focus_while_the_table_changes(enter: Enter) -> None:
    page = enter("codir")
    keys = Keyboard(page)
    page.goto("/o/coursive/strategy/")
    found = page.get_by_role("status").filter(has=page.get_by_role("link", name="Clear filters"))

    tribe = page.get_by_role("combobox", name="Contributing North Star")
    keys.tab_to(tribe)
    keys.press("ArrowDown")
    expect(found).to_contain_text("Drive")
    expect(tribe).to_be_focused()
    keys.press("ArrowUp")
    expect(found).to_have_count(0)
    expect(tribe).to_be_focused()

    status = page.get_by_role("checkbox", name=re.compile("^At risk"))
    keys.tab_to(status)
    keys.press("Space")
    expect(found).to_contain_text("At risk")
    expect(status).to_be_focused()
    expect(status).to_be_checked()
    keys.tab()
    assert page.evaluate("document.activeElement !== document.body")


def test_views_of_a_tribe_keep_the_focus(enter: Enter) -> None:
    page = enter("tribe_lead")
    keys = Keyboard(page)
    page.goto("/o/coursive/tribes/DRV/")
    views = page.get_by_role("navigation", name="Views")
    keys.tab_to(views.get_by_role("link", name=re.compile("^Initiatives")))
    keys.press("Enter")
    current = views.get_by_role("link", name=re.compile("^Initiatives"))
    expect(current).to_have_attribute("aria-current", "page")
    expect(current).to_be_focused()


@pytest.mark.parametrize("path", ["/o/coursive/", "/o/coursive/tribes/", "/o/coursive/tribes/DRV/?view=initiatives"])
def test_the_focus_can_be_seen_at_every_stop(enter: Enter, path: str) -> None:
    page = enter("tribe_lead")
    keys = Keyboard(page)
    page.goto(path)
    stops = 0
    while keys.tab() is not None:
        stops += 1
        assert stops < 150
    assert stops > 15


def test_escape_leaves_a_toast(enter: Enter, fresh_app_server: AppServer) -> None:
    page = enter("tech", at=fresh_app_server)
    keys = Keyboard(page)
    page.goto("/o/coursive/check-in/")
    page.get_by_role("button", name=re.compile("^Nothing moved|^Save")).last.click()
    toast = page.get_by_role("status").get_by_text(re.compile("^Checked in"))
    expect(toast).to_be_visible()
    page.get_by_role("button", name="Dismiss").focus()
    keys.press("Escape")
    expect(toast).to_have_count(0)


def test_single_keys_do_nothing_once_they_are_switched_off(enter: Enter, fresh_app_server: AppServer) -> None:
    page = enter("tribe_lead", at=fresh_app_server)
    palette = page.get_by_role("dialog").filter(has=page.get_by_role("combobox"))
    page.goto("/o/coursive/strategy/")
    page.keyboard.press("/")
    expect(palette).to_be_visible()
    page.goto("/profile/")
    page.get_by_label("Shortcuts of a single key").uncheck()
    page.get_by_role("button", name="Save my profile").click()
    expect(page.get_by_role("status").get_by_text("Profile saved")).to_be_visible()
    page.goto("/o/coursive/strategy/")
    page.keyboard.press("/")
    expect(palette).to_be_hidden()
    page.keyboard.press("Control+k")
    expect(palette).to_be_visible()
