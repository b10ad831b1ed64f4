"""The parts of a page that a change made in place has touched."""

from django.http import HttpResponse
from django.shortcuts import render

from okr.models import Objective
from orgs.http import OrgRequest


def parts_of(
    request: OrgRequest, objective: Objective, *, rows: list[int], also: list[int], whole: bool
) -> HttpResponse:
    """The toasts, and the page is asked to fetch itself again."""
    answer = render(request, "_toasts_oob.html")
    answer["HX-Trigger"] = "polaris:changed"
    return answer
