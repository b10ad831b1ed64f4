"""Check-ins: what was measured, how sure the owner is, in a sentence."""

import uuid
from typing import Any, ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from okr.models.key_result import KeyResult, figure_field
from okr.querysets import CheckInQuerySet
from orgs.models import Membership, TenantModel, tenant_manager
from orgs.relations import Relation


class CheckIn(TenantModel):
    class Mood(models.TextChoices):
        GOOD_NEWS = "good_news", _("Good news")
        BLOCKED = "blocked", _("Blocked")
        NEED_HELP = "need_help", _("Need help")

    key_result = models.ForeignKey(KeyResult, models.CASCADE, related_name="check_ins")
    on = models.DateField(_("measured on"))
    value = figure_field(_("value"))
    confidence = models.PositiveSmallIntegerField(_("confidence"))
    comment = models.TextField(_("what changed"), blank=True, max_length=2000)
    mood = models.CharField(_("mood"), max_length=9, choices=Mood, blank=True)
    author = models.ForeignKey(Membership, models.SET_NULL, null=True, related_name="check_ins")
    # Chosen by the form before it is sent, so that a double submit records one.
    client_id = models.UUIDField(default=uuid.uuid4, editable=False)
    created_at = models.DateTimeField(auto_now_add=True)
    corrected_at = models.DateTimeField(null=True, blank=True, editable=False)

    is_repeat = False  # set by record_check_in on a check-in that was already there

    objects: ClassVar[Any] = tenant_manager(CheckInQuerySet)

    class Meta(TenantModel.Meta):
        ordering = ["-on", "-pk"]
        constraints = [
            models.UniqueConstraint(fields=["org", "client_id"], name="check_in_once"),
            models.CheckConstraint(
                name="check_in_confidence_1_to_10", condition=Q(confidence__gte=1, confidence__lte=10)
            ),
        ]
        indexes = [
            models.Index(fields=["org", "key_result", "-on", "-id"], name="check_in_latest"),
            models.Index(fields=["org", "-created_at"], name="check_in_recent"),
        ]

    def __str__(self) -> str:
        return f"{self.key_result_id}: {self.value} ({self.on})"

    @property
    def is_strategic(self) -> bool:
        return self.key_result.is_strategic

    def relations_of(self, member: Membership) -> set[Relation]:
        author = {Relation.AUTHOR} if self.author_id == member.pk else set()
        return author | self.key_result.relations_of(member)
