"""Search: the page of all results; as a part of a page, the results for the palette."""

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from okr.pages.search import Asked, search_page
from orgs.http import OrgRequest
from orgs.templatetags.settings_nav import tabs_of


@require_safe
def search(request: OrgRequest) -> HttpResponse:
    page = search_page(request.org, request.membership, Asked.of(request.GET), tabs_of(request))
    template = "okr/_search_results.html" if request.htmx else "okr/search.html"
    return render(request, template, {"page": page, "content_lang": request.org.language})
