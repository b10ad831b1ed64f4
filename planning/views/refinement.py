"""Refinement after the meeting: what was kept, accepted by both sides, and published."""

from urllib.parse import urlencode

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from orgs.actions.audit import Actor
from orgs.rules import RuleBroken
from orgs.toasts import say_done
from planning.access import PlanningRequest, with_planning
from planning.actions import refining
from planning.forms.refinement import AcceptForm
from planning.pages.refinement import Refinement
from planning.pages.words import steps_of

REFUSED = 422


@require_safe
@never_cache
@with_planning
def refinement(request: PlanningRequest) -> HttpResponse:
    return _page(request, request.GET.get("show", ""))


@require_POST
@with_planning
def accept(request: PlanningRequest) -> HttpResponse:
    form = AcceptForm(request.POST)
    show = request.POST.get("show", "")
    if not form.is_valid():
        message = str(next(iter(form.errors.values()))[0])
        return _page(request, show, refusal=message, status=REFUSED)
    said = form.cleaned_data
    lines, side, taken_back = said["line"], said["side"], said["take_back"]
    try:
        refining.accept(
            request.planning, list(lines), side, by=Actor(request.membership), accepted=not taken_back, seen=lines
        )
    except RuleBroken as broken:
        return _page(request, show, refusal=broken.message, status=REFUSED)
    if len(lines) > 1:
        number = len(lines)
        text = ngettext("%(n)s key result accepted", "%(n)s key results accepted", number) % {"n": number}
        say_done(request, text)
    if request.htmx:
        return _page(request, show)
    there = reverse("planning_refinement", args=[request.org.slug, request.planning.quarter.slug])
    query = f"?{urlencode({'show': said['show']})}" if said["show"] else ""
    return redirect(f"{there}{query}#kr-{next(iter(lines))}")


@require_POST
@with_planning
def publish(request: PlanningRequest) -> HttpResponse:
    try:
        refining.publish(request.planning, by=Actor(request.membership))
    except RuleBroken as broken:
        return _page(request, "", refusal=broken.message, status=REFUSED)
    say_done(request, _("%(quarter)s is published") % {"quarter": request.planning.quarter})
    return redirect("planning_refinement", request.org.slug, request.planning.quarter.slug)


def _page(request: PlanningRequest, show: str, *, refusal: str = "", status: int = 200) -> HttpResponse:
    """The page, or for htmx its part that follows each acceptance."""
    planning = request.planning
    planning.refresh_from_db()
    page = Refinement(planning, request.org, request.membership, show)
    context = {"page": page, "planning": planning, "steps": steps_of(planning), "refusal": refusal}
    template = "planning/refinement.html#part" if request.htmx else "planning/refinement.html"
    return render(request, template, context, status=status)
