"""What quarters came to, one after the other: a page, and a file for a spreadsheet."""

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from okr.readings import Clock
from orgs.caching import kept_while_unchanged
from orgs.csv_file import csv_file
from orgs.http import OrgRequest
from orgs.permissions import Permission, can
from reviews.pages.trend import exported, trend_page


@require_safe
@kept_while_unchanged
def trend(request: OrgRequest) -> HttpResponse:
    page = trend_page(Clock.of(request.org), may_write=can(request.membership, Permission.EDIT_STRATEGY))
    return render(request, "reviews/trend.html", {"page": page})


@require_safe
@never_cache
def export(request: OrgRequest) -> HttpResponse:
    clock = Clock.of(request.org)
    return csv_file(f"trend-{request.org.slug}-{clock.today.isoformat()}.csv", exported(clock))
