"""make run: sets up what is missing, then runs the web server and the jobs until Ctrl-C, and leaves nothing behind.

PORT (8000) and HOST (127.0.0.1) say where; DEMO=false starts without the demo; POLARIS_VAR is where the data live.
"""

import contextlib
import fcntl
import hashlib
import os
import re
import signal
import socket
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from types import FrameType
from typing import IO

from scripts import processes
from scripts.environment import PYTHON, ROOT, ensure, say, stop, var_folder

READY_WITHIN = 60  # seconds
LOG_LIMIT = 5_000_000  # bytes; an older log is kept once, as *.log.1
IMPORTANT = re.compile(
    r"\b(WARNING|ERROR|CRITICAL)\b|\[(warning|error|critical) *\]|\"level\": ?\"(warning|error|critical)\""
)


def port_asked() -> int:
    asked = os.environ.get("PORT") or "8000"
    if not asked.isdecimal() or not 1 <= int(asked) <= 65535:
        stop(f"PORT must be a number from 1 to 65535, not {asked!r}.")
    return int(asked)


@contextlib.contextmanager
def only_instance(var: Path, address: str) -> Iterator[None]:
    """Hold var/run.lock. The lock belongs to the process, so a killed run leaves none behind."""
    var.mkdir(mode=0o700, parents=True, exist_ok=True)
    with open(var / "run.lock", "a+", encoding="utf-8") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            lock.seek(0)
            stop(f"Polaris is already running with these data: {lock.read().strip() or 'address unknown'}.")
        lock.truncate(0)
        lock.write(f"{address} (process {os.getpid()})\n")
        lock.flush()
        yield


def refuse_taken_port(host: str, port: int) -> None:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except PermissionError:
            stop(f"Port {port} may only be opened by an administrator; choose another one: make run PORT=8000")
        except socket.gaierror:
            stop(f"HOST must be an address of this machine, not {host!r}.")
        except OSError:
            taken = True
        else:
            # A browser tries "localhost" on IPv6 first, where another program may be listening.
            taken = host == "127.0.0.1" and socket.has_ipv6 and _accepts_on_ipv6(port)
    if taken:
        other = port + 1 if port < 65535 else port - 1
        stop(f"Port {port} is taken by another program; choose another one: make run PORT={other}")


def _accepts_on_ipv6(port: int) -> bool:
    try:
        return processes.accepts(port, "::1")
    except OSError:
        return False


class Child:
    """One of the two servers: its process, its log, and the important lines of it on the terminal."""

    def __init__(self, name: str, command: list[str], environment: dict[str, str], log: Path) -> None:
        self.name = name
        self.log = log
        self.process = processes.start(command, environment=environment, cwd=ROOT, output=subprocess.PIPE)
        assert self.process.stdout is not None
        self._reader = threading.Thread(target=self._copy, args=(self.process.stdout,), daemon=True)
        self._reader.start()

    def _copy(self, output: IO[bytes]) -> None:
        if self.log.exists() and self.log.stat().st_size > LOG_LIMIT:
            self.log.replace(self.log.with_suffix(".log.1"))
        in_traceback = False
        with open(self.log, "ab") as log:
            for line in output:
                log.write(line)
                log.flush()
                text = line.decode(errors="replace").rstrip()
                starts = text.startswith("Traceback ")
                if starts or in_traceback or IMPORTANT.search(text):
                    say(f"{self.name}: {text}")
                # A traceback goes on while lines are indented, and ends with the first that is not.
                in_traceback = starts or (in_traceback and text[:1] in ("", " "))

    def report_end(self) -> str:
        code = self.process.wait()
        self._reader.join(2)
        how = f"was killed by signal {-code}" if code < 0 else f"ended with exit code {code}"
        return f"The {self.name} process {how}; its log is {_shown(self.log)}."


def _shown(path: Path) -> str:
    return str(path.relative_to(ROOT)) if path.is_relative_to(ROOT) else str(path)


def start_children(host: str, port: int, var: Path, environment: dict[str, str]) -> list[Child]:
    logs = var / "log"
    logs.mkdir(parents=True, exist_ok=True)
    web = [
        str(PYTHON), "-m", "uvicorn", "config.asgi:application", "--host", host, "--port", str(port),
        "--lifespan", "off", "--timeout-graceful-shutdown", "2",
    ]  # fmt: skip
    jobs = [
        str(PYTHON), "-m", "celery", "-A", "config", "worker", "-B", "--loglevel", "INFO", "--pool", "threads",
        "--concurrency", "2", "--without-gossip", "--without-mingle", "--without-heartbeat",
    ]  # fmt: skip
    return [
        Child("web", web, environment, logs / "web.log"),
        Child("jobs", jobs, environment, logs / "jobs.log"),
    ]


def answers(address: str) -> bool:
    try:
        with urllib.request.build_opener(urllib.request.ProxyHandler({})).open(address, timeout=5):
            return True
    except urllib.error.HTTPError as answer:
        return answer.code < 500
    except OSError:
        return False


class ChildEnded(Exception):
    """One of the two servers ended, or never answered; the message says which."""


class Stopping:
    """Whether to stop, as asked by Ctrl-C, `kill` or a closed terminal; asked twice, the children are killed at once."""

    def __init__(self) -> None:
        self.asked = 0
        self.children: list[Child] = []
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, self._ask)

    def _ask(self, number: int, frame: FrameType | None) -> None:
        self.asked += 1
        if self.asked > 1:
            processes.end([child.process for child in self.children], grace=0)


def check(children: list[Child]) -> None:
    for child in children:
        if child.process.poll() is not None:
            raise ChildEnded(child.report_end())


def wait_until_it_answers(children: list[Child], address: str, stopping: Stopping) -> None:
    deadline = time.monotonic() + READY_WITHIN
    while not stopping.asked and not answers(address):
        check(children)
        if time.monotonic() > deadline:
            raise ChildEnded(f"The web server does not answer at {address}; its log is {_shown(children[0].log)}.")
        time.sleep(0.1)


def bold(text: str) -> str:
    return f"\033[1m{text}\033[0m" if sys.stdout.isatty() else text


def start_preparing(environment: dict[str, str]) -> subprocess.Popen[str]:
    """Check the settings, migrate, load the demo; its stdout is the list of demo accounts."""
    parent = os.getpid()
    return subprocess.Popen(
        [str(PYTHON), "-m", "scripts.prepare", "--accounts"],
        cwd=ROOT,
        env=environment,
        stdout=subprocess.PIPE,  # its progress and complaints go to stderr, straight to the terminal
        text=True,
        preexec_fn=lambda: processes.die_with_parent(parent),
    )


def accounts_of(preparing: subprocess.Popen[str]) -> str:
    accounts, _ = preparing.communicate()
    if preparing.returncode != 0:
        raise SystemExit(1)
    return accounts


def state_of_data(var: Path) -> str:
    """What the last successful preparation depended on; empty when there is surely something to prepare."""
    database = os.environ.get("DATABASE_URL", "")
    if not database and not (var / "polaris.sqlite3").exists():
        return ""
    digest = hashlib.sha256(database.encode())
    for file in sorted(ROOT.glob("*/migrations/*.py")):
        digest.update(f"{file.relative_to(ROOT)} {file.stat().st_mtime_ns} ".encode())
    return digest.hexdigest()


def main() -> None:
    host, port = os.environ.get("HOST") or "127.0.0.1", port_asked()
    everywhere = host in ("0.0.0.0", "::")
    shown_host = "localhost" if everywhere or host == "127.0.0.1" else f"[{host}]" if ":" in host else host
    address = f"http://{shown_host}:{port}/"
    var = var_folder()
    if "MAKELEVEL" in os.environ:  # a killed make takes us along
        processes.die_with_parent(os.getppid(), signal.SIGTERM)
    with only_instance(var, address):
        refuse_taken_port(host, port)
        ensure("app")
        environment = {**os.environ, "PORT": str(port), "POLARIS_VAR": str(var), "PYTHONUNBUFFERED": "1"}
        environment.setdefault("DEMO", "true")
        serve(host, port, var, environment, address)


def serve(host: str, port: int, var: Path, environment: dict[str, str], address: str) -> None:
    """Prepare and run. Nothing to migrate since the last start: the servers start meanwhile, which saves seconds."""
    prepared = var / "prepared"
    preparing = start_preparing(environment)
    accounts = None
    if not prepared.exists() or prepared.read_text() != state_of_data(var):
        accounts = accounts_of(preparing)
        prepared.write_text(state_of_data(var))
    stopping = Stopping()
    children = stopping.children = start_children(host, port, var, environment)
    problem = ""
    try:
        if accounts is None:
            accounts = accounts_of(preparing)
        local = address.replace("//localhost:", "//127.0.0.1:")
        wait_until_it_answers(children, local, stopping)
        if not stopping.asked:
            heading, _, people = accounts.partition("\n")
            accounts = f"\n{bold(heading)}\n{people}" if heading else ""
            say(f"\n{bold('Polaris runs at ' + address)}\n{accounts}\nLogs: {_shown(var / 'log')}. Ctrl-C stops it.")
        while not stopping.asked:
            check(children)
            time.sleep(0.2)
    except ChildEnded as ended:
        problem = str(ended)
    finally:
        if stopping.asked:
            say("\nStopping…")
        processes.end([child.process for child in children])
    if problem:
        stop(problem)
    say(f"Stopped. Your data are in {_shown(var)}.")


if __name__ == "__main__":
    try:
        main()
    except KeyboardInterrupt:
        sys.exit("\nStopped.")
