"""Mail leaves the house through the job queue, so that a slow or absent mail server never holds up a page."""

from collections.abc import Sequence
from email.utils import getaddresses

import structlog
from django.core.mail import EmailMessage, EmailMultiAlternatives
from django.core.mail.backends.base import BaseEmailBackend
from kombu.exceptions import OperationalError

log = structlog.get_logger(__name__)


class QueuedBackend(BaseEmailBackend):
    """Django's mail backend that hands each message to `orgs.tasks.deliver_mail`.

    Where the queue does not answer, the page waits for the mail server: whoever asked for a new password gets it.
    """

    def send_messages(self, messages: Sequence[EmailMessage]) -> int:
        from orgs.tasks import deliver_mail

        for message in messages:
            parts = as_json(message)
            try:
                deliver_mail.apply_async((parts,), retry=False)
            except OperationalError as error:
                log.warning("mail_not_queued", error=str(error))
                deliver_mail(parts)
        return len(messages)


def as_json(message: EmailMessage) -> dict[str, object]:
    """What a text or HTML message consists of; attachments are not carried."""
    alternatives = getattr(message, "alternatives", [])
    return {
        "subject": message.subject,
        "body": message.body,
        "html": next((str(part[0]) for part in alternatives if part[1] == "text/html"), ""),
        "sender": message.from_email,
        "to": [address for _name, address in getaddresses(message.to)],
        "headers": {key: str(value) for key, value in message.extra_headers.items()},
    }


def from_json(parts: dict) -> EmailMultiAlternatives:
    message = EmailMultiAlternatives(
        parts["subject"], parts["body"], parts["sender"], parts["to"], headers=parts["headers"]
    )
    if parts["html"]:
        message.attach_alternative(parts["html"], "text/html")
    return message
