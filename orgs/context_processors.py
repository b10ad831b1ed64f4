"""For pages before any organization: the demo's personas on the sign-in page."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from orgs.models import DemoPersona


def demo(request: HttpRequest) -> dict[str, Any]:
    if not settings.DEMO:
        return {}
    return {"demo_personas": SimpleLazyObject(lambda: list(DemoPersona.objects.select_related("user").order_by("pk")))}
