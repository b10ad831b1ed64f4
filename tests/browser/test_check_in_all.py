"""All that is due on one page, on a phone: a minute for the week, by thumb, by keyboard, and without JavaScript."""

import re

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.people import Enter
from tests.browser.test_check_in_phone import PHONE, TOUCH_TARGET, Thumb
from tests.servers import AppServer

ALL = "/o/coursive/check-in/all/"


def lines(page: Page) -> Locator:
    return page.get_by_role("main").get_by_role("group").filter(has=page.get_by_role("heading", level=2))


def number_due(page: Page) -> int:
    return int(page.get_by_role("heading", level=1).inner_text().split()[0])


def test_a_week_s_check_ins_in_one_minute(enter: Enter, fresh_app_server: AppServer) -> None:
    page = enter("tribe_lead", at=fresh_app_server, **PHONE)
    thumb = Thumb()
    page.goto(ALL)
    due = number_due(page)
    assert due >= 3
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    for button in page.locator("main").get_by_role("button").all():
        box = button.bounding_box()
        assert box is None or box["width"] < 2 or box["height"] >= TOUCH_TARGET

    # Nothing moved here: one tap.
    code = lines(page).first.get_by_role("heading").inner_text().split()[0]
    thumb.tap(lines(page).first.get_by_role("button", name=f"No change {code}"))
    expect(page.get_by_role("status").get_by_text(re.compile("^Checked in:"))).to_be_visible()
    expect(page.get_by_role("heading", level=1)).to_have_text(re.compile(rf"^{due - 1} "))

    # One figure typed, and what moved nowhere else kept at once: the typing stays until it is saved.
    lines(page).first.get_by_label("Value today").fill("a lot")
    thumb.tap(page.get_by_role("button", name="Nothing moved on any of them"))
    expect(page.get_by_role("region", name=re.compile("^Did nothing move for these"))).to_be_focused()
    thumb.tap(page.get_by_role("button", name="Yes, nothing moved"))
    expect(page.get_by_role("heading", level=1)).to_have_text(re.compile("^1 "))
    figure = lines(page).first.get_by_label("Value today")
    expect(figure).to_have_value("a lot")
    thumb.tap(page.get_by_role("button", name="Save all"))
    expect(page.get_by_role("alert").get_by_text("1 key result was not saved")).to_be_visible()
    expect(figure).to_have_value("a lot")
    figure.fill("5")
    thumb.tap(page.get_by_role("button", name="Save all"))
    expect(page.get_by_role("heading", level=1)).to_have_text(re.compile(rf"^{due} check-ins"))
    assert thumb.taps == 5
    # Each can be corrected from here.
    expect(page.get_by_role("main").get_by_role("link", name=re.compile("^Correct"))).to_have_count(due)


@pytest.mark.parametrize("script", [True, False])
def test_the_return_key_saves_what_was_typed_and_nothing_else(
    enter: Enter, fresh_app_server: AppServer, script: bool
) -> None:
    page = enter("tribe_lead", at=fresh_app_server, java_script_enabled=script)
    page.goto(ALL)
    due = number_due(page)
    lines(page).nth(1).get_by_label("Value today").fill("5")
    lines(page).nth(1).get_by_label("Value today").press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text(re.compile(rf"^{due - 1} "))
    expect(page.get_by_role("main").get_by_role("link", name=re.compile("^Correct"))).to_have_count(1)
