"""Initiatives drawn, moved and resized on the weeks of their quarter: by mouse, keyboard and touch.

Each test has the timeline of a tribe to itself; what is stored is seen by loading the page again.
"""

import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect

from tests import servers
from tests.browser.people import Enter
from tests.servers import AppServer

PHONE = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True}
TOUCH_TARGET = 44  # CSS pixels
WIDTH = re.compile(r"wk-(\d+)-(\d+)")

Open = Callable[..., Page]


@pytest.fixture(scope="module")
def server(demo_var: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[AppServer]:
    with servers.running_web(
        servers.copy_of(demo_var, tmp_path_factory.mktemp("timeline") / "var"), DEMO="true"
    ) as web:
        yield web


@pytest.fixture
def timeline(enter: Enter, server: AppServer) -> Open:
    def timeline(tribe: str, who: str = "coach", **options) -> Page:
        page = enter(who, at=server, **options)
        page.goto(f"/o/coursive/tribes/{tribe}/?view=initiatives")
        return page

    return timeline


def bars(page: Page) -> Locator:
    return page.locator("[data-bar]")


def weeks(bar: Locator) -> tuple[int, int]:
    """First and last week of the bar, numbered from 1."""
    found = WIDTH.search(bar.get_attribute("class") or "")
    assert found
    return int(found[1]), int(found[2]) - 1


def has_weeks(bar: Locator, first: int, last: int) -> None:
    expect(bar).to_have_class(re.compile(rf"\bwk-{first}-{last + 1}\b"))


def one_week(bar: Locator) -> float:
    track = bar.locator("xpath=ancestor::*[contains(@class,'g-track')]").bounding_box()
    assert track
    return track["width"] / bar.page.locator(".g-head .g-track span").count()


def drag(page: Page, part: Locator, right: float = 0, down: float = 0, *, at: float = 0.5, drop: bool = True) -> None:
    """By the mouse, from a point `at` along the part."""
    part.scroll_into_view_if_needed()
    box = part.bounding_box()
    assert box
    x, y = box["x"] + box["width"] * at, box["y"] + box["height"] / 2
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x + right / 2, y + down / 2, steps=3)
    page.mouse.move(x + right, y + down, steps=3)
    if drop:
        page.mouse.up()


def said(page: Page, text: str | re.Pattern[str]) -> Locator:
    return page.locator("#toasts").get_by_text(text)


def a_bar(page: Page, title: str, first: int, last: int) -> Locator:
    """A new initiative, from the first week to the last, drawn by the mouse."""
    lane = page.locator("[data-draw]")
    lane.scroll_into_view_if_needed()
    box = lane.bounding_box()
    assert box
    week = box["width"] / page.locator(".g-head .g-track span").count()
    page.mouse.move(box["x"] + (first - 0.5) * week, box["y"] + 15)
    page.mouse.down()
    page.mouse.move(box["x"] + (last - 0.5) * week, box["y"] + 15, steps=4)
    page.mouse.up()
    page.keyboard.type(title)
    page.keyboard.press("Enter")
    bar = page.locator("[data-row]").filter(has_text=title).locator("[data-bar]")
    expect(bar).to_be_focused()
    return bar


# ── Mouse ────────────────────────────────────────────────────────────────────


def test_drawn_moved_and_resized_by_mouse(timeline: Open) -> None:
    page = timeline("DRV")
    before = bars(page).count()
    bar = a_bar(page, "Drawn by mouse", 3, 6)
    has_weeks(bar, 3, 6)
    expect(page.locator("#n-initiatives")).to_have_text(str(before + 1))
    expect(said(page, "Initiative added")).to_be_visible()

    week = one_week(bar)
    drag(page, bar, 2 * week, drop=False)
    expect(bar).to_have_attribute("data-tells", re.compile(r"^W\d+ to W\d+, 4 weeks$"))
    page.mouse.up()
    has_weeks(bar, 5, 8)
    expect(said(page, re.compile("^Now W"))).to_be_visible()
    drag(page, bar, 3 * week, at=0.97)
    has_weeks(bar, 5, 11)
    expect(said(page, re.compile("^Now W"))).to_have_count(2)
    drag(page, bar, -week, at=0.02)
    has_weeks(bar, 4, 11)
    expect(said(page, re.compile("^Now W"))).to_have_count(3)
    page.reload()
    has_weeks(page.locator("[data-row]").filter(has_text="Drawn by mouse").locator("[data-bar]"), 4, 11)


def test_a_bar_stays_within_the_quarter_and_at_least_a_week_long(timeline: Open) -> None:
    page = timeline("DRV")
    bar = a_bar(page, "To the edges", 2, 4)
    week = one_week(bar)
    drag(page, bar, -5 * week)
    has_weeks(bar, 1, 3)
    expect(said(page, re.compile("^Now W"))).to_have_count(1)
    drag(page, bar, -8 * week, at=0.97)
    has_weeks(bar, 1, 1)


def test_escape_while_dragging_restores(timeline: Open) -> None:
    page = timeline("LAD")
    bar = bars(page).first
    was = weeks(bar)
    drag(page, bar, one_week(bar), drop=False)
    expect(bar).not_to_have_class(re.compile(rf"\bwk-{was[0]}-{was[1] + 1}\b"))
    page.keyboard.press("Escape")
    has_weeks(bar, *was)
    page.mouse.up()
    page.reload()
    has_weeks(bars(page).first, *was)


def test_a_milestone_and_the_order_are_dragged(timeline: Open) -> None:
    page = timeline("DRV")
    row = page.locator("[data-row]:has([data-dia])").first
    dia = row.locator("[data-dia]")
    was = weeks(dia)[0]
    drag(page, dia, -2 * one_week(dia))
    has_weeks(dia, was - 2, was - 2)
    expect(said(page, re.compile("^Now W"))).to_be_visible()

    titles = page.locator("[data-row] .g-title > a")
    first, second = titles.nth(0).inner_text(), titles.nth(1).inner_text()
    top = page.locator("[data-row]").first
    top.hover()
    height = page.locator("[data-row]").nth(1).bounding_box()
    assert height
    drag(page, top.locator("[data-handle]"), down=height["height"] + 8)
    expect(titles.nth(0)).to_have_text(second)
    expect(said(page, "Order changed")).to_be_visible()
    page.reload()
    expect(titles.nth(1)).to_have_text(first)
    has_weeks(page.locator("[data-row]").filter(has_text=first).locator("[data-dia]"), was - 2, was - 2)


def test_a_refused_title_keeps_what_was_typed(timeline: Open) -> None:
    page = timeline("LAD")
    page.keyboard.press("n")
    title = page.get_by_label("Title of the new initiative")
    expect(title).to_be_focused()
    title.fill("Too long " * 40)
    title.press("Enter")
    expect(page.locator("#new-error")).to_contain_text("at most 240 characters")
    expect(title).to_have_value(re.compile("^Too long"))
    title.press("Escape")
    expect(title).to_be_hidden()
    expect(page.get_by_role("link", name="Add initiative")).to_be_focused()


def test_the_first_initiative_of_a_quarter(timeline: Open) -> None:
    page = timeline("REC")
    with page.expect_navigation():
        page.get_by_role("navigation", name="Quarter").get_by_role("link", name=re.compile("draft")).click()
    expect(bars(page)).to_have_count(1)  # the demo's, which goes first
    bars(page).focus()
    page.keyboard.press("Delete")
    empty = page.locator(".empty")
    expect(empty).to_contain_text("No initiatives in Q")
    add = page.get_by_role("link", name="Add initiative")
    expect(add).to_have_count(1)
    expect(add).to_be_focused()
    add.click()
    expect(page.locator("[data-lane] [name=title]")).to_be_focused()
    page.keyboard.type("The very first")
    page.keyboard.press("Enter")
    bar = bars(page).first
    expect(bar).to_be_focused()
    expect(empty).to_be_hidden()
    page.keyboard.press("Delete")
    expect(empty).to_be_visible()
    expect(add).to_be_focused()


# ── Keyboard ─────────────────────────────────────────────────────────────────


def test_the_keyboard_does_all_of_it(timeline: Open) -> None:
    page = timeline("PRP")
    page.keyboard.press("n")
    page.keyboard.type("Typed, not drawn")
    page.keyboard.press("Enter")
    bar = page.locator("[data-row]").filter(has_text="Typed, not drawn").locator("[data-bar]")
    expect(bar).to_be_focused()
    first, last = weeks(bar)

    for key in ("ArrowLeft", "ArrowLeft", "Shift+ArrowRight", "Alt+Shift+ArrowLeft", "M"):
        page.keyboard.press(key)
    expect(page.locator("#timeline-says")).to_have_text(re.compile(r"^W\d+, 1 week$"))  # the milestone's
    has_weeks(bar, first - 3, last - 1)
    expect(said(page, re.compile("^Now W"))).to_have_count(1)  # all of it is one save
    expect(bar).to_be_focused()
    page.keyboard.press("ArrowRight")
    expect(page.locator("#timeline-says")).to_have_text(re.compile(r"^W\d+ to W\d+, \d weeks$"))
    has_weeks(bar, first - 2, last)
    expect(said(page, re.compile("^Now W"))).to_have_count(2)

    page.keyboard.press("Control+z")
    has_weeks(bar, first - 3, last - 1)
    expect(said(page, "Undone")).to_be_visible()
    expect(bar).to_be_focused()
    page.keyboard.press("Control+z")  # all the presses of the first batch at once
    has_weeks(bar, first, last)
    expect(bar).to_be_focused()

    titles = page.locator("[data-row] .g-title > a")
    place = titles.count() - 1
    page.keyboard.press("Alt+ArrowUp")
    expect(titles.nth(place - 1)).to_have_text("Typed, not drawn")
    expect(said(page, "Order changed")).to_be_visible()
    expect(bar).to_be_focused()

    page.keyboard.press("Control+d")
    copy = page.locator("[data-row]").filter(has_text="Typed, not drawn (copy)").locator("[data-bar]")
    expect(copy).to_be_focused()
    page.keyboard.press("Delete")
    expect(copy).to_have_count(0)
    expect(said(page, "Initiative archived")).to_be_visible()
    expect(page.locator("[data-bar]:focus")).to_have_count(1)
    page.locator("#toasts").get_by_role("button", name="Undo").last.click()
    expect(copy).to_have_count(1)


def test_the_form_opens_in_its_line(timeline: Open) -> None:
    page = timeline("PRP")
    bar = bars(page).first
    bar.focus()
    page.keyboard.press("e")
    title = page.get_by_label("Initiative", exact=True)
    expect(title).to_be_focused()
    page.keyboard.press("Escape")
    expect(title).to_have_count(0)
    expect(bar).to_be_focused()
    page.keyboard.press("Enter")
    title.fill("")
    title.press("Enter")
    expect(page.locator(".g-edit .errors")).to_be_focused()
    title.fill("Another name")
    title.press("Enter")
    expect(page.locator(".g-edit")).to_have_count(0)
    expect(page.locator("[data-row]").first).to_contain_text("Another name")
    expect(bar).to_be_focused()
    expect(said(page, "Initiative saved")).to_be_visible()


def test_the_note_is_written_on_the_bar(timeline: Open) -> None:
    page = timeline("REC")
    bar = bars(page).first
    bar.dblclick()
    note = page.get_by_label("Where it stands")
    expect(note).to_be_focused()
    note.fill("12 of 40 sites")
    note.press("Enter")
    expect(bar).to_contain_text("12 of 40 sites")
    expect(said(page, "Note saved")).to_be_visible()
    page.keyboard.press("F2")
    note.fill("x" * 121)
    note.press("Enter")
    expect(said(page, re.compile("at most 120 characters"))).to_be_visible()
    expect(note).to_have_value("x" * 121)
    note.press("Escape")
    expect(bar).to_contain_text("12 of 40 sites")


def test_the_state_is_chosen_in_a_menu(timeline: Open) -> None:
    page = timeline("REC")
    row = page.locator("[data-row]").filter(has=page.locator(".g-bar:not(.done)")).first
    key = row.get_attribute("id")
    row = page.locator(f"#{key}")
    row.get_by_role("button", name=re.compile("^Change")).click()
    row.get_by_role("button", name="Delivered").click()
    expect(row.locator("[data-bar]")).to_have_class(re.compile(r"\bdone\b"))
    expect(row.locator("[data-bar]")).to_be_focused()
    expect(said(page, "Delivered")).to_be_visible()
    row.get_by_role("link").first.click()
    expect(page.get_by_text("Delivered on")).to_be_visible()


# ── Two people, no network, no right ─────────────────────────────────────────


def test_two_people_draw_the_same_bar(timeline: Open) -> None:
    hers, his = timeline("PAN"), timeline("PAN")
    mine, theirs = bars(hers).first, bars(his).first
    first, last = weeks(mine)
    drag(his, theirs, -one_week(theirs))
    has_weeks(theirs, first - 1, last - 1)
    expect(said(his, re.compile("^Now W"))).to_be_visible()
    drag(hers, mine, one_week(mine))
    conflict = hers.locator(".conflict")
    expect(conflict).to_be_visible()
    has_weeks(mine, first - 1, last - 1)  # as he left it, until she chooses
    hers.get_by_role("button", name="Save").click()
    expect(conflict).to_be_visible()  # nobody has chosen
    for choice in conflict.get_by_label("Yours").all():
        choice.check()
    hers.get_by_role("button", name="Save").click()
    has_weeks(mine, first + 1, last + 1)
    expect(conflict).to_have_count(0)


def test_what_is_drawn_without_a_network_is_saved_on_return(timeline: Open) -> None:
    page = timeline("APP")
    bar = bars(page).first
    first, last = weeks(bar)
    page.context.set_offline(True)
    drag(page, bar, -one_week(bar))
    has_weeks(bar, first - 1, last - 1)
    expect(page.locator("#offline")).to_be_visible()
    page.context.set_offline(False)
    expect(said(page, re.compile("^Now W"))).to_be_visible()
    page.reload()
    has_weeks(bars(page).first, first - 1, last - 1)


def test_whoever_may_not_sees_bars_and_no_control(timeline: Open) -> None:
    page = timeline("LAD", "chief_of_staff")
    expect(page.locator(".g-bar").first).to_be_visible()
    expect(bars(page)).to_have_count(0)
    expect(page.locator("[data-lane]")).to_have_count(0)
    page.keyboard.press("n")
    expect(page.get_by_label("Title of the new initiative")).to_have_count(0)


# ── Touch ────────────────────────────────────────────────────────────────────


class Finger:
    def __init__(self, page: Page) -> None:
        self.session = page.context.new_cdp_session(page)

    def touch(self, kind: str, *points: tuple[float, float]) -> None:
        named = [{"x": x, "y": y} for x, y in points]
        self.session.send("Input.dispatchTouchEvent", {"type": f"touch{kind}", "touchPoints": named})


def test_a_finger_that_rests_takes_the_bar_and_one_that_moves_scrolls(timeline: Open) -> None:
    page = timeline("FID", **PHONE)
    bar = bars(page).first
    first, last = weeks(bar)
    bar.scroll_into_view_if_needed()
    week = one_week(bar)
    finger = Finger(page)

    def middle() -> tuple[float, float]:
        box = bar.bounding_box()
        assert box
        return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2

    x, y = middle()
    finger.touch("Start", (x, y))
    finger.touch("Move", (x - 2 * week, y))
    finger.touch("End")
    has_weeks(bar, first, last)

    x, y = middle()
    finger.touch("Start", (x, y))
    expect(page.locator(".dragged")).to_have_count(1)
    finger.touch("Move", (x - week / 2, y))
    finger.touch("Move", (x - week, y))
    finger.touch("End")
    has_weeks(bar, first - 1, last - 1)
    expect(said(page, re.compile("^Now W"))).to_be_visible()


def test_a_tap_on_a_week_begins_a_new_one(timeline: Open) -> None:
    page = timeline("FID", **PHONE)
    lane = page.locator("[data-draw]")
    lane.scroll_into_view_if_needed()
    box = lane.bounding_box()
    assert box
    page.touchscreen.tap(box["x"] + box["width"] * 0.3, box["y"] + box["height"] / 2)
    title = page.get_by_label("Title of the new initiative")
    expect(title).to_be_focused()
    title.fill("Tapped")
    page.get_by_role("button", name="Add", exact=True).tap()
    bar = page.locator("[data-row]").filter(has_text="Tapped").locator("[data-bar]")
    expect(bar).to_be_visible()
    first, last = weeks(bar)
    assert first == last


def test_a_tap_opens_the_form_on_a_phone(timeline: Open) -> None:
    page = timeline("FID", **PHONE)
    row = page.locator("[data-row]").first
    for target in (
        row.get_by_role("button", name=re.compile("^Change")),
        page.get_by_role("link", name="Add initiative"),
    ):
        box = target.bounding_box()
        assert box
        assert box["height"] >= TOUCH_TARGET
    row.locator("[data-bar]").tap()
    title = page.get_by_label("Initiative", exact=True)
    expect(title).to_be_visible()
    title.fill("From the tram")
    page.get_by_role("button", name="Save initiative").tap()
    expect(row).to_contain_text("From the tram")


# ── Without a script ─────────────────────────────────────────────────────────


def test_everything_without_a_script(timeline: Open) -> None:
    page = timeline("RMD", java_script_enabled=False)
    page.get_by_role("link", name="Add initiative").click()
    page.get_by_label("Initiative", exact=True).fill("By plain forms")
    page.get_by_label("First week").select_option(index=1)
    page.get_by_label("Last week").select_option(index=3)
    page.get_by_role("button", name="Add initiative").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("By plain forms")
    page.get_by_role("link", name="Edit").click()
    page.get_by_label(re.compile("^State")).select_option("in_progress")
    page.get_by_role("button", name="Save initiative").click()
    expect(page.locator("#toasts")).to_contain_text("Initiative saved")
    page.get_by_role("button", name="Archive").click()
    expect(page.locator("#toasts")).to_contain_text("Initiative archived")
    page.locator("#toasts").get_by_role("button", name="Undo").click()
    expect(page.locator("#timeline")).to_contain_text("By plain forms")
