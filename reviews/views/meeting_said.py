"""What is written in a meeting: points, decisions, actions."""

from collections.abc import Callable
from typing import Any

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from okr.models import KeyResult, Objective
from okr.readings import Clock
from orgs.actions.audit import Actor
from orgs.actions.editing import EditConflict
from orgs.conflicts import conflict_of, decided, seen_in
from orgs.http import OrgRequest, client_id_of, way_back
from orgs.permissions import Permission, can, require
from orgs.rules import RuleBroken
from orgs.toasts import say_done
from reviews.about import label_of
from reviews.actions import meeting_said as actions
from reviews.forms.meeting import ActionForm, DecisionForm, PointChangeForm, PointForm, RuledForm
from reviews.models import Meeting, MeetingAction, MeetingDecision, MeetingPoint
from reviews.pages.words import day_of
from reviews.views.meeting import CONFLICT, REFUSED, done, found_meeting, show_meeting

# A decision's form has one field for both (reviews.about).
ABOUT = {"objective": lambda pk: label_of(Objective, pk), "key_result": lambda pk: label_of(KeyResult, pk)}
ABOUT_LABELS = {"objective": gettext_lazy("Objective"), "key_result": gettext_lazy("Key result")}


@require_POST
def add_point(request: OrgRequest, pk: int) -> HttpResponse:
    meeting = _led(request, pk)
    return _add(request, meeting, MeetingPoint, "point_form", PointForm(request.POST), _("Point added"))


@require_POST
def add_decision(request: OrgRequest, pk: int) -> HttpResponse:
    meeting = _led(request, pk)
    form = DecisionForm(request.POST, points=meeting.points.filter(archived_at=None))
    return _add(request, meeting, MeetingDecision, "decision_form", form, _("Decision noted"))


@require_POST
def add_action(request: OrgRequest, pk: int) -> HttpResponse:
    meeting = _led(request, pk)
    return _add(request, meeting, MeetingAction, "action_form", ActionForm(request.POST), _("Action noted"))


def _add(
    request: OrgRequest, meeting: Meeting, model: type[Any], name: str, form: RuledForm, said: str
) -> HttpResponse:
    if form.is_valid():
        values = form.values() if isinstance(form, DecisionForm) else form.cleaned_data
        try:
            made, change = actions.add(
                model, meeting, values, by=Actor(request.membership), client_id=client_id_of(request)
            )
        except RuleBroken as broken:
            form.refuse(broken)
        else:
            say_done(request, said, change.id)
            at = f"p{made.point_id}" if isinstance(made, MeetingDecision) and made.point_id else name
            return redirect(f"{reverse('meeting', args=[request.org.slug, meeting.pk])}#{at}")
    refused: dict[str, Any] = {name: form}
    return show_meeting(request, meeting, status=REFUSED, **refused)


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def change_point(request: OrgRequest, pk: int) -> HttpResponse:
    """Its title, its time, and what was noted of it."""
    point = _said(request, MeetingPoint, pk)
    form = PointChangeForm(request.POST if request.method == "POST" else None, point=point)
    return _change(request, point, form, lambda: form.cleaned_data, f"p{pk}")


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def change_decision(request: OrgRequest, pk: int) -> HttpResponse:
    """What was decided, on which point, and what it is about."""
    decision = _said(request, MeetingDecision, pk, "objective__tribe", "key_result__objective__tribe")
    data, points = request.POST if request.method == "POST" else None, decision.meeting.points.filter(archived_at=None)
    form = DecisionForm(data, points=points, decision=decision)
    return _change(request, decision, form, form.values, f"d{pk}")


def _change(
    request: OrgRequest, thing: Any, form: RuledForm, values: Callable[[], dict[str, Any]], at: str
) -> HttpResponse:
    """On a page of its own; with htmx in its place on the meeting's, where a refusal takes the place of the form."""
    require(request.membership, Permission.LEAD_MEETINGS, thing)
    conflict, back = None, f"{reverse('meeting', args=[request.org.slug, thing.meeting_id])}#{at}"
    if request.method == "POST" and form.is_valid():
        try:
            changed, act = actions.change_said(
                thing, decided(request.POST, values()), by=Actor(request.membership), seen=seen_in(request.POST)
            )
        except EditConflict as clash:
            conflict = conflict_of(form, clash, ABOUT, labels=ABOUT_LABELS)
        except RuleBroken as broken:
            form.refuse(broken)
        else:
            say_done(request, _("Saved"), act.id if changed else None)
            return redirect(back)
    status = CONFLICT if conflict else REFUSED if form.errors else 200
    revision = request.POST.get("revision") or thing.revision
    context = {"form": form, "thing": thing, "conflict": conflict, "back": back, "at": at, "revision": revision}
    answer = render(request, "reviews/meeting_said.html", context, status=status)
    if request.htmx and request.method == "POST":
        answer["HX-Retarget"] = answer["HX-Reselect"] = f"#change-{at}"
    return answer


@require_POST
def place_point(request: OrgRequest, pk: int) -> HttpResponse:
    point = _said(request, MeetingPoint, pk)
    step = -1 if request.POST.get("step") == "up" else 1
    return done(request, point.meeting, lambda by: actions.place(point, step, by=by), _("Moved"), f"p{pk}")


@require_POST
def remove_point(request: OrgRequest, pk: int) -> HttpResponse:
    return _remove(request, _said(request, MeetingPoint, pk))


@require_POST
def remove_decision(request: OrgRequest, pk: int) -> HttpResponse:
    return _remove(request, _said(request, MeetingDecision, pk))


@require_POST
def remove_action(request: OrgRequest, pk: int) -> HttpResponse:
    return _remove(request, _said(request, MeetingAction, pk))


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def action(request: OrgRequest, pk: int) -> HttpResponse:
    """What it says, who owns it and by when; its owner sees it too, and says when it is done."""
    row = _action(request, pk)
    reads = can(request.membership, Permission.READ_MEETINGS, row.meeting)
    form, conflict = ActionForm(request.POST if request.method == "POST" else None, action=row), None
    if request.method == "POST":
        require(request.membership, Permission.LEAD_MEETINGS, row.meeting)
    if request.method == "POST" and form.is_valid():
        try:
            changed, act = actions.change_said(
                row, decided(request.POST, form.cleaned_data), by=Actor(request.membership), seen=seen_in(request.POST)
            )
        except EditConflict as clash:
            conflict = conflict_of(form, clash)
        except RuleBroken as broken:
            form.refuse(broken)
        else:
            say_done(request, _("Saved"), act.id if changed else None)
            return redirect("meeting_action", org=request.org.slug, pk=pk)
    context = {
        "action": row,
        "form": form,
        "reads": reads and can(request.membership, Permission.LEAD_MEETINGS, row.meeting),
        "conflict": conflict,
        "revision": request.POST.get("revision") or row.revision,
        "due": day_of(row.due_on),
        "done": day_of(row.done_on) if row.done_on else "",
        "overdue": row.is_overdue(Clock.of(request.org).today),
    }
    status = CONFLICT if conflict else REFUSED if form.errors else 200
    return render(request, "reviews/meeting_action.html", context, status=status)


@require_POST
def settle(request: OrgRequest, pk: int) -> HttpResponse:
    """Done, or open again: by its owner too, who need not be of the committee."""
    row = _action(request, pk)
    is_done = request.POST.get("done") != "no"
    change = actions.settle(row, is_done, by=Actor(request.membership))
    say_done(request, _("Action done") if is_done else _("Action open again"), change.id)
    target = way_back(request.POST.get("next", ""))
    return redirect(target or reverse("home", args=[request.org.slug]))


# ── Underneath ───────────────────────────────────────────────────────────────


def _led(request: OrgRequest, pk: int) -> Meeting:
    meeting = found_meeting(request, pk)
    require(request.membership, Permission.LEAD_MEETINGS, meeting)
    return meeting


def _said(request: OrgRequest, model: type[Any], pk: int, *related: str) -> Any:
    """Also what somebody took away meanwhile: the action says so."""
    rows = model.objects.select_related("meeting__series__committee", "meeting__lead__user", *related)
    thing = get_object_or_404(rows, pk=pk)
    require(request.membership, Permission.READ_MEETINGS, thing)
    return thing


def _action(request: OrgRequest, pk: int) -> MeetingAction:
    rows = MeetingAction.objects.live().select_related("meeting__series__committee", "owner__user")
    row: MeetingAction = get_object_or_404(rows, pk=pk)
    require(request.membership, Permission.SETTLE_ACTION, row)
    return row


def _remove(request: OrgRequest, thing: Any) -> HttpResponse:
    return done(request, thing.meeting, lambda by: actions.remove(thing, by=by), _("Taken away"))
