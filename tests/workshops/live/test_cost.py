"""What an open stream costs the server: no database connection, no thread, little memory."""

import re
from pathlib import Path

import psycopg
import pytest

from tests.probe.client import World, eventually, on_loop
from tests.workshops.live.conftest import Serve

STREAMS = 500


def status_of(world: World, name: str) -> int:
    found = re.search(rf"^{name}:\s+(\d+)", Path(f"/proc/{world.server.pid}/status").read_text(), re.MULTILINE)
    assert found
    return int(found[1])


async def watch_as_many(world: World) -> None:
    for first in range(0, STREAMS, 50):
        await world.watch(*(f"m{n % 300}" for n in range(first, first + 50)))


def test_five_hundred_streams_hold_no_thread_and_little_memory(serve: Serve) -> None:
    @on_loop
    async def run(world: World) -> None:
        await world.watch("m0")
        memory = status_of(world, "VmRSS")
        await watch_as_many(world)
        await world.change("Seen by five hundred")
        for stream in world.opened:
            await stream.shows("Seen by five hundred")
        assert status_of(world, "Threads") < 40  # those of the pages, and the hub's two pools
        assert status_of(world, "VmRSS") - memory < 100_000  # kB

    with serve(LIVE_HEARTBEAT="5") as world:
        run(world)


@pytest.mark.postgres
def test_streams_hold_no_database_connection(serve: Serve) -> None:
    @on_loop
    async def run(world: World) -> None:
        with psycopg.connect(world.server.env["DATABASE_URL"], autocommit=True) as own:
            count = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND backend_type = 'client backend' AND pid <> pg_backend_pid()"

            def connections() -> int:
                row = own.execute(count).fetchone()
                return int(row[0]) if row else 0

            await eventually(lambda: connections() <= 1)  # what answered the first request keeps its own
            before = connections()
            await watch_as_many(world)
            await eventually(lambda: connections() <= before)
            assert len(world.opened) == STREAMS

    with serve(LIVE_HEARTBEAT="600") as world:
        run(world)
