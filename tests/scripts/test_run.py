"""make run, through the real script: one process tree that starts, says what is wrong, and leaves nothing behind."""

import contextlib
import os
import re
import resource
import signal
import socket
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from scripts import processes
from scripts.environment import ROOT
from tests.servers import answers, copy_of, environment, manage, wait_until

# The whole tree of a run is found by the data folder in its environment, whoever its parents are.
pytestmark = [
    pytest.mark.sqlite,
    pytest.mark.skipif(sys.platform != "linux", reason="processes are counted in /proc"),
]
SECONDS = 60
SCRIPT = [sys.executable, "-m", "scripts.run"]


class Run:
    """`make run` under way: its output so far, and the processes that belong to it."""

    def __init__(self, var: Path, port: int, command: list[str], **variables: str) -> None:
        self.var, self.port = var, port
        self.url = f"http://localhost:{port}"
        self.output = var.parent / f"output-{port}.txt"
        env = environment(var, PORT=str(port), DEMO="false", **variables)
        with open(self.output, "wb") as output:
            self.process = subprocess.Popen(
                command,
                cwd=ROOT,
                env=env,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )

    def text(self) -> str:
        return self.output.read_text()

    def wait_until_ready(self) -> None:
        ready = wait_until(lambda: "Ctrl-C stops it" in self.text() or self.process.poll() is not None, SECONDS)
        assert ready, self.text()
        assert self.process.poll() is None, self.text()

    def tree(self) -> list[int]:
        """Living processes that run on these data."""
        return running_on(self.var)


def running_on(var: Path) -> list[int]:
    found = []
    for folder in Path("/proc").iterdir():
        if folder.name.isdecimal() and int(folder.name) != os.getpid():
            with contextlib.suppress(OSError):
                if f"POLARIS_VAR={var}\0".encode() in (folder / "environ").read_bytes():
                    found.append(int(folder.name))
    return found


@contextmanager
def running(var: Path, command: list[str] = SCRIPT, **variables: str) -> Iterator[Run]:
    run = Run(var, processes.free_port(), command, **variables)
    try:
        yield run
    finally:
        for pid in running_on(var):
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        run.process.wait()


def refused(var: Path, **variables: str) -> str:
    """The one sentence that a run which must not start ends with."""
    env = environment(var, DEMO="false", **variables)
    result = subprocess.run(SCRIPT, cwd=ROOT, env=env, capture_output=True, text=True, check=False, timeout=SECONDS)
    assert result.returncode == 1, result.stdout + result.stderr
    assert result.stderr.count("\n") == 1, result.stderr
    assert "Traceback" not in result.stdout
    assert running_on(var) == []
    return result.stderr


@pytest.fixture(scope="module")
def migrated(tmp_path_factory: pytest.TempPathFactory) -> Path:
    var = tmp_path_factory.mktemp("run") / "var"
    manage("migrate", "--verbosity=0", env=environment(var))
    return var


def test_it_starts_web_and_jobs_on_the_port_asked_for_and_ctrl_c_stops_both(migrated: Path) -> None:
    with running(migrated) as run:
        run.wait_until_ready()
        assert f"Polaris runs at {run.url}/" in run.text()
        assert answers(run.url) == 200
        assert wait_until(lambda: " ready." in (migrated / "log" / "jobs.log").read_text())
        commands = [Path(f"/proc/{pid}/cmdline").read_bytes() for pid in run.tree()]
        assert sum(b"uvicorn" in command for command in commands) == 1
        assert sum(b"celery" in command for command in commands) == 2  # the worker and its beat

        run.process.send_signal(signal.SIGINT)
        assert run.process.wait(SECONDS) == 0
        assert "Your data are in" in run.text()
        assert run.tree() == []
        assert answers(run.url) == 0


def test_the_next_start_continues_with_the_data(migrated: Path, tmp_path: Path) -> None:
    var = copy_of(migrated, tmp_path / "var")
    env = environment(var)
    create = "from orgs.models import User; User.objects.create(email='kept@example.org', name='Kept')"
    manage("shell", "--no-imports", "-c", create, env=env)
    with running(var) as run:
        run.wait_until_ready()
        run.process.send_signal(signal.SIGTERM)
        assert run.process.wait(SECONDS) == 0
    with running(var) as run:
        run.wait_until_ready()
        assert "Preparing the database" not in run.text()
    count = "from orgs.models import User; print(User.objects.filter(email='kept@example.org').count())"
    assert manage("shell", "--no-imports", "-c", count, env=env).strip().endswith("1")


def test_kill_9_of_the_supervisor_leaves_no_process_and_the_next_start_works(migrated: Path) -> None:
    with running(migrated) as run:
        run.wait_until_ready()
        assert wait_until(lambda: len(run.tree()) == 4)  # supervisor, web, worker, beat
        run.process.kill()
        run.process.wait()
        assert wait_until(lambda: run.tree() == [], 15), run.tree()
        with running(migrated) as again:
            again.wait_until_ready()
            assert answers(again.url) == 200


def test_kill_9_of_make_takes_everything_along(migrated: Path) -> None:
    with running(migrated, ["make", "run"]) as run:
        run.wait_until_ready()
        run.process.kill()
        run.process.wait()
        assert wait_until(lambda: run.tree() == [], 15), run.tree()


@pytest.mark.parametrize("which", ["web", "jobs"])
def test_the_death_of_one_server_is_reported_and_ends_the_other(migrated: Path, which: str) -> None:
    program = {"web": b"uvicorn", "jobs": b"celery"}[which]
    with running(migrated) as run:
        run.wait_until_ready()
        victim = next(pid for pid in sorted(run.tree()) if program in Path(f"/proc/{pid}/cmdline").read_bytes())
        os.kill(victim, signal.SIGKILL)
        assert run.process.wait(SECONDS) == 1
        assert re.search(
            rf"^The {which} process was killed by signal 9; its log is .*{which}\.log\.$", run.text(), re.M
        )
        assert wait_until(lambda: run.tree() == [], 15), run.tree()


def test_two_runs_do_not_share_their_data(migrated: Path) -> None:
    with running(migrated) as run:
        assert wait_until(lambda: (migrated / "run.lock").exists() and run.url in (migrated / "run.lock").read_text())
        env = environment(migrated, DEMO="false", PORT=str(processes.free_port()))
        result = subprocess.run(SCRIPT, cwd=ROOT, env=env, capture_output=True, text=True, check=False)
        assert result.returncode == 1
        assert result.stderr == f"Polaris is already running with these data: {run.url}/ (process {run.process.pid}).\n"


def test_a_taken_port_is_said_before_anything_is_started(tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        sentence = refused(tmp_path / "var", PORT=str(port))
    assert sentence == f"Port {port} is taken by another program; choose another one: make run PORT={port + 1}\n"
    assert [file.name for file in (tmp_path / "var").iterdir()] == ["run.lock"]


@pytest.mark.parametrize(
    ("variables", "sentence"),
    [
        ({"PORT": "eighty"}, "PORT must be a number from 1 to 65535, not 'eighty'."),
        ({"PORT": "70000"}, "PORT must be a number from 1 to 65535, not '70000'."),
        ({"POLARIS_ENV": "prod"}, "POLARIS_ENV must be 'embedded' or 'production', not 'prod'."),
        ({"DATABASE_URL": "mysql://localhost/polaris"}, "DATABASE_URL must begin with sqlite:// or postgres://."),
        ({"DATABASE_URL": "postgres://nobody@127.0.0.1:1/none"}, "the database of DATABASE_URL cannot be opened"),
        ({"REDIS_URL": "redis://127.0.0.1:1/0"}, "Redis does not answer at REDIS_URL"),
    ],
)
def test_a_wrong_setting_stops_the_start_with_one_clear_sentence(
    tmp_path: Path, variables: dict[str, str], sentence: str
) -> None:
    variables = {"PORT": str(processes.free_port()), **variables}
    assert sentence in refused(tmp_path / "var", **variables)


def test_the_demo_keeps_out_of_somebodys_own_data(migrated: Path, tmp_path: Path) -> None:
    env = environment(copy_of(migrated, tmp_path / "var"), DEMO="true")
    manage("create_organization", "Ours", "--slug", "ours", "--administrator", "dan@ours.example", env=env)
    prepare = [sys.executable, "-m", "scripts.prepare", "--accounts"]
    result = subprocess.run(prepare, cwd=ROOT, env=env, capture_output=True, text=True, check=False)
    assert (result.returncode, result.stdout) == (0, ""), result.stderr
    with sqlite3.connect(tmp_path / "var" / "polaris.sqlite3") as database:
        assert database.execute("SELECT email FROM orgs_user").fetchall() == [("dan@ours.example",)]


def test_the_data_are_for_nobody_else_on_the_machine(tmp_path: Path) -> None:
    var = tmp_path / "new"
    manage("check", env=environment(var))
    assert var.stat().st_mode & 0o077 == 0
    assert (var / "secret_key").stat().st_mode & 0o077 == 0


def test_a_damaged_database_is_said_in_one_sentence(tmp_path: Path) -> None:
    var = tmp_path / "var"
    var.mkdir()
    (var / "polaris.sqlite3").write_bytes(b"this is no database" * 1000)
    assert "Polaris cannot start: the database" in refused(var, PORT=str(processes.free_port()))


def test_a_second_start_is_quick(migrated: Path) -> None:
    """Under five seconds; counted in processor time too, which other work on the machine stretches less."""
    with running(migrated) as run:
        run.wait_until_ready()
        run.process.send_signal(signal.SIGINT)
        assert run.process.wait(SECONDS) == 0
    costs = []
    while len(costs) < 3 and (not costs or costs[-1] >= 5):
        costs.append(_cost_of_a_start(migrated))
    assert min(costs) < 5, costs


def _cost_of_a_start(var: Path) -> float:
    """Seconds until ready, or half the processor seconds of the whole tree, whichever is less: two cores are enough."""
    before, started = _processor_seconds_of_children(), time.monotonic()
    with running(var) as run:
        run.wait_until_ready()
        until_ready = time.monotonic() - started
        run.process.send_signal(signal.SIGINT)
        assert run.process.wait(SECONDS) == 0
    return min(until_ready, (_processor_seconds_of_children() - before) / 2)


def _processor_seconds_of_children() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime
