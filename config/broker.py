"""Celery's broker where there is no Redis: messages as files in one folder.

kombu's own `filesystem` transport loses messages when a consumer lists the folder while a producer writes (111 of 6,000
in a trial), sorts the whole folder for every message, and writes its routing table in place. Here a message appears under
its final name only once it is complete, is taken by whoever locks it first, and the table is replaced in one step.
"""

import contextlib
import ctypes
import fcntl
import os
import signal
import sys
import time
import uuid
from collections import defaultdict, deque
from functools import partial
from pathlib import Path
from queue import Empty
from typing import Any

from celery.signals import beat_embedded_init
from celery.worker import state
from kombu.transport import TRANSPORT_ALIASES, filesystem
from kombu.utils.encoding import bytes_to_str, str_to_bytes
from kombu.utils.json import dumps, loads

PARTIAL = ".part"
FORGOTTEN_AFTER = 3600  # seconds after which a half-written file belongs to a killed process
POLLING_INTERVAL = 0.25  # seconds
PR_SET_PDEATHSIG = 1


class Channel(filesystem.Channel):
    """kombu's file channel with complete messages, exactly one taker each, oldest first."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._listed: defaultdict[str, deque[str]] = defaultdict(deque)

    def _put(self, queue: str, payload: Any, **kwargs: Any) -> None:  # type: ignore[override]
        _write(Path(self.data_folder_out) / f"{time.time_ns():020d}_{uuid.uuid4().hex}.{queue}.msg", payload)

    def _get(self, queue: str, timeout: float | None = None) -> Any:
        """The oldest message of the queue; raises Empty."""
        folder = Path(self.data_folder_in)
        names = self._listed[queue]
        if not names:
            ending = f"{queue}.msg"
            names.extend(sorted(name for name in os.listdir(folder) if name.partition(".")[2] == ending))
        while names:
            content = _take(folder / names.popleft())
            if content is not None:
                return loads(bytes_to_str(content))
        raise Empty

    def _queue_bind(self, exchange: str, routing_key: str, pattern: str, queue: str) -> None:
        row = filesystem.exchange_queue_t(routing_key or "", pattern or "", queue or "")
        with self._table_lock(exchange):
            rows = self.get_table(exchange)
            if row not in rows:
                _write(self._exchange_file(exchange), [row, *rows])

    def _delete(self, queue: str, exchange: str, routing_key: str, pattern: str, *args: Any, **kwargs: Any) -> None:
        self._purge(queue)
        row = filesystem.exchange_queue_t(routing_key or "", pattern or "", queue or "")
        with self._table_lock(exchange):
            rows = self.get_table(exchange)
            if row in rows:
                _write(self._exchange_file(exchange), [kept for kept in rows if kept != row])

    @contextlib.contextmanager
    def _table_lock(self, exchange: str) -> Any:
        file = self._exchange_file(exchange)
        file.parent.mkdir(parents=True, exist_ok=True)
        with open(file.with_suffix(".lock"), "ab") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield


class Transport(filesystem.Transport):
    Channel = Channel

    def drain_events(self, connection: Any, timeout: float | None = None, **kwargs: Any) -> Any:
        """Wait for a message, in short steps: the worker looks only in between whether it should stop."""
        deadline = None if timeout is None else time.monotonic() + timeout
        while True:
            step = POLLING_INTERVAL if deadline is None else min(POLLING_INTERVAL, deadline - time.monotonic())
            try:
                return super().drain_events(connection, timeout=max(step, 0.0), **kwargs)
            except TimeoutError:
                stopping = state.should_stop is not None and state.should_stop is not False  # 0 is an exit code
                if stopping or (deadline is not None and time.monotonic() >= deadline):
                    raise


def install() -> None:
    """Make `filesystem://` mean the transport above, and the embedded beat end with its worker."""
    TRANSPORT_ALIASES["filesystem"] = "config.broker:Transport"
    beat_embedded_init.connect(partial(_end_with, os.getpid()), weak=False, dispatch_uid="config.broker")


def transport_options(folder: Path) -> dict[str, Any]:
    """Celery's broker_transport_options for messages under `folder`, which is made and swept."""
    messages, tables = folder / "messages", folder / "tables"
    for part in (messages, tables):
        part.mkdir(parents=True, exist_ok=True)
        for file in part.glob(f"*{PARTIAL}"):
            with contextlib.suppress(FileNotFoundError):
                if time.time() - file.stat().st_mtime > FORGOTTEN_AFTER:
                    file.unlink()
    return {
        "data_folder_in": str(messages),
        "data_folder_out": str(messages),
        "control_folder": str(tables),
        "polling_interval": POLLING_INTERVAL,
    }


def _write(file: Path, content: Any) -> None:
    """Write whole or not at all: others see the file only under its final name, when it is complete."""
    partial = file.with_name(f"{file.name}.{uuid.uuid4().hex}{PARTIAL}")
    partial.write_bytes(str_to_bytes(dumps(content)))
    partial.replace(file)


def _take(file: Path) -> bytes | None:
    """The message's bytes, its file removed; None when another consumer had it first."""
    try:
        with open(file, "rb") as message:
            fcntl.flock(message, fcntl.LOCK_EX)
            if os.fstat(message.fileno()).st_nlink == 0:
                return None
            content = message.read()
            file.unlink()
            return content
    except FileNotFoundError:
        return None


def _end_with(worker: int, **_: Any) -> None:
    # The beat of `worker -B` is a process of its own, and would tick on when its worker is killed.
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGTERM, 0, 0, 0)
        if os.getppid() != worker:  # killed before that was asked for: no signal will come any more
            os._exit(0)
