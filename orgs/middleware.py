"""Which organization a request is about, who asks, and in which language the answer is."""

from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

import structlog
from django.conf import settings
from django.contrib.auth.views import redirect_to_login
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import is_valid_path, reverse
from django.utils import timezone, translation

from orgs import tenancy
from orgs.access import member_signed_in
from orgs.models import Organization
from orgs.permissions import Permission, require

LARGEST = 2**63 - 1  # of a row's number


class OrganizationMiddleware:
    """Pages under /o/<slug>/: find the organization by the address, admit members only, make it the current tenant.

    A stranger gets the same 404 for an organization that exists as for one that does not. A view may have a `guest_door`,
    which answers the organization to those without a membership whom it knows (workshops.access).
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: Any) -> HttpResponse:
        request.org = request.membership = None
        request.tenant_token = None
        try:
            return self.get_response(request)
        finally:
            timezone.deactivate()
            if request.tenant_token is not None:
                tenancy.leave(request.tenant_token)

    def process_view(
        self, request: Any, view: Callable, args: list[Any], kwargs: dict[str, Any]
    ) -> HttpResponse | None:
        if any(value > LARGEST for value in kwargs.values() if isinstance(value, int)):
            raise Http404  # nothing has such a number, and databases refuse to look for it
        slug = kwargs.pop("org", None)
        if slug is None:
            return None
        if any("\x00" in value for value in kwargs.values() if isinstance(value, str)):
            raise Http404  # PostgreSQL holds no such text, and refuses to look for it
        membership = member_signed_in(request, slug)
        if membership is None:
            door = getattr(view, "guest_door", None)
            if door is not None and (org := door(request, slug, kwargs)) is not None:
                self._enter(request, org, org.zone)
                return None
            if request.user.is_authenticated:
                raise Http404
            if request.headers.get("HX-Request") or request.headers.get("X-Kept-Form"):
                return HttpResponse(status=401, headers={"HX-Redirect": sign_in_url(request)})
            return redirect_to_login(request.get_full_path())
        request.membership = membership
        request.org = membership.org
        require(membership, Permission.VIEW)
        self._enter(request, membership.org, membership.user.time_zone or membership.org.zone)
        return None

    def _enter(self, request: Any, org: Organization, zone: Any) -> None:
        request.org = org
        request.tenant_token = tenancy.enter(org.pk)
        timezone.activate(zone)
        structlog.contextvars.bind_contextvars(org=org.slug)


def sign_in_url(request: Any) -> str:
    """Where a part of a page sends the browser when the session has expired: sign in, then back to the whole page."""
    try:
        page = urlsplit(request.headers.get("HX-Current-URL", ""))
    except ValueError:
        page = urlsplit("/")
    return redirect_to_login(page.path + (f"?{page.query}" if page.query else "") or "/").url


class LanguageMiddleware:
    """The person's language, else the choice made in this browser, else the organization's, else the browser's."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: Any) -> HttpResponse:
        self.choose(request, person=False)
        response = self.get_response(request)
        response.headers.setdefault("Content-Language", translation.get_language())
        return response

    def process_view(self, request: Any, view: Callable, args: list[Any], kwargs: dict[str, Any]) -> None:
        self.choose(request, person=True)

    def choose(self, request: Any, *, person: bool) -> None:
        """Chosen twice: for addresses that lead nowhere, without asking who it is; then knowing person and organization."""
        chosen = language_of(request, person=person)
        translation.activate(chosen)
        request.LANGUAGE_CODE = chosen


def language_of(request: Any, *, person: bool) -> str:
    """The language in which to answer; `person` False asks nobody who it is."""
    chosen = (
        (getattr(request.user, "language", "") if person else "")
        or request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME)
        or (request.org.language if request.org else "")
    )
    return chosen if chosen in dict(settings.LANGUAGES) else translation.get_language_from_request(request)


class KeptFormMiddleware:
    """Forms that static/js/unsent.js sends: where a browser would be redirected, say where to, so that nothing is lost on
    the way there, the messages included."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if not request.headers.get("X-Kept-Form") or response.status_code not in (301, 302, 303):
            return response
        if urlsplit(response["Location"]).path == reverse("account_login"):  # what was typed is not saved: it stays
            return HttpResponse(status=401, headers={"HX-Redirect": sign_in_url(request)})
        response["X-Location"] = response["Location"]
        del response["Location"]
        response.status_code, response.content = 204, b""
        return response


class FormAddressMiddleware:
    """Where only forms are sent to is no page: whoever opens such an address is led to the page that it belongs to."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: Any) -> HttpResponse:
        response = self.get_response(request)
        of_page = response.status_code == 405 and response.headers.get("Content-Type", "").startswith("text/html")
        if not of_page or request.method not in ("GET", "HEAD"):
            return response
        page = render(request, "405.html", {"page": _page_above(request.path)}, status=405)
        page.headers["Allow"] = response.headers.get("Allow", "")
        return page


def _page_above(path: str) -> str:
    """The next address above that leads somewhere: "/o/x/objectives/5/" of its "archive/"."""
    while path := path.rstrip("/").rpartition("/")[0]:
        if is_valid_path(f"{path}/"):
            return f"{path}/"
    return "/"


class AccountAnswersMiddleware:
    """What allauth's pages answer: 422 for a refused form, as everywhere in the product; and signing out empties the
    browser's cache, so that Back shows nothing confidential to whoever sits there next."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if request.method == "POST" and request.path == reverse("account_logout"):
            response.headers["Clear-Site-Data"] = '"cache"'
        return response

    def process_template_response(self, request: HttpRequest, response: Any) -> Any:
        form = (response.context_data or {}).get("form")
        if request.method == "POST" and response.status_code == 200 and getattr(form, "errors", None):
            response.status_code = 422
        return response
