"""The first steps as somebody takes them: sign up, create an organization, departments, tribes, the year; by keyboard too."""

import re
from pathlib import Path

from PIL import Image
from playwright.sync_api import Page, expect

from tests.browser.people import Enter
from tests.browser.test_axe import LOOKS, findings
from tests.servers import AppServer

PASTED = "code;name\nDRV;Drive\nLAD;Home delivery\nLAD;Catalogue\nLoyalty"


def begin(page: Page, name: str, slug: str) -> None:
    page.goto("/organizations/new/")
    page.get_by_label("Name of the organization").press_sequentially(name)
    expect(page.get_by_label("Address")).to_have_value(slug)
    page.get_by_role("button", name="Create the organization").click()
    expect(page).to_have_url(re.compile(f"/o/{slug}/first-steps/departments/$"))


def test_signing_up_ends_with_the_mail_to_open(enter: Enter) -> None:
    page = enter("")
    page.goto("/accounts/login/")
    page.get_by_role("link", name="Sign up and create your organization").click()
    page.get_by_role("button", name="Sign up").click()
    expect(page.locator(".errors")).to_be_focused()
    page.get_by_label("Your name").fill("Nina New")
    page.get_by_label("E-mail").fill("nina.new@nova.example")
    page.get_by_label("Password").fill("a few own words")
    page.get_by_role("button", name="Sign up").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Confirm your address")


def test_the_address_follows_the_name_until_it_is_ones_own(enter: Enter) -> None:
    page = enter("other_administrator")
    page.goto("/organizations/new/")
    name, address = page.get_by_label("Name of the organization"), page.get_by_label("Address")
    name.press_sequentially("Coursive")
    expect(address).to_have_value("coursive-2")
    expect(page.get_by_role("status").filter(has_text="/o/coursive-2/ is free")).to_be_visible()
    address.fill("my-own")
    name.press_sequentially(" Nova")
    expect(page.get_by_role("status").filter(has_text="/o/my-own/ is free")).to_be_visible()
    expect(address).to_have_value("my-own")


def test_from_nothing_to_the_first_objective(enter: Enter, fresh_app_server: AppServer) -> None:
    page = enter("other_administrator", at=fresh_app_server)
    begin(page, "Nova Digital", "nova-digital")
    step = page.locator('.path [aria-current="step"]')
    expect(step).to_contain_text("Departments")
    page.get_by_role("textbox", name="Departments").fill("E-commerce\nMarketing")
    page.get_by_role("button", name="Create and go on").click()
    expect(step).to_contain_text("Tribes")

    page.get_by_role("textbox", name=re.compile("Paste from your spreadsheet")).fill(PASTED)
    page.get_by_role("button", name="Preview").click()
    expect(page.get_by_text("Nothing is created yet")).to_be_visible()
    expect(page.get_by_text("Used in line 2.")).to_be_visible()
    expect(page.get_by_label("Code in line 4")).to_have_value("LOY")
    page.get_by_label("Code in line 3").fill("CAT")
    page.get_by_role("button", name="Check again").click()
    page.get_by_role("button", name="Create 4").click()
    expect(step).to_contain_text("year")

    page.get_by_role("button", name="Create the year and open the quarter").click()
    expect(step).to_contain_text("first objective")
    page.get_by_role("link", name="Skip for now").click()
    expect(page).to_have_url(re.compile("/o/nova-digital/$"))
    expect(page.get_by_role("heading", name="Write the first strategic objective")).to_be_visible()
    rail = page.get_by_role("navigation", name="Main")
    for name in ("Drive", "Home delivery", "Catalogue", "Loyalty"):
        expect(rail.get_by_role("link", name=re.compile(name))).to_be_visible()
    page.get_by_role("button", name="Put the first steps away").click()
    expect(page.get_by_role("heading", name="Write the first strategic objective")).to_be_hidden()
    page.get_by_role("button", name="Undo").click()
    expect(page.get_by_role("heading", name="Write the first strategic objective")).to_be_visible()


def test_the_steps_by_keyboard_alone(enter: Enter, fresh_app_server: AppServer) -> None:
    page = enter("other_administrator", at=fresh_app_server)
    begin(page, "Nova Keys", "nova-keys")
    page.get_by_role("textbox", name="Departments").focus()
    page.keyboard.type("E-commerce")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile("/first-steps/tribes/$"))
    page.get_by_role("textbox", name=re.compile("Paste")).focus()
    page.keyboard.type("DRV;Drive")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.get_by_role("button", name="Create 1")).to_be_visible()
    page.get_by_role("button", name="Create 1").focus()
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile("/first-steps/year/$"))


def test_a_row_is_left_out_without_javascript(enter: Enter, fresh_app_server: AppServer) -> None:
    page = enter("other_administrator", at=fresh_app_server, java_script_enabled=False)
    page.goto("/o/halle-nova/first-steps/tribes/")
    page.get_by_role("textbox", name=re.compile("Paste")).fill("DRV;Drive\nTOOLONG;Basket\nREC;Catalogue")
    page.get_by_role("button", name="Preview").click()
    code = page.get_by_label("Code in line 2")
    code.fill("ALSOLONG")
    code.press("Enter")  # looks again, and leaves nothing out
    expect(page.get_by_label("Code in line 2")).to_have_value("ALSOLONG")
    page.get_by_role("button", name="Leave out line 2").click()
    expect(page.get_by_text("2 ready")).to_be_visible()
    page.get_by_role("button", name="Create 2").click()
    expect(page.get_by_text("2 created")).to_be_visible()
    expect(page.get_by_role("link", name=re.compile("Basket"))).to_have_count(0)


def test_axe_finds_nothing_in_a_preview_to_correct_and_on_a_home_with_a_next_step(
    enter: Enter, fresh_app_server: AppServer
) -> None:
    for number, look in enumerate(LOOKS.values()):
        options = {**look, "language": "en"}
        page = enter("other_administrator", at=fresh_app_server, **options)
        begin(page, f"Nova {number}", f"nova-{number}")
        page.goto(f"/o/nova-{number}/first-steps/tribes/")
        page.get_by_role("textbox", name=re.compile("Paste")).fill(PASTED)
        page.get_by_role("button", name="Preview").click()
        assert findings(page) == []
        for path in ("", "strategy/", "tribes/", "settings/periods/"):
            page.goto(f"/o/nova-{number}/{path}")
            assert findings(page) == [], path


def test_a_colour_and_a_logo_of_ones_own_show_and_read_well(
    enter: Enter, fresh_app_server: AppServer, tmp_path: Path
) -> None:
    picture = tmp_path / "logo.png"
    page = enter("other_administrator", at=fresh_app_server, color_scheme="light")
    page.goto("/o/halle-nova/settings/organization/")
    page.get_by_label("Your colour").fill("#ffcc00")
    page.get_by_role("button", name="Save the colour").click()
    expect(page.get_by_text("is made a little darker by day")).to_be_visible()
    save = page.get_by_role("button", name="Save the settings")
    expect(save).not_to_have_css("background-color", "oklch(0.44 0.2 264)")
    assert findings(page) == []
    page.emulate_media(color_scheme="dark")
    assert findings(page) == []
    Image.new("RGB", (90, 60), (200, 30, 30)).save(picture)
    page.get_by_label("Picture").set_input_files(picture)
    page.get_by_role("button", name="Save the logo").click()
    logo = page.locator(".tenant img")
    expect(logo).to_be_visible()
    assert logo.evaluate("image => image.naturalWidth") == 90
    page.get_by_role("button", name="Back to Polaris blue").click()
    page.get_by_role("button", name="Undo").click()
    expect(page.get_by_role("button", name="Back to Polaris blue")).to_be_visible()
