"""Making and revoking API keys. The secret is shown once, at its making; only its SHA-256 is kept."""

import hashlib
import secrets

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from orgs.actions.audit import Actor, record
from orgs.models import ApiKey, AuditEvent, Organization
from orgs.permissions import Permission, require
from orgs.rules import RuleBroken

PREFIX = "pol_"
ACTIVE_KEYS_AT_MOST = 50


def digest(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()


@transaction.atomic
def create_api_key(name: str, scopes: list[str], *, by: Actor) -> tuple[ApiKey, str]:
    """The new key, which acts as its maker, and its secret, which nothing can show again.

    No two active keys have one name, in whatever case: which one a program uses would be anybody's guess, and a page
    that showed a secret would make a second key when it is reloaded.
    """
    _require(by)
    if not scopes or any(scope not in ApiKey.Scope.values for scope in scopes):
        raise RuleBroken(_("Choose at least one scope."), field="scopes")
    Organization.objects.select_for_update().get(pk=by.membership.org_id)  # one new key at a time
    active = ApiKey.objects.filter(revoked_at=None).values_list("name", flat=True)
    if name.casefold() in {taken.casefold() for taken in active}:
        raise RuleBroken(_("An active key has this name already."), field="name")
    if len(active) >= ACTIVE_KEYS_AT_MOST:
        raise RuleBroken(
            _("Revoke a key you no longer need first: %(most)s is the limit.") % {"most": ACTIVE_KEYS_AT_MOST}
        )
    secret = PREFIX + secrets.token_urlsafe(32)
    key = ApiKey.objects.create(
        name=name,
        prefix=secret[:10],
        digest=digest(secret),
        scopes=sorted(set(scopes)),
        membership=by.membership,
    )
    record(by, "api_key_created", key, after={"name": name, "scopes": key.scopes})
    return key, secret


@transaction.atomic
def revoke_api_key(key: ApiKey, *, by: Actor) -> ApiKey:
    """Revoke for good. Revoking twice changes nothing."""
    _require(by)
    key = ApiKey.objects.select_for_update().get(pk=key.pk)
    if key.revoked_at is None:
        key.revoked_at = timezone.now()
        key.save(update_fields=["revoked_at"])
        record(by, "api_key_revoked", key, after={"revoked_at": key.revoked_at})
    return key


def _require(by: Actor) -> None:
    """From the command line an operator makes keys for any member."""
    if by.via != AuditEvent.Via.COMMAND:
        require(by.membership, Permission.MANAGE_API_KEYS)
