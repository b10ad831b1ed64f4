"""Calling the API in tests."""

import uuid

from django.test import Client

from orgs import tenancy
from orgs.actions.api_keys import create_api_key
from orgs.actions.audit import Actor
from orgs.models import ApiKey, AuditEvent, Membership
from planning.actions import deciding, leading, preparing
from planning.actions.wishes import Wish
from planning.models import Planning
from tests import factories

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

    def decide(self, **sent: object):
        said = {"act": str(uuid.uuid4()), "outcome": "keep", **sent}
        return self.post(ROOT + "decisions/", said, content_type="application/json")


def decided(world: factories.World) -> Planning:
    """The next quarter before the CoDir, which Dan chairs: one proposal, which he kept, and its decision."""
    with tenancy.tenant(world.org.pk):
        coming = factories.quarter(world.year, 3, "draft")
        goal = factories.tribe_objective(coming, world.tribe, owner=world.alice, title="Nobody waits in autumn")
        proposal = factories.key_result(goal, title="Orders ready in autumn", stage="proposed", owner=world.alice)
        planning, _change = preparing.plan(
            coming, by=Actor(world.carol), chair=world.dan, voters=[world.dan.pk], slots=[]
        )
        leading.open_meeting(planning, by=Actor(world.carol))
        deciding.decide(planning, Wish([proposal.pk], "keep"), by=Actor(world.dan), act=uuid.uuid4())
    world.extra["planning"], world.extra["proposal"] = planning, proposal
    return planning
