"""Writing initiatives in place, on the timeline of their tribe: weeks, state, note, order."""

from collections.abc import Callable
from typing import Any

from django.http import HttpResponse, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from okr.actions import initiatives as actions
from okr.forms.initiative import InitiativeForm, InPlaceForm, Refusable, ScheduleForm
from okr.forms.move import PositionForm
from okr.models import Initiative
from okr.pages.initiatives import weeks_text
from okr.pages.tribe_initiatives import Board
from okr.views.initiative_answers import (
    ANSWER,
    answer_with,
    describe,
    done,
    form_of,
    form_page,
    initiative_to_write,
    taken_back,
)
from orgs.actions.audit import Actor
from orgs.actions.editing import Change, EditConflict
from orgs.conflicts import conflict_of, decided, seen_in
from orgs.http import OrgRequest
from orgs.rules import RuleBroken
from orgs.toasts import say_done


@require_POST
def schedule(request: OrgRequest, pk: int) -> HttpResponse:
    """Other weeks: `start_week`, `end_week`, perhaps `milestone_week`, as Mondays."""
    initiative, board = initiative_to_write(request, pk)
    form = ScheduleForm(request.POST, quarter=board.quarter)

    def act(values: dict[str, Any], seen: int | None) -> Change:
        stay = {name: getattr(initiative, name) for name in ("start_week", "end_week") if name not in values}
        return actions.schedule_initiative(initiative, by=Actor(request.membership), seen=seen, **stay, **values)

    def said(now: Initiative) -> str:
        return _("Now %(weeks)s") % {"weeks": weeks_text(now.start_week, now.end_week)}

    return _in_place(request, board, initiative, form, act, said, of="schedule")


@require_POST
def set_part(request: OrgRequest, pk: int) -> HttpResponse:
    """Its `state` or its `note`."""
    initiative, board = initiative_to_write(request, pk)
    form = InPlaceForm(request.POST)

    def act(values: dict[str, Any], seen: int | None) -> Change:
        sent = {name: value for name, value in values.items() if name in form.sent}
        return actions.change_initiative(initiative, sent, by=Actor(request.membership), seen=seen)[1]

    def said(now: Initiative) -> str:
        return _("Note saved") if now.state == initiative.state else now.get_state_display()

    return _in_place(request, board, initiative, form, act, said, of="set")


def _in_place(
    request: OrgRequest,
    board: Board,
    initiative: Initiative,
    form: Refusable,
    act: Callable[[dict[str, Any], int | None], Change],
    said: Callable[[Initiative], str],
    *,
    of: str,
) -> HttpResponse:
    """Answers with the line, or without a script with the page; what is refused, also with the whole form."""
    if form.is_valid():
        try:
            change = act(decided(request.POST, form.cleaned_data), seen_in(request.POST))
        except EditConflict as clash:
            if not request.htmx:
                whole = _whole_form(board, initiative, request.POST)
                return form_page(request, board, whole, conflict_of(whole, clash, describe(whole)))
            wanted = [(name, request.POST[name]) for name in form.fields if name in request.POST]
            context = {"board": board, "bar": board.row(initiative.pk), "of": of, "wanted": wanted}
            return render(request, ANSWER, context | {"conflict": conflict_of(form, clash)}, status=409)
        except RuleBroken as broken:
            form.refuse(broken)
        else:
            return done(request, board, initiative, change, said)
    if not request.htmx:
        whole = _whole_form(board, initiative, request.POST)
        for name, errors in form.errors.items():
            if name not in whole.errors:
                whole.add_error(name if name in whole.fields else None, list(errors))
        return form_page(request, board, whole)
    return taken_back(request, board, initiative, form)


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def move(request: OrgRequest, pk: int) -> HttpResponse:
    """To another line: `position`, 1 is the first."""
    initiative, board = initiative_to_write(request, pk)
    sent = request.POST if request.method == "POST" else None
    form = PositionForm(sent, initial={"position": initiative.position})
    if sent is not None and form.is_valid():
        try:
            change = actions.move_initiative(initiative, by=Actor(request.membership), **form.cleaned_data)
        except RuleBroken as broken:
            form.refuse(broken)
        else:
            say_done(request, _("Order changed"), change.id)
            return answer_with(request, board, initiative, whole=True)
    if request.htmx and form.errors:
        return taken_back(request, board, initiative, form)
    context = {
        "form": form,
        "title": _("Move initiative"),
        "subject": initiative,
        "action": reverse("initiative_move", args=[request.org.slug, pk]),
        "back": board.url,
        "here": board.tribe.code,
    }
    return render(request, "okr/move.html", context, status=422 if form.errors else 200)


def _whole_form(board: Board, initiative: Initiative, sent: QueryDict) -> InitiativeForm:
    form = form_of(board, initiative, None)
    form.take(sent)
    return form
