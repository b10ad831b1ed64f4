"""One initiative."""

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from okr.pages.history import page_asked
from okr.pages.initiative import initiative_page
from okr.readings import Clock
from orgs.caching import kept_while_unchanged
from orgs.http import OrgRequest


@require_safe
@kept_while_unchanged
def initiative(request: OrgRequest, pk: int) -> HttpResponse:
    page = initiative_page(pk, request.membership, Clock.of(request.org), page_asked(request.GET))
    context = {"page": page, "initiative": page.initiative, "here": page.initiative.tribe.code}
    return render(request, "okr/initiative.html", context)
