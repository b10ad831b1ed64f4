"""One quarter's planning: where it stands, what each tribe brings, and the next step."""

from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from orgs.actions.audit import Actor
from orgs.http import OrgRequest
from orgs.models import Tribe
from orgs.permissions import Permission, can
from orgs.rules import RuleBroken
from orgs.toasts import say_done
from planning.access import PlanningRequest, find_planning, find_quarter, with_planning
from planning.actions.proposing import propose_tribe
from planning.models import Planning
from planning.pages.planning import PlanningPage

REFUSED = 422


@require_safe
@never_cache
def planning(request: OrgRequest, quarter: str) -> HttpResponse:
    found = find_planning(quarter)
    if found is not None:
        return whole_page(request, found)
    there = find_quarter(quarter)
    if there is None:
        raise Http404
    context = {"quarter": there, "may_plan": can(request.membership, Permission.LEAD_PLANNING)}
    return render(request, "planning/unplanned.html", context)


def whole_page(request: OrgRequest, found: Planning, *, status: int = 200, **says: Any) -> HttpResponse:
    context = {"page": PlanningPage(found, request.org, request.membership), "planning": found, **says}
    return render(request, "planning/planning.html", context, status=status)


@require_POST
@with_planning
def propose(request: PlanningRequest, code: str) -> HttpResponse:
    """All that a tribe has complete, to the CoDir."""
    tribe = get_object_or_404(Tribe.objects.filter(archived_at=None), code=code.upper())
    try:
        number, change = propose_tribe(request.planning, tribe, by=Actor(request.membership))
    except RuleBroken as broken:
        return whole_page(request, request.planning, status=REFUSED, refused=broken.message)
    said = ngettext("%(n)s key result proposed", "%(n)s key results proposed", number) % {"n": number}
    say_done(request, said, change.id)
    return redirect("planning", org=request.org.slug, quarter=request.planning.quarter.slug)
