"""The meetings of the committees, and their series."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from okr.readings import Clock
from orgs.actions.audit import Actor
from orgs.actions.editing import EditConflict
from orgs.conflicts import conflict_of, decided, seen_in
from orgs.http import OrgRequest, client_id_of
from orgs.permissions import Permission, can, require
from orgs.rules import RuleBroken
from orgs.toasts import say_done
from reviews.actions import meetings as actions
from reviews.forms.meeting import SeriesForm
from reviews.models import MeetingSeries
from reviews.pages.meetings import meetings_page, reads_meetings

CONFLICT, REFUSED = 409, 422


@require_safe
@never_cache
def meetings(request: OrgRequest) -> HttpResponse:
    page = meetings_page(request.membership, Clock.of(request.org))
    if not page.parts and not reads_meetings(request.membership):
        raise PermissionDenied(_("Meetings are read by their committee and by the leadership."))
    may_structure = can(request.membership, Permission.MANAGE_PEOPLE)
    return render(request, "reviews/meetings.html", {"page": page, "may_structure": may_structure})


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def new(request: OrgRequest) -> HttpResponse:
    today = Clock.of(request.org).today
    form = SeriesForm(request.POST if request.method == "POST" else None, member=request.membership, today=today)
    if not form.fields["committee"].queryset:  # type: ignore[attr-defined]
        raise PermissionDenied(_("Meetings are planned by their committee, the chief of staff or the coach."))
    if request.method == "POST" and form.is_valid():
        try:
            _series, change = actions.create_series(
                form.cleaned_data, by=Actor(request.membership), client_id=client_id_of(request)
            )
        except RuleBroken as broken:
            form.refuse(broken)
        else:
            say_done(request, _("The meetings are planned, and the committee is invited"), change.id)
            return redirect("meetings", org=request.org.slug)
    return render(
        request, "reviews/meeting_series.html", {"form": form, "series": None}, status=REFUSED if form.errors else 200
    )


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def change(request: OrgRequest, pk: int) -> HttpResponse:
    series = _found(pk)
    require(request.membership, Permission.LEAD_MEETINGS, series)
    today, data = Clock.of(request.org).today, request.POST if request.method == "POST" else None
    form, conflict = SeriesForm(data, member=request.membership, today=today, series=series), None
    if request.method == "POST" and form.is_valid():
        try:
            changed, act = actions.change_series(
                series,
                decided(request.POST, form.cleaned_data),
                by=Actor(request.membership),
                seen=seen_in(request.POST),
            )
        except EditConflict as clash:
            conflict = conflict_of(form, clash)
        except RuleBroken as broken:
            form.refuse(broken)
        else:
            say_done(request, _("The coming meetings follow"), act.id if changed else None)
            return redirect("meetings", org=request.org.slug)
    status = CONFLICT if conflict else REFUSED if form.errors else 200
    context = {
        "form": form,
        "series": series,
        "conflict": conflict,
        "revision": request.POST.get("revision") or series.revision,
    }
    return render(request, "reviews/meeting_series.html", context, status=status)


@require_POST
def end(request: OrgRequest, pk: int) -> HttpResponse:
    series = get_object_or_404(MeetingSeries.objects.with_people(), pk=pk)
    require(request.membership, Permission.LEAD_MEETINGS, series)
    try:
        act = actions.end_series(series, by=Actor(request.membership))
    except RuleBroken as broken:
        messages.info(request, broken.message)
    else:
        say_done(request, _("No more meetings: the committee is told"), act.id)
    return redirect("meetings", org=request.org.slug)


def _found(pk: int) -> MeetingSeries:
    found: MeetingSeries = get_object_or_404(MeetingSeries.objects.live().with_people(), pk=pk)
    return found
