"""The wording coach beside a field, as one types: it speaks, moves nothing, and each of its ways out works."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, Route, expect

from tests import servers
from tests.browser.people import Enter
from tests.servers import AppServer

PHONE = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True}
OUTPUT = "Livrer la nouvelle page de choix des créneaux"
ADVICE = "This key result names an output, not an outcome"


@pytest.fixture(scope="module")
def own_server(demo_var: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[AppServer]:
    var = servers.copy_of(demo_var, tmp_path_factory.mktemp("coach") / "var")
    with servers.running_web(var, DEMO="true") as server:
        yield server


@pytest.fixture
def new_row(enter: Enter, own_server: AppServer):
    """A new key result in the draft quarter of a tribe, as the head of product."""

    def open_row(tribe: str = "DRV", **options) -> Page:
        page = enter("cpo", at=own_server, **options)
        page.goto(f"/o/coursive/tribes/{tribe}/")
        page.locator("nav.seg a").last.click()
        page.wait_for_load_state("networkidle")
        page.locator("[data-new=key-result]").first.click()
        expect(title(page)).to_be_focused()
        return page

    return open_row


@pytest.fixture
def form(enter: Enter, own_server: AppServer):
    """The form of a draft key result on its own page."""

    def open_form(tribe: str, number: int = 0, **options) -> Page:
        page = enter("cpo", at=own_server, **options)
        page.goto(f"/o/coursive/tribes/{tribe}/")
        page.locator("nav.seg a").last.click()
        page.wait_for_load_state("networkidle")
        base = page.locator("tr[data-row]").nth(number).get_attribute("data-base")
        page.goto(f"{base}edit/")
        page.locator("form[data-strip] [name=start]").fill("0")
        page.locator("form[data-strip] [name=target]").fill("1")
        return page

    return open_form


def title(page: Page) -> Locator:
    return page.locator("form[data-strip] [name=title]")


def line(page: Page) -> Locator:
    return page.locator(".coach-line")


def card(page: Page) -> Locator:
    return page.locator("[data-coach] > .coach")


def boxes(page: Page) -> list[dict[str, float] | None]:
    """Where everything stands that a reader or writer could be aiming at."""
    return [
        one.bounding_box()
        for one in page.locator(
            "form[data-strip] :is(input, select, button.btn, summary):visible, tr[data-row]:visible"
        ).all()
    ]


def test_it_speaks_as_one_types_and_moves_nothing(new_row) -> None:
    page = new_row()
    before = boxes(page)
    title(page).press_sequentially(OUTPUT)
    expect(line(page)).to_contain_text(ADVICE)
    expect(card(page)).to_be_hidden()
    line(page).click()
    expect(card(page)).to_be_visible()
    stood = boxes(page)
    assert [box for box in before if box not in stood] == []
    title(page).fill("Passer le NPS du Drive de 31 à 42")
    expect(line(page)).to_have_count(0)


def test_one_request_for_what_is_typed_in_one_go_and_stale_answers_are_dropped(new_row) -> None:
    page = new_row()
    asked: list[str] = []

    def answer(route: Route) -> None:
        asked.append(route.request.post_data or "")
        if len(asked) > 1:
            route.continue_()  # the first never comes

    page.route("**/o/coursive/coach/", answer)
    with page.expect_request("**/o/coursive/coach/"):
        title(page).press_sequentially(OUTPUT, delay=10)
    title(page).press_sequentially(" du Drive", delay=10)
    expect(line(page)).to_contain_text(ADVICE)
    assert len(asked) == 2


def test_a_wording_is_used_with_its_first_blank_selected(new_row) -> None:
    page = new_row()
    title(page).press_sequentially("Augmenter le panier moyen de 20 %")
    line(page).click()
    page.get_by_role("button", name="Use this wording").click()
    expect(title(page)).to_have_value("Augmenter le panier moyen de … à …")
    expect(title(page)).to_be_focused()
    page.keyboard.type("52 €")
    expect(title(page)).to_have_value("Augmenter le panier moyen de 52 € à …")


def test_figures_in_the_form_count(new_row) -> None:
    page = new_row()
    title(page).press_sequentially("Augmenter le panier moyen de 20 %")
    expect(line(page)).to_contain_text("relative")
    page.locator("form[data-strip] [name=start]").fill("50")
    page.locator("form[data-strip] [name=target]").fill("60 €")
    page.locator("form[data-strip] [name=source]").fill("Entrepôt de données")
    expect(line(page)).to_have_count(0)


def test_by_keyboard_alone_and_escape_closes_the_card_first(new_row) -> None:
    page = new_row()
    title(page).press_sequentially(OUTPUT)
    expect(line(page)).to_be_visible()
    page.keyboard.press("Tab")
    expect(page.locator("form[data-strip] [name=start]")).to_be_focused()  # as in a spreadsheet
    page.keyboard.press("Shift+Tab")
    expect(title(page)).to_be_focused()
    page.keyboard.press("ArrowDown")
    expect(line(page)).to_be_focused()
    expect(card(page)).to_be_visible()
    page.keyboard.press("Tab")
    expect(card(page).get_by_role("button").first).to_be_focused()
    page.keyboard.press("Escape")
    expect(card(page)).to_be_hidden()
    expect(title(page)).to_be_focused()
    page.keyboard.press("Escape")
    expect(title(page)).to_have_count(0)


def test_keep_as_is_needs_a_reason_and_is_remembered(form) -> None:
    page = form("FID")
    title(page).fill(OUTPUT)
    line(page).click()
    page.get_by_role("button", name="Keep as is").click()
    page.get_by_role("button", name="Keep it").click()
    expect(page.get_by_text("Say in a few words why the wording stays.")).to_be_visible()
    reason = page.get_by_label("Why does it stay?")
    expect(reason).to_be_focused()
    reason.fill("The board asked for this page")
    reason.press("Enter")
    expect(line(page)).to_have_count(0)
    expect(title(page)).to_be_focused()
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("Key result saved")).to_be_visible()
    page.go_back()
    page.reload()
    with page.expect_response("**/o/coursive/coach/"):
        title(page).focus()
    expect(line(page)).to_have_count(0)


def test_work_becomes_an_initiative(form) -> None:
    page = form("LAD", 1)
    title(page).fill(OUTPUT)
    line(page).click()
    card(page).get_by_role("button", name="Make it an initiative").click()
    expect(page.get_by_text("It is an initiative now")).to_be_visible()


def test_with_a_finger_on_a_narrow_screen(form) -> None:
    page = form("PRP", **PHONE)
    title(page).tap()
    title(page).fill(OUTPUT)
    line(page).tap()
    expect(card(page)).to_be_visible()
    box = card(page).bounding_box()
    assert box is not None
    assert box["x"] >= 0
    assert box["x"] + box["width"] <= 390
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    page.get_by_role("heading", level=1).tap()
    expect(card(page)).to_be_hidden()
    page.locator("form[data-strip] [name=start]").tap()


def test_offline_it_is_silent(new_row) -> None:
    page = new_row("APP")
    page.context.set_offline(True)
    title(page).press_sequentially(OUTPUT)
    page.wait_for_timeout(600)
    expect(line(page)).to_have_count(0)
    expect(title(page)).to_have_value(OUTPUT)
    page.context.set_offline(False)
    title(page).press_sequentially(" !")
    expect(line(page)).to_contain_text(ADVICE)


def test_in_french(enter: Enter, own_server: AppServer) -> None:
    page = enter("cpo", at=own_server, language="fr")
    page.goto("/o/coursive/tribes/MKO/")
    page.locator("nav.seg a").last.click()
    page.wait_for_load_state("networkidle")
    page.locator("[data-new=key-result]").first.click()
    title(page).press_sequentially("Launch the loyalty programme")
    line(page).click()
    expect(card(page).locator("[lang=en]")).to_contain_text("What customers do more, or less")
