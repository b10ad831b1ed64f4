"""What moved since a day: each key result's value then and now, and who measured the last one. For any page that asks."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db.models import F, Q, Window
from django.db.models.functions import RowNumber
from django.urls import reverse

from okr import numbers, scoring
from okr.language import language
from okr.models import CheckIn, KeyResult
from okr.pages.people import Person
from okr.readings import Clock


@dataclass(frozen=True, slots=True)
class Movement:
    """One key result whose value changed. Figures as `Decimal` in its unit, and as text in the reader's language."""

    key_result: KeyResult
    code: str
    url: str
    before: Decimal
    now: Decimal
    before_text: str
    now_text: str
    delta_text: str  # "+3 pts", "−€1.80"
    up: bool  # the figure rose
    better: bool | None  # towards the target; None where neither is nearer (inside a band, no baseline)
    progress_before: Decimal | None  # shares of the way, unclamped
    progress: Decimal | None
    on: dt.date
    by: Person | None
    comment: str


def movements(key_results: Iterable[KeyResult], since: dt.date, clock: Clock) -> list[Movement]:
    """Those of the key results whose value changed since the morning of `since`, in the order given: one query.

    "Before" is the last value measured earlier than `since`, or where there was none the start (0 for a milestone); a
    first measurement without any start is no movement. Needs `objective` loaded.
    """
    key_results = list(key_results)
    ends = ends_of([row.pk for row in key_results], since, clock.today)
    found = (movement_of(row, *ends.get(row.pk, (None, None)), clock) for row in key_results)
    return [movement for movement in found if movement is not None]


@dataclass(frozen=True, slots=True)
class Measurement:
    """A check-in, as far as a movement tells of it."""

    on: dt.date
    value: Decimal
    confidence: int
    comment: str
    by: Person | None


def ends_of(
    key_result_ids: list[int], since: dt.date, until: dt.date
) -> dict[int, tuple[Measurement | None, Measurement | None]]:
    """The latest check-in before the morning of a day, and the latest since then up to the evening of another, of each key
    result that has one."""
    ends: dict[int, tuple[Measurement | None, Measurement | None]] = {}
    if not key_result_ids:
        return ends
    rows = (
        CheckIn.objects.of(key_result_ids)
        .filter(on__lte=until)
        .annotate(
            place=Window(
                RowNumber(),
                partition_by=[F("key_result_id"), Q(on__gte=since)],  # type: ignore[list-item]
                order_by=[F("on").desc(), F("pk").desc()],
            )
        )
        .filter(place=1)
        .order_by()
        .values_list("key_result_id", "on", "value", "confidence", "comment", "author__user__name", "author__function")
    )
    for key_result_id, on, value, confidence, comment, *author in rows:
        before, last = ends.get(key_result_id, (None, None))
        found = Measurement(on, value, confidence, comment, Person.of(*author))
        ends[key_result_id] = (before, found) if on >= since else (found, last)
    return ends


def movement_of(
    key_result: KeyResult, before: Measurement | None, last: Measurement | None, clock: Clock
) -> Movement | None:
    """From the check-in before the day (or the start) to the last one since; None where the value did not change."""
    value = before.value if before else _beginning(key_result)
    if last is None or value is None or value == last.value:
        return None
    return _movement(key_result, value, last, clock)


def _beginning(key_result: KeyResult) -> Decimal | None:
    return Decimal(0) if key_result.direction == KeyResult.Direction.DONE else key_result.start


def _movement(key_result: KeyResult, before: Decimal, last: Measurement, clock: Clock) -> Movement:
    unit, now = key_result.unit, last.value
    wording: dict[str, Any] = {"currency": clock.org.currency, "unit_label": key_result.unit_label}
    _, before_text, now_text = numbers.format_span(None, before, now, unit, language(), **wording)
    metric = key_result.as_metric
    measurable = not scoring.check_metric(metric)
    was, is_now = ((scoring.raw_progress(metric, value) if measurable else None) for value in (before, now))
    return Movement(
        key_result=key_result,
        code=key_result.code,
        url=reverse("key_result", args=[clock.org.slug, key_result.pk]),
        before=before,
        now=now,
        before_text=before_text,
        now_text=now_text,
        delta_text=numbers.format_delta(now - before, unit, language(), beside=(before, now), **wording),
        up=now > before,
        better=None if was is None or is_now is None or was == is_now else is_now > was,
        progress_before=was,
        progress=is_now,
        on=last.on,
        by=last.by,
        comment=last.comment,
    )
