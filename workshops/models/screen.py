"""Machines in the room that show the wall."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from orgs.models import TenantModel
from workshops.models.workshop import Workshop


class PairedScreen(TenantModel):
    """A machine without anybody's account. Its cookie holds `key`; it is paired until its time is up (workshops.screens), or
    until whoever leads ends it."""

    workshop = models.ForeignKey(Workshop, models.CASCADE, related_name="screens")
    key = models.CharField(max_length=13, unique=True, editable=False)
    machine = models.CharField(_("machine"), max_length=40, blank=True)  # "Firefox, Windows": to tell one from another
    paired_at = models.DateTimeField(editable=False)
    ended_at = models.DateTimeField(null=True, blank=True, editable=False)

    class Meta(TenantModel.Meta):
        ordering = ["paired_at", "pk"]

    def __str__(self) -> str:
        return self.machine or self.key
