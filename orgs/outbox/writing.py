"""Writing what shall leave, in the transaction that causes it; and taking back what has not left yet."""

from collections.abc import Sequence
from dataclasses import asdict

from django.db import IntegrityError, transaction
from django.utils import timezone

from orgs.models import OutboxMail
from orgs.outbox.files import File
from orgs.outbox.sending import send_in_background


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
        subject=" ".join(subject.split())[: OutboxMail._meta.get_field("subject").max_length],
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


def withdraw(recipient: str, kind: str, period: str) -> bool:
    """Take back what has not left yet, for what it says no longer holds; whether there was one."""
    waiting = OutboxMail.objects.filter(sent_at=None, leased_until=None)
    return bool(waiting.filter(recipient=recipient.lower(), kind=kind, period=period).delete()[0])
