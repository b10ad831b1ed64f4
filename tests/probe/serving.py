"""Servers with the probe on the services of this run: SQLite alone, or PostgreSQL and Redis."""

import contextlib
import os
import secrets
import shutil
import signal
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

import psycopg

from scripts import processes, services
from tests import servers
from tests.probe.client import World
from tests.servers import AppServer

MEMBERS = 300


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


@contextlib.contextmanager
def made(folder: Path) -> Iterator[Template]:
    """A new instance with the probe's people; nothing runs on it."""
    var = folder / "var"
    with new_database() as database:
        env = servers.environment(var, **on_services(database))
        servers.manage("migrate", "--verbosity=0", env=env)
        yield Template(var, database, World.made(AppServer("", env), MEMBERS))


@contextlib.contextmanager
def serving(template: Template, folder: Path, **variables: str) -> Iterator[World]:
    with new_database(template.database) as database, new_redis(folder) as redis:
        var = servers.copy_of(template.var, folder / f"var-{secrets.token_hex(3)}")
        with servers.running_web(var, **{**on_services(database), **redis, **variables}) as server:
            yield template.world.at(server)


@contextlib.contextmanager
def new_redis(folder: Path) -> Iterator[dict[str, str]]:
    """A Redis of this block's own, where the run has one: copies of a template have the same ids, so they would hear each
    other, and see each other's people."""
    if not os.environ.get("REDIS_URL"):
        yield {}
        return
    server = RedisServer(folder)
    server.start()
    try:
        yield {"REDIS_URL": server.url}
    finally:
        server.stop()


def redis_binary() -> str | None:
    return shutil.which("redis-server") or shutil.which("redis-server", path=str(services.VENV / "bin"))


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
        binary = redis_binary()
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
