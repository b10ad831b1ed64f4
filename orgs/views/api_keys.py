"""Settings ▸ API keys: make one (its secret is shown once), revoke one."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from orgs.actions.api_keys import create_api_key, revoke_api_key
from orgs.actions.audit import Actor
from orgs.forms.api_keys import ApiKeyForm
from orgs.http import OrgRequest
from orgs.models import ApiKey
from orgs.permissions import Permission, permission_required
from orgs.rules import RuleBroken


@require_http_methods(["GET", "HEAD", "POST"])
@permission_required(Permission.MANAGE_API_KEYS)
@never_cache
def api_keys(request: OrgRequest) -> HttpResponse:
    form = ApiKeyForm(request.POST if request.method == "POST" else None)
    secret = ""
    if request.method == "POST" and form.is_valid():
        try:
            _key, secret = create_api_key(**form.cleaned_data, by=Actor(request.membership))
            form = ApiKeyForm()
        except RuleBroken as broken:
            form.add_error(broken.field, broken.message)
    keys = ApiKey.objects.select_related("membership__user")[:200]
    context = {"form": form, "keys": keys, "secret": secret}
    return render(request, "orgs/api_keys.html", context, status=422 if form.errors else 200)


@require_POST
@permission_required(Permission.MANAGE_API_KEYS)
def revoke(request: OrgRequest, pk: int) -> HttpResponse:
    revoke_api_key(get_object_or_404(ApiKey, pk=pk), by=Actor(request.membership))
    messages.success(request, _("Key revoked"))
    return redirect("settings_api_keys", org=request.org.slug)
