"""Who calls the API: a key, bound to one organization, with scopes. The key's organization becomes the current tenant."""

from datetime import timedelta
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from drf_spectacular.extensions import OpenApiAuthenticationExtension
from rest_framework.authentication import BaseAuthentication
from rest_framework.exceptions import AuthenticationFailed
from rest_framework.permissions import SAFE_METHODS, BasePermission
from rest_framework.request import Request
from rest_framework.throttling import SimpleRateThrottle

from orgs import tenancy
from orgs.actions.api_keys import digest
from orgs.models import ApiKey, User
from orgs.permissions import Permission, can

SEEN_EVERY = timedelta(minutes=5)


class ApiKeyAuthentication(BaseAuthentication):
    """`Authorization: Bearer pol_…`."""

    def authenticate(self, request: Request) -> tuple[User, ApiKey]:
        kind, _space, secret = request.headers.get("Authorization", "").partition(" ")
        if kind.lower() != "bearer" or not secret:
            raise AuthenticationFailed(_("Send an API key: “Authorization: Bearer pol_…”."))
        with tenancy.all_tenants():
            key = (
                ApiKey.across_orgs.select_related("org", "membership__user", "membership__org")
                .filter(digest=digest(secret.strip()), revoked_at=None, membership__ended_at=None)
                .filter(membership__user__is_active=True)
                .first()
            )
        if key is None:
            raise AuthenticationFailed(_("This API key is unknown or revoked."))
        page: Any = request._request
        page.org, page.membership = key.org, key.membership
        page.tenant_token = tenancy.enter(key.org_id)
        timezone.activate(key.org.zone)
        now = timezone.now()
        if key.last_used_at is None or now - key.last_used_at > SEEN_EVERY:
            ApiKey.objects.filter(pk=key.pk).update(last_used_at=now)
        return key.membership.user, key

    def authenticate_header(self, request: Request) -> str:
        return 'Bearer realm="polaris"'


class ApiKeyScheme(OpenApiAuthenticationExtension):
    """The same for the API's description."""

    target_class = ApiKeyAuthentication
    name = "ApiKey"

    def get_security_definition(self, auto_schema: Any) -> dict[str, str]:
        return {
            "type": "http",
            "scheme": "bearer",
            "description": "An API key of one organization (`pol_…`), made in its settings. Scopes: `read`, `check_in`, `plan`.",
        }


class HasScope(BasePermission):
    """Reading asks for the scope `read`; a view that writes names its own in `write_scope`.

    A method that the view does not have needs no more than reading does, so that the answer is 405.
    """

    message = _("This API key does not have the scope for that.")

    def has_permission(self, request: Request, view: Any) -> bool:
        if not isinstance(request.auth, ApiKey):
            return False
        writes = request.method not in SAFE_METHODS and request.method in view.allowed_methods
        wanted = view.write_scope if writes else ApiKey.Scope.READ
        return wanted in request.auth.scopes and can(request.auth.membership, Permission.VIEW)


class KeyThrottle(SimpleRateThrottle):
    scope = "key"

    def get_cache_key(self, request: Request, view: Any) -> str | None:
        return f"throttle:{request.auth.pk}" if isinstance(request.auth, ApiKey) else None
