"""When the next run begins: kept in step with the settings and the channel, whoever changes them and undoes the change.

Whoever changes them holds the organization, and does not wait for a run that holds the Schedule: the next tick plans anew.
"""

import datetime as dt
from typing import Any

from django.db import connection, transaction
from django.db.models.signals import post_delete, post_save
from django.utils import timezone

from orgs import channels, tenancy
from orgs.models import Channel, Organization
from reminders.calendar import next_start, running_day, starts_at
from reminders.days import times_of
from reminders.models import Replan, Schedule


def follow_settings() -> None:
    post_save.connect(_organization_saved, sender=Organization, dispatch_uid="reminders.schedule")
    for signal in (post_save, post_delete):
        signal.connect(_channel_changed, sender=Channel, dispatch_uid="reminders.schedule")


def _organization_saved(instance: Organization, raw: bool = False, **kwargs: Any) -> None:
    if not raw:
        with tenancy.tenant(instance.pk):
            plan_run(instance, timezone.now())


def _channel_changed(instance: Channel, raw: bool = False, **kwargs: Any) -> None:
    """Where reminders are off, the channel alone says whether there are runs."""
    org = Organization.objects.filter(pk=instance.org_id, send_reminders=False).first()
    if org is not None and not raw and Schedule.objects.exists():  # not while the organization itself is deleted
        with tenancy.tenant(org.pk):
            plan_run(org, timezone.now())


def hold_schedule() -> bool:
    """One run at a time in the current organization; False where another is at it. In a transaction."""
    can_skip = connection.features.has_select_for_update_skip_locked
    held = Schedule.objects.select_for_update(skip_locked=can_skip).values_list("pk", flat=True)
    return bool(list(held.order_by()))


def has_runs(org: Organization) -> bool:
    """Whether anybody is to hear something: people, or the channel alone. Inside the organization."""
    return org.send_reminders or channels.is_any_wanted()


@transaction.atomic
def plan_run(org: Organization, now: dt.datetime) -> None:
    """The run of today, should its hour have come and nobody have run it, else the next. Inside the organization."""
    if hold_schedule():
        Schedule.objects.update(next_run_at=_next(org, now))
    elif Schedule.objects.exists():
        Replan.objects.create()
    else:
        Schedule.objects.get_or_create(defaults={"next_run_at": _next(org, now)})


@transaction.atomic
def plan_anew(now: dt.datetime) -> None:
    """What plan_run had to leave: nothing while the run goes on. Inside the organization."""
    if hold_schedule():
        seen = list(Replan.objects.values_list("pk", flat=True))
        org = Organization.objects.get(pk=tenancy.current_org_id())  # only now: with all of which is to be planned
        Schedule.objects.update(next_run_at=_next(org, now))
        Replan.objects.filter(pk__in=seen).delete()


def _next(org: Organization, now: dt.datetime) -> dt.datetime | None:
    if not has_runs(org):
        return None
    times = times_of(org)
    day = running_day(now, times)
    return starts_at(day, times) if day else next_start(now, times)


def put_off(until: dt.datetime) -> None:
    Schedule.objects.update(next_run_at=until)


def plan_following(org: Organization, now: dt.datetime) -> None:
    """After a run, which holds the Schedule."""
    org = Organization.objects.get(pk=org.pk)  # its settings may have changed since the run was found
    put = next_start(now, times_of(org)) if has_runs(org) else None
    Schedule.objects.update(next_run_at=put)
