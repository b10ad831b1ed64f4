"""Writing initiatives: by their form, and in place on the timeline of their tribe.

The timeline (static/js/timeline.js) is answered with the line that changed, whatever came of it: as it is now stored, so
that a refused change is taken back where it was drawn. Everything works with plain forms as well.
"""

from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from okr.actions import initiatives as actions
from okr.actions.periods import check_writable
from okr.forms.initiative import InitiativeForm, InPlaceForm, Refusable, ScheduleForm
from okr.forms.move import PositionForm
from okr.models import Initiative, Quarter
from okr.pages.initiatives import weeks_text
from okr.pages.tribe import chosen_quarter
from okr.pages.tribe_initiatives import Board, answer_choices
from okr.readings import Clock
from orgs.actions.audit import Actor
from orgs.actions.editing import Change, EditConflict
from orgs.conflicts import Conflict, Describe, conflict_of, decided, seen_in
from orgs.http import OrgRequest, way_back
from orgs.models import Tribe
from orgs.permissions import Permission, require
from orgs.rules import RuleBroken
from orgs.toasts import say_done

PAGE, ANSWER, LANE = "okr/initiative_form.html", "okr/_initiative_answer.html", "okr/_initiative_lane.html"


# ── By the form ──────────────────────────────────────────────────────────────


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
            made, change = actions.create_initiative(tribe, found, by=Actor(request.membership), **form.cleaned_data)
        except RuleBroken as broken:
            form.refuse(broken)
        else:
            say_done(request, _("Initiative added"), change.id)
            drawn = sent.get("at") == "timeline"
            return _answer(request, board, made, counted=True) if drawn or not request.htmx else _toasts(request)
    if sent is None:
        return _open(request, board, form)
    if request.htmx and sent.get("at") == "timeline":
        return render(request, LANE, {"board": board, "form": form}, status=422)
    return _page(request, board, form)


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def edit(request: OrgRequest, pk: int) -> HttpResponse:
    initiative, board = _found(request, pk)
    form = _form(board, initiative, request.POST if request.method == "POST" else None)
    if request.method != "POST":
        return _open(request, board, form)
    if not form.is_valid():
        return _page(request, board, form)
    values = decided(request.POST, form.cleaned_data)
    try:
        _state, change = actions.change_initiative(
            initiative, values, by=Actor(request.membership), seen=seen_in(request.POST)
        )
    except EditConflict as clash:
        return _page(request, board, form, conflict_of(form, clash, _describe(form)))
    except RuleBroken as broken:
        form.refuse(broken)
        return _page(request, board, form)
    return _done(request, board, initiative, change, _("Initiative saved"))


# ── In place ─────────────────────────────────────────────────────────────────


@require_POST
def schedule(request: OrgRequest, pk: int) -> HttpResponse:
    """Other weeks: `start_week`, `end_week`, perhaps `milestone_week`, as Mondays."""
    initiative, board = _found(request, pk)
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
    initiative, board = _found(request, pk)
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
                return _page(request, board, whole, conflict_of(whole, clash, _describe(whole)))
            wanted = [(name, request.POST[name]) for name in form.fields if name in request.POST]
            context = {"board": board, "bar": board.row(initiative.pk), "of": of, "wanted": wanted}
            return render(request, ANSWER, context | {"conflict": conflict_of(form, clash)}, status=409)
        except RuleBroken as broken:
            form.refuse(broken)
        else:
            return _done(request, board, initiative, change, said)
    if not request.htmx:
        whole = _whole_form(board, initiative, request.POST)
        for name, errors in form.errors.items():
            if name not in whole.errors:
                whole.add_error(name if name in whole.fields else None, list(errors))
        return _page(request, board, whole)
    return _taken_back(request, board, initiative, form)


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def move(request: OrgRequest, pk: int) -> HttpResponse:
    """To another line: `position`, 1 is the first."""
    initiative, board = _found(request, pk)
    sent = request.POST if request.method == "POST" else None
    form = PositionForm(sent, initial={"position": initiative.position})
    if sent is not None and form.is_valid():
        try:
            change = actions.move_initiative(initiative, by=Actor(request.membership), **form.cleaned_data)
        except RuleBroken as broken:
            form.refuse(broken)
        else:
            say_done(request, _("Order changed"), change.id)
            return _answer(request, board, initiative, whole=True)
    if request.htmx and form.errors:
        return _taken_back(request, board, initiative, form)
    context = {
        "form": form,
        "title": _("Move initiative"),
        "subject": initiative,
        "action": reverse("initiative_move", args=[request.org.slug, pk]),
        "back": board.url,
        "here": board.tribe.code,
    }
    return render(request, "okr/move.html", context, status=422 if form.errors else 200)


@require_POST
def duplicate(request: OrgRequest, pk: int) -> HttpResponse:
    initiative, board = _found(request, pk)
    try:
        copy, change = actions.duplicate_initiative(initiative, by=Actor(request.membership))
    except RuleBroken as broken:
        return _refuse(request, board, initiative, broken.message)
    say_done(request, _("Initiative duplicated"), change.id)
    return _answer(request, board, copy, counted=True, whole=True)


@require_POST
def archive(request: OrgRequest, pk: int) -> HttpResponse:
    initiative, board = _found(request, pk)
    try:
        change = actions.archive_initiative(initiative, by=Actor(request.membership))
    except RuleBroken as broken:
        return _refuse(request, board, initiative, broken.message)
    say_done(request, _("Initiative archived"), change.id)
    return _answer(request, board, None, counted=True)


# ── Underneath ───────────────────────────────────────────────────────────────


def _found(request: OrgRequest, pk: int) -> tuple[Initiative, Board]:
    """Raises 404, and PermissionDenied unless the person may write it."""
    rows = Initiative.objects.live().select_related("tribe", "quarter__year", "owner__user")
    initiative = get_object_or_404(rows, pk=pk)
    require(request.membership, Permission.EDIT_INITIATIVES, initiative)
    return initiative, Board(initiative.tribe, initiative.quarter, Clock.of(request.org), request.membership)


def _form(board: Board, initiative: Initiative, data: QueryDict | None) -> InitiativeForm:
    return InitiativeForm(
        data, tribe=board.tribe, quarter=board.quarter, today=board.clock.today, initiative=initiative
    )


def _whole_form(board: Board, initiative: Initiative, sent: QueryDict) -> InitiativeForm:
    form = _form(board, initiative, None)
    form.take(sent)
    return form


def _open(request: OrgRequest, board: Board, form: InitiativeForm) -> HttpResponse:
    """The form to write in; where nothing can be written, back with the reason."""
    try:
        check_writable(board.quarter)
    except RuleBroken as broken:
        messages.error(request, broken.message)
        return redirect(_home(request, board, form.initiative))
    return _page(request, board, form, status=200)


def _page(
    request: OrgRequest, board: Board, form: InitiativeForm, conflict: Conflict | None = None, status: int = 422
) -> HttpResponse:
    """The page of the form, or for the timeline the form alone."""
    initiative = form.initiative
    inline = initiative is not None and bool(request.htmx)
    context = {
        "board": board,
        "form": form,
        "initiative": initiative,
        "conflict": conflict,
        "revision": request.POST.get("revision") or (str(initiative.revision) if initiative else ""),
        "whole": not inline,
        "here": board.tribe.code,
        "next": way_back(request.POST.get("next", "") or request.GET.get("next", "")),
        "answers": answer_choices(form.key_results, list(map(str, form["answers"].value() or [])), board.clock),
        "tribes": [(str(pk), name) for pk, name in form.tribes.items()],
    }
    answer = render(request, f"{PAGE}#form" if inline else PAGE, context, status=409 if conflict else status)
    if initiative is not None and inline and request.method == "POST":
        answer["HX-Retarget"], answer["HX-Reswap"] = f"#edit-{initiative.pk}", "outerHTML"
    return answer


def _describe(form: InitiativeForm) -> Describe:
    """How lists read in a conflict."""
    codes = {row.pk: f"{row.code} {row.title}" for row in form.key_results}
    return {
        "answers": lambda pks: "\n".join(codes.get(pk, "?") for pk in pks),
        "dependencies": lambda rows: "\n".join(
            ": ".join(filter(None, (form.tribes.get(row["tribe"], "?"), row["what"]))) for row in rows
        ),
    }


def _done(
    request: OrgRequest, board: Board, initiative: Initiative, change: Change, said: str | Callable[[Initiative], str]
) -> HttpResponse:
    """Says what changed, if anything did. After a drag the focus stays where it is; a form that closes leaves it here."""
    now = Initiative.objects.get(pk=initiative.pk)
    if now.revision != initiative.revision:
        say_done(request, said if isinstance(said, str) else said(now), change.id)
    return _answer(request, board, initiative, focus="start_week" not in request.POST or "title" in request.POST)


def _answer(
    request: OrgRequest,
    board: Board,
    initiative: Initiative | None,
    *,
    focus: bool = True,
    counted: bool = False,
    whole: bool = False,
) -> HttpResponse:
    """In place: its line, or the `whole` timeline where others moved too; else back to the page one came from."""
    if not request.htmx:
        return redirect(_home(request, board, initiative))
    context: dict[str, Any] = {"board": board, "whole": whole}
    if initiative is not None:
        context["focus"] = initiative.pk if focus else None
        context["bar"] = None if whole else board.row(initiative.pk)
    if counted:
        context["count"] = str(Initiative.objects.of_tribe(board.tribe.pk, board.quarter.pk).count())
    answer = render(request, ANSWER, context)
    if whole:
        answer["HX-Retarget"], answer["HX-Reswap"] = "#timeline", "outerHTML"
    return answer


def _taken_back(request: OrgRequest, board: Board, initiative: Initiative, form: forms.Form) -> HttpResponse:
    """What was drawn goes back to what is stored, and why is said."""
    for errors in form.errors.values():
        messages.error(request, " ".join(map(str, errors)))
    context = {"board": board, "bar": board.row(initiative.pk), "form": form}
    return render(request, ANSWER, context, status=422)


def _refuse(request: OrgRequest, board: Board, initiative: Initiative, message: str) -> HttpResponse:
    """What has no form to show the refusal in."""
    messages.error(request, message)
    if request.htmx:
        return render(request, ANSWER, {"board": board, "bar": board.row(initiative.pk)}, status=422)
    form = _form(board, initiative, None)
    return _page(request, board, form)


def _toasts(request: OrgRequest) -> HttpResponse:
    """For what was created from elsewhere on a page: only what is to say; the page fetches itself again."""
    answer = render(request, "_toasts_oob.html")
    answer["HX-Reswap"], answer["HX-Trigger"] = "none", "polaris:changed"
    return answer


def _home(request: OrgRequest, board: Board, initiative: Initiative | None) -> str:
    """Where the form was opened from; else the initiative, or the timeline that it left."""
    back = way_back(request.POST.get("next", "") or request.GET.get("next", ""))
    if back or initiative is None:
        return back or board.url
    return reverse("initiative", args=[request.org.slug, initiative.pk])
