"""Who is let in to a live session, as what, and for how long."""

import asyncio
import re

import pytest

from bench.http import Browser
from tests.probe.client import Stream, World, on_loop
from tests.workshops.live.conftest import Serve

END_MEMBERSHIP = """
from django.utils import timezone
from orgs import tenancy
from orgs.models import Membership, Role
with tenancy.all_tenants():
    Membership.across_orgs.filter(pk={pk}).update({change})
"""


async def change_membership(world: World, who: str, change: str) -> None:
    command = END_MEMBERSHIP.format(pk=world.keys[who][1:], change=change)
    await asyncio.to_thread(world.server.manage, "shell", "--no-imports", "-c", command)


async def ends(stream: Stream) -> None:
    await stream.until(lambda: stream.ended)


@on_loop
async def test_a_stream_is_what_browsers_and_proxies_expect(world: World) -> None:
    stream = await world.open("m0")
    assert stream.status == 200
    assert stream.headers["content-type"] == "text/event-stream; charset=utf-8"
    assert stream.headers["cache-control"] == "no-store"
    assert stream.headers["x-accel-buffering"] == "no"
    assert "content-encoding" not in stream.headers
    assert "set-cookie" not in stream.headers


@pytest.mark.parametrize(
    ("who", "status"),
    [("m0", 200), ("admin", 200), ("guest", 200), ("observer", 403), ("stranger", 404), ("nobody", 404)],
)
@on_loop
async def test_who_may_watch(world: World, who: str, status: int) -> None:
    assert (await world.open(who)).status == status


@pytest.mark.parametrize(
    "path",
    [
        "/live/",
        "/live/probe/",
        "/live/probe/probe/999999/",
        "/live/probe/nowhere/1/",
        "/live/other/probe/1/",
        "/live/probe/probe/1/more/",
        "/live/probe/probe/a%00b/",
        "/live/probe/probe/" + 65 * "1" + "/",
    ],
)
@on_loop
async def test_what_is_not_there_is_not_there_for_strangers_either(world: World, path: str) -> None:
    for who in ("m0", "stranger", "nobody"):
        assert (await world.open(who, path=path)).status == 404


@on_loop
async def test_a_session_of_another_organization_is_not_found_under_ones_own(world: World) -> None:
    assert (await world.open("stranger", path=f"/live/probe/elsewhere/{world.tribe}/")).status == 404


@on_loop
async def test_a_forged_guest_is_a_stranger(world: World) -> None:
    assert (await world.open("", Cookie="probe_guest=Gaston:forged")).status == 404


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"Sec_Fetch_Site": "same-origin"}, 200),
        ({"Sec_Fetch_Site": "cross-site"}, 403),
        ({"Sec_Fetch_Site": "same-site"}, 403),
        ({"Origin": "https://evil.example.org"}, 403),
        ({"Host": "evil.example.org"}, 400),
    ],
)
@on_loop
async def test_only_our_own_pages_open_a_stream(world: World, headers: dict[str, str], status: int) -> None:
    assert (await world.open("m0", **headers)).status == status


@on_loop
async def test_only_get(world: World) -> None:
    browser = Browser(world.server.url)
    assert (await asyncio.to_thread(browser.ask, "POST", world.path)).status == 405


@on_loop
async def test_the_language_is_the_one_of_pages(world: World) -> None:
    """The person's own, else the browser's choice, else the organization's."""
    french = await (await world.open("fiona")).complete()
    assert "Tribus" in french.newest("board").html
    chosen = await (await world.open("", Cookie=f"{world.cookies['guest']}; django_language=fr")).complete()
    assert "Tribus" in chosen.newest("board").html
    default = await (await world.open("guest", Accept_Language="fr")).complete()
    assert "Tribes" in default.newest("board").html


@on_loop
async def test_a_membership_that_ends_closes_the_stream_within_a_heartbeat(world: World) -> None:
    leaver, stayer = await world.watch("m10", "m11")
    await change_membership(world, "m10", "ended_at=timezone.now()")
    await ends(leaver)
    assert (await world.open("m10")).status == 404
    assert not stayer.ended


@on_loop
async def test_another_role_closes_the_stream_and_another_audience_comes_back(world: World) -> None:
    ordinary, observer_to_be = await world.watch("m12", "m13")
    await change_membership(world, "m12", "roles=[Role.ADMINISTRATOR]")
    await change_membership(world, "m13", "roles=[Role.OBSERVER]")
    await ends(ordinary)
    await ends(observer_to_be)
    (again,) = await world.watch("m12")
    assert 'data-for="facilitator"' in again.newest("board").html
    assert (await world.open("m13")).status == 403


@on_loop
async def test_signing_out_closes_the_streams_of_that_session(world: World) -> None:
    stream, other = await world.watch("m14", "m15")
    browser = Browser(world.server.url, dict([world.cookies["m14"].split("=")]))
    page = (await asyncio.to_thread(browser.get, "/accounts/logout/")).body.decode()
    token = re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', page)
    assert token
    fields = f"csrfmiddlewaretoken={token[1]}"
    answer = await asyncio.to_thread(lambda: browser.ask("POST", "/accounts/logout/", fields, Referer=world.server.url))
    assert answer.status == 302
    await ends(stream)
    assert not other.ended


@on_loop
async def test_another_password_closes_the_streams(world: World) -> None:
    (stream,) = await world.watch("m16")
    command = (
        "from orgs import tenancy; from orgs.models import Membership\n"
        f"with tenancy.all_tenants(): user = Membership.across_orgs.get(pk={world.keys['m16'][1:]}).user\n"
        "user.set_password('another one entirely'); user.save()"
    )
    await asyncio.to_thread(world.server.manage, "shell", "--no-imports", "-c", command)
    await ends(stream)
    assert (await world.open("m16")).status == 404


def test_rights_are_reviewed_at_once_where_an_action_asks_for_it(serve: Serve) -> None:
    @on_loop
    async def run(world: World) -> None:
        handed_over, other = await world.watch("m0", "m1")
        await change_membership(world, "m0", "roles=[Role.ADMINISTRATOR]")
        await world.change("Only the next heartbeat would tell")
        await other.shows("Only the next heartbeat would tell")
        assert not handed_over.ended
        await world.tell("review", "m0")
        await ends(handed_over)
        assert not other.ended

    with serve(LIVE_HEARTBEAT="600") as world:
        run(world)


@on_loop
async def test_one_person_opens_eight_streams_and_no_more(world: World) -> None:
    streams = await world.watch(*(8 * ["m20"]))
    ninth = await world.open("m20")
    assert ninth.status == 503
    assert 5 <= int(ninth.headers["retry-after"]) <= 15
    assert (await world.open("m21")).status == 200
    streams[0].close()

    async def let_in() -> bool:
        return (await world.open("m20")).status == 200

    async with asyncio.timeout(10):
        while not await let_in():
            await asyncio.sleep(0.02)


def test_a_process_opens_so_many_streams_and_no_more(serve: Serve) -> None:
    @on_loop
    async def run(world: World) -> None:
        await world.watch("m0", "m1", "m2")
        assert (await world.open("m3")).status == 503
        assert await world.change("Pages go on") > 0

    with serve(LIVE_STREAMS="3") as world:
        run(world)
