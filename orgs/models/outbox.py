"""What leaves the house and has left it: one row a mail or message to a channel (orgs.outbox sends it)."""

from datetime import datetime

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from orgs.models.base import TenantModel


class OutboxMail(TenantModel):
    """A mail, or a message to the organization's channel: written in the transaction that causes it, sent by a job, once."""

    class Channel(models.TextChoices):
        MAIL = "mail", _("E-mail")
        WEBHOOK = "webhook", _("Channel")

    class Failure(models.TextChoices):
        """Why the last try failed, in words for whoever administers the organization."""

        UNREACHABLE = "unreachable", _("The server cannot be reached")
        TIMEOUT = "timeout", _("The server did not answer in time")
        BROKEN = "broken", _("The connection broke before the server had confirmed")
        TLS = "tls", _("No secure connection: the server’s certificate is not valid")
        SIGN_IN = "sign_in", _("The mail server does not accept our sign-in")
        SENDER = "sender", _("The mail server does not accept our sender’s address")
        RECIPIENT = "recipient", _("The server does not know this recipient")
        LATER = "later", _("The server asks to try again later")
        CONTENT = "content", _("The server does not accept the content")
        UNMADE = "unmade", _("The message could not be made")
        UNSET = "unset", _("No channel is set up any more")
        FORBIDDEN = "forbidden", _("The channel’s address leads to where nothing may be sent")
        GONE = "gone", _("The channel’s address is no longer valid")
        MOVED = "moved", _("The server points to another address")
        ANSWER = "answer", _("The server answered with an error")

    channel = models.CharField(max_length=10, choices=Channel, default=Channel.MAIL)
    recipient = models.CharField(max_length=254)  # an e-mail address, or the name of the channel
    kind = models.CharField(max_length=20)
    period = models.CharField(max_length=80)  # with recipient and kind: what it must not be sent twice for
    subject = models.CharField(max_length=200)
    text = models.TextField()
    html = models.TextField(blank=True)
    files = models.JSONField(default=list, blank=True)  # what is attached, as orgs.outbox.File
    created_at = models.DateTimeField(auto_now_add=True)
    due_at = models.DateTimeField()  # not before; pushed back after each failure
    leased_until = models.DateTimeField(null=True, blank=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    failure = models.CharField(max_length=12, choices=Failure, blank=True)  # of the last try; empty once it has left
    answer = models.CharField(max_length=200, blank=True)  # the server's own words about it
    sent_at = models.DateTimeField(null=True, blank=True)
    given_up_at = models.DateTimeField(null=True, blank=True)

    class Meta(TenantModel.Meta):
        ordering = ["due_at", "pk"]
        constraints = [models.UniqueConstraint(fields=["org", "recipient", "kind", "period"], name="outbox_mail_once")]
        indexes = [
            models.Index(fields=["due_at"], name="outbox_due", condition=Q(sent_at=None, given_up_at=None)),
            # Settings ▸ Deliveries: the newest of an organization, and how many left lately.
            models.Index(fields=["org", "-id"], name="outbox_newest"),
            models.Index(fields=["org", "sent_at"], name="outbox_of_org"),
            models.Index(fields=["sent_at"], name="outbox_sent", condition=Q(sent_at__isnull=False)),
            models.Index(fields=["given_up_at"], name="outbox_given_up", condition=Q(given_up_at__isnull=False)),
        ]

    def __str__(self) -> str:
        return f"{self.kind} → {self.recipient}"

    @property
    def last_error(self) -> str:
        """Why the last try failed, in the reader's language, with the server's own words; empty where none did."""
        said = str(self.get_failure_display()) if self.failure else ""
        return f"{said} ({self.answer})" if said and self.answer else said

    @property
    def next_try_at(self) -> datetime | None:
        """When it is tried next; None once it has left or was given up."""
        return None if self.sent_at or self.given_up_at else max(self.due_at, self.leased_until or self.due_at)

    @property
    def is_emptied(self) -> bool:
        """Its text is no longer kept: it cannot be sent again."""
        return not self.text
