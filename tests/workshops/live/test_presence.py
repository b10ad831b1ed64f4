"""Who is here: a person once, however many tabs; a reload is no leaving; across processes."""

import os
import signal

import pytest

from tests.probe.client import Stream, World, on_loop
from tests.probe.serving import RedisServer
from tests.workshops.live.conftest import Serve


async def says(stream: Stream, world: World, *who: str) -> None:
    wanted = " ".join(sorted(world.keys[name] for name in who))
    await stream.until(lambda: (found := stream.newest("people")) and f">{wanted}<" in found.html)


@on_loop
async def test_people_come_and_leave(world: World) -> None:
    (me,) = await world.watch("m0")
    await says(me, world, "m0")
    other, twice, _guest = await world.watch("m1", "m1", "guest")
    await says(me, world, "m0", "m1", "guest")
    assert await world.present() == sorted(world.keys[name] for name in ("m0", "m1", "guest"))
    assert await world.present_everywhere() == await world.present()
    other.close()
    await world.change("Still here")
    await me.shows("Still here")
    assert world.keys["m1"] in await world.present()
    twice.close()
    await says(me, world, "m0", "guest")


def test_a_reload_is_no_leaving(serve: Serve) -> None:
    @on_loop
    async def run(world: World) -> None:
        me, other = await world.watch("m0", "m1")
        await says(me, world, "m0", "m1")
        told = len([event for event in me.events if event.region == "people"])
        for _ in range(3):
            other.close()
            (other,) = await world.watch("m1")
        await world.change("After three reloads")
        await me.shows("After three reloads")
        assert len([event for event in me.events if event.region == "people"]) == told
        assert world.keys["m1"] in await world.present()

    with serve(LIVE_LEAVING="60") as world:
        run(world)


@pytest.mark.redis
def test_across_processes(two: tuple[World, World]) -> None:
    @on_loop
    async def run(first: World, second: World) -> None:
        (here,) = await first.watch("m0")
        (there,) = await second.watch("m1")
        also_here, _ = *(await first.watch("m2")), *(await second.watch("m2"))
        for stream in (here, there):
            await says(stream, first, "m0", "m1", "m2")
        assert await first.present() == await second.present()
        also_here.close()  # the same person is still at the other process
        await first.change("Nobody left")
        await there.shows("Nobody left")
        assert first.keys["m2"] in await first.present()
        there.close()
        await says(here, first, "m0", "m2")

    run(*two)


@pytest.mark.redis
def test_people_of_a_process_that_died_are_gone_after_three_heartbeats(two: tuple[World, World]) -> None:
    @on_loop
    async def run(first: World, second: World) -> None:
        (here,) = await first.watch("m0")
        await second.watch("m1")
        await says(here, first, "m0", "m1")
        os.kill(second.server.pid, signal.SIGKILL)
        await says(here, first, "m0")

    run(*two)


@pytest.mark.redis
def test_without_redis_a_process_knows_its_own_and_that_it_knows_no_more(
    two: tuple[World, World], own_redis: RedisServer
) -> None:
    @on_loop
    async def run(first: World, second: World) -> None:
        (here,) = await first.watch("m0")
        await second.watch("m1")
        await says(here, first, "m0", "m1")
        own_redis.stop()
        assert await first.present() == [first.keys["m0"]]
        assert await first.present_everywhere() is None
        await says(here, first, "m0")
        own_redis.start()
        await says(here, first, "m0", "m1")
        assert await first.present_everywhere() == sorted((first.keys["m0"], first.keys["m1"]))

    run(*two)
