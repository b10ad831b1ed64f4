"""What is said of a key result at the end of its quarter or year, and what follows from it."""

from decimal import Decimal

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from okr import scoring
from okr.models import KeyResult
from orgs.models import Membership, RevisedModel


class Verdict(RevisedModel):
    """One a key result, from when the first is given. At the close it is written onto the key result (score, learning,
    reason), where lists read it; reopening takes it from there, and it stays here."""

    class Afterwards(models.TextChoices):
        CARRY = "carry", _("Carry over")
        CHANGE = "change", pgettext_lazy("what follows a verdict", "Change")
        STOP = "stop", _("Stop")

    key_result = models.OneToOneField(KeyResult, models.CASCADE, related_name="verdict")
    score = models.DecimalField(_("score"), max_digits=2, decimal_places=1, null=True, blank=True)
    kept = models.BooleanField(_("kept within"), null=True, blank=True)  # of a health metric, which has no score
    learning = models.CharField(_("what we learned"), max_length=400, blank=True)
    miss_reason = models.CharField(_("why it was missed"), max_length=400, blank=True)
    afterwards = models.CharField(_("next"), max_length=6, choices=Afterwards, blank=True)
    by = models.ForeignKey(Membership, models.SET_NULL, null=True, editable=False, related_name="+")
    # After the close.
    correction = models.CharField(_("reason of the correction"), max_length=400, blank=True)
    corrected_at = models.DateTimeField(null=True, blank=True, editable=False)
    corrected_by = models.ForeignKey(Membership, models.SET_NULL, null=True, editable=False, related_name="+")

    class Meta(RevisedModel.Meta):
        constraints = [
            models.CheckConstraint(
                name="verdict_score_0_to_1", condition=Q(score__isnull=True) | Q(score__gte=0, score__lte=1)
            ),
            models.CheckConstraint(
                name="verdict_score_or_kept", condition=Q(score__isnull=True) | Q(kept__isnull=True)
            ),
        ]

    def __str__(self) -> str:
        return str(self.key_result)

    @property
    def is_given(self) -> bool:
        """An undone one says nothing."""
        return self.score is not None or self.kept is not None


def is_miss(key_result: KeyResult, score: Decimal | None, kept: bool | None) -> bool:
    """Whether it asks for its reason: committed, and not reached (method.md § 1)."""
    if score is not None:
        return scoring.misses_commitment(scoring.Ambition(key_result.ambition), score)
    return kept is False and key_result.ambition == KeyResult.Ambition.COMMITTED
