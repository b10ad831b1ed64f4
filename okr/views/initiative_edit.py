"""Writing initiatives by their form; duplicating and archiving them."""

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from okr.actions import initiatives as actions
from okr.forms.initiative import InitiativeForm
from okr.models import Quarter
from okr.pages.tribe import chosen_quarter
from okr.pages.tribe_initiatives import Board
from okr.readings import Clock
from okr.views.initiative_answers import (
    LANE,
    answer_with,
    describe,
    done,
    form_of,
    form_page,
    initiative_to_write,
    only_toasts,
    open_form,
    refused,
)
from orgs.actions.audit import Actor
from orgs.actions.editing import EditConflict
from orgs.conflicts import conflict_of, decided, seen_in
from orgs.http import OrgRequest, client_id_of
from orgs.models import Tribe
from orgs.permissions import Permission, require
from orgs.rules import RuleBroken
from orgs.toasts import say_done


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def new(request: OrgRequest, code: str, quarter: str) -> HttpResponse:
    """The form; what is drawn on the timeline or told in a word (`title` alone) is created by the same address."""
    clock = Clock.of(request.org)
    found = chosen_quarter(Quarter.objects.with_year(), quarter, clock.today)
    if found is None:
        raise Http404
    tribe = get_object_or_404(Tribe, code=code.upper(), archived_at=None)
    board = Board(tribe, found, clock, request.membership)
    require(request.membership, Permission.EDIT_INITIATIVES, tribe)
    asked = {"title": request.GET.get("title", "").replace("\x00", "")}
    sent = request.POST if request.method == "POST" else None
    form = InitiativeForm(sent, tribe=tribe, quarter=found, today=clock.today, initial=asked)
    if sent is not None and form.is_valid():
        try:
            made, change = actions.create_initiative(
                tribe, found, by=Actor(request.membership), client_id=client_id_of(request), **form.cleaned_data
            )
        except RuleBroken as broken:
            form.refuse(broken)
        else:
            say_done(request, _("Initiative added"), change.id)
            drawn = sent.get("at") == "timeline"
            return (
                answer_with(request, board, made, counted=True) if drawn or not request.htmx else only_toasts(request)
            )
    if sent is None:
        return open_form(request, board, form)
    if request.htmx and sent.get("at") == "timeline":
        return render(request, LANE, {"board": board, "form": form}, status=422)
    return form_page(request, board, form)


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def edit(request: OrgRequest, pk: int) -> HttpResponse:
    initiative, board = initiative_to_write(request, pk)
    form = form_of(board, initiative, request.POST if request.method == "POST" else None)
    if request.method != "POST":
        return open_form(request, board, form)
    if not form.is_valid():
        return form_page(request, board, form)
    values = decided(request.POST, form.cleaned_data)
    try:
        _state, change = actions.change_initiative(
            initiative, values, by=Actor(request.membership), seen=seen_in(request.POST)
        )
    except EditConflict as clash:
        return form_page(request, board, form, conflict_of(form, clash, describe(form)))
    except RuleBroken as broken:
        form.refuse(broken)
        return form_page(request, board, form)
    return done(request, board, initiative, change, _("Initiative saved"))


@require_POST
def duplicate(request: OrgRequest, pk: int) -> HttpResponse:
    initiative, board = initiative_to_write(request, pk)
    try:
        copy, change = actions.duplicate_initiative(
            initiative, by=Actor(request.membership), client_id=client_id_of(request)
        )
    except RuleBroken as broken:
        return refused(request, board, initiative, broken.message)
    say_done(request, _("Initiative duplicated"), change.id)
    return answer_with(request, board, copy, counted=True, whole=True)


@require_POST
def archive(request: OrgRequest, pk: int) -> HttpResponse:
    initiative, board = initiative_to_write(request, pk)
    try:
        change = actions.archive_initiative(initiative, by=Actor(request.membership))
    except RuleBroken as broken:
        return refused(request, board, initiative, broken.message)
    say_done(request, _("Initiative archived"), change.id)
    return answer_with(request, board, None, counted=True)
