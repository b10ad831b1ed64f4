"""Signing in and out, and what the browser remembers of a person: language and theme."""

import re

import pytest
from playwright.sync_api import Page, expect

from okr.demo.loader import PASSWORD
from tests.browser.people import Enter
from tests.servers import AppServer

# Not reloaded: a mark left in the window of a page is gone with the page.
LEAVE_A_MARK, MARK = "window.mark = 'same page'", "window.mark"


@pytest.fixture(scope="session")
def email(app_server: AppServer) -> str:
    """Of the first organization's administrator, whom the sign-in page doesn't offer."""
    found = re.search(r"^Administrator .*?(\S+@\S+)", app_server.manage("demo_accounts"), re.M)
    assert found
    return found[1]


def fill_in(page: Page, email: str, password: str) -> None:
    page.get_by_label("E-mail").fill(email)
    page.get_by_label("Password").fill(password)
    page.get_by_role("button", name="Sign in", exact=True).click()


def test_by_email_and_password_to_the_page_one_wanted_and_out_again(enter: Enter, email: str) -> None:
    page = enter("")
    page.goto("/o/coursive/strategy/?status=off_track")
    expect(page).to_have_title(re.compile("Sign in"))
    fill_in(page, email, PASSWORD)
    expect(page).to_have_url(re.compile(r"/o/coursive/strategy/.*status=off_track"))
    expect(page.get_by_role("heading", level=1)).to_have_text(re.compile("Strategy"))

    page.get_by_role("button", name="Administratrice Polaris").click()
    page.get_by_role("button", name="Sign out").click()
    expect(page.get_by_role("button", name="Sign in", exact=True)).to_be_visible()
    page.goto("/o/coursive/")
    expect(page).to_have_title(re.compile("Sign in"))


def test_a_wrong_password_is_said_on_top_and_beside_its_field(enter: Enter, email: str) -> None:
    page = enter("")
    page.goto("/accounts/login/")
    fill_in(page, email, "not the password")
    summary = page.get_by_role("alert").filter(has_text=re.compile("needs? your attention"))
    expect(summary).to_be_focused()
    expect(page.get_by_label("E-mail")).to_have_value(email)
    fill_in(page, email, PASSWORD)
    expect(page).to_have_url(re.compile("/o/coursive/$"))


def test_an_empty_form_leads_to_the_fields_that_miss(enter: Enter) -> None:
    page = enter("")
    page.goto("/accounts/login/")
    page.get_by_role("button", name="Sign in", exact=True).click()
    summary = page.get_by_role("alert").filter(has_text=re.compile("needs? your attention"))
    expect(summary).to_be_focused()
    summary.get_by_role("link", name="Password").click()
    field = page.get_by_label("Password")
    expect(field).to_be_focused()
    expect(field).to_have_attribute("aria-invalid", "true")
    expect(field).to_have_accessible_description(re.compile("required", re.I))


def test_a_persona_signs_in_with_one_click(enter: Enter) -> None:
    page = enter("")
    page.goto("/")
    page.get_by_role("button", name=re.compile("^Chief of staff")).click()
    expect(page).to_have_url(re.compile("/o/coursive/$"))
    expect(page.get_by_role("button", name="Cheffe de cabinet")).to_be_visible()


def test_a_forgotten_password_ends_with_mail_sent_and_says_not_whether_the_address_is_known(enter: Enter) -> None:
    page = enter("")
    page.goto("/accounts/login/")
    page.get_by_role("link", name=re.compile("forgot", re.I)).click()
    page.get_by_label("E-mail").fill("nobody.here@coursive.example")
    page.get_by_role("main").get_by_role("button").click()
    expect(page).to_have_url(re.compile("/accounts/password/reset/done/"))
    expect(page.get_by_role("main")).to_contain_text(re.compile("mail", re.I))
    page.get_by_role("main").get_by_role("link").first.click()
    expect(page.get_by_role("button", name="Sign in", exact=True)).to_be_visible()


def test_french_changes_the_page_and_stays(enter: Enter) -> None:
    page = enter("observer")
    page.goto("/o/coursive/strategy/")
    expect(page.locator("html")).to_have_attribute("lang", "en")
    page.get_by_role("button", name="Directeur magasin Lille").click()
    page.get_by_role("group", name="Language").get_by_role("button", name="Français").click()

    def is_french(heading: str) -> None:
        expect(page.locator("html")).to_have_attribute("lang", "fr")
        expect(page.get_by_role("heading", level=1)).to_have_text(re.compile(heading))

    is_french(r"Stratégie \d{4}")
    expect(page).to_have_url(re.compile("/o/coursive/strategy/$"))
    page.reload()
    is_french(r"Stratégie \d{4}")
    page.get_by_role("navigation", name="Principal").get_by_role("link", name="Ma semaine").click()
    is_french(r"^(Lundi|Mardi|Mercredi|Jeudi|Vendredi|Samedi|Dimanche) \d")
    # The language is the person's: another browser greets her in it.
    elsewhere = enter("")
    elsewhere.goto("/accounts/login/")
    expect(elsewhere.locator("html")).to_have_attribute("lang", "en")
    elsewhere.get_by_role("button", name=re.compile("^Observer")).click()
    expect(elsewhere.locator("html")).to_have_attribute("lang", "fr")


def test_french_on_the_sign_in_page_stays_in_this_browser(enter: Enter) -> None:
    page = enter("")
    page.goto("/accounts/login/")
    page.get_by_role("group", name="Language").get_by_role("button", name="Français").click()
    expect(page.get_by_role("heading", level=1)).to_have_text(re.compile("Polaris"))
    expect(page.locator("html")).to_have_attribute("lang", "fr")
    page.goto("/accounts/password/reset/")
    expect(page.locator("html")).to_have_attribute("lang", "fr")


def test_theme_changes_without_a_reload_and_stays(enter: Enter) -> None:
    page = enter("observer", color_scheme="light")
    page.goto("/o/coursive/strategy/")
    html, body = page.locator("html"), page.locator("body")
    light = body.evaluate("body => getComputedStyle(body).backgroundColor")
    page.evaluate(LEAVE_A_MARK)
    with page.expect_response("**/preferences/theme/") as answer:
        page.get_by_role("button", name="Switch between light and dark").click()
    assert answer.value.status == 204
    expect(html).to_have_attribute("data-theme", "dark")
    expect(body).not_to_have_css("background-color", light)
    assert page.evaluate(MARK) == "same page"

    page.get_by_role("navigation", name="Main").get_by_role("link", name="My week").click()
    expect(page).to_have_url(re.compile("/o/coursive/$"))
    expect(html).to_have_attribute("data-theme", "dark")
    page.reload()
    expect(html).to_have_attribute("data-theme", "dark")

    # Back to what the system says.
    page.get_by_role("button", name="Directeur magasin Lille").click()
    theme = page.get_by_role("group", name="Theme")
    with page.expect_response("**/preferences/theme/"):
        theme.get_by_role("button", name="System").click()
    expect(theme.get_by_role("button", name="System")).to_have_attribute("aria-pressed", "true")
    expect(html).not_to_have_attribute("data-theme", "dark")
    expect(body).to_have_css("background-color", light)
    page.reload()
    expect(body).to_have_css("background-color", light)
