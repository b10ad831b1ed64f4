"""Demo mode only: sign in as a persona in one click."""

from allauth.account.internal.flows.login import perform_login
from allauth.account.models import Login
from allauth.account.utils import get_next_redirect_url
from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_POST

from orgs.models import DemoPersona


@require_POST
def demo_sign_in(request: HttpRequest) -> HttpResponse:
    if not settings.DEMO:
        raise Http404
    persona = get_object_or_404(DemoPersona.objects.select_related("user"), key=request.POST.get("persona", ""))
    return perform_login(request, Login(user=persona.user, redirect_url=get_next_redirect_url(request) or "/"))
