"""Settings ▸ Tribes and departments: the list, and what its buttons do."""

from collections.abc import Callable
from functools import partial
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from orgs import handover
from orgs.actions.audit import Actor
from orgs.actions.departments import archive_department, merge_department, move_department, restore_department
from orgs.actions.editing import Change
from orgs.actions.tribes import archive_tribe, merge_tribe, move_tribe, restore_tribe
from orgs.forms.structure import MergeForm, PositionForm
from orgs.http import OrgRequest
from orgs.models import Department, Invitation, Seat, Tribe
from orgs.pages.structure import structure_page
from orgs.permissions import Permission, permission_required
from orgs.rules import RuleBroken
from orgs.toasts import say_done


@require_safe
@permission_required(Permission.MANAGE_PEOPLE)
@never_cache
def structure(request: OrgRequest) -> HttpResponse:
    return render(request, "orgs/structure.html", {"structure": structure_page()})


# ── Order, archive, restore ──────────────────────────────────────────────────


@require_POST
@permission_required(Permission.MANAGE_PEOPLE)
def tribe_move(request: OrgRequest, pk: int) -> HttpResponse:
    return _move(request, get_object_or_404(Tribe, pk=pk), move_tribe)


@require_POST
@permission_required(Permission.MANAGE_PEOPLE)
def department_move(request: OrgRequest, pk: int) -> HttpResponse:
    return _move(request, get_object_or_404(Department, pk=pk), move_department)


@require_POST
@permission_required(Permission.MANAGE_PEOPLE)
def tribe_archive(request: OrgRequest, pk: int) -> HttpResponse:
    return _act(request, get_object_or_404(Tribe, pk=pk), archive_tribe, _("%(name)s archived"))


@require_POST
@permission_required(Permission.MANAGE_PEOPLE)
def tribe_restore(request: OrgRequest, pk: int) -> HttpResponse:
    return _act(request, get_object_or_404(Tribe, pk=pk), restore_tribe, _("%(name)s restored"))


@require_POST
@permission_required(Permission.MANAGE_PEOPLE)
def department_archive(request: OrgRequest, pk: int) -> HttpResponse:
    return _act(request, get_object_or_404(Department, pk=pk), archive_department, _("%(name)s archived"))


@require_POST
@permission_required(Permission.MANAGE_PEOPLE)
def department_restore(request: OrgRequest, pk: int) -> HttpResponse:
    return _act(request, get_object_or_404(Department, pk=pk), restore_department, _("%(name)s restored"))


def _move(request: OrgRequest, thing: Any, move: Callable[..., Change]) -> HttpResponse:
    form = PositionForm(request.POST)
    if form.is_valid():
        return _act(request, thing, partial(move, position=form.cleaned_data["position"]), _("%(name)s moved"))
    messages.error(request, _("That did not work, and nothing was changed. Try again in a moment."))
    return redirect("settings_structure", org=request.org.slug)


def _act(request: OrgRequest, thing: Any, act: Callable[..., Change], said: str) -> HttpResponse:
    try:
        change = act(thing, by=Actor(request.membership))
    except RuleBroken as broken:
        messages.error(request, f"{thing.name}. {broken.message}")
    else:
        say_done(request, said % {"name": thing.name}, change.id)
    return redirect("settings_structure", org=request.org.slug)


# ── Merge ────────────────────────────────────────────────────────────────────


@require_http_methods(["GET", "HEAD", "POST"])
@permission_required(Permission.MANAGE_PEOPLE)
@never_cache
def tribe_merge(request: OrgRequest, pk: int) -> HttpResponse:
    tribe = get_object_or_404(Tribe, pk=pk)
    seats = Seat.objects.filter(tribe=tribe, membership__ended_at=None).count()
    invited = Invitation.objects.pending().filter(tribe=tribe).count()
    moves = [
        *handover.inventory(tribe),
        *_counted(seats, ngettext("%(n)s seat", "%(n)s seats", seats)),
        *_counted(invited, ngettext("%(n)s invitation", "%(n)s invitations", invited)),
    ]
    return _merge(request, tribe, merge_tribe, moves)


@require_http_methods(["GET", "HEAD", "POST"])
@permission_required(Permission.MANAGE_PEOPLE)
@never_cache
def department_merge(request: OrgRequest, pk: int) -> HttpResponse:
    department = get_object_or_404(Department, pk=pk)
    tribes = list(Tribe.objects.filter(department=department).values_list("name", flat=True))
    moves = [*handover.inventory(department), *([", ".join(tribes)] if tribes else [])]
    return _merge(request, department, merge_department, moves)


def _counted(number: int, words: str) -> list[str]:
    return [words % {"n": number}] if number else []


def _merge(request: OrgRequest, thing: Any, merge: Callable[..., Change], moves: list[str]) -> HttpResponse:
    """What moves is said before; as nothing puts it apart again in one step, there is no Undo."""
    form = MergeForm(request.POST if request.method == "POST" else None, thing=thing)
    if request.method == "POST" and form.is_valid():
        into = form.cleaned_data["into"]
        try:
            merge(thing, into, by=Actor(request.membership))
        except RuleBroken as broken:
            form.add_error(broken.field if broken.field in form.fields else None, broken.message)
        else:
            messages.success(request, _("%(name)s is part of %(into)s now") % {"name": thing.name, "into": into.name})
            return redirect("settings_structure", org=request.org.slug)
    context = {"thing": thing, "form": form, "moves": moves, "is_tribe": isinstance(thing, Tribe)}
    return render(request, "orgs/merge.html", context, status=422 if form.errors else 200)
