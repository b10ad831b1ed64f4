"""Restoring from the history of a thing."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from okr.actions.history import MODELS, restore_event
from okr.forms.history import RestoreForm
from orgs.actions.audit import Actor
from orgs.http import OrgRequest, way_back
from orgs.models import AuditEvent
from orgs.rules import RuleBroken
from orgs.toasts import say_done


@require_POST
def restore(request: OrgRequest, pk: int) -> HttpResponse:
    """In place (htmx): the toast, and the page is asked to refresh itself. Without JavaScript: back to the page."""
    event = get_object_or_404(AuditEvent, pk=pk, object_type__in=MODELS)
    form = RestoreForm(request.POST, event=event)
    status = 200
    try:
        if not form.is_valid():
            raise RuleBroken(form.first_error)
        said = form.cleaned_data
        changed, change = restore_event(
            event, said["fields"], by=Actor(request.membership), seen=said["revision"], reason=said["reason"]
        )
    except RuleBroken as broken:
        messages.error(request, broken.message)
        status = 422
    else:
        if changed:
            say_done(request, _("Restored"), change.id)
        else:
            messages.info(request, _("It says so already: nothing was changed."))
    if request.htmx:
        answer = render(request, "_toasts_oob.html", {"form": form}, status=status)
        answer["HX-Reswap"] = "none"
        if status == 200:
            answer["HX-Trigger"] = "polaris:changed"
        return answer
    return redirect(way_back(request.POST.get("next", "")) or f"/o/{request.org.slug}/")
