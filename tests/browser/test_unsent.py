"""Nothing typed is lost: no network, no session, a reload; and nobody else sees it."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.people import Enter
from tests.servers import AppServer


def rationale(page: Page) -> str:
    """The address of the form of some strategic key result's rationale; carol's persona may write it."""
    page.goto("/o/coursive/strategy/")
    href = page.locator("a[href*='/key-results/']").first.get_attribute("href")
    assert href
    page.goto(f"{href}rationale/")
    return page.url


def note(page: Page):
    return page.get_by_label(re.compile("^Note"))


def save(page: Page) -> None:
    page.get_by_role("button", name="Save rationale").click()


def test_what_is_sent_offline_arrives_on_return(enter: Enter, fresh_app_server: AppServer) -> None:
    page = enter("chief_of_staff", at=fresh_app_server)
    address = rationale(page)
    note(page).fill("Typed in a tunnel")
    page.context.set_offline(True)
    save(page)
    expect(page.get_by_role("alert").filter(has_text="You are offline")).to_be_visible()
    page.context.set_offline(False)
    expect(page).to_have_url(re.compile(r"/key-results/\d+/$"))
    expect(page.get_by_role("status").get_by_text("Rationale saved")).to_be_visible()
    page.goto(address)
    expect(note(page)).to_have_value("Typed in a tunnel")
    expect(page.get_by_text("What you typed here before is back.")).to_be_hidden()


def test_an_expired_session_asks_to_sign_in_and_then_saves(enter: Enter, fresh_app_server: AppServer) -> None:
    page = enter("chief_of_staff", at=fresh_app_server)
    address = rationale(page)
    note(page).fill("Typed after lunch")
    page.context.clear_cookies(name="polaris_session")
    save(page)
    expect(page.get_by_role("heading", level=1)).to_have_text("Sign in to Polaris")
    page.locator("button[name=persona][value=chief_of_staff]").click()
    expect(page.get_by_role("status").get_by_text("Rationale saved")).to_be_visible()
    page.goto(address)
    expect(note(page)).to_have_value("Typed after lunch")


@pytest.mark.parametrize(
    ("address", "label"), [("/o/halle-nova/settings/organization/", "Tagline"), ("/profile/", "Name")]
)
def test_settings_and_the_profile_wait_for_a_session_and_for_the_network(
    enter: Enter, fresh_app_server: AppServer, address: str, label: str
) -> None:
    page = enter("other_administrator", at=fresh_app_server)
    field = page.get_by_label(re.compile(f"^{label}"))
    button = page.locator("form[data-keep] button[type=submit]").last
    page.goto(address)
    field.fill("Typed after lunch")
    page.context.clear_cookies(name="polaris_session")
    button.click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Sign in to Polaris")
    page.locator("button[name=persona][value=other_administrator]").click()
    saved = page.get_by_role("status").get_by_text(re.compile("saved$"))
    expect(saved).to_be_visible()
    expect(field).to_have_value("Typed after lunch")
    page.goto(address)
    field.fill("Typed in a tunnel")
    page.context.set_offline(True)
    button.click()
    expect(page.get_by_role("alert").filter(has_text="You are offline")).to_be_visible()
    page.context.set_offline(False)
    expect(saved).to_be_visible()
    page.goto(address)
    expect(field).to_have_value("Typed in a tunnel")


def test_typing_survives_a_reload_and_can_be_discarded(enter: Enter) -> None:
    page = enter("chief_of_staff")
    rationale(page)
    before = note(page).input_value()
    note(page).fill("Half a thought")
    page.reload()
    expect(note(page)).to_have_value("Half a thought")
    page.get_by_role("button", name="Discard it").click()
    expect(note(page)).to_have_value(before)
    page.reload()
    expect(note(page)).to_have_value(before)
    expect(page.get_by_text("What you typed here before is back.")).to_be_hidden()


def test_typing_in_a_part_that_is_only_then_announced_is_kept(enter: Enter) -> None:
    page = enter("chief_of_staff")
    rationale(page)
    note(page).fill("Quicker than the page")
    main = page.locator("#main")
    main.evaluate(
        "(part) => part.dispatchEvent(new CustomEvent('htmx:load', { bubbles: true, detail: { elt: part } }))"
    )
    expect(page.get_by_text("What you typed here before is back.")).to_be_hidden()
    page.reload()
    expect(note(page)).to_have_value("Quicker than the page")


def test_a_refusal_keeps_the_typing_in_the_form(enter: Enter) -> None:
    page = enter("chief_of_staff")
    rationale(page)
    share = page.get_by_label(re.compile("^Share of the budget"))
    share.fill("140")
    save(page)
    expect(page.locator(".errors")).to_be_focused()
    expect(share).to_have_value("140")
    expect(share).to_have_attribute("aria-invalid", "true")


def test_another_person_in_the_same_tab_sees_nothing_of_it(enter: Enter, fresh_app_server: AppServer) -> None:
    page = enter("chief_of_staff", at=fresh_app_server)
    address = rationale(page)
    before = note(page).input_value()
    note(page).fill("Between us")
    page.context.clear_cookies(name="polaris_session")
    page.goto("/accounts/login/")
    page.locator("button[name=persona][value=other_administrator]").click()
    page.goto("/accounts/login/")
    page.context.clear_cookies(name="polaris_session")
    page.goto("/accounts/login/")
    page.locator("button[name=persona][value=chief_of_staff]").click()
    page.goto(address)
    expect(note(page)).to_have_value("Between us")  # back for the one who typed it
    page.get_by_role("button", name="Discard it").click()
    expect(note(page)).to_have_value(before)
