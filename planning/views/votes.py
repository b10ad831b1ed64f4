"""Votes ahead of the meeting: a member goes through all proposals, alone."""

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from okr.models import KeyResult
from orgs.actions.audit import Actor
from orgs.permissions import Permission, can, require
from orgs.rules import RuleBroken
from planning.access import PlanningRequest, with_planning
from planning.actions.preparing import say
from planning.forms.votes import OpinionForm
from planning.pages.votes import One, VotesPage

REFUSED = 422


@require_safe
@never_cache
@with_planning
def votes(request: PlanningRequest) -> HttpResponse:
    """All proposals in a list."""
    require(request.membership, Permission.VOTE_IN_PLANNING, request.planning)
    page = VotesPage(request.planning, request.org, request.membership, request.GET.get("show", ""))
    return render(request, "planning/votes.html", {"page": page, "planning": request.planning})


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@with_planning
def vote(request: PlanningRequest, pk: int) -> HttpResponse:
    """One proposal; a POST says what the member would do with it, and goes on to the next."""
    may = can(request.membership, Permission.VOTE_IN_PLANNING, request.planning)
    if not may or request.method == "POST":
        here = KeyResult.objects.filter(objective__quarter=request.planning.quarter_id)
        get_object_or_404(here.only("pk"), pk=pk)
    if not may:
        require(request.membership, Permission.VOTE_IN_PLANNING, request.planning)
    if request.method == "POST":
        return _say(request, pk)
    page = VotesPage(request.planning, request.org, request.membership)
    return _one(request, page, pk)


def _one(request: PlanningRequest, page: VotesPage, pk: int, *, status: int = 200, refused: str = "") -> HttpResponse:
    row = page.row(pk)
    if row is None:
        raise Http404
    part = "#vote" if request.htmx else ""
    context = {"page": page, "one": One(page, row), "planning": request.planning, "refused": refused}
    answer = render(request, f"planning/vote.html{part}", context, status=status)
    if request.htmx:
        answer["HX-Push-Url"] = row.url
    return answer


def _say(request: PlanningRequest, pk: int) -> HttpResponse:
    form = OpinionForm(request.POST)
    refused = ""
    if not form.is_valid():
        refused = _("Choose one of the list.")
    else:
        try:
            say(request.planning, {pk: form.cleaned_data["choice"]}, by=Actor(request.membership))
        except RuleBroken as broken:
            refused = broken.message
    page = VotesPage(request.planning, request.org, request.membership, request.GET.get("show", ""))
    in_list = request.POST.get("on") == OpinionForm.LIST
    if refused:
        return _refused(request, page, pk, refused, in_list=in_list)
    if in_list:
        if request.htmx:
            return _said(request, page, pk)
        answer = redirect("planning_votes", org=request.org.slug, quarter=request.planning.quarter.slug)
        answer["Location"] += f"?show={page.show}#vote-{pk}" if page.show else f"#vote-{pk}"
        return answer
    following = page.after(pk)
    if following is None:
        url = redirect("planning_votes", org=request.org.slug, quarter=request.planning.quarter.slug)
        return HttpResponse(status=204, headers={"HX-Redirect": url["Location"]}) if request.htmx else url
    return _one(request, page, following.pk) if request.htmx else redirect(following.url)


def _said(request: PlanningRequest, page: VotesPage, pk: int, *, refused: str = "", status: int = 200) -> HttpResponse:
    """What a vote changes in the list."""
    context = {"page": page, "row": page.row(pk), "section": page.section_of(pk), "refused": refused}
    return render(request, "planning/_vote_said.html", context, status=status)


def _refused(request: PlanningRequest, page: VotesPage, pk: int, refused: str, *, in_list: bool) -> HttpResponse:
    if in_list and request.htmx:
        return _said(request, page, pk, refused=refused, status=REFUSED)
    if in_list or page.row(pk) is None:
        context = {"page": page, "planning": request.planning, "refused": refused}
        if request.htmx:
            return render(request, "planning/_vote_gone.html", context, status=REFUSED)
        return render(request, "planning/votes.html", context, status=REFUSED)
    return _one(request, page, pk, status=REFUSED, refused=refused)
