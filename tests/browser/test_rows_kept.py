"""New rows of a grid, kept and made once: an expired session, a reload while they wait, an answer that never comes."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, Route, expect

from tests import servers
from tests.browser.people import Enter
from tests.servers import AppServer

NEW = re.compile(r"key-results/new/$")


@pytest.fixture(scope="module")
def own_server(demo_var: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[AppServer]:
    """For what this module writes: one for all its tests."""
    var = servers.copy_of(demo_var, tmp_path_factory.mktemp("rows") / "var")
    with servers.running_web(var, DEMO="true") as server:
        yield server


@pytest.fixture
def draft(enter: Enter, own_server: AppServer):
    """The quarter of a tribe that is still in draft, as the head of product."""

    def open_draft(tribe: str) -> Page:
        page = enter("cpo", at=own_server)
        page.goto(f"/o/coursive/tribes/{tribe}/")
        page.locator("nav.seg a").last.click()
        page.wait_for_load_state("networkidle")  # the form of a new row is fetched ahead
        return page

    return open_draft


def write(page: Page, *titles: str) -> None:
    """New key results, one after the other, without waiting for any of them."""
    page.locator("tbody[data-rows] [data-new='key-result']").first.click()
    for title in titles:
        field = page.locator("tr[data-new-key-result] input[name=title]")
        expect(field).to_be_focused()
        expect(field).to_have_value("")
        field.fill(title)
        field.press("Enter")


def stored(page: Page, words: str) -> list[str]:
    """The titles that hold the words, in the order that the server knows."""
    return page.locator("tr[data-row] [data-cell=title]").filter(has_text=words).all_inner_texts()


def is_stored(page: Page, titles: list[str], words: str) -> None:
    expect(page.locator("tr[data-row] [data-cell=title]").filter(has_text=words)).to_have_text(titles)
    page.reload()
    page.wait_for_load_state("networkidle")
    assert stored(page, words) == titles


def test_a_sentence_written_offline_says_its_figures_on_return(draft, enter: Enter) -> None:
    page = draft("DRV")
    page.locator("tbody[data-rows] [data-new='key-result']").first.click()
    page.context.set_offline(True)
    page.keyboard.type("Offline waiting from 9 to 4")
    page.keyboard.press("Enter")
    expect(page.locator(".is-waiting")).to_have_text("Offline waiting from 9 to 4")
    page.context.set_offline(False)
    row = page.locator("tr[data-row]", has_text="Offline waiting")
    expect(row.locator("[data-cell=start]")).to_have_attribute("data-value", "9")
    expect(row.locator("[data-cell=target]")).to_have_attribute("data-value", "4")
    enter.troubles.clear()  # the browser's own word about the lost connection


def test_all_rows_written_with_an_expired_session_come_after_signing_in(draft) -> None:
    page = draft("LAD")
    titles = ["First of three", "Second of three", "Third of three"]
    page.context.clear_cookies(name="polaris_session")
    held: list[Route] = []

    def wait(route: Route) -> None:
        if route.request.method == "POST" and not held:
            held.append(route)
        else:
            route.continue_()

    page.route(NEW, wait)
    write(page, *titles)
    held[0].continue_()
    page.locator("button[name=persona][value=cpo]").click()
    is_stored(page, titles, "of three")


def test_a_row_that_waits_for_the_coach_outlives_a_reload(draft) -> None:
    page = draft("DRV")
    page.route(re.compile(r"/coach/$"), lambda route: None)  # it never answers
    write(page, "Returns from 27% to 18%")
    page.unroute(re.compile(r"/coach/$"))
    page.reload()
    is_stored(page, ["Returns from 27% to 18%"], "Returns from")


def test_a_row_that_waits_is_sent_from_wherever_one_goes(draft) -> None:
    page = draft("DRV")
    address = page.url
    page.route(re.compile(r"/coach/$"), lambda route: None)
    write(page, "Calls from 27% to 18%")
    with page.expect_response(lambda answer: NEW.search(answer.url) is not None and answer.ok):
        page.goto("/o/coursive/tribes/")
    page.goto(address)
    is_stored(page, ["Calls from 27% to 18%"], "Calls from")


def test_rows_whose_answer_is_lost_are_made_once(draft) -> None:
    page = draft("DRV")
    lost = []

    def lose(route: Route) -> None:
        if route.request.method != "POST" or lost:
            return route.continue_()
        lost.append(route.fetch().status)  # it was saved …
        return route.abort("connectionreset")  # … and nobody was told

    page.route(NEW, lose)
    write(page, "Said once", "Said once", "Said at last")
    page.get_by_role("button", name="Try again").click()
    is_stored(page, ["Said once", "Said once", "Said at last"], "Said")
    assert lost == [200]


def test_a_copy_whose_answer_is_lost_is_made_once(draft) -> None:
    page = draft("DRV")
    lost = []
    copy = re.compile(r"/duplicate/$")

    def lose(route: Route) -> None:
        if lost:
            return route.continue_()
        lost.append(route.fetch().status)
        return route.abort("connectionreset")

    page.route(copy, lose)
    title = page.locator("tr[data-row] [data-cell=title]").first
    title.focus()
    before = page.locator("tr[data-row]").count()
    page.keyboard.press("Control+d")
    page.get_by_role("button", name="Try again").click()
    expect(page.locator("tr[data-row]")).to_have_count(before + 1)
    page.reload()
    page.wait_for_load_state("networkidle")
    assert page.locator("tr[data-row]").count() == before + 1
    assert lost == [200]
