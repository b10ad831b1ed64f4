"""Pages that have not changed are not made again: the organization's version says so."""

import hashlib
from collections.abc import Callable
from functools import wraps
from typing import Any

from django.conf import settings
from django.contrib.messages import get_messages
from django.http import HttpResponse
from django.utils import timezone
from django.utils.cache import patch_cache_control, patch_vary_headers
from django.utils.translation import get_language
from django.views.decorators.http import condition

from orgs.http import OrgRequest


def state_key(request: OrgRequest, *more: object) -> str:
    """A key for what is shown to several people: same organization and version, hour, language, address, build."""
    org = request.org
    hour = timezone.localtime().strftime("%Y%m%d%H")
    parts = (settings.BUILD, org.pk, org.version, hour, get_language(), request.get_full_path(), *more)
    return "page:" + hashlib.blake2b(repr(parts).encode(), digest_size=20).hexdigest()


def _etag(request: OrgRequest, *args: Any, **kwargs: Any) -> str | None:
    if request.method not in ("GET", "HEAD") or len(get_messages(request)):
        return None
    # The session key stands for the CSRF secret, which changes with it; HX-Request for part or whole.
    own = (request.membership.pk, request.session.session_key, request.COOKIES.get("theme"), bool(request.htmx))
    return f'W/"{state_key(request, *own)}"'


def unchanged_is_304(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Answer 304 before any work while nothing in the organization has changed since this browser's copy.

    For views whose whole output follows from the organization's rows: every action bumps the version.
    """
    conditional = condition(etag_func=_etag)(view)

    @wraps(view)
    def wrapped(request: OrgRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        response = conditional(request, *args, **kwargs)
        patch_cache_control(response, private=True, no_cache=True)
        patch_vary_headers(response, ["Cookie", "HX-Request"])
        return response

    return wrapped
