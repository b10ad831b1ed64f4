"""One meeting: its page, moving it, calling it off, beginning and ending it, presence, minutes."""

from collections.abc import Callable
from typing import Any

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from okr.readings import Clock
from orgs.actions.audit import Actor
from orgs.actions.editing import Change, EditConflict
from orgs.conflicts import conflict_of, seen_in
from orgs.http import OrgRequest
from orgs.models import Membership
from orgs.permissions import Permission, require
from orgs.rules import RuleBroken
from orgs.toasts import say_done
from reviews.actions import meeting_said, meetings
from reviews.forms.meeting import ActionForm, DecisionForm, MoveForm, OffForm, PointForm
from reviews.models import Meeting
from reviews.pages.meeting import meeting_page

CONFLICT, REFUSED = 409, 422


@require_safe
@never_cache
def meeting(request: OrgRequest, pk: int) -> HttpResponse:
    return show_meeting(request, found_meeting(request, pk))


def show_meeting(
    request: OrgRequest, row: Meeting, *, refusal: str = "", status: int = 200, **forms: Any
) -> HttpResponse:
    """The whole page, perhaps with a form as it was sent and refused."""
    clock = Clock.of(request.org)
    page = meeting_page(row, request.membership, clock)
    context: dict[str, Any] = {
        "page": page,
        "meeting": row,
        "refusal": refusal,
        "point_form": PointForm(),
        "decision_form": DecisionForm(points=row.points.filter(archived_at=None)),
        "action_form": ActionForm(),
        **forms,
    }
    context["decision_form"].offer([part.point for part in page.points])
    return render(request, "reviews/meeting.html", context, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def move(request: OrgRequest, pk: int) -> HttpResponse:
    """To another moment or place; calling it off has its form on the same page."""
    row = found_meeting(request, pk)
    require(request.membership, Permission.LEAD_MEETINGS, row)
    begins = row.starts_at.astimezone(request.org.zone)
    initial = {"day": begins.date(), "begins": begins.time(), "minutes": row.minutes, "place": row.place}
    form, conflict = MoveForm(request.POST if request.method == "POST" else None, initial=initial), None
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        try:
            _changed, act = meetings.move(
                row,
                form.moment(request.org),
                said["minutes"],
                said["place"],
                said["reason"],
                by=Actor(request.membership),
                seen=seen_in(request.POST),
            )
        except EditConflict as clash:
            conflict = conflict_of(form, clash)
        except RuleBroken as broken:
            form.refuse(broken)
        else:
            say_done(request, _("The meeting is moved, and the committee told"), act.id)
            return redirect(_address(request, row))
    status = CONFLICT if conflict else REFUSED if form.errors else 200
    revision = request.POST.get("revision") or row.revision
    context = {"form": form, "off_form": OffForm(), "meeting": row, "conflict": conflict, "revision": revision}
    return render(request, "reviews/meeting_move.html", context, status=status)


@require_POST
def call_off(request: OrgRequest, pk: int) -> HttpResponse:
    row = found_meeting(request, pk)
    reason = request.POST.get("reason", "")[:200]
    return done(
        request, row, lambda by: meetings.call_off(row, reason, by=by), _("Called off, and the committee is told")
    )


@require_POST
def begin(request: OrgRequest, pk: int) -> HttpResponse:
    row = found_meeting(request, pk)
    return done(request, row, lambda by: meetings.begin(row, by=by), _("The meeting has begun"))


@require_POST
def end(request: OrgRequest, pk: int) -> HttpResponse:
    row = found_meeting(request, pk)
    said = _("The meeting is over, and its minutes are on their way")
    return done(request, row, lambda by: meetings.end(row, by=by), said)


@require_POST
def presence(request: OrgRequest, pk: int) -> HttpResponse:
    """Of oneself, or of `member` by who leads."""
    row = found_meeting(request, pk)
    named = request.POST.get("member", "")
    member = request.membership
    if named:
        wanted = int(named) if named.isascii() and named.isdigit() and len(named) < 19 else 0
        member = get_object_or_404(Membership.objects.active().select_related("user"), pk=wanted)
    is_here = request.POST.get("here") != "no"
    said = _("%(name)s is here") if is_here else _("%(name)s is not here")
    return done(
        request,
        row,
        lambda by: meeting_said.mark_presence(row, member, is_here, by=by),
        said % {"name": member.name},
        "who",
    )


@require_safe
@never_cache
def minutes(request: OrgRequest, pk: int) -> HttpResponse:
    """On paper: what was frozen, said and decided."""
    row = found_meeting(request, pk)
    page = meeting_page(row, request.membership, Clock.of(request.org))
    return render(request, "reviews/meeting_minutes.html", {"page": page, "meeting": row})


# ── Underneath ───────────────────────────────────────────────────────────────


def found_meeting(request: OrgRequest, pk: int) -> Meeting:
    """404 where there is none, 403 for whoever may not read it."""
    row: Meeting = get_object_or_404(Meeting.objects.with_series().filter(archived_at=None), pk=pk)
    require(request.membership, Permission.READ_MEETINGS, row)
    return row


def done(request: OrgRequest, row: Meeting, act: Callable[[Actor], Change], said: str, at: str = "") -> HttpResponse:
    """Do it, say so with Undo, and go back to the meeting; a refusal stands on its page."""
    try:
        change = act(Actor(request.membership))
    except RuleBroken as broken:
        return show_meeting(request, row, refusal=broken.message, status=REFUSED)
    say_done(request, said, change.id)
    return redirect(_address(request, row) + (f"#{at}" if at else ""))


def _address(request: OrgRequest, row: Meeting) -> str:
    return reverse("meeting", args=[request.org.slug, row.pk])
