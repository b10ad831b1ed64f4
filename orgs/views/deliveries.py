"""Settings ▸ Deliveries: what left and what did not, trying again, and a preview to oneself."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from orgs.actions.audit import Actor
from orgs.actions.deliveries import retry, retry_failed, send_preview
from orgs.http import OrgRequest
from orgs.models import OutboxMail
from orgs.pages.deliveries import Filters, deliveries_page, recipient_of
from orgs.permissions import Permission, permission_required
from orgs.rules import RuleBroken


@require_safe
@permission_required(Permission.MANAGE_SETTINGS)
@never_cache
def deliveries(request: OrgRequest) -> HttpResponse:
    page = deliveries_page(Filters.of(request.GET), before=request.GET.get("before", ""))
    return render(request, "orgs/deliveries.html", {"page": page})


@require_POST
@permission_required(Permission.MANAGE_SETTINGS)
def retry_one(request: OrgRequest, pk: int) -> HttpResponse:
    get_object_or_404(OutboxMail, pk=pk)
    try:
        mail = retry(pk, by=Actor(request.membership))
    except RuleBroken as broken:
        messages.error(request, broken.message)
    else:
        messages.success(request, _("Being tried again: %(recipient)s") % {"recipient": recipient_of(mail)})
    return _back(request)


@require_POST
@permission_required(Permission.MANAGE_SETTINGS)
def retry_all(request: OrgRequest) -> HttpResponse:
    number = retry_failed(by=Actor(request.membership))
    if number:
        text = ngettext("%(n)s is tried again within a minute", "%(n)s are tried again within a minute", number)
        messages.success(request, text % {"n": number})
    else:
        messages.info(request, _("There is nothing to try again"))
    return _back(request)


@require_POST
@permission_required(Permission.MANAGE_SETTINGS)
def preview(request: OrgRequest) -> HttpResponse:
    try:
        email = send_preview(request.POST.get("kind", ""), by=Actor(request.membership))
    except RuleBroken as broken:
        messages.error(request, broken.message)
    else:
        messages.success(request, _("Preview on its way to %(email)s") % {"email": email})
    return redirect("settings_deliveries", org=request.org.slug)


def _back(request: OrgRequest) -> HttpResponse:
    """To the list as it was filtered, from its first page."""
    filters = Filters.of(request.POST)
    answer = redirect("settings_deliveries", org=request.org.slug)
    answer["Location"] += filters.query() if filters != Filters() else ""
    return answer
