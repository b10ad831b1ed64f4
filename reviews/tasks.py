"""Keeping the coming meetings made ahead, and the committees told of them."""

import structlog
from celery import shared_task
from django.core.cache import cache

from orgs import tenancy
from reviews.actions.meeting_ahead import keep_ahead
from reviews.models import MeetingSeries

EVERY = 3600  # seconds
log = structlog.get_logger(__name__)


@shared_task
def keep_meetings() -> None:
    """Asked each minute, works once an hour; twice at once changes nothing."""
    if not cache.add("reviews.meetings", "kept", EVERY):
        return
    with tenancy.all_tenants():
        rows = list(MeetingSeries.across_orgs.filter(archived_at=None).order_by("org_id").values_list("org_id", "pk"))
    for org, pk in rows:
        try:
            with tenancy.tenant(org):
                series = MeetingSeries.objects.live().with_people().filter(pk=pk).one_or_none()
                if series is not None:
                    keep_ahead(series)
        except Exception:  # the others go on
            log.exception("meetings_not_made", org=org, series=pk)
