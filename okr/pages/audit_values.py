"""What events of the audit trail recorded, for people: each change as "field: before → after", and where the thing is."""

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

from okr import numbers
from okr.language import language
from okr.pages.audit_words import FLAGS, FUNCTIONS, NAMED, OTHER_FIELDS, PAGES, ROWS, SETTINGS_PAGES, UNSAID
from orgs.models import AuditEvent, Organization, TenantModel, Tribe

MOST_TEXT = 300
DECIMAL = re.compile(r"-?\d+(\.\d+)?")
CHECKED_IN = "value"  # of a check-in, told with its key result, which has no such column
_EMPTY: tuple[Any, ...] = (None, "", [], {})


@dataclass(frozen=True, slots=True)
class ChangeText:
    field: str
    before: str
    after: str


class Words:
    """Reads the events of one page: what they name by id is looked up together, one query a kind of thing."""

    def __init__(self, events: Iterable[AuditEvent], org: Organization) -> None:
        self.slug, self.tribe_label = org.slug, org.tribe_label
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
            before, after = _differing(event.before.get(name), event.after.get(name))
            if before != after and not (before in _EMPTY and after in _EMPTY):
                label = self.tribe_label if name == "tribe" else label_of(model, name)
                rows.append(ChangeText(label, self.text(model, name, before), self.text(model, name, after)))
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
        """A row of a list: what it names, and what of it is set. PostgreSQL keeps the keys of JSON in an order of its own:
        an end comes behind its beginning, and a flag behind what has it."""
        if name in ROWS and isinstance(row, dict):
            return ROWS[name](row)
        parts = row.items() if isinstance(row, dict) else [(name, row)]
        parts = sorted(parts, key=lambda part: (part[1] is True, part[0].startswith("ends_")))
        return " · ".join(self._part(key, part) for key, part in parts if part not in (*_EMPTY, False) and key != "id")

    def _part(self, key: str, part: Any) -> str:
        if part is True:
            return str(FLAGS.get(key, key))
        if isinstance(part, list):
            return ", ".join(self._row(key, row) for row in part)
        if key in NAMED and isinstance(part, int):
            return self.named.get(NAMED[key], {}).get(part, f"#{part}")
        day = _day(part)
        if day is not None:
            return numbers.format_date(day, language(), "date")
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


def _differing(before: Any, after: Any) -> tuple[Any, Any]:
    """Of two lists of rows those that are not in both: what changed would be lost among the others. All of them where only
    their order did."""
    if not (isinstance(before, list) and isinstance(after, list)):
        return before, after
    stood, stands = ([_unnumbered(row) for row in rows] for rows in (before, after))
    gone = [row for row, said in zip(before, stood, strict=True) if said not in stands]
    new = [row for row, said in zip(after, stands, strict=True) if said not in stood]
    return (gone, new) if gone or new else (before, after)


def _unnumbered(row: Any) -> Any:
    """Without its id, which is another one after an undo."""
    return {key: part for key, part in row.items() if key != "id"} if isinstance(row, dict) else row


def label_of(model: type[models.Model] | None, name: str) -> str:
    if name in OTHER_FIELDS:
        return str(OTHER_FIELDS[name])
    column = _column(model, name)
    return str(column.verbose_name) if column is not None else name.replace("_", " ")


def model_of(object_type: str) -> type[models.Model] | None:
    for app in ("okr", "orgs", "reminders", "reviews", "workshops", "planning"):
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
    return _ids_in_rows(name, value) if isinstance(value, list) else []


def _ids_in_rows(name: str, rows: list[Any]) -> list[tuple[type[models.Model], int]]:
    found = []
    for key, part in [pair for row in rows for pair in (row.items() if isinstance(row, dict) else [(name, row)])]:
        if isinstance(part, list):
            found += _ids_in_rows(key, part)
        elif key in NAMED and isinstance(part, int):
            found.append((NAMED[key], part))
    return found


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


def _day(value: Any) -> dt.date | None:
    """Of text that is a day and nothing else."""
    try:
        return parse_date(value) if isinstance(value, str) else None
    except ValueError:  # well formed, and in no calendar
        return None
