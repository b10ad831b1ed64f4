"""Settings ▸ Years and quarters."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from okr.actions.periods import change_days, create_year, propose_year, remove_year, set_state
from okr.forms.periods import DaysForm, NewYearForm, initial_of_year
from okr.models import PeriodState, Quarter, Year
from okr.pages.periods import days_of, periods_page
from okr.readings import Clock
from orgs.actions.audit import Actor
from orgs.actions.editing import EditConflict
from orgs.conflicts import seen_in
from orgs.http import OrgRequest
from orgs.permissions import Permission, permission_required
from orgs.rules import RuleBroken
from orgs.toasts import say_done


@require_safe
@permission_required(Permission.MANAGE_SETTINGS)
@never_cache
def periods(request: OrgRequest) -> HttpResponse:
    return render(request, "okr/periods.html", {"years": periods_page(Clock.of(request.org))})


@require_http_methods(["GET", "HEAD", "POST"])
@permission_required(Permission.MANAGE_SETTINGS)
@never_cache
def year_new(request: OrgRequest) -> HttpResponse:
    """The next year with its quarters, proposed; all of it can be changed before it is created."""
    proposed = propose_year(request.org.year_starts_month, Clock.of(request.org).today)
    form = NewYearForm(request.POST if request.method == "POST" else None, proposed=proposed)
    if request.method == "POST" and form.is_valid():
        try:
            year = create_year(form.cleaned_data["number"], **form.days, by=Actor(request.membership))
        except RuleBroken as broken:
            form.add_error(broken.field, broken.message)
        else:
            messages.success(request, _("%(year)s created, with its four quarters") % {"year": year})
            return redirect("settings_periods", org=request.org.slug)
    return render(request, "okr/period_form.html", {"form": form}, status=422 if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@permission_required(Permission.MANAGE_SETTINGS)
@never_cache
def year_days(request: OrgRequest, pk: int) -> HttpResponse:
    year = get_object_or_404(Year, pk=pk)
    form, revision, changed = DaysForm(initial=initial_of_year(year)), year.revision, ""
    if request.method == "POST":
        form, revision = DaysForm(request.POST), seen_in(request.POST) or year.revision
        if form.is_valid():
            try:
                change = change_days(year, **form.days, by=Actor(request.membership), seen=revision)
            except EditConflict as conflict:
                changed, revision = conflict.message, conflict.thing.revision
            except RuleBroken as broken:
                form.add_error(broken.field, broken.message)
            else:
                say_done(request, _("Days of %(year)s saved") % {"year": year}, change.id)
                return redirect("settings_periods", org=request.org.slug)
    context = {"form": form, "year": year, "revision": revision, "changed": changed, "stored": days_of(year)}
    return render(request, "okr/period_form.html", context, status=409 if changed else 422 if form.errors else 200)


@require_POST
@permission_required(Permission.MANAGE_SETTINGS)
def year_state(request: OrgRequest, pk: int) -> HttpResponse:
    return _set_state(request, get_object_or_404(Year, pk=pk))


@require_POST
@permission_required(Permission.MANAGE_SETTINGS)
def quarter_state(request: OrgRequest, pk: int) -> HttpResponse:
    return _set_state(request, get_object_or_404(Quarter.objects.select_related("year"), pk=pk))


def _set_state(request: OrgRequest, period: Year | Quarter) -> HttpResponse:
    state = request.POST.get("state", "")
    done = _("%(period)s is open") if state == PeriodState.OPEN else _("%(period)s is closed")
    try:
        change = set_state(period, state, by=Actor(request.membership))
    except RuleBroken as broken:
        messages.error(request, broken.message)
    else:
        # What was closed is reopened, not undone: verdicts stand on its key results by then.
        say_done(request, done % {"period": period}, None if state == PeriodState.CLOSED else change.id)
    return redirect("settings_periods", org=request.org.slug)


@require_POST
@permission_required(Permission.MANAGE_SETTINGS)
def year_remove(request: OrgRequest, pk: int) -> HttpResponse:
    year = get_object_or_404(Year, pk=pk)
    try:
        remove_year(year, by=Actor(request.membership))
    except RuleBroken as broken:
        messages.error(request, broken.message)
    else:
        messages.success(request, _("%(year)s removed") % {"year": year.number})
    return redirect("settings_periods", org=request.org.slug)
