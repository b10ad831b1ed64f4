"""One objective, strategic or of a tribe."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from okr.pages.history import page_asked
from okr.pages.objective import objective_page
from okr.readings import Clock
from orgs.caching import unchanged_is_304


@require_safe
@unchanged_is_304
def objective(request: HttpRequest, pk: int) -> HttpResponse:
    page = objective_page(pk, request.membership, Clock.of(request.org), page_asked(request.GET))
    return render(request, "okr/objective.html", {"page": page, "objective": page.objective})
