"""Mail leaves the house through the job queue, so that a slow or absent mail server never holds up a page."""

from collections.abc import Sequence
from email.utils import getaddresses

from django.core.mail import EmailMessage, EmailMultiAlternatives
from django.core.mail.backends.base import BaseEmailBackend


class QueuedBackend(BaseEmailBackend):
    """Django's mail backend that hands each message to `orgs.tasks.deliver_mail`."""

    def send_messages(self, messages: Sequence[EmailMessage]) -> int:
        from orgs.tasks import deliver_mail

        for message in messages:
            deliver_mail.delay(as_json(message))
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
