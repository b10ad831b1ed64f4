"""For every page: the demo's personas on the sign-in page, whether anybody may sign up and whether mails are shown, the
theme, and where the CSRF token of kept pages goes."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from orgs.models import DemoPersona
from orgs.preferences import theme_of


def demo(request: HttpRequest) -> dict[str, Any]:
    if not settings.DEMO:
        return {}
    return {"demo_personas": SimpleLazyObject(lambda: list(DemoPersona.objects.select_related("user").order_by("pk")))}


def sign_up(request: HttpRequest) -> dict[str, Any]:
    return {"sign_up_open": settings.SIGN_UP == "open"}


def mailbox(request: HttpRequest) -> dict[str, Any]:
    return {"mailbox_shown": settings.MAILBOX}


def theme(request: HttpRequest) -> dict[str, Any]:
    return {"theme": theme_of(request)}


def csrf_seat(request: HttpRequest) -> dict[str, Any]:
    """In pages that are kept (orgs.caching), a seat for the CSRF token instead of the token."""
    seat = getattr(request, "csrf_seat", None)
    return {"csrf_token": seat} if seat else {}
