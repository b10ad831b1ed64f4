"""The wording coach in the cells of the grid and in the row of a key result that is not saved yet."""

import re

import pytest
from playwright.sync_api import Locator, Page, Route, expect

from tests.browser.people import Enter
from tests.servers import AppServer

OUTPUT = "Livrer la nouvelle page de choix des créneaux"
ADVICE = "This key result names an output, not an outcome"
ASKED = re.compile(r"/coach/$")
OF_OBJECTIVE = "Augmenter le chiffre d’affaires de 20 %"


@pytest.fixture
def page(enter: Enter, fresh_app_server: AppServer) -> Page:
    """The draft quarter of a tribe, as the head of product, with a key result that has no figures."""
    page = enter("cpo", at=fresh_app_server)
    page.goto("/o/coursive/tribes/DRV/")
    page.locator("nav.seg a").last.click()
    page.wait_for_load_state("networkidle")
    page.locator("[data-new=key-result]").first.click()
    page.keyboard.type("Note des clients sur l’accueil")
    page.keyboard.press("Enter")
    expect(bare(page)).to_be_visible()
    page.keyboard.press("Escape")
    return page


def bare(page: Page) -> Locator:
    return page.locator("tr[data-row]", has_text="Note des clients").locator("[data-cell=title]")


def rows(page: Page) -> list[float]:
    return page.evaluate(
        "[...document.querySelectorAll('tr[data-row],tr[data-goal]')].map(r => r.getBoundingClientRect().top)"
    )


def act(page: Page, name: str) -> Locator:
    return page.locator("[data-coach] > .coach").get_by_role("button", name=name)


def test_it_speaks_in_the_cell_of_a_title_and_moves_nothing(page: Page) -> None:
    cell = page.locator(f"#{bare(page).get_attribute('id')}")
    cell.click()
    editor = page.locator(".cell-edit input").first
    stood = rows(page)
    editor.fill(OUTPUT)
    line = page.locator(".cell-edit .coach-line")
    expect(line).to_contain_text(ADVICE)
    line.click()  # the cell stays open
    expect(act(page, "Make it an initiative")).to_be_visible()
    assert rows(page) == stood
    expect(editor).to_be_focused()
    page.keyboard.press("Escape")
    expect(act(page, "Make it an initiative")).to_be_hidden()
    expect(editor).to_have_value(OUTPUT)
    line.click()
    act(page, "Keep as is").click()
    page.keyboard.type("The board asked for it.")
    page.keyboard.press("Enter")
    expect(line).to_have_count(0)
    expect(editor).to_be_focused()
    page.keyboard.press("Enter")
    expect(cell).to_have_attribute("data-value", OUTPUT)


def test_an_answer_that_comes_late_takes_nobody_out_of_the_card(page: Page) -> None:
    bare(page).click()
    editor = page.locator(".cell-edit input").first
    editor.fill(OUTPUT)
    expect(page.locator(".cell-edit .coach-line")).to_contain_text(ADVICE)
    late: list[Route] = []
    page.route(ASKED, lambda route: late.append(route))
    with page.expect_request(ASKED):
        page.keyboard.type(" bientôt")
        page.keyboard.press("ArrowDown")
        act(page, "Keep as is").click()
        page.keyboard.type("The board ")
    reason = page.locator("[data-coach-reason]:visible")
    expect(reason).to_have_value("The board ")
    with page.expect_response(ASKED):
        late.pop().continue_()
    expect(reason).to_be_focused()
    page.keyboard.type("asked for it")
    expect(reason).to_have_value("The board asked for it")
    page.unroute(ASKED)
    page.keyboard.press("Enter")
    expect(page.locator(".cell-edit .coach-line")).to_have_count(0)
    expect(editor).to_be_focused()


def test_a_wording_is_used_in_the_cell(page: Page) -> None:
    bare(page).click()
    editor = page.locator(".cell-edit input").first
    editor.fill("Augmenter les ventes de 20 %")
    page.locator(".cell-edit .coach-line").click()
    act(page, "Use this wording").click()
    expect(editor).to_have_value("Augmenter les ventes de … à …")
    expect(editor).to_be_focused()


def test_it_speaks_in_the_cell_of_an_objective(page: Page) -> None:
    goal = page.locator("[data-goal] [data-cell=title]").first
    goal.click()
    stood = rows(page)
    page.locator(".cell-edit input").first.fill(OF_OBJECTIVE)
    expect(page.locator(".cell-edit .coach-line")).to_be_visible()
    assert rows(page) == stood
    page.get_by_role("heading", level=1).click()  # elsewhere: saved, as ever
    expect(goal).to_have_text(OF_OBJECTIVE)


def test_what_is_not_saved_yet_becomes_an_initiative(page: Page) -> None:
    work = page.locator("#n-initiatives")
    before = int(work.inner_text())
    kept = page.locator("tr[data-row]").count()
    page.locator("[data-new=key-result]").first.click()
    title = page.locator("form[data-strip] [name=title]")
    title.fill("Augmenter les ventes de 20 %")
    page.locator(".coach-line").click()
    act(page, "Use this wording").click()
    expect(title).to_have_value("Augmenter les ventes de … à …")
    title.fill(OUTPUT)
    expect(page.locator(".coach-line")).to_contain_text(ADVICE)
    page.locator(".coach-line").click()
    act(page, "Make it an initiative").click()
    expect(page.get_by_text(f"It is an initiative now: {OUTPUT}")).to_be_visible()
    expect(title).to_have_count(0)  # the row has closed
    expect(work).to_have_text(str(before + 1))
    assert page.locator("tr[data-row]").count() == kept
    page.locator("[data-new=key-result]").first.click()
    expect(title).to_have_value("")  # and keeps nothing of it
    page.keyboard.press("Escape")
    page.get_by_role("button", name="Undo").click()
    expect(work).to_have_text(str(before))
