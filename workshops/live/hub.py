"""The live sessions of this process, their streams, and the threads that work for them. One hub a process, on its loop."""

import asyncio
import contextlib
import random
import signal
import threading
from collections import Counter
from collections.abc import AsyncIterator, Callable, Coroutine, Iterator
from types import FrameType
from typing import Any, TypeVar, cast

import structlog
from django.conf import settings

from workshops.live import bus, presence, subscription
from workshops.live.door import Admission
from workshops.live.registry import Kind
from workshops.live.session import Session
from workshops.live.threads import Threads
from workshops.live.watcher import Send

log = structlog.get_logger(__name__)
T = TypeVar("T")
TICK = 0.25  # seconds between two looks at who is due
THREADS = 4  # of each pool: those who come in do not wait for what is drawn, nor the other way round
COME_BACK = (5, 15)  # seconds, drawn by lot: whoever is turned away does not return with all the others


class Full(Exception):
    """More streams than this process, or than one person, may have open."""


class Hub:
    def __init__(self) -> None:
        self._loop = asyncio.get_running_loop()
        self.heartbeat: float = settings.LIVE_HEARTBEAT
        self.write_within: float = settings.LIVE_WRITE_WITHIN
        self.leaving: float = settings.LIVE_LEAVING
        self.closing = False
        self._sessions: dict[tuple[str, int, str], Session] = {}
        self._open = 0
        self._owners: Counter[str] = Counter()
        self._tasks: set[asyncio.Task[Any]] = set()
        self._draws = Threads(THREADS, "live-draw")
        self._asks = Threads(THREADS, "live-ask")
        bus.listen(lambda message: self._threadsafe(self._hear, message))
        presence.answer_with(self._here_of)
        self.start(self._tick())
        if settings.REDIS_URL:
            self.start(subscription.follow(self._hear, self._look_everywhere))
        self._close_when_told_to_stop()

    # ── For sessions ──

    def now(self) -> float:
        return self._loop.time()

    def start(self, work: Coroutine[Any, Any, None]) -> asyncio.Task[None]:
        task = self._loop.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._done)
        return task

    def _done(self, task: asyncio.Task[None]) -> None:
        self._tasks.discard(task)
        if not task.cancelled() and (error := task.exception()) is not None:
            log.error("live_task_failed", exc_info=error)

    async def ask(self, function: Callable[..., T], *arguments: Any) -> T:
        return cast(T, await self._asks.run(function, *arguments))

    async def draw(self, function: Callable[..., T], *arguments: Any) -> T:
        return cast(T, await self._draws.run(function, *arguments))

    # ── For streams ──

    @contextlib.contextmanager
    def place(self) -> Iterator[None]:
        """A stream's place in this process, from before anybody is asked who it is."""
        if self.closing or self._open >= settings.LIVE_STREAMS:
            raise Full
        self._open += 1
        try:
            yield
        finally:
            self._open -= 1

    @contextlib.asynccontextmanager
    async def watching(self, kind: Kind, key: str, admission: Admission, send: Send) -> AsyncIterator[None]:
        """A stream of that session for as long as the block lasts."""
        name = (kind.name, admission.org, key)
        session = self._sessions.get(name)
        if session is None:
            session = self._sessions[name] = Session(self, kind, admission.org, key, admission.seq)
        watcher = await session.join(admission, send)
        if self.closing:
            watcher.close()
        try:
            yield
        finally:
            session.leave(watcher)

    @contextlib.contextmanager
    def owned(self, owner: str) -> Iterator[None]:
        """One of the streams that a person may have."""
        if self._owners[owner] >= settings.LIVE_STREAMS_PER_PERSON:
            raise Full
        self._owners[owner] += 1
        try:
            yield
        finally:
            self._owners[owner] -= 1
            if not self._owners[owner]:
                del self._owners[owner]

    # ── Messages and time ──

    def _threadsafe(self, function: Callable[..., None], *arguments: Any) -> None:
        with contextlib.suppress(RuntimeError):  # the loop has ended
            self._loop.call_soon_threadsafe(function, *arguments)

    def _hear(self, message: bus.Message) -> None:
        if (session := self._sessions.get((message.kind, message.org, message.key))) is not None:
            session.hear(message)

    def _look_everywhere(self) -> None:
        for session in self._sessions.values():
            self._loop.call_later(random.random(), session.reconnected)  # noqa: S311

    def _here_of(self, kind: str, org: int, key: str) -> frozenset[str]:
        session = self._sessions.get((kind, org, key))
        return session.here if session is not None else frozenset()

    async def _tick(self) -> None:
        while True:
            await asyncio.sleep(TICK)
            now = self.now()
            for name, session in list(self._sessions.items()):
                try:
                    session.tick(now)
                except Exception:  # the heartbeats of all others go on
                    if not session.failing:  # said once: this comes several times a second
                        log.exception("live_session_not_ticked", kind=session.kind.name)
                    session.failing = True
                if session.idle:
                    del self._sessions[name]

    # ── Stopping ──

    def _close_when_told_to_stop(self) -> None:
        """uvicorn waits for open answers before it tells the application that it stops, so listen for the signal too."""
        if threading.current_thread() is not threading.main_thread():
            return
        for number in (signal.SIGTERM, signal.SIGINT):
            before = signal.getsignal(number)
            if callable(before):
                signal.signal(number, self._closing_first(before))

    def _closing_first(self, before: Callable[[int, FrameType | None], Any]) -> Callable[[int, FrameType | None], None]:
        def handle(number: int, frame: FrameType | None) -> None:
            self._threadsafe(self.close)
            before(number, frame)

        return handle

    def close(self) -> None:
        """End every stream, and open none any more."""
        self.closing = True
        for session in self._sessions.values():
            for watcher in session.watchers:
                watcher.close()
