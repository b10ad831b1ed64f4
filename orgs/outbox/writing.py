"""Writing what shall leave, in the transaction that causes it; and taking back what has not left yet."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass

from django.db import IntegrityError, transaction
from django.utils import timezone

from orgs.models import OutboxMail
from orgs.outbox.files import File
from orgs.outbox.sending import send_in_background

AT_ONCE = 500


def post(
    recipient: str,
    kind: str,
    period: str,
    subject: str,
    text: str,
    html: str = "",
    files: Sequence[File] = (),
    *,
    channel: str = OutboxMail.Channel.MAIL,
    at_once: bool = True,
) -> None:
    """Write a mail of the current organization; call it in the transaction that causes the mail.

    On commit a job tries to send it at once. A second post with the same recipient, kind and period changes nothing.
    Who writes very many says `at_once=False`: the sweep of the next minute sends them over one connection.
    """
    mail = OutboxMail(
        channel=channel,
        recipient=recipient.lower(),
        kind=kind,
        period=period,
        subject=_one_line(subject),
        text=text,
        html=html,
        files=[asdict(file) for file in files],
        due_at=timezone.now(),
    )
    try:
        with transaction.atomic():
            mail.save()
    except IntegrityError:
        if not OutboxMail.objects.filter(recipient=mail.recipient, kind=kind, period=period).exists():
            raise
        return
    if at_once:
        # Where the job queue does not answer, the sweep of the next minute sends.
        transaction.on_commit(lambda: send_in_background.delay(mail.pk), robust=True)


@dataclass(frozen=True, slots=True)
class Mail:
    """One of many that `post_many` writes."""

    recipient: str
    kind: str
    period: str
    subject: str
    text: str
    html: str = ""


def post_many(mails: Sequence[Mail]) -> None:
    """As `post` for very many, one statement for 500: the sweep of the next minute sends them over one connection."""
    now = timezone.now()
    rows = [
        OutboxMail(
            recipient=mail.recipient.lower(),
            kind=mail.kind,
            period=mail.period,
            subject=_one_line(mail.subject),
            text=mail.text,
            html=mail.html,
            due_at=now,
        )
        for mail in mails
    ]
    OutboxMail.objects.bulk_create(rows, batch_size=AT_ONCE, ignore_conflicts=True)


def withdraw(recipient: str, kind: str, period: str) -> bool:
    """Take back what has not left yet, for what it says no longer holds; whether there was one."""
    waiting = OutboxMail.objects.filter(sent_at=None, leased_until=None)
    return bool(waiting.filter(recipient=recipient.lower(), kind=kind, period=period).delete()[0])


def _one_line(subject: str) -> str:
    return " ".join(subject.split())[: OutboxMail._meta.get_field("subject").max_length]
