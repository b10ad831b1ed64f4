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
                _close(broken=False)
                function, arguments, future = self._jobs.get()
            answer, error = _done(function, arguments)
            _close(broken=True)
            with contextlib.suppress(RuntimeError):  # the loop has ended
                self._loop.call_soon_threadsafe(_settle, future, answer, error)


def _done(function: Callable[..., Any], arguments: tuple[Any, ...]) -> tuple[Any, Exception | None]:
    """The job's answer or error. Whatever it raises, the thread goes on, and whoever waits for the job is told."""
    try:
        return function(*arguments), None
    except StopIteration as raised:  # which no future takes
        return None, _as_error(raised)
    except Exception as raised:
        return None, raised
    except BaseException as raised:  # such as SystemExit, which would end the loop where it waits
        return None, _as_error(raised)


def _as_error(raised: BaseException) -> RuntimeError:
    error = RuntimeError(f"a job ended by {raised!r}")
    error.__cause__ = raised
    return error


def _close(*, broken: bool) -> None:
    """Give back this thread's connections to databases; `broken`: only those of which one may have gone."""
    for connection in connections.all(initialized_only=True):
        if connection.errors_occurred or not broken:
            with contextlib.suppress(Exception):  # it was lost already; the next job opens another
                connection.close()


def _settle(future: "asyncio.Future[Any]", answer: Any, error: Exception | None) -> None:
    if future.cancelled():
        return
    if error is None:
        future.set_result(answer)
    else:
        future.set_exception(error)
