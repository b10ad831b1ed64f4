"""Planning a quarter, and changing how it is planned."""

from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from orgs.actions.audit import Actor
from orgs.actions.editing import EditConflict
from orgs.conflicts import conflict_of, decided, seen_in
from orgs.http import OrgRequest
from orgs.permissions import Permission, require
from orgs.rules import RuleBroken
from orgs.toasts import say_done
from planning.access import PlanningRequest, find_planning, find_quarter, with_planning
from planning.actions import preparing
from planning.models import Planning
from planning.pages.setup import SetupPage, describe
from planning.views.planning import REFUSED, whole_page
from workshops.views.agenda_form import answered, sent


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def setup(request: OrgRequest, quarter: str) -> HttpResponse:
    """The form of a quarter's planning, which is made by sending it where there is none yet."""
    found = find_quarter(quarter)
    if found is None:
        raise Http404
    require(request.membership, Permission.LEAD_PLANNING)
    planning = find_planning(quarter)
    if planning is not None and planning.state == Planning.State.PUBLISHED:
        return redirect("planning", org=request.org.slug, quarter=found.slug)
    page = SetupPage(request.org, found, planning, sent(request))
    conflict = None
    if request.method == "POST" and not page.moves_rows and page.form.is_valid():
        try:
            if planning is None:
                preparing.plan(found, by=Actor(request.membership), **page.form.values())
                say_done(request, _("%(quarter)s is planned") % {"quarter": found.label})
            else:
                values = decided(request.POST, page.form.values())
                changed, change = preparing.set_up(
                    planning, values, by=Actor(request.membership), seen=seen_in(request.POST)
                )
                if changed:
                    say_done(request, _("Set-up saved"), change.id)
        except EditConflict as clash:
            conflict = conflict_of(page.form, clash, describe(page))
        except RuleBroken as broken:
            page.form.refuse(broken)
        else:
            return redirect("planning", org=request.org.slug, quarter=found.slug)
    return answered(request, "planning/setup.html", page, conflict, planning=planning, quarter=found)


@require_POST
@with_planning
def call_off(request: PlanningRequest) -> HttpResponse:
    """There is no planning of this quarter any more, as long as the meeting has not begun."""
    try:
        preparing.call_off(request.planning, by=Actor(request.membership))
    except RuleBroken as broken:
        return whole_page(request, request.planning, status=REFUSED, refused=broken.message)
    say_done(request, _("Called off: %(quarter)s has no planning") % {"quarter": request.planning.quarter.label})
    return redirect("plannings", org=request.org.slug)
