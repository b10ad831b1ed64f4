"""What static/js/live.js does for somebody who follows a live session, shown with the probe (tests/probe)."""

import os
import signal
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from tests import servers
from tests.browser.people import Enter
from tests.probe.client import World
from tests.probe.serving import Template, made, on_services, serving

Follow = Callable[..., Page]


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Template]:
    with made(tmp_path_factory.mktemp("live")) as template:
        yield template


@pytest.fixture(scope="module")
def world(template: Template, tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    with serving(template, tmp_path_factory.mktemp("world"), LIVE_LEAVING="0.5") as world:
        yield world


@pytest.fixture
def follow(browser: Browser, browser_context_args: dict[str, Any], world: World) -> Iterator[Follow]:
    """`follow("m0")` is the probe's page, connected; what goes wrong in the browser meanwhile fails the test."""
    entered = Enter(browser, browser_context_args, world.server)

    def follow(who: str = "m0", at: World = world) -> Page:
        context = browser.new_context(**{**browser_context_args, "base_url": at.server.url})
        entered.contexts.append(context)
        entered.listen(context)
        name, _, value = at.cookies[who].partition("=")
        context.add_cookies([{"name": name, "value": value, "url": at.server.url}])
        page = context.new_page()
        page.goto(f"/o/probe/probe/{at.tribe}/")
        connected(page)
        return page

    yield follow
    entered.leave()
    assert [trouble for trouble in entered.troubles if "ERR_" not in trouble] == []


def connected(page: Page) -> None:
    expect(page.locator("[data-live-state]")).to_have_text("Connected")


def test_a_change_comes_to_everybody_in_their_language(follow: Follow, world: World) -> None:
    english, french = follow("m0"), follow("m1")
    world.save("Seen at once")
    for page in (english, french):
        expect(page.locator("#board li")).to_have_text("Seen at once")
    expect(english.locator("#people")).to_contain_text(world.keys["m1"])


def test_what_somebody_types_stays(follow: Follow, world: World) -> None:
    page = follow()
    page.locator("#note").fill("My own words")
    page.locator("#other").fill("Half a sen")
    world.save("Changed meanwhile", ("form",))
    expect(page.locator("#form p")).to_have_text("Changed meanwhile")
    expect(page.locator("#note")).to_have_value("My own words")
    expect(page.locator("#other")).to_be_focused()
    page.keyboard.type("tence")
    expect(page.locator("#other")).to_have_value("Half a sentence")


def test_an_emptied_region_stays_to_be_filled_again(follow: Follow, world: World) -> None:
    page = follow()
    world.save("", ("form",))
    expect(page.locator("#form")).to_be_empty()
    world.save("Filled again", ("form",))
    expect(page.locator("#form p")).to_have_text("Filled again")


def test_parts_come_change_and_go(follow: Follow, world: World) -> None:
    page = follow()
    pieces = page.locator("#pieces p")
    world.save("one=1 two=2", ("piece",))
    expect(pieces).to_have_text(["1", "2"])
    first = pieces.first.element_handle()
    world.save("one=1 two=3", ("piece.two",))
    expect(pieces).to_have_text(["1", "3"])
    world.save("two=3 three=4", ("piece",))
    expect(pieces).to_have_text(["3", "4"])
    assert not page.evaluate("element => element.isConnected", first)
    world.save("one=5 two=3 three=4", ("piece.one",))
    expect(pieces).to_have_text(["3", "4", "5"])


def test_an_untouched_field_follows_and_what_was_opened_stays_open(follow: Follow, world: World) -> None:
    page = follow()
    page.locator("#more summary").click()
    world.save("Followed", ("form",))
    expect(page.locator("#note")).to_have_value("Followed")
    expect(page.locator("#more")).to_have_attribute("open", "")


def test_elements_stay_the_same_ones(follow: Follow, world: World) -> None:
    page = follow()
    heading = page.locator("#board h2").element_handle()
    page.locator("#more summary").focus()
    world.save("Morphed", ("board", "form"))
    expect(page.locator("#form p")).to_have_text("Morphed")
    assert page.evaluate("element => element.isConnected", heading)
    expect(page.locator("#more summary")).to_be_focused()


def test_held_regions_wait_and_the_newest_is_shown_after(follow: Follow, world: World) -> None:
    page, other = follow("m0"), follow("m1")
    world.save("Before the drag")
    expect(page.locator("#board li")).to_have_text("Before the drag")
    page.evaluate("() => { window.release = polaris.still(); }")
    for text in ("During", "During, again"):
        world.save(text)
        expect(other.locator("#board li")).to_have_text(text)
    expect(page.locator("#board li")).to_have_text("Before the drag")
    page.evaluate("() => window.release()")
    expect(page.locator("#board li")).to_have_text("During, again")


def test_something_private_is_fetched_by_its_person_alone(follow: Follow, world: World) -> None:
    mine, other = follow("m2"), follow("m3")
    world.say("nudge", "m2")
    expect(mine.locator("#own")).to_have_text("fetched 1")
    expect(other.locator("#own")).to_have_text("")


def test_a_hidden_page_leaves_and_comes_back_to_what_is_new(follow: Follow, world: World) -> None:
    page, other = follow("m4"), follow("m5")
    expect(other.locator("#people")).to_contain_text(world.keys["m4"])
    page.clock.install()
    page.evaluate(
        "Object.defineProperty(document, 'hidden', { get: () => window.away ?? false });"
        "window.away = true; document.dispatchEvent(new Event('visibilitychange'))"
    )
    page.clock.fast_forward(10_000)
    expect(other.locator("#people")).to_contain_text(world.keys["m4"])
    page.clock.fast_forward(10_000)
    expect(other.locator("#people")).not_to_contain_text(world.keys["m4"])
    world.save("While away")
    expect(other.locator("#board li")).to_have_text("While away")
    page.evaluate("window.away = false; document.dispatchEvent(new Event('visibilitychange'))")
    expect(page.locator("#board li")).to_have_text("While away")
    expect(page.locator("#own")).to_have_text("fetched 1")  # what is private may have changed as well
    expect(other.locator("#people")).to_contain_text(world.keys["m4"])


def test_the_page_says_so_while_the_server_is_away_and_then_catches_up(
    template: Template, tmp_path: Path, follow: Follow
) -> None:
    with serving(template, tmp_path) as world:
        page = follow("m0", world)
    state = page.locator("[data-live-state]")
    expect(state).to_have_text("Reconnecting…")
    var, port = Path(world.server.env["POLARIS_VAR"]), int(world.server.env["PORT"])
    with servers.running_web(var, port, **on_services("")) as again:
        expect(state).to_have_text("Connected", timeout=30_000)
        world.at(again).save("After the restart")
        expect(page.locator("#board li")).to_have_text("After the restart")


def test_a_stream_that_falls_silent_is_opened_anew(template: Template, tmp_path: Path, follow: Follow) -> None:
    with serving(template, tmp_path) as world:
        page = follow("m0", world)
        page.clock.install()
        world.save("Heard")  # from here on the page goes by the clock
        expect(page.locator("#board li")).to_have_text("Heard")
        os.kill(world.server.pid, signal.SIGSTOP)
        page.clock.run_for(45_000)
        expect(page.locator("[data-live-state]")).to_have_text("Reconnecting…")
        os.kill(world.server.pid, signal.SIGCONT)
        page.clock.resume()
        connected(page)
