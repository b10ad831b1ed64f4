"""Sending the weekly digest with the run of the day chosen for it, once a person and week."""

import datetime as dt

from django.db import transaction
from django.db.models import Q

from orgs import outbox
from orgs.models import CommitteeSeat, Membership, Organization, OutboxMail
from orgs.reaching import gets_digest
from reminders.weekly import KIND, mails_of, week_of

AT_ONCE = 500
WEEK = dt.timedelta(weeks=1)


def digest_due(org: Organization, day: dt.date) -> str | None:
    """The week ("2026-W21") whose digest a run of this day brings, if any. Inside the organization.

    On the weekday chosen, or the next working day where that is none; the working day after makes up for a run that was
    missed."""
    works = org.working_days
    for monday in (day - dt.timedelta(days=day.weekday()), day - dt.timedelta(days=day.weekday()) - WEEK):
        chosen = monday + dt.timedelta(days=org.digest_weekday)
        due = works.next_working_day(chosen)
        if due <= day <= works.working_days_after(due, 1):
            sent = OutboxMail.objects.filter(kind=KIND, period=week_of(chosen))
            return None if sent.exists() else week_of(chosen)
    return None


@transaction.atomic
def send_digests(org: Organization, day: dt.date) -> int:
    """Write the week's mails, where they are due; how many. Call it in the transaction of the day's run."""
    week = digest_due(org, day)
    if week is None:
        return 0
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
