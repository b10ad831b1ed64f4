"""Several web processes without Redis would each know only their own streams: the start is refused."""

import subprocess
import sys
from pathlib import Path

import pytest

from config import workers
from scripts import processes
from scripts.environment import ROOT
from tests import servers

SENTENCE = "Polaris cannot start: REDIS_URL must be set"


@pytest.mark.parametrize(
    ("arguments", "environment", "number"),
    [
        (["uvicorn", "config.asgi:application"], {}, 1),
        (["uvicorn", "config.asgi:application", "--workers", "3"], {}, 3),
        (["/venv/lib/uvicorn/__main__.py", "config.asgi:application", "--workers=2"], {}, 2),
        (["gunicorn", "-w", "4", "config.wsgi"], {}, 4),
        (["gunicorn", "-w4", "config.wsgi"], {}, 4),
        (["gunicorn", "-w", "2", "-w=3", "config.wsgi"], {}, 3),
        (["gunicorn", "config.wsgi"], {"WEB_CONCURRENCY": "5"}, 5),
        (["gunicorn", "config.wsgi"], {"GUNICORN_CMD_ARGS": "--bind=:8000 --workers 6", "WEB_CONCURRENCY": "5"}, 6),
        (["gunicorn", "-w", "1", "config.wsgi"], {"GUNICORN_CMD_ARGS": "-w6"}, 1),
        (["gunicorn", "config.wsgi"], {"GUNICORN_CMD_ARGS": "--bind 'open"}, 1),
        (["uvicorn", "config.asgi:application", "--ws", "4"], {"GUNICORN_CMD_ARGS": "-w6"}, 1),
        (["uvicorn", "config.asgi:application", "--workers", "1"], {"WEB_CONCURRENCY": "5"}, 1),
        (["pytest", "-w", "4"], {}, 1),
        (["manage.py", "check"], {"WEB_CONCURRENCY": ""}, 1),
        ([], {}, 1),
    ],
)
def test_the_number_of_processes_asked_for(arguments: list[str], environment: dict[str, str], number: int) -> None:
    assert workers.asked(arguments, environment) == number


@pytest.mark.parametrize(
    ("options", "variables"), [(["--workers", "2"], {}), ([], {"WEB_CONCURRENCY": "2"})], ids=["option", "environment"]
)
def test_the_server_refuses_to_start_and_says_why(
    tmp_path: Path, options: list[str], variables: dict[str, str]
) -> None:
    command = [sys.executable, "-m", "uvicorn", "config.asgi:application", "--port", str(processes.free_port())]
    env = servers.environment(tmp_path / "var", **variables)
    result = subprocess.run(
        [*command, "--lifespan", "off", *options],
        cwd=ROOT,
        env=env,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert SENTENCE in result.stderr
    assert "Traceback" not in result.stderr


def test_with_redis_they_may_be_several(tmp_path: Path) -> None:
    env = servers.environment(tmp_path / "var", WEB_CONCURRENCY="2", REDIS_URL="redis://localhost:1/0")
    assert "no issues" in servers.manage("check", env=env)


def test_a_command_says_it_too(tmp_path: Path) -> None:
    env = servers.environment(tmp_path / "var", WEB_CONCURRENCY="2")
    with pytest.raises(AssertionError, match=SENTENCE):
        servers.manage("check", env=env)
