"""What the audit trail says of reviews (okr.pages.audit_words)."""

from django.utils.translation import gettext_lazy, pgettext_lazy

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
            "rescheduled": gettext_lazy("moved"),
            "called_off": gettext_lazy("called off"),
            "begun": gettext_lazy("began"),
            "ended": gettext_lazy("ended"),
            "attended": gettext_lazy("marked as present"),
            "settled": gettext_lazy("marked as done"),
            "meetingpoint_added": gettext_lazy("added to the agenda"),
            "meetingdecision_added": gettext_lazy("noted"),
            "meetingaction_added": gettext_lazy("noted"),
        },
        kinds={
            "verdict": gettext_lazy("Verdict"),
            "retronote": gettext_lazy("Retrospective note"),
            "meetingseries": gettext_lazy("Series of meetings"),
            "meeting": gettext_lazy("Meeting"),
            "meetingpoint": gettext_lazy("Point"),
            "meetingpresence": gettext_lazy("Presence"),
            "meetingdecision": gettext_lazy("Decision"),
            "meetingaction": gettext_lazy("Action"),
        },
        fields={
            "review_opens_on": gettext_lazy("the review opens on"),
            "score": gettext_lazy("score"),
            "kept": gettext_lazy("kept within"),
            "learning": gettext_lazy("what we learned"),
            "miss_reason": gettext_lazy("why it was missed"),
            "afterwards": gettext_lazy("next"),
            "author": gettext_lazy("author"),
            "state": gettext_lazy("state"),
            "begun_at": gettext_lazy("begun"),
            "is_moved": gettext_lazy("moved to another day"),
            "meeting": gettext_lazy("meeting"),
            "point": gettext_lazy("point"),
            "kind": gettext_lazy("kind"),
            "is_sponsor": pgettext_lazy("of a committee", "sponsor"),
            "done_on": gettext_lazy("done on"),
        },
        named={},
        words={},
        rows={},
    )
