"""What goes wrong in one place of the hub stays there."""

import asyncio
import sys

import pytest
from django.conf import LazySettings

from tests.probe.client import eventually
from workshops.live import bus, presence
from workshops.live.door import Admission
from workshops.live.hub import Hub
from workshops.live.registry import Kind
from workshops.live.session import Session
from workshops.live.threads import Threads

NOTHING = Kind(
    name="nothing",
    watch=lambda people, key: {person.key: "room" for person in people},
    seq=lambda key: 1,
    load=lambda organization, key: None,
    regions={},
)


def test_a_session_that_fails_does_not_end_the_heartbeats_of_others(
    monkeypatch: pytest.MonkeyPatch, settings: LazySettings
) -> None:
    settings.LIVE_HEARTBEAT, settings.REDIS_URL = 0.5, ""
    monkeypatch.setattr(bus, "_listener", None)
    monkeypatch.setattr(presence, "_here_of", None)
    monkeypatch.setattr(Hub, "_close_when_told_to_stop", lambda hub: None)  # the signals of a test run are its own
    ticks = Session.tick

    def tick(session: Session, now: float) -> None:
        if session.key == "broken":
            raise LookupError("a session that fails")
        ticks(session, now)

    monkeypatch.setattr(Session, "tick", tick)
    sent: list[bytes] = []

    async def send(message: dict) -> None:
        sent.append(message["body"])

    async def run() -> None:
        hub = Hub()
        somebody = Admission(person="m1", owner="u1", audience="room", language="en", org=1, seq=1)
        async with hub.watching(NOTHING, "broken", somebody, send), hub.watching(NOTHING, "1", somebody, send):
            await eventually(lambda: sent.count(b"event: beat\ndata: 1\n\n") >= 2)

    asyncio.run(run())


@pytest.mark.parametrize("job", [(sys.exit, 3), (next, iter(()))], ids=["SystemExit", "StopIteration"])
def test_a_job_may_raise_anything_and_the_thread_goes_on(job: tuple) -> None:
    async def run() -> None:
        threads = Threads(1, "test")
        async with asyncio.timeout(10):
            with pytest.raises(RuntimeError, match="a job ended by"):
                await threads.run(*job)
            with pytest.raises(ZeroDivisionError):
                await threads.run(divmod, 1, 0)
            assert await threads.run(divmod, 7, 2) == (3, 1)

    asyncio.run(run())
