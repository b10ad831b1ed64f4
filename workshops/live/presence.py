"""Who is connected to a live session, in whichever process. A person with two tabs is here once.

With Redis each process notes its own people in a sorted set, under a time until which that holds, and renews it at each
heartbeat: those of a process that died are gone three heartbeats later. Without Redis there is only this process.

When people were last seen is kept for LIVE_GRACE seconds: who has a bad connection, or starts the laptop again, is not gone.
"""

import threading
import time
from collections.abc import Callable, Iterable
from typing import Any, NamedTuple

import redis
import structlog
from django.conf import settings

from orgs import tenancy
from workshops.live import bus

log = structlog.get_logger(__name__)
HELD_FOR = 3  # heartbeats
HereOf = Callable[[str, int, str], frozenset[str]]
_here_of: HereOf | None = None
_since = 0.0  # when this process began to look
_lock = threading.Lock()
_held: dict[str, frozenset[str]] = {}  # by session, as noted last
_guessed: set[str] = set()  # sessions of which somebody has been shown only who is connected to this process
_seen: dict[str, dict[str, float]] = {}  # by session: person, and when they were last connected to this process


class Noted(NamedTuple):
    """Who is connected to any process, and who was within LIVE_GRACE."""

    here: frozenset[str]
    lately: frozenset[str]


def answer_with(here_of: HereOf) -> None:
    """Who knows which people are connected to this process: its hub, once it is running."""
    global _here_of, _since
    _here_of, _since = here_of, time.time()


def present(kind: str, key: str) -> frozenset[str]:
    """The people (registry.Person.key) who are connected to this session of the current organization now.

    To show them: without Redis for a while, those of this process. Whoever decides because somebody is absent asks
    `lately`.
    """
    known = present_everywhere(kind, key)
    if known is not None:
        return known
    with _lock:
        _guessed.add(_name(kind, tenancy.current_org_id(), key))
    return _present_here(kind, key)


def was_guessed(kind: str, org: int, key: str) -> bool:
    """Whether `present` has answered without Redis since this was asked last: what it showed may be wrong by now."""
    with _lock:
        name = _name(kind, org, key)
        guessed = name in _guessed
        _guessed.discard(name)
        return guessed


def present_everywhere(kind: str, key: str) -> frozenset[str] | None:
    """The same people; None where nobody knows, because Redis cannot be reached and other processes may hold some."""
    here = _present_here(kind, key)
    if not settings.REDIS_URL:
        return here
    try:
        name = _name(kind, tenancy.current_org_id(), key)
        return here | _people(bus.redis_client().zrangebyscore(name, time.time(), "+inf"))
    except redis.RedisError as error:
        log.warning("live_presence_unknown", error=str(error))
        return None


def lately(kind: str, key: str) -> frozenset[str] | None:
    """Those who are connected, or were within LIVE_GRACE; None where nobody knows, because Redis cannot be reached, or
    because this process has not looked for as long as that and nobody else has."""
    here = present_everywhere(kind, key)
    if here is None:
        return None
    name = _name(kind, tenancy.current_org_id(), key)
    since = time.time() - settings.LIVE_GRACE
    if not settings.REDIS_URL:
        return here | _seen_here(name, since) if _since <= since else None
    try:
        return here | _plain(bus.redis_client().zrangebyscore(f"{name}:seen", since, "+inf"))
    except redis.RedisError as error:
        log.warning("live_presence_unknown", error=str(error))
        return None


def _present_here(kind: str, key: str) -> frozenset[str]:
    return _here_of(kind, tenancy.current_org_id(), key) if _here_of is not None else frozenset()


def note(kind: str, org: int, key: str, here: frozenset[str]) -> Noted:
    """These people are connected to this process; answers who is here in all of them, and tells the others of changes."""
    name, now = _name(kind, org, key), time.time()
    since = now - settings.LIVE_GRACE
    seen = _remember(name, here, now)
    if not settings.REDIS_URL:
        return Noted(here, here | _seen_here(name, since))
    client, mine = bus.redis_client(), {f"{bus.PROCESS}|{person}" for person in here}
    try:
        members: Iterable[Any] = client.zrange(name, 0, -1)
        noted = {member.decode() for member in members}
        gone = {member for member in noted if member.startswith(f"{bus.PROCESS}|")} - mine
        held = HELD_FOR * settings.LIVE_HEARTBEAT
        steps = client.pipeline()
        if gone:
            steps.zrem(name, *gone)
        if mine:
            steps.zadd(name, dict.fromkeys(mine, now + held))
        if seen:
            steps.zadd(f"{name}:seen", dict.fromkeys(seen, now))
        for people, until, kept in ((name, now, held), (f"{name}:seen", since, settings.LIVE_GRACE)):
            steps.zremrangebyscore(people, "-inf", until)
            steps.expire(people, int(kept) + 1)
        steps.zrange(name, 0, -1)
        steps.zrange(f"{name}:seen", 0, -1)
        *_steps, everywhere, recently = steps.execute()
    except redis.RedisError as error:
        log.warning("live_presence_not_noted", error=str(error))
        return Noted(here, here | _seen_here(name, since))
    bus.answered()
    if gone or mine - noted:
        bus.send(bus.Message(bus.What.HERE, kind, org, key))
    return Noted(_people(everywhere), _people(everywhere) | _plain(recently))


def _remember(name: str, here: frozenset[str], now: float) -> frozenset[str]:
    """Those who are connected to this process, and who were a moment ago: seen now."""
    with _lock:
        seen = here | _held.get(name, frozenset())
        _held[name] = here
        _seen.setdefault(name, {}).update(dict.fromkeys(seen, now))
        for other, people in list(_seen.items()):
            _seen[other] = {person: at for person, at in people.items() if at > now - settings.LIVE_GRACE}
            if not _seen[other]:
                del _seen[other]
                _held.pop(other, None)
        return seen


def _seen_here(name: str, since: float) -> frozenset[str]:
    with _lock:
        return frozenset(person for person, at in _seen.get(name, {}).items() if at >= since)


def _name(kind: str, org: int, key: str) -> str:
    return f"polaris:live:here:{kind}:{org}:{key}"


def _people(members: Iterable[Any]) -> frozenset[str]:
    return frozenset(member.decode().partition("|")[2] for member in members)


def _plain(members: Iterable[Any]) -> frozenset[str]:
    return frozenset(member.decode() for member in members)
