"""Conversations about objectives, key results and initiatives."""

from typing import Any, ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from okr.models.initiative import Initiative
from okr.models.key_result import KeyResult
from okr.models.objective import Objective
from orgs.models import Membership, TenantModel, TenantQuerySet, tenant_manager


class CommentQuerySet(TenantQuerySet):
    def threads(self) -> "CommentQuerySet":
        """The first comment of each conversation."""
        return self.filter(thread=None)


class Comment(TenantModel):
    """The first of a conversation (`thread` is None) stands under one thing; answers stand under the first."""

    objective = models.ForeignKey(Objective, models.CASCADE, null=True, blank=True, related_name="comments")
    key_result = models.ForeignKey(KeyResult, models.CASCADE, null=True, blank=True, related_name="comments")
    initiative = models.ForeignKey(Initiative, models.CASCADE, null=True, blank=True, related_name="comments")
    thread = models.ForeignKey("self", models.CASCADE, null=True, blank=True, related_name="answers")
    author = models.ForeignKey(Membership, models.SET_NULL, null=True, related_name="comments")
    text = models.TextField(_("comment"), max_length=4000)
    mentions = models.ManyToManyField(Membership, through="okr.Mention", related_name="+")
    # Chosen by the form before it is sent, so that a double submit records one.
    client_id = models.UUIDField(editable=False)
    created_at = models.DateTimeField(auto_now_add=True)
    edited_at = models.DateTimeField(null=True, blank=True, editable=False)
    deleted_at = models.DateTimeField(null=True, blank=True, editable=False)
    resolved_at = models.DateTimeField(null=True, blank=True, editable=False)
    resolved_by = models.ForeignKey(Membership, models.SET_NULL, null=True, blank=True, related_name="+")

    objects: ClassVar[Any] = tenant_manager(CommentQuerySet)

    class Meta(TenantModel.Meta):
        ordering = ["created_at", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["org", "client_id"], name="comment_once"),
            models.CheckConstraint(
                name="comment_is_about_one_thing",
                condition=Q(objective__isnull=False, key_result__isnull=True, initiative__isnull=True)
                | Q(objective__isnull=True, key_result__isnull=False, initiative__isnull=True)
                | Q(objective__isnull=True, key_result__isnull=True, initiative__isnull=False),
            ),
            models.CheckConstraint(
                name="comment_answers_are_not_resolved", condition=Q(thread__isnull=True) | Q(resolved_at__isnull=True)
            ),
        ]
        indexes = [
            models.Index(fields=["org", "objective", "created_at"], name="comment_of_objective"),
            models.Index(fields=["org", "key_result", "created_at"], name="comment_of_key_result"),
            models.Index(fields=["org", "initiative", "created_at"], name="comment_of_initiative"),
        ]

    def __str__(self) -> str:
        return self.text[:80]


class Mention(TenantModel):
    comment = models.ForeignKey(Comment, models.CASCADE, related_name="mentioned")
    membership = models.ForeignKey(Membership, models.CASCADE, related_name="mentioned_in")

    class Meta(TenantModel.Meta):
        constraints = [models.UniqueConstraint(fields=["comment", "membership"], name="mention_once")]

    def __str__(self) -> str:
        return f"{self.comment_id} @ {self.membership_id}"
