"""What lies on the board: notes, the families they are grouped into, and the moves that can be taken back.

Ids of notes, families and moves (`uid`) come from the browser that made them: a command that is sent twice does its
work once.
"""

from typing import Any, ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from orgs.models import TenantModel, tenant_manager
from workshops.models.participant import Participant
from workshops.models.workshop import Subject, Workshop
from workshops.querysets import NoteQuerySet


class Family(TenantModel):
    """Notes that belong together, under one name."""

    workshop = models.ForeignKey(Workshop, models.CASCADE, related_name="families")
    uid = models.UUIDField()
    round = models.PositiveSmallIntegerField(default=1)
    subject = models.ForeignKey(Subject, models.CASCADE, related_name="families")
    name = models.CharField(_("name of the family"), max_length=80, blank=True)
    position = models.PositiveSmallIntegerField(default=1)
    dissolved_at = models.DateTimeField(null=True, blank=True, editable=False)

    class Meta(TenantModel.Meta):
        ordering = ["position", "pk"]
        constraints = [models.UniqueConstraint(fields=["workshop", "uid"], name="family_once")]
        verbose_name_plural = "families"

    def __str__(self) -> str:
        return self.name


class Note(TenantModel):
    """One idea. Nobody but its author reads it before `revealed_at`."""

    workshop = models.ForeignKey(Workshop, models.CASCADE, related_name="notes")
    uid = models.UUIDField()
    round = models.PositiveSmallIntegerField(default=1)
    subject = models.ForeignKey(Subject, models.CASCADE, related_name="notes")
    author = models.ForeignKey(Participant, models.CASCADE, related_name="notes")
    text = models.CharField(_("idea"), max_length=300)
    family = models.ForeignKey(Family, models.SET_NULL, null=True, blank=True, related_name="notes")
    position = models.PositiveSmallIntegerField(default=1)  # in its family, or among those without one
    merged_into = models.ForeignKey("self", models.SET_NULL, null=True, blank=True, related_name="alike")
    # Parked by an earlier workshop, and taken up again.
    parked_before = models.ForeignKey(
        "workshops.Decision", models.SET_NULL, null=True, blank=True, related_name="taken_up"
    )
    revealed_at = models.DateTimeField(null=True, blank=True, editable=False)
    withdrawn_at = models.DateTimeField(null=True, blank=True, editable=False)
    held_by = models.ForeignKey(Participant, models.SET_NULL, null=True, blank=True, related_name="+")
    held_until = models.DateTimeField(null=True, blank=True, editable=False)
    created_at = models.DateTimeField(auto_now_add=True)

    objects: ClassVar[Any] = tenant_manager(NoteQuerySet)

    class Meta(TenantModel.Meta):
        ordering = ["position", "pk"]
        constraints = [models.UniqueConstraint(fields=["workshop", "uid"], name="note_once")]
        indexes = [models.Index(fields=["org", "workshop", "round"], name="note_of_round")]

    def __str__(self) -> str:
        return self.text


class Move(TenantModel):
    """What one person did to the board in one gesture: rows before and after, by "note:<id>" and "family:<id>"."""

    workshop = models.ForeignKey(Workshop, models.CASCADE, related_name="moves")
    uid = models.UUIDField()
    by = models.ForeignKey(Participant, models.CASCADE, related_name="moves")
    label = models.CharField(max_length=200)
    before = models.JSONField(default=dict)
    after = models.JSONField(default=dict)
    at = models.DateTimeField(auto_now_add=True)
    undone_at = models.DateTimeField(null=True, blank=True, editable=False)

    class Meta(TenantModel.Meta):
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(fields=["workshop", "uid"], name="move_once")]
        indexes = [models.Index(fields=["org", "workshop", "by"], name="move_of_person")]

    def __str__(self) -> str:
        return self.label
