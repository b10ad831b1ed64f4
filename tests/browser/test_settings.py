"""Settings of an organization, in the browser."""

from playwright.sync_api import expect

from tests.browser.people import Enter


def test_the_regions_follow_the_country_that_is_chosen(enter: Enter) -> None:
    page = enter("other_administrator")
    page.goto("/o/halle-nova/settings/organization/")
    region = page.get_by_label("And of the region")
    expect(region).to_have_value("ENG")
    page.get_by_label("At", exact=True).select_option("11")
    page.get_by_label("Public holidays of").select_option("DE")
    expect(region.locator("option", has_text="Bayern")).to_be_attached()
    expect(region).to_have_value("")
    # What else was typed stays.
    expect(page.get_by_label("At", exact=True)).to_have_value("11")
    expect(page.get_by_label("Public holidays of")).to_have_value("DE")
