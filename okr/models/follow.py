"""What people follow: tribes, objectives and key results, whose news come to their inbox."""

from django.db import models
from django.db.models import Q

from okr.models.key_result import KeyResult
from okr.models.objective import Objective
from orgs.models import Membership, TenantModel, Tribe


class Follow(TenantModel):
    """A member's own word on one thing: follow it, or (`muted`) hear nothing of what would come by itself.

    Owners, leads and seats follow what is theirs without a row (okr.following).
    """

    membership = models.ForeignKey(Membership, models.CASCADE, related_name="follows")
    tribe = models.ForeignKey(Tribe, models.CASCADE, null=True, blank=True, related_name="follows")
    objective = models.ForeignKey(Objective, models.CASCADE, null=True, blank=True, related_name="follows")
    key_result = models.ForeignKey(KeyResult, models.CASCADE, null=True, blank=True, related_name="follows")
    muted = models.BooleanField(default=False)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta(TenantModel.Meta):
        ordering = ["-created_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["membership", name], condition=Q(**{f"{name}__isnull": False}), name=f"follow_{name}_once"
            )
            for name in ("tribe", "objective", "key_result")
        ] + [
            models.CheckConstraint(
                name="follow_one_thing",
                condition=Q(tribe__isnull=False, objective__isnull=True, key_result__isnull=True)
                | Q(tribe__isnull=True, objective__isnull=False, key_result__isnull=True)
                | Q(tribe__isnull=True, objective__isnull=True, key_result__isnull=False),
            )
        ]

    def __str__(self) -> str:
        return f"{self.membership_id} → {self.tribe_id or self.objective_id or self.key_result_id}"
