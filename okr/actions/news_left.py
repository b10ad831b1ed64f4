"""Telling news exactly once, though a process may die at any moment.

What is to be told stands in a row (Untold) that the causing transaction writes. Who tells locks it, tells and deletes it in
one transaction: as the act is through, in the process that acted; or, where that died or failed, by a minute's job.
"""

import datetime as dt
from collections.abc import Sequence
from functools import partial

import structlog
from django.db import connection, transaction
from django.db.models import F
from django.utils import timezone

from okr.actions.news import is_news, news_of
from okr.models import Untold
from orgs import tenancy
from orgs.actions.audit import Actor
from orgs.actions.notifications import notify_all
from orgs.models import AuditEvent

LEFT_AFTER = dt.timedelta(minutes=2)  # by then the process that acted has told, or is no more
ATTEMPTS = 10  # of the job, the last of them some 17 hours after the first
AT_MOST = 2000  # that one job takes up
log = structlog.get_logger(__name__)


def hear(by: Actor, events: Sequence[AuditEvent]) -> None:
    """Told of every event that is recorded, in its transaction: what is news is told once that is through, or later."""
    found = [event for event in events if is_news(event)]
    if found:
        row = Untold.objects.create(
            by=by.membership, events=[event.pk for event in found], due_at=timezone.now() + LEFT_AFTER
        )
        transaction.on_commit(partial(_tell_inside, row, found), robust=True)


def _tell_inside(row: Untold, events: Sequence[AuditEvent]) -> None:
    with tenancy.tenant(row.org_id):
        tell(row, events)


@transaction.atomic
def tell(row: Untold, events: Sequence[AuditEvent]) -> bool:
    """Whether it was told now: not where somebody else has told it, or is at it."""
    can_skip = connection.features.has_select_for_update_skip_locked
    held = Untold.objects.select_for_update(skip_locked=can_skip).filter(pk=row.pk)
    if not list(held.order_by().values_list("pk", flat=True)):
        return False
    notify_all(news_of(row.by, events))
    Untold.objects.filter(pk=row.pk).delete()
    return True


def tell_left(until: dt.datetime) -> int:
    """Tell what was left behind, of all organizations, until the time is up; answers how many rows. Outside any tenancy."""
    with tenancy.all_tenants():
        due = Untold.across_orgs.filter(due_at__lte=timezone.now()).order_by("due_at", "pk")
        waiting = list(due.values_list("org_id", "pk")[:AT_MOST])
    told = 0
    for org, pk in waiting:
        if timezone.now() >= until:
            break
        with tenancy.tenant(org):
            try:
                told += _tell_late(pk)
            except Exception:  # the others go on; it has its turn again
                log.exception("news_not_told", org=org, untold=pk)
    return told


def _tell_late(pk: int) -> bool:
    row = Untold.objects.filter(pk=pk).select_related("by__user", "by__org").one_or_none()
    if row is None or not _claimed(row):
        return False
    if row.attempts >= ATTEMPTS:
        log.error("news_given_up", org=row.org_id, events=row.events)
        row.delete()
        return False
    return tell(row, list(AuditEvent.objects.filter(pk__in=row.events).order_by("pk")))


def _claimed(row: Untold) -> bool:
    """Put off before it is tried: what kills the one who tells it does not kill the next one a minute later."""
    later = timezone.now() + LEFT_AFTER * 2**row.attempts
    mine = Untold.objects.filter(pk=row.pk, due_at=row.due_at, attempts=row.attempts)
    return bool(mine.update(due_at=later, attempts=F("attempts") + 1))
