"""All plannings, the latest quarter first."""

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from orgs.caching import kept_while_unchanged
from orgs.http import OrgRequest
from planning.pages.plannings import plannings_page


@require_safe
@kept_while_unchanged
def plannings(request: OrgRequest) -> HttpResponse:
    return render(request, "planning/plannings.html", {"page": plannings_page(request.org, request.membership)})
