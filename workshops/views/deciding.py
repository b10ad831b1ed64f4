"""While the room decides: what becomes of each item, and the drafts made of what is retained."""

import uuid
from typing import Any

from django.http import Http404, HttpResponse
from django.middleware.csrf import get_token
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from okr.models import Objective
from okr.readings import Clock
from orgs.http import client_id_of
from orgs.rules import RuleBroken
from orgs.toasts import say_done
from workshops.access import RoomRequest, in_room
from workshops.actions import deciding, drafting
from workshops.actions.session import KIND, require_leading
from workshops.forms.deciding import DecideForm, DraftObjectiveForm
from workshops.live.presence import present
from workshops.pages.deciding import Deciding
from workshops.pages.drafting import Draft
from workshops.pages.room import LEAD, Room, draw
from workshops.views.commands import REFUSED, cleaned, command


@command
def decide(request: RoomRequest, uid: uuid.UUID) -> None:
    form = DecideForm(request.POST)
    outcome = cleaned(form)["outcome"]
    deciding.decide(request.workshop, uid, outcome, by=request.participant, reason=form.said_reason())


@command
def point(request: RoomRequest, uid: uuid.UUID) -> None:
    deciding.point_at(request.workshop, uid, by=request.participant)


@require_safe
@never_cache
@in_room
def word(request: RoomRequest, uid: uuid.UUID) -> HttpResponse:
    """The form that decides with a word why: a dialog, or a page of its own."""
    require_leading(request.participant, request.workshop)
    shown = _room(request)
    row = shown.deciding.row_of(uid)
    if row is None:
        raise Http404
    decision = row.decision
    said = {"outcome": decision.outcome, "reason": decision.reason} if decision else {}
    form = DecideForm(initial=said, auto_id="word-%s")
    return _dialog(request, shown, "workshops/room/_word.html", {"row": row, "form": form, "verbs": Deciding.verbs})


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@in_room
def draft(request: RoomRequest, uid: uuid.UUID) -> HttpResponse:
    """The form that makes a draft of what was retained: a dialog, or a page of its own."""
    require_leading(request.participant, request.workshop)
    shown = _room(request)
    page = Draft.of(shown, uid, Clock.of(request.org).today)
    if page is None:
        raise Http404
    form = page.form(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            made = _make(request, page, form)
        except RuleBroken as broken:
            form.refuse(broken)
        else:
            if request.workshop.is_practice:
                said = _("Noted on the board: for practice, the hierarchy stays as it is")
            else:
                said = _("Draft objective made") if isinstance(made, Objective) else _("Draft key result made")
            back = reverse("workshop_draft_back", args=[request.org.slug, request.workshop.code, uid])
            say_done(request, said, undo_at=back)
            if request.htmx:
                return render(request, "workshops/room/_says.html")
            return redirect("workshop_room", request.org.slug, request.workshop.code)
    context = {"page": page, "form": form, "keep": f"draft-{uid}"}
    return _dialog(request, shown, "workshops/room/_draft.html", context, status=REFUSED if form.errors else 200)


@command
def draft_back(request: RoomRequest, uid: uuid.UUID) -> None:
    drafting.take_back_draft(request.workshop, uid, by=request.participant)


def _make(request: RoomRequest, page: Draft, form: Any) -> Any:
    options: dict[str, Any] = {"by": request.participant, "client_id": client_id_of(request)}
    if isinstance(form, DraftObjectiveForm):
        options["contributes_because"] = form.cleaned_data["because"]
        return drafting.draft_objective(request.workshop, page.uid, form.values(), **options)[0]
    options["find_by"] = form.cleaned_data.get("find_by")
    return drafting.draft_key_result(request.workshop, page.uid, form.values(), **options)[0]


def _room(request: RoomRequest) -> Room:
    return Room(request.workshop, request.org, present(KIND, request.workshop.code))


def _dialog(
    request: RoomRequest, shown: Room, fragment: str, context: dict[str, Any], *, status: int = 200
) -> HttpResponse:
    """The fragment alone, which static/js/decide.js opens as a dialog; else a page of the room around it."""
    if request.htmx:
        return render(request, fragment, context, status=status)
    around = {
        "room": shown,
        "deck": draw("deck", shown, LEAD, get_token(request)),
        "now": round(timezone.now().timestamp() * 1000),
        "fragment": fragment,
    }
    return render(request, "workshops/room_dialog.html", {**context, **around}, status=status)
