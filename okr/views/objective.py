"""One objective, strategic or of a tribe."""

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from okr.pages.history import page_asked
from okr.pages.initiatives import every_asked
from okr.pages.objective import objective_page
from okr.readings import Clock
from orgs.caching import kept_while_unchanged
from orgs.http import OrgRequest


@require_safe
@kept_while_unchanged
def objective(request: OrgRequest, pk: int) -> HttpResponse:
    page = objective_page(
        pk,
        request.membership,
        Clock.of(request.org),
        page_asked(request.GET),
        every_initiative=every_asked(request.GET),
    )
    context = {"page": page, "objective": page.objective, "here": page.objective.whereabouts}
    return render(request, "okr/objective.html", context)
