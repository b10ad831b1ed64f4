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
                    elif received["type"] == "message" and (message := bus.decode(received["data"])):
                        deliver(message)
        except (RedisError, OSError) as error:
            attempt += 1
            if attempt == 1:
                log.warning("live_subscription_lost", error=str(error))
        await asyncio.sleep(min(LONGEST_PAUSE, 0.1 * 2**attempt) * random.uniform(0.5, 1.0))  # noqa: S311
