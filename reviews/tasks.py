"""Keeping the coming meetings made ahead, and the committees told of them.

When a series is next looked after stands in one indexed column: a tick takes up what is due until its time is up, the next
goes on, and one that was killed has lost nothing but a few minutes of the series that it was at.
"""

import datetime as dt

import structlog
from celery import shared_task
from django.db import transaction
from django.utils import timezone

from orgs import tenancy
from reviews.actions.meeting_ahead import keep_ahead
from reviews.models import MeetingSeries

AT_MOST = 500  # series that a tick looks at
WORKING = dt.timedelta(seconds=45)  # the next tick comes after 60
EVERY = dt.timedelta(hours=1)
AGAIN_AFTER = dt.timedelta(minutes=5)  # where it fails, or its tick dies
log = structlog.get_logger(__name__)


@shared_task
def keep_meetings() -> None:
    """Each series once an hour; twice at once changes nothing."""
    began = timezone.now()
    with tenancy.all_tenants():
        due = MeetingSeries.across_orgs.filter(archived_at=None, look_at__lte=began).order_by("look_at", "pk")
        rows = list(due.values_list("org_id", "pk")[:AT_MOST])
    for org, pk in rows:
        if timezone.now() >= began + WORKING:
            break
        with tenancy.tenant(org):
            try:
                _look_after(pk)
            except Exception:  # the others go on
                log.exception("meetings_not_made", org=org, series=pk)


def _look_after(pk: int) -> None:
    now = timezone.now()
    mine = MeetingSeries.objects.filter(pk=pk)
    if not mine.filter(look_at__lte=now).update(look_at=now + AGAIN_AFTER):
        return  # another tick is at it
    series = MeetingSeries.objects.live().with_people().filter(pk=pk).one_or_none()
    if series is not None:
        with transaction.atomic():
            keep_ahead(series)
            mine.update(look_at=now + EVERY)
