"""My week."""

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from okr.pages.home import home_page
from okr.readings import Clock
from orgs.caching import kept_while_unchanged
from orgs.http import OrgRequest


@require_safe
@kept_while_unchanged
def home(request: OrgRequest) -> HttpResponse:
    return render(request, "okr/home.html", {"page": home_page(request.membership, Clock.of(request.org))})
