"""What a meeting has: points of its agenda, who was there, decisions, actions."""

import datetime as dt
from typing import Any, ClassVar

from django.core.validators import MaxValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from okr.models import KeyResult, Objective
from orgs.models import Membership, RevisedModel, TenantQuerySet, tenant_manager
from orgs.relations import Relation
from reviews.models.meeting import Meeting


class MeetingSaidQuerySet(TenantQuerySet):
    def live(self) -> "MeetingSaidQuerySet":
        return self.filter(archived_at=None)


class _Said(RevisedModel):
    """A row of a meeting, in its lists until it is archived."""

    archived_at = models.DateTimeField(null=True, blank=True, editable=False)

    objects: ClassVar[Any] = tenant_manager(MeetingSaidQuerySet)
    is_strategic = False
    meeting: Any

    class Meta(RevisedModel.Meta):
        abstract = True

    def relations_of(self, member: Membership) -> set[Relation]:
        found: set[Relation] = self.meeting.relations_of(member)
        return found


class MeetingPoint(_Said):
    class Kind(models.TextChoices):
        ACTIONS = "actions", _("Actions still open")
        MOVED = "moved", _("What moved since the last meeting")
        WATCH = "watch", _("What to watch")
        DECISIONS = "decisions", _("Decisions due")
        AHEAD = "ahead", _("What comes next")
        OWN = "own", _("Point")

    meeting = models.ForeignKey(Meeting, models.CASCADE, related_name="points")
    kind = models.CharField(max_length=9, choices=Kind, default=Kind.OWN)
    title = models.CharField(_("point"), max_length=160, blank=True)  # of one's own; the others are named by their kind
    minutes = models.PositiveSmallIntegerField(_("minutes"), default=10, validators=[MaxValueValidator(480)])
    asks = models.BooleanField(_("asks for a decision"), default=False)
    notes = models.TextField(pgettext_lazy("of a meeting", "notes"), max_length=4000, blank=True)
    position = models.PositiveSmallIntegerField(default=1)

    class Meta(_Said.Meta):
        ordering = ["position", "pk"]

    def __str__(self) -> str:
        return self.title or str(self.get_kind_display())


class MeetingPresence(_Said):
    meeting = models.ForeignKey(Meeting, models.CASCADE, related_name="presences")
    member = models.ForeignKey(Membership, models.CASCADE, related_name="+")
    is_sponsor = models.BooleanField(default=False)  # as their seat said then

    class Meta(_Said.Meta):
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(fields=["meeting", "member"], name="meeting_presence_once")]

    def __str__(self) -> str:
        return str(self.member)


class MeetingDecision(_Said):
    meeting = models.ForeignKey(Meeting, models.CASCADE, related_name="decisions")
    point = models.ForeignKey(MeetingPoint, models.SET_NULL, null=True, blank=True, related_name="+")
    text = models.CharField(_("decision"), max_length=400)
    objective = models.ForeignKey(Objective, models.SET_NULL, null=True, blank=True, related_name="+")
    key_result = models.ForeignKey(KeyResult, models.SET_NULL, null=True, blank=True, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta(_Said.Meta):
        ordering = ["pk"]

    def __str__(self) -> str:
        return self.text


class MeetingAction(_Said):
    meeting = models.ForeignKey(Meeting, models.CASCADE, related_name="actions")
    text = models.CharField(_("action"), max_length=280)
    owner = models.ForeignKey(Membership, models.SET_NULL, null=True, related_name="+", verbose_name=_("owner"))
    due_on = models.DateField(_("due on"))
    done_on = models.DateField(null=True, blank=True, editable=False)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta(_Said.Meta):
        ordering = ["due_on", "pk"]
        indexes = [models.Index(fields=["org", "owner", "done_on"], name="meeting_action_of_owner")]

    def __str__(self) -> str:
        return self.text

    def is_overdue(self, today: dt.date) -> bool:
        return self.done_on is None and self.due_on < today

    def relations_of(self, member: Membership) -> set[Relation]:
        return super().relations_of(member) | ({Relation.OWNER} if self.owner_id == member.pk else set())
