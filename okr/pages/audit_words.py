"""The audit trail in words that anybody reads: verbs, kinds of things, and each change as "field: before → after"."""

import datetime as dt
import re
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.apps import apps
from django.core.exceptions import FieldDoesNotExist
from django.db import models
from django.urls import NoReverseMatch, reverse
from django.utils import timezone
from django.utils.dateparse import parse_date, parse_datetime
from django.utils.text import Truncator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from okr import numbers
from okr.language import language
from okr.models import KeyResult
from orgs.models import AuditEvent, Department, Function, Organization, Role, TenantModel, Tribe

MOST_TEXT = 300
DECIMAL = re.compile(r"-?\d+(\.\d+)?")
CHECKED_IN = "value"  # of a check-in, told with its key result, which has no such column

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
            "coach_word_removed": gettext_lazy("took away a word of the coach"),
        },
    ),
    "measured": (
        gettext_lazy("Check-ins"),
        {
            "checked_in": gettext_lazy("checked in"),
            "check_in_corrected": gettext_lazy("corrected a check-in"),
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
    "year": gettext_lazy("Year"),
    "quarter": pgettext_lazy("kind of thing", "Quarter"),
    "organization": gettext_lazy("Organization"),
    "coachword": gettext_lazy("Word of the coach"),
    "apikey": gettext_lazy("API key"),
}
# What is recorded besides the columns of a thing.
OTHER_FIELDS: dict[str, Any] = {
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
UNSAID = {"comment"}  # which one it is about: a number
# Inside lists of rows.
NAMED: dict[str, type[models.Model]] = {
    "tribe": Tribe,
    "department": Department,
    "key_result": KeyResult,
    "answers": KeyResult,
}
FLAGS: dict[str, Any] = {
    "is_delegate": gettext_lazy("speaks for the function"),
    "is_sponsor": pgettext_lazy("of a committee", "sponsor"),
}
FUNCTIONS: dict[str, Any] = dict(Function.choices) | dict(Role.choices)
PAGES = {"objective": "objective", "keyresult": "key_result", "initiative": "initiative"}
SETTINGS_PAGES = {
    "organization": "settings_organization",
    "year": "settings_periods",
    "quarter": "settings_periods",
    "coachword": "settings_wording",
    "apikey": "settings_api_keys",
    "membership": "settings_people",
    "invitation": "settings_people",
    "department": "settings_structure",
}


@dataclass(frozen=True, slots=True)
class ChangeText:
    field: str
    before: str
    after: str


class Words:
    """Reads the events of one page: what they name by id is looked up together, one query a kind of thing."""

    def __init__(self, events: Iterable[AuditEvent], org: Organization) -> None:
        self.slug = org.slug
        wanted: dict[type[models.Model], set[int]] = {}
        for event in events:
            model = model_of(event.object_type)
            for name, value in [*event.before.items(), *event.after.items()]:
                for target, pk in _ids_in(model, name, value):
                    wanted.setdefault(target, set()).add(pk)
            if event.object_type == "tribe":
                wanted.setdefault(Tribe, set()).add(event.object_id)
        self.named = {model: _names(model, ids) for model, ids in wanted.items()}
        self.codes: dict[int, str] = {}
        if Tribe in wanted:
            self.codes = dict(Tribe.objects.filter(pk__in=wanted[Tribe]).values_list("pk", "code"))

    def changes(self, event: AuditEvent) -> list[ChangeText]:
        model = model_of(event.object_type)
        names = list(dict.fromkeys([*event.after, *event.before]))
        rows = []
        for name in names:
            if name in UNSAID:
                continue
            before, after = event.before.get(name), event.after.get(name)
            if before != after and not (before in _EMPTY and after in _EMPTY):
                rows.append(
                    ChangeText(label_of(model, name), self.text(model, name, before), self.text(model, name, after))
                )
        return rows

    def text(self, model: type[models.Model] | None, name: str, value: Any) -> str:
        """A recorded value for people; "" where there was none."""
        if value in _EMPTY:
            return ""
        if isinstance(value, bool):
            return _("yes") if value else _("no")
        if isinstance(value, list):
            return Truncator("; ".join(self._row(name, row) for row in value)).chars(MOST_TEXT)
        target = _target(model, name)
        if target is not None and isinstance(value, int):
            return self.named.get(target, {}).get(value, f"#{value}")
        column = _column(model, name)
        choices = dict(getattr(column, "flatchoices", ()) or ())
        if value in choices:
            return str(choices[value])
        moment = _moment(column, value)
        if moment is not None:
            return self._moment(moment)
        if (name == CHECKED_IN or isinstance(column, models.DecimalField)) and DECIMAL.fullmatch(str(value)):
            return numbers.format_number(Decimal(str(value)), language())
        return Truncator(str(value)).chars(MOST_TEXT)

    def _row(self, name: str, row: Any) -> str:
        """A row of a list: what it names, and what of it is set."""
        parts = row.items() if isinstance(row, dict) else [(name, row)]
        return " · ".join(self._part(key, part) for key, part in parts if part not in (*_EMPTY, False) and key != "id")

    def _part(self, key: str, part: Any) -> str:
        if part is True:
            return str(FLAGS.get(key, key))
        if key in NAMED and isinstance(part, int):
            return self.named.get(NAMED[key], {}).get(part, f"#{part}")
        return str(FUNCTIONS.get(part, part)) if isinstance(part, str) else str(part)

    def _moment(self, moment: dt.date | dt.datetime) -> str:
        if not isinstance(moment, dt.datetime):
            return numbers.format_date(moment, language(), "date")
        local = timezone.localtime(moment) if timezone.is_aware(moment) else moment
        return f"{numbers.format_date(local.date(), language(), 'date')} {local:%H:%M}"

    def url(self, event: AuditEvent) -> str:
        """The page of the thing, "" where it has none."""
        try:
            if event.object_type in PAGES:
                return reverse(PAGES[event.object_type], args=[self.slug, event.object_id])
            if event.object_type == "tribe":
                code = self.codes.get(event.object_id, "")
                return reverse("tribe", args=[self.slug, code]) if code else ""
            page = SETTINGS_PAGES.get(event.object_type, "")
            return reverse(page, args=[self.slug]) if page else ""
        except NoReverseMatch:
            return ""


_EMPTY: tuple[Any, ...] = (None, "", [], {})


def verb_text(verb: str) -> str:
    return str(VERBS[verb]) if verb in VERBS else verb.replace("_", " ")


def kind_text(object_type: str) -> str:
    return str(KINDS[object_type]) if object_type in KINDS else object_type


def label_of(model: type[models.Model] | None, name: str) -> str:
    if name in OTHER_FIELDS:
        return str(OTHER_FIELDS[name])
    column = _column(model, name)
    return str(column.verbose_name) if column is not None else name.replace("_", " ")


def model_of(object_type: str) -> type[models.Model] | None:
    for app in ("okr", "orgs", "workshops"):
        try:
            return apps.get_model(app, object_type)
        except LookupError:
            continue
    return None


def _column(model: type[models.Model] | None, name: str) -> Any:
    if model is None:
        return None
    try:
        return model._meta.get_field(name)
    except FieldDoesNotExist:
        return None


def _target(model: type[models.Model] | None, name: str) -> type[models.Model] | None:
    """The tenant's kind of thing that this field names by its id."""
    column = _column(model, name)
    if isinstance(column, models.ForeignKey) and issubclass(column.related_model, TenantModel):
        return column.related_model
    return None


def _ids_in(model: type[models.Model] | None, name: str, value: Any) -> list[tuple[type[models.Model], int]]:
    """The things that a recorded value names."""
    target = _target(model, name)
    if target is not None and isinstance(value, int):
        return [(target, value)]
    if not isinstance(value, list):
        return []
    pairs = [pair for row in value for pair in (row.items() if isinstance(row, dict) else [(name, row)])]
    return [(NAMED[key], part) for key, part in pairs if key in NAMED and isinstance(part, int)]


def _names(model: type[models.Model], ids: set[int]) -> dict[int, str]:
    rows = model._default_manager.filter(pk__in=ids)
    related = [field.name for field in model._meta.fields if field.is_relation and field.name in ("user", "year")]
    return {row.pk: str(row) for row in (rows.select_related(*related) if related else rows)}


def _moment(column: Any, value: Any) -> dt.date | dt.datetime | None:
    if not isinstance(value, str):
        return None
    if isinstance(column, models.DateTimeField):
        return parse_datetime(value)
    return parse_date(value) if isinstance(column, models.DateField) else None
