"""The mails of the outbox: how one is built, and one connection to the mail server for many."""

import smtplib
from types import TracebackType
from typing import Any

from django.conf import settings
from django.core.mail import EmailMultiAlternatives, get_connection
from django.core.mail.backends.smtp import EmailBackend

from orgs import tenancy
from orgs.deliveries import kind_named
from orgs.models import OutboxMail
from orgs.outbox.failures import Failed, understood
from orgs.outbox.files import File, makers


class NoServer(Exception):
    """The mail server lets nobody in now: the rest of a batch need not try."""

    def __init__(self, failed: Failed) -> None:
        super().__init__(failed.reason)
        self.failed = failed


class MailWay:
    """Sends mails over one connection, opened with the first of them and anew where it has broken."""

    def __init__(self) -> None:
        self._backend = get_connection(settings.MAIL_DELIVERY_BACKEND)
        self._used = False  # and still open

    def __enter__(self) -> "MailWay":
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._close()

    def send(self, mail: OutboxMail) -> None:
        """Raises NoServer before anything was sent, or whatever the server's answer or the mail's making raises."""
        message = _message(mail)
        if not isinstance(self._backend, EmailBackend):
            # No server: a folder, into which each mail goes as a file of its own.
            get_connection(settings.MAIL_DELIVERY_BACKEND).send_messages([message])
            return
        self._open()
        try:
            self._backend.send_messages([message])
        except Exception:
            self._close()  # in which state a refusal leaves it differs from server to server
            raise
        self._used = True

    def _open(self) -> None:
        if self._used and not self._answers():
            self._close()
        try:
            self._backend.open()
        except Exception as error:
            raise NoServer(understood(error)) from error

    def _answers(self) -> bool:
        """Whether a server that has taken mails is still there: some close after so many, and would lose the next."""
        connection: Any = getattr(self._backend, "connection", None)
        try:
            return bool(connection.noop()[0] == 250)
        except (smtplib.SMTPException, OSError):
            return False

    def _close(self) -> None:
        self._used = False
        try:
            self._backend.close()  # says goodbye
        except (smtplib.SMTPException, OSError):
            pass  # it was broken already


def message_id(mail: OutboxMail) -> str:
    """The same for every attempt: what a mail server knows a repeated mail by."""
    domain = settings.DEFAULT_FROM_EMAIL.rpartition("@")[2].rstrip(">") or "localhost"
    return f"<{key_of(mail)}@{domain}>"


def key_of(mail: OutboxMail) -> str:
    """What a server that is no mail server knows a repeated message by."""
    return f"outbox-{mail.pk}-{mail.created_at:%Y%m%d%H%M%S%f}"


def _message(mail: OutboxMail) -> EmailMultiAlternatives:
    message = EmailMultiAlternatives(
        f"{settings.ACCOUNT_EMAIL_SUBJECT_PREFIX}{mail.subject}",
        mail.text,
        settings.DEFAULT_FROM_EMAIL,
        [mail.recipient],
        headers={"Message-ID": message_id(mail), "Auto-Submitted": "auto-generated", **_unsubscribe(mail)},
    )
    if mail.html:
        message.attach_alternative(mail.html, "text/html")
    for file in (File(**stored) for stored in mail.files):
        _attach(message, mail, file)
    return message


def _unsubscribe(mail: OutboxMail) -> dict[str, str]:
    """Of what comes again and again: where one says whether one gets it, as mail programs offer it (RFC 2369). That page asks
    to sign in and for a click, so the header promises no unsubscribing by itself (RFC 8058)."""
    kind = kind_named(mail.kind)
    if kind is None or kind.chosen_on is None:
        return {}
    return {"List-Unsubscribe": f"<{settings.BASE_URL}{kind.chosen_on(mail.org.slug)}>"}


def _attach(message: EmailMultiAlternatives, mail: OutboxMail, file: File) -> None:
    content = file.text.encode()
    if file.made_by:
        with tenancy.tenant(mail.org_id):
            content = makers[file.made_by](file.of)
    if file.type.startswith("text/calendar"):
        message.attach_alternative(file.text, file.type)
        message.attach(file.name, content, "application/ics")
    else:
        message.attach(file.name, content, file.type)
