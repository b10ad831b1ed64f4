"""When the next run begins: kept in step with the settings, whoever changes them and undoes the change."""

import datetime as dt
from typing import Any

from django.db.models.signals import post_save
from django.utils import timezone

from orgs import tenancy
from orgs.models import Organization
from reminders.calendar import next_start, running_day, starts_at
from reminders.days import times_of
from reminders.models import Schedule


def follow_settings() -> None:
    post_save.connect(_organization_saved, sender=Organization, dispatch_uid="reminders.schedule")


def _organization_saved(instance: Organization, raw: bool = False, **kwargs: Any) -> None:
    if not raw:
        with tenancy.tenant(instance.pk):
            plan_run(instance, timezone.now())


def plan_run(org: Organization, now: dt.datetime) -> None:
    """The run of today, should its hour have come and nobody have run it, else the next. Inside the organization."""
    times = times_of(org)
    day = running_day(now, times)
    at = starts_at(day, times) if day else next_start(now, times)
    Schedule.objects.update_or_create(defaults={"next_run_at": at if org.send_reminders else None})


def put_off(until: dt.datetime) -> None:
    Schedule.objects.update(next_run_at=until)


def plan_following(org: Organization, now: dt.datetime) -> None:
    """After a run."""
    put = next_start(now, times_of(org)) if org.send_reminders else None
    Schedule.objects.update(next_run_at=put)
