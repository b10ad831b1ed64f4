"""Settings ▸ API keys."""

import re
import threading
from io import StringIO

import pytest
from django.core.exceptions import PermissionDenied
from django.core.management import CommandError, call_command
from django.db import connection

from orgs import tenancy
from orgs.actions.api_keys import ACTIVE_KEYS_AT_MOST, create_api_key, digest, revoke_api_key
from orgs.actions.audit import Actor
from orgs.models import ApiKey, AuditEvent, Membership
from orgs.rules import RuleBroken
from tests import factories

pytestmark = pytest.mark.django_db
URL = "/o/coursive/settings/api-keys/"


def test_the_action_itself_is_for_administrators(world):
    with tenancy.tenant(world.org.pk):
        key, _secret = create_api_key("Dashboard", ["read"], by=Actor(world.dan))
        with pytest.raises(PermissionDenied):
            create_api_key("Mine", ["read"], by=Actor(world.alice))
        with pytest.raises(PermissionDenied):
            revoke_api_key(key, by=Actor(world.alice))
        assert list(ApiKey.objects.values_list("name", "revoked_at")) == [("Dashboard", None)]


def test_a_key_is_shown_once_and_kept_as_a_hash(admin, world):
    assert "No key yet" in admin.get(URL).content.decode()
    page = admin.post(URL, {"name": "Dashboard", "scopes": ["read"]}).content.decode()
    secret = re.search(r'value="(pol_[\w-]{40,})"', page).group(1)
    with tenancy.tenant(world.org.pk):
        key = ApiKey.objects.get()
        assert key.digest == digest(secret)
        assert secret not in {str(value) for value in key.__dict__.values()}
        assert AuditEvent.objects.filter(verb="api_key_created", actor=world.dan).count() == 1
    again = admin.get(URL)
    assert secret not in again.content.decode()
    assert "Dashboard" in again.content.decode()
    assert "no-store" in again["Cache-Control"]


def test_a_revoked_key_stays_revoked_and_listed(admin, world):
    admin.post(URL, {"name": "Dashboard", "scopes": ["read"]})
    with tenancy.tenant(world.org.pk):
        pk = ApiKey.objects.get().pk
    for _ in range(2):
        assert admin.post(f"{URL}{pk}/revoke/").status_code == 302
    assert "Revoked" in admin.get(URL).content.decode()
    with tenancy.tenant(world.org.pk):
        assert AuditEvent.objects.filter(verb="api_key_revoked").count() == 1


@pytest.mark.parametrize("name", ["Caisse été", "CAISSE ÉTÉ", " caisse été "])
def test_an_active_name_is_refused_beside_the_field(admin, world, name):
    """As when the page that shows a new secret is reloaded."""
    admin.post(URL, {"name": "Caisse été", "scopes": ["read"]})
    again = admin.post(URL, {"name": name, "scopes": ["read"]})
    assert again.status_code == 422
    assert again.context["form"].errors == {"name": ["An active key has this name already."]}
    assert "An active key has this name already." in again.content.decode()
    assert "pol_" not in again.context["secret"]
    with tenancy.tenant(world.org.pk):
        assert ApiKey.objects.count() == 1


def test_the_name_of_a_revoked_key_and_of_another_organization_s_are_free(admin, world):
    with tenancy.all_tenants():
        other = factories.world("other")
    with tenancy.tenant(other.org.pk):
        create_api_key("Dashboard", ["read"], by=Actor(other.dan))
    with tenancy.tenant(world.org.pk):
        first, _secret = create_api_key("Dashboard", ["read"], by=Actor(world.dan))
        revoke_api_key(first, by=Actor(world.dan))
    assert admin.post(URL, {"name": "Dashboard", "scopes": ["read"]}).status_code == 200
    with tenancy.tenant(world.org.pk):
        assert ApiKey.objects.filter(revoked_at=None).count() == 1


def test_the_command_line_refuses_an_active_name(world):
    arguments = ("--org=coursive", f"--as={world.dan.user.email}", "--scope=read")
    call_command("create_api_key", *arguments, "--name=Dashboard", stdout=StringIO(), stderr=StringIO())
    with pytest.raises(CommandError, match="An active key has this name already"):
        call_command("create_api_key", *arguments, "--name=dashboard")
    with tenancy.tenant(world.org.pk):
        assert ApiKey.objects.count() == 1


@pytest.mark.postgres
def test_two_keys_of_one_name_made_at_once_are_one(transactional_db):
    world = factories.world("coursive")
    barrier, refusals = threading.Barrier(2), []

    def make():
        try:
            with tenancy.tenant(world.org.pk):
                by = Actor(Membership.objects.select_related("org", "user").get(pk=world.dan.pk))
                barrier.wait(timeout=10)
                create_api_key("Dashboard", ["read"], by=by)
        except RuleBroken as broken:
            refusals.append(broken.field)
        finally:
            connection.close()

    threads = [threading.Thread(target=make) for _time in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=30)
    assert refusals == ["name"]


def test_there_is_a_limit(admin, world):
    for number in range(ACTIVE_KEYS_AT_MOST):
        admin.post(URL, {"name": f"Key {number}", "scopes": ["read"]})
    refused = admin.post(URL, {"name": "One too many", "scopes": ["read"]})
    assert refused.status_code == 422
    assert "Revoke a key you no longer need first" in refused.content.decode()
    assert "One too many" in refused.content.decode()


def test_the_list_costs_the_same_with_1_and_20_keys(admin, world, django_assert_num_queries):
    admin.post(URL, {"name": "First", "scopes": ["read"]})
    admin.get(URL)
    with django_assert_num_queries(3):
        admin.get(URL)
    for number in range(19):
        admin.post(URL, {"name": f"Key {number}", "scopes": ["read"]})
    admin.get(URL)
    with django_assert_num_queries(3):
        admin.get(URL)
