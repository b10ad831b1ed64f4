"""docker-compose.yml and the Dockerfile agree with the code: their own commands run here, on PostgreSQL and Redis."""

import asyncio
import os
import re
import shutil
import signal
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psycopg
import pytest
import yaml
from uvicorn.middleware.proxy_headers import ProxyHeadersMiddleware

from scripts import processes, services
from scripts.environment import ROOT, VENV
from tests.servers import answers, environment, wait_until

COMPOSE: dict[str, Any] = yaml.safe_load((ROOT / "docker-compose.yml").read_text())
SERVICES: dict[str, Any] = COMPOSE["services"]
SECRETS = {"SECRET_KEY", "POSTGRES_PASSWORD", "POLARIS_DB_PASSWORD", "POLARIS_BACKUP_PASSWORD"}
PASSWORD, BACKUP_PASSWORD = 'p\'wd of "tests"', "another"


def test_every_variable_that_compose_asks_for_is_explained_in_the_example() -> None:
    asked = set(re.findall(r"\$\{(\w+):\?", (ROOT / "docker-compose.yml").read_text()))
    example = dict(re.findall(r"^(\w+)=(.*)$", (ROOT / ".env.example").read_text(), re.MULTILINE))
    assert asked <= example.keys()
    assert {name for name in asked if not example[name]} == SECRETS


def test_no_secret_has_a_default() -> None:
    text = (ROOT / "docker-compose.yml").read_text() + (ROOT / "Dockerfile").read_text()
    for name in SECRETS:
        assert not re.search(rf"\$\{{{name}:?-", text)


def test_the_image_holds_every_file_that_the_application_imports() -> None:
    lines = (ROOT / ".dockerignore").read_text().splitlines()
    kept = {line[1:] for line in lines if line.startswith("!")}
    for name in kept:
        assert (ROOT / name).exists(), name
    packages = {path.parent.name for path in ROOT.glob("*/__init__.py")} - {"tests", "bench"}
    assert packages | {"templates", "static", "locale", "manage.py", "requirements"} <= kept


def test_the_image_serves_with_the_command_of_compose() -> None:
    command = re.search(r"^CMD (\[.*\])$", (ROOT / "Dockerfile").read_text(), re.MULTILINE)
    assert command is not None
    assert yaml.safe_load(command[1]) == SERVICES["web"]["command"]


def test_the_demo_which_lets_anybody_in_is_refused_in_production(tmp_path: Path) -> None:
    env = environment(
        tmp_path,
        POLARIS_ENV="production",
        SECRET_KEY="a-secret-of-the-tests-that-is-long-enough-to-be-taken",
        ALLOWED_HOSTS="polaris.example.org",
        BASE_URL="https://polaris.example.org",
        DATABASE_URL="postgres://polaris@localhost/polaris",
        REDIS_URL="redis://localhost:6379/0",
        DEMO="true",
    )
    command = [VENV / "bin" / "python", "manage.py", "check"]
    result = subprocess.run(command, cwd=ROOT, env=env, capture_output=True, text=True, check=False)
    assert result.returncode == 3
    assert result.stderr == (
        "Polaris cannot start: DEMO must be off when POLARIS_ENV is production: it lets anybody in.\n"
    )


@pytest.mark.parametrize("claimed", ["", "6.6.6.6, "])
def test_nobody_chooses_the_address_that_their_guesses_are_counted_under(claimed: str) -> None:
    """The proxy appends whom it saw to what the client claims; the web process sees Docker's gateway."""
    value = SERVICES["web"]["environment"]["FORWARDED_ALLOW_IPS"]
    trusted = value.removeprefix("${FORWARDED_ALLOW_IPS:-").removesuffix("}")
    seen: list[tuple[str, int]] = []

    async def app(scope: Any, receive: Any, send: Any) -> None:
        seen.append(scope["client"])

    scope = {
        "type": "http",
        "client": ("172.18.0.1", 40000),
        "headers": [(b"x-forwarded-for", f"{claimed}203.0.113.9".encode())],
    }
    asyncio.run(ProxyHeadersMiddleware(app, trusted)(scope, None, None))  # type: ignore[arg-type]
    assert seen[0][0] == "203.0.113.9"


def test_everything_waits_for_the_migration() -> None:
    for name in ("web", "worker", "beat"):
        assert SERVICES[name]["depends_on"] == {"migrate": {"condition": "service_completed_successfully"}}
    assert all(wait == {"condition": "service_healthy"} for wait in SERVICES["migrate"]["depends_on"].values())


@pytest.fixture(scope="module")
def production(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, str]]:
    """The environment that compose gives, with the role and database made by the image's own script."""
    with services.throwaway_postgresql() as postgresql, services.redis() as redis:
        assert postgresql.url is not None, postgresql.note
        assert redis.url is not None, redis.note
        host, port = re.search(r"@([\d.]+):(\d+)/", postgresql.url).groups()  # type: ignore[union-attr]
        result = subprocess.run(
            ["sh", ROOT / "deploy" / "postgresql" / "10-roles.sh"],
            env={
                **os.environ,
                "PATH": f"{services.postgresql_programs()}:{os.environ['PATH']}",
                "PGHOST": host,
                "PGPORT": port,
                "POSTGRES_USER": "postgres",
                "POLARIS_DB_PASSWORD": PASSWORD,
                "POLARIS_BACKUP_PASSWORD": BACKUP_PASSWORD,
            },
            capture_output=True,
            text=True,
            check=False,
        )
        assert result.returncode == 0, result.stderr
        var = tmp_path_factory.mktemp("production")
        yield environment(
            var,
            POLARIS_ENV="production",
            SECRET_KEY="a-secret-of-the-tests-that-is-long-enough-to-be-taken",
            ALLOWED_HOSTS="polaris.example.org",
            BASE_URL="https://polaris.example.org",
            CSRF_TRUSTED_ORIGINS="https://polaris.example.org",
            DATABASE_URL=f"postgres://polaris@{host}:{port}/polaris",
            REDIS_URL=redis.url,
            EMAIL_URL="smtp://127.0.0.1:1",
            DEFAULT_FROM_EMAIL="Polaris <polaris@example.org>",
            PATH=f"{VENV / 'bin'}:{os.environ['PATH']}",
        )


def run(command: list[str], env: dict[str, str]) -> str:
    result = subprocess.run(command, cwd=ROOT, env=env, capture_output=True, text=True, check=False, timeout=120)
    assert result.returncode == 0, result.stdout + result.stderr
    return result.stdout


@contextmanager
def running(command: list[str], env: dict[str, str], log: Path) -> Iterator[subprocess.Popen[bytes]]:
    program = shutil.which(command[0], path=env["PATH"])
    assert program is not None, command[0]
    with open(log, "wb") as output:
        process = processes.start([program, *command[1:]], environment=env, cwd=ROOT, output=output)
    try:
        yield process
    finally:
        processes.end([process])


@pytest.mark.postgres
@pytest.mark.redis
class TestTheCommandsOfCompose:
    @pytest.fixture(scope="class")
    @staticmethod
    def migrated(production: dict[str, str]) -> dict[str, str]:
        run(SERVICES["migrate"]["command"], production)
        # The API's documentation viewer takes 20 s to compress, and no page refers to it.
        unused = ["--ignore", "drf_spectacular_sidecar"]
        run(["python", "manage.py", "collectstatic", "--noinput", "--verbosity=0", *unused], production)
        return production

    def test_migrate_leaves_nothing_to_migrate(self, migrated: dict[str, str]) -> None:
        run(["python", "manage.py", "migrate", "--check"], migrated)

    def test_django_finds_nothing_to_say_about_the_settings(self, migrated: dict[str, str]) -> None:
        run(["python", "manage.py", "check", "--deploy", "--fail-level", "WARNING"], migrated)

    def test_the_role_obeys_row_level_security_and_the_backup_role_only_reads(self, migrated: dict[str, str]) -> None:
        url = migrated["DATABASE_URL"]
        flags = "SELECT rolsuper, rolbypassrls, rolcreatedb, rolcreaterole FROM pg_roles WHERE rolname = current_user"
        with psycopg.connect(url) as connection:
            assert connection.execute(flags).fetchone() == (False, False, False, False)
        with psycopg.connect(url.replace("polaris@", "polaris_backup@")) as connection:
            assert connection.execute(flags).fetchone() == (False, True, False, False)
            assert connection.execute("SELECT count(*) FROM orgs_organization").fetchone() == (0,)
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                connection.execute("DELETE FROM orgs_organization")

    def test_web_answers_its_health_check_and_sends_browsers_to_https(
        self, migrated: dict[str, str], tmp_path: Path
    ) -> None:
        port = str(processes.free_port())
        command = [{"0.0.0.0": "127.0.0.1", "8000": port}.get(word, word) for word in SERVICES["web"]["command"]]
        with running(command, migrated, tmp_path / "log") as web:
            assert processes.wait_for_port(int(port), web), (tmp_path / "log").read_text()
            assert '"database": "up"' in run(["python", "-m", "scripts.healthy"], {**migrated, "PORT": port})
            assert answers(f"http://127.0.0.1:{port}") == 400  # not a host of ours

    def test_worker_and_beat_start_and_the_worker_answers_its_health_check(
        self, migrated: dict[str, str], tmp_path: Path
    ) -> None:
        beat_command = [
            word.replace("/tmp", str(tmp_path)) if word.startswith("/tmp") else word
            for word in SERVICES["beat"]["command"]
        ]
        with (
            running(SERVICES["worker"]["command"], migrated, tmp_path / "worker.log") as worker,
            running(beat_command, migrated, tmp_path / "beat.log") as beat,
        ):
            assert wait_until(lambda: b" ready." in (tmp_path / "worker.log").read_bytes(), 60)
            assert "pong" in run(SERVICES["worker"]["healthcheck"]["test"][1:], migrated)
            assert wait_until(lambda: any(tmp_path.glob("beat-schedule*")) or beat.poll() is not None)
            assert beat.poll() is None, (tmp_path / "beat.log").read_text()
            worker.send_signal(signal.SIGTERM)
            assert worker.wait(30) == 0

    @pytest.mark.parametrize(
        ("missing", "sentence"),
        [
            ("SECRET_KEY", "SECRET_KEY must be set"),
            ("REDIS_URL", "REDIS_URL must be set"),
            ("ALLOWED_HOSTS", "ALLOWED_HOSTS must be set"),
            ("BASE_URL", "BASE_URL must be set"),
            ("DATABASE_URL", "DATABASE_URL must name a PostgreSQL database"),
        ],
    )
    def test_a_missing_setting_stops_the_start_with_one_sentence(
        self, production: dict[str, str], missing: str, sentence: str
    ) -> None:
        env = {name: value for name, value in production.items() if name != missing}
        result = subprocess.run(
            [VENV / "bin" / "python", "manage.py", "check"],
            cwd=ROOT,
            env=env,
            capture_output=True,
            text=True,
            check=False,
        )
        assert result.returncode == 3
        assert sentence in result.stderr
        assert result.stderr.count("\n") == 1
