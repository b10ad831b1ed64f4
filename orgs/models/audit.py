"""The audit trail: append-only, written by the actions."""

from typing import Any

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from orgs.models.base import TenantModel


class AuditEvent(TenantModel):
    """Who changed what, when, from which values to which. Never updated, never deleted while the organization lives."""

    class Via(models.TextChoices):
        PAGE = "page", _("Page")
        API = "api", _("API")
        COMMAND = "command", _("Command")
        LINK = "link", _("By link")

    at = models.DateTimeField(auto_now_add=True)
    actor = models.ForeignKey("orgs.Membership", models.SET_NULL, null=True, related_name="+")
    actor_name = models.CharField(max_length=80)
    via = models.CharField(max_length=10, choices=Via, default=Via.PAGE)
    verb = models.CharField(max_length=40)
    object_type = models.CharField(max_length=40)
    object_id = models.BigIntegerField()
    object_label = models.CharField(max_length=200)
    before = models.JSONField(default=dict)
    after = models.JSONField(default=dict)
    reason = models.CharField(max_length=400, blank=True)
    # What orgs.actions.editing wrote: one act may change several things, and can be undone as a whole.
    change = models.UUIDField(null=True, editable=False)
    undoes = models.UUIDField(null=True, editable=False)
    revision = models.PositiveIntegerField(null=True, editable=False)

    class Meta(TenantModel.Meta):
        ordering = ["-at", "-pk"]
        indexes = [
            models.Index(fields=["org", "object_type", "object_id", "-at"], name="audit_of_object"),
            models.Index(fields=["org", "-at"], name="audit_latest"),
            models.Index(fields=["org", "change"], name="audit_of_change", condition=Q(change__isnull=False)),
        ]

    def __str__(self) -> str:
        return f"{self.actor_name}: {self.verb} {self.object_label}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        if self.pk is not None:
            raise TypeError("the audit trail is append-only")
        super().save(*args, **kwargs)
