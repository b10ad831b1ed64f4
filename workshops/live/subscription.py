"""The one subscription that a process holds where there is Redis. It comes back by itself, and says when it did."""

import asyncio
import random
from collections.abc import Callable

import redis.asyncio as aioredis
import structlog
from django.conf import settings
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff
from redis.exceptions import RedisError

from workshops.live import bus

log = structlog.get_logger(__name__)
PING_EVERY = 5.0  # seconds of silence; a pong must come within as many again
LONGEST_PAUSE = 5.0  # seconds between two attempts


async def follow(deliver: Callable[[bus.Message], None], connected: Callable[[], None]) -> None:
    """Hand every message of other processes to `deliver`, for ever. `connected` is called whenever some may be missing."""
    attempt = 0
    while True:
        client = aioredis.Redis.from_url(
            settings.REDIS_URL, socket_connect_timeout=PING_EVERY, retry=Retry(NoBackoff(), 0)
        )
        try:
            async with client, client.pubsub() as subscription:
                await subscription.subscribe(bus.channel())
                silent = False
                while True:
                    received = await subscription.get_message(timeout=PING_EVERY)
                    if received is None:
                        if silent:
                            raise RedisError("no answer to a ping")
                        silent = True
                        await subscription.ping()
                        continue
                    silent = False
                    if received["type"] == "subscribe":
                        attempt = 0
                        connected()
                    elif received["type"] == "message":
                        _hand_on(received["data"], deliver)
        except Exception as error:  # whatever it was, coming back is all there is to do
            attempt += 1
            if attempt == 1:
                log.warning("live_subscription_lost", error=repr(error))
        await asyncio.sleep(min(LONGEST_PAUSE, 0.1 * 2**attempt) * random.uniform(0.5, 1.0))  # noqa: S311


def _hand_on(data: bytes, deliver: Callable[[bus.Message], None]) -> None:
    """A message that cannot be read, as from a newer version during a deployment, is lost like any other; the next is not."""
    try:
        if (message := bus.decode(data)) is not None:
            deliver(message)
    except Exception:
        log.exception("live_message_not_understood")
