"""Everyone sees the same again: after a restart of the server, of Redis, and across processes."""

import asyncio
import os
import signal
from pathlib import Path

import pytest
import redis

from tests.probe.client import World, eventually, on_loop
from tests.probe.serving import RedisServer, on_services
from tests.servers import running_web
from tests.workshops.live.conftest import Serve


def test_a_server_that_stops_ends_its_streams_and_the_next_shows_all(serve: Serve) -> None:
    @on_loop
    async def before(world: World) -> None:
        streams = await world.watch("m0", "admin", *(f"m{n}" for n in range(1, 50)))
        await world.change("Before the restart")
        await streams[0].shows("Before the restart")

    @on_loop
    async def after(world: World) -> None:
        (stream,) = await world.watch("m0")
        assert "Before the restart" in stream.newest("board").html
        await world.change("After it")
        await stream.shows("After it")

    with serve() as world:
        before(world)
        os.kill(world.server.pid, signal.SIGTERM)
        var = Path(world.server.env["POLARIS_VAR"])
        with running_web(var, **on_services(world.server.env.get("DATABASE_URL", ""))) as second:
            after(world.at(second))


def test_stopping_ends_every_stream_cleanly(serve: Serve) -> None:
    @on_loop
    async def run(world: World) -> None:
        streams = await world.watch("m0", "m1", "admin")
        quiet = await world.open("m2", start=False)
        os.kill(world.server.pid, signal.SIGTERM)
        for stream in streams:
            await stream.until(lambda stream=stream: stream.ended)
        quiet.start()
        await quiet.until(lambda: quiet.ended)

    with serve() as world:
        run(world)
        log = Path(world.server.env["POLARIS_VAR"]) / "web.log"
    assert "Finished server process" in log.read_text()
    assert "Traceback" not in log.read_text()
    assert "Cancel" not in log.read_text()


NO_HEARTBEAT = pytest.mark.parametrize("two", ["600"], indirect=True)


@pytest.mark.redis
@NO_HEARTBEAT
def test_two_processes_show_the_same(two: tuple[World, World]) -> None:
    @on_loop
    async def run(first: World, second: World) -> None:
        (here,), (there,) = await first.watch("m0"), await second.watch("m1")
        for number, (writer, other) in enumerate([(first, there), (second, here)] * 3):
            before = len(first.draws())
            seq = await writer.change(f"No {number}")
            await other.shows(f"No {number}")
            await eventually(lambda before=before, seq=seq: first.draws()[before:].count(f"board room en {seq}") == 2)
        await second.tell("nudge", "m0")
        await here.until(lambda: here.named("me"))

    run(*two)


@pytest.mark.redis
@NO_HEARTBEAT
def test_a_message_that_cannot_be_read_is_passed_over(two: tuple[World, World], own_redis: RedisServer) -> None:
    @on_loop
    async def run(first: World, second: World) -> None:
        await first.watch("m0")
        (there,) = await second.watch("m1")
        with redis.Redis.from_url(own_redis.url) as client:
            await eventually(lambda: client.pubsub_numsub("polaris:live:0")[0][1] == 2)
            for text in ("no JSON", "[]", f'["p","from a newer version","probe",1,"{first.tribe}",2,[]]'):
                assert client.publish("polaris:live:0", text) == 2
        await first.change("The next one")
        await there.shows("The next one")
        log = Path(second.server.env["POLARIS_VAR"]) / "web.log"
        assert log.read_text().count("live_message_not_understood") >= 3

    run(*two)


@pytest.mark.redis
@pytest.mark.parametrize("how", ["killed", "frozen"])
def test_without_redis_for_a_while(two: tuple[World, World], own_redis: RedisServer, how: str) -> None:
    """Saving goes on, one's own process shows it at once, the others at their next heartbeat; then all is as before."""

    @on_loop
    async def run(first: World, second: World) -> None:
        (here,), (there,) = await first.watch("m0"), await second.watch("m1")
        await asyncio.to_thread(own_redis.stop if how == "killed" else own_redis.freeze)
        await first.change("Without")
        await here.shows("Without", within=1.5)
        await there.shows("Without", within=10)
        await first.change("Lost meanwhile")
        await asyncio.to_thread(own_redis.start if how == "killed" else lambda: own_redis.freeze(False))
        await there.shows("Lost meanwhile", within=10)

        number = 0

        async def is_quick() -> bool:
            nonlocal number
            number += 1
            await first.change(f"Again {number}")
            try:
                await there.shows(f"Again {number}", within=0.5)
            except TimeoutError:
                return False
            return True

        async with asyncio.timeout(60):
            while not all([await is_quick() for _ in range(5)]):  # heartbeats alone would not do it five times running
                pass

    run(*two)
