"""A tribe's quarter written in place: each gesture by mouse, keyboard and touch. Each test has a tribe of its own."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect

from tests import servers
from tests.browser.people import Enter
from tests.servers import AppServer

PHONE = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True}


@pytest.fixture(scope="module")
def own_server(demo_var: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[AppServer]:
    """For what this module writes: one for all its tests."""
    var = servers.copy_of(demo_var, tmp_path_factory.mktemp("grid") / "var")
    with servers.running_web(var, DEMO="true") as server:
        yield server


@pytest.fixture
def quarter(enter: Enter, own_server: AppServer):
    """The open quarter of a tribe, or its draft, as the head of product; and how it looks on disk."""

    def open_quarter(tribe: str, *, draft: bool = False, who: str = "cpo", **options) -> Page:
        page = enter(who, at=own_server, **options)
        page.goto(f"/o/coursive/tribes/{tribe}/")
        if draft:
            page.locator("nav.seg a").last.click()
        page.wait_for_load_state("networkidle")  # the form of a new row is fetched ahead
        return page

    return open_quarter


def rows(page: Page) -> Locator:
    return page.locator("tr[data-row]")


def row(page: Page, code: str) -> Locator:
    return page.locator("tr[data-row]").filter(has=page.get_by_role("link", name=f"Open {code}", exact=True))


def cell(of: Locator, field: str) -> Locator:
    return of.locator(f"[data-cell={field}]")


def titles(page: Page) -> list[str]:
    return page.locator("tr[data-row] [data-cell=title]").all_inner_texts()


def saved(page: Page) -> None:
    expect(page.locator("#grid-says")).to_have_text("Saved")
    expect(page.locator(".is-saving")).to_have_count(0)


def to_the_middle(part: Locator) -> None:
    """Away from the edges, where dragging scrolls."""
    part.evaluate("part => part.scrollIntoView({block: 'center'})")


def again(page: Page) -> None:
    """What is stored, whatever the page shows."""
    page.reload()
    page.wait_for_load_state("networkidle")


# ── Cells ────────────────────────────────────────────────────────────────────


def test_a_cell_by_mouse_enter_saves_escape_restores(quarter) -> None:
    page = quarter("DRV", draft=True)
    target = cell(row(page, "A1"), "target")
    before = target.inner_text()
    target.click()
    page.keyboard.type("3")
    page.keyboard.press("Escape")
    expect(target).to_have_text(before)
    expect(target).to_be_focused()
    page.keyboard.press("Enter")
    page.keyboard.type("3.5")
    page.keyboard.press("Enter")
    saved(page)
    expect(target).to_have_text("3.5 min")
    expect(target).to_be_focused()
    again(page)
    expect(cell(row(page, "A1"), "target")).to_have_text("3.5 min")


def test_tab_goes_through_the_cells_and_saves_as_it_goes(quarter) -> None:
    page = quarter("LAD", draft=True)
    first = row(page, "A1")
    cell(first, "title").click()
    page.keyboard.type("Typed straight through")
    page.keyboard.press("Tab")
    expect(cell(first, "start")).to_be_focused()
    page.keyboard.type("10")  # typing starts editing
    page.keyboard.press("Tab")
    page.keyboard.type("25")
    page.keyboard.press("Shift+Tab")
    expect(cell(first, "start")).to_be_focused()
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    expect(cell(first, "owner")).to_be_focused()
    saved(page)
    again(page)
    first = row(page, "A1")
    expect(cell(first, "title")).to_have_text("Typed straight through")
    expect(cell(first, "start")).to_contain_text("10")
    expect(cell(first, "target")).to_contain_text("25")


def test_arrows_go_from_cell_to_cell(quarter) -> None:
    page = quarter("LAD")
    cell(row(page, "A1"), "target").focus()
    page.keyboard.press("ArrowDown")
    expect(cell(row(page, "A2"), "target")).to_be_focused()
    page.keyboard.press("ArrowLeft")
    page.keyboard.press("ArrowUp")
    assert page.evaluate("document.activeElement.closest('tr').id") == row(page, "A1").get_attribute("id")
    cell(row(page, "A1"), "title").focus()
    page.keyboard.press("ArrowUp")
    expect(page.locator("tr[data-goal]").first.locator("[data-cell=title]")).to_be_focused()


def test_arrows_lead_back_from_where_a_row_is_added(quarter) -> None:
    page = quarter("LAD", draft=True)
    cell(row(page, "A1"), "title").focus()
    page.keyboard.press("n")
    page.keyboard.press("Escape")
    add = page.locator("tbody[data-rows]").first.locator("[data-new]")
    expect(add).to_be_focused()
    page.keyboard.press("ArrowDown")
    expect(cell(page.locator("tr[data-goal]").nth(1), "title")).to_be_focused()
    add.focus()
    page.keyboard.press("ArrowUp")
    expect(cell(page.locator("tbody[data-rows]").first.locator("tr[data-row]").last, "title")).to_be_focused()


def test_now_and_confidence_are_check_ins(quarter) -> None:
    page = quarter("DRV", who="tribe_lead")
    first = row(page, "A1")
    cell(first, "confidence").focus()
    page.keyboard.type("4")
    page.keyboard.press("Enter")
    saved(page)
    expect(first.get_by_role("img", name=re.compile("^Confidence 4 of 10"))).to_be_visible()
    bar = first.get_by_role("meter").get_attribute("aria-label")
    cell(first, "now").click()
    start = cell(first, "start").get_attribute("data-value") or ""
    page.keyboard.type(start)
    page.keyboard.press("Enter")
    expect(first.get_by_role("meter")).not_to_have_attribute("aria-label", bar or "")
    page.keyboard.press("Control+z")
    expect(first.get_by_role("meter")).to_have_attribute("aria-label", bar or "")


def test_an_owner_is_chosen_in_its_cell(quarter) -> None:
    page = quarter("PRP", draft=True)
    owner = cell(row(page, "A1"), "owner")
    owner.focus()
    page.keyboard.press("Enter")
    people = page.locator("td.c-own select")
    people.select_option(value=people.locator("option", has_text="Directeur Produit").get_attribute("value"))
    page.keyboard.press("Enter")
    saved(page)
    expect(owner).to_contain_text("Directeur Produit")


def test_what_is_refused_is_said_at_the_cell_and_stays_typed(quarter) -> None:
    page = quarter("REC", draft=True)
    target = cell(row(page, "A1"), "target")
    target.click()
    page.keyboard.type("a lot")
    page.keyboard.press("Enter")
    expect(page.get_by_role("alert").filter(has_text="Enter a number")).to_be_visible()
    box = page.locator(".cell-edit input")
    expect(box).to_be_focused()
    expect(box).to_have_value("a lot")
    box.fill("12")
    page.keyboard.press("Enter")
    saved(page)
    expect(page.locator(".cell-says")).to_have_count(0)
    expect(target).to_contain_text("12")


def test_a_published_figure_asks_why(quarter) -> None:
    page = quarter("REC")
    target = cell(row(page, "A1"), "target")
    before = target.inner_text()
    target.click()
    page.keyboard.type("1")
    page.keyboard.press("Enter")
    why = page.get_by_label("Why do the published figures change?")
    expect(why).to_be_focused()
    page.keyboard.press("Escape")
    expect(target).to_have_text(before)
    direction_up = float(cell(row(page, "A1"), "start").get_attribute("data-value") or 0) < float(
        target.get_attribute("data-value") or 0
    )
    value = str(float(target.get_attribute("data-value") or 0) + (1 if direction_up else -0.1))
    page.keyboard.press("Enter")
    page.keyboard.press("Control+a")
    page.keyboard.type(value)
    page.keyboard.press("Enter")
    expect(why).to_be_focused()
    page.keyboard.type("The site opened later")
    page.keyboard.press("Enter")
    saved(page)
    expect(target).not_to_have_text(before)


def test_two_people_in_one_cell_choose(quarter) -> None:
    mine, theirs = quarter("PAN", draft=True), quarter("PAN", draft=True, who="coach")
    for page, title in ((theirs, "Theirs"), (mine, "Mine")):
        cell(row(page, "A1"), "title").click()
        page.keyboard.press("Control+a")
        page.keyboard.type(title)
        page.keyboard.press("Enter")
        if page is theirs:
            saved(page)
    clash = mine.get_by_role("alert").filter(has_text="changed this meanwhile")
    expect(clash).to_contain_text("Theirs")
    expect(clash).to_contain_text("Mine")
    expect(clash).to_be_focused()  # Enter by reflex chooses nothing
    clash.get_by_role("button", name="Keep mine").click()
    saved(mine)
    again(theirs)
    expect(cell(row(theirs, "A1"), "title")).to_have_text("Mine")


# ── Rows ─────────────────────────────────────────────────────────────────────


def test_new_rows_one_after_the_other(quarter) -> None:
    page = quarter("PAN")
    before = rows(page).count()
    cell(page.locator("tr[data-goal]").first, "title").focus()
    for title, start, target in (("Paniers abandonnés", "27 %", "18 %"), ("Temps de choix", "4,5 min", "3")):
        if title == "Paniers abandonnés":
            page.keyboard.press("n")
        expect(page.get_by_label("New key result")).to_be_focused()
        page.keyboard.type(title)
        page.keyboard.press("Tab")
        page.keyboard.type(start)
        page.keyboard.press("Tab")
        page.keyboard.type(target)
        page.keyboard.press("Enter")
    expect(rows(page)).to_have_count(before + 2)
    expect(page.get_by_label("New key result")).to_be_focused()
    page.keyboard.press("Escape")
    expect(page.get_by_label("New key result")).to_have_count(0)
    made = page.locator("tr.is-draft")
    expect(made).to_have_count(2)
    expect(made.first).to_contain_text("27%")
    expect(made.last).to_contain_text("3.0 min")
    expect(page.locator("#n-okrs")).to_have_text(str(before + 2))


def test_a_refused_new_row_comes_back_with_its_errors(quarter) -> None:
    page = quarter("APP")
    cell(page.locator("tr[data-goal]").first, "title").focus()
    page.keyboard.press("n")
    for typed in ("Same", "5", "5"):
        page.keyboard.type(typed)
        page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    strip = page.locator("tr.is-edit").first
    expect(strip.get_by_text("nothing would have to move").locator("visible=true")).to_have_count(1)  # said once, there
    expect(strip.get_by_label("Target")).to_be_focused()
    expect(strip.get_by_label("New key result")).to_have_value("Same")
    strip.get_by_label("Target").fill("9")
    strip.get_by_role("button", name="Add key result").click()
    expect(page.locator("tr.is-draft")).to_have_count(1)


def test_the_whole_row_in_its_form_and_what_it_lacks(quarter) -> None:
    page = quarter("APP", draft=True)
    first = row(page, "A1")
    cell(first, "title").focus()
    page.keyboard.press("e")
    form = page.locator("tr.is-edit form")
    title = form.get_by_label(re.compile("^Key result A1"))
    expect(title).to_be_focused()
    page.keyboard.press("Control+a")
    page.keyboard.type("In its form")
    form.get_by_text("More", exact=True).click()
    form.get_by_label("How it moves").select_option("done")
    expect(form.get_by_label("Start", exact=True)).to_be_hidden()
    form.get_by_label("Step 1", exact=True).fill("First step")
    form.get_by_role("textbox", name=re.compile("^Key result A1")).press("Enter")
    saved(page)
    expect(cell(row(page, "A1"), "title")).to_have_text("In its form")
    expect(cell(row(page, "A1"), "title")).to_be_focused()
    expect(row(page, "A1").locator(".c-target")).to_have_text("done")


def test_escape_closes_a_form_and_keeps_what_was_typed(quarter) -> None:
    page = quarter("REC", draft=True)
    # In a new row…
    cell(page.locator("tr[data-goal]").first, "title").focus()
    page.keyboard.press("n")
    new = page.get_by_label("New key result")
    expect(new).to_be_focused()
    page.keyboard.type("Half a key result")
    page.keyboard.press("Escape")
    expect(new).to_have_count(0)
    page.keyboard.press("n")
    expect(new).to_have_value("Half a key result")
    strip = page.locator("tr.is-edit")
    expect(strip).to_contain_text("What you typed here before is back.")
    # … also while the form of another row opens, and after a reload…
    cell(row(page, "A1"), "title").focus()
    title = cell(row(page, "A1"), "title").inner_text()
    page.keyboard.press("e")
    edited = page.get_by_label(re.compile("^Key result A1"))
    expect(edited).to_be_focused()
    page.keyboard.type("Another wording")
    page.keyboard.press("Escape")
    expect(edited).to_have_count(0)
    expect(cell(row(page, "A1"), "title")).to_have_text(title)
    expect(cell(row(page, "A1"), "title")).to_be_focused()
    again(page)
    cell(row(page, "A1"), "title").focus()
    page.keyboard.press("e")
    expect(edited).to_have_value("Another wording")
    # … until it is discarded, or cancelled.
    strip.get_by_role("button", name="Discard it").click()
    expect(edited).to_have_value(title)
    expect(edited).to_be_focused()
    page.keyboard.press("Escape")
    cell(page.locator("tr[data-goal]").first, "title").focus()
    page.keyboard.press("n")
    expect(new).to_have_value("Half a key result")
    strip.get_by_role("link", name="Cancel").or_(strip.get_by_role("button", name="Cancel")).click()
    page.keyboard.press("n")
    expect(new).to_have_value("")
    expect(strip.get_by_text("is back")).to_have_count(0)


SENTENCES = [
    ("fr", "Abandon de panier de 27 % à 18 %", "27", "18", "percent"),
    ("fr", "CA de 1,2 M€ à 1,5 M€", "1,2 M€", "1,5 M€", "money"),
    ("en", "Delivery time from 12.5 days to 9 days", "12.5", "9", "days"),
]


@pytest.mark.parametrize(("language", "sentence", "start", "target", "unit"), SENTENCES)
def test_a_sentence_fills_its_figures(
    quarter, language: str, sentence: str, start: str, target: str, unit: str
) -> None:
    page = quarter("PAN", language=language)
    cell(page.locator("tr[data-goal]").first, "title").focus()
    page.keyboard.press("n")
    strip = page.locator("tr.is-edit")
    expect(strip.locator("[name=title]")).to_be_focused()
    page.keyboard.type(sentence)
    for name, value in (("start", start), ("target", target), ("unit", unit)):
        expect(strip.locator(f"[name={name}]")).to_have_value(value)
        expect(strip.locator(f"[name={name}]")).to_have_class(re.compile("is-proposed"))
    # What somebody types, or empties, stays theirs, whatever the sentence goes on to say.
    strip.locator("[name=target]").fill("17")
    strip.locator("[name=unit]").select_option("")
    strip.locator("[name=title]").fill(sentence.replace("12", "14").replace("27", "29").replace("1,2", "1,4"))
    expect(strip.locator("[name=start]")).to_have_value(re.compile("14|29|1,4"))
    expect(strip.locator("[name=target]")).to_have_value("17")
    expect(strip.locator("[name=target]")).not_to_have_class(re.compile("is-proposed"))
    expect(strip.locator("[name=unit]")).to_have_value("")
    # Nothing is left of what the sentence no longer says.
    strip.locator("[name=title]").fill("Something else")
    expect(strip.locator("[name=start]")).to_have_value("")


def test_a_sentence_and_enter_at_once_is_a_whole_key_result(quarter) -> None:
    page = quarter("MKO")
    cell(page.locator("tr[data-goal]").first, "title").focus()
    page.keyboard.press("n")
    expect(page.get_by_label("New key result")).to_be_focused()
    page.keyboard.type("NPS de 32 à 40")
    page.keyboard.press("Enter")
    made = page.locator("tr.is-draft")
    expect(made).to_have_count(1)
    expect(cell(made, "start")).to_have_attribute("data-value", "32")
    expect(cell(made, "target")).to_have_text("40 pts")


def test_min_typed_into_the_unit_is_minutes(quarter) -> None:
    for language in ("en", "fr"):
        page = quarter("FID", language=language)
        cell(page.locator("tr[data-goal]").first, "title").focus()
        page.keyboard.press("n")
        strip = page.locator("tr.is-edit")
        expect(strip.locator("[name=title]")).to_be_focused()
        page.keyboard.type("Attente")
        for typed in ("9", "4", "min"):
            page.keyboard.press("Tab")
            page.keyboard.type(typed)
        expect(strip.locator("[name=unit]")).to_have_value("min")
        page.keyboard.press("Enter")
        expect(page.locator("tr.is-draft").last).to_contain_text("4 min")


def test_an_objective_is_written_and_its_title_edited_in_place(quarter) -> None:
    page = quarter("FID", draft=True)
    goals = page.locator("tr[data-goal]")
    before = goals.count()
    page.locator("body").press("Shift+N")
    expect(page.get_by_label("New objective")).to_be_focused()
    page.keyboard.type("Chaque retour coûte un geste.")
    page.keyboard.press("Enter")
    expect(goals).to_have_count(before + 1)
    expect(page.get_by_label("New key result")).to_be_focused()  # the next thing to write
    page.keyboard.press("Escape")
    title = cell(goals.last, "title")
    title.click()
    page.keyboard.press("End")
    page.keyboard.type(" Un seul.")
    page.keyboard.press("Enter")
    saved(page)
    expect(title).to_have_text("Chaque retour coûte un geste. Un seul.")


def test_archive_with_undo_by_toast_and_by_key(quarter) -> None:
    page = quarter("FID")
    before = titles(page)
    for undo in ("toast", "key"):
        cell(row(page, "A1"), "title").focus()
        page.keyboard.press("Delete")
        toast = page.get_by_role("status").locator(".toast").last
        expect(toast).to_contain_text("Archived")
        expect(rows(page)).to_have_count(len(before) - 1)
        assert page.evaluate("document.activeElement.hasAttribute('data-cell')"), "the focus is never lost"
        if undo == "toast":
            toast.get_by_role("button", name="Undo").click()
        else:
            page.keyboard.press("Control+z")
        expect(rows(page)).to_have_count(len(before))
        assert titles(page) == before
        expect(page.get_by_role("status").get_by_text("Archived")).to_have_count(0)  # no Undo of what was undone
        expect(cell(row(page, "A1"), "title")).to_be_focused()  # what is back


def test_toasts_make_room_for_newer_ones(quarter) -> None:
    page = quarter("RMD", draft=True)
    before = rows(page).count()
    cell(row(page, "A1"), "title").focus()
    for times in range(1, 5):
        page.keyboard.press("Control+d")
        expect(rows(page)).to_have_count(before + times)
        expect(page.get_by_role("status").locator(".toast")).to_have_count(min(times, 3))


def test_what_is_undone_away_leaves_the_focus_beside_it(quarter) -> None:
    page = quarter("LAD", draft=True)
    before = titles(page)
    cell(row(page, "A1"), "title").focus()
    page.keyboard.press("Control+d")
    expect(cell(row(page, "A2"), "title")).to_be_focused()
    page.keyboard.press("Control+z")
    expect(rows(page)).to_have_count(len(before))
    expect(cell(row(page, "A2"), "title")).to_be_focused()  # the row that stood below the copy
    # A move taken back: the row that moved, wherever it is.
    cell(row(page, "A2"), "target").focus()
    page.keyboard.press("Alt+ArrowUp")
    expect(row(page, "A1")).to_contain_text(before[1])
    page.keyboard.press("Control+z")
    expect(row(page, "A2")).to_contain_text(before[1])
    expect(cell(row(page, "A2"), "title")).to_be_focused()


def test_alt_and_arrows_move_a_row_also_to_the_next_objective(quarter) -> None:
    page = quarter("RMD", draft=True)
    first = page.locator("tbody[data-rows]").first
    inside = first.locator("tr[data-row]").count()
    moved = cell(first.locator("tr[data-row]").last, "title").inner_text()
    cell(first.locator("tr[data-row]").last, "title").focus()
    page.keyboard.press("Alt+ArrowUp")
    page.keyboard.press("Alt+ArrowDown")
    page.keyboard.press("Alt+ArrowDown")
    second = page.locator("tbody[data-rows]").nth(1)
    expect(cell(second.locator("tr[data-row]").first, "title")).to_have_text(moved)
    expect(first.locator("tr[data-row]")).to_have_count(inside - 1)
    expect(cell(second.locator("tr[data-row]").first, "title")).to_be_focused()
    expect(row(page, "B1")).to_contain_text(moved)
    expect(page.get_by_role("status").get_by_text(f"Moved to objective B: {moved}")).to_be_visible()
    again(page)
    expect(row(page, "B1")).to_contain_text(moved)
    cell(row(page, "B1"), "title").focus()
    page.keyboard.press("Alt+ArrowUp")
    toast = page.get_by_role("status").locator(".toast").filter(has_text=f"Moved to objective A: {moved}")
    toast.get_by_role("button", name="Undo").click()
    expect(row(page, "B1")).to_contain_text(moved)
    expect(cell(row(page, "B1"), "title")).to_be_focused()


def test_an_objective_moves_up_and_a_row_is_duplicated_by_key(quarter) -> None:
    page = quarter("RMD")
    goals = page.locator("tr[data-goal] [data-cell=title]")
    order = goals.all_inner_texts()
    goals.nth(1).focus()
    page.keyboard.press("Alt+ArrowUp")
    expect(goals.first).to_have_text(order[1])
    expect(page.locator("tr[data-goal] .n").first).to_have_text("A")
    before = rows(page).count()
    cell(row(page, "A1"), "title").focus()
    page.keyboard.press("Control+d")
    expect(rows(page)).to_have_count(before + 1)
    expect(row(page, "A2")).to_contain_text("(copy)")
    expect(cell(row(page, "A2"), "title")).to_be_focused()


def test_drag_by_the_grip(quarter) -> None:
    page = quarter("MKO", draft=True)
    first = page.locator("tbody[data-rows]").first
    moved = cell(row(page, "A1"), "title").inner_text()
    to_the_middle(row(page, "A1"))
    target = row(page, "A2").bounding_box()
    grip = row(page, "A1").locator("[data-grip]")
    row(page, "A1").hover()
    place = grip.bounding_box()
    assert place
    assert target
    page.mouse.move(place["x"] + 5, place["y"] + 8)
    page.mouse.down()
    page.mouse.move(place["x"] + 40, place["y"] + 30, steps=4)
    page.mouse.move(place["x"] + 60, target["y"] + target["height"] - 4, steps=6)
    page.mouse.up()
    expect(cell(first.locator("tr[data-row]").nth(1), "title")).to_have_text(moved)
    expect(row(page, "A2")).to_contain_text(moved)
    # Into the next objective; Escape before letting go puts it back.
    second = page.locator("tbody[data-rows]").nth(1)
    for key, where in (("Escape", first), ("", second)):
        row_now = page.locator("tr[data-row]").filter(has_text=moved)
        to_the_middle(second.locator("tr[data-goal]"))
        row_now.hover()
        start = row_now.locator("[data-grip]").bounding_box()
        end = second.locator("tr[data-goal]").bounding_box()
        assert start
        assert end
        page.mouse.move(start["x"] + 5, start["y"] + 8)
        page.mouse.down()
        page.mouse.move(start["x"] + 30, start["y"] + 40, steps=4)
        page.mouse.move(start["x"] + 60, end["y"] + end["height"] - 4, steps=8)
        if key:
            page.keyboard.press(key)
        page.mouse.up()
        expect(where.locator("tr[data-row]").filter(has_text=moved)).to_have_count(1)
    expect(row(page, "B1")).to_contain_text(moved)
    toast = page.get_by_role("status").locator(".toast")
    expect(toast).to_have_count(1)  # of the one that went to another objective
    expect(toast).to_contain_text(f"Moved to objective B: {moved}")
    again(page)
    expect(row(page, "B1")).to_contain_text(moved)


def test_the_menu_does_what_keys_and_drag_do(quarter) -> None:
    page = quarter("MKO")
    before = titles(page)
    page.get_by_role("button", name="More for A1").click()
    menu = page.get_by_role("menu", name="Key result")
    expect(menu.get_by_role("menuitem").first).to_be_focused()
    page.keyboard.press("Escape")
    expect(page.get_by_role("button", name="More for A1")).to_be_focused()
    page.keyboard.press("Enter")
    menu.get_by_role("menuitem", name=re.compile("^Move to")).click()
    dialog = page.get_by_role("dialog").filter(has_text="Move A1")
    dialog.get_by_label("Objective").select_option(index=1)
    dialog.get_by_label("Position").fill("1")
    dialog.get_by_role("button", name="Move").click()
    expect(row(page, "B1")).to_contain_text(before[0])
    page.get_by_role("button", name="More for B1").click()
    menu.get_by_role("menuitem", name=re.compile("^Make it an initiative")).click()
    expect(page.get_by_role("status").locator(".toast").last).to_contain_text("It is an initiative now")
    expect(rows(page)).to_have_count(len(before) - 1)
    page.locator(".toast").last.get_by_role("button", name="Undo").click()
    expect(rows(page)).to_have_count(len(before))
    expect(cell(row(page, "B1"), "title")).to_be_focused()


# ── Picker and paste ─────────────────────────────────────────────────────────


def test_the_picker_filters_chooses_and_says_why(quarter) -> None:
    page = quarter("LAD")
    goal = page.locator("tr[data-goal]").first
    goal.hover()
    goal.get_by_role("button", name=re.compile("what it moves")).click()
    dialog = page.get_by_role("dialog")
    search = dialog.get_by_role("searchbox")
    expect(search).to_be_focused()
    page.keyboard.type("nps des clients")
    shown = dialog.locator(".pick:visible")
    expect(shown).to_have_count(1)
    box = shown.get_by_role("checkbox")
    was = box.is_checked()
    box.press("Space")
    if was:
        box.press("Space")
    why = shown.get_by_label(re.compile("^Why it moves"))
    why.fill("On le demande à la livraison.")
    why.press("Enter")
    expect(dialog).to_have_count(0)
    saved(page)
    expect(goal.locator(".contrib")).to_contain_text("NPS")
    expect(goal.locator(".contrib a[title*='On le demande']")).to_have_count(1)


def paste(page: Page, text: str) -> None:
    page.evaluate(
        """(text) => {
          const data = new DataTransfer();
          data.setData("text/plain", text);
          document.activeElement.dispatchEvent(new ClipboardEvent("paste", {clipboardData: data, bubbles: true, cancelable: true}));
        }""",
        text,
    )


def test_rows_pasted_from_a_spreadsheet_are_looked_at_then_created_at_once(quarter) -> None:
    page = quarter("APP")
    before = rows(page).count()
    cell(page.locator("tr[data-goal]").first, "title").focus()
    paste(page, "Résultat clé\tDépart\tCible\nPaniers abandonnés\t27 %\t18 %\nRetours\t5\t5\nAvis déposés\t3\t9\n")
    dialog = page.get_by_role("dialog")
    create = dialog.get_by_role("button", name="Create 3 key results")
    expect(create).to_be_visible()
    assert rows(page).count() == before
    create.click()
    wrong = dialog.get_by_text("nothing would have to move")
    expect(wrong).to_be_visible()
    dialog.get_by_label("Target, 2").fill("3")
    dialog.get_by_role("button", name="Create 3 key results").click()
    expect(dialog).to_have_count(0)
    expect(rows(page)).to_have_count(before + 3)
    page.get_by_role("status").locator(".toast").filter(has_text="3 key results created").get_by_role(
        "button", name="Undo"
    ).click()
    expect(rows(page)).to_have_count(before)


def test_a_line_pasted_into_a_title_stays_a_line(quarter) -> None:
    page = quarter("DRV")
    cell(page.locator("tr[data-goal]").first, "title").focus()
    page.keyboard.press("n")
    expect(page.get_by_label("New key result")).to_be_focused()
    paste(page, "one line only")
    expect(page.get_by_role("dialog")).to_have_count(0)
    paste(page, "one\ntwo")
    expect(page.get_by_role("dialog").get_by_role("button", name="Create 2 key results")).to_be_visible()


# ── Who may not, phones, keys ────────────────────────────────────────────────


def test_who_has_no_right_sees_values_and_no_controls(quarter) -> None:
    page = quarter("DRV", who="observer")
    expect(page.locator("#okrs [data-cell]")).to_have_count(0)
    expect(page.get_by_role("button", name=re.compile("Add|Publish|More for"))).to_have_count(0)
    page.locator("body").press("n")
    expect(page.get_by_label("New key result")).to_have_count(0)


def test_a_phone_edits_too(quarter) -> None:
    page = quarter("DRV", who="tribe_lead", **PHONE)
    now = cell(row(page, "A1"), "now")
    now.tap()
    page.locator(".cell-edit input").fill("5,0")
    page.keyboard.press("Enter")
    saved(page)
    page.get_by_role("button", name="More for A1").tap()
    page.get_by_role("menuitem", name=re.compile("^Edit")).tap()
    form = page.locator("tr.is-edit form")
    for name in ("Start", "Target", "Owner", "Metric"):
        box = form.get_by_label(name, exact=True).bounding_box()
        assert box is not None
        assert box["height"] >= 44
    form.get_by_label("Data source").fill("Compteur de piste")
    form.get_by_role("button", name="Save").tap()
    saved(page)
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_a_phone_shows_no_keys_and_says_a_refusal_once(quarter) -> None:
    page = quarter("FID", draft=True, **PHONE)
    for part in (page.locator(".grid-hint"), page.locator("#row-menu kbd").first):
        expect(part).to_be_hidden()
    first = row(page, "A1")
    edge = page.locator("tr[data-goal] .voice").first.bounding_box(), cell(first, "title").bounding_box()
    assert edge[0]
    assert edge[1]
    assert abs(edge[0]["x"] - edge[1]["x"] - 4) < 3  # objectives and key results begin on one line
    code = first.get_by_role("link", name="Open A1").bounding_box()
    assert code is not None
    assert code["x"] == 16  # where the page does
    target = cell(first, "target")
    target.tap()
    expect(page.locator(".cell-edit small")).to_be_hidden()
    page.locator(".cell-edit input").fill("beaucoup")
    page.keyboard.press("Enter")
    says = page.get_by_text("Enter a number")
    expect(says).to_have_count(1)
    box = says.bounding_box()
    assert box is not None
    assert box["x"] >= 0
    assert box["x"] + box["width"] <= 390


@pytest.mark.parametrize("options", [{}, PHONE])
def test_the_head_of_an_objective_reserves_no_line(quarter, options: dict) -> None:
    page = quarter("DRV", **options)
    for goal in page.locator("tr[data-goal]").all():
        facts, acts = goal.locator(".goal-facts .facts"), goal.locator(".goal-acts")
        if goal.locator(".goal-acts form").count():
            continue  # a button that is always seen
        one, other = facts.bounding_box(), acts.bounding_box()
        assert one
        assert other
        assert other["y"] < one["y"] + one["height"]


def test_a_row_is_dragged_with_a_finger(quarter) -> None:
    page = quarter("REC", **PHONE, draft=True)
    moved = cell(row(page, "A1"), "title").inner_text()
    to_the_middle(row(page, "A2"))
    grip, target = row(page, "A1").locator("[data-grip]").bounding_box(), row(page, "A2").bounding_box()
    assert grip
    assert target
    session = page.context.new_cdp_session(page)
    x, y = grip["x"] + grip["width"] / 2, grip["y"] + grip["height"] / 2

    def touch(kind: str, at: float) -> None:
        points = [] if kind == "touchEnd" else [{"x": x, "y": at}]
        session.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})

    touch("touchStart", y)
    end = target["y"] + target["height"] - 6
    for part in range(1, 9):
        touch("touchMove", y + (end - y) * part / 8)
    touch("touchEnd", end)
    expect(row(page, "A2")).to_contain_text(moved)


def test_the_keys_are_listed(quarter) -> None:
    page = quarter("LAD")
    page.locator("body").press("?")
    expect(page.get_by_role("dialog", name="Keys")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog", name="Keys")).to_be_hidden()


def test_without_javascript_each_cell_leads_to_its_form(quarter) -> None:
    page = quarter("PRP", java_script_enabled=False)
    cell(row(page, "A1"), "target").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Edit key result")
    page.get_by_label("Data source").fill("A new report")
    page.get_by_role("button", name="Save").click()
    expect(page).to_have_url(re.compile(r"/tribes/PRP/.*#kr-\d+"))


def test_a_cell_typed_offline_is_saved_on_return(quarter) -> None:
    page = quarter("RMD", draft=True)
    title = cell(row(page, "A1"), "title")
    title.click()
    page.context.set_offline(True)
    page.keyboard.press("Control+a")
    page.keyboard.type("Typed in a lift")
    page.keyboard.press("Tab")
    expect(page.get_by_role("alert").filter(has_text="You are offline")).to_be_visible()
    expect(title).to_have_text("Typed in a lift")
    page.context.set_offline(False)
    saved(page)
    again(page)
    expect(cell(row(page, "A1"), "title")).to_have_text("Typed in a lift")


def test_what_waits_for_its_turn_shows_and_is_not_lost_by_leaving(quarter) -> None:
    page = quarter("PRP", draft=True)
    first = row(page, "A1")
    held = []
    page.route("**/cell/", lambda route: held.append(route))  # held back until the test lets it go
    cell(first, "title").click()
    page.keyboard.press("Control+a")
    page.keyboard.type("First of two")
    page.keyboard.press("Tab")
    page.keyboard.type("3")
    page.keyboard.press("Tab")
    page.keyboard.type("7")
    page.keyboard.press("Tab")
    page.wait_for_function("() => document.querySelectorAll('.is-saving').length === 3")
    held.pop(0).continue_()
    expect(cell(first, "title")).not_to_have_class(re.compile("is-saving"))
    expect(cell(first, "start")).to_have_text("3")  # not what the answer still has there
    expect(cell(first, "target")).to_have_text("7")
    page.unroute("**/cell/")
    again(page)
    expect(cell(first, "title")).to_have_text("First of two")
    expect(cell(first, "start")).to_have_attribute("data-value", "3")
    expect(cell(first, "target")).to_have_attribute("data-value", "7")
