"""A tribe in one quarter, and the list of tribes."""

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe

from okr.models import Quarter
from okr.pages import tribe as pages
from okr.pages.following import toggle_of
from okr.pages.tribe_initiatives import Board
from okr.pages.tribe_okrs import goals_of
from okr.pages.tribes import tribes_page
from okr.readings import Clock
from okr.trays import ABOVE_CHECK_INS, trays_of
from okr.views.parts import okrs_context
from orgs.caching import kept_while_unchanged
from orgs.http import OrgRequest

VIEWS = ("okrs", "initiatives", "check-ins")


@require_safe
@kept_while_unchanged
def tribe(request: OrgRequest, code: str, quarter: str = "") -> HttpResponse:
    clock = Clock.of(request.org)
    quarters = list(Quarter.objects.with_year())
    chosen = pages.chosen_quarter(quarters, quarter, clock.today)
    found = pages.find_tribe(code, chosen, request.membership)
    if found.tribe.merged_into is not None:
        return _redirect(request, found.tribe.merged_into.code, quarter.lower())
    if code != found.tribe.code or (quarter and chosen and quarter != chosen.slug):
        return _redirect(request, found.tribe.code, quarter.lower())
    view = request.GET.get("view")
    context: dict[str, object] = {"found": found, "tribe": found.tribe, "view": view if view in VIEWS else VIEWS[0]}
    if chosen is not None:
        page = pages.TribePage(found, chosen, clock, request.membership, quarters)
        context |= {"page": page, **_figures(request, page, str(context["view"]))}
    part = "#view" if request.htmx and request.htmx.target != "main" and chosen is not None else ""
    if not part:
        context |= pages.people_of(found.tribe)
        if found.tribe.archived_at is None:
            context["follow"] = toggle_of(found.tribe, found.why, request.org)
    return render(request, f"okr/tribe.html{part}", context)


def _redirect(request: OrgRequest, code: str, quarter: str) -> HttpResponse:
    """To the one address of the page, with its state."""
    response = (
        redirect("tribe_quarter", request.org.slug, code, quarter)
        if quarter
        else redirect("tribe", request.org.slug, code)
    )
    if request.GET:
        response["Location"] += f"?{request.GET.urlencode()}"
    return response


def _figures(request: OrgRequest, page: pages.TribePage, view: str) -> dict[str, object]:
    if view == "initiatives":
        return {"board": Board(page.tribe, page.quarter, page.clock, page.member)}
    if view == "check-ins":
        check_ins = pages.check_in_page(page, request.GET.get("page"))
        return {"check_ins": check_ins, "trays": trays_of(page, ABOVE_CHECK_INS)}
    return {**okrs_context(page, goals_of(page)), "trays": trays_of(page)}


@require_safe
@kept_while_unchanged
def tribes(request: OrgRequest) -> HttpResponse:
    return render(request, "okr/tribes.html", {"page": tribes_page(Clock.of(request.org))})
