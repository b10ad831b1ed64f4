"""Restoring from the history of a thing."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from okr.actions.history import MODELS, restore_event
from okr.forms.history import RestoreForm
from orgs.actions.audit import Actor
from orgs.http import OrgRequest, way_back
from orgs.models import AuditEvent
from orgs.permissions import Permission, can
from orgs.rules import RuleBroken
from orgs.toasts import say_done

PAGES = {"objective": "objective", "keyresult": "key_result", "initiative": "initiative"}  # others: of what they back


@require_POST
def restore(request: OrgRequest, pk: int) -> HttpResponse:
    """In place (htmx): the toast, and the page is asked to refresh itself. Without JavaScript: back to the page, or the
    form by itself where it is refused."""
    events = AuditEvent.objects.filter(object_type__in=MODELS)
    if not can(request.membership, Permission.VIEW_RATIONALE):
        events = events.exclude(object_type="businesscase")
    event = get_object_or_404(events, pk=pk)
    form = RestoreForm(request.POST, event=event)
    if form.is_valid():
        said = form.cleaned_data
        by = Actor(request.membership)
        try:
            changed, change = restore_event(event, said["fields"], by=by, seen=said["revision"], reason=said["reason"])
        except RuleBroken as broken:
            form.refuse(broken)
        else:
            if changed:
                say_done(request, _("Restored"), change.id)
            else:
                messages.info(request, _("It says so already: nothing was changed."))
    return _in_place(request, form) if request.htmx else _page(request, event, form)


def _in_place(request: OrgRequest, form: RestoreForm) -> HttpResponse:
    if form.errors:
        messages.error(request, form.first_error)
    answer = render(request, "_toasts_oob.html", {"form": form}, status=422 if form.errors else 200)
    answer["HX-Reswap"] = "none"
    if not form.errors:
        answer["HX-Trigger"] = "polaris:changed"
    return answer


def _page(request: OrgRequest, event: AuditEvent, form: RestoreForm) -> HttpResponse:
    back = way_back(request.POST.get("next", "")) or f"{_page_of(request, event)}?history=all"
    if not form.errors:
        return redirect(back)
    context = {"form": form, "event": event, "back": back}
    return render(request, "okr/history_restore.html", context, status=422)


def _page_of(request: OrgRequest, event: AuditEvent) -> str:
    if event.object_type in PAGES:
        return reverse(PAGES[event.object_type], args=[request.org.slug, event.object_id])
    thing = MODELS[event.object_type].objects.get(pk=event.object_id)
    name, pk = ("key_result", thing.key_result_id) if thing.key_result_id else ("objective", thing.objective_id)
    return reverse(name, args=[request.org.slug, pk])
