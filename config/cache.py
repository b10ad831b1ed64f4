"""The cache of production: Redis, and where Redis is away or hangs, the memory of each process.

Nothing is kept there that cannot be made anew, and its keys name versions, so what is found in the memory is never out of
date. Limits of how often somebody may try (sign-in) hold in the meantime, in each process.
"""

import time
from collections.abc import Callable
from typing import Any, ClassVar

import structlog
from django.core.cache.backends.locmem import LocMemCache
from django.core.cache.backends.redis import RedisCache
from redis.exceptions import RedisError

log = structlog.get_logger(__name__)

PATIENCE = 1.0  # seconds that a page waits for Redis
PAUSE = 10.0  # seconds until Redis is asked again after it failed


def _either(name: str) -> Callable[..., Any]:
    """The operation in Redis, else in the memory."""

    def operation(self: "SteadyCache", *args: Any, **kwargs: Any) -> Any:
        if time.monotonic() >= SteadyCache.away_until:
            try:
                return getattr(RedisCache, name)(self, *args, **kwargs)
            except RedisError as error:
                SteadyCache.away_until = time.monotonic() + PAUSE
                log.warning("cache_away", error=str(error), pause=PAUSE)
        return getattr(self.memory, name)(*args, **kwargs)

    return operation


class SteadyCache(RedisCache):
    away_until: ClassVar[float] = 0.0  # of the process: its threads learn from each other, and only one waits

    def __init__(self, server: Any, params: dict[str, Any]) -> None:
        patience = {"socket_connect_timeout": PATIENCE, "socket_timeout": PATIENCE}
        super().__init__(server, {**params, "OPTIONS": {**patience, **params.get("OPTIONS", {})}})
        self.memory = LocMemCache("redis-away", {**params, "OPTIONS": {"MAX_ENTRIES": 2000}})

    add = _either("add")
    get = _either("get")
    set = _either("set")
    touch = _either("touch")
    delete = _either("delete")
    get_many = _either("get_many")
    has_key = _either("has_key")
    incr = _either("incr")
    set_many = _either("set_many")
    delete_many = _either("delete_many")
    clear = _either("clear")
