"""Two thousand organizations write a mail in the same minute: a sweep sends them to a real SMTP server, none lost or twice.

How fast depends on the machine; that the last leave as fast as the first, and that memory does not grow with what waits,
does not.
"""

import itertools
import json
import statistics
import time
from pathlib import Path
from typing import Any

from aiosmtpd.smtp import SMTP, Envelope, Session

from bench.report import Report
from scripts import services
from tests import servers
from tests.faults.post_office import PostOffice

MAILS = 2_000
MEMORY_MB = 8  # that two thousand may take beyond two hundred
SLOWER = 1.5  # that the last quarter may be than the first
# Prints the seconds that the sweep of two thousand took, and the memory that it took beyond one of two hundred.
SENT = """
import json, resource, time
from datetime import timedelta
from django.db import transaction
from django.utils import timezone
from orgs import outbox, tenancy
from orgs.models import Organization, OutboxMail

def due(number, name):
    orgs = Organization.objects.bulk_create(Organization(slug=f"{name}-{n}", name=f"{name} {n}") for n in range(number))
    with transaction.atomic():
        for org in orgs:
            with tenancy.tenant(org.pk):
                outbox.post(f"person@{org.slug}.example", "reminder", "2026-W21", "What is due", "Hello " * 100, "<p>Hello</p>" * 200, at_once=False)

def sweep(number):
    began = time.perf_counter()
    sent = outbox.sweep(until=timezone.now() + timedelta(minutes=10))
    assert sent == number, sent
    return time.perf_counter() - began, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1000

due(200, "few")
due(MAILS, "many")
with tenancy.all_tenants():
    OutboxMail.across_orgs.filter(recipient__startswith="person@many").update(due_at=timezone.now() + timedelta(hours=1))
_seconds, before = sweep(200)
with tenancy.all_tenants():
    OutboxMail.across_orgs.filter(sent_at=None).update(due_at=timezone.now())
seconds, after = sweep(MAILS)
print(json.dumps({"seconds": seconds, "memory": after - before}))
"""


class _Clocked(PostOffice):
    """Notes when each mail came."""

    def forget(self) -> None:
        super().forget()
        self.came: list[float] = []

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        answer = await super().handle_DATA(server, session, envelope)
        self.came.append(time.perf_counter())
        return answer


def figures(report: Report, folder: Path) -> None:
    print(f"{MAILS} mails of as many organizations, due in the same minute")
    _sent(report, folder / "sqlite", "SQLite")
    with services.throwaway_postgresql() as found:
        if found.url:
            _sent(report, folder / "postgresql", "PostgreSQL", DATABASE_URL=found.url)
        else:
            print(f"     sending on PostgreSQL not measured: {found.note}")


def _sent(report: Report, var: Path, name: str, **given: Any) -> None:
    office = _Clocked()
    office.open()
    try:
        env = servers.environment(var, EMAIL_URL=f"smtp://127.0.0.1:{office.port}", LOG_LEVEL="ERROR", **given)
        servers.manage("migrate", "--verbosity=0", env=env)
        script = SENT.replace("MAILS", str(MAILS))
        found = json.loads(servers.manage("shell", "-v0", "-c", script, env=env).splitlines()[-1])
    finally:
        office.close()
    came = office.came[-MAILS:]
    gaps = [after - before for before, after in itertools.pairwise(came)]
    quarter = len(gaps) // 4
    report.add(f"sending, {name}: mails a second", MAILS / found["seconds"], None)
    slower = statistics.fmean(gaps[-quarter:]) / statistics.fmean(gaps[:quarter])
    report.add(f"sending, {name}: the last quarter ÷ the first", slower, SLOWER, " ×")
    report.add(f"sending, {name}: memory beyond that of 200", found["memory"], MEMORY_MB, " MB")
    report.add(f"sending, {name}: not received", 200 + MAILS - len(office.taken), 0)
    report.add(f"sending, {name}: received twice", sum(office.taken.values()) - len(office.taken), 0)
