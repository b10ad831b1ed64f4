"""Pages that have not changed are not made again: the organization's version says so.

Every action bumps the version, so a page whose output follows from the organization's rows, the person and the hour is
the same as long as they are. A browser that has it gets 304; one that has lost it gets the bytes kept here.
"""

import hashlib
import zlib
from collections.abc import Callable
from functools import wraps
from typing import Any

from django.conf import settings
from django.contrib.messages import get_messages
from django.core.cache import cache
from django.http import HttpRequest, HttpResponse
from django.middleware.csrf import get_token
from django.utils import timezone
from django.utils.cache import patch_cache_control, patch_vary_headers
from django.utils.crypto import salted_hmac
from django.utils.translation import get_language
from django.views.decorators.http import condition

from orgs.http import OrgRequest
from orgs.preferences import theme_of

KEPT_FOR = 3600
KEPT_HEADERS = ("Content-Type", "HX-Push-Url", "HX-Replace-Url")
# Stands for the CSRF token in kept pages: secret, so that nobody can write it into a text, and the same in every process
# and after a restart, for they share what is kept.
TOKEN_SEAT = f"csrf-{salted_hmac('orgs.caching', settings.BUILD).hexdigest()}"


def state_key(request: OrgRequest) -> str | None:
    """Names what this person would be shown; None where the answer must be made anew (a message waits, a POST)."""
    if request.method not in ("GET", "HEAD") or len(get_messages(request)):
        return None
    parts = (
        settings.BUILD,
        request.org.pk,
        request.org.version,
        timezone.localtime().strftime("%Y%m%d%H"),
        timezone.get_current_timezone_name(),
        get_language(),
        request.get_full_path(),
        request.membership.pk,
        request.membership.unread,
        request.membership.own_version,
        *request.membership.roles,  # whoever loses one loses what it showed
        request.session.session_key,  # stands for the CSRF secret, which is renewed with it
        theme_of(request),
        request.membership.user.single_keys,
        bool(request.htmx),
        request.headers.get("HX-Target"),
    )
    return hashlib.blake2b(repr(parts).encode(), digest_size=20).hexdigest()


def kept_while_unchanged(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Answer 304, or with the bytes of last time, while nothing in the organization has changed.

    For views whose whole output follows from the organization's rows, the person and the hour.
    """

    def etag(request: OrgRequest, *args: Any, **kwargs: Any) -> str | None:
        key = state_key(request)
        return f'W/"{key}"' if key else None

    def kept(request: OrgRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        key = state_key(request)
        if key is None:
            return view(request, *args, **kwargs)
        found = cache.get(f"page:{key}")
        if found is None:
            request.csrf_seat = TOKEN_SEAT  # type: ignore[attr-defined]
            try:
                response = view(request, *args, **kwargs)
            except Exception:
                request.csrf_seat = None  # type: ignore[attr-defined]  # the error's page is not kept
                raise
            headers = {name: response[name] for name in KEPT_HEADERS if name in response}
            found = (zlib.compress(response.content, 1), headers)
            if response.status_code != 200 or len(get_messages(request)):
                return _seated(response, request)
            cache.set(f"page:{key}", found, KEPT_FOR)
        return _seated(HttpResponse(zlib.decompress(found[0]), headers=found[1]), request)

    conditional = condition(etag_func=etag)(kept)

    @wraps(view)
    def wrapped(request: OrgRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        response = conditional(request, *args, **kwargs)
        patch_cache_control(response, private=True, no_cache=True)
        patch_vary_headers(response, ["Cookie", "HX-Request"])
        return response

    return wrapped


def _seated(response: HttpResponse, request: HttpRequest) -> HttpResponse:
    """The page with this request's CSRF token where the seat was kept for it."""
    seat = TOKEN_SEAT.encode()
    if seat in response.content:
        response.content = response.content.replace(seat, get_token(request).encode())
    return response
