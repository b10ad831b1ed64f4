"""What an address of the reviews names, and who may do what there."""

import re
from collections.abc import Callable, Sequence
from functools import wraps

from django.http import Http404, HttpResponse

from okr.models import KeyResult, Objective, Quarter, Year
from okr.querysets import KeyResultQuerySet
from orgs.http import OrgRequest
from orgs.models import Tribe

SLUG = re.compile(r"(\d{4})(?:-q([1-4]))?")


class ReviewRequest(OrgRequest):
    """`with_period` has found the quarter or the year."""

    period: Year | Quarter


def find_period(slug: str) -> Year | Quarter | None:
    """By its slug: “2026”, “2026-q3”."""
    found = SLUG.fullmatch(slug)
    if found is None:
        return None
    if found[2] is None:
        year: Year | None = Year.objects.filter(number=int(found[1])).one_or_none()
        return year
    rows = Quarter.objects.with_year().filter(year__number=int(found[1]), number=int(found[2]))
    quarter: Quarter | None = rows.one_or_none()
    return quarter


def slug_of(period: Year | Quarter) -> str:
    return period.slug if isinstance(period, Quarter) else str(period.number)


def reviewers_of(objective: Objective) -> Tribe | Objective:
    """Of what those who review it are: its tribe, whose lead and seats do; the objective itself of the strategy's."""
    return objective.tribe or objective


def running_in(period: Year | Quarter) -> KeyResultQuerySet:
    """The key results that are reviewed: published, in their order."""
    return running_in_all([period])


def running_in_all(periods: Sequence[Year | Quarter]) -> KeyResultQuerySet:
    """The same of several quarters, or of several years."""
    path = "objective__year__in" if isinstance(periods[0], Year) else "objective__quarter__in"
    rows: KeyResultQuerySet = KeyResult.objects.running().filter(**{path: periods})
    return rows.order_by("objective__tribe__position", "objective__tribe_id", "objective__position", "position", "pk")


def with_period(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """`request.period` instead of the period in the address; 404 where there is none."""

    @wraps(view)
    def found(request: ReviewRequest, period: str, **kwargs: object) -> HttpResponse:
        row = find_period(period)
        if row is None:
            raise Http404
        request.period = row
        return view(request, **kwargs)

    return found
