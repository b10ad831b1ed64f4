"""Where an organization is told things beside mail: one incoming webhook of Slack, Teams or what understands theirs."""

from urllib.parse import urlsplit

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from orgs.models.base import TenantModel
from orgs.models.outbox import OutboxMail


class Channel(TenantModel):
    """The organization's channel. Whoever has its address may write there: it is a secret, shown and told shortened."""

    class Service(models.TextChoices):
        SLACK = "slack", "Slack"
        TEAMS = "teams", "Microsoft Teams"
        TEAMS_CONNECTOR = "connector", _("Microsoft Teams (connector)")
        OTHER = "other", _("Compatible with Slack")

    url = models.CharField(pgettext_lazy("of a channel", "address"), max_length=1000)
    service = models.CharField(_("service"), max_length=10, choices=Service)
    sends_missed = models.BooleanField(_("who has not checked in"), default=True)
    sends_digest = models.BooleanField(_("weekly digest"), default=True)
    # How the last test ended.
    tested_at = models.DateTimeField(null=True, blank=True)
    test_failure = models.CharField(max_length=12, choices=OutboxMail.Failure, blank=True)
    test_answer = models.CharField(max_length=200, blank=True)

    class Meta(TenantModel.Meta):
        constraints = [models.UniqueConstraint(fields=["org"], name="channel_one_an_organization")]

    def __str__(self) -> str:
        return f"{self.Service(self.service).label} ({self.shortened})"

    @property
    def shortened(self) -> str:
        """The address as it may be shown: where it leads, and enough to tell it from another."""
        return f"{urlsplit(self.url).netloc}/…{self.url[-4:]}"
