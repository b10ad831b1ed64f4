"""Who is connected to a live session, in whichever process. A person with two tabs is here once.

With Redis each process notes its own people in a sorted set, under a time until which that holds, and renews it at each
heartbeat: those of a process that died are gone three heartbeats later. Without Redis there is only this process.
"""

import time
from collections.abc import Callable, Iterable
from typing import Any

import redis
import structlog
from django.conf import settings

from orgs import tenancy
from workshops.live import bus

log = structlog.get_logger(__name__)
HELD_FOR = 3  # heartbeats
HereOf = Callable[[str, int, str], frozenset[str]]
_here_of: HereOf | None = None


def answer_with(here_of: HereOf) -> None:
    """Who knows which people are connected to this process: its hub, once it is running."""
    global _here_of
    _here_of = here_of


def present(kind: str, key: str) -> frozenset[str]:
    """The people (registry.Person.key) who are connected to this session of the current organization now.

    To show them: without Redis for a while, those of this process. Whoever decides because somebody is absent asks
    `present_everywhere`.
    """
    known = present_everywhere(kind, key)
    return _present_here(kind, key) if known is None else known


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


def _present_here(kind: str, key: str) -> frozenset[str]:
    return _here_of(kind, tenancy.current_org_id(), key) if _here_of is not None else frozenset()


def note(kind: str, org: int, key: str, here: frozenset[str]) -> frozenset[str]:
    """These people are connected to this process; answers who is here in all of them, and tells the others of changes."""
    if not settings.REDIS_URL:
        return here
    name, client, now = _name(kind, org, key), bus.redis_client(), time.time()
    mine = {f"{bus.PROCESS}|{person}" for person in here}
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
        steps.zremrangebyscore(name, "-inf", now)
        steps.expire(name, int(held) + 1)
        steps.zrange(name, 0, -1)
        everywhere = _people(steps.execute()[-1])
    except redis.RedisError as error:
        log.warning("live_presence_not_noted", error=str(error))
        return here
    if gone or mine - noted:
        bus.send(bus.Message(bus.What.HERE, kind, org, key))
    return everywhere


def _name(kind: str, org: int, key: str) -> str:
    return f"polaris:live:here:{kind}:{org}:{key}"


def _people(members: Iterable[Any]) -> frozenset[str]:
    return frozenset(member.decode().partition("|")[2] for member in members)
