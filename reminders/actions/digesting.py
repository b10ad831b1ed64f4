"""Sending the weekly digest with the first run of a week, once a person and week."""

import datetime as dt

from django.db import transaction
from django.db.models import Q

from orgs import outbox
from orgs.models import CommitteeSeat, Membership, Organization, OutboxMail, Role
from reminders.weekly import KIND, mails_of, week_of

AT_ONCE = 500
LAST_WEEKDAY = 1  # Tuesday: what Monday's run has missed is made up for until then


def digest_due(day: dt.date) -> bool:
    """Whether a run of this day brings the week's digest. Inside the organization."""
    sent = OutboxMail.objects.filter(kind=KIND, period=week_of(day))
    return day.weekday() <= LAST_WEEKDAY and not sent.exists()


@transaction.atomic
def send_digests(org: Organization, day: dt.date) -> int:
    """Write the week's mails, where they are due; how many. Call it in the transaction of the day's run."""
    if not digest_due(day):
        return 0
    people = readers(day)
    mails = mails_of(org, day, people)
    outbox.post_many(mails)
    return len(mails)


def send_with_run(org: Organization, day: dt.date) -> None:
    """As reminders.registry.after_run calls it."""
    send_digests(org, day)


def readers(day: dt.date) -> list[Membership]:
    """Sponsors and members of the CoDirs who want it and have not paused; `user` loaded. Two queries."""
    seated = set(CommitteeSeat.objects.values_list("membership_id", flat=True))
    rows = Membership.objects.active().filter(Q(paused_until=None) | Q(paused_until__lt=day), weekly_digest=True)
    every = rows.select_related("user").order_by("pk").iterator(AT_ONCE)
    return [row for row in every if row.pk in seated or row.has_role(Role.SPONSOR, Role.CODIR)]
