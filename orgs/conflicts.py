"""Two people changed the same thing: both versions side by side, and the second chooses, field by field.

The form comes back as it was typed, with the stored revision in its hidden `revision`; templates/_conflict.html shows for
each clashing field what is stored now and what was typed, with `keep-<field>` = "mine" or "theirs". Sent again, `decided`
leaves out the fields whose stored version stays.
"""

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from django import forms
from django.db.models import Model
from django.http import QueryDict
from django.utils import timezone
from django.utils.timesince import timesince
from django.utils.translation import gettext as _

from orgs.actions.editing import EditConflict

KEEP = "keep-"
Describe = Mapping[str, Callable[[Any], str]]  # by field: the text for a value as a State holds it


@dataclass(frozen=True, slots=True)
class ConflictRow:
    name: str
    label: str
    mine: str
    theirs: str
    by: str
    ago: str
    keeps: str  # "mine", "theirs", "" while nobody chose


@dataclass(frozen=True, slots=True)
class Conflict:
    rows: list[ConflictRow]
    revision: int  # what the form sends next
    message: str


def conflict_of(form: forms.BaseForm, clash: EditConflict, describe: Describe | None = None) -> Conflict:
    """For templates/_conflict.html (as `conflict`). `describe` says how values read that their form field cannot show."""
    rows = [
        ConflictRow(
            name=one.name,
            label=_label(form, one.name),
            mine=_text(form, clash.thing, one.name, one.mine, describe),
            theirs=_text(form, clash.thing, one.name, one.theirs, describe),
            by=one.by,
            ago=_ago(one.at),
            keeps=form.data.get(KEEP + one.name, ""),
        )
        for one in clash.clashes
    ]
    return Conflict(rows, clash.thing.revision, clash.message)


def decided(data: QueryDict | Mapping[str, Any], values: Mapping[str, Any]) -> dict[str, Any]:
    """The cleaned values without those fields where the person chose what the other had written."""
    return {name: value for name, value in values.items() if data.get(KEEP + name) != "theirs"}


def seen_in(data: QueryDict | Mapping[str, Any]) -> int | None:
    """The revision that the form was made from; None where it says none."""
    text = str(data.get("revision", ""))
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else None


def _ago(at: dt.datetime) -> str:
    if timezone.now() - at < dt.timedelta(minutes=1):
        return _("just now")
    return _("%(time)s ago") % {"time": timesince(at, depth=1)}


def _label(form: forms.BaseForm, name: str) -> str:
    return str(form[name].label) if name in form.fields else name


def _text(form: forms.BaseForm, thing: Model, name: str, value: Any, describe: Describe | None) -> str:
    if describe and name in describe:
        return describe[name](value)
    if value in (None, "", []):
        return ""
    field = form.fields.get(name)
    if isinstance(field, forms.ModelChoiceField):
        found = type(thing)._meta.get_field(name).related_model.objects.filter(pk=value).first()  # type: ignore[union-attr]
        return "" if found is None else str(field.label_from_instance(found))
    if isinstance(field, forms.ChoiceField):
        return str(dict(_flat(field.choices)).get(value, value))
    if field is None or isinstance(value, list | dict):
        return str(value)
    return str(field.prepare_value(thing._meta.get_field(name).to_python(value)))  # type: ignore[union-attr]


def _flat(choices: Any) -> list[tuple[Any, Any]]:
    pairs: list[tuple[Any, Any]] = []
    for value, label in choices:
        pairs += label if isinstance(label, list | tuple) else [(value, label)]
    return pairs
