"""Settings ▸ Tribes and departments: the forms of one tribe and of one department."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from orgs import handover
from orgs.actions import editing
from orgs.actions.audit import Actor
from orgs.actions.departments import change_department, create_department
from orgs.actions.editing import EditConflict
from orgs.actions.tribes import change_tribe, create_tribe
from orgs.conflicts import Conflict, conflict_of, decided, seen_in
from orgs.forms.structure import DepartmentForm, TribeForm
from orgs.http import OrgRequest
from orgs.models import Department, Membership, Tribe
from orgs.permissions import Permission, permission_required
from orgs.rules import RuleBroken
from orgs.toasts import say_done

METHODS = ["GET", "HEAD", "POST"]


# ── Tribes ───────────────────────────────────────────────────────────────────


@require_http_methods(METHODS)
@permission_required(Permission.MANAGE_PEOPLE)
@never_cache
def tribe_new(request: OrgRequest) -> HttpResponse:
    form = TribeForm(_typed(request), initial={"department": request.GET.get("department")})
    if request.method == "POST" and form.is_valid():
        try:
            tribe, change = create_tribe(by=Actor(request.membership), **form.cleaned_data)
        except RuleBroken as broken:
            form.add_error(_known(form, broken), broken.message)
        else:
            return _done(request, _("%(name)s created") % {"name": tribe.name}, change)
    has_department = Department.objects.filter(archived_at=None).exists()
    return _show(request, "orgs/tribe_form.html", form, has_department=has_department)


@require_http_methods(METHODS)
@permission_required(Permission.MANAGE_PEOPLE)
@never_cache
def tribe(request: OrgRequest, pk: int) -> HttpResponse:
    found = get_object_or_404(Tribe.objects.select_related("department", "lead__user", "merged_into"), pk=pk)
    initial = {name: getattr(found, name) for name in ("name", "code", "department", "mission", "lead")}
    form, conflict = TribeForm(_typed(request), initial=initial), None
    if request.method == "POST" and form.is_valid():
        values = decided(request.POST, form.cleaned_data)
        try:
            changed, change = change_tribe(found, values, by=Actor(request.membership), seen=seen_in(request.POST))
        except EditConflict as clash:
            conflict = conflict_of(form, clash)
        except RuleBroken as broken:
            form.add_error(_known(form, broken), broken.message)
        else:
            return _done(
                request, _("%(name)s: changes saved") % {"name": values.get("name", found.name)}, change, changed
            )
    return _show(
        request, "orgs/tribe_form.html", form, conflict, tribe=found, hindrances=handover.hindrances(found),
        has_department=True,
    )  # fmt: skip


# ── Departments ──────────────────────────────────────────────────────────────


@require_http_methods(METHODS)
@permission_required(Permission.MANAGE_PEOPLE)
@never_cache
def department_new(request: OrgRequest) -> HttpResponse:
    form = DepartmentForm(_typed(request))
    if request.method == "POST" and form.is_valid():
        try:
            made, change = create_department(by=Actor(request.membership), **form.cleaned_data)
        except RuleBroken as broken:
            form.add_error(_known(form, broken), broken.message)
        else:
            return _done(request, _("%(name)s created") % {"name": made.name}, change)
    return _show(request, "orgs/department_form.html", form)


@require_http_methods(METHODS)
@permission_required(Permission.MANAGE_PEOPLE)
@never_cache
def department(request: OrgRequest, pk: int) -> HttpResponse:
    found = get_object_or_404(Department, pk=pk)
    rows = editing.state_of(found, ["committee"])["committee"]
    committee: dict[str, Any] = rows[0] if rows else {"name": "", "members": []}
    form = DepartmentForm(
        _typed(request),
        initial={"name": found.name, "committee": committee["name"]},
        members=committee["members"],
        people=Membership.objects.active().with_people(),
    )
    conflict = None
    if request.method == "POST" and form.is_valid():
        values = decided(request.POST, form.values())
        try:
            changed, change = change_department(found, values, by=Actor(request.membership), seen=seen_in(request.POST))
        except EditConflict as clash:
            conflict = _department_conflict(form, clash)
        except RuleBroken as broken:
            form.add_error(_known(form, broken), broken.message)
        else:
            return _done(
                request, _("%(name)s: changes saved") % {"name": values.get("name", found.name)}, change, changed
            )
    return _show(
        request, "orgs/department_form.html", form, conflict, department=found,
        hindrances=handover.hindrances(found), tribes=Tribe.objects.filter(department=found, archived_at=None),
    )  # fmt: skip


def _department_conflict(form: DepartmentForm, clash: EditConflict) -> Conflict:
    def committee(rows: list[dict[str, Any]]) -> str:
        if not rows:
            return ""
        names = [str(form.people.get(str(row["membership"]), "–")) for row in rows[0]["members"]]
        return "\n".join([rows[0]["name"], *names])

    return conflict_of(form, clash, {"committee": committee})


# ── Both ─────────────────────────────────────────────────────────────────────


def _typed(request: OrgRequest) -> Any:
    return request.POST if request.method == "POST" else None


def _known(form: Any, broken: RuleBroken) -> str | None:
    return broken.field if broken.field in form.fields else None


def _done(request: OrgRequest, words: str, change: Any, changed: Any = True) -> HttpResponse:
    if changed:
        say_done(request, words, change.id)
    return redirect("settings_structure", org=request.org.slug)


def _show(
    request: OrgRequest, template: str, form: Any, conflict: Conflict | None = None, **context: Any
) -> HttpResponse:
    context |= {"form": form, "conflict": conflict}
    return render(request, template, context, status=409 if conflict else 422 if form.errors else 200)
