"""One key result."""

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from okr.pages.history import page_asked
from okr.pages.initiatives import every_asked
from okr.pages.key_result import key_result_page
from okr.readings import Clock
from orgs.caching import kept_while_unchanged
from orgs.http import OrgRequest


@require_safe
@kept_while_unchanged
def key_result(request: OrgRequest, pk: int) -> HttpResponse:
    return show(request, pk)


def show(request: OrgRequest, pk: int, *, refusal: str = "", status: int = 200) -> HttpResponse:
    """The page; also what an action on it that was refused answers, with the reason on top."""
    page = key_result_page(
        pk,
        request.membership,
        Clock.of(request.org),
        page_asked(request.GET),
        every_initiative=every_asked(request.GET),
    )
    context = {
        "page": page,
        "key_result": page.key_result,
        "refusal": refusal,
        "here": page.key_result.objective.whereabouts,
    }
    return render(request, "okr/key_result.html", context, status=status)
