"""The front door: straight to the one organization of the person, the choice between several, or a new one."""

from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe

from orgs.access import LAST_ORG, memberships_of
from orgs.http import AccountRequest


@require_safe
@login_required
def start(request: AccountRequest) -> HttpResponse:
    memberships = memberships_of(request.user)
    last = request.session.get(LAST_ORG)
    chosen = next((row for row in memberships if row.org.slug == last), None)
    if chosen is None and len(memberships) == 1:
        chosen = memberships[0]
    if chosen is not None:
        return redirect("home", org=chosen.org.slug)
    if not memberships and settings.SIGN_UP == "open":
        return redirect("organization_new")
    return render(request, "orgs/organizations.html", {"memberships": memberships})


@require_safe
@login_required
def organizations(request: AccountRequest) -> HttpResponse:
    """Choose an organization; as a part of a page, the same list for the switcher's menu."""
    context = {"memberships": memberships_of(request.user), "current": request.session.get(LAST_ORG)}
    template = "orgs/organizations.html#organization-list" if request.htmx else "orgs/organizations.html"
    return render(request, template, context)
