"""Servers with the probe on the services of this run: SQLite alone, or PostgreSQL and Redis."""

import contextlib
import os
import secrets
import shutil
import signal
import subprocess
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

import psycopg
import pytest

from scripts import processes, services
from tests import servers
from tests.probe.client import World
from tests.servers import AppServer

MEMBERS = 300
Serve = Callable[..., AbstractContextManager[World]]


@dataclass(frozen=True)
class Template:
    """An instance's data with the probe's people, to be copied."""

    var: Path
    database: str  # "" for SQLite, which is in var
    world: World


def on_services(database: str) -> dict[str, str]:
    redis = os.environ.get("REDIS_URL", "")
    return {
        "DJANGO_SETTINGS_MODULE": "tests.probe.settings",
        **({"DATABASE_URL": database} if database else {}),
        **({"REDIS_URL": redis} if redis else {}),
    }


@contextlib.contextmanager
def new_database(template: str = "") -> Iterator[str]:
    """The address of a database of this block's own in the cluster of this run; "" where it runs on SQLite."""
    given = os.environ.get("DATABASE_URL", "")
    if not given.startswith("postgres"):
        yield ""
        return
    name = f"live_{secrets.token_hex(5)}"
    source = f" TEMPLATE {urlsplit(template).path.strip('/')}" if template else ""
    with psycopg.connect(given, autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name}{source}")
        try:
            yield urlsplit(given)._replace(path=f"/{name}").geturl()
        finally:
            connection.execute(f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture(scope="session")
def template(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Template]:
    var = tmp_path_factory.mktemp("live") / "var"
    with new_database() as database:
        env = servers.environment(var, **on_services(database))
        servers.manage("migrate", "--verbosity=0", env=env)
        yield Template(var, database, World.made(AppServer("", env), MEMBERS))


@contextlib.contextmanager
def serving(template: Template, folder: Path, **variables: str) -> Iterator[World]:
    with new_database(template.database) as database:
        var = servers.copy_of(template.var, folder / f"var-{secrets.token_hex(3)}")
        with servers.running_web(var, **{**on_services(database), **variables}) as server:
            yield template.world.at(server)


@pytest.fixture
def serve(template: Template, tmp_path: Path) -> Serve:
    """`with serve(LIVE_HEARTBEAT="1") as world`: a server on data of its own."""
    return lambda **variables: serving(template, tmp_path, **variables)


@pytest.fixture(scope="module")
def world(template: Template, tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """A server for the tests of one file, which beats once a second."""
    with serving(template, tmp_path_factory.mktemp("world"), LIVE_HEARTBEAT="1", LIVE_LEAVING="1") as world:
        yield world


class RedisServer:
    """A Redis that a test may take away."""

    def __init__(self, folder: Path) -> None:
        self.port = processes.free_port()
        self.folder = folder
        self.child: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        return f"redis://127.0.0.1:{self.port}/0"

    def start(self) -> None:
        binary = shutil.which("redis-server") or shutil.which("redis-server", path=str(services.VENV / "bin"))
        assert binary is not None
        options = ["--port", str(self.port), "--bind", "127.0.0.1", "--save", "", "--dir", str(self.folder)]
        with open(self.folder / "redis.log", "ab") as log:
            self.child = processes.start([binary, *options], output=log)
        assert processes.wait_for_port(self.port, self.child, 10)

    def stop(self) -> None:
        if self.child is not None:
            processes.end([self.child])
            self.child = None

    def freeze(self, frozen: bool = True) -> None:
        """Connections stay open, and nobody answers: a network that has gone."""
        assert self.child is not None
        os.killpg(self.child.pid, signal.SIGSTOP if frozen else signal.SIGCONT)


@pytest.fixture
def own_redis(tmp_path: Path) -> Iterator[RedisServer]:
    server = RedisServer(tmp_path)
    server.start()
    yield server
    server.stop()


@pytest.fixture
def two(template: Template, tmp_path: Path, own_redis: RedisServer) -> Iterator[tuple[World, World]]:
    """Two processes on the same data, joined by a Redis of the test's own."""
    variables = {"REDIS_URL": own_redis.url, "LIVE_HEARTBEAT": "2", "LIVE_LEAVING": "1"}
    with serving(template, tmp_path, **variables) as first:
        shared = {"DATABASE_URL": first.server.env["DATABASE_URL"]} if "DATABASE_URL" in first.server.env else {}
        var = Path(first.server.env["POLARIS_VAR"])
        settings = {"DJANGO_SETTINGS_MODULE": "tests.probe.settings", **shared, **variables}
        with servers.running_web(var, **settings) as second:
            yield first, template.world.at(second)
