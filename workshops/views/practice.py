"""Play a demo workshop: one leads it alone, and simulated people take part."""

from django.db import transaction
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST

from orgs.actions.audit import Actor
from orgs.http import OrgRequest
from orgs.rules import RuleBroken
from workshops.access import may_play
from workshops.actions import practice as actions
from workshops.actions.joining import join
from workshops.models import Workshop
from workshops.pages.plans import list_page, may_plan
from workshops.practising import play_workshop

REFUSED = 422
SAYS = "workshops/room/_says.html"


@require_POST
def practice(request: OrgRequest) -> HttpResponse:
    """In the workshop of the `code` that was sent, else in the next one for practice, or a new one."""
    code = request.POST.get("code", "")
    if code and not (code.isascii() and code.isalnum()):
        raise Http404
    found = get_object_or_404(Workshop.objects.with_place(), code=code) if code else None
    try:
        with transaction.atomic():
            workshop, until = actions.practise(by=Actor(request.membership), workshop=found)
            join(workshop, request.membership)
    except RuleBroken as broken:
        if request.htmx:
            return render(request, SAYS, {"message": broken.message}, status=REFUSED)
        context = {
            "groups": list_page(request),
            "may_plan": may_plan(request.membership),
            "may_practise": may_plan(request.membership) and may_play(),
            "refused": broken.message,
        }
        return render(request, "workshops/list.html", context, status=REFUSED)
    if until is not None:
        job = (request.org.pk, workshop.pk, until.isoformat())
        transaction.on_commit(lambda: play_workshop.delay(*job), robust=True)
    if request.htmx:  # in the room already
        return render(request, SAYS)
    return redirect("workshop_room", request.org.slug, workshop.code)
