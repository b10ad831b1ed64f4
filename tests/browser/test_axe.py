"""axe finds nothing on any page: WCAG 2.2 AA and best practices, light and dark, desktop and phone, English and French."""

from pathlib import Path
from typing import Any

import pytest
from django.template.loader import render_to_string
from django.utils import translation
from playwright.sync_api import Page, Request, expect

from tests.browser import places
from tests.browser.people import Enter

AXE = (Path(__file__).parents[1] / "vendor" / "axe.min.js").read_text()
RUN = """async () => {
  const found = await axe.run(document, {
    runOnly: { type: "tag", values: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"] },
    rules: { "target-size": { enabled: true } },
    resultTypes: ["violations"],
  });
  return found.violations.map((rule) => `${rule.id}: ${rule.nodes.map((node) => node.target.join(" ")).join(" | ")}`);
}"""

LOOKS: dict[str, dict[str, Any]] = {
    "desktop, light, English": {"language": "en", "color_scheme": "light", "viewport": {"width": 1440, "height": 900}},
    "phone, dark, French": {
        "language": "fr",
        "color_scheme": "dark",
        "viewport": {"width": 390, "height": 844},
        "has_touch": True,
    },
}


# Shown when something is wrong on our side or with the browser: rendered here, served at an address of the site.
RARE = ("400.html", "429.html", "500.html")


def findings(page: Page) -> list[str]:
    page.evaluate(AXE)
    return page.evaluate(RUN)


@pytest.mark.parametrize("look", LOOKS)
@pytest.mark.parametrize("who", places.FINDERS)
def test_axe_finds_nothing(enter: Enter, who: str, look: str) -> None:
    page = enter(who, **LOOKS[look])
    found: list[str] = []
    for place in places.of(who, page.request):
        answer = page.goto(place.path)
        assert answer is not None
        assert answer.status == place.status, place
        assert page.locator("html").get_attribute("lang") == LOOKS[look]["language"]
        found += [f"{place.id}: {finding}" for finding in findings(page)]
    assert not found, "\n".join(found)


@pytest.mark.parametrize("look", LOOKS)
def test_axe_finds_nothing_on_rare_errors(enter: Enter, look: str) -> None:
    page = enter("", **LOOKS[look])
    page.route("**/broken/*.html", lambda route: route.fulfill(content_type="text/html", body=rendered(route.request)))
    found: list[str] = []

    def rendered(request: Request) -> str:
        with translation.override(LOOKS[look]["language"]):
            return render_to_string(request.url.rpartition("/")[2])

    for template in RARE:
        page.goto(f"/broken/{template}")
        found += [f"{template}: {finding}" for finding in findings(page)]
    assert not found, "\n".join(found)


@pytest.mark.parametrize("look", LOOKS)
def test_axe_finds_nothing_in_what_opens(enter: Enter, look: str) -> None:
    """Menus, what they load, and forms that were refused."""
    page = enter("tribe_lead", **LOOKS[look])
    found: list[str] = []
    page.goto("/o/coursive/")
    for menu in ("organizations", "person", "more"):
        if (opener := page.locator(f'[popovertarget="{menu}"]')).is_visible():
            opener.click()
            expect(page.locator(f"#{menu}")).to_be_visible()
            found += [f"{menu}: {finding}" for finding in findings(page)]
            page.keyboard.press("Escape")
    page.goto("/o/coursive/check-in/")
    page.locator('input[name="value"]').fill("many")
    page.locator("form.ci-form button.primary").click()
    expect(page.locator(".errors")).to_be_focused()
    found += [f"check-in refused: {finding}" for finding in findings(page)]
    assert not found, "\n".join(found)


def test_every_route_is_visited(enter: Enter) -> None:
    """A new page belongs in places.py, or among its exceptions with a reason."""
    visited = [place for who in places.FINDERS for place in places.of(who, enter(who).request)]
    assert places.routes_not_agreed(visited) == set()
