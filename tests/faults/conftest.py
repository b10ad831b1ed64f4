"""A real worker, real beats and a real mail server on the test's own database.

On SQLite the jobs go through folders (the embedded broker), on PostgreSQL through Redis: both as `make test` runs them.
"""

from collections.abc import Iterator
from pathlib import Path
from subprocess import Popen
from threading import Event
from typing import Any

import pytest
from celery import current_app
from django.conf import settings
from django.db import connection
from django.utils import timezone

from orgs import tenancy
from orgs.models import Organization, OutboxMail
from scripts import processes
from scripts.environment import ROOT, VENV
from tests.faults.post_office import PostOffice
from tests.servers import environment, wait_until

GIVES_UP_AFTER = 2  # seconds that a worker waits for the mail server
CELERY = [str(VENV / "bin" / "python"), "-m", "celery", "-A", "tests.faults.hurried"]
READY = b" ready."
WITHIN = 120  # seconds, on a busy machine


class House:
    """The processes around a database: workers and beats, which end with the test."""

    def __init__(self, folder: Path, office: PostOffice) -> None:
        self.folder, self.office = folder, office
        self.running: list[Popen[bytes]] = []
        # The var folder is the test's own: its jobs are queued where these workers look.
        self.environment = environment(
            Path(settings.VAR_DIR),
            DATABASE_URL=_database_url(),
            EMAIL_URL=f"smtp://127.0.0.1:{office.port}",
            EMAIL_TIMEOUT=str(GIVES_UP_AFTER),
            PYTHONPATH=str(ROOT),
            PYTHONUNBUFFERED="1",
            **({"REDIS_URL": settings.REDIS_URL} if settings.REDIS_URL else {}),
        )

    def worker(self, *options: str) -> Popen[bytes]:
        """One that is ready; `-B` gives it a beat."""
        [started] = self.workers(1, *options)
        return started

    def workers(self, number: int, *options: str) -> list[Popen[bytes]]:
        """Several that start at once, all of them ready."""
        command = ("worker", "--loglevel", "INFO", "--without-gossip", "--without-mingle", *options)
        started = [self._start(*command) for _one in range(number)]
        for process in started:
            log = self._log(process)
            assert wait_until(lambda log=log, it=process: READY in log.read_bytes() or it.poll() is not None, 60), (  # type: ignore[misc]
                log.read_text()
            )
            assert process.poll() is None, log.read_text()
        return started

    def beat(self) -> Popen[bytes]:
        return self._start("beat", "--loglevel", "WARNING", "--pidfile=")

    def kill(self, process: Popen[bytes]) -> None:
        """kill -9, all of it at once."""
        processes.end([process], first=9)

    def kill_when(self, happened: Event, process: Popen[bytes]) -> None:
        assert happened.wait(WITHIN), self._log(process).read_text()
        self.kill(process)

    def end(self) -> None:
        processes.end(self.running, first=9)

    def _start(self, *command: str) -> Popen[bytes]:
        name = f"{len(self.running)}-{command[0]}"
        schedule = (
            ["--schedule", str(self.folder / f"{name}.schedule")] if "worker" not in command or "-B" in command else []
        )
        with open(self.folder / f"{name}.log", "wb") as output:
            process = processes.start(
                [*CELERY, *command, *schedule], environment=self.environment, cwd=ROOT, output=output
            )
        self.running.append(process)
        return process

    def _log(self, process: Popen[bytes]) -> Path:
        [log] = self.folder.glob(f"{self.running.index(process)}-*.log")
        return log


def _database_url() -> str:
    found = connection.settings_dict
    if connection.vendor == "sqlite":
        return f"sqlite:///{found['NAME']}"
    host, port = found["HOST"], found["PORT"]
    return f"postgres://{found['USER']}:{found['PASSWORD']}@{host}:{port}/{found['NAME']}"


@pytest.fixture(scope="module")
def post_office() -> Iterator[PostOffice]:
    office = PostOffice()
    office.open()
    yield office
    office.close()


@pytest.fixture
def office(post_office: PostOffice) -> PostOffice:
    post_office.forget()
    return post_office


@pytest.fixture
def house(transactional_db: None, office: PostOffice, tmp_path: Path) -> Iterator[House]:
    current_app.control.purge()  # jobs that other tests left in the queue
    house = House(tmp_path, office)
    yield house
    house.end()


# ── What is in the outbox ──


def due(orgs: list[Organization], each: int = 1) -> list[str]:
    """So many mails of each organization, to a person each, that the next sweep finds; their recipients."""
    recipients = []
    for org in orgs:
        with tenancy.tenant(org.pk):
            rows = [
                OutboxMail(
                    recipient=f"person-{number}@{org.slug}.example",
                    kind="test",
                    period="2026-W21",
                    subject="What is due",
                    text="Hello",
                    due_at=timezone.now(),
                )
                for number in range(each)
            ]
            OutboxMail.objects.bulk_create(rows)
            recipients += [row.recipient for row in rows]
    return recipients


def rows() -> list[Any]:
    with tenancy.all_tenants():
        return list(OutboxMail.across_orgs.order_by("pk"))


def row(recipient: str) -> Any:
    with tenancy.all_tenants():
        return OutboxMail.across_orgs.get(recipient=recipient)


def number_of(**condition: Any) -> int:
    with tenancy.all_tenants():
        return int(OutboxMail.across_orgs.filter(**condition).count())


def all_sent() -> bool:
    return number_of(sent_at=None) == 0


def the_lease_runs_out() -> None:
    with tenancy.all_tenants():
        OutboxMail.across_orgs.exclude(leased_until=None).update(leased_until=timezone.now())


def the_wait_is_over() -> None:
    with tenancy.all_tenants():
        OutboxMail.across_orgs.filter(sent_at=None, given_up_at=None).update(due_at=timezone.now())
