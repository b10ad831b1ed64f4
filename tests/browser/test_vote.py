"""A vote as people live it, each in a browser of their own: blind, by mouse and keyboard, over a tunnel, then all together."""

from collections.abc import Callable
from functools import partial
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.people import Enter
from tests.browser.rooms import begun, come_into, room_of
from tests.browser.test_axe import findings
from tests.servers import AppServer

CODE = "votevote2345"
# Four notes in two families, six dots each, at most three on one.
VOTING = begun(
    CODE,
    "families",
    """
from workshops.actions import running
from workshops.models import Family, Workshop
Workshop.objects.filter(pk=held.pk).update(dots=6)
by = held.participants.get(membership=lead)
for column, texts in {"Faster": ("Points the same evening", "Fewer calls"), "Known": ("Seen at the till", "By name")}.items():
    family = Family.objects.create(workshop=held, uid=uuid.uuid4(), subject=held.subjects.first(), name=column)
    for text in texts:
        factories.note(held, by, text, family=family, revealed_at=timezone.now())
running.go_to(held, held.phases.get(kind="vote"), by=by, seen=held.phase_id, here=frozenset())
""",
)


@pytest.fixture(scope="module")
def _voting(app_server: AppServer) -> None:
    app_server.manage("shell", "-v0", "-c", VOTING)


@pytest.fixture
def come(enter: Enter, _voting: None) -> Callable[..., Page]:
    return partial(come_into, enter, CODE)


def card(page: Page, text: str) -> Locator:
    return page.locator(".ballot", has_text=text)


def dots_on(page: Page, text: str) -> Locator:
    return card(page, text).get_by_role("spinbutton")


def has(page: Page, text: str, dots: int) -> None:
    expect(dots_on(page, text)).to_have_attribute("aria-valuenow", str(dots))


def left(page: Page, words: str) -> None:
    expect(page.locator("#choices-say")).to_have_text(words)


def test_from_blind_dots_to_a_ranking_that_all_see(come: Callable[..., Page]) -> None:
    lead, tech, codir, coach = (come(one) for one in ("tribe_lead", "tech", "codir", "coach"))
    expect(lead.locator(".dotter").first).to_be_hidden()
    expect(lead.locator("#aside")).to_contain_text("0 of 3 have voted")

    # By mouse: up to the most on one item, never over the budget.
    more = card(tech, "Fewer calls").get_by_role("button", name="One dot more")
    for _ in range(3):
        more.click()
    expect(more).to_be_disabled()
    more.click(force=True)
    has(tech, "Fewer calls", 3)
    left(tech, "3 left of 6")
    card(tech, "Fewer calls").get_by_role("button", name="One dot less").click()
    has(tech, "Fewer calls", 2)
    expect(lead.locator("#aside")).to_contain_text("1 of 3 have voted")

    # By keyboard alone: a digit, arrows, plus and minus; left and right to another card.
    dots_on(codir, "Points the same evening").focus()
    codir.keyboard.press("3")
    has(codir, "Points the same evening", 3)
    codir.keyboard.press("ArrowRight")
    expect(dots_on(codir, "Fewer calls")).to_be_focused()
    codir.keyboard.press("ArrowUp")
    codir.keyboard.press("+")
    codir.keyboard.press("-")
    has(codir, "Fewer calls", 1)
    codir.keyboard.press("ArrowRight")
    codir.keyboard.press("End")
    has(codir, "Seen at the till", 2)
    left(codir, "0 left of 6")
    expect(dots_on(codir, "Seen at the till")).to_be_focused()

    # Nobody sees what others chose, and a second tab of one's own does.
    for other in (lead, coach):
        expect(other.locator(".ballot.chosen")).to_have_count(0)
    second = codir.context.new_page()
    second.goto(room_of(CODE))
    has(second, "Points the same evening", 3)
    left(second, "0 left of 6")
    dots_on(second, "Seen at the till").focus()
    second.keyboard.press("0")
    left(second, "2 left of 6")
    left(codir, "2 left of 6")
    has(codir, "Seen at the till", 0)
    second.close()

    # On a train: what is chosen meanwhile outlives a reload, and the last word wins.
    coach.context.set_offline(True)
    for text, key in (("By name", "3"), ("Fewer calls", "3"), ("By name", "1")):
        dots_on(coach, text).focus()
        coach.keyboard.press(key)
    left(coach, "2 left of 6")
    expect(coach.locator("#choices-wait")).to_be_visible()
    coach.context.set_offline(False)
    expect(coach.locator("#choices-wait")).to_be_hidden(timeout=20_000)
    coach.reload()
    has(coach, "By name", 1)
    has(coach, "Fewer calls", 3)
    expect(lead.locator("#aside")).to_contain_text("3 of 3 have voted")
    for page in (lead, tech):
        assert findings(page) == []

    # Closing asks once more, then all see the same.
    lead.get_by_role("button", name="Close the vote").click()
    expect(lead.locator("#says")).to_contain_text("3 of 3 are not done yet.")
    lead.get_by_role("button", name="Go on all the same").click()
    for page in (lead, tech, codir, coach):
        expect(page.get_by_role("heading", name="Ranking")).to_be_visible()
        expect(page.locator(".slope-balanced li").first).to_contain_text("Fewer calls")
        expect(page.get_by_role("spinbutton")).to_have_count(0)
        assert findings(page) == []
    # On the wall it is large, and no line runs into the next.
    wall = lead.context.new_page()
    wall.set_viewport_size({"width": 1920, "height": 1080})
    wall.goto(f"{room_of(CODE)}wall/")
    expect(wall.locator(".slope-balanced li").first).to_contain_text("Fewer calls")
    taller = "rows => rows.filter((row) => row.scrollHeight > row.clientHeight + 2).length"
    assert wall.locator(".slope-g li").evaluate_all(taller) == 0
    assert findings(wall) == []
    wall.close()
    expect(card(tech, "Fewer calls")).to_have_class("note ballot chosen")

    # Raw alone, balanced alone.
    tech.get_by_role("radio", name="Raw", exact=True).check(force=True)
    expect(tech.locator(".slope-balanced")).to_be_hidden()
    expect(tech.locator(".slope-raw .slope-name").first).to_be_visible()
    assert findings(tech) == []

    # Another round: empty again, and the first stays beside it.
    lead.get_by_role("button", name="Vote again: round 2").click()
    left(tech, "6 left of 6")
    has(tech, "Fewer calls", 0)
    expect(tech.locator(".rounds")).to_contain_text("Round 1")
    card(tech, "By name").get_by_role("button", name="One dot more").click()
    left(tech, "5 left of 6")
    lead.get_by_role("button", name="Close the vote").click()
    lead.get_by_role("button", name="Go on all the same").click()
    expect(codir.locator(".rounds thead")).to_contain_text("Round 2")
    assert findings(codir) == []


@pytest.mark.parametrize(
    "look", [{"language": "fr", "color_scheme": "dark", "viewport": {"width": 390, "height": 844}, "has_touch": True}]
)
def test_it_fits_a_phone(come: Callable[..., Page], look: dict[str, Any]) -> None:
    page = come("tech", **look)
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    assert findings(page) == []
