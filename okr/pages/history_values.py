"""What the audit trail stores, as readers read it: names instead of ids, figures in their unit, words instead of keys."""

from collections.abc import Iterable, Mapping
from copy import copy
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from typing import Any

from django.db.models import CharField, F, Model, QuerySet, Value
from django.db.models.functions import Cast, Concat
from django.utils.dateparse import parse_date
from django.utils.translation import gettext as _

from okr import numbers
from okr.language import language
from okr.models import Evidence, Initiative, KeyResult, Objective, Quarter, Year
from okr.pages.figures import Figures, day
from okr.readings import Clock
from orgs.models import AuditEvent, Department, Membership, Tribe

MODELS: dict[str, type[Model]] = {
    "objective": Objective,
    "keyresult": KeyResult,
    "initiative": Initiative,
    "evidence": Evidence,
}
FIGURES = ("start", "target", "low", "high", "tolerance")
WEEKS = ("start_week", "end_week", "milestone_week")
DAYS = ("baseline_due_on", "delivered_on")
# Fields and list columns that hold the id of a row.
POINTING: dict[str, type[Model]] = {
    "owner": Membership,
    "objective": Objective,
    "key_result": KeyResult,
    "merged_into": KeyResult,
    "carried_from": KeyResult,
    "answers": KeyResult,
    "tribe": Tribe,
    "quarter": Quarter,
    "year": Year,
    "department": Department,
}
_LABELS: dict[type[Model], Any] = {
    Membership: F("user__name"),
    Objective: F("title"),
    KeyResult: F("title"),
    Tribe: F("name"),
    Department: F("name"),
    Quarter: Concat(Cast("year__number", CharField()), Value("-"), Cast("number", CharField())),
    Year: Cast("number", CharField()),
}
Names = Mapping[tuple[type[Model], int], str]


# ── Names ────────────────────────────────────────────────────────────────────


def names_in(events: Iterable[AuditEvent]) -> Names:
    """The names of all rows that the events point to: one query, or none."""
    wanted: dict[type[Model], set[int]] = {}
    for event in events:
        for state in (event.before, event.after):
            for name, value in state.items():
                _gather(name, value, wanted)
    queries = [_named(model, ids) for model, ids in wanted.items()]
    if not queries:
        return {}
    rows = queries[0].union(*queries[1:], all=True) if len(queries) > 1 else queries[0]
    by_name = {model._meta.model_name: model for model in wanted}
    return {(by_name[kind], pk): label for kind, pk, label in rows}


def _gather(name: str, value: Any, wanted: dict[type[Model], set[int]]) -> None:
    if isinstance(value, list):
        for row in value:
            for key, inner in row.items() if isinstance(row, dict) else [(name, row)]:
                _gather(key, inner, wanted)
    elif name in POINTING and isinstance(value, int):
        wanted.setdefault(POINTING[name], set()).add(value)


def _named(model: type[Model], ids: set[int]) -> QuerySet:
    rows = model._default_manager.filter(pk__in=ids).order_by()
    kind = Value(model._meta.model_name, output_field=CharField())
    return rows.annotate(kind=kind, label=Cast(_LABELS[model], CharField())).values_list("kind", "pk", "label")


# ── Values ───────────────────────────────────────────────────────────────────


@dataclass(slots=True)
class Values:
    """Writes the values of one event's fields. Units are those that the figures had then: the list of events is read
    from the newest to the oldest, and `units` remembers what later events changed."""

    clock: Clock
    names: Names
    key_results: Mapping[int, KeyResult]
    units: dict[int, dict[str, str]] = field(default_factory=dict)

    def pair(self, event: AuditEvent, name: str) -> tuple[str, str]:
        """Before and after; "" for nothing."""
        before, after = event.before.get(name), event.after.get(name)
        if name in FIGURES and event.object_type == "keyresult":
            return self._figure(event, before, earlier=True), self._figure(event, after, earlier=False)
        return self.text(event, name, before), self.text(event, name, after)

    def text(self, event: AuditEvent, name: str, value: Any) -> str:
        """A stored value that is no figure of a metric."""
        if value in (None, ""):
            return ""
        if name in POINTING:
            return self.name(name, value)
        if name in WEEKS:
            week = parse_date(value)
            return "" if week is None else f"{numbers.format_week(week, language(), short=True)}, {self.day(value)}"
        if name in DAYS:
            return self.day(value)
        if name == "weight":
            return self.number(value)
        choices = self._choices(event, name)
        return choices[value] if value in choices else str(value)

    def name(self, name: str, pk: Any) -> str:
        model = POINTING[name]
        label = self.names.get((model, pk), "") if isinstance(pk, int) else ""
        if model is Quarter and label:
            year, number = map(int, label.split("-"))
            return numbers.format_quarter(number, language(), year=year)
        return quoted(label) if model in (Objective, KeyResult) and label else label or _("something that is gone")

    def day(self, text: str | None) -> str:
        on = parse_date(text) if text else None
        return day(on, self.clock.today) if on else ""

    def number(self, text: Any) -> str:
        value = decimal(text)
        return "" if value is None else numbers.format_number(value, language())

    def figure(self, event: AuditEvent, value: Any) -> str:
        """Of a list that belongs to a key result: a target on the way."""
        return self._figure(event, value, earlier=False)

    def pass_over(self, event: AuditEvent) -> None:
        """The event is written; what comes next is older."""
        if event.object_type == "keyresult" and {"unit", "unit_label"} & set(event.before):
            then = {name: event.before[name] for name in ("unit", "unit_label") if name in event.before}
            self.units.setdefault(event.object_id, {}).update(then)

    def _figure(self, event: AuditEvent, value: Any, *, earlier: bool) -> str:
        number = decimal(value)
        if number is None:
            return ""
        row = self.key_results.get(event.object_id)
        if row is None:
            return numbers.format_number(number, language())
        units = dict(self.units.get(event.object_id, {}))
        if earlier:
            units |= {name: event.before[name] for name in ("unit", "unit_label") if name in event.before}
        if units:
            row = copy(row)
            for name, unit in units.items():
                setattr(row, name, unit)
        return Figures.of(row, self.clock).value(number)

    def _choices(self, event: AuditEvent, name: str) -> dict[str, str]:
        model = MODELS.get(event.object_type)
        found: Any = {} if model is None else {one.name: one for one in model._meta.fields}
        return {key: str(label) for key, label in (found[name].flatchoices if name in found else ())}


def decimal(text: Any) -> Decimal | None:
    try:
        return None if text in (None, "") else Decimal(str(text))
    except InvalidOperation:
        return None


def quoted(text: str) -> str:
    return _("“%(text)s”") % {"text": text}
