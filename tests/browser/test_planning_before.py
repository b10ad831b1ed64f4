"""Before the meeting of a quarter planning, as people use it: the agenda moved by hand, votes by keyboard and on a phone."""

import re

from playwright.sync_api import Page, expect

from tests.browser.people import Enter

QUARTER = "/o/coursive/planning/2026-q3/"


def names(page: Page) -> list[str]:
    return [text.split("\n")[-1] for text in page.locator(".pl-slots .pl-name").all_inner_texts()]


def progress(page: Page, done: int) -> None:
    expect(page.locator("#votes-done b")).to_have_text(re.compile(rf"^{done} of "))


def done_so_far(page: Page) -> int:
    return int(page.locator("#votes-done b").inner_text().split()[0])


def test_the_agenda_is_moved_by_keyboard_and_by_dragging_and_kept_when_refused(enter: Enter) -> None:
    page = enter("coach", language="en")
    page.goto(f"{QUARTER}setup/")
    before = names(page)

    grip = page.locator("[data-slots] [data-grip]").nth(1)
    grip.focus()
    page.keyboard.press("ArrowUp")
    moved = [before[1], before[0], *before[2:]]
    assert names(page) == moved
    expect(page.locator("[data-slots] [data-moved]")).to_have_text(f"{before[1]} presents as number 1")
    expect(grip.or_(page.locator("[data-slots] [data-grip]").first)).not_to_have_count(0)
    assert page.evaluate("document.activeElement.closest('.pl-slot') === document.querySelector('.pl-slot')")

    first = page.locator("[data-slots] [data-grip]").first.bounding_box()
    third = page.locator("[data-slots] [data-grip]").nth(2).bounding_box()
    assert first
    assert third
    page.mouse.move(first["x"] + 5, first["y"] + 5)
    page.mouse.down()
    page.mouse.move(third["x"] + 5, third["y"] + 25, steps=6)
    page.mouse.up()
    moved = [moved[1], moved[2], moved[0], *moved[3:]]
    assert names(page) == moved

    page.locator("[name=target]").fill("0")
    page.locator(".pl-form .primary").click()
    expect(page.locator(".errors")).to_contain_text("Key results to keep")
    assert names(page) == moved
    page.locator("[name=target]").fill("31")
    page.locator(".pl-form .primary").click()
    expect(page.locator(".toast")).to_contain_text("Set-up saved")
    assert page.locator(".pl-who p:first-child a").all_inner_texts() == moved
    page.locator(".toast").get_by_role("button", name="Undo").click()
    expect(page.locator(".pl-who p:first-child a").first).to_have_text(before[0])


def test_what_was_typed_into_the_agenda_comes_back_beside_whom_it_was_typed_for(enter: Enter) -> None:
    page = enter("coach", language="en")
    page.goto(f"{QUARTER}setup/")
    before = names(page)
    page.locator("[data-slots] [data-grip]").nth(1).focus()
    page.keyboard.press("ArrowUp")
    page.locator("[name=slots-minutes]").first.fill("77")

    page.reload()

    expect(page.locator("[name=slots-minutes]").first).to_have_value("77")
    assert names(page)[:2] == [before[1], before[0]]


def test_votes_ahead_by_keyboard(enter: Enter) -> None:
    page = enter("chief_of_staff", language="en")
    page.goto(f"{QUARTER}votes/?show=none")
    start = done_so_far(page)

    page.keyboard.press("j")
    page.keyboard.press("k")
    progress(page, start + 1)
    page.keyboard.press("k")  # held: it takes nothing back
    page.keyboard.press("j")
    page.keyboard.press("x")
    progress(page, start + 2)
    page.keyboard.press("ArrowDown")
    page.keyboard.press("d")
    progress(page, start + 3)
    pressed = page.locator('[data-vote] [aria-pressed="true"]')
    expect(pressed).to_have_text(["Keep", "Drop", "Discuss"])
    expect(page.locator("#votes-filters [aria-current]")).to_contain_text("To vote on")

    pressed.first.click()
    progress(page, start + 2)
    page.reload()
    progress(page, start + 2)


def test_votes_ahead_one_by_one_on_a_phone(enter: Enter) -> None:
    page = enter("chief_of_staff", language="en", viewport={"width": 390, "height": 844}, has_touch=True)
    page.goto(QUARTER)
    page.locator(".pl-next .btn.primary").tap()
    start = done_so_far(page)
    page.get_by_role("link", name=re.compile("one by one", re.IGNORECASE)).tap()

    first = page.locator("h1").inner_text()
    box = page.get_by_role("button", name="Keep").bounding_box()
    assert box
    assert box["height"] >= 44
    page.get_by_role("button", name="Keep").tap()
    progress(page, start + 1)
    expect(page.locator("h1")).not_to_have_text(first)
    second = page.locator("h1").inner_text()
    page.get_by_role("button", name="Drop").tap()
    progress(page, start + 2)
    expect(page.locator("h1")).not_to_have_text(second)

    page.go_back()
    expect(page.locator("h1")).to_have_text(second)
    expect(page.get_by_role("button", name="Drop")).to_have_attribute("aria-pressed", "true")
