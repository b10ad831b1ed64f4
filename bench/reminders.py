"""What 2,000 organizations with 100,000 key results, all due in one minute, cost: finding whom to ask of what, and in which
memory; and what writing the mails costs. On PostgreSQL."""

import json
from pathlib import Path

from bench.report import Report
from scripts import services
from tests import servers

ORGS, EACH, PEOPLE = 2000, 50, 10  # key results and people of an organization
FOUND_WITHIN = 5.0  # seconds
GROWTH_MB = 20.0
WRITTEN = 100  # organizations whose mails are written

MADE = """
import datetime as dt
from django.db import transaction
from okr.models import KeyResult, Objective, Quarter, Year
from orgs import tenancy
from orgs.models import Department, Membership, Organization, Tribe, User
from reminders.models import Schedule

DAY = dt.date(2026, 6, 10)
AT = dt.datetime(2026, 6, 10, 7, tzinfo=dt.UTC)
make = lambda model, rows: model.across_orgs.bulk_create(list(rows), batch_size=2000)
with transaction.atomic(), tenancy.all_tenants():
    orgs = Organization.objects.bulk_create(Organization(name=f"Org {n}", slug=f"org-{n}") for n in range(ORGS))
    users = User.objects.bulk_create((User(email=f"u{n}@example.org", name=f"User {n}", password="!") for n in range(ORGS * PEOPLE)), batch_size=2000)
    make(Schedule, (Schedule(org=org, next_run_at=AT) for org in orgs))
    people = make(Membership, (Membership(org=orgs[n // PEOPLE], user=user, roles=["member"]) for n, user in enumerate(users)))
    departments = make(Department, (Department(org=org, name="Digital") for org in orgs))
    tribes = make(Tribe, (Tribe(org=org, department=departments[n], name="Drive", code="DRV", lead=people[n * PEOPLE]) for n, org in enumerate(orgs)))
    years = make(Year, (Year(org=org, number=2026, starts_on=dt.date(2026, 1, 1), ends_on=dt.date(2026, 12, 31), state="open") for org in orgs))
    quarters = make(Quarter, (Quarter(org=org, year=years[n], number=2, starts_on=dt.date(2026, 4, 1), ends_on=dt.date(2026, 6, 30), state="open") for n, org in enumerate(orgs)))
    objectives = make(Objective, (Objective(org=org, level="tribe", quarter=quarters[n], tribe=tribes[n], title="Customers leave smiling.") for n, org in enumerate(orgs)))
    for first in range(0, ORGS, 100):
        make(KeyResult, (
            KeyResult(org=orgs[n], objective=objectives[n], owner=people[n * PEOPLE + k % PEOPLE], title=f"Share of orders on time {k}", unit="percent",
                      start=10, target=20, current=12, confidence=6, checked_on=dt.date(2026, 6, 3), stage="published", position=k + 1, next_due_on=DAY)
            for n in range(first, first + 100) for k in range(EACH)
        ))
"""
FOUND = """
import datetime as dt, json, resource, time
from django.db import connection
from orgs import tenancy
from orgs.models import Organization, OutboxMail
from reminders.actions.reminding import run, run_of
from reminders.finding import asked_in
from reminders.models import Schedule
from reminders.tasks import TOGETHER

AT = dt.datetime(2026, 6, 10, 7, tzinfo=dt.UTC)
with connection.cursor() as cursor:
    cursor.execute("ANALYZE")
peak = lambda: resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024

def find(orgs):
    people = asked = 0
    runs = [run_of(org, AT) for org in orgs]
    for first in range(0, len(runs), TOGETHER):
        for found in asked_in(runs[first:first + TOGETHER]).values():
            people, asked = people + len(found), asked + sum(len(one.own) for one in found)
    return people, asked

def due(most):
    with tenancy.all_tenants():
        pks = Schedule.across_orgs.filter(next_run_at__lte=AT).order_by("next_run_at", "pk").values_list("org_id", flat=True)[:most]
        return Organization.objects.filter(pk__in=list(pks)).order_by("pk").iterator(chunk_size=500)

find(due(200))
before = peak()
began = time.perf_counter()
people, asked = find(due(ORGS))
seconds = time.perf_counter() - began
grown = peak() - before
began = time.perf_counter()
written = 0
for org in due(WRITTEN):
    with tenancy.tenant(org.pk):
        written += run(run_of(org, AT))
took = time.perf_counter() - began
with tenancy.all_tenants():
    mails = OutboxMail.across_orgs.count()
print(json.dumps({"people": people, "asked": asked, "seconds": seconds, "grown": grown, "written": written, "mails": mails, "took": took}))
"""


def figures(report: Report, folder: Path) -> None:
    with services.throwaway_postgresql() as found:
        if not found.url:
            print(f"     reminders not measured: {found.note}")
            return
        env = servers.environment(folder, DATABASE_URL=found.url)
        servers.manage("migrate", "--verbosity=0", env=env)
        servers.manage("shell", "-v0", "-c", _of_this_size(MADE), env=env)
        said = json.loads(servers.manage("shell", "-v0", "-c", _of_this_size(FOUND), env=env).splitlines()[-1])
    assert said["asked"] == ORGS * EACH, said
    assert said["written"] == said["mails"] == WRITTEN * PEOPLE, said
    print(f"Reminders of {ORGS} organizations, {said['asked']} key results, {said['people']} people")
    report.add("finding all that is due", said["seconds"], FOUND_WITHIN, " s")
    report.add("memory, grown from 200 to all of them", said["grown"], GROWTH_MB, " MB")
    report.add("writing the mails, a thousand people", said["took"] * 1000 / said["written"], None, " s")


def _of_this_size(script: str) -> str:
    sizes = {"ORGS": ORGS, "EACH": EACH, "PEOPLE": PEOPLE, "WRITTEN": WRITTEN}
    return "".join(f"{name} = {size}\n" for name, size in sizes.items()) + script
