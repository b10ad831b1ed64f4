"""The minute's look for organizations whose hour has come.

What is due stands in one indexed column. A tick works until its time is up, in the order in which it was due; the next
goes on. Two ticks at once share the work: each run holds its organization's schedule, and the other one goes past it.
"""

import datetime as dt
from collections.abc import Iterator
from contextlib import contextmanager

import structlog
from celery import shared_task
from django.db import transaction
from django.utils import timezone

from orgs import tenancy
from orgs.models import Organization
from reminders.actions import reminding
from reminders.actions.clearing import clear_old
from reminders.actions.reminding import run_of
from reminders.actions.scheduling import hold_schedule, plan_anew, plan_following, put_off
from reminders.finding import Asked, Run, asked_in
from reminders.models import Replan, Schedule

AT_MOST = 2000  # organizations that a tick looks at
TOGETHER = 100  # for which it finds together what is due
WORKING = dt.timedelta(seconds=45)  # the next tick comes after 60
AGAIN_AFTER = dt.timedelta(minutes=5)  # where a run fails
log = structlog.get_logger(__name__)


@shared_task
def tick() -> None:
    began = timezone.now()
    _plan_anew(began)
    with tenancy.all_tenants():
        due = Schedule.across_orgs.filter(next_run_at__lte=began).order_by("next_run_at", "pk")
        found = list(due.values_list("org_id", flat=True)[:AT_MOST])
    for first in range(0, len(found), TOGETHER):
        if timezone.now() >= began + WORKING:
            break
        _run_all(found[first : first + TOGETHER], began + WORKING)
    clear_old()


def _plan_anew(now: dt.datetime) -> None:
    with tenancy.all_tenants():
        orgs = set(Replan.across_orgs.order_by("pk").values_list("org_id", flat=True)[:AT_MOST])
    for org in Organization.objects.filter(pk__in=orgs).order_by("pk"):
        with _one(org):
            plan_anew(now)


def _run_all(pks: list[int], until: dt.datetime) -> None:
    """What is due is found for all of them together, and written for each by itself."""
    now = timezone.now()
    runs: dict[int, Run] = {}
    orgs = list(Organization.objects.filter(pk__in=pks).order_by("pk"))
    for org in orgs:
        with _one(org):
            if run := run_of(org, now):
                runs[org.pk] = run
    asked: dict[int, list[Asked]] = {}
    try:
        asked = asked_in(list(runs.values()))
    except Exception:  # each by itself, so that the one that fails is found
        log.exception("reminders_not_found_together")
    for org in orgs:
        if timezone.now() >= until:
            break
        with _one(org):
            _run_one(org, now, runs.get(org.pk), asked.get(org.pk))


@contextmanager
def _one(org: Organization) -> Iterator[None]:
    """Inside this organization; where its run fails the others go on."""
    with tenancy.tenant(org.pk):
        try:
            yield
        except Exception:
            log.exception("reminders_not_written", org=org.pk)
            put_off(timezone.now() + AGAIN_AFTER)


@transaction.atomic
def _run_one(org: Organization, now: dt.datetime, due: Run | None, asked: list[Asked] | None) -> None:
    if not hold_schedule() or not Schedule.objects.filter(next_run_at__lte=now).exists():
        return
    people = reminding.run(due, asked) if due else 0
    plan_following(org, now)
    if people:
        log.info("reminders_written", org=org.pk, people=people)
