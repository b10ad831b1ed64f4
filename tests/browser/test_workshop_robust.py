"""A workshop in bad weather: whatever drops out, everybody comes back to the same board, with nothing lost or doubled."""

import os
import signal
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, Route, expect

from tests import servers
from tests.browser.people import Enter
from tests.browser.rooms import begun as room_begun
from tests.browser.rooms import room_of
from tests.probe.serving import RedisServer, new_database, redis_binary
from tests.servers import AppServer

BEAT = 15_000  # ms; the server's heartbeat, within which everybody is to see the same
PEOPLE = ("tribe_lead", "coach", "tech", "codir")  # the first leads, the second with them
CODE = "abcdefgh2345"
ROOM = room_of(CODE)
LED_BY_TWO = room_begun(CODE, more="held.co_facilitator = coach\nheld.save()\n")
STEPS = """
from orgs import tenancy
from orgs.models import AuditEvent
with tenancy.all_tenants():
    print(AuditEvent.across_orgs.filter(verb="phase").count())
"""
Come = Callable[..., Page]


@contextmanager
def begun(demo_var: Path, folder: Path, processes_: int = 1, **variables: str) -> Iterator[list[AppServer]]:
    """The brainstorm of a workshop on data of its own and the services of this run, in so many web processes."""
    with ExitStack() as stack:
        database = stack.enter_context(new_database())
        var = folder / "var"
        given = {"DEMO": "true", **({"DATABASE_URL": database} if database else {}), **variables}
        if database:
            env = servers.environment(var, **given)
            servers.manage("migrate", "--verbosity=0", env=env)
            servers.manage("load_demo", env=env)
        else:
            servers.copy_of(demo_var, var)
        running = [stack.enter_context(servers.running_web(var, **given)) for _ in range(processes_)]
        running[0].manage("shell", "-v0", "-c", LED_BY_TWO)
        yield running


@pytest.fixture
def server(demo_var: Path, tmp_path: Path) -> Iterator[AppServer]:
    with begun(demo_var, tmp_path) as (server,):
        yield server


@pytest.fixture
def come(browser: Browser, browser_context_args: dict[str, Any], request: pytest.FixtureRequest) -> Iterator[Come]:
    """`come("tech", server)` is that persona's page of the room, connected. What fails while there is no network, or no
    server, is what these tests are about; any other trouble in the browser fails them."""
    entered: list[Enter] = []

    def come(persona: str, at: AppServer, **options: Any) -> Page:
        if not entered:
            entered.append(Enter(browser, browser_context_args, at))
        page = entered[0](persona, at=at, **options)
        page.goto(ROOM)
        connected(page)
        return page

    yield come
    for one in entered:
        one.leave()
        assert [trouble for trouble in one.troubles if "ERR_" not in trouble] == []


def connected(page: Page, within: float = BEAT) -> None:
    expect(page.locator("[data-live-state]")).to_have_attribute("data-live-state", "connected", timeout=within)


def write(page: Page, text: str) -> None:
    page.locator("#note-text").fill(text)
    page.locator("#note-text").press("Enter")


def own(page: Page, *texts: str, within: float = BEAT) -> None:
    """These are this person's own notes, each once, and nothing is on its way. What waited is not sent in order."""
    notes = page.locator(".note.own > p")
    expect(notes).to_have_count(len(texts), timeout=within)
    expect(page.locator(".note.pending")).to_have_count(0)
    assert sorted(notes.all_inner_texts()) == sorted(texts)


def reveal(lead: Page) -> None:
    lead.locator("#next-step").click()
    insist = lead.get_by_role("button", name="Go on all the same")
    shown = lead.locator("#deck[data-phase^=reveal]")
    expect(insist.or_(shown).first).to_be_visible()
    if insist.is_visible():
        insist.click()
    expect(shown).to_be_visible()


def same_board(pages: Sequence[Page], *texts: str) -> None:
    """Everybody reads exactly these notes, each once."""
    for page in pages:
        notes = page.locator("#board .note > p")
        expect(notes).to_have_count(len(texts), timeout=BEAT)
        assert sorted(notes.all_inner_texts()) == sorted(texts)


def next_at_once(*leads: Page) -> None:
    """Each presses, and what they sent leaves when all have."""
    held: list[Route] = []
    for page in leads:
        page.route("**/phases/*/", lambda route: held.append(route))
        page.locator("#next-step").click(no_wait_after=True)
    while len(held) < len(leads):
        leads[0].wait_for_timeout(20)
    for route in held:
        route.continue_()
    for page in leads:
        page.unroute("**/phases/*/")


def test_the_server_is_killed_in_the_middle_of_the_brainstorm(
    demo_var: Path, tmp_path: Path, come: Come, browser: Browser
) -> None:
    with begun(demo_var, tmp_path) as (server,):
        pages = [come(one, server) for one in PEOPLE]
        lead, coach, tech, codir = pages
        write(tech, "Saved before")
        write(codir, "Saved before, too")
        own(tech, "Saved before")
        own(codir, "Saved before, too")
        write(tech, "Sent in the moment of the crash")
        os.kill(server.pid, signal.SIGKILL)
        for page in pages:
            expect(page.locator("[data-live-state]")).to_have_attribute("data-live-state", "reconnecting")
        write(tech, "Written meanwhile")
        codir.locator("#note-text").fill("Not sent yet")
        port, var = int(server.env["PORT"]), Path(server.env["POLARIS_VAR"])
        again = {name: server.env[name] for name in ("DEMO", "DATABASE_URL") if name in server.env}
        with servers.running_web(var, port, **again):
            for page in pages:
                connected(page)
            own(tech, "Written meanwhile", "Sent in the moment of the crash", "Saved before")
            own(codir, "Saved before, too")
            expect(codir.locator("#note-text")).to_have_value("Not sent yet")
            for page in (lead, coach):
                expect(page.locator("#board .note.hidden")).to_have_count(4)
                expect(page.locator("#aside")).to_contain_text("4 in the room")
            codir.locator("#note-text").press("Enter")
            own(codir, "Not sent yet", "Saved before, too")
            reveal(lead)
            same_board(
                pages,
                "Saved before",
                "Saved before, too",
                "Sent in the moment of the crash",
                "Written meanwhile",
                "Not sent yet",
            )
            for page in pages:
                page.context.close()


@pytest.mark.skipif(redis_binary() is None, reason="no redis-server on this machine")
def test_redis_is_gone_for_ten_seconds(demo_var: Path, tmp_path: Path, come: Come) -> None:
    redis = RedisServer(tmp_path)
    redis.start()
    try:
        with begun(demo_var, tmp_path, 2, REDIS_URL=redis.url) as (first, second):
            pages = [come(one, (first, second)[n % 2]) for n, one in enumerate(PEOPLE)]
            lead, coach, tech, codir = pages
            expect(lead.locator("#aside")).to_contain_text("4 in the room")
            write(tech, "Before")
            expect(coach.locator("#board .note.hidden")).to_have_count(1, timeout=1000)
            redis.stop()
            gone = time.monotonic()
            write(tech, "Without Redis")
            write(codir, "Without Redis, elsewhere")
            own(tech, "Without Redis", "Before")
            own(codir, "Without Redis, elsewhere")
            reveal(lead)
            tech.wait_for_timeout(10_000 - 1000 * (time.monotonic() - gone))
            redis.start()
            same_board(pages, "Before", "Without Redis", "Without Redis, elsewhere")
            for page in pages:
                expect(page.locator("#deck")).to_have_attribute(
                    "data-phase", lead.locator("#deck").get_attribute("data-phase") or ""
                )
                expect(page.locator("#aside")).to_contain_text("4 in the room", timeout=BEAT)
                connected(page)
            lead.reload()  # pages come as before
            same_board([lead], "Before", "Without Redis", "Without Redis, elsewhere")
            for page in pages:
                page.context.close()
    finally:
        redis.stop()


def test_a_laptop_sleeps_through_two_phases(server: AppServer, come: Come) -> None:
    pages = [come(one, server) for one in PEOPLE]
    lead, _coach, tech, codir = pages
    write(codir, "Read by all")
    own(codir, "Read by all")
    tech.locator("#note-text").fill("Half a sen")
    laptop = tech.context.new_cdp_session(tech)
    tech.context.set_offline(True)
    laptop.send("Page.setWebLifecycleState", {"state": "frozen"})
    reveal(lead)
    lead.locator("#next-step").click()
    expect(lead.locator("#deck[data-phase^=families]")).to_be_visible()
    laptop.send("Page.setWebLifecycleState", {"state": "active"})
    tech.context.set_offline(False)
    connected(tech)
    expect(tech.locator("#deck[data-phase^=families]")).to_be_visible(timeout=BEAT)
    for page in pages:
        expect(page.locator("#board")).to_contain_text("Read by all")
        expect(page.locator("#aside")).to_contain_text("4 in the room", timeout=BEAT)
    expect(tech.locator("#note-text")).to_have_value("Half a sen")  # what was begun is not thrown away


def test_two_tabs_are_one_person(server: AppServer, come: Come) -> None:
    lead, coach, tech, codir = (come(one, server) for one in PEOPLE)
    other = tech.context.new_page()
    other.goto(ROOM)
    connected(other)
    expect(lead.locator("#aside")).to_contain_text("4 in the room")
    other.locator("#note-text").fill("Typed in the other")
    write(tech, "From one tab")
    for tab in (tech, other):
        own(tab, "From one tab")
    expect(other.locator("#note-text")).to_have_value("Typed in the other")
    other.locator("#note-text").press("Enter")
    for tab in (tech, other):
        own(tab, "Typed in the other", "From one tab")
    tech.get_by_role("button", name="I’m done").click()
    expect(other.get_by_role("button", name="I’m done")).to_have_attribute("aria-pressed", "true")
    expect(lead.locator("#aside")).to_contain_text("1 of 2 done")
    tech.close()
    other.get_by_role("button", name="I’m done").click()
    expect(lead.locator("#aside")).to_contain_text("0 of 2 done")
    expect(lead.locator("#aside")).to_contain_text("4 in the room")
    reveal(lead)
    same_board([lead, coach, other, codir], "Typed in the other", "From one tab")


def test_on_a_train_while_the_room_goes_on(server: AppServer, come: Come) -> None:
    pages = [come(one, server) for one in PEOPLE]
    lead, _coach, tech, codir = pages
    write(codir, "Written in the room")
    own(codir, "Written in the room")
    tech.context.set_offline(True)
    for text in ("First tunnel", "Second tunnel", "Third tunnel"):
        write(tech, text)
    expect(tech.locator(".note.pending")).to_have_count(3)
    reveal(lead)
    tech.context.set_offline(False)
    same_board(pages, "Written in the room", "First tunnel", "Second tunnel", "Third tunnel")
    expect(tech.locator(".note.pending")).to_have_count(0)

    # Back in the brainstorm, what has arrived is not shown as if it were still on its way.
    lead.get_by_role("button", name="Other steps").click()
    lead.get_by_role("button", name="Private brainstorm").click()
    expect(tech.locator("#compose")).to_be_visible()
    expect(tech.locator(".note.pending")).to_have_count(0)

    # What comes too late is said, word for word, and stays there to read.
    tech.context.set_offline(True)
    write(tech, "Too late for the vote")
    for phase in ("reveal", "families", "vote"):
        reveal(lead) if phase == "reveal" else go_on(lead, phase)
    tech.context.set_offline(False)
    expect(tech.locator("#deck[data-phase^=vote]")).to_be_visible(timeout=BEAT)
    expect(tech.locator("#says .typed")).to_have_text("Too late for the vote", timeout=BEAT)
    expect(lead.locator("#board")).not_to_contain_text("Too late")


def go_on(lead: Page, phase: str) -> None:
    lead.locator("#next-step").click()
    insist = lead.get_by_role("button", name="Go on all the same")
    there = lead.locator(f"#deck[data-phase^={phase}]")
    expect(insist.or_(there).first).to_be_visible()
    if insist.is_visible():
        insist.click()
    expect(there).to_be_visible()


def test_two_facilitators_press_next_at_once(server: AppServer, come: Come) -> None:
    pages = [come(one, server) for one in PEOPLE]
    lead, coach, tech, codir = pages
    for page in (tech, codir):
        page.get_by_role("button", name="I’m done").click()
    expect(lead.locator("#aside")).to_contain_text("2 of 2 done")
    for phase in ("reveal", "families"):
        next_at_once(lead, coach)
        for page in pages:
            expect(page.locator(f"#deck[data-phase^={phase}]")).to_be_visible()
        for page in (lead, coach):  # who came second is told, or sees it already
            expect(page.locator("#says .waiting, #says form")).to_have_count(0)
    assert server.manage("shell", "-v0", "-c", STEPS).split() == ["2"]
    for page in pages:
        page.reload()
        expect(page.locator("#deck [aria-current=step]")).to_have_text("Families")
