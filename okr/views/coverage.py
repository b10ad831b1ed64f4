"""Tribes × strategic key results: who carries what in a quarter, and what nobody carries."""

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from okr.pages.coverage import coverage_page
from orgs.caching import kept_while_unchanged
from orgs.http import OrgRequest
from orgs.permissions import Permission, can


@require_safe
@kept_while_unchanged
def coverage(request: OrgRequest, year: int) -> HttpResponse:
    page = coverage_page(
        request.org, year, request.GET.get("quarter", ""), may_write=can(request.membership, Permission.EDIT_STRATEGY)
    )
    return render(request, "okr/coverage.html", {"page": page})
