"""What a person is told in the product's inbox."""

from typing import Any, ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from orgs.models.base import TenantModel, TenantQuerySet, tenant_manager
from orgs.models.people import Membership


class NotificationQuerySet(TenantQuerySet):
    def unread(self) -> "NotificationQuerySet":
        return self.filter(read_at=None)


class Notification(TenantModel):
    class Kind(models.TextChoices):
        MENTION = "mention", _("Mention")
        REPLY = "reply", pgettext_lazy("kind of message", "Answer")
        HANDOVER = "handover", _("Handed over")
        DECIDED = "decided", _("Decided at quarter planning")
        PUBLISHED = "published", _("Quarter published")
        CLOSED = "closed", _("Quarter or year closed")
        OPENED = "opened", _("Review opened")
        STANDS_IN = "stands_in", _("Standing in for somebody")
        # News of what the recipient follows.
        CHECKED_IN = "checked_in", _("Status or confidence changed")
        COMMENTED = "commented", _("Comment")
        CHANGED = "changed", _("Target or owner changed")
        STARTED = "started", pgettext_lazy("key results", "Published")
        SCORED = "scored", _("Scored")

    # What somebody follows, as opposed to what is said to them.
    NEWS = (Kind.CHECKED_IN, Kind.COMMENTED, Kind.CHANGED, Kind.STARTED, Kind.SCORED)

    recipient = models.ForeignKey(Membership, models.CASCADE, related_name="notifications")
    actor = models.ForeignKey(Membership, models.SET_NULL, null=True, related_name="+")
    kind = models.CharField(max_length=10, choices=Kind)
    about = models.CharField(max_length=240)  # the title of the thing it is about
    excerpt = models.CharField(max_length=240, blank=True)
    path = models.CharField(max_length=200)  # below /o/<slug>/
    # Names what happened, so that telling it twice is impossible.
    key = models.CharField(max_length=80)
    created_at = models.DateTimeField(auto_now_add=True)
    read_at = models.DateTimeField(null=True, blank=True, editable=False)

    objects: ClassVar[Any] = tenant_manager(NotificationQuerySet)

    class Meta(TenantModel.Meta):
        ordering = ["-created_at", "-pk"]
        constraints = [models.UniqueConstraint(fields=["recipient", "key"], name="notification_once")]
        indexes = [
            models.Index(fields=["org", "recipient", "-created_at"], name="notification_inbox"),
            models.Index(fields=["org", "recipient"], name="notification_unread", condition=Q(read_at=None)),
        ]

    def __str__(self) -> str:
        return f"{self.kind}: {self.about}"
