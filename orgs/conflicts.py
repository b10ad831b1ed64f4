"""Two people changed the same thing: both versions side by side, and the second chooses, field by field.

The form comes back as it was typed, with the `revision` that it was made from: fields that the person left alone are still
as old as that. templates/_conflict.html shows for each clashing field what is stored now and what was typed, with
`keep-<field>` = "mine" or "theirs", and `decided_at`, the revision whose versions it shows. Sent again, `decided` leaves out
the fields whose stored version stays, and `seen_in` says which clashes have been decided.

Each row goes with the form as `clash-<field>`: where it is refused again, for another field or another clash, `choices_in`
brings back what was chosen, as it was seen then.
"""

import datetime as dt
import json
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from typing import Any

from django import forms
from django.db.models import Model
from django.http import QueryDict
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.timesince import timesince
from django.utils.translation import gettext as _

from orgs.actions.editing import EditConflict, Seen

KEEP, CLASH = "keep-", "clash-"
MINE, THEIRS = "mine", "theirs"
Describe = Mapping[str, Callable[[Any], str]]  # by field: the text for a value as a State holds it


@dataclass(frozen=True, slots=True)
class ConflictRow:
    name: str
    label: str
    mine: str
    theirs: str
    by: str
    when: dt.datetime
    at: int  # the revision that is shown as theirs
    keeps: str = ""  # MINE, THEIRS, "" while nobody chose

    @property
    def ago(self) -> str:
        return _ago(self.when)

    @property
    def packed(self) -> str:
        return json.dumps([self.label, self.mine, self.theirs, self.by, self.when.isoformat(), self.at])


@dataclass(frozen=True, slots=True)
class Conflict:
    rows: list[ConflictRow]
    revision: int  # that the form was made from
    at: int  # that is stored now
    message: str
    answered: tuple[str, ...] = ()  # fields that no row can show: sending the form again says that mine stays


def conflict_of(
    form: forms.BaseForm,
    clash: EditConflict,
    describe: Describe | None = None,
    *,
    unshown: Collection[str] = (),
    labels: Mapping[str, Any] | None = None,
) -> Conflict:
    """For templates/_conflict.html (as `conflict`). `describe` says how values read that their form field cannot show,
    `labels` what fields are called that the form has under another name; `unshown` are fields for which the page finds
    its own words."""
    seen, now = seen_in(form.data), clash.thing.revision
    rows = [
        ConflictRow(
            name=one.name,
            label=str((labels or {}).get(one.name) or _label(form, one.name)),
            mine=_text(form, clash.thing, one.name, one.mine, describe),
            theirs=_text(form, clash.thing, one.name, one.theirs, describe),
            by=one.by,
            when=one.at,
            at=now,
        )
        for one in clash.clashes
        if one.name not in unshown
    ]
    new = {row.name for row in rows}
    rows += [row for row in choices_in(form.data) if row.name not in new]
    answered = tuple(one.name for one in clash.clashes if one.name in unshown)
    return Conflict(rows, now if seen is None else int(seen), now, clash.message, answered)


def choices_in(data: QueryDict | Mapping[str, Any]) -> list[ConflictRow]:
    """What was chosen in the panel of a form that is now refused for something else."""
    chosen = {name: data.get(KEEP + name, "") for name in _names(data, CLASH)}
    rows = [_row(name, str(data[CLASH + name]), keeps) for name, keeps in chosen.items() if keeps in (MINE, THEIRS)]
    return [row for row in rows if row is not None]


def decided(data: QueryDict | Mapping[str, Any], values: Mapping[str, Any]) -> dict[str, Any]:
    """The cleaned values without those fields where the person chose what the other had written."""
    return {name: value for name, value in values.items() if data.get(KEEP + name) != THEIRS}


def seen_in(data: QueryDict | Mapping[str, Any]) -> int | None:
    """The revision that the form was made from, as `Seen` where clashes were decided in it; None where it says none."""
    revision, at = _revision(data.get("revision", "")), _revision(data.get("decided_at", ""))
    if revision is None or at is None:
        return revision
    chosen = [name for name in _names(data, KEEP) if data.get(KEEP + name) in (MINE, THEIRS)]
    return Seen(revision, dict.fromkeys(chosen, at) | {row.name: row.at for row in choices_in(data)})


def _names(data: QueryDict | Mapping[str, Any], prefix: str) -> list[str]:
    return [name.removeprefix(prefix) for name in data if name.startswith(prefix)]


def _row(name: str, packed: str, keeps: str) -> ConflictRow | None:
    """None where no page of ours sent it."""
    try:
        match json.loads(packed):
            case [str(label), str(mine), str(theirs), str(by), str(when), int(at)]:
                day = parse_datetime(when)
            case _:
                return None
    except (ValueError, RecursionError):
        return None
    if day is None or timezone.is_naive(day):
        return None
    return ConflictRow(name, label, mine, theirs, by, day, at, keeps)


def _revision(value: Any) -> int | None:
    text = str(value)
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
