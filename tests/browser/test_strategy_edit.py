"""The strategy written in the browser: evidence with its file, chart and order; objectives and key results in place."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import FilePayload, Page, expect

from tests import servers
from tests.browser.people import Enter
from tests.servers import AppServer

WRITE = "/o/coursive/strategy/"
CSV = "Motif;Part (%)\nProduit manquant;38\nAbîmé;21,5\nAutre;10\n".encode()
PHONE = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True}

Open = Callable[..., Page]


@pytest.fixture(scope="module")
def server(demo_var: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[AppServer]:
    var = servers.copy_of(demo_var, tmp_path_factory.mktemp("strategy") / "var")
    with servers.running_web(var, DEMO="true") as web:
        yield web


@pytest.fixture
def strategy(enter: Enter, server: AppServer) -> Open:
    """The page on which the year's strategy is written."""

    def strategy(who: str = "chief_of_staff", **options) -> Page:
        page = enter(who, at=server, **options)
        page.goto(WRITE)
        page.get_by_role("link", name="Write", exact=True).click()
        expect(page.locator("[data-grid]")).to_be_visible()
        return page

    return strategy


@pytest.fixture
def form(enter: Enter, server: AppServer) -> Open:
    """The form of new evidence behind a key result (its place in the list)."""

    def form(place: int, **options) -> Page:
        page = enter("chief_of_staff", at=server, **options)
        page.goto(WRITE)
        page.goto(page.locator("tr.kr td.name a").nth(place).get_attribute("href") or "")
        page.get_by_role("link", name="Add evidence").click()
        expect(page.get_by_role("heading", name="Add evidence")).to_be_visible()
        return page

    return form


def file(name: str, content: bytes) -> FilePayload:
    return {"name": name, "mimeType": "application/octet-stream", "buffer": content}


def say(page: Page, title: str) -> None:
    page.get_by_label("What the data say").fill(title)
    page.get_by_label("Kind").select_option("churn")


def titles(page: Page) -> list[str]:
    return page.locator("[data-row] [data-cell=title]").all_inner_texts()


# ── Evidence ─────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("options", [{}, PHONE], ids=["desk", "phone"])
def test_a_csv_is_looked_at_mended_saved_and_taken_back(form: Open, options: dict) -> None:
    page = form(1 if options else 0, **options)
    say(page, "Three reasons")
    page.locator("#id_file").set_input_files(file("a.csv", b"a;b\nx;1\ny;=SUM(B2)\n"))
    expect(page.locator("#evidence-preview")).to_contain_text("Line 3, column “b”: “=SUM(B2)” is a formula")
    page.get_by_role("button", name="Add evidence").click()
    expect(page.locator("#id_file_error")).to_contain_text("Line 3")
    assert page.locator("#id_file").evaluate("input => input.files[0].name") == "a.csv"  # still chosen
    expect(page.get_by_label("What the data say")).to_have_value("Three reasons")

    page.locator("#id_file").set_input_files(file("motifs.csv", CSV))
    chart = page.get_by_role("img", name="Part: Produit manquant 38.0%, Abîmé 21.5%, Autre 10.0%")
    expect(chart).to_be_visible()
    expect(page.locator("#id_file_error")).to_be_hidden()
    page.get_by_role("button", name="Add evidence").click()
    expect(page.locator(".toast")).to_contain_text("Evidence added")
    expect(chart).to_be_visible()
    fact = page.locator("dd", has_text="Three reasons").first
    expect(fact).to_contain_text("motifs.csv")

    with page.expect_download() as download:
        page.get_by_role("link", name="motifs.csv").click()
    assert download.value.suggested_filename == "motifs.csv"
    assert Path(download.value.path()).read_bytes() == CSV
    page.locator("#toasts").get_by_role("button", name="Undo").click()
    expect(page.locator(".evid")).not_to_contain_text("Three reasons")


def test_what_is_too_large_is_said_before_it_is_sent(form: Open) -> None:
    page = form(2)
    say(page, "A large report")
    page.locator("#id_file").set_input_files(file("large.pdf", b"%PDF-1.4\n" + bytes(10 * 2**20)))
    expect(page.locator("#id_file_error")).to_have_text("This file is too large: at most 10.0\u00a0MB.")
    sent = []
    page.on("request", lambda request: sent.append(request.method))
    page.get_by_role("button", name="Add evidence").click()
    expect(page.locator("#id_file")).to_be_focused()
    assert "POST" not in sent
    # The largest that may be sent arrives, through the real door.
    page.locator("#id_file").set_input_files(file("large.pdf", b"%PDF-1.4\n" + bytes(10 * 2**20 - 9)))
    page.get_by_role("button", name="Add evidence").click()
    expect(page.locator(".toast")).to_contain_text("Evidence added")
    expect(page.get_by_role("link", name="large.pdf")).to_be_visible()


def test_a_file_is_dropped_on_the_form(form: Open) -> None:
    page = form(3)
    say(page, "Dropped")
    page.locator("#evidence-form").evaluate(
        """form => {
            const data = new DataTransfer();
            data.items.add(new File(["a;b\\nx;1\\ny;2\\n"], "dropped.csv"));
            for (const type of ["dragover", "drop"]) form.dispatchEvent(new DragEvent(type, { bubbles: true, cancelable: true, dataTransfer: data }));
        }"""
    )
    expect(page.locator("#evidence-preview svg")).to_be_visible()
    page.get_by_role("button", name="Add evidence").click()
    expect(page.get_by_role("link", name="dropped.csv")).to_be_visible()


def test_facts_are_ordered_and_archived_by_keyboard(form: Open) -> None:
    page = form(4)
    say(page, "A later fact")
    page.get_by_role("button", name="Add evidence").click()
    up = page.get_by_role("button", name="Move “A later fact” up")
    up.focus()
    expect(up).to_be_visible()
    facts = page.locator(".evid dd:not(.wide)")
    before = facts.count()
    page.keyboard.press("Enter")
    expect(facts.nth(before - 2)).to_contain_text("A later fact")
    expect(up).to_be_focused()
    page.get_by_role("button", name="Archive “A later fact”").focus()
    page.keyboard.press("Enter")
    expect(facts).to_have_count(before - 1)
    page.get_by_role("button", name="Undo").last.click()
    expect(facts).to_have_count(before)


# ── In place ─────────────────────────────────────────────────────────────────


def test_titles_figures_and_order_by_keyboard(strategy: Open) -> None:
    page = strategy()
    goal = page.locator("[data-goal] [data-cell=title]").nth(1)
    goal.focus()
    page.keyboard.press("Enter")
    page.keyboard.press("Escape")
    expect(goal).to_be_focused()
    page.keyboard.press("Enter")
    page.keyboard.press("End")
    page.keyboard.type(" Toujours.")
    page.keyboard.press("Enter")
    expect(goal).to_contain_text("Toujours.")

    first, second, *_ = titles(page)
    page.locator("[data-row] [data-cell=title]").first.focus()
    with page.expect_response("**/move/"):
        page.keyboard.press("Alt+ArrowDown")
        expect(page.locator("[data-row] [data-cell=title]").first).to_have_text(second)
    page.reload()
    expect(page.locator("[data-row] [data-cell=title]").nth(1)).to_have_text(first)
    expect(page.locator("[data-goal] [data-cell=title]").nth(1)).to_contain_text("Toujours.")


def test_a_key_result_is_drafted_and_archived_without_leaving_the_page(strategy: Open) -> None:
    page = strategy()
    page.evaluate("window.mark = 'same page'")
    page.locator("[data-goal] [data-cell=title]").nth(2).focus()
    page.keyboard.press("n")
    expect(page.get_by_label("New key result")).to_be_focused()
    page.keyboard.type("Cartes de fidélité dématérialisées")
    page.keyboard.press("Enter")
    row = page.locator("[data-row]", has_text="Cartes de fidélité dématérialisées")
    expect(row).to_contain_text("Draft")
    page.keyboard.press("Escape")
    row.locator("[data-cell=title]").focus()
    page.keyboard.press("Delete")
    expect(row).to_have_count(0)
    page.get_by_role("button", name="Undo").last.click()
    expect(row).to_have_count(1)
    assert page.evaluate("window.mark") == "same page"


def test_keys_lead_to_writing(enter: Enter, server: AppServer) -> None:
    page = enter("codir", at=server)
    page.goto(WRITE)
    page.keyboard.press("e")
    expect(page.get_by_role("heading", name="Write strategy")).to_be_visible()
    page.go_back()
    page.locator("h2.voice a").first.click()
    page.wait_for_url("**/objectives/**")  # loaded, and so listening to keys
    expect(page.get_by_role("link", name="Edit", exact=True).first).to_be_visible()
    page.keyboard.press("e")
    expect(page.get_by_role("heading", name="Edit objective")).to_be_visible()
    page.get_by_label("Why it matters").fill("Parce que c’est là que tout commence.")
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_text("Parce que c’est là que tout commence.").first).to_be_visible()
    assert "/objectives/" in page.url
