"""What moved since a day."""

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from okr.pages.moved import moved_page
from okr.pages.moved_summary import summary_of
from okr.readings import Clock
from orgs.caching import kept_while_unchanged
from orgs.http import OrgRequest
from orgs.permissions import Permission, can


@require_safe
@kept_while_unchanged
def moved(request: OrgRequest, year: int) -> HttpResponse:
    query = request.GET
    page = moved_page(
        request.org,
        year,
        since=query.get("since", ""),
        level=query.get("level", ""),
        page=query.get("page"),
        may_write=can(request.membership, Permission.EDIT_STRATEGY),
        member=request.membership.pk,
    )
    summary = summary_of(page, Clock(request.org, page.today))
    return render(request, "okr/moved.html", {"page": page, "summary": summary})
