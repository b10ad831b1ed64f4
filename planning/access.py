"""Finding the planning that an address names."""

import re
from collections.abc import Callable
from functools import wraps

from django.http import Http404, HttpResponse

from okr.models import Quarter
from orgs.http import OrgRequest
from planning.models import Planning

SLUG = re.compile(r"(\d{4})-q([1-4])")


class PlanningRequest(OrgRequest):
    """`with_planning` has found the planning."""

    planning: Planning


def find_planning(slug: str) -> Planning | None:
    """By its quarter's slug, “2026-q3”."""
    found = SLUG.fullmatch(slug)
    if found is None:
        return None
    planning: Planning | None = Planning.objects.of(int(found[1]), int(found[2])).one_or_none()
    return planning


def find_quarter(slug: str) -> Quarter | None:
    found = SLUG.fullmatch(slug)
    if found is None:
        return None
    rows = Quarter.objects.with_year().filter(year__number=int(found[1]), number=int(found[2]))
    quarter: Quarter | None = rows.one_or_none()
    return quarter


def with_planning(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """`request.planning` instead of the quarter in the address; 404 where there is none."""

    @wraps(view)
    def found(request: PlanningRequest, quarter: str, **kwargs: object) -> HttpResponse:
        planning = find_planning(quarter)
        if planning is None:
            raise Http404
        request.planning = planning
        return view(request, **kwargs)

    return found
