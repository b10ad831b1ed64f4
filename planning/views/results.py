"""What a planning decided, and why."""

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from planning.access import PlanningRequest, with_planning
from planning.pages.results import Results
from planning.pages.words import steps_of


@require_safe
@never_cache
@with_planning
def results(request: PlanningRequest) -> HttpResponse:
    page = Results(request.planning, request.org, request.membership, request.GET)
    context = {"page": page, "planning": request.planning, "steps": steps_of(request.planning)}
    return render(request, "planning/results.html", context)
