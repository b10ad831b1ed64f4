"""When somebody is away: entered, changed and removed by the person, or by an administrator for them."""

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from orgs.actions import absences as actions
from orgs.actions.audit import Actor
from orgs.actions.editing import EditConflict
from orgs.conflicts import Conflict, conflict_of, decided, seen_in
from orgs.forms.reach import AbsenceForm
from orgs.http import OrgRequest, client_id_of
from orgs.models import Absence, Membership
from orgs.pages.reach import absences_of
from orgs.permissions import Permission, require
from orgs.reaching import today_of
from orgs.rules import RuleBroken
from orgs.toasts import say_done

METHODS = ["GET", "HEAD", "POST"]


@require_http_methods(METHODS)
@never_cache
def new(request: OrgRequest) -> HttpResponse:
    return _new(request, request.membership)


@require_http_methods(METHODS)
@never_cache
def of(request: OrgRequest, pk: int) -> HttpResponse:
    """Somebody's absences, and a form for one more."""
    member = get_object_or_404(Membership.objects.filter(ended_at=None).with_people(), pk=pk)
    require(request.membership, Permission.ENTER_ABSENCES, Absence(member=member))
    return _new(request, member)


@require_http_methods(METHODS)
@never_cache
def edit(request: OrgRequest, pk: int) -> HttpResponse:
    absence = get_object_or_404(Absence.objects.live().select_related("member__user", "substitute__user"), pk=pk)
    require(request.membership, Permission.ENTER_ABSENCES, absence)
    initial = {"starts_on": absence.starts_on, "ends_on": absence.ends_on, "substitute": absence.substitute_id}
    form = AbsenceForm(request.POST if request.method == "POST" else None, initial=initial, member=absence.member)
    conflict = None
    if request.method == "POST" and form.is_valid():
        values = decided(request.POST, form.cleaned_data)
        kept = {name: getattr(absence, name) for name in initial} | values
        try:
            changed, change = actions.change_absence(
                absence, **kept, by=Actor(request.membership), seen=seen_in(request.POST)
            )
        except EditConflict as clash:
            conflict = conflict_of(form, clash)
        except RuleBroken as broken:
            _refuse(form, broken)
        else:
            if changed:
                say_done(request, _("Absence changed"), change.id)
            return _back(request, absence.member)
    return _show(request, absence.member, form, absence, conflict)


@require_POST
def remove(request: OrgRequest, pk: int) -> HttpResponse:
    absence = get_object_or_404(Absence.objects.select_related("member__user"), pk=pk)
    change = actions.remove_absence(absence, by=Actor(request.membership))
    say_done(request, _("Absence removed"), change.id)
    return _back(request, absence.member)


def _new(request: OrgRequest, member: Membership) -> HttpResponse:
    form = AbsenceForm(request.POST if request.method == "POST" else None, member=member)
    if request.method == "POST" and form.is_valid():
        try:
            _made, change = actions.add_absence(
                member, **form.cleaned_data, by=Actor(request.membership), client_id=client_id_of(request)
            )
        except RuleBroken as broken:
            _refuse(form, broken)
        else:
            say_done(request, _("Absence entered"), change.id)
            return _back(request, member)
    return _show(request, member, form)


def _refuse(form: AbsenceForm, broken: RuleBroken) -> None:
    form.add_error(broken.field if broken.field in form.fields else None, broken.message)


def _back(request: OrgRequest, member: Membership) -> HttpResponse:
    if member.pk == request.membership.pk:
        return redirect("reach", org=request.org.slug)
    return redirect("absences_of", org=request.org.slug, pk=member.pk)


def _show(
    request: OrgRequest,
    member: Membership,
    form: AbsenceForm,
    absence: Absence | None = None,
    conflict: Conflict | None = None,
) -> HttpResponse:
    is_me = member.pk == request.membership.pk
    context = {
        "member": member,
        "is_me": is_me,
        "form": form,
        "absence": absence,
        "conflict": conflict,
        "absences": None if is_me or absence else absences_of(member, today_of(request.org)),
    }
    return render(request, "orgs/absence.html", context, status=409 if conflict else 422 if form.errors else 200)
