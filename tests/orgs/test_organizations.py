"""Beginning an organization from the command line."""

import re

import pytest
from django.core.management import CommandError, call_command

from orgs import tenancy
from orgs.models import AuditEvent, Membership, Organization, User
from tests import factories

pytestmark = pytest.mark.django_db


def create(name="Nova", slug="nova", administrator="ada@nova.example"):
    call_command("create_organization", name, slug=slug, administrator=administrator, language="en")


def test_its_first_administrator_sets_a_password_and_gets_in(client, mailoutbox):
    create()
    client.post("/accounts/password/reset/", {"email": "ada@nova.example"})
    link = re.search(r"https?://[^/]+(/accounts/password/reset/key/\S+)", mailoutbox[0].body).group(1)
    form = client.get(link, follow=True)
    client.post(form.redirect_chain[-1][0], {"password1": "brand new words", "password2": "brand new words"})
    client.post("/accounts/login/", {"login": "ada@nova.example", "password": "brand new words"})
    assert client.get("/")["Location"] == "/o/nova/"
    # Nothing is there yet: every page says so and stands.
    for path in ("", "strategy/", "tribes/", "check-in/", "settings/api-keys/"):
        assert client.get(f"/o/nova/{path}").status_code == 200, path
    with tenancy.tenant(Organization.objects.get(slug="nova").pk):
        assert Membership.objects.get().roles == ["administrator"]
        assert AuditEvent.objects.get().verb == "organization_created"


def test_somebody_known_keeps_the_account(db):
    known = factories.user("Ada Known", "ada@nova.example")
    create(administrator="ADA@nova.example")
    assert User.objects.get() == known


@pytest.mark.parametrize(
    ("field", "given"),
    [
        ("slug", {"slug": "not a slug"}),
        ("slug", {"slug": "taken"}),
        ("name", {"name": ""}),
        ("email", {"administrator": "nobody"}),
    ],
)
def test_bad_values_are_refused_and_change_nothing(field, given):
    factories.organization("taken")
    with pytest.raises(CommandError, match=f"^{field}:"):
        create(**given)
    assert Organization.objects.count() == 1
    assert User.objects.count() == 0
