"""What is to be watched in the running year and quarter."""

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from okr.pages.attention import attention_page
from orgs.caching import kept_while_unchanged
from orgs.http import OrgRequest
from orgs.permissions import Permission, can


@require_safe
@kept_while_unchanged
def attention(request: OrgRequest, year: int) -> HttpResponse:
    query = request.GET
    page = attention_page(
        request.org,
        year,
        kind=query.get("kind", ""),
        tribe=query.get("tribe", ""),
        page=query.get("page"),
        may_write=can(request.membership, Permission.EDIT_STRATEGY),
    )
    return render(request, "okr/attention.html", {"page": page})
