"""Calling the API in tests."""

from django.test import Client

from orgs import tenancy
from orgs.actions.api_keys import create_api_key
from orgs.actions.audit import Actor
from orgs.models import ApiKey, AuditEvent, Membership

ROOT = "/api/v1/"


def secret_of(member: Membership, *scopes: str) -> str:
    """A new key that acts as the member, with both scopes unless told."""
    with tenancy.tenant(member.org_id):
        name = f"Dashboard {ApiKey.objects.count()}"
        _key, secret = create_api_key(
            name, list(scopes) or ["read", "check_in"], by=Actor(member, AuditEvent.Via.COMMAND)
        )
    return secret


def bearer(secret: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {secret}"}


class Caller(Client):
    """A client that sends a new key of the member."""

    def __init__(self, member: Membership, *scopes: str) -> None:
        super().__init__(headers=bearer(secret_of(member, *scopes)))

    def read(self, path: str, **parameters: object) -> dict:
        answer = self.get(ROOT + path, parameters)
        assert answer.status_code == 200, answer.content
        return answer.json()

    def rows(self, path: str, **parameters: object) -> list[dict]:
        return self.read(path, **parameters)["results"]

    def ids(self, path: str, **parameters: object) -> list[int]:
        return [row["id"] for row in self.rows(path, **parameters)]

    def check_in(self, **sent: object):
        return self.post(ROOT + "check-ins/", sent, content_type="application/json")
