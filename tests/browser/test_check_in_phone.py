"""A check-in on a phone: few taps, large targets, nothing lost when the network goes."""

import re

from playwright.sync_api import Locator, Page, expect

from tests.browser.people import Enter
from tests.servers import AppServer

PHONE = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True}
TOUCH_TARGET = 44  # CSS pixels


class Thumb:
    """Taps, and counts them."""

    def __init__(self) -> None:
        self.taps = 0

    def tap(self, target: Locator) -> None:
        target.tap()
        self.taps += 1


def save(page: Page) -> Locator:
    return page.get_by_role("button", name=re.compile("^Save"))


def confidence(page: Page, number: int) -> Locator:
    return page.get_by_role("group", name=re.compile("^How sure")).get_by_role("radio", name=str(number), exact=True)


def figure(page: Page) -> Locator:
    return page.get_by_label("Value today")


def recorded(page: Page) -> Locator:
    return page.get_by_role("status").get_by_text(re.compile("^Checked in:"))


def due(page: Page) -> int:
    """How many check-ins the start page asks for."""
    page.goto("/o/coursive/")
    words = page.get_by_role("link", name=re.compile(r"check-ins?\b.*≈")).inner_text()
    number = re.search(r"(\d+) check-ins", words)
    return int(number[1]) if number else 1


def check_ins_of(page: Page, key_result: str) -> int:
    page.goto(key_result)
    return int(page.get_by_role("heading", name=re.compile(r"^\d+ check-ins?$")).inner_text().split()[0])


def test_all_that_is_due_in_few_taps_then_a_correction(enter: Enter, fresh_app_server: AppServer) -> None:
    page = enter("tribe_lead", at=fresh_app_server, **PHONE)
    thumb = Thumb()
    number = due(page)
    assert number >= 3, "the demo's tribe lead has a few check-ins due"
    page.get_by_role("link", name=re.compile(r"check-ins\b.*≈")).tap()
    for place in range(number):
        expect(page.get_by_role("img", name=f"Key result {place + 1} of {number}")).to_be_visible()
        thumb.taps = 0
        if place == 1:
            thumb.tap(page.get_by_role("button", name="Nothing moved"))
        else:
            thumb.tap(page.get_by_role("button", name=re.compile("^Plus")))
            thumb.tap(confidence(page, 8))
            thumb.tap(save(page))
        expect(recorded(page)).to_be_visible()
        assert thumb.taps <= 3

    expect(page.get_by_role("heading", level=1)).to_have_text(re.compile(rf"^{number} check-ins"))
    done = page.get_by_role("main").get_by_role("listitem")
    expect(done).to_have_count(number)
    # "Nothing moved" left the confidence as it was; the others have the one that was tapped.
    expect(done.first.get_by_role("img", name=re.compile("^Confidence 8 of 10"))).to_be_visible()

    before = done.first.locator("b.num").inner_text()
    done.first.get_by_role("link", name="Correct").tap()
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    page.get_by_role("button", name=re.compile("^Plus")).tap()
    page.get_by_role("button", name="Save correction").tap()
    expect(page.get_by_role("status").get_by_text(re.compile("^Check-in corrected:"))).to_be_visible()
    page.goto("/o/coursive/check-in/?done=1")
    expect(page.get_by_role("main").get_by_role("listitem").first.locator("b.num")).not_to_have_text(before)

    page.goto("/o/coursive/")
    expect(page.get_by_text("All is up to date", exact=False)).to_be_visible()


def test_a_hasty_or_interrupted_save_records_one(enter: Enter, fresh_app_server: AppServer) -> None:
    page = enter("tribe_lead", at=fresh_app_server, **PHONE)
    page.goto("/o/coursive/check-in/")
    key_result = re.sub(r"check-in/(\d+)/.*", r"key-results/\1/", page.url)
    before = check_ins_of(page, key_result)
    page.goto("/o/coursive/check-in/")

    # A double tap.
    figure(page).fill("5.1")
    save(page).dblclick()
    expect(recorded(page)).to_be_visible()
    assert check_ins_of(page, key_result) == before + 1

    # Offline: what was typed stays and a banner says so; back online it is sent once.
    page.goto("/o/coursive/check-in/")
    form = page.url
    key_result = re.sub(r"check-in/(\d+)/.*", r"key-results/\1/", form)
    before = check_ins_of(page, key_result)
    page.goto(form)
    page.get_by_label("What changed?").fill("Typed in a lift.")
    confidence(page, 4).check()
    page.context.set_offline(True)
    save(page).tap()
    banner = page.get_by_role("alert").filter(has_text="You are offline")
    expect(banner).to_be_visible()
    expect(page).to_have_url(form)
    expect(page.get_by_label("What changed?")).to_have_value("Typed in a lift.")
    expect(confidence(page, 4)).to_be_checked()
    banner.get_by_role("button", name="Try again").tap()
    expect(banner).to_be_visible()

    page.context.set_offline(False)
    expect(recorded(page)).to_be_visible()
    expect(banner).to_be_hidden()
    assert check_ins_of(page, key_result) == before + 1
    expect(page.get_by_text("Typed in a lift.").first).to_be_visible()


def test_typing_shows_at_once_what_it_would_mean(enter: Enter) -> None:
    page = enter("tribe_lead", **PHONE)
    page.goto("/o/coursive/check-in/")
    meter = page.get_by_role("main").get_by_role("meter")
    before = meter.get_attribute("aria-label") or meter.get_attribute("aria-valuetext")
    page.get_by_role("button", name=re.compile("^Minus")).tap()
    page.get_by_role("button", name=re.compile("^Minus")).tap()
    expect(meter).not_to_have_accessible_name(before or "")


def test_what_is_tapped_most_is_large_enough(enter: Enter) -> None:
    page = enter("tribe_lead", **PHONE)
    small: list[str] = []

    def measure(where: str, targets: Locator) -> None:
        expect(targets.first).to_be_visible()
        for target in targets.all():
            box = target.bounding_box()
            assert box is not None, (where, target)
            if box["height"] < TOUCH_TARGET or box["width"] < TOUCH_TARGET:
                small.append(f"{where}: {target.inner_text() or target.get_attribute('aria-label')} {box}")

    page.goto("/o/coursive/")
    dock = page.get_by_role("navigation", name="Shortcuts")
    measure("dock", dock.get_by_role("link"))
    measure("dock", dock.get_by_role("button"))
    measure("my week", page.get_by_role("main").get_by_role("link", name=re.compile("^Check in")))
    dock.get_by_role("button", name="More").tap()
    menu = page.locator("#more")
    measure("menu", menu.get_by_role("link"))
    measure("menu", menu.get_by_role("button", name="Sign out"))

    page.goto("/o/coursive/check-in/")
    form = page.get_by_role("main")
    measure("check-in", form.get_by_role("button"))
    measure("check-in", form.get_by_role("link", name="Later"))
    measure("check-in", figure(page))
    measure("check-in", form.locator("label.chip:visible"))
    # Ten in a row on a phone: as high as a thumb, as wide as the screen allows.
    for target in form.locator("fieldset.ci-conf label").all():
        box = target.bounding_box()
        assert box is not None
        assert box["height"] >= TOUCH_TARGET
        assert box["width"] >= 34

    page.goto("/o/coursive/strategy/")
    measure("strategy", page.get_by_role("button", name=re.compile("^Case and contributions")))
    outside = enter("", **PHONE)
    outside.goto("/accounts/login/")
    for target in ("Sign in", re.compile("^Tribe lead")):
        button = outside.get_by_role("button", name=target, exact=True)
        box = button.bounding_box()
        assert box is not None
        assert box["height"] >= TOUCH_TARGET
    assert not small, "\n".join(small)
