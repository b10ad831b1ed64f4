"""What the audit trail says of reviews (okr.pages.audit_words)."""

from django.utils.translation import gettext_lazy

from okr.pages import audit_words


def tell_audit() -> None:
    audit_words.learn(
        group="reviews",
        label=gettext_lazy("Reviews"),
        verbs={
            "judged": gettext_lazy("judged"),
            "verdict_corrected": gettext_lazy("corrected after the close"),
            "review_opened": gettext_lazy("set when the review opens"),
            "scored": gettext_lazy("scored"),
            "looked_back": gettext_lazy("noted, looking back"),
        },
        kinds={
            "verdict": gettext_lazy("Verdict"),
            "retronote": gettext_lazy("Retrospective note"),
        },
        fields={
            "review_opens_on": gettext_lazy("the review opens on"),
            "score": gettext_lazy("score"),
            "kept": gettext_lazy("kept within"),
            "learning": gettext_lazy("what we learned"),
            "miss_reason": gettext_lazy("why it was missed"),
            "afterwards": gettext_lazy("next"),
        },
        named={},
        words={},
        rows={},
    )
