"""What members think alone, what is decided, and what is said meanwhile.

Decisions are never deleted: they stand no more. Of what was noted and told apart the audit trail keeps what it was; opinions
and ballots are as their members said last, or gone where they took them back.
"""

from typing import Any, ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from okr.models import KeyResult
from orgs.models import Membership, TenantModel, tenant_manager
from planning.models.planning import Planning
from planning.querysets import BallotQuerySet


class Outcome(models.TextChoices):
    """method.md § 4. All but KEEP and OPEN have a reason."""

    KEEP = "keep", _("Keep")
    DEFER = "defer", _("Defer")
    MERGE = "merge", _("Merge")
    DROP = "drop", _("Drop")
    OPEN = "open", pgettext_lazy("a key result in quarter planning", "Undecided")  # what was decided is open again


class Decision(TenantModel):
    """One act (`act`, made by the browser: sent twice, it is taken once) about one key result.

    Of each key result at most one decision stands. The one that it took the place of is `replaces`, and stands again when
    this one is undone.
    """

    Outcome = Outcome

    planning = models.ForeignKey(Planning, models.CASCADE, related_name="decisions")
    key_result = models.ForeignKey(KeyResult, models.CASCADE, related_name="decisions")
    act = models.UUIDField()
    outcome = models.CharField(_("decision"), max_length=5, choices=Outcome)
    reason = models.CharField(_("reason"), max_length=400, blank=True)
    into = models.ForeignKey(KeyResult, models.CASCADE, null=True, blank=True, related_name="absorbing")
    by = models.ForeignKey(Membership, models.SET_NULL, null=True, related_name="+")
    by_name = models.CharField(max_length=80)  # who it was stays, also when they have gone
    at = models.DateTimeField()
    stands = models.BooleanField(default=True)
    replaces = models.ForeignKey("self", models.SET_NULL, null=True, blank=True, related_name="+")
    undone_at = models.DateTimeField(null=True, blank=True)
    # Where the majority decided: how many were for it, of how many present.
    in_favour = models.PositiveSmallIntegerField(null=True, blank=True)
    present = models.PositiveSmallIntegerField(null=True, blank=True)

    class Meta(TenantModel.Meta):
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["planning", "act", "key_result"], name="decision_once"),
            models.UniqueConstraint(
                fields=["planning", "key_result"], condition=Q(stands=True), name="decision_stands_alone"
            ),
            models.CheckConstraint(
                name="decision_merges_into_another",
                condition=Q(outcome="merge", into__isnull=False) & ~Q(into=F("key_result"))
                | ~Q(outcome="merge") & Q(into__isnull=True),
            ),
            models.CheckConstraint(
                name="decision_has_its_reason", condition=Q(outcome__in=("keep", "open")) | ~Q(reason="")
            ),
        ]
        indexes = [models.Index(fields=["org", "planning", "stands"], name="decision_of_planning")]

    def __str__(self) -> str:
        return f"{self.outcome} {self.key_result_id}"


class Opinion(TenantModel):
    """What one member would do, said alone and ahead of the meeting."""

    class Choice(models.TextChoices):
        KEEP = "keep", _("Keep")
        DROP = "drop", _("Drop")
        DISCUSS = "discuss", pgettext_lazy("what one would do with a key result", "Discuss")

    planning = models.ForeignKey(Planning, models.CASCADE, related_name="opinions")
    key_result = models.ForeignKey(KeyResult, models.CASCADE, related_name="opinions")
    membership = models.ForeignKey(Membership, models.CASCADE, related_name="+")
    choice = models.CharField(max_length=7, choices=Choice)
    at = models.DateTimeField(auto_now=True)

    class Meta(TenantModel.Meta):
        constraints = [models.UniqueConstraint(fields=["planning", "membership", "key_result"], name="opinion_once")]

    def __str__(self) -> str:
        return f"{self.choice} {self.key_result_id}"


class Ballot(TenantModel):
    """One member's vote in the meeting, where the majority decides."""

    planning = models.ForeignKey(Planning, models.CASCADE, related_name="ballots")
    key_result = models.ForeignKey(KeyResult, models.CASCADE, related_name="ballots")
    membership = models.ForeignKey(Membership, models.CASCADE, related_name="+")
    outcome = models.CharField(max_length=5, choices=Outcome)
    reason = models.CharField(max_length=400, blank=True)
    into = models.ForeignKey(KeyResult, models.CASCADE, null=True, blank=True, related_name="+")
    at = models.DateTimeField(auto_now=True)
    # The act that it brought about was undone: not counted until that is done again, or its member votes anew.
    undone_with = models.UUIDField(null=True, blank=True)

    objects: ClassVar[Any] = tenant_manager(BallotQuerySet)

    class Meta(TenantModel.Meta):
        constraints = [
            models.UniqueConstraint(fields=["planning", "membership", "key_result"], name="planning_ballot_once")
        ]

    def __str__(self) -> str:
        return f"{self.outcome} {self.key_result_id}"


class Discussion(TenantModel):
    """What was said about a key result in the meeting, as somebody noted it for all."""

    planning = models.ForeignKey(Planning, models.CASCADE, related_name="discussions")
    key_result = models.ForeignKey(KeyResult, models.CASCADE, related_name="discussions")
    text = models.CharField(_("note"), max_length=1000, blank=True)
    by = models.ForeignKey(Membership, models.SET_NULL, null=True, related_name="+")
    revision = models.PositiveIntegerField(default=1)
    at = models.DateTimeField(auto_now=True)

    class Meta(TenantModel.Meta):
        constraints = [models.UniqueConstraint(fields=["planning", "key_result"], name="discussion_once")]

    def __str__(self) -> str:
        return str(self.key_result)


class KeptApart(TenantModel):
    """Two key results that look alike, and that the CoDir keeps both."""

    planning = models.ForeignKey(Planning, models.CASCADE, related_name="kept_apart")
    first = models.ForeignKey(KeyResult, models.CASCADE, related_name="+")
    second = models.ForeignKey(KeyResult, models.CASCADE, related_name="+")
    by = models.ForeignKey(Membership, models.SET_NULL, null=True, related_name="+")
    at = models.DateTimeField(auto_now_add=True)

    class Meta(TenantModel.Meta):
        constraints = [models.UniqueConstraint(fields=["planning", "first", "second"], name="kept_apart_once")]

    def __str__(self) -> str:
        return f"{self.first} ≠ {self.second}"
