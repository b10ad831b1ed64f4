"""What an organization teaches the wording coach, and what people answered it."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from orgs.models import Language, Membership, TenantModel


class CoachWord(TenantModel):
    """A word of the organization's own, beside the lists that come with the product (okr/coach/data)."""

    class Kind(models.TextChoices):
        OUTPUT_VERB = "output_verb", _("Output verb")
        ACTIVITY_VERB = "activity_verb", _("Activity verb")
        ACTIVITY_NOUN = "activity_noun", _("Activity")
        VAGUE = "vague", _("Vague word")
        OUTCOME = "outcome", _("Our own outcome word")

    kind = models.CharField(_("kind"), max_length=13, choices=Kind)
    language = models.CharField(_("language"), max_length=5, choices=Language)
    word = models.CharField(_("word"), max_length=60)

    class Meta(TenantModel.Meta):
        ordering = ["language", "kind", "word"]
        constraints = [models.UniqueConstraint(fields=["org", "kind", "language", "word"], name="coach_word_once")]

    def __str__(self) -> str:
        return self.word


class CoachDismissal(TenantModel):
    """“Keep as is”: a finding that somebody set aside, with a reason. It counts while the text stays the same."""

    object_type = models.CharField(max_length=40)  # model name, as in the audit trail
    object_id = models.BigIntegerField()
    rule = models.CharField(max_length=40)
    text_digest = models.CharField(max_length=64)  # SHA-256 of the text that was judged
    reason = models.CharField(_("why"), max_length=240)
    by = models.ForeignKey(Membership, models.SET_NULL, null=True, related_name="+")
    at = models.DateTimeField(auto_now_add=True)

    class Meta(TenantModel.Meta):
        ordering = ["-at"]
        constraints = [
            models.UniqueConstraint(
                fields=["org", "object_type", "object_id", "rule", "text_digest"], name="coach_dismissal_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.rule}: {self.reason}"
