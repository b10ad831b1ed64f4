"""Mail that leaves the house: written in the transaction that causes it, sent by a job, once.

A mail is named by organization, recipient, kind and period: posting the same twice is the same as posting it once. A
sender claims a row by a conditional UPDATE that leaves a lease behind, so that of several senders one sends. What fails is
tried again, each time later; after ATTEMPTS it is given up, at error level in the logs.

The crash window: a sender that dies after the mail server has taken a mail and before that is written down leaves a lease
behind. When it has run out the mail is sent again, with the same Message-ID, by which mail servers and programs know the
second for the first. A mail that nobody took is never lost.
"""

import smtplib
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, field
from datetime import datetime, timedelta
from typing import Any

import structlog
from celery import shared_task
from django.conf import settings
from django.core.mail import EmailMultiAlternatives, get_connection
from django.db import IntegrityError, transaction
from django.db.models import F, Q
from django.utils import timezone

from orgs import tenancy
from orgs.models import OutboxMail

LEASE = timedelta(minutes=5)  # longer than a mail server may take to answer (EMAIL_TIMEOUT, for each of its answers)
BACK_OFF = timedelta(minutes=1)  # after the first failure; doubled after each
LONGEST_WAIT = timedelta(hours=4)
ATTEMPTS = 15  # a bit more than a day
SWEPT_AT_ONCE = 200
log = structlog.get_logger(__name__)


@dataclass(frozen=True)
class File:
    """What is attached: `text` that is kept with the mail, or what the maker `made_by` makes of `of` as the mail leaves.

    A calendar's invitation (type "text/calendar; method=…") is put beside the text as well, where mail programs look for it.
    """

    name: str
    type: str
    text: str = ""
    made_by: str = ""
    of: dict[str, Any] = field(default_factory=dict)


Maker = Callable[[dict[str, Any]], bytes]
_makers: dict[str, Maker] = {}


def register_maker(name: str, maker: Maker) -> None:
    """`maker` is called with the mail's organization as the current one; what it raises puts the mail off."""
    _makers[name] = maker


# ── Writing ──────────────────────────────────────────────────────────────────


def post(
    recipient: str, kind: str, period: str, subject: str, text: str, html: str = "", files: Sequence[File] = ()
) -> None:
    """Write a mail of the current organization; call it in the transaction that causes the mail.

    On commit a job tries to send it at once. A second post with the same recipient, kind and period changes nothing.
    """
    mail = OutboxMail(
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
    # Where the job queue does not answer, the sweep of the next minute sends.
    transaction.on_commit(lambda: send_in_background.delay(mail.pk), robust=True)


def withdraw(recipient: str, kind: str, period: str) -> bool:
    """Take back a mail that has not left yet, for what it says no longer holds; whether there was one."""
    waiting = OutboxMail.objects.filter(sent_at=None, leased_until=None)
    return bool(waiting.filter(recipient=recipient.lower(), kind=kind, period=period).delete()[0])


# ── Sending ──────────────────────────────────────────────────────────────────


def send(pk: int) -> bool:
    """Send this mail if it is due and nobody else is at it; True if it left now. Never raises for the mail's sake."""
    with tenancy.all_tenants():
        lease = _claim(pk)
        if lease is None:
            return False
        mail = OutboxMail.across_orgs.get(pk=pk)
        try:
            get_connection(settings.MAIL_DELIVERY_BACKEND).send_messages([_message(mail)])
        except Exception as error:  # a mail that cannot be built, or whatever a server's answer raises
            _put_off(mail, lease, error)
            return False
        # What has left is not kept: it may hold a link that lets somebody in.
        return bool(_finish(mail, lease, sent_at=timezone.now(), text="", html="", files=[]))


@shared_task
def send_in_background(pk: int) -> None:
    send(pk)


def sweep(until: datetime) -> int:
    """Send what is due, of all organizations, until the time is up; answers how many left."""
    with tenancy.all_tenants():
        due = list(_waiting(timezone.now()).values_list("pk", flat=True)[:SWEPT_AT_ONCE])
    sent = 0
    for pk in due:
        if timezone.now() >= until:
            break
        sent += send(pk)
    return sent


def message_id(mail: OutboxMail) -> str:
    """The same for every attempt: what a mail server knows a repeated mail by."""
    domain = settings.DEFAULT_FROM_EMAIL.rpartition("@")[2].rstrip(">") or "localhost"
    return f"<outbox-{mail.pk}-{mail.created_at:%Y%m%d%H%M%S%f}@{domain}>"


def _waiting(now: datetime) -> Any:
    free = Q(leased_until=None) | Q(leased_until__lte=now)
    return OutboxMail.across_orgs.filter(free, sent_at=None, given_up_at=None, due_at__lte=now)


def _claim(pk: int) -> datetime | None:
    """The end of the lease that names this sender, or None where the mail is not due or somebody else's."""
    now = timezone.now()
    lease = now + LEASE
    claimed = _waiting(now).filter(pk=pk).update(leased_until=lease, attempts=F("attempts") + 1)
    return lease if claimed else None


def _message(mail: OutboxMail) -> EmailMultiAlternatives:
    message = EmailMultiAlternatives(
        f"{settings.ACCOUNT_EMAIL_SUBJECT_PREFIX}{mail.subject}",
        mail.text,
        settings.DEFAULT_FROM_EMAIL,
        [mail.recipient],
        headers={"Message-ID": message_id(mail), "Auto-Submitted": "auto-generated"},
    )
    if mail.html:
        message.attach_alternative(mail.html, "text/html")
    for file in (File(**stored) for stored in mail.files):
        _attach(message, mail, file)
    return message


def _attach(message: EmailMultiAlternatives, mail: OutboxMail, file: File) -> None:
    content = file.text.encode()
    if file.made_by:
        with tenancy.tenant(mail.org_id):
            content = _makers[file.made_by](file.of)
    if file.type.startswith("text/calendar"):
        message.attach_alternative(file.text, file.type)
        message.attach(file.name, content, "application/ics")
    else:
        message.attach(file.name, content, file.type)


def _put_off(mail: OutboxMail, lease: datetime, error: Exception) -> None:
    about = {"mail": mail.pk, "kind": mail.kind, "org": mail.org_id, "attempts": mail.attempts}
    if mail.attempts >= ATTEMPTS or _is_final(error):
        if _finish(mail, lease, given_up_at=timezone.now(), text="", html="", files=[]):
            log.error("outbox_mail_given_up", error=_said(error), **about)
        return
    wait = min(BACK_OFF * 2 ** (mail.attempts - 1), LONGEST_WAIT)
    _finish(mail, lease, due_at=timezone.now() + wait)
    log.warning("outbox_mail_put_off", error=_said(error), seconds=wait.total_seconds(), **about)


def _finish(mail: OutboxMail, lease: datetime, **values: Any) -> int:
    """Write the outcome down and give the lease back, unless it has run out and is somebody else's now."""
    return OutboxMail.across_orgs.filter(pk=mail.pk, leased_until=lease).update(leased_until=None, **values)


def _is_final(error: Exception) -> bool:
    """Every recipient was refused for good: trying again is of no use."""
    if not isinstance(error, smtplib.SMTPRecipientsRefused):
        return False
    return all(code >= 500 for code, _answer in error.recipients.values())


def _said(error: Exception) -> str:
    """What went wrong, without the mail's content."""
    return f"{type(error).__name__}: {error}"[:300]
