"""The minute's look for organizations whose hour has come.

What is due stands in one indexed column. A tick works until its time is up, in the order in which it was due; the next
goes on. Two ticks at once share the work: each run holds its organization's schedule, and the other one goes past it.
"""

import datetime as dt

import structlog
from celery import shared_task
from django.db import transaction
from django.utils import timezone

from orgs import tenancy
from orgs.models import Organization
from reminders.actions.reminding import hold_schedule, run
from reminders.actions.scheduling import plan_following, put_off
from reminders.models import Schedule

AT_ONCE = 500  # organizations that a tick looks at
WORKING = dt.timedelta(seconds=45)  # the next tick comes after 60
AGAIN_AFTER = dt.timedelta(minutes=5)  # where a run fails
log = structlog.get_logger(__name__)


@shared_task
def tick() -> None:
    began = timezone.now()
    with tenancy.all_tenants():
        due = Schedule.across_orgs.filter(next_run_at__lte=began).order_by("next_run_at", "pk")
        found = list(due.values_list("org_id", flat=True)[:AT_ONCE])
    for org in found:
        if timezone.now() >= began + WORKING:
            break
        with tenancy.tenant(org):
            try:
                _run_one(org)
            except Exception:  # the others go on
                log.exception("reminders_not_written", org=org)
                put_off(timezone.now() + AGAIN_AFTER)


@transaction.atomic
def _run_one(pk: int) -> None:
    now = timezone.now()
    if not hold_schedule() or not Schedule.objects.filter(next_run_at__lte=now).exists():
        return
    org = Organization.objects.get(pk=pk)
    people = run(org, now)
    plan_following(org, now)
    if people:
        log.info("reminders_written", org=pk, people=people)
