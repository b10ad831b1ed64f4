"""A key result before it is published, as a line: where it starts and should end, and what it still lacks."""

import datetime as dt
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from django.urls import reverse
from django.utils.translation import gettext as _

from okr import numbers
from okr.actions.rules import missing
from okr.language import language
from okr.models import KeyResult
from okr.readings import Clock
from okr.rows import score_of, span_of


@dataclass(frozen=True, slots=True)
class Lack:
    """Something that a key result in draft does not say yet."""

    field: str
    label: str
    blocks: bool  # ■ it cannot be published without

    def __str__(self) -> str:
        return self.label


@dataclass(frozen=True, slots=True)
class DraftLine:
    """A key result before it is published: where it starts and should end, and what it still lacks."""

    key_result: KeyResult
    code: str
    url: str
    start: str
    target: str
    stage: str
    missing: tuple[Lack, ...]
    note: str  # "First measurement by 12 Jun"
    was: str = ""  # "was 10; scored 0.7": the target and verdict of what it continues


def draft_line(key_result: KeyResult, clock: Clock, was: str = "") -> DraftLine:
    start, _now, target = span_of(key_result, clock)
    due: dt.date | None = key_result.baseline_due_on if key_result.start is None else None
    note = _("First measurement by %(day)s") % {"day": numbers.format_date(due, language(), "short")} if due else ""
    return DraftLine(
        key_result=key_result,
        code=key_result.code,
        url=reverse("key_result", args=[clock.org.slug, key_result.pk]),
        start=start,
        target=_("done") if key_result.direction == KeyResult.Direction.DONE else target,
        stage=str(KeyResult.Stage(key_result.stage).label),
        missing=_missing(key_result),
        note=note,
        was=was,
    )


def was_of(key_results: Iterable[KeyResult], clock: Clock) -> dict[int, str]:
    """By key result what it continues came to: “was 10; scored 0.7”. Two queries where any continues one, else none."""
    continues = {row.pk: row.carried_from_id for row in key_results if row.carried_from_id}
    if not continues:
        return {}
    rows = KeyResult.objects.filter(pk__in=set(continues.values())).with_definition()
    said = {row.pk: _was(row, clock) for row in rows}
    return {pk: said[before] for pk, before in continues.items() if said.get(before)}


def _was(row: KeyResult, clock: Clock) -> str:
    target = _("done") if row.direction == KeyResult.Direction.DONE else span_of(row, clock)[2]
    if not target:
        return ""
    if row.score is None:
        return _("was %(target)s") % {"target": target}
    return _("was %(target)s; scored %(score)s") % {"target": target, "score": score_of(row.score)[0]}


def _missing(key_result: KeyResult) -> tuple[Lack, ...]:
    """What blocks its publication, then what is advised."""
    lacks = {"band" if name in ("low", "high") else name: name for name in reversed(missing(key_result))}
    found = [Lack(lacks[what], LACKS[what](), blocks=True) for what in LACKS if what in lacks]
    if not key_result.source:
        found.append(Lack("source", _("data source"), blocks=False))
    return tuple(found)


LACKS: dict[str, Callable[[], str]] = {
    "metric": lambda: _("metric"),
    "start": lambda: _("start"),
    "target": lambda: _("target"),
    "band": lambda: _("band"),
    "owner": lambda: _("owner"),
}
