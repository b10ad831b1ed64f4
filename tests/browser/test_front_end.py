"""What static/js/polaris.js and the service worker do for a reader, and what paper shows."""

import re
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect

from tests import servers
from tests.browser.people import Enter
from tests.servers import AppServer

KEYS = "/o/halle-nova/settings/api-keys/"


@pytest.fixture(scope="module")
def own_server(demo_var: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[AppServer]:
    """For what this module writes: one for all its tests."""
    var = servers.copy_of(demo_var, tmp_path_factory.mktemp("front-end") / "var")
    with servers.running_web(var, DEMO="true") as server:
        yield server


def toasts(page: Page) -> Locator:
    return page.get_by_role("status").locator(".toast")


def make_key(page: Page) -> str:
    """A new API key; its secret."""
    page.goto(KEYS)
    page.get_by_label("What is it for?").fill("Nightly job")
    page.get_by_role("checkbox").first.check()
    page.get_by_role("button", name="Make a key").click()
    return page.get_by_label("The new key").input_value()


# ── Toasts ──


def test_a_result_is_shown_briefly_and_held_while_pointed_at(enter: Enter, own_server: AppServer) -> None:
    page = enter("other_administrator", at=own_server)
    make_key(page)
    page.clock.install()
    page.get_by_role("row", name=re.compile("Nightly job")).last.get_by_text("Revoke", exact=True).click()
    page.get_by_role("button", name="Revoke for good").click()
    page.clock.fast_forward(200)
    toast = toasts(page)
    expect(toast).to_contain_text("Key revoked")
    page.clock.fast_forward(4_000)
    expect(toast).to_be_visible()
    toast.hover()
    page.clock.fast_forward(20_000)
    expect(toast).to_be_visible()
    page.mouse.move(0, 0)
    page.clock.fast_forward(6_500)
    expect(toast).to_have_count(0)


def test_what_failed_is_said_until_dismissed(enter: Enter) -> None:
    page = enter("codir")
    page.goto("/o/coursive/strategy/")
    page.clock.install()
    page.route("**/strategy/branch/**", lambda route: route.fulfill(status=500, body="broken"))
    page.get_by_role("button", name="Case and contributions of 1.1").click()
    expect(toasts(page)).to_contain_text("nothing was changed")
    page.clock.fast_forward(60_000)
    expect(toasts(page)).to_be_visible()
    toasts(page).get_by_role("button", name="Dismiss").click()
    expect(toasts(page)).to_have_count(0)
    assert all("500" in trouble for trouble in enter.troubles)
    enter.troubles.clear()


# ── Parts of pages ──


def test_a_refused_form_is_swapped_in_with_the_focus_on_what_is_wrong(enter: Enter, own_server: AppServer) -> None:
    page = enter("other_administrator", at=own_server)
    page.goto(KEYS)
    # The form as a page's part: what htmx does with a 422 is the same for every form.
    page.evaluate(
        """() => {
          const form = document.querySelector("main form");
          for (const [name, value] of [["hx-post", location.href], ["hx-target", "main"], ["hx-select", "main"],
                                       ["hx-swap", "outerHTML"]]) form.setAttribute(name, value);
          htmx.process(form);
          window.mark = "same page";
        }"""
    )
    page.get_by_role("button", name="Make a key").click()
    summary = page.get_by_role("alert").filter(has_text=re.compile("needs? your attention"))
    expect(summary).to_be_focused()
    assert page.evaluate("window.mark") == "same page"


def test_an_expired_session_leads_to_sign_in_and_back_to_the_page(enter: Enter) -> None:
    page = enter("codir")
    page.goto("/o/coursive/strategy/?status=on_track")
    page.context.clear_cookies(name="polaris_session")
    page.get_by_role("button", name="Case and contributions of 1.1").click()
    expect(page).to_have_title(re.compile("Sign in"))
    expect(page).to_have_url(re.compile(r"next=.*strategy.*status"))


def test_a_form_of_another_session_is_refused_with_a_word(enter: Enter) -> None:
    page = enter("")
    page.goto("/accounts/login/")
    page.context.clear_cookies()
    page.get_by_role("button", name=re.compile("^Observer")).click()
    expect(page.get_by_role("heading", level=1)).to_have_text("This form was open too long")


def test_the_switcher_lists_the_organizations_when_it_is_opened(enter: Enter) -> None:
    page = enter("tribe_lead")
    page.goto("/o/coursive/strategy/")
    with page.expect_response("**/organizations/"):
        page.get_by_role("navigation", name="Main").get_by_role("button", name="Coursive").click()
    current = page.locator("#organizations").get_by_role("link", name="Coursive")
    expect(current).to_have_attribute("aria-current", "true")
    current.click()
    expect(page).to_have_url(re.compile("/o/coursive/$"))


@pytest.mark.parametrize(
    ("language", "typed", "more", "less"), [("en", "5.2", "5.3", "5.1"), ("fr", "5,2", "5,3", "5,1")]
)
def test_plus_and_minus_step_the_figure_in_the_readers_notation(
    enter: Enter, language: str, typed: str, more: str, less: str
) -> None:
    page = enter("tribe_lead", language=language)
    page.goto("/o/coursive/check-in/")
    value = page.get_by_label(re.compile("^(Value today|Valeur)"))
    value.fill(typed)
    plus = page.get_by_role("button", name=re.compile("^Plus"))
    minus = page.get_by_role("button", name=re.compile("^(Minus|Moins)"))
    plus.click()
    expect(value).to_have_value(more)
    minus.click()
    minus.click()
    expect(value).to_have_value(less)
    value.fill("much")
    plus.click()
    expect(value).to_have_value("much")


def test_the_way_back_is_legible_and_large_enough_to_touch_on_a_tablet(enter: Enter) -> None:
    page = enter("coach", viewport={"width": 768, "height": 700})
    page.goto("/o/coursive/planning/")
    page.get_by_role("link", name="What was decided").first.click()
    steps = page.locator(".crumbs :is(a, [aria-current])")
    expect(steps).to_have_count(3)
    boxes = [steps.nth(at).bounding_box() for at in range(3)]
    for one, following in pairwise(boxes):
        assert one is not None
        assert following is not None
        assert one["x"] + one["width"] <= following["x"]
        assert one["height"] >= 24


def test_a_secret_is_copied(enter: Enter, own_server: AppServer) -> None:
    page = enter("other_administrator", at=own_server, permissions=["clipboard-read", "clipboard-write"])
    secret = make_key(page)
    page.get_by_role("button", name="Copy", exact=True).click()
    expect(page.get_by_role("button", name="Copied")).to_be_visible()
    assert page.evaluate("navigator.clipboard.readText()") == secret


# ── Offline ──


@pytest.mark.parametrize(("language", "words"), [("en", "You are offline"), ("fr", "hors ligne")])
def test_a_page_that_cannot_be_reached_becomes_the_offline_page(enter: Enter, language: str, words: str) -> None:
    page = enter("tribe_lead", language=language)
    page.goto("/o/coursive/")
    page.evaluate("navigator.serviceWorker.ready.then(() => null)")
    page.context.set_offline(True)
    page.goto("/o/coursive/strategy/")
    heading = page.get_by_role("heading", level=1)
    expect(heading).to_contain_text(words)
    expect(page.locator("html")).to_have_attribute("lang", language)
    # With its style sheets, and nothing of a person.
    expect(page.get_by_role("main").get_by_role("link")).to_have_css("display", re.compile("flex"))
    expect(page.get_by_text("Coursive")).to_have_count(0)
    page.context.set_offline(False)
    page.get_by_role("main").get_by_role("link").click()
    expect(heading).to_have_text(re.compile(r"^(Strategy|Stratégie) \d{4}$"))


# ── Paper ──


def test_paper_shows_the_strategy_without_chrome(enter: Enter) -> None:
    page = enter("codir", color_scheme="dark")
    page.goto("/o/coursive/strategy/")
    page.evaluate("window.print = () => { window.printed = true; }")
    page.get_by_role("button", name="Print").click()
    assert page.evaluate("window.printed")

    page.emulate_media(media="print")
    expect(page.get_by_role("table", name="Strategic key results")).to_be_visible()
    no_chrome(page)
    expect(page.locator("body")).to_have_css("background-color", "rgb(255, 255, 255)")
    sheets = len(re.findall(rb"/Type\s*/Page\b", page.pdf(prefer_css_page_size=True)))
    assert sheets <= 2


@pytest.mark.parametrize("link", ["tribes/DRV/", "tribes/DRV/?view=initiatives", "key-results/1/", "strategy/"])
def test_paper_shows_no_chrome(enter: Enter, link: str) -> None:
    page = enter("codir")
    answer = page.goto(f"/o/coursive/{link}")
    assert answer is not None
    assert answer.ok
    page.emulate_media(media="print")
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    no_chrome(page)


def no_chrome(page: Page) -> None:
    for name in ("Main", "Shortcuts", "Breadcrumb", "Views", "On this page"):
        expect(page.get_by_role("navigation", name=name)).to_have_count(0)
    expect(page.get_by_role("button")).to_have_count(0)
    expect(page.get_by_role("search")).to_have_count(0)
    expect(page.get_by_role("link", name="Check in", exact=True)).to_have_count(0)


# ── The listener of all browser tests ──


def test_troubles_are_heard(enter: Enter) -> None:
    """What fails a test that uses `enter`: a violation of the policy, an error of a script, an asset that is missing."""
    page = enter("")
    page.goto("/accounts/login/")
    page.evaluate(
        """() => {
          document.body.append(Object.assign(document.createElement("script"), { textContent: "1" }));
          document.body.append(Object.assign(document.createElement("img"), { src: "/static/missing.png", alt: "" }));
          setTimeout(() => { throw new Error("a script broke"); });
        }"""
    )
    for word in ("CSP: script-src", "a script broke", "missing.png: 404"):
        assert servers.wait_until(
            lambda word=word: page.evaluate("1") and any(word in one for one in enter.troubles), 5
        )
    enter.troubles.clear()


def test_the_documentation_of_the_api_opens(enter: Enter) -> None:
    """Swagger UI, a third party's page: it opens under our policy; what is inside is theirs."""
    page = enter("")
    page.goto("/api/v1/docs/")
    expect(page.get_by_role("heading", name=re.compile("^Polaris"))).to_be_visible()
    expect(page.get_by_text("/check-ins/").first).to_be_visible()
