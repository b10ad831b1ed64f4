"""Servers with the probe on the services of this run: SQLite alone, or PostgreSQL and Redis."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from pathlib import Path

import pytest

from tests import servers
from tests.probe.client import World
from tests.probe.serving import RedisServer, Template, made, serving

Serve = Callable[..., AbstractContextManager[World]]


@pytest.fixture(scope="session")
def template(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Template]:
    with made(tmp_path_factory.mktemp("live")) as template:
        yield template


@pytest.fixture
def serve(template: Template, tmp_path: Path) -> Serve:
    """`with serve(LIVE_HEARTBEAT="1") as world`: a server on data of its own."""
    return lambda **variables: serving(template, tmp_path, **variables)


@pytest.fixture(scope="module")
def world(template: Template, tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """A server for the tests of one file, which beats once a second."""
    with serving(template, tmp_path_factory.mktemp("world"), LIVE_HEARTBEAT="1", LIVE_LEAVING="1") as world:
        yield world


@pytest.fixture
def own_redis(tmp_path: Path) -> Iterator[RedisServer]:
    server = RedisServer(tmp_path)
    server.start()
    yield server
    server.stop()


@pytest.fixture
def two(
    request: pytest.FixtureRequest, template: Template, tmp_path: Path, own_redis: RedisServer
) -> Iterator[tuple[World, World]]:
    """Two processes on the same data, joined by a Redis of the test's own. Its parameter: seconds between heartbeats."""
    heartbeat = getattr(request, "param", "2")
    variables = {"REDIS_URL": own_redis.url, "LIVE_HEARTBEAT": heartbeat, "LIVE_LEAVING": "1"}
    with serving(template, tmp_path, **variables) as first:
        shared = {"DATABASE_URL": first.server.env["DATABASE_URL"]} if "DATABASE_URL" in first.server.env else {}
        var = Path(first.server.env["POLARIS_VAR"])
        settings = {"DJANGO_SETTINGS_MODULE": "tests.probe.settings", **shared, **variables}
        with servers.running_web(var, **settings) as second:
            yield first, template.world.at(second)
