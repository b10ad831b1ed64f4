"""Settings ▸ People: who is here, what somebody is, ending a membership and beginning it again."""

from dataclasses import replace
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from orgs import handover
from orgs.actions.audit import Actor
from orgs.actions.editing import EditConflict
from orgs.actions.kinds import is_last_administrator, last_administrator
from orgs.actions.memberships import change_membership, end_membership, reactivate_membership
from orgs.conflicts import Conflict, conflict_of, decided, seen_in
from orgs.forms.people import COMMITTEE_PLACES, EndForm, PersonForm
from orgs.http import OrgRequest
from orgs.models import ApiKey, Committee, CommitteeSeat, Function, Membership, Seat, Tribe
from orgs.pages.people import Filters, people_page, role_labels
from orgs.permissions import Permission, can, permission_required
from orgs.rules import RuleBroken
from orgs.toasts import say_done


@require_safe
@permission_required(Permission.MANAGE_PEOPLE)
@never_cache
def people(request: OrgRequest) -> HttpResponse:
    context = {"people": people_page(request, Filters.of(request.GET))}
    part = "#people-list" if request.htmx and request.headers.get("HX-Target") == "people-list" else ""
    return render(request, f"orgs/people.html{part}", context)


@require_http_methods(["GET", "HEAD", "POST"])
@permission_required(Permission.MANAGE_PEOPLE)
@never_cache
def person(request: OrgRequest, pk: int) -> HttpResponse:
    member = get_object_or_404(Membership.objects.with_people(), pk=pk)
    form = _person_form(request, member)
    conflict = None
    if request.method == "POST" and form.is_valid():
        try:
            return _change(request, member, form)
        except EditConflict as clash:
            conflict = _conflict(form, clash)
        except RuleBroken as broken:
            form.add_error(form.field_of(broken.field), broken.message)
    context = {
        "member": member,
        "form": form,
        "conflict": conflict,
        "roles": role_labels(member.roles),
        "keys": ApiKey.objects.filter(membership=member, revoked_at=None).count(),
        "is_me": member.pk == request.membership.pk,
        "stays": _why_stays(member),
    }
    return render(request, "orgs/person.html", context, status=409 if conflict else 422 if form.errors else 200)


def _why_stays(member: Membership) -> str:
    """Why the membership cannot end now; "" where it can."""
    return last_administrator(member) if member.ended_at is None and is_last_administrator(member) else ""


def _person_form(request: OrgRequest, member: Membership) -> PersonForm:
    rows = Seat.objects.filter(membership=member, tribe__archived_at=None).order_by("tribe__position")
    places = CommitteeSeat.objects.filter(membership=member).values_list("committee__department", "is_sponsor")
    return PersonForm(
        request.POST if request.method == "POST" else None,
        initial={"roles": member.roles, "title": member.title, "function": member.function},
        org=request.org,
        tribes=Tribe.objects.filter(archived_at=None),
        seats=list(rows.values("tribe", "function", "is_delegate")),
        committees=list(Committee.objects.filter(department__archived_at=None)),
        places={department: "sponsor" if is_sponsor else "member" for department, is_sponsor in places},
    )


def _change(request: OrgRequest, member: Membership, form: PersonForm) -> HttpResponse:
    values = decided(request.POST, form.values())
    places = decided(request.POST, form.places())
    changed, change = change_membership(
        member,
        values,
        by=Actor(request.membership),
        seen=seen_in(request.POST),
        committees={department: places[name] for department, name in form.committees.items() if name in places},
        seen_committees=form.shown_places(),
    )
    if changed:
        say_done(request, _("%(name)s: changes saved") % {"name": member.name}, change.id)
    if member.pk == request.membership.pk:
        request.membership.refresh_from_db()
    if not can(request.membership, Permission.MANAGE_PEOPLE):
        return redirect("home", org=request.org.slug)
    return redirect("settings_people", org=request.org.slug)


def _conflict(form: PersonForm, clash: EditConflict) -> Conflict:
    def seats(rows: list[dict[str, Any]]) -> str:
        names = dict(Tribe.objects.filter(pk__in=[row["tribe"] for row in rows]).values_list("pk", "name"))
        return "\n".join(
            _("%(title)s: %(figures)s")
            % {"title": names.get(row["tribe"], "–"), "figures": Function(row["function"]).label}
            for row in rows
        )

    def roles(values: list[str]) -> str:
        return ", ".join(role_labels(values))

    def place(value: str) -> str:
        return str(dict(COMMITTEE_PLACES)[value])

    committees = form.committees.values()
    form.show_places({one.name: one.theirs for one in clash.clashes if one.name in committees})
    conflict = conflict_of(form, clash, {"seats": seats, "roles": roles, **dict.fromkeys(committees, place)})
    rows = [replace(row, label=_("Seats")) if row.name == "seats" else row for row in conflict.rows]
    return replace(conflict, rows=rows)


@require_http_methods(["GET", "HEAD", "POST"])
@permission_required(Permission.MANAGE_PEOPLE)
@never_cache
def end(request: OrgRequest, pk: int) -> HttpResponse:
    """Ending a membership, and who takes over what, in one step."""
    member = get_object_or_404(Membership.objects.with_people(), pk=pk)
    heirs = Membership.objects.active().with_people().exclude(pk=pk)
    form = EndForm(
        request.POST if request.method == "POST" else None,
        holdings=handover.holdings_of(member) if member.ended_at is None else [],
        heirs=heirs,
    )
    if request.method == "POST" and form.is_valid():
        try:
            change = end_membership(member, form.chosen(), by=Actor(request.membership))
        except RuleBroken as broken:
            form.add_error(broken.field if broken.field in form.fields else None, broken.message)
        else:
            say_done(request, _("%(name)s has left") % {"name": member.name}, change.id)
            gone = member.pk == request.membership.pk
            return redirect("start") if gone else redirect("settings_people", org=request.org.slug)
    context = {"member": member, "form": form, "stays": _why_stays(member)}
    return render(request, "orgs/person_end.html", context, status=422 if form.errors else 200)


@require_POST
@permission_required(Permission.MANAGE_PEOPLE)
def reactivate(request: OrgRequest, pk: int) -> HttpResponse:
    member = get_object_or_404(Membership.objects.with_people(), pk=pk)
    try:
        change = reactivate_membership(member, by=Actor(request.membership))
    except RuleBroken as broken:
        messages.error(request, broken.message)
    else:
        say_done(request, _("%(name)s is back") % {"name": member.name}, change.id)
    return redirect("settings_person", org=request.org.slug, pk=pk)
