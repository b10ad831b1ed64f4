"""What earlier workshops parked: taken up in this one, or left."""

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from orgs.http import OrgRequest
from orgs.permissions import Permission, require
from orgs.rules import RuleBroken
from workshops.actions import parked as actions
from workshops.forms.parked import ParkedForm
from workshops.models import Workshop
from workshops.pages.parked import Parked

REFUSED = 422


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def parked(request: OrgRequest, code: str) -> HttpResponse:
    """The list, as a part of the plan's page or of the room's dialog."""
    workshop = get_object_or_404(Workshop.objects.with_place(), code=code)
    require(request.membership, Permission.LEAD_WORKSHOPS, workshop)
    refused = ""
    if request.method == "POST":
        try:
            _act(request, workshop)
        except RuleBroken as broken:
            refused = broken.message
        else:
            workshop = Workshop.objects.with_place().get(pk=workshop.pk)
            if not request.htmx:
                plan = reverse("workshop", args=[request.org.slug, code])
                return redirect(f"{plan}#parked")
    template = "workshops/_parked.html" if request.htmx else "workshops/parked.html"
    context = {"parked": Parked(workshop), "workshop": workshop, "refused": refused}
    return render(request, template, context, status=REFUSED if refused else 200)


def _act(request: OrgRequest, workshop: Workshop) -> None:
    form = ParkedForm(request.POST, workshop=workshop)
    if not form.is_valid():
        raise RuleBroken(str(next(iter(form.errors.values()))[0]))
    said = form.cleaned_data
    if said["do"] == ParkedForm.TAKE:
        actions.take_up(workshop, said["item"], said["subject"], by=request.membership)
    else:
        actions.leave(workshop, said["item"], by=request.membership, left=said["do"] == ParkedForm.LEAVE)
