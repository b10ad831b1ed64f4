"""What the audit trail says of quarter plannings (okr.pages.audit_words)."""

from django.utils.translation import gettext_lazy

from okr.models import KeyResult
from okr.pages import audit_words
from orgs.models import Membership, Tribe

VERBS = {
    "kept": gettext_lazy("kept"),
    "deferred": gettext_lazy("deferred"),
    "merged_into": gettext_lazy("merged into another"),
    "dropped": gettext_lazy("dropped"),
    "reconsidered": gettext_lazy("put before quarter planning again"),
    "accepted_lead": gettext_lazy("accepted as lead"),
    "accepted_cpo": gettext_lazy("accepted as CPO"),
    "unaccepted_lead": gettext_lazy("no longer accepts as lead"),
    "unaccepted_cpo": gettext_lazy("no longer accepts as CPO"),
    "noted": gettext_lazy("noted in quarter planning"),
    "kept_apart": gettext_lazy("told apart"),
    "said_here": gettext_lazy("said who is in the meeting"),
    "said_left": gettext_lazy("said who has left the meeting"),
    "quarter_published": gettext_lazy("published the quarter of"),
    "carried_over": gettext_lazy("took over from an earlier quarter"),
    "left_behind": gettext_lazy("did not take into the next quarter"),
    "offered_again": gettext_lazy("offered to the next quarter again"),
}


def tell_audit() -> None:
    audit_words.learn(
        group="planning",
        label=gettext_lazy("Quarter planning"),
        verbs=VERBS,
        kinds={
            "planning": gettext_lazy("Quarter planning"),
            "discussion": gettext_lazy("Note of the meeting"),
            "keptapart": gettext_lazy("Probable duplicates"),
        },
        fields={
            "slots": gettext_lazy("agenda"),
            "voters": gettext_lazy("people who vote"),
            "chair": gettext_lazy("chair"),
            "voter": gettext_lazy("person"),
            "first": gettext_lazy("one key result"),
            "second": gettext_lazy("the other key result"),
        },
        named={
            "tribe": Tribe,
            "membership": Membership,
            "voters": Membership,
            "voter": Membership,
            "first": KeyResult,
            "second": KeyResult,
        },
        words={},
        rows={},
    )
