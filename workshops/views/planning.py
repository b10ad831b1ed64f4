"""Before the room: the list of workshops, a workshop's plan, and the form that makes or changes it."""

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from okr.models import Quarter, Year
from okr.pages.tribe import chosen_quarter
from okr.readings import Clock
from orgs.actions.audit import Actor
from orgs.actions.editing import EditConflict
from orgs.conflicts import conflict_of, decided, seen_in
from orgs.http import OrgRequest
from orgs.models import Tribe
from orgs.permissions import Permission, require
from orgs.rules import RuleBroken
from orgs.toasts import say_done
from workshops.access import may_play
from workshops.actions import planning
from workshops.models import Workshop, WorkshopKind
from workshops.pages.places import places
from workshops.pages.plan_conflict import describe
from workshops.pages.plan_form import PlanPage, committee_of
from workshops.pages.plans import TRIBE_KINDS, Plan, list_page, may_plan
from workshops.pages.templates import keep_at
from workshops.views.agenda_form import REFUSED, answered, sent


@require_safe
@never_cache
def workshops(request: OrgRequest) -> HttpResponse:
    plans = may_plan(request.membership)
    context = {"groups": list_page(request), "may_plan": plans, "may_practise": plans and may_play()}
    return render(request, "workshops/list.html", context)


@require_safe
@never_cache
def new(request: OrgRequest) -> HttpResponse:
    """Which kind, and for whom."""
    if not may_plan(request.membership):
        require(request.membership, Permission.LEAD_WORKSHOPS)
    return render(request, "workshops/new.html", {"kinds": places(request)})


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def new_codir(request: OrgRequest, year: int) -> HttpResponse:
    blank = Workshop(kind=WorkshopKind.CODIR_KEY_RESULTS, year=get_object_or_404(Year, number=year))
    blank.committee = committee_of(request.GET.get("committee", ""))
    return _new(request, blank)


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def new_tribe(request: OrgRequest, kind: str, code: str, quarter: str) -> HttpResponse:
    if kind not in TRIBE_KINDS:
        raise Http404
    tribe = get_object_or_404(Tribe, code=code.upper(), archived_at=None)
    chosen = chosen_quarter(Quarter.objects.with_year(), quarter, Clock.of(request.org).today)
    if chosen is None:
        raise Http404
    return _new(request, Workshop(kind=TRIBE_KINDS[kind], tribe=tribe, quarter=chosen))


def _new(request: OrgRequest, blank: Workshop) -> HttpResponse:
    require(request.membership, Permission.LEAD_WORKSHOPS, blank)
    page = PlanPage(request.org, blank, request.membership, sent(request), request.GET.get("from", ""))
    if request.method == "POST" and not page.moves_rows and page.form.is_valid():
        try:
            workshop, _change = planning.plan_workshop(blank, page.form.values(), by=Actor(request.membership))
        except RuleBroken as broken:
            page.form.refuse(broken)
        else:
            say_done(request, _("Workshop planned"))
            return redirect("workshop", org=request.org.slug, code=workshop.code)
    return answered(request, "workshops/plan_form.html", page, None, workshop=page.workshop)


@require_safe
@never_cache
def workshop(request: OrgRequest, code: str) -> HttpResponse:
    found = get_object_or_404(Workshop.objects.with_place(), code=code)
    context = {"plan": Plan(request, found), "to_template": keep_at(request, found)}
    return render(request, "workshops/plan.html", context)


@require_safe
@never_cache
def join(request: OrgRequest, code: str) -> HttpResponse:
    """How to come in, for the wall: a QR code and the link."""
    found = get_object_or_404(Workshop.objects.with_place(), code=code)
    if found.state not in (Workshop.State.PLANNED, Workshop.State.RUNNING):
        return redirect("workshop", org=request.org.slug, code=code)
    says = {
        Workshop.Guests.NONE: _("With your account."),
        Workshop.Guests.APPROVED: _("With your account, or as a guest: the facilitator lets you in."),
        Workshop.Guests.LINK: _("With your account, or as a guest."),
    }
    context = {"workshop": found, "org": request.org, "guests": says[Workshop.Guests(found.guests)]}
    return render(request, "workshops/join.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def edit(request: OrgRequest, code: str) -> HttpResponse:
    found = get_object_or_404(Workshop.objects.with_place(), code=code)
    require(request.membership, Permission.LEAD_WORKSHOPS, found)
    if found.state in (Workshop.State.CLOSED, Workshop.State.CANCELLED):
        return redirect("workshop", org=request.org.slug, code=code)
    page = PlanPage(request.org, found, request.membership, sent(request))
    conflict = None
    if request.method == "POST" and not page.moves_rows and page.form.is_valid():
        values = decided(request.POST, page.form.values())
        try:
            changed, change = planning.change_workshop(
                found, values, by=Actor(request.membership), seen=seen_in(request.POST)
            )
        except EditConflict as clash:
            conflict = conflict_of(page.form, clash, describe(page))
        except RuleBroken as broken:
            page.form.refuse(broken)
        else:
            if changed:
                say_done(request, _("Workshop saved"), change.id)
            return redirect("workshop", org=request.org.slug, code=code)
    return answered(request, "workshops/plan_form.html", page, conflict, workshop=page.workshop)


@require_POST
def cancel(request: OrgRequest, code: str) -> HttpResponse:
    found = get_object_or_404(Workshop.objects.with_place(), code=code)
    try:
        change = planning.cancel_workshop(found, by=Actor(request.membership))
    except RuleBroken as broken:
        context = {"plan": Plan(request, found), "refused": broken.message}
        return render(request, "workshops/plan.html", context, status=REFUSED)
    if change is not None:
        say_done(request, _("Cancelled: %(title)s") % {"title": found.title}, change.id)
    return redirect("workshop", org=request.org.slug, code=code)
