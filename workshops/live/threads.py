"""A few threads for work with the database. They keep their connections while there is work, and soon give them back.

Opening one for each change would cost a third of the drawing; keeping it would hold it as long as somebody watches.
"""

import asyncio
import contextlib
import queue
import threading
from collections.abc import Callable
from typing import Any

from django.db import connections

IDLE = 1.0  # seconds without work until a thread gives its connections back
Job = tuple[Callable[..., Any], tuple[Any, ...], "asyncio.Future[Any]"]


class Threads:
    """Daemons: what they still do when the server ends is nobody's concern."""

    def __init__(self, number: int, name: str) -> None:
        self._loop = asyncio.get_running_loop()
        self._jobs: queue.SimpleQueue[Job] = queue.SimpleQueue()
        for one in range(number):
            threading.Thread(target=self._work, name=f"{name}-{one}", daemon=True).start()

    async def run(self, function: Callable[..., Any], *arguments: Any) -> Any:
        future: asyncio.Future[Any] = self._loop.create_future()
        self._jobs.put((function, arguments, future))
        return await future

    def _work(self) -> None:
        while True:
            try:
                function, arguments, future = self._jobs.get(timeout=IDLE)
            except queue.Empty:
                connections.close_all()
                function, arguments, future = self._jobs.get()
            try:
                answer, error = function(*arguments), None
            except Exception as raised:
                answer, error = None, raised
            for connection in connections.all(initialized_only=True):
                if connection.errors_occurred:  # the database may have gone; the next job asks a new one
                    connection.close()
            with contextlib.suppress(RuntimeError):  # the loop has ended
                self._loop.call_soon_threadsafe(_settle, future, answer, error)


def _settle(future: "asyncio.Future[Any]", answer: Any, error: Exception | None) -> None:
    if future.cancelled():
        return
    if error is None:
        future.set_result(answer)
    else:
        future.set_exception(error)
