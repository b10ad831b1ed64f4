"""axe finds nothing on any page: WCAG 2.2 AA and best practices, light and dark, desktop and phone, English and French."""

from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page

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
        found += [f"{place.id}: {finding}" for finding in findings(page)]
    assert not found, "\n".join(found)
