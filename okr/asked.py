"""Which check-ins were asked of key results: okr.discipline applied to rows. Pages read through here."""

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence

from django.db.models import OuterRef, QuerySet, Subquery

from okr.discipline import Pace, Turn, turns
from okr.models import CheckIn, KeyResult, PeriodState, Quarter, Year
from okr.readings import Clock
from orgs.models import AuditEvent

Days = Mapping[int, Iterable[dt.date]]  # of check-ins, by key result
PUBLISHED = {"object_type": "keyresult", "after__stage": "published"}


def days_of(key_results: Sequence[KeyResult]) -> dict[int, list[dt.date]]:
    """On which days each was checked in: one query. A correction leaves the day as it is."""
    days: dict[int, list[dt.date]] = {}
    rows = CheckIn.objects.of([row.pk for row in key_results]).order_by("on").values_list("key_result_id", "on")
    for key_result_id, on in rows:
        days.setdefault(key_result_id, []).append(on)
    return days


def turns_of(
    key_results: Sequence[KeyResult],
    clock: Clock,
    days: Days | None = None,
    published: Mapping[int, dt.date] | None = None,
) -> dict[int, list[Turn]]:
    """By key result (published or scored, with `objective` and its period). A query for the days and one for when each was
    published, unless they are given, and one more where a period is closed."""
    days = days_of(key_results) if days is None else days
    published = _published_on(key_results, clock) if published is None else published
    closed = closed_on({row.objective.span for row in key_results}, clock)
    paces = {row.cadence_of: Pace(clock.rhythm_of(row)) for row in key_results}
    found = {}
    for row in key_results:
        span = row.objective.span
        since = max(published.get(row.pk, span.starts_on), span.starts_on)
        until = min(closed.get((span._meta.model_name, span.pk), span.ends_on), span.ends_on)
        made = days.get(row.pk, ())
        found[row.pk] = turns(paces[row.cadence_of], asked_since=since, until=until, made=made, today=clock.today)
    return found


def with_published_at(rows: QuerySet[KeyResult]) -> QuerySet[KeyResult]:
    """For the page of one: annotates since when it is published, as `_published_on` has it."""
    events = AuditEvent.objects.filter(**PUBLISHED, object_id=OuterRef("pk")).exclude(before__stage="scored")
    return rows.annotate(published_at=Subquery(events.order_by("-at").values("at")[:1]))


def _published_on(key_results: Sequence[KeyResult], clock: Clock) -> dict[int, dt.date]:
    """Since when each is published without a break; what the trail does not know was so from the beginning."""
    rows = (
        AuditEvent.objects.filter(**PUBLISHED, object_id__in=[row.pk for row in key_results])
        .order_by("at")
        .values_list("object_id", "at", "before__stage")
    )
    # A period that was opened again goes on.
    return {pk: at.astimezone(clock.org.zone).date() for pk, at, before in rows if before != "scored"}


def closed_on(spans: set[Year | Quarter], clock: Clock) -> dict[tuple[str | None, int], dt.date]:
    """By name of the model and id, on which day those that are closed were: a query where one is."""
    closed = [span.pk for span in spans if span.state == PeriodState.CLOSED]
    if not closed:
        return {}
    rows = (
        AuditEvent.objects.filter(object_type__in=["quarter", "year"], object_id__in=closed, after__state="closed")
        .order_by("at")
        .values_list("object_type", "object_id", "at")
    )
    return {(name, pk): at.astimezone(clock.org.zone).date() for name, pk, at in rows}
