"""The page that an invitation's link opens: who invites to what, and joining. It lies outside any organization."""

from typing import Any

from allauth.account.internal.flows.login import perform_login
from allauth.account.models import Login
from allauth.core.internal import ratelimit
from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from orgs.actions import joining
from orgs.forms.people import NewPersonForm
from orgs.models import Invitation, Membership
from orgs.rules import RuleBroken

RATE = {"invitation": "120/m/ip"}
STATUS = {joining.OPEN: 200, joining.EXPIRED: 410, joining.REVOKED: 410, joining.USED: 410, "unknown": 404}


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def invitation(request: HttpRequest, token: str) -> HttpResponse:
    """A stranger learns the organization's name from a link that holds, and nothing from any other. GET changes nothing."""
    if not ratelimit.consume(request, app="orgs", action="invitation", config=RATE, limit_get=True):
        return ratelimit.respond_429(request)
    found = joining.find_invitation(token)
    state = joining.state_of_invitation(found) if found else "unknown"
    if found is None or state != joining.OPEN:
        return _closed_door(request, found, state)
    _speak(request, found)
    if request.user.is_authenticated:
        return _as_member(request, found)
    account = joining.account_of(found)
    if account is not None:
        return _page(request, found, "sign-in" if account.is_active else "blocked", token=token)
    return _as_somebody_new(request, found)


def _closed_door(request: HttpRequest, found: Invitation | None, state: str) -> HttpResponse:
    member = found.accepted_by if found else None
    if found and member and request.user.is_authenticated and member.user_id == request.user.pk:
        return redirect("home", org=found.org.slug)
    return render(request, "orgs/invitation.html", {"state": state}, status=STATUS[state])


def _as_member(request: HttpRequest, found: Invitation) -> HttpResponse:
    assert request.user.is_authenticated
    if not joining.is_for(found, request.user):
        return _page(request, found, "somebody-else", status=403 if request.method == "POST" else 200)
    if request.method == "POST":
        try:
            return _welcome(request, joining.accept(found, request.user))
        except RuleBroken as broken:
            return _page(request, found, "join", broken=broken.message, status=422)
    return _page(request, found, "join")


def _as_somebody_new(request: HttpRequest, found: Invitation) -> HttpResponse:
    form = NewPersonForm(
        request.POST if request.method == "POST" else None, email=found.email, initial={"name": found.name}
    )
    if request.method == "POST" and form.is_valid():
        try:
            member = joining.accept_as_new(found, **form.cleaned_data)
        except RuleBroken as broken:
            form.add_error(None, broken.message)
        else:
            answer: HttpResponse = perform_login(request, Login(user=member.user, redirect_url=f"/o/{found.org.slug}/"))
            messages.success(request, _("Welcome to %(organization)s") % {"organization": found.org.name})
            return answer
    return _page(request, found, "new", form=form, status=422 if form.errors else 200)


def _welcome(request: HttpRequest, member: Membership) -> HttpResponse:
    messages.success(request, _("Welcome to %(organization)s") % {"organization": member.org.name})
    return redirect("home", org=member.org.slug)


def _page(request: HttpRequest, found: Invitation, state: str, *, status: int = 200, **context: Any) -> HttpResponse:
    inviter = found.invited_by.name if found.invited_by else ""
    context |= {"state": state, "organization": found.org, "inviter": inviter, "email": found.email}
    context["offers"] = found.offers
    return render(request, "orgs/invitation.html", context, status=status)


def _speak(request: HttpRequest, found: Invitation) -> None:
    """In the language of the mail, unless the person or this browser has chosen one."""
    chosen = request.user.is_authenticated or request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME)
    if not chosen:
        translation.activate(found.language)
        request.LANGUAGE_CODE = found.language
