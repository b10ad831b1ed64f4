"""Telling every process that a live session has changed. A message says where and what, and never holds content.

In the process itself a message goes straight to the hub. With REDIS_URL it also goes to all other processes, each of
which holds one subscription (workshops.live.subscription). Nothing is kept: what a process missed, the comparison with
the database at the next heartbeat finds.
"""

import json
import secrets
import time
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from urllib.parse import urlsplit

import redis
import structlog
from django.conf import settings
from redis.backoff import NoBackoff
from redis.retry import Retry

log = structlog.get_logger(__name__)
REDIS_WITHIN = 0.5  # seconds; whoever saves something waits for this
REDIS_PAUSE = 5.0  # seconds without trying, once it has failed
PROCESS = secrets.token_hex(6)


class What(StrEnum):
    CHANGED = "changed"  # regions show something new
    NUDGE = "nudge"  # people have something private to fetch
    HERE = "here"  # somebody came or left
    REVIEW = "review"  # people's rights have changed


@dataclass(frozen=True)
class Message:
    """About session `key` of a kind and organization (id). `names` are regions or people, by `what`."""

    what: What
    kind: str
    org: int
    key: str
    seq: int = 0
    names: tuple[str, ...] = ()

    def encode(self) -> str:
        return json.dumps([PROCESS, self.what, self.kind, self.org, self.key, self.seq, self.names])


def decode(text: bytes) -> Message | None:
    """The message; None for one that this process has sent itself."""
    origin, what, kind, org, key, seq, names = json.loads(text)
    return None if origin == PROCESS else Message(What(what), kind, org, key, seq, tuple(names))


_listener: Callable[[Message], None] | None = None
_redis_again_at = 0.0


def listen(listener: Callable[[Message], None]) -> None:
    """Where this process's own messages go. The listener is called from any thread, and returns at once."""
    global _listener
    _listener = listener


def publish(message: Message) -> None:
    """Tell this process and all others. Never fails: what was saved is saved, and heartbeats find what got lost."""
    if _listener is not None:
        _listener(message)
    send(message)


def send(message: Message) -> None:
    """Tell all other processes."""
    global _redis_again_at
    if not settings.REDIS_URL or time.monotonic() < _redis_again_at:
        return
    try:
        redis_client().publish(channel(), message.encode())
    except redis.RedisError as error:
        _redis_again_at = time.monotonic() + REDIS_PAUSE
        log.warning("live_message_not_sent", error=str(error))


def answered() -> None:
    """Redis is there again, as somebody has seen: what is told from now on need not wait."""
    global _redis_again_at
    _redis_again_at = 0.0


def channel() -> str:
    """Redis's channels span its databases: the number keeps two instances on one server apart."""
    return f"polaris:live:{urlsplit(settings.REDIS_URL).path.strip('/') or 0}"


@cache
def redis_client() -> redis.Redis:
    """For short commands from threads. A connection that a restart of Redis has broken is tried anew once."""
    return redis.Redis.from_url(
        settings.REDIS_URL,
        socket_timeout=REDIS_WITHIN,
        socket_connect_timeout=REDIS_WITHIN,
        retry=Retry(NoBackoff(), 1),
    )
