"""What changed of published key results since: their definition as it was frozen, beside what it is now."""

from collections.abc import Iterable
from copy import copy
from dataclasses import dataclass
from typing import Any

from django.utils import timezone
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from okr.actions.staging import FROZEN, baseline_of
from okr.models import KeyResult
from okr.pages.figures import Figures, day
from okr.querysets import RUNNING
from okr.readings import Clock
from okr.rows import span_of
from orgs.actions.editable import attribute, python_value
from orgs.models import AuditEvent, Membership

FIGURES = ("start", "target", "low", "high", "tolerance")
TEXTS = ("title", "metric", "source")  # written by people


@dataclass(frozen=True, slots=True)
class Changed:
    """A field of the baseline that is not as it was; "" for nothing."""

    name: str
    label: str
    before: str
    now: str

    @property
    def is_content(self) -> bool:
        return self.name in TEXTS


@dataclass(frozen=True, slots=True)
class Rebased:
    """A definition that was changed since it was published, and the last reason that somebody gave for it."""

    fields: list[Changed]
    start: str  # of the baseline, "" where it is still the same
    target: str
    reason: str = ""
    by: str = ""
    day: str = ""


def as_defined(key_result: KeyResult, definition: dict[str, Any]) -> KeyResult:
    """The key result as a stored definition says it (okr.actions.staging.FROZEN): to be shown, never to be saved."""
    row = copy(key_result)
    for name in FROZEN:
        if name in definition:
            setattr(row, attribute(row, name), python_value(row, name, definition[name]))
    return row


def rebased_of(key_results: Iterable[KeyResult], clock: Clock) -> dict[int, Rebased]:
    """Of those whose definition has changed since they were published. No query where none has; else one for the reasons,
    and one for names where an owner is another. Needs `owner__user` loaded."""
    found = {}
    for row in key_results:
        if row.stage in RUNNING and row.baseline:
            now = baseline_of(row)
            names = [name for name in FROZEN if name in row.baseline and row.baseline[name] != now[name]]
            if names:
                found[row.pk] = (row, names)
    if not found:
        return {}
    reasons = _reasons({pk: names for pk, (_row, names) in found.items()})
    owners = _owners(row for row, names in found.values() if "owner" in names)
    return {pk: _rebased(row, names, reasons.get(pk), owners, clock) for pk, (row, names) in found.items()}


def _rebased(
    row: KeyResult, names: list[str], event: AuditEvent | None, owners: dict[int, str], clock: Clock
) -> Rebased:
    then = as_defined(row, row.baseline or {})
    fields = []
    for name in names:
        label = str(capfirst(_column(name).verbose_name))
        fields.append(Changed(name, label, _text(then, name, owners, clock), _text(row, name, owners, clock)))
    start, _now, target = span_of(then, clock)
    start_now, _now, target_now = span_of(row, clock)
    at = timezone.localtime(event.at, clock.org.zone).date() if event else None
    return Rebased(
        fields=fields,
        start=(start or _("not measured yet")) if start != start_now else "",
        target=target if target != target_now else "",
        reason=event.reason if event else "",
        by=event.actor_name if event else "",
        day=day(at, clock.today) if at else "",
    )


def _text(row: KeyResult, name: str, owners: dict[int, str], clock: Clock) -> str:
    value = getattr(row, attribute(row, name))
    if value in (None, ""):
        return ""
    if name == "owner":
        return owners.get(value, "")
    if name in FIGURES:
        return Figures.of(row, clock).value(value)
    if name == "baseline_due_on":
        return day(value, clock.today)
    choices = dict(getattr(_column(name), "flatchoices", ()) or ())
    return str(choices.get(value, value))


def _column(name: str) -> Any:
    return KeyResult._meta.get_field(name)


def _reasons(names: dict[int, list[str]]) -> dict[int, AuditEvent]:
    """The latest event of each that changed one of these fields and says why."""
    events = AuditEvent.objects.filter(object_type="keyresult", object_id__in=names).exclude(reason="")
    found: dict[int, AuditEvent] = {}
    for event in events.order_by("-pk"):
        if event.object_id not in found and set(event.after) & set(names[event.object_id]):
            found[event.object_id] = event
    return found


def _owners(rows: Iterable[KeyResult]) -> dict[int, str]:
    wanted = {pk for row in rows for pk in (row.owner_id, (row.baseline or {})["owner"]) if pk is not None}
    if not wanted:
        return {}
    return dict(Membership.objects.filter(pk__in=wanted).values_list("pk", "user__name"))
