"""Tribes × weeks: check-ins made, and confidence."""

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from okr.pages.rhythm import rhythm_page
from orgs.caching import kept_while_unchanged
from orgs.http import OrgRequest
from orgs.permissions import Permission, can


@require_safe
@kept_while_unchanged
def rhythm(request: OrgRequest) -> HttpResponse:
    query = request.GET
    page = rhythm_page(
        request.org,
        year=query.get("year", ""),
        quarter_slug=query.get("quarter", ""),
        layer=query.get("layer", ""),
        may_write=can(request.membership, Permission.EDIT_STRATEGY),
    )
    return render(request, "okr/rhythm.html", {"page": page})
