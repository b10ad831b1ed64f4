"""What the people of a tribe say of their quarter, looking back."""

from typing import Any, ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from okr.models import Quarter
from orgs.models import Membership, RevisedModel, TenantQuerySet, Tribe, tenant_manager


class RetroNoteQuerySet(TenantQuerySet):
    def live(self) -> "RetroNoteQuerySet":
        return self.filter(archived_at=None)


class RetroNote(RevisedModel):
    class Kind(models.TextChoices):
        HELPED = "helped", _("What helped")
        HINDERED = "hindered", _("What hindered")
        TRY = "try", _("What we try")

    tribe = models.ForeignKey(Tribe, models.PROTECT, related_name="retro_notes")
    quarter = models.ForeignKey(Quarter, models.PROTECT, related_name="retro_notes")
    kind = models.CharField(_("kind"), max_length=8, choices=Kind)
    text = models.CharField(_("note"), max_length=280)
    author = models.ForeignKey(Membership, models.SET_NULL, null=True, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)
    archived_at = models.DateTimeField(null=True, blank=True, editable=False)

    objects: ClassVar[Any] = tenant_manager(RetroNoteQuerySet)

    class Meta(RevisedModel.Meta):
        ordering = ["pk"]
        indexes = [models.Index(fields=["org", "quarter", "tribe"], name="retro_note_of_quarter")]

    def __str__(self) -> str:
        return self.text
