"""The search that opens over any page: by keyboard, by touch, without JavaScript, without network, without a session."""

import re
from typing import Any
from urllib.parse import quote_plus

import pytest
from playwright.sync_api import Locator, Page, Route, expect

from tests.browser.people import Enter
from tests.browser.test_axe import LOOKS, findings

STRATEGY = "/o/coursive/strategy/"
RESULTS = re.compile(r"/o/coursive/search/\?q=")


def palette(page: Page) -> Locator:
    return page.get_by_role("dialog", name="Search")


def field(page: Page) -> Locator:
    return palette(page).get_by_role("combobox")


def options(page: Page) -> Locator:
    return palette(page).get_by_role("option")


def active(page: Page) -> Locator:
    return palette(page).get_by_role("option", selected=True)


def results_of(question: str) -> re.Pattern[str]:
    """The request for these words: what was asked before them may still be on its way."""
    return re.compile(RESULTS.pattern + re.escape(quote_plus(question)) + "$")


def ask(page: Page, question: str) -> None:
    """Type, and wait for what answers it."""
    with page.expect_response(results_of(question)):
        field(page).fill(question)


# ── By keyboard ──


def test_find_and_open_without_leaving_the_keyboard(enter: Enter) -> None:
    page = enter("codir")
    page.goto(STRATEGY)
    page.keyboard.press("/")
    expect(field(page)).to_be_focused()
    expect(options(page).first).to_be_visible()  # suggestions, before a letter is typed
    page.keyboard.type("reclamation")
    expect(palette(page).get_by_role("group", name="Key results")).to_be_visible()
    expect(active(page)).to_contain_text("Commandes Drive servies sans réclamation")
    expect(palette(page).get_by_role("status")).to_have_text(re.compile(r"^\d+ results$"))
    page.keyboard.press("ArrowDown")
    expect(active(page)).to_contain_text("Réclamations")
    expect(field(page)).to_have_attribute("aria-activedescendant", active(page).get_attribute("id") or "")
    expect(field(page)).to_be_focused()
    page.keyboard.press("ArrowUp")
    page.keyboard.press("ArrowUp")
    expect(active(page)).to_have_count(1)  # round to the last
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_contain_text("Commandes Drive servies sans réclamation")


@pytest.mark.parametrize("keys", ["Control+k", "Meta+k"])
def test_the_short_cut_works_in_a_field_too_and_gives_the_focus_back(enter: Enter, keys: str) -> None:
    page = enter("codir")
    page.goto(STRATEGY)
    filter_field = page.get_by_role("searchbox", name="Filter key results")
    filter_field.click()
    page.keyboard.type("a/b")
    expect(palette(page)).to_have_count(0)
    page.keyboard.press(keys)
    expect(field(page)).to_be_focused()
    page.keyboard.press(keys)
    expect(field(page)).to_be_focused()
    page.keyboard.press("Escape")
    expect(palette(page)).to_have_count(0)
    expect(filter_field).to_be_focused()
    expect(filter_field).to_have_value("a/b")


def test_enter_waits_for_the_answer_to_what_was_typed(enter: Enter) -> None:
    page = enter("codir")
    page.goto(STRATEGY)
    page.keyboard.press("/")
    expect(active(page)).to_have_count(1)
    page.keyboard.type("fidélité")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_contain_text("Fidélité")


def test_an_answer_that_comes_late_is_dropped(enter: Enter) -> None:
    page = enter("codir")
    page.goto(STRATEGY)
    held: list[Route] = []
    page.route(re.compile(r"/search/\?q=drive$"), lambda route: held.append(route))
    page.keyboard.press("/")
    with page.expect_request(re.compile(r"/search/\?q=drive$")):
        field(page).fill("drive")
    ask(page, "panier")
    expect(active(page)).to_contain_text(re.compile("panier", re.IGNORECASE))
    for route in held:
        route.continue_()
    ask(page, "panier m")
    expect(palette(page).get_by_role("option", name="Drive", exact=True)).to_have_count(0)


def test_a_result_opens_in_a_new_tab(enter: Enter) -> None:
    page = enter("codir")
    page.goto(STRATEGY)
    page.keyboard.press("/")
    ask(page, "#fid")
    expect(active(page)).to_contain_text("Fidélité")
    with page.context.expect_page() as opened:
        page.keyboard.press("Control+Enter")
    expect(opened.value).to_have_url(re.compile("/tribes/FID/"))
    expect(palette(page)).to_be_visible()


def test_nothing_found_opens_nothing_by_accident(enter: Enter) -> None:
    page = enter("codir")
    page.goto(STRATEGY)
    page.keyboard.press("/")
    ask(page, "zzqx")
    expect(palette(page).get_by_role("status")).to_have_text("Nothing found for “zzqx”")
    expect(active(page)).to_have_count(0)
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile(STRATEGY + "$"))
    page.keyboard.press("ArrowDown")
    expect(active(page)).to_have_text("Record my check-ins")


def test_the_theme_changes_in_place(enter: Enter) -> None:
    page = enter("codir")
    page.goto(STRATEGY)
    page.keyboard.press("/")
    ask(page, "dark")
    expect(active(page)).to_have_text("Use the dark theme")
    with page.expect_response("**/preferences/theme/"):
        page.keyboard.press("Enter")
    expect(page.locator("html")).to_have_attribute("data-theme", "dark")
    expect(palette(page)).to_have_count(0)


def test_it_does_not_open_over_another_dialog(enter: Enter) -> None:
    page = enter("codir")
    page.goto(STRATEGY)
    page.evaluate(
        """() => { const other = document.createElement("dialog"); other.innerHTML = "<button>OK</button>";
                   document.body.append(other); other.showModal(); }"""
    )
    page.keyboard.press("Control+k")
    page.keyboard.press("/")
    expect(palette(page)).to_have_count(0)


# ── By mouse and touch ──


def test_the_field_in_the_top_bar_opens_it_and_the_veil_closes_it(enter: Enter) -> None:
    page = enter("codir")
    page.goto(STRATEGY)
    opener = page.get_by_role("banner").get_by_role("link", name="Search")
    opener.click()
    expect(field(page)).to_be_focused()
    expect(page).to_have_url(re.compile(STRATEGY + "$"))
    page.mouse.click(5, 5)
    expect(palette(page)).to_have_count(0)
    expect(opener).to_be_focused()


def test_on_a_phone_it_fills_the_screen(enter: Enter) -> None:
    page = enter("tribe_lead", language="fr", viewport={"width": 390, "height": 844}, has_touch=True)
    page.goto(STRATEGY)
    page.locator("[data-palette]").tap()
    dialog = page.get_by_role("dialog")
    expect(dialog).to_be_visible()
    expect(dialog).to_have_js_property("offsetHeight", 844)
    assert dialog.bounding_box() == {"x": 0, "y": 0, "width": 390, "height": 844}
    with page.expect_response(results_of("rupture")):
        dialog.get_by_role("combobox").fill("rupture")
    result = dialog.get_by_role("option").first
    box = result.bounding_box()
    assert box
    assert box["height"] >= 44
    assert box["x"] + box["width"] <= 390
    close = dialog.locator("[data-close]")
    close.tap()
    expect(dialog).to_have_count(0)
    page.locator("[data-palette]").tap()
    result.tap()
    expect(page).to_have_url(re.compile("/key-results/"))


@pytest.mark.parametrize(("width", "height"), [(720, 450), (360, 225), (320, 568)])  # 1440 at 200 and 400 %
def test_zoomed_in_the_field_and_a_result_are_in_view(enter: Enter, width: int, height: int) -> None:
    page = enter("codir", language="fr", viewport={"width": width, "height": height})
    page.goto(STRATEGY)
    page.keyboard.press("/")
    dialog = page.get_by_role("dialog")
    with page.expect_response(results_of("commandes")):
        dialog.get_by_role("combobox").fill("commandes")
    expect(dialog.get_by_role("combobox")).to_be_in_viewport(ratio=1)
    expect(dialog.get_by_role("option").first).to_be_in_viewport()
    for _ in range(8):
        page.keyboard.press("ArrowDown")
    expect(dialog.get_by_role("option", selected=True)).to_be_in_viewport()
    expect(dialog.get_by_role("combobox")).to_be_in_viewport(ratio=1)
    assert dialog.evaluate("one => one.scrollWidth <= one.clientWidth")


# ── When something is missing ──


def test_without_javascript_there_is_a_page(enter: Enter) -> None:
    page = enter("codir", java_script_enabled=False)
    page.goto(STRATEGY)
    page.get_by_role("banner").get_by_role("link", name="Search").click()
    page.get_by_role("textbox", name=re.compile("^Search")).fill("livrasion domicile")
    page.get_by_role("main").get_by_role("button", name="Search").click()
    page.get_by_role("main").get_by_role("link", name=re.compile("Livraison à domicile")).first.click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Livraison à domicile")


def test_offline_it_says_so_and_goes_on_when_the_network_is_back(enter: Enter) -> None:
    page = enter("codir")
    page.goto(STRATEGY)
    page.keyboard.press("/")
    expect(active(page)).to_have_count(1)
    page.context.set_offline(True)
    field(page).fill("rupture")
    expect(palette(page).get_by_role("alert")).to_contain_text("You are offline")
    with page.expect_response(results_of("rupture")):
        page.context.set_offline(False)
    expect(active(page)).to_contain_text("Rupture")
    expect(palette(page).get_by_role("alert")).to_have_count(0)
    enter.troubles.clear()  # the browser's own word about the lost connection


def test_a_search_that_fails_says_so(enter: Enter) -> None:
    page = enter("codir")
    page.goto(STRATEGY)
    page.route(RESULTS, lambda route: route.fulfill(status=500, body="broken"))
    page.keyboard.press("/")
    field(page).fill("rupture")
    expect(palette(page).get_by_role("alert")).to_contain_text("did not answer")
    page.unroute(RESULTS)
    ask(page, "ruptures")
    expect(active(page)).to_contain_text("Rupture")


def test_an_expired_session_takes_nothing_away(enter: Enter) -> None:
    page = enter("tribe_lead")
    page.goto("/o/coursive/check-in/")
    comment = page.get_by_label("What changed?")
    comment.fill("Half a sentence")
    page.context.clear_cookies(name="polaris_session")
    page.keyboard.press("Control+k")
    ask(page, "rupture")
    trouble = palette(page).get_by_role("alert")
    expect(trouble).to_contain_text("You are signed out")
    expect(trouble.get_by_role("link")).to_have_attribute("href", re.compile("rupture$"))
    with page.context.expect_page() as opened:
        trouble.get_by_role("link").click()
    expect(opened.value).to_have_url(re.compile(r"/accounts/login/\?next=/o/coursive/search/%3Fq%3Drupture"))
    page.bring_to_front()
    page.keyboard.press("Escape")
    expect(comment).to_have_value("Half a sentence")


# ── For everybody ──


@pytest.mark.parametrize("look", LOOKS)
def test_axe_finds_nothing_in_the_open_palette(enter: Enter, look: str) -> None:
    options: dict[str, Any] = LOOKS[look]
    page = enter("tribe_lead", **options)
    page.goto(STRATEGY)
    page.locator("[data-palette]").click()
    dialog = page.get_by_role("dialog")
    found: list[str] = []
    for question in ("", "rupture", "drive", "zzqx"):
        if question:
            with page.expect_response(results_of(question)):
                dialog.get_by_role("combobox").fill(question)
        expect(dialog.get_by_role("option").first).to_be_visible()
        found += [f"{question!r}: {finding}" for finding in findings(page)]
    assert not found, "\n".join(found)
