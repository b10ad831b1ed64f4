"""One open stream. It holds no content: only which regions it has not sent yet, so that the newest always wins.

An idle stream is one coroutine that waits for the client to leave; writing takes a task of its own while it lasts.
"""

import asyncio
import contextlib
import socket
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, Any

from workshops.live import frames
from workshops.live.door import Admission

if TYPE_CHECKING:
    from workshops.live.session import Group

Send = Callable[[dict[str, Any]], Awaitable[None]]
SILENT_AT_MOST = 30_000  # milliseconds in which a client's computer must confirm what reached it


class Watcher:
    __slots__ = (
        "_ended", "_pending", "_send", "_wants_me", "_writing", "admission", "beat_at", "closing", "group",
        "writing_since",
    )  # fmt: skip

    def __init__(self, admission: Admission, send: Send, beat_at: float) -> None:
        self.admission = admission
        self.group: Group | None = None
        self.beat_at = beat_at  # when its next heartbeat is due
        self.writing_since = 0.0  # 0: not writing
        self.closing = self._wants_me = self._ended = False
        self._pending: set[str] = set()
        self._send = send
        self._writing: asyncio.Task[None] | None = None
        if (found := _socket_of(send)) and hasattr(socket, "TCP_USER_TIMEOUT"):
            # A computer that went to sleep would else stay here for a quarter of an hour.
            with contextlib.suppress(OSError):
                found.setsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT, SILENT_AT_MOST)

    def show(self, *regions: str) -> None:
        self._pending.update(regions)
        self._go()

    def fetch_own(self) -> None:
        self._wants_me = True
        self._go()

    def beat(self, next_at: float) -> None:
        self.beat_at = next_at
        self._pending.add("")
        self._go()

    def close(self) -> None:
        """End the answer; the client comes back, and is judged anew."""
        self.closing = True
        self._go()

    def abort(self) -> None:
        """Drop a connection that takes nothing any more. ASGI has no word for it."""
        self.closing = self._ended = True
        if self._writing is not None:
            self._writing.cancel()
        if (transport := _transport_of(self._send)) is not None:
            transport.abort()

    def _go(self) -> None:
        if self._writing is None and self.group is not None and not self._ended:
            self._writing = asyncio.get_running_loop().create_task(self._write())

    async def _write(self) -> None:
        clock = asyncio.get_running_loop().time
        try:
            while self.group is not None and (self._pending or self._wants_me or self.closing):
                self.writing_since = clock()
                body = b"" if self.closing else self._next()
                await self._send({"type": "http.response.body", "body": body, "more_body": not self.closing})
                if not body:
                    self._ended = True
                    return
        except OSError:  # the client has gone
            pass
        finally:
            self.writing_since = 0.0
            self._writing = None

    def _next(self) -> bytes:
        """The next event to write, as it is at this moment; called only where there is one."""
        assert self.group is not None
        for name in self.group.frames:
            if name in self._pending:
                self._pending.discard(name)
                return self.group.frames[name].event
        if self._wants_me:
            self._wants_me = False
            return frames.me(self.group.session.seq)
        self._pending.clear()
        return frames.beat(self.group.session.seq)


def _transport_of(send: Send) -> asyncio.Transport | None:
    """uvicorn's `send` belongs to an object that knows the connection; None under another server."""
    return getattr(getattr(send, "__self__", None), "transport", None)


def _socket_of(send: Send) -> Any:
    transport = _transport_of(send)
    return transport.get_extra_info("socket") if transport is not None else None
