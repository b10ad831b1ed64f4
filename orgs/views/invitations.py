"""Settings ▸ People: inviting, sending again, revoking."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from orgs.actions.audit import Actor
from orgs.actions.invitations import invite as invite_people
from orgs.actions.invitations import invited_among, members_with
from orgs.actions.invitations import resend as resend_invitation
from orgs.actions.invitations import revoke as revoke_invitation
from orgs.forms.people import InviteForm, addresses_in
from orgs.http import OrgRequest
from orgs.models import Function, Invitation, Tribe
from orgs.pages.people import seats_after
from orgs.permissions import Permission, permission_required
from orgs.rules import RuleBroken

LONGEST_PASTE = 8000


@require_http_methods(["GET", "HEAD", "POST"])
@permission_required(Permission.MANAGE_PEOPLE)
@never_cache
def invite(request: OrgRequest) -> HttpResponse:
    """A page of its own, and beside the list of people a drawer (htmx)."""
    form = InviteForm(request.POST if request.method == "POST" else None, org=request.org)
    if request.method == "POST" and form.is_valid():
        try:
            sent = invite_people(**form.cleaned_data, by=Actor(request.membership))
        except RuleBroken as broken:
            form.add_error(broken.field, broken.message)
        else:
            words = ngettext("%(n)s invitation sent", "%(n)s invitations sent", len(sent)) % {"n": len(sent)}
            messages.success(request, words)
            return _to_people(request)
    if request.htmx and request.method == "GET":
        form.fields["emails"].widget.attrs["autofocus"] = True
    template = "orgs/invite.html#invite-form" if request.htmx else "orgs/invite.html"
    return render(request, template, {"form": form}, status=422 if form.errors else 200)


def _to_people(request: OrgRequest) -> HttpResponse:
    url = reverse("settings_people", args=[request.org.slug])
    return HttpResponse(status=204, headers={"HX-Redirect": url}) if request.htmx else redirect(url)


@require_POST
@permission_required(Permission.MANAGE_PEOPLE)
def check(request: OrgRequest) -> HttpResponse:
    """While the form is filled in: who the addresses belong to, and the tribe's four seats afterwards."""
    good, bad = addresses_in(request.POST.get("emails", "")[:LONGEST_PASTE])
    members, invited = members_with(good), invited_among(good)
    here = [email for email, member in members.items() if member.ended_at is None]
    context: dict[str, object] = {
        "number": len(set(good) - invited - set(here)),
        "bad": bad[:5],
        "here": here,
        "back": [email for email, member in members.items() if member.ended_at is not None],
        "invited": sorted(invited),
    }
    tribe = request.POST.get("tribe", "")
    found = Tribe.objects.filter(pk=int(tribe), archived_at=None).first() if _is_pk(tribe) else None
    if found is not None:
        function = request.POST.get("function", "")
        context["after"] = seats_after(found, function if function in Function.values else "")
    return render(request, "orgs/_invite_check.html", context)


def _to_invitations(request: OrgRequest) -> HttpResponse:
    """Back to where one was: they stand far below the people."""
    return redirect(f"{reverse('settings_people', args=[request.org.slug])}#invitations")


def _is_pk(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) < 19


@require_POST
@permission_required(Permission.MANAGE_PEOPLE)
def resend(request: OrgRequest, pk: int) -> HttpResponse:
    invitation = get_object_or_404(Invitation, pk=pk)
    try:
        resend_invitation(invitation, by=Actor(request.membership))
    except RuleBroken as broken:
        messages.error(request, broken.message)
    else:
        messages.success(request, _("Sent again to %(email)s") % {"email": invitation.email})
    return _to_invitations(request)


@require_POST
@permission_required(Permission.MANAGE_PEOPLE)
def revoke(request: OrgRequest, pk: int) -> HttpResponse:
    invitation = get_object_or_404(Invitation, pk=pk)
    try:
        revoke_invitation(invitation, by=Actor(request.membership))
    except RuleBroken as broken:
        messages.error(request, broken.message)
    else:
        messages.success(request, _("Invitation of %(email)s revoked") % {"email": invitation.email})
    return _to_invitations(request)
