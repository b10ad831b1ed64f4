"""People and structure in a real browser: inviting beside the list, joining from the mail, leaving, ordering, no script."""

import io
import re
from email import message_from_bytes
from email.policy import default
from pathlib import Path

import pytest
from PIL import Image
from playwright.sync_api import Browser, Locator, Page, expect

from tests.browser.people import Enter
from tests.servers import AppServer

ADMIN = "other_administrator"
AT = "/o/halle-nova/settings/people/"
STRUCTURE = "/o/halle-nova/settings/structure/"
PHONE = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True}


def toast(page: Page, words: str) -> Locator:
    return page.get_by_role("status").get_by_text(re.compile(words))


def row(page: Page, name: str) -> Locator:
    return page.get_by_role("row").filter(has_text=name)


def link_of_the_latest_mail(server: AppServer) -> str:
    """What a worker would do in this minute, and what the invited person would find in the mail."""
    server.manage("shell", "-v0", "-c", "from orgs.tasks import tick; tick()")
    latest = max(Path(server.env["POLARIS_VAR"], "mail").glob("*.log"), key=lambda path: path.stat().st_mtime_ns)
    body = message_from_bytes(latest.read_bytes(), policy=default).get_content()
    found = re.search(r"/invitations/\S+", body)
    assert found
    return found[0]


def test_inviting_beside_the_list_with_the_keyboard(enter: Enter, fresh_app_server: AppServer) -> None:
    page = enter(ADMIN, at=fresh_app_server)
    page.goto(AT)
    page.get_by_role("link", name="Invite people").focus()
    page.keyboard.press("Enter")
    drawer = page.get_by_role("form", name="Invite people")
    expect(drawer.get_by_label("E-mail addresses")).to_be_focused()
    expect(row(page, "Hall manager")).to_be_visible()  # the list stays readable
    page.keyboard.type("ann@example.org, no address")
    expect(drawer.get_by_text("1 address to invite.")).to_be_visible()
    expect(drawer.get_by_text("“no address” is not an e-mail address.")).to_be_visible()
    drawer.get_by_label("Squad").select_option(label="STL · Stalls")
    drawer.get_by_label("Seat").select_option("design")
    expect(drawer.get_by_text("Stalls after this:")).to_be_visible()
    drawer.get_by_role("button", name="Send the invitations").click()
    expect(drawer.get_by_role("alert")).to_be_focused()
    addresses = drawer.get_by_label("E-mail addresses")
    expect(addresses).to_have_value("ann@example.org, no address")
    expect(drawer.get_by_label("Seat")).to_have_value("design")
    addresses.fill("ann@example.org")
    addresses.press("Tab")
    drawer.get_by_role("button", name="Send the invitations").press("Enter")
    expect(toast(page, "1 invitation sent")).to_be_visible()
    expect(row(page, "ann@example.org")).to_contain_text("Waiting")


def test_from_the_mail_to_the_first_page(enter: Enter, fresh_app_server: AppServer) -> None:
    admin = enter(ADMIN, at=fresh_app_server)
    admin.goto(f"{AT}invite/")
    admin.get_by_label("E-mail addresses").fill("nina@example.org")
    admin.get_by_label("Language of the mail").select_option("en")
    admin.get_by_role("button", name="Send the invitations").click()
    expect(toast(admin, "1 invitation sent")).to_be_visible()
    link = link_of_the_latest_mail(fresh_app_server)

    page = enter("", at=fresh_app_server, **PHONE)
    page.goto(link)
    expect(page.get_by_role("heading", name="Join Halle Nova")).to_be_visible()
    page.get_by_label("Your name").fill("Nina Neuf")
    page.get_by_label("Choose a password").fill("short")
    page.get_by_role("button", name="Join Halle Nova").tap()
    expect(page.get_by_role("alert")).to_be_focused()
    expect(page.get_by_label("Your name")).to_have_value("Nina Neuf")
    page.get_by_label("Choose a password").fill("a good long password")
    page.get_by_role("button", name="Join Halle Nova").tap()
    expect(toast(page, "Welcome to Halle Nova")).to_be_visible()
    assert page.url.endswith("/o/halle-nova/")
    admin.goto(f"{AT}?q=nina")
    expect(row(admin, "Nina Neuf")).to_contain_text("Member")
    page.context.clear_cookies()
    page.goto(link)
    expect(page.get_by_role("heading", name="This invitation was accepted already")).to_be_visible()


def test_searching_narrows_the_list_and_its_address(enter: Enter) -> None:
    page = enter(ADMIN)
    page.goto(AT)
    page.get_by_role("searchbox", name="Find a person").press_sequentially("stal")
    expect(row(page, "systems.administrator@")).to_have_count(0)
    expect(row(page, "Stalls lead")).to_be_visible()
    expect(page).to_have_url(re.compile(r"\?q=stal"))
    expect(page.get_by_role("searchbox", name="Find a person")).to_be_focused()
    page.keyboard.type("zzz")
    expect(page.get_by_text("Nobody fits")).to_be_visible()
    page.get_by_role("link", name="Show everybody").first.click()
    expect(row(page, "systems.administrator@")).to_be_visible()


@pytest.mark.parametrize("look", [{}, PHONE], ids=["desktop", "phone"])
def test_somebody_leaves_and_it_is_undone(look: dict, enter: Enter, fresh_app_server: AppServer) -> None:
    page = enter(ADMIN, at=fresh_app_server, **look)
    page.goto(f"{AT}?q=stalls+lead")
    page.get_by_role("link", name=re.compile("^Change Stalls lead")).click()
    page.get_by_role("link", name="End the membership…").click()
    end = page.get_by_role("button", name="Hand over and end the membership")
    end.click()
    expect(page.get_by_role("alert")).to_be_focused()
    page.get_by_label("Everything goes to").select_option(label="Hall manager")
    page.get_by_label(re.compile("Who takes over: A new stallholder")).select_option("nobody")
    end.click()
    expect(toast(page, "Stalls lead has left")).to_be_visible()
    expect(row(page, "Stalls lead")).to_have_count(0)
    page.get_by_role("button", name="Undo").click()
    expect(toast(page, "Undone")).to_be_visible()
    expect(row(page, "Stalls lead")).to_be_visible()


def test_a_seat_and_a_role_by_keyboard(enter: Enter, fresh_app_server: AppServer) -> None:
    page = enter(ADMIN, at=fresh_app_server)
    page.goto(f"{AT}?q=visitors+lead")
    page.get_by_role("link", name=re.compile("^Change Visitors lead")).press("Enter")
    page.get_by_label("OKR coach").press("Space")
    second = page.get_by_role("group", name="Seat 2")
    second.get_by_label("Squad").select_option(label="STL · Stalls")
    page.get_by_role("button", name="Save changes").press("Enter")
    expect(page.get_by_role("alert")).to_be_focused()
    expect(second.get_by_text("Choose the seat in Stalls.")).to_be_visible()
    second.get_by_label("Seat", exact=True).select_option("design")
    page.get_by_role("button", name="Save changes").press("Enter")
    expect(toast(page, "Visitors lead: changes saved")).to_be_visible()
    expect(row(page, "Visitors lead")).to_contain_text("OKR coach")
    expect(row(page, "Visitors lead")).to_contain_text("STL")


def test_tribes_are_created_ordered_and_merged(enter: Enter, fresh_app_server: AppServer) -> None:
    page = enter(ADMIN, at=fresh_app_server)
    page.goto(STRUCTURE)
    page.get_by_role("link", name="New: Squad").click()
    page.get_by_label("Name").fill("Checkout")
    page.get_by_label("Code").fill("stl")
    page.get_by_role("button", name="Create").click()
    expect(page.get_by_text("Stalls has the code STL.").last).to_be_visible()
    page.get_by_label("Code").fill("chk")
    page.get_by_role("button", name="Create").click()
    expect(toast(page, "Checkout created")).to_be_visible()
    page.get_by_role("button", name="Move Checkout up").press("Enter")
    expect(toast(page, "Checkout moved")).to_be_visible()
    rail = page.get_by_role("navigation", name="Main").get_by_role("listitem").filter(has=page.locator(".code"))
    expect(rail).to_contain_text(["Stalls", "Checkout", "Visitors"])
    page.get_by_role("link", name="Change Checkout").click()
    page.get_by_role("link", name="Merge into another…").click()
    page.get_by_label("Into").select_option(label="VIS · Visitors")
    page.get_by_role("button", name="Merge", exact=True).click()
    expect(toast(page, "Checkout is part of Visitors now")).to_be_visible()
    assert page.request.get("/o/halle-nova/tribes/CHK/").url.endswith("/tribes/VIS/")


def test_without_script_everything_works(browser: Browser, enter: Enter, fresh_app_server: AppServer) -> None:
    page = enter(ADMIN, at=fresh_app_server, java_script_enabled=False)
    page.goto(AT)
    page.get_by_role("link", name="Invite people").click()
    page.get_by_label("E-mail addresses").fill("ann@example.org")
    page.get_by_role("button", name="Send the invitations").click()
    expect(page.get_by_text("1 invitation sent")).to_be_visible()
    page.locator("summary", has_text="Revoke").first.click()
    page.get_by_role("row").filter(has_text="ann@example.org").get_by_role("button", name="Revoke", exact=True).click()
    expect(page.get_by_text("Invitation of ann@example.org revoked")).to_be_visible()
    page.get_by_role("searchbox", name="Find a person").fill("stalls")
    page.get_by_role("button", name="Filter").click()
    expect(row(page, "systems.administrator@")).to_have_count(0)


@pytest.mark.parametrize("size", [(600, 200), (200, 600)], ids=["wide", "tall"])
def test_a_logo_is_shown_whole(enter: Enter, fresh_app_server: AppServer, size: tuple[int, int]) -> None:
    """In the rail and beside the form, however wide or high it is."""
    picture = io.BytesIO()
    Image.new("RGB", size, "teal").save(picture, "PNG")
    page = enter(ADMIN, at=fresh_app_server)
    page.goto("/o/halle-nova/settings/organization/")
    page.get_by_label("Picture").set_input_files(
        {"name": "logo.png", "mimeType": "image/png", "buffer": picture.getvalue()}
    )
    page.get_by_role("button", name="Save the logo").click()
    expect(toast(page, "Logo saved")).to_be_visible()
    for logo in (page.locator(".rail .tenant img"), page.get_by_role("img", name="The logo now")):
        expect(logo).to_have_css("object-fit", "contain")
        box = logo.evaluate("image => [image.clientWidth, image.clientHeight, image.naturalWidth]")
        assert box[0] >= 9
        assert box[1] >= 24
        assert box[2] > 0
    name = page.locator(".rail .tenant b")
    assert name.evaluate("name => name.scrollWidth <= name.clientWidth")
