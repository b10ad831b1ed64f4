"""Pages fit the screen, in French, whose words are longer: from a small phone with large text to a wide screen."""

import pytest
from playwright.sync_api import Page

from tests.browser import places
from tests.browser.people import Enter

# 320 is a small phone, and a laptop's 1280 at 400 %; 1060 leaves a table little room beside the rail.
WIDTHS = (320, 390, 768, 1060, 1440, 1920)
# What needs more room than it has: the page itself (it would scroll sideways), a table wider than the column it is in
# (an open row reaches a little beyond), a text wider than its cell. What scrolls or cuts on purpose may.
OVERFLOWING = """() => {
  const found = [], main = document.querySelector("main"), room = main.getBoundingClientRect();
  const end = room.right - parseFloat(getComputedStyle(main).paddingRight);
  if (document.documentElement.scrollWidth > innerWidth) found.push(`page ${document.documentElement.scrollWidth}`);
  for (const row of main.querySelectorAll("table.krs tr"))
    if (row.getBoundingClientRect().right > end + 13) found.push(`row ${row.innerText.slice(0, 30)}`);
  for (const part of main.querySelectorAll("td, th, dt, dd, h1, h2, .btn, .chip, .seg a, .tagged, .pill")) {
    const style = getComputedStyle(part);
    if (style.overflowX !== "visible" || style.display === "contents" || !part.clientWidth || part.closest(".sr")) continue;
    if (part.scrollWidth > part.clientWidth + 8) found.push(`${part.className || part.tagName}: ${part.innerText.slice(0, 30)}`);
  }
  return found;
}"""


@pytest.mark.parametrize("who", places.FINDERS)
def test_everything_fits(enter: Enter, who: str) -> None:
    page = enter(who, language="fr", viewport={"width": WIDTHS[0], "height": 844}, has_touch=True)
    found: list[str] = []
    for place in places.of(who, page.request):
        page.goto(place.path)
        found += [f"{place.id} at {width} px: {what}" for width in WIDTHS for what in overflowing(page, width)]
    assert not found, "\n".join(found)


def overflowing(page: Page, width: int) -> list[str]:
    page.set_viewport_size({"width": width, "height": 844})
    return page.evaluate(OVERFLOWING)
