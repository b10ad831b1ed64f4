"""Make an organization with people who are signed in already; answers with their cookies as JSON."""

import json
from typing import Any

from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore
from django.core.management.base import BaseCommand
from django.core.signing import Signer

from orgs import tenancy
from orgs.models import Department, Membership, Role, Tribe
from tests import factories
from tests.probe.kind import GUEST_COOKIE


def cookie(member: Membership) -> str:
    session = SessionStore()
    session[SESSION_KEY] = str(member.user_id)
    session[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[0]
    session[HASH_SESSION_KEY] = member.user.get_session_auth_hash()
    session.save()
    return f"{settings.SESSION_COOKIE_NAME}={session.session_key}"


class Command(BaseCommand):
    def add_arguments(self, parser: Any) -> None:
        parser.add_argument("--members", type=int, default=4)

    def handle(self, *, members: int, **options: Any) -> None:
        org, other = factories.organization("probe"), factories.organization("elsewhere")
        with tenancy.tenant(org.pk):
            department = Department.objects.create(name="Sales")
            tribe = Tribe.objects.create(department=department, name="Drive", code="DRV", mission="The first")
        roles = {"admin": Role.ADMINISTRATOR, "observer": Role.OBSERVER}
        people = {name: factories.member(org, name.title(), role) for name, role in roles.items()}
        people |= {"fiona": factories.member(org, "Fiona", language="fr")}
        people |= {f"m{number}": factories.member(org, f"M {number}") for number in range(members)}
        people |= {"stranger": factories.member(other, "Charlie")}
        self.stdout.write(
            json.dumps(
                {
                    "tribe": tribe.pk,
                    "cookies": {name: cookie(member) for name, member in people.items()}
                    | {"guest": f"{GUEST_COOKIE}={Signer().sign('Gaston')}"},
                    "keys": {name: f"m{member.pk}" for name, member in people.items()} | {"guest": "gGaston"},
                }
            )
        )
