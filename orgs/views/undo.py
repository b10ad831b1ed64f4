"""Undo, from a toast or a history: takes back one act, whatever it changed."""

import uuid

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from orgs.actions.audit import Actor
from orgs.actions.editing import SHIFTED, Change
from orgs.actions.undoing import undo as undo_change
from orgs.http import OrgRequest, way_back
from orgs.models import AuditEvent
from orgs.rules import RuleBroken
from orgs.toasts import say_done


@require_POST
def undo(request: OrgRequest, change: uuid.UUID) -> HttpResponse:
    """In place (htmx): the toast, and the page is asked to refresh itself. Without JavaScript: back to the page."""
    done = None
    try:
        done = undo_change(change, by=Actor(request.membership))
    except RuleBroken as broken:
        messages.error(request, broken.message)
    else:
        say_done(request, _("Undone"), done.id)
    if request.htmx:
        answer = render(request, "_toasts_oob.html")
        answer["HX-Reswap"] = "none"
        answer["HX-Trigger"] = "polaris:changed"
        answer["X-Undone"] = str(change)  # whatever still offers to undo it goes
        answer["X-Touched"] = " ".join(_touched(done))  # where the page goes on
        return answer
    return redirect(way_back(request.POST.get("next", "")) or f"/o/{request.org.slug}/")


def _touched(done: Change | None) -> list[str]:
    """What was taken back, such as "objective-3", without the neighbours that moved aside."""
    if done is None:
        return []
    events = AuditEvent.objects.filter(change=done.id).exclude(verb=SHIFTED).order_by("pk")
    return list(dict.fromkeys(f"{event.object_type}-{event.object_id}" for event in events))
