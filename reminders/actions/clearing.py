"""Clearing what was asked of people so long ago that nothing can ask for it twice: it would fall due again by then."""

import datetime as dt
from collections import defaultdict

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from orgs import tenancy
from reminders.models import Reminder, Round

AT_ONCE = 200  # rounds


def clear_old() -> int:
    """Delete the oldest rounds of more than SENT_KEPT_DAYS ago, with their reminders; how many. At most AT_ONCE: each minute's
    job does a bit. A mail that has not left is given up long before, and stays in the outbox. Outside any tenancy."""
    before = timezone.now().date() - dt.timedelta(days=settings.SENT_KEPT_DAYS)
    by_org: defaultdict[int, list[int]] = defaultdict(list)
    with tenancy.all_tenants():
        old = Round.across_orgs.filter(day__lt=before).order_by("day", "pk").values_list("org_id", "pk")
        for org, pk in old[:AT_ONCE]:
            by_org[org].append(pk)
    for org, pks in by_org.items():
        with tenancy.tenant(org), transaction.atomic():
            Reminder.objects.filter(round_id__in=pks).delete()
            Round.objects.filter(pk__in=pks).delete()
    return sum(map(len, by_org.values()))
