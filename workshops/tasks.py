"""Jobs of workshops: once a minute, phases that stay open for days open and close at their time, and simulated people who were
cut off come back."""

import structlog
from celery import shared_task
from django.utils import timezone

from orgs import tenancy
from workshops.actions.windows import due
from workshops.actions.windows import keep_time as keep_time_of
from workshops.models import Workshop
from workshops.practising import bring_back, play_workshop

__all__ = ["keep_time", "play_workshop"]
log = structlog.get_logger(__name__)


@shared_task
def keep_time() -> None:
    with tenancy.all_tenants():
        found = list(due(timezone.now()).values_list("org_id", "workshop_id").distinct())
    for org, pk in found:
        with tenancy.tenant(org):
            try:
                keep_time_of(Workshop.objects.get(pk=pk))
            except Exception:  # the others go on
                log.exception("workshop_window_not_kept", org=org, workshop=pk)
    bring_back()
