"""What the audit trail says of workshops (okr.pages.audit_words)."""

from django.utils.translation import gettext_lazy, pgettext_lazy

from okr.models import Objective
from okr.pages import audit_words
from orgs.models import Membership
from workshops.models import Participant
from workshops.pages.windows import phase_in_words

VERBS = {
    "planned": gettext_lazy("planned"),
    "cancelled": gettext_lazy("cancelled"),
    "began": gettext_lazy("began"),
    "phase": gettext_lazy("went on in"),
    "minutes_sent": gettext_lazy("sent the minutes of"),
    "vote_opened": gettext_lazy("opened a vote in"),
    "vote_closed": gettext_lazy("closed the vote in"),
    "retained": gettext_lazy("retained a key result in"),
    "not_retained": gettext_lazy("no longer retains a key result in"),
    "decided": gettext_lazy("decided in"),
    "guest_admitted": gettext_lazy("let a guest into"),
    "guest_turned_away": gettext_lazy("turned a guest away from"),
    "screen_ended": gettext_lazy("ended a screen of"),
}


def tell_audit() -> None:
    audit_words.learn(
        group="workshops",
        label=gettext_lazy("Workshops"),
        verbs=VERBS,
        kinds={
            "workshop": gettext_lazy("Workshop"),
            "workshoptemplate": gettext_lazy("Agenda template"),
        },
        fields={
            "agenda": gettext_lazy("agenda"),
            "participants": gettext_lazy("participants"),
            "subjects": gettext_lazy("what it is about"),
            "quarter": gettext_lazy("quarter"),
            "phase": pgettext_lazy("of a workshop", "phase"),
            "people": gettext_lazy("people"),
            "round": gettext_lazy("round"),
            "decision": gettext_lazy("decision"),
            "guest": gettext_lazy("guest"),
            "machine": gettext_lazy("machine"),
        },
        named={"membership": Membership, "objective": Objective},
        words={"voter": Participant.Part.VOTER.label},
        rows={"agenda": phase_in_words, "phases": phase_in_words},
    )
