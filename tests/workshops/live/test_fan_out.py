"""A change is drawn once for each audience and language, whoever watches; the newest wins; nobody waits for the slow."""

import asyncio
import time

import pytest

from tests.probe.client import World, eventually, on_loop
from tests.workshops.live.conftest import Serve

HEAVY = "2000"  # times that the board says its mission: some 400 kB


def boards(world: World, since: int = 0) -> list[str]:
    return [line for line in world.draws()[since:] if line.startswith("board")]


@pytest.mark.parametrize("number", [1, 20, 300])
@on_loop
async def test_a_change_is_drawn_once_for_each_audience_and_language(world: World, number: int) -> None:
    opening = len(world.draws())
    streams = await world.watch("admin", "fiona", *(f"m{n}" for n in range(number)))
    drawn = [line.rpartition(" ")[0] for line in boards(world, opening)]
    assert sorted(drawn) == ["board facilitator en", "board room en", "board room fr"]
    before, text = len(world.draws()), f"Seen by {number}"
    seq = await world.change(text)
    for stream in streams:
        assert (await stream.shows(text)).id == str(seq)
    assert sorted(boards(world, before)) == [
        f"board facilitator en {seq}",
        f"board room en {seq}",
        f"board room fr {seq}",
    ]
    assert "Tribus" in streams[1].newest("board").html
    assert 'data-for="facilitator"' in streams[0].newest("board").html
    assert 'data-for="room"' in streams[2].newest("board").html


@on_loop
async def test_only_what_changed_is_drawn_and_sent(world: World) -> None:
    (stream,) = await world.watch("m0")
    await world.change("Both", regions=("board", "form"))
    await stream.shows("Both", "form")
    before, events = len(world.draws()), len(stream.events)
    await world.change("One", regions=("form",))
    await stream.shows("One", "form")
    assert [line.split()[0] for line in world.draws()[before:] if not line.startswith("people")] == ["form"]
    assert {event.region for event in stream.events[events:]} - {"", "people"} == {"form"}


@on_loop
async def test_what_looks_the_same_is_not_sent_again(world: World) -> None:
    (stream,) = await world.watch("m0")
    await world.change("As before")
    await stream.shows("As before")
    sent = len([event for event in stream.events if event.region == "board"])
    again = await world.change("As before")
    await eventually(lambda: f"board room en {again}" in world.draws())
    await world.change("As before", regions=("form",))
    await world.change("Something else", regions=("form",))
    await stream.shows("Something else", "form")
    assert len([event for event in stream.events if event.region == "board"]) == sent


@on_loop
async def test_empty_lines_arrive_and_an_empty_region_keeps_its_name(world: World) -> None:
    (stream,) = await world.watch("m0")
    await world.change("One\n\n  \nfour")
    await stream.shows("<li>One\n\n  \nfour</li>")
    await world.change("", regions=("form",))
    await stream.until(lambda: stream.newest("form").data == "form\n")


def test_the_first_change_goes_out_at_once_and_what_follows_together(serve: Serve) -> None:
    pause = 6.0

    @on_loop
    async def run(world: World) -> None:
        (stream,) = await world.watch("m0")
        first = await world.change("First")
        at_once = await stream.shows("First", within=pause - 1)
        for number in range(10):
            last = await world.change(f"Then {number}")
        together = await stream.shows("Then 9")
        assert [line.split()[-1] for line in boards(world)] == ["1", str(first), str(last)]
        assert together.at - at_once.at > pause - 0.5

    with serve(PROBE_INTERVAL=str(pause), PROBE_SHOWS_PRESENCE="") as world:
        run(world)


def test_a_client_that_reads_nothing_holds_up_nobody_and_gets_the_newest_only(serve: Serve) -> None:
    changes = 25

    @on_loop
    async def run(world: World) -> None:
        (quick,) = await world.watch("m0")
        slow = await world.open("m1", start=False)
        for number in range(changes):
            await world.change(f"No {number}. " + 190 * "x")
            await quick.shows(f"No {number}.")
        slow.start()
        await slow.shows(f"No {changes - 1}.")
        received = [event for event in slow.events if event.region == "board"]
        assert len(received) < changes - 5
        assert len(boards(world)) == changes + 1

    with serve(PROBE_REPEAT=HEAVY, LIVE_WRITE_WITHIN="60") as world:
        run(world)


def test_a_connection_that_takes_nothing_for_long_is_dropped(serve: Serve) -> None:
    @on_loop
    async def run(world: World) -> None:
        (quick,) = await world.watch("m0")
        await world.open("m1", start=False)
        await quick.shows(world.keys["m1"], "people")
        started = time.monotonic()
        for number in range(100):
            await world.change(f"No {number}. " + 190 * "x")
            await quick.shows(f"No {number}.")
            if world.keys["m1"] not in quick.newest("people").html:
                break
        await quick.until(lambda: world.keys["m1"] not in quick.newest("people").html)
        assert time.monotonic() - started > 1

    with serve(PROBE_REPEAT=HEAVY, LIVE_WRITE_WITHIN="1", LIVE_LEAVING="0.5") as world:
        run(world)


@on_loop
async def test_a_nudge_reaches_that_person_alone_in_all_tabs_and_says_nothing(world: World) -> None:
    mine, also_mine, other = await world.watch("m0", "m0", "m1")
    await world.tell("nudge", "m0")
    for stream in (mine, also_mine):
        (event,) = await stream.until(lambda stream=stream: stream.named("me"))
        assert event.data.isdecimal()
    await world.change("After the nudge")
    await other.shows("After the nudge")
    assert not other.named("me")


@on_loop
async def test_heartbeats_carry_the_version_and_are_spread(world: World) -> None:
    seq = await world.change("Beating")
    streams = await world.watch(*(f"m{n}" for n in range(8)))
    firsts = [(await stream.until(lambda stream=stream: stream.named("beat")))[0] for stream in streams]
    assert {event.data for event in firsts} == {str(seq)}
    assert len({event.at for event in firsts}) > 1
    for stream in streams:
        await stream.until(lambda stream=stream: len(stream.named("beat")) >= 3)


@on_loop
async def test_a_lost_message_is_found_within_a_heartbeat(world: World) -> None:
    room, french = await world.watch("m0", "fiona")
    before = len(world.draws())
    seq = await world.change("Nobody was told", quiet="yes")
    await asyncio.gather(room.shows("Nobody was told", within=5), french.shows("Nobody was told", within=5))
    assert sorted(boards(world, before)) == [f"board room en {seq}", f"board room fr {seq}"]
    assert room.named("me")  # what is private may have changed too


def test_a_lost_message_is_found_sooner_where_the_next_one_arrives(serve: Serve) -> None:
    """The next version alone would hide that one was jumped over."""

    @on_loop
    async def run(world: World) -> None:
        (stream,) = await world.watch("m0")
        await world.change("Told by nobody", quiet="yes")
        await world.change("Told by nobody", regions=("board",))
        await stream.shows("Told by nobody")
        await stream.shows("Told by nobody", "form")

    with serve(LIVE_HEARTBEAT="600") as world:
        run(world)
