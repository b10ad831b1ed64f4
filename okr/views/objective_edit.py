"""Writing objectives, on pages of their own and in place."""

from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from okr.actions import key_results as key_result_actions
from okr.actions import objectives as actions
from okr.actions.period_rules import check_writable
from okr.actions.rules import require_edit
from okr.forms.move import MoveObjectiveForm
from okr.forms.objective import ObjectiveForm
from okr.models import Objective, Quarter, Year
from okr.pages.tribe import chosen_quarter
from okr.readings import Clock
from okr.views.writing import in_place, move_page, objective_to_write, page_of, refused, written
from orgs.actions.audit import Actor
from orgs.actions.editing import EditConflict
from orgs.conflicts import Conflict, conflict_of, decided, seen_in
from orgs.http import OrgRequest, client_id_of
from orgs.models import Tribe
from orgs.rules import RuleBroken

CONFLICT, REFUSED = 409, 422


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def new_of_tribe(request: OrgRequest, code: str, quarter: str) -> HttpResponse:
    tribe = get_object_or_404(Tribe, code=code.upper(), archived_at=None)
    chosen = chosen_quarter(Quarter.objects.with_year(), quarter, Clock.of(request.org).today)
    if chosen is None:
        raise Http404
    return _new(request, Objective(level=Objective.Level.TRIBE, tribe=tribe, quarter=chosen))


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def new_strategic(request: OrgRequest, year: int) -> HttpResponse:
    chosen = get_object_or_404(Year, number=year)
    return _new(request, Objective(level=Objective.Level.STRATEGIC, year=chosen))


def _new(request: OrgRequest, blank: Objective) -> HttpResponse:
    """`blank` says where: it is never saved."""
    require_edit(request.membership, blank)
    strategic = blank.is_strategic
    if request.method != "POST":
        begins_with = {"title": request.GET.get("title", ""), "owner": request.membership.pk}
        return _form(request, blank, ObjectiveForm(strategic=strategic, tribe=blank.tribe, initial=begins_with))
    form = ObjectiveForm(request.POST, strategic=strategic, tribe=blank.tribe)
    if form.is_valid():
        where: dict[str, Any] = {"year": blank.year} if strategic else {"tribe": blank.tribe, "quarter": blank.quarter}
        try:
            made, change = actions.create_objective(
                by=Actor(request.membership), client_id=client_id_of(request), **where, **form.values()
            )
        except RuleBroken as broken:
            form.refuse(broken)
        else:
            said = "" if in_place(request) else _("Objective added")
            return written(request, made, said=said, change=change.id, anchor=f"goal-{made.pk}", whole=True)
    return _form(request, blank, form, status=REFUSED)


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def edit(request: OrgRequest, pk: int) -> HttpResponse:
    objective = objective_to_write(request, pk)
    strategic = objective.is_strategic
    if request.method != "POST":
        return _form(request, objective, ObjectiveForm(strategic=strategic, tribe=objective.tribe, objective=objective))
    form = ObjectiveForm(request.POST, strategic=strategic, tribe=objective.tribe, objective=objective)
    conflict = None
    if form.is_valid():
        try:
            _changed, change = actions.change_objective(
                objective,
                decided(request.POST, form.values()),
                by=Actor(request.membership),
                seen=seen_in(request.POST),
            )
        except EditConflict as clash:
            conflict = conflict_of(form, clash)
        except RuleBroken as broken:
            form.refuse(broken)
        else:
            said = "" if in_place(request) else _("Objective saved")
            return written(request, objective, said=said, change=change.id, anchor=f"goal-{pk}")
    return _form(request, objective, form, conflict, status=CONFLICT if conflict else REFUSED)


@require_POST
def archive(request: OrgRequest, pk: int) -> HttpResponse:
    objective = objective_to_write(request, pk)
    try:
        change = actions.archive_objective(objective, by=Actor(request.membership))
    except RuleBroken as broken:
        return refused(request, objective, broken)
    said = _("Archived: %(title)s") % {"title": objective.title}
    return written(request, objective, said=said, change=change.id, whole=True)


@require_POST
def duplicate(request: OrgRequest, pk: int) -> HttpResponse:
    objective = objective_to_write(request, pk)
    try:
        made, change = actions.duplicate_objective(
            objective, by=Actor(request.membership), client_id=client_id_of(request)
        )
    except RuleBroken as broken:
        return refused(request, objective, broken)
    said = _("Objective duplicated")
    return written(request, objective, said=said, change=change.id, anchor=f"goal-{made.pk}", whole=True)


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def move(request: OrgRequest, pk: int) -> HttpResponse:
    """To another place, or to another quarter."""
    objective = objective_to_write(request, pk)
    posted = request.method == "POST"
    form = MoveObjectiveForm(request.POST if posted else None, objective=objective)
    if posted and form.is_valid():
        try:
            change = actions.move_objective(objective, by=Actor(request.membership), **form.cleaned_data)
        except RuleBroken as broken:
            form.refuse(broken)
        else:
            said = "" if in_place(request) else _("Objective moved")
            there = form.cleaned_data["quarter"]
            if there is not None and there.pk != objective.quarter_id:  # it leaves the page
                said = _("Moved to %(quarter)s: %(title)s") % {"quarter": there.label, "title": objective.title}
            return written(request, objective, said=said, change=change.id, anchor=f"goal-{pk}", whole=True)
    context = {
        "form": form,
        "title": _("Move objective %(code)s") % {"code": objective.code},
        "subject": objective,
        "action": reverse("objective_move", args=[request.org.slug, pk]),
        "back": page_of(request, objective),
        "here": objective.whereabouts,
    }
    return move_page(request, context, status=REFUSED if form.errors else 200)


# ── From draft to running ────────────────────────────────────────────────────


@require_POST
def publish(request: OrgRequest, pk: int) -> HttpResponse:
    return _advance(request, pk, key_result_actions.publish_key_results, _("Published: the baseline is frozen"))


@require_POST
def propose(request: OrgRequest, pk: int) -> HttpResponse:
    return _advance(request, pk, key_result_actions.propose_key_results, _("Proposed for quarter planning"))


@require_POST
def take_back(request: OrgRequest, pk: int) -> HttpResponse:
    return _advance(request, pk, key_result_actions.take_back_key_results, _("Taken back: a draft again"))


def _advance(request: OrgRequest, pk: int, act: Any, said: str) -> HttpResponse:
    objective = objective_to_write(request, pk)
    try:
        change = act(objective, by=Actor(request.membership))
    except RuleBroken as broken:
        return refused(request, objective, broken)
    return written(request, objective, said=said, change=change.id, anchor=f"goal-{pk}")


def _form(
    request: OrgRequest,
    objective: Objective,
    form: ObjectiveForm,
    conflict: Conflict | None = None,
    *,
    status: int = 200,
) -> HttpResponse:
    """The page, or in place the row with the form. `objective` is unsaved while it is new."""
    if status == 200:
        try:
            check_writable(objective.span)
        except RuleBroken as broken:
            return refused(request, objective, broken)
    slug = request.org.slug
    if objective.pk:
        action, keep = reverse("objective_edit", args=[slug, objective.pk]), f"objective-{objective.pk}"
    else:
        action, keep = request.path, "objective-new"
    context = {
        "form": form,
        "objective": objective,
        "conflict": conflict,
        "action": action,
        "keep": keep,
        "back": page_of(request, objective),
        "here": objective.whereabouts,
    }
    template = "okr/_objective_strip.html" if in_place(request) else "okr/objective_form.html"
    return render(request, template, context, status=status)
