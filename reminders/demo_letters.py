"""Mails about what was said lately in the demo: most have left, one waits for its next try, one was given up."""

import datetime as dt

from okr.demo.state import Loading
from orgs.actions.notifications import letter_of
from orgs.models import Notification, OutboxMail
from orgs.outbox.claiming import ATTEMPTS, BACK_OFF, LONGEST_WAIT

Failure = OutboxMail.Failure
SAID = (Notification.Kind.MENTION, Notification.Kind.REPLY)
LEFT_AFTER = dt.timedelta(seconds=4)
KEPT_FOR_SURE = dt.timedelta(days=6)  # what failed is younger: its text is kept, it can be tried again


def letters(loading: Loading, since: dt.datetime, others: set[str]) -> list[OutboxMail]:
    """Of the conversations since then, oldest first, unsaved; all times but that of a next try are past.

    A server that knows no such person never took a mail to them: they are none of `others`, to whom reminders left.
    """
    notices = Notification.objects.filter(kind__in=SAID, created_at__gte=since).select_related(
        "recipient__org", "recipient__user", "actor__user"
    )
    rows = [_left(number, notice, loading.now) for number, notice in enumerate(notices.order_by("created_at", "pk"))]
    personas = {loading.member(account.person).user.email for account in loading.spec.accounts if account.part}
    old = {row.recipient for row in rows if row.created_at < loading.now - KEPT_FOR_SURE}
    newest = {row.recipient: row for row in rows if row.recipient not in personas}
    may_fail = sorted(newest.values(), key=lambda row: row.created_at, reverse=True)
    unknown = next((row.recipient for row in may_fail if row.recipient not in others | old), "")
    full = next((row for row in may_fail if row.recipient not in {unknown, *old}), None)
    for row in rows:
        if row.recipient == unknown:
            _give_up(row)
        elif row is full:
            _put_off(row, loading.now)
        else:
            row.text = ""  # what has left is not kept
    return rows


def _left(number: int, notice: Notification, now: dt.datetime) -> OutboxMail:
    recipient, kind, _key, subject, text = letter_of(notice)
    at = notice.created_at
    return OutboxMail(
        recipient=recipient.lower(),
        kind=kind,
        period=f"{at:%Y-%m-%d} {number}",
        subject=subject,
        text=text,
        attempts=1,
        created_at=at,
        due_at=at,
        sent_at=min(at + LEFT_AFTER, now),
    )


def _give_up(row: OutboxMail) -> None:
    row.failure, row.answer = Failure.RECIPIENT, "550 5.1.1 Recipient address rejected: User unknown"
    row.given_up_at, row.sent_at = row.sent_at, None


def _put_off(row: OutboxMail, now: dt.datetime) -> None:
    """Tried again as the outbox does, each time later, until now."""
    row.failure, row.answer, row.sent_at = Failure.LATER, "452 4.2.2 Mailbox full, try again later", None
    while row.due_at <= now and row.attempts < ATTEMPTS:
        row.due_at += min(BACK_OFF * 2 ** (row.attempts - 1), LONGEST_WAIT)
        row.attempts += 1
    row.attempts -= 1  # the last of them is the one to come
    row.due_at = max(row.due_at, now + BACK_OFF)
