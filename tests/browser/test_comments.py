"""Conversations with a keyboard alone, on a phone, offline, without a script; the inbox and the history in place."""

import re

from playwright.sync_api import Locator, Page, expect

from tests.browser import places
from tests.browser.people import Enter
from tests.servers import AppServer

PHONE = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True}
TOUCH_TARGET = 44  # CSS pixels


def strategic_key_result(page: Page) -> str:
    """The first that people talk about."""
    for href in dict.fromkeys(places.Finder(page.request).links("/o/coursive/strategy/")):
        found = places.route_of(href)
        if found and found[0] == "key_result" and 'class="talk"' in page.request.get(f"{href}comments/").text():
            return href
    raise AssertionError("Nobody talks about the strategy of the demo")


def composer(page: Page) -> Locator:
    return page.locator("#new-comment").get_by_label("Your comment")


def people(page: Page) -> Locator:
    return page.get_by_role("listbox", name="People").get_by_role("option")


def words(within: Page | Locator) -> Locator:
    return within.locator(".words")


def conversations(page: Page) -> Locator:
    return page.locator("#talks").get_by_role("article")


def test_a_mention_with_the_keyboard_alone(enter: Enter, fresh_app_server: AppServer) -> None:
    page = enter("tribe_lead", at=fresh_app_server)
    page.goto(strategic_key_result(page))
    box = composer(page)
    expect(box).to_be_visible()
    before = conversations(page).count()
    box.focus()
    page.keyboard.type("Bravo @directrice e")
    expect(people(page)).to_have_count(1)
    expect(box).to_have_attribute("aria-activedescendant", re.compile("^new-comment-people-"))
    page.keyboard.press("Escape")
    expect(people(page)).to_have_count(0)
    expect(box).to_be_focused()
    for _letter in " e":
        page.keyboard.press("Backspace")
    expect(people(page)).to_have_count(4)
    first = people(page).nth(0).get_attribute("data-name")
    expect(people(page).nth(0)).to_have_attribute("aria-selected", "true")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowUp")
    page.keyboard.press("Enter")
    expect(box).to_have_value(f"Bravo @{first} ")
    expect(people(page)).to_have_count(0)
    page.keyboard.type("pour l’élan.")
    page.keyboard.press("Control+Enter")
    expect(conversations(page)).to_have_count(before + 1)
    expect(conversations(page).last.locator(".mention")).to_have_text(f"@{first}")
    expect(box).to_have_value("")
    expect(box).to_be_focused()


def test_answer_reword_resolve_delete_and_undo(enter: Enter, fresh_app_server: AppServer) -> None:
    page = enter("tribe_lead", at=fresh_app_server)
    page.goto(strategic_key_result(page))
    composer(page).fill("First words")
    composer(page).press("Control+Enter")
    talk = conversations(page).filter(has_text="First words")
    talk.locator("summary", has_text="Edit").press("Enter")
    expect(talk.locator(".rewording textarea")).to_be_focused()
    page.keyboard.type(", improved")
    page.keyboard.press("Control+Enter")
    expect(words(talk)).to_have_text("First words, improved")
    expect(talk.get_by_text("edited", exact=True)).to_be_visible()

    talk.locator("summary", has_text="Answer").press("Enter")
    expect(talk.locator(".answering textarea")).to_be_focused()
    page.keyboard.type("And an answer")
    page.keyboard.press("Control+Enter")
    answer = talk.get_by_role("listitem").filter(has_text="And an answer")
    expect(answer).to_be_focused()

    talk.get_by_role("button", name="Resolve").click()
    expect(talk.get_by_text(re.compile("^Resolved by Lead Produit"))).to_be_visible()
    expect(talk.get_by_role("button", name="Reopen")).to_be_focused()
    page.reload()
    expect(page.get_by_text("2 resolved conversations")).to_be_visible()
    expect(words(page).filter(has_text="First words, improved")).to_be_hidden()
    page.get_by_text("2 resolved conversations").click()
    page.locator(".settled article").filter(has_text="First words").get_by_role("button", name="Reopen").click()
    talk = page.locator("article").filter(has_text="First words")
    expect(talk.get_by_role("button", name="Resolve")).to_be_visible()
    talk.get_by_role("button", name="Delete").first.click()
    expect(page.get_by_text("This comment was deleted.")).to_be_visible()
    page.get_by_role("status").get_by_role("button", name="Undo").click()
    expect(words(page).filter(has_text="First words, improved")).to_be_visible()


def test_what_is_typed_outlives_a_reload_and_a_lost_network(enter: Enter, fresh_app_server: AppServer) -> None:
    page = enter("tribe_lead", at=fresh_app_server)
    page.goto(strategic_key_result(page))
    conversations(page).first.locator("summary", has_text="Answer").click()
    page.keyboard.type("Half an answer")
    page.reload()
    expect(conversations(page).first.get_by_label("Your comment")).to_have_value("Half an answer")

    composer(page).fill("Typed in a lift")
    page.context.set_offline(True)
    composer(page).press("Control+Enter")
    expect(page.get_by_role("alert").filter(has_text="You are offline")).to_be_visible()
    page.context.set_offline(False)
    expect(conversations(page).filter(has_text="Typed in a lift")).to_have_count(1)
    page.reload()
    expect(conversations(page).filter(has_text="Typed in a lift")).to_have_count(1)
    expect(composer(page)).to_have_value("")
    assert all("htmx:" in trouble for trouble in enter.troubles)  # its own words for the request that failed
    enter.troubles.clear()


def test_a_mention_by_thumb(enter: Enter, fresh_app_server: AppServer) -> None:
    page = enter("tribe_lead", at=fresh_app_server, **PHONE)
    page.goto(strategic_key_result(page))
    composer(page).tap()
    page.keyboard.type("Vu @prep")
    option = people(page).first
    expect(option).to_be_visible()
    box = option.bounding_box()
    assert box is not None
    assert box["height"] >= TOUCH_TARGET
    assert box["x"] >= 0
    assert box["x"] + box["width"] <= PHONE["viewport"]["width"]
    name = option.get_attribute("data-name")
    option.tap()
    expect(composer(page)).to_have_value(f"Vu @{name} ")
    expect(composer(page)).to_be_focused()
    before = conversations(page).count()
    page.locator("#new-comment").get_by_role("button", name="Publish").tap()
    expect(conversations(page)).to_have_count(before + 1)
    expect(conversations(page).last.locator(".mention")).to_have_text(f"@{name}")
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_observers_read_only(enter: Enter) -> None:
    page = enter("observer")
    page.goto(strategic_key_result(page))
    expect(conversations(page).first).to_be_visible()
    expect(composer(page)).to_have_count(0)
    expect(page.get_by_role("button", name="Resolve")).to_have_count(0)


def test_without_a_script(enter: Enter, fresh_app_server: AppServer) -> None:
    page = enter("tribe_lead", at=fresh_app_server, java_script_enabled=False)
    page.goto(strategic_key_result(page))
    page.get_by_role("link", name="Read and join the discussion").click()
    page.locator("#new-comment").get_by_label("Your comment").fill("Plainly, @Cheffe de cabinet")
    page.get_by_role("button", name="Publish").click()
    said = page.locator("#talks article").last
    expect(said.locator(".mention")).to_have_text("@Cheffe de cabinet")


def test_the_inbox_and_its_bell(enter: Enter, fresh_app_server: AppServer) -> None:
    page = enter("tribe_lead", at=fresh_app_server)
    page.goto("/o/coursive/")
    bell = page.locator("#bell")
    waiting = int(re.search(r"\d+", bell.get_attribute("aria-label") or "")[0])  # type: ignore[index]
    assert waiting >= 3
    bell.click()
    unread = page.locator(".notice.new")
    expect(unread).to_have_count(waiting)
    unread.first.get_by_role("button", name=re.compile("^Mark as read")).click()
    expect(unread).to_have_count(waiting - 1)
    expect(bell).to_have_accessible_name(f"Inbox, {waiting - 1} unread")

    unread.first.get_by_role("link", name=re.compile("^Answer")).click()
    expect(unread.first.get_by_label("Your comment")).to_be_focused()
    page.keyboard.type("On it.")
    page.keyboard.press("Control+Enter")
    expect(page.get_by_text("Answered.")).to_be_visible()
    expect(bell).to_have_accessible_name(f"Inbox, {waiting - 2} unread")

    # What a notice leads to is in sight, and read once it was seen.
    button = unread.first.locator("button.in-text")
    about = button.inner_text()
    button.click()
    expect(page.locator("#discussion :target")).to_be_in_viewport()
    expect(page.get_by_role("heading", level=1)).to_contain_text(about.split(" ", 1)[-1][:20])
    page.goto("/o/coursive/inbox/")
    page.get_by_role("button", name="Mark all as read").click() if unread.count() else None
    expect(bell).to_have_accessible_name("Inbox, 0 unread")


def test_seeing_a_conversation_reads_its_notices(enter: Enter, fresh_app_server: AppServer) -> None:
    page = enter("tribe_lead", at=fresh_app_server)
    page.goto("/o/coursive/inbox/?show=mentions")
    title = page.locator(".notice.new button.in-text").first.inner_text()
    page.goto("/o/coursive/")
    before = page.locator("#bell").get_attribute("aria-label")
    finder = places.Finder(page.request)
    tribe = finder.first("tribe", "/o/coursive/")
    page.goto(tribe if not title.startswith("1.") else "/o/coursive/strategy/")
    page.get_by_role("link", name=title.split(" ", 1)[1]).first.click()
    expect(conversations(page).first).to_be_visible()
    expect(page.locator("#bell")).not_to_have_attribute("aria-label", before or "")


def test_restore_and_undo_from_the_history(enter: Enter, fresh_app_server: AppServer) -> None:
    page = enter("tribe_lead", at=fresh_app_server)
    finder = places.Finder(page.request)
    work = finder.first("initiative", f"{finder.first('tribe', '/o/coursive/')}?view=initiatives")
    page.goto(work)
    page.get_by_role("link", name="Edit").click()
    note = page.get_by_label("Where it stands")
    was = note.input_value()
    note.fill("Stopped by the snow")
    page.get_by_role("button", name=re.compile("^Save")).click()
    expect(page.get_by_role("definition").first).to_contain_text("Stopped by the snow")
    page.goto(f"{work}?history=all")
    events = page.locator("ol.history").first
    expect(events.get_by_role("listitem").first).to_contain_text("changed the note")
    events.get_by_text("Restore", exact=True).first.click()
    events.get_by_role("button", name="Restore").first.click()
    expect(events.get_by_role("listitem").first).to_contain_text("restored earlier values")
    page.goto(work)
    expect(page.get_by_role("definition").first).to_contain_text(was)
    page.get_by_role("button", name="Undo").first.click()
    expect(page.get_by_role("definition").first).to_contain_text("Stopped by the snow")
