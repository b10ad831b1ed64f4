"""Real servers for tests: the same commands that `make run` starts, with data of their own."""

import os
import shutil
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from scripts import processes
from scripts.environment import ROOT

# What a test sets for itself and must not inherit from the run around it.
OWN_VARIABLES = (
    "DATABASE_URL",
    "REDIS_URL",
    "POLARIS_VAR",
    "PORT",
    "DEMO",
    "ZEAL",
    "MAKELEVEL",
    "MAKEFLAGS",
    "POLARIS_ENV",
)


def environment(var: Path, **variables: str) -> dict[str, str]:
    """This process's environment without the test run's own choices, plus `variables`."""
    kept = {key: value for key, value in os.environ.items() if key not in OWN_VARIABLES and "PYTEST" not in key}
    return {**kept, "DJANGO_SETTINGS_MODULE": "config.settings", "POLARIS_VAR": str(var), **variables}


def manage(*arguments: str, env: dict[str, str]) -> str:
    """Run a management command; its output. Fails the test with the command's own message."""
    result = subprocess.run(
        [sys.executable, "manage.py", *arguments], cwd=ROOT, env=env, capture_output=True, text=True, check=False
    )
    assert result.returncode == 0, f"manage.py {' '.join(arguments)}: {result.stdout}{result.stderr}"
    return result.stdout


def answers(url: str, path: str = "/") -> int:
    """HTTP status of a GET, 0 where nothing answers."""
    try:
        with urllib.request.build_opener(urllib.request.ProxyHandler({})).open(url + path, timeout=10) as response:
            return int(response.status)
    except urllib.error.HTTPError as error:
        return error.code
    except OSError:
        return 0


def wait_until(condition: Callable[[], bool], seconds: float = 30.0) -> bool:
    """Poll until the condition holds; False when the time is up."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if condition():
            return True
        time.sleep(0.05)
    return False


@dataclass(frozen=True)
class AppServer:
    """A running Polaris: its address without a final slash, and the environment its data live in."""

    url: str
    env: dict[str, str]
    pid: int = 0

    def manage(self, *arguments: str) -> str:
        return manage(*arguments, env=self.env)


@contextmanager
def running_web(var: Path, port: int = 0, **variables: str) -> Iterator[AppServer]:
    """uvicorn with config/asgi.py on that port, or a free one, ended with the block."""
    port = port or processes.free_port()
    env = environment(var, PORT=str(port), **variables)
    command = [
        sys.executable, "-m", "uvicorn", "config.asgi:application", "--port", str(port), "--lifespan", "off",
        "--timeout-graceful-shutdown", "2", "--no-access-log",
    ]  # fmt: skip
    var.mkdir(parents=True, exist_ok=True)
    log = var / "web.log"
    with open(log, "ab") as output:
        server = processes.start(command, environment=env, cwd=ROOT, output=output)
    url = f"http://localhost:{port}"
    try:
        ready = wait_until(lambda: server.poll() is not None or answers(url) != 0)
        assert ready, log.read_text()
        assert server.poll() is None, log.read_text()
        yield AppServer(url, env, server.pid)
    finally:
        processes.end([server])


def copy_of(template: Path, target: Path) -> Path:
    """A copy of an instance's var folder, while nothing runs on it."""
    return Path(shutil.copytree(template, target))
