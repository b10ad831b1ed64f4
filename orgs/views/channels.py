"""Settings ▸ Channels: the Slack or Teams channel of the organization, what is sent there, a message to try it."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from orgs.actions.audit import Actor
from orgs.actions.channels import remove_channel, set_channel, try_channel
from orgs.forms.channels import ChannelForm
from orgs.http import OrgRequest
from orgs.models import Channel
from orgs.moments import moment
from orgs.permissions import Permission, permission_required
from orgs.rules import RuleBroken


@require_http_methods(["GET", "HEAD", "POST"])
@permission_required(Permission.MANAGE_SETTINGS)
@never_cache
def channels(request: OrgRequest) -> HttpResponse:
    channel = Channel.objects.one_or_none()
    form = ChannelForm(request.POST if request.method == "POST" else None, channel=channel)
    if request.method == "POST" and form.is_valid():
        try:
            if set_channel(form.cleaned_data, by=Actor(request.membership)):
                messages.success(request, _("Channel saved"))
            else:
                messages.info(request, _("Nothing to save: all is as it was."))
            return redirect("settings_channels", org=request.org.slug)
        except RuleBroken as broken:
            form.add_error(broken.field, broken.message)
    tested = moment(channel.tested_at) if channel and channel.tested_at else ""
    context = {"form": form, "channel": channel, "tested": tested}
    return render(request, "orgs/channels.html", context, status=422 if form.errors else 200)


@require_POST
@permission_required(Permission.MANAGE_SETTINGS)
def send_test(request: OrgRequest) -> HttpResponse:
    try:
        channel = try_channel(by=Actor(request.membership))
    except RuleBroken as broken:
        messages.error(request, broken.message)
    else:
        if channel.test_failure:
            messages.error(request, _("The test message did not arrive."))
        else:
            messages.success(request, _("The test message has arrived."))
    return redirect("settings_channels", org=request.org.slug)


@require_POST
@permission_required(Permission.MANAGE_SETTINGS)
def remove(request: OrgRequest) -> HttpResponse:
    remove_channel(by=Actor(request.membership))
    messages.success(request, _("Channel removed"))
    return redirect("settings_channels", org=request.org.slug)
