"""Writing key results, on pages of their own and in place."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from okr.actions import key_results as actions
from okr.actions.initiatives import create_initiative, make_initiative_of
from okr.actions.period_rules import check_writable
from okr.actions.rules import still_here
from okr.forms.initiative import TitleForm
from okr.forms.key_result import KeyResultForm
from okr.forms.move import MoveKeyResultForm
from okr.forms.sentence import with_figures
from okr.models import KeyResult, Objective
from okr.pages.timeline import Weeks
from okr.readings import Clock
from okr.views.writing import in_place, key_result_to_write, move_page, objective_to_write, page_of, refused, written
from orgs.actions.audit import Actor
from orgs.actions.editing import EditConflict
from orgs.conflicts import Conflict, conflict_of, decided, seen_in
from orgs.http import OrgRequest, client_id_of, way_back
from orgs.permissions import Permission, require
from orgs.rules import RuleBroken

CONFLICT, REFUSED = 409, 422
WEEKS_OF_NEW_WORK = 4


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def new(request: OrgRequest, pk: int) -> HttpResponse:
    """Below the objective `pk`."""
    objective = objective_to_write(request, pk)
    today = Clock.of(request.org).today
    if request.method != "POST":
        typed = {"title": request.GET.get("title", ""), "owner": still_here(objective.owner)}
        return _form(request, objective, KeyResultForm(objective=objective, today=today, initial=typed))
    form = KeyResultForm(with_figures(request.POST), objective=objective, today=today)
    if form.is_valid():
        try:
            made, change = actions.create_key_result(
                objective, by=Actor(request.membership), client_id=client_id_of(request), **form.values()
            )
        except RuleBroken as broken:
            form.refuse(broken)
        else:
            said = "" if in_place(request) else _("Key result added")
            return written(request, objective, said=said, change=change.id, anchor=f"kr-{made.pk}")
    return _form(request, objective, form, status=REFUSED)


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def edit(request: OrgRequest, pk: int) -> HttpResponse:
    key_result = key_result_to_write(request, pk)
    objective, today = key_result.objective, Clock.of(request.org).today
    if request.method != "POST":
        return _form(request, objective, KeyResultForm(objective=objective, today=today, key_result=key_result))
    form = KeyResultForm(request.POST, objective=objective, today=today, key_result=key_result)
    conflict = None
    if form.is_valid():
        values = decided(request.POST, form.values())
        try:
            _changed, change = actions.change_key_result(
                key_result, values, by=Actor(request.membership), seen=seen_in(request.POST), reason=form.said_reason
            )
        except EditConflict as clash:
            conflict = conflict_of(form, clash)
        except RuleBroken as broken:
            form.refuse(broken)
        else:
            said = "" if in_place(request) else _("Key result saved")
            anchor, rows = f"kr-{pk}", [pk]
            return written(request, objective, said=said, change=change.id, anchor=anchor, rows=rows)
    return _form(request, objective, form, conflict, status=CONFLICT if conflict else REFUSED)


@require_POST
def archive(request: OrgRequest, pk: int) -> HttpResponse:
    key_result = key_result_to_write(request, pk)
    try:
        change = actions.archive_key_result(key_result, by=Actor(request.membership))
    except RuleBroken as broken:
        return refused(request, key_result.objective, broken)
    said = _("Archived: %(title)s") % {"title": key_result.title}
    return written(request, key_result.objective, said=said, change=change.id)


@require_POST
def duplicate(request: OrgRequest, pk: int) -> HttpResponse:
    key_result = key_result_to_write(request, pk)
    try:
        made, change = actions.duplicate_key_result(
            key_result, by=Actor(request.membership), client_id=client_id_of(request)
        )
    except RuleBroken as broken:
        return refused(request, key_result.objective, broken)
    said = _("Key result duplicated")
    return written(request, key_result.objective, said=said, change=change.id, anchor=f"kr-{made.pk}")


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def move(request: OrgRequest, pk: int) -> HttpResponse:
    """To another place, perhaps below another objective."""
    key_result = key_result_to_write(request, pk)
    posted = request.method == "POST"
    form = MoveKeyResultForm(request.POST if posted else None, key_result=key_result)
    if posted and form.is_valid():
        there: Objective = form.cleaned_data["objective"]
        position = form.cleaned_data["position"]
        try:
            change = actions.move_key_result(
                key_result, by=Actor(request.membership), position=position, objective=there
            )
        except RuleBroken as broken:
            form.refuse(broken)
        else:
            said = "" if in_place(request) else _("Key result moved")
            if there.pk != key_result.objective_id:  # out of sight, perhaps by a slip of the hand
                said = _("Moved to objective %(code)s: %(title)s") % {"code": there.code, "title": key_result.title}
            anchor, also = f"kr-{pk}", [key_result.objective_id]
            return written(request, there, said=said, change=change.id, anchor=anchor, also=also)
    context = {
        "form": form,
        "title": _("Move %(code)s") % {"code": key_result.code},
        "subject": key_result,
        "action": reverse("key_result_move", args=[request.org.slug, pk]),
        "back": page_of(request, key_result.objective),
        "here": key_result.objective.whereabouts,
    }
    return move_page(request, context, status=REFUSED if form.errors else 200)


@require_POST
def to_initiative(request: OrgRequest, pk: int) -> HttpResponse:
    """It is work, not a result: it leaves the key results and stands on the timeline, from this week on. `title` is
    its wording where that is being written."""
    client_id = client_id_of(request)
    key_result = key_result_to_write(request, pk, client_id)
    objective = key_result.objective
    try:
        made, change = make_initiative_of(
            key_result,
            by=Actor(request.membership),
            title=TitleForm(request.POST).said,
            client_id=client_id,
            **_weeks(request, objective),
        )
    except RuleBroken as broken:
        return refused(request, objective, broken)
    said = _("It is an initiative now: %(title)s") % {"title": made.title}
    return written(request, objective, said=said, change=change.id, whole=True, anchor=f"goal-{objective.pk}")


@require_POST
def new_to_initiative(request: OrgRequest, pk: int) -> HttpResponse:
    """The same of what is not saved yet: `title` is being written as a key result below the objective `pk`."""
    objective: Objective = get_object_or_404(Objective.objects.live().with_span(), pk=pk)
    require(request.membership, Permission.EDIT_INITIATIVES, objective.tribe)
    try:
        weeks = _weeks(request, objective)
        assert objective.tribe is not None
        assert objective.quarter is not None
        title = TitleForm(request.POST).said
        if not title:
            raise RuleBroken(_("Say what is to be done."))
        made, change = create_initiative(
            objective.tribe,
            objective.quarter,
            by=Actor(request.membership),
            title=title,
            client_id=client_id_of(request),
            **weeks,
        )
    except RuleBroken as broken:
        return refused(request, objective, broken)
    said = _("It is an initiative now: %(title)s") % {"title": made.title}
    return written(request, objective, said=said, change=change.id, rows=[0])


def _weeks(request: OrgRequest, objective: Objective) -> dict[str, Any]:
    """From this week on. Raises RuleBroken without a quarter."""
    if objective.quarter is None:
        raise RuleBroken(_("Initiatives belong to a quarter: a strategic key result cannot become one."))
    weeks = Weeks.of(objective.quarter, Clock.of(request.org).today)
    first = min((weeks.number or 1) - 1, weeks.total - 1)
    last = min(first + WEEKS_OF_NEW_WORK, weeks.total) - 1
    return {"start_week": weeks.mondays[first], "end_week": weeks.mondays[last]}


def _form(
    request: OrgRequest,
    objective: Objective,
    form: KeyResultForm,
    conflict: Conflict | None = None,
    *,
    status: int = 200,
) -> HttpResponse:
    """The page, or in place the row with the form."""
    key_result: KeyResult | None = form.key_result
    if status == 200:
        try:
            check_writable(objective.span)
        except RuleBroken as broken:
            return refused(request, objective, broken)
    slug = request.org.slug
    context: dict[str, Any] = {
        "form": form,
        "objective": objective,
        "key_result": key_result,
        "conflict": conflict,
        "action": reverse("key_result_edit", args=[slug, key_result.pk])
        if key_result
        else reverse("key_result_new", args=[slug, objective.pk]),
        "keep": f"key-result-{key_result.pk}" if key_result else f"key-result-of-{objective.pk}",
        "back": page_of(request, objective),
        "cancel": way_back(request.POST.get("next", "") or request.GET.get("next", "")),
        "here": objective.whereabouts,
    }
    template = "okr/_key_result_strip.html" if in_place(request) else "okr/key_result_form.html"
    return render(request, template, context, status=status)
