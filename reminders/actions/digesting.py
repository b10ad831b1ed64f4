"""Sending the weekly digest with the run of the day chosen for it, once a person and week."""

import datetime as dt

from django.db import transaction
from django.db.models import Q

from orgs import outbox
from orgs.models import CommitteeSeat, Membership, Organization
from orgs.reaching import gets_digest
from reminders.days import digest_week
from reminders.models import Schedule
from reminders.weekly import mails_of

AT_ONCE = 500


def digest_due(org: Organization, day: dt.date) -> str | None:
    """The week whose digest a run of this day brings, and no run has looked at yet. Inside the organization."""
    week = digest_week(org, day)
    if week is None or Schedule.objects.filter(week_mailed=week).exists():
        return None
    return week


@transaction.atomic
def send_digests(org: Organization, day: dt.date) -> int:
    """Write the week's mails, where they are due; how many. Call it in the transaction of the day's run.

    Where nothing has moved there are none, also not on the next day, which is there for a run that was missed."""
    week = digest_due(org, day)
    if week is None:
        return 0
    Schedule.objects.update(week_mailed=week)
    people = readers(day)
    mails = mails_of(org, day, week, people)
    outbox.post_many(mails)
    return len(mails)


def send_with_run(org: Organization, day: dt.date) -> None:
    """As reminders.registry.after_run calls it."""
    send_digests(org, day)


def readers(day: dt.date) -> list[Membership]:
    """Who gets it and has not paused; `user` loaded. Two queries."""
    seated = set(CommitteeSeat.objects.values_list("membership_id", flat=True))
    rows = (
        Membership.objects.active().filter(Q(paused_until=None) | Q(paused_until__lt=day)).exclude(weekly_digest=False)
    )
    every = rows.select_related("user").order_by("pk").iterator(AT_ONCE)
    return [row for row in every if gets_digest(row, is_seated=row.pk in seated)]
