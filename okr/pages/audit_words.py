"""The audit trail in words that anybody reads: verbs, kinds of things, and each change as "field: before → after"."""

from collections.abc import Callable
from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy, pgettext_lazy

from okr.models import KeyResult
from orgs.models import ApiKey, Department, Function, Membership, Organization, Role, Tribe

# Verbs by group, each group with the words that its filter shows.
GROUPS: dict[str, tuple[Any, dict[str, Any]]] = {
    "created": (
        gettext_lazy("Created"),
        {
            "created": gettext_lazy("created"),
            "duplicated": gettext_lazy("duplicated"),
            "organization_created": gettext_lazy("created the organization"),
            "api_key_created": gettext_lazy("made an API key"),
            "coach_word_added": gettext_lazy("added a word of the coach"),
        },
    ),
    "changed": (
        gettext_lazy("Changed"),
        {
            "changed": gettext_lazy("changed"),
            "moved": gettext_lazy("moved"),
            "merged": gettext_lazy("merged"),
            "restored": gettext_lazy("restored"),
            "undone": gettext_lazy("took back"),
            "scheduled": gettext_lazy("scheduled"),
            "days_changed": gettext_lazy("moved the days of"),
            "coach_dismissed": gettext_lazy("kept the wording of"),
            "profile_changed": gettext_lazy("changed the own profile"),
            "delivery_retried": gettext_lazy("had sent again"),
            "reach_changed": gettext_lazy("chose how to be reached"),
            "paused": gettext_lazy("paused the own reminders"),
            "resumed": gettext_lazy("resumed the own reminders"),
            "channel_set": gettext_lazy("set the channel"),
            "channel_tested": gettext_lazy("sent a test message to"),
        },
    ),
    "advanced": (
        gettext_lazy("Opened, published, closed"),
        {
            "opened": gettext_lazy("opened"),
            "closed": gettext_lazy("closed"),
            "reopened": gettext_lazy("reopened"),
            "proposed": gettext_lazy("proposed"),
            "taken_back": gettext_lazy("took back to draft"),
            "published": gettext_lazy("published"),
        },
    ),
    "ended": (
        gettext_lazy("Archived or removed"),
        {
            "archived": gettext_lazy("archived"),
            "removed": gettext_lazy("removed"),
            "api_key_revoked": gettext_lazy("revoked an API key"),
            "channel_removed": gettext_lazy("removed the channel"),
            "coach_word_removed": gettext_lazy("took away a word of the coach"),
        },
    ),
    "measured": (
        gettext_lazy("Check-ins"),
        {
            "checked_in": gettext_lazy("checked in"),
            "check_in_corrected": gettext_lazy("corrected a check-in"),
            "check_in_taken_back": gettext_lazy("took back a check-in"),
        },
    ),
    "rationale": (
        gettext_lazy("Business rationale"),
        {
            "rationale_saved": gettext_lazy("changed the business rationale"),
            "rationale_consolidated": gettext_lazy("signed the business rationale"),
        },
    ),
    "people": (
        gettext_lazy("People"),
        {
            "invited": gettext_lazy("invited"),
            "invitation_resent": gettext_lazy("sent an invitation again"),
            "invitation_revoked": gettext_lazy("revoked an invitation"),
            "joined": gettext_lazy("joined"),
            "ended": gettext_lazy("ended the membership of"),
            "reactivated": gettext_lazy("brought back"),
            "handed_over": gettext_lazy("handed over"),
        },
    ),
    "comments": (
        gettext_lazy("Conversations"),
        {
            "comment_added": gettext_lazy("commented"),
            "comment_answered": gettext_lazy("answered a comment"),
            "comment_edited": gettext_lazy("edited a comment"),
            "comment_deleted": gettext_lazy("deleted a comment"),
            "comment_restored": gettext_lazy("restored a comment"),
            "comment_resolved": gettext_lazy("resolved a conversation"),
            "comment_reopened": gettext_lazy("reopened a conversation"),
        },
    ),
}
VERBS: dict[str, Any] = {verb: words for _label, verbs in GROUPS.values() for verb, words in verbs.items()}

KINDS: dict[str, Any] = {
    "objective": gettext_lazy("Objective"),
    "keyresult": gettext_lazy("Key result"),
    "initiative": gettext_lazy("Initiative"),
    "evidence": gettext_lazy("Data"),
    "businesscase": gettext_lazy("Business rationale"),
    "comment": gettext_lazy("Comment"),
    "tribe": gettext_lazy("Tribe"),
    "department": gettext_lazy("Department"),
    "membership": gettext_lazy("Person"),
    "invitation": gettext_lazy("Invitation"),
    "absence": gettext_lazy("Absence"),
    "year": gettext_lazy("Year"),
    "quarter": pgettext_lazy("kind of thing", "Quarter"),
    "organization": gettext_lazy("Organization"),
    "coachword": gettext_lazy("Word of the coach"),
    "apikey": gettext_lazy("API key"),
    "outboxmail": gettext_lazy("Mail or message"),
    "channel": gettext_lazy("Channel"),
}
# What is recorded besides the columns of a thing.
OTHER_FIELDS: dict[str, Any] = {
    "name": gettext_lazy("name"),  # of a person, with their membership
    "member": gettext_lazy("person"),
    "year": gettext_lazy("year"),
    "department": gettext_lazy("department"),
    "objective": gettext_lazy("objective"),
    "key_result": gettext_lazy("key result"),
    "logo": gettext_lazy("logo"),
    "table": gettext_lazy("table"),
    "file_name": gettext_lazy("file"),
    "file_size": gettext_lazy("size"),
    "consolidated_at": gettext_lazy("signed on"),
    "consolidated_by": gettext_lazy("signed by"),
    "steps": gettext_lazy("steps"),
    "step_targets": gettext_lazy("targets on the way"),
    "done_steps": gettext_lazy("finished steps"),
    "contributions": gettext_lazy("contributions"),
    "answers": gettext_lazy("key results answered"),
    "dependencies": gettext_lazy("waits for"),
    "seats": gettext_lazy("seats"),
    "committees": gettext_lazy("committees"),
    "committee": gettext_lazy("committee"),
    "quarters": gettext_lazy("quarters"),
    "archived_at": gettext_lazy("archived"),
    "merged_into": gettext_lazy("merged into"),
    "carried_from": gettext_lazy("continues"),
    "ended_at": gettext_lazy("ended"),
    "position": gettext_lazy("place"),
    "current": gettext_lazy("value"),
    "checked_on": gettext_lazy("measured on"),
    "confidence": gettext_lazy("confidence"),
    "rule": gettext_lazy("rule of the wording coach"),
    "first_steps_hidden": gettext_lazy("first steps put away"),
    "expires_at": gettext_lazy("expires"),
    "revoked_at": gettext_lazy("revoked"),
}
# Which one it is about, a number; the whole definition, which the event publishes; an agenda's figures as they were.
UNSAID = {"comment", "baseline", "frozen"}
# Inside lists of rows.
NAMED: dict[str, type[models.Model]] = {
    "tribe": Tribe,
    "department": Department,
    "membership": Membership,
    "key_result": KeyResult,
    "answers": KeyResult,
}
FLAGS: dict[str, Any] = {
    "is_delegate": gettext_lazy("speaks for the function"),
    "is_sponsor": pgettext_lazy("of a committee", "sponsor"),
}
FUNCTIONS: dict[str, Any] = dict(Function.choices) | dict(Role.choices) | dict(ApiKey.Scope.choices)
ROWS: dict[str, Callable[[dict[str, Any]], str]] = {}  # lists whose rows are told as a whole
PAGES = {"objective": "objective", "keyresult": "key_result", "initiative": "initiative"}
SETTINGS_PAGES = {
    "organization": "settings_organization",
    "year": "settings_periods",
    "quarter": "settings_periods",
    "coachword": "settings_wording",
    "apikey": "settings_api_keys",
    "channel": "settings_channels",
    "membership": "settings_people",
    "invitation": "settings_people",
    "department": "settings_structure",
}


def learn(
    *,
    group: str,
    label: Any,
    verbs: dict[str, Any],
    kinds: dict[str, Any],
    fields: dict[str, Any],
    named: dict[str, type[models.Model]],
    words: dict[str, Any],
    rows: dict[str, Callable[[dict[str, Any]], str]],
) -> None:
    """What another application records: its verbs as a `group` of their own, and how the values inside its lists read, by
    `words`, or of some lists whole `rows`."""
    GROUPS[group] = (label, verbs)
    VERBS.update(verbs)
    KINDS.update(kinds)
    OTHER_FIELDS.update(fields)
    NAMED.update(named)
    FUNCTIONS.update(words)
    ROWS.update(rows)


def verb_text(verb: str) -> str:
    return str(VERBS[verb]) if verb in VERBS else verb.replace("_", " ")


def kind_text(object_type: str, org: Organization) -> str:
    if object_type == "tribe":
        return org.tribe_label
    return str(KINDS[object_type]) if object_type in KINDS else object_type
