"""From the year's strategy down to an initiative, as leadership browses it; with JavaScript and without."""

import datetime as dt
import re

from playwright.sync_api import Locator, Page, expect

from tests.browser.people import Enter
from tests.servers import AppServer

STRATEGY = "/o/coursive/strategy/"


def toggle(page: Page, code: str = "1.1") -> Locator:
    return page.get_by_role("button", name=f"Case and contributions of {code}")


def branch(page: Page, code: str = "1.1") -> Locator:
    """The rows below a key result."""
    part = toggle(page, code).get_attribute("aria-controls")
    return page.locator(f"#{part}")


def titles(page: Page) -> list[str]:
    """Of the strategic key results shown, in order."""
    return page.get_by_role("table", name="Strategic key results").locator("tr.kr td.name a").all_inner_texts()


def link_to(part: Locator, what: str) -> Locator:
    return part.locator(f'a[href*="/{what}/"]').first


def test_from_strategy_to_an_initiative_and_back(enter: Enter) -> None:
    page = enter("codir")
    page.goto(STRATEGY)
    page.evaluate("window.mark = 'same page'")
    expect(toggle(page)).to_have_attribute("aria-expanded", "false")
    toggle(page).click()
    expect(toggle(page)).to_have_attribute("aria-expanded", "true")
    below = branch(page)
    expect(below.get_by_role("heading", name="Evidence")).to_be_visible()
    expect(below.get_by_role("heading", name="Business rationale")).to_be_visible()
    expect(page).to_have_url(re.compile(r"[?&]open=\d+"))
    assert page.evaluate("window.mark") == "same page"

    key_result = link_to(below, "key-results")
    title = key_result.inner_text()
    key_result.click()
    expect(page.get_by_role("heading", level=1)).to_contain_text(title)
    initiative = link_to(page.get_by_role("region", name="Initiatives"), "initiatives")
    work = initiative.inner_text()
    initiative.click()
    expect(page.get_by_role("heading", level=1)).to_contain_text(work)
    expect(page.get_by_role("region", name="Key results it answers")).to_contain_text(title)

    page.go_back()
    expect(page.get_by_role("heading", level=1)).to_contain_text(title)
    page.go_back()
    expect(toggle(page)).to_have_attribute("aria-expanded", "true")
    expect(branch(page).get_by_role("link", name=work).first).to_be_visible()

    # Straight from the branch too; and closed, it goes.
    branch(page).get_by_role("link", name=work).first.click()
    expect(page.get_by_role("heading", level=1)).to_contain_text(work)
    page.go_back()
    toggle(page).click()
    expect(toggle(page)).to_have_attribute("aria-expanded", "false")
    expect(branch(page)).to_be_hidden()
    expect(page).not_to_have_url(re.compile("open="))


def test_back_after_opening_closes_the_branch(enter: Enter) -> None:
    page = enter("codir")
    page.goto(STRATEGY)
    toggle(page).click()
    expect(branch(page)).to_be_visible()
    page.go_back()
    expect(toggle(page)).to_have_attribute("aria-expanded", "false")
    page.go_forward()
    expect(toggle(page)).to_have_attribute("aria-expanded", "true")
    expect(branch(page)).to_be_visible()


def test_a_tribe_member_sees_no_rationale(enter: Enter) -> None:
    page = enter("tribe_lead")
    page.goto(STRATEGY)
    toggle(page).click()
    expect(branch(page).get_by_role("heading", name="Evidence")).to_be_visible()
    expect(branch(page).get_by_role("heading", name="Business rationale")).to_have_count(0)


def test_filters_stand_in_the_address_and_can_be_shared(enter: Enter) -> None:
    page = enter("codir")
    page.goto(STRATEGY)
    page.evaluate("window.mark = 'same page'")
    everything = titles(page)
    page.get_by_role("group", name="Status").get_by_text("On track").click()
    found = page.get_by_role("status").filter(has=page.get_by_role("link", name="Clear filters"))
    expect(found).to_contain_text("On track")
    expect(page).to_have_url(re.compile("status=on_track"))
    on_track = titles(page)
    assert set(on_track) < set(everything)

    word = on_track[-1].split()[-1]
    search = page.get_by_role("searchbox", name="Filter key results")
    search.press_sequentially(word)
    expect(found).to_contain_text(f"“{word}”")
    expect(page).to_have_url(re.compile("[?&]q="))
    expect(search).to_be_focused()
    narrowed = titles(page)
    assert on_track[-1] in narrowed
    assert len(narrowed) < len(on_track)
    toggle(page, page.locator("tr.kr .code").last.inner_text()).click()
    expect(page).to_have_url(re.compile("q=.*open="))
    expect(page.locator("tbody.branch:visible")).to_have_count(1)
    assert titles(page) == narrowed
    assert page.evaluate("window.mark") == "same page"

    shared = enter("sponsor")
    shared.goto(page.url)
    assert titles(shared) == narrowed
    expect(shared.locator("tbody.branch:visible")).to_have_count(1)
    expect(shared.get_by_role("searchbox", name="Filter key results")).to_have_value(word)
    expect(shared.get_by_role("checkbox", name=re.compile("^On track"))).to_be_checked()

    shared.get_by_role("link", name="Clear filters").click()
    expect(shared.get_by_role("link", name="Clear filters")).to_have_count(0)
    expect(shared.get_by_role("searchbox", name="Filter key results")).to_have_value("")
    assert titles(shared) == everything


def test_a_filter_that_finds_nothing_offers_to_be_cleared(enter: Enter) -> None:
    page = enter("codir")
    page.goto(STRATEGY)
    page.get_by_role("searchbox", name="Filter key results").press_sequentially("zzz nothing")
    expect(page.get_by_text(re.compile("No key result for"))).to_be_visible()
    page.get_by_role("main").get_by_role("link", name="Clear filters").last.click()
    expect(page.get_by_role("table", name="Strategic key results")).to_be_visible()


def test_coverage_shows_who_carries_what(enter: Enter) -> None:
    page = enter("codir")
    page.goto(STRATEGY)
    page.get_by_role("navigation", name="Views").get_by_role("link", name="Coverage").click()
    matrix = page.get_by_role("table", name=re.compile("Strategic key results and the North Stars"))
    expect(matrix.get_by_role("columnheader", name="Drive")).to_be_visible()
    row = matrix.get_by_role("row").filter(has=page.get_by_role("rowheader", name=re.compile(r"^\s*1\.1\b")))
    cell = row.locator("td.n a").first
    assert int(cell.inner_text()) > 0
    cell.click()
    # To the tribe that the number counts the key results of, and among what it contributes to is that row.
    expect(page).to_have_url(re.compile(r"/o/coursive/tribes/[A-Z]+/\d{4}-q\d/$"))
    expect(page.get_by_role("list", name="Contributes to").filter(has_text="1.1").first).to_be_visible()


def test_what_moved_leads_to_the_key_result(enter: Enter) -> None:
    page = enter("codir")
    page.goto(STRATEGY)
    page.get_by_role("navigation", name="Views").get_by_role("link", name="What moved").click()
    since = page.get_by_role("navigation", name="Since").get_by_role("link").last
    label = since.inner_text()
    since.click()
    expect(page.get_by_role("navigation", name="Since").get_by_role("link", name=label)).to_have_attribute(
        "aria-current", "true"
    )
    day = page.get_by_label("or since").input_value()
    moves = page.get_by_role("main").get_by_role("table")
    changed = moves.get_by_role("row").count()

    page.get_by_label("or since").fill((dt.date.fromisoformat(day) + dt.timedelta(days=7)).isoformat())
    page.get_by_role("button", name="Show").click()
    expect(page).not_to_have_url(re.compile(day))
    assert moves.get_by_role("row").count() <= changed
    link = link_to(moves, "key-results")
    title = link.inner_text()
    link.click()
    expect(page.get_by_role("heading", level=1)).to_contain_text(title)


def test_without_javascript_branches_and_filters_work(enter: Enter) -> None:
    page = enter("codir", java_script_enabled=False)
    page.goto(STRATEGY)
    toggle(page).click()
    expect(toggle(page)).to_have_attribute("aria-expanded", "true")
    expect(branch(page).get_by_role("heading", name="Evidence")).to_be_visible()
    page.get_by_role("searchbox", name="Filter key results").fill("drive")
    page.get_by_role("button", name="Filter", exact=True).click()
    expect(page).to_have_url(re.compile("q=drive"))
    expect(page.get_by_role("link", name="Clear filters")).to_be_visible()
    expect(branch(page).get_by_role("heading", name="Evidence")).to_be_visible()
    toggle(page).click()
    expect(branch(page)).to_be_hidden()


def test_without_javascript_a_check_in_is_recorded(enter: Enter, fresh_app_server: AppServer) -> None:
    page = enter("tech", at=fresh_app_server, java_script_enabled=False)
    page.goto("/o/coursive/check-in/")
    page.get_by_label("Value today").fill("many")
    page.get_by_role("button", name=re.compile("^Save")).click()
    expect(page.get_by_role("alert").filter(has_text="needs your attention")).to_be_visible()
    expect(page.get_by_label("Value today")).to_have_value("many")

    page.get_by_label("Value today").fill("12.5")
    page.get_by_label("What changed?").fill("Measured by hand.")
    page.get_by_role("group", name=re.compile("sure")).get_by_role("radio", name="6").check()
    page.get_by_role("button", name=re.compile("^Save")).click()
    expect(page.get_by_role("status")).to_contain_text(re.compile(r"Checked in: 12\.5"))
