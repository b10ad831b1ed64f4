"""Redis away, hanging and back again: a page goes on with what each process remembers."""

import socket
import time
from collections.abc import Iterator

import pytest
from django.core.cache.backends.base import BaseCache

from config import cache as steady
from config.cache import SteadyCache
from scripts import services


@pytest.fixture(autouse=True)
def _fresh() -> Iterator[None]:
    SteadyCache.away_until = 0.0
    yield
    SteadyCache.away_until = 0.0


def cache_at(address: str) -> BaseCache:
    made = SteadyCache(address, {"KEY_PREFIX": "polaris"})
    made.memory.clear()
    return made


def try_everything(cache: BaseCache) -> None:
    cache.set("one", {"n": 1}, 60)
    assert cache.get("one") == {"n": 1}
    assert cache.get("none", "else") == "else"
    assert cache.add("lock", True, 10)
    assert not cache.add("lock", True, 10)
    assert cache.delete("lock")
    cache.set_many({"a": 1, "b": 2})
    assert cache.get_many(["a", "b", "c"]) == {"a": 1, "b": 2}
    assert cache.incr("a") == 2
    assert cache.has_key("b")
    assert cache.touch("b", 5)
    cache.delete_many(["a", "b"])
    assert cache.get_or_set("c", lambda: 3) == 3
    assert cache.delete("c")
    assert cache.get("c") is None


def test_nobody_answers() -> None:
    with socket.socket() as unheard:
        unheard.bind(("127.0.0.1", 0))  # and nobody listens
        try_everything(cache_at(f"redis://127.0.0.1:{unheard.getsockname()[1]}/0"))


def test_a_redis_that_hangs_costs_one_wait(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(steady, "PATIENCE", 0.2)
    with socket.socket() as deaf:
        deaf.bind(("127.0.0.1", 0))
        deaf.listen()  # connections are taken, and nothing is ever said
        began = time.monotonic()
        try_everything(cache_at(f"redis://127.0.0.1:{deaf.getsockname()[1]}/0"))
        assert 0.2 <= time.monotonic() - began < 2


@pytest.mark.redis
def test_redis_is_asked_again_after_a_while() -> None:
    with services.redis() as server:
        assert server.url is not None, server.note
        cache = cache_at(server.url)
        try_everything(cache)
        cache.set("kept", "there")
        SteadyCache.away_until = time.monotonic() + 60
        assert cache.get("kept") is None
        try_everything(cache)
        SteadyCache.away_until = 0.0
        assert cache.get("kept") == "there"
