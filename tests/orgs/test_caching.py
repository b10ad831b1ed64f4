"""Pages that have not changed: 304 or kept bytes; and what makes them new."""

import importlib
import re

import pytest
import time_machine
from django.test import Client

from orgs import caching, tenancy
from orgs.actions.audit import Actor, record
from orgs.models import Membership, Organization
from tests import factories

pytestmark = pytest.mark.django_db
PAGE = "/o/coursive/strategy/"


@pytest.fixture(autouse=True)
def _that_day():
    with time_machine.travel(f"{factories.TODAY} 10:05", tick=False):
        yield


@pytest.fixture
def client(world):
    client = Client()
    client.force_login(world.sam.user, backend="django.contrib.auth.backends.ModelBackend")
    client.get(PAGE)
    return client


def test_an_unchanged_page_is_304_for_who_has_it(client, django_assert_max_num_queries):
    first = client.get(PAGE)
    assert "no-cache" in first["Cache-Control"]
    assert "private" in first["Cache-Control"]
    with django_assert_max_num_queries(3):
        again = client.get(PAGE, headers={"If-None-Match": first["ETag"]})
    assert again.status_code == 304
    assert again.content == b""


def test_an_unchanged_page_is_kept_for_who_has_lost_it(client, django_assert_max_num_queries):
    first = client.get(PAGE)
    with django_assert_max_num_queries(3):
        again = client.get(PAGE)
    token = re.compile(rb"[A-Za-z0-9]{64}")
    assert token.sub(b"", again.content) == token.sub(b"", first.content)
    assert caching.TOKEN_SEAT.encode() not in again.content


def test_forms_in_kept_pages_still_post(world):
    careful = Client(enforce_csrf_checks=True)
    careful.force_login(world.sam.user, backend="django.contrib.auth.backends.ModelBackend")
    for _ in range(2):
        page = careful.get(PAGE).content.decode()
        token = re.search(r'name="csrfmiddlewaretoken" value="(\w{64})"', page).group(1)
        answer = careful.post("/preferences/theme/", {"theme": "system", "csrfmiddlewaretoken": token})
        assert answer.status_code == 302
        header = re.search(r'"X-CSRFToken": "(\w{64})"', page).group(1)
        answer = careful.post("/preferences/theme/", {"theme": "system"}, headers={"X-CSRFToken": header})
        assert answer.status_code == 302


def test_a_page_kept_by_another_process_still_posts(world):
    careful = Client(enforce_csrf_checks=True)
    careful.force_login(world.sam.user, backend="django.contrib.auth.backends.ModelBackend")
    careful.get(PAGE)  # the first request of a session names its organization in it
    careful.get(PAGE)
    importlib.reload(caching)  # as a restart of the server does, while Redis keeps the page
    page = careful.get(PAGE).content.decode()
    token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', page).group(1)
    answer = careful.post("/preferences/theme/", {"theme": "system", "csrfmiddlewaretoken": token})
    assert answer.status_code == 302


def test_the_page_of_an_error_has_a_token_and_never_its_seat(client):
    for path in ("objectives/999999/", "key-results/999999/", "tribes/NONE/"):
        missing = client.get(f"/o/coursive/{path}")
        assert missing.status_code == 404
        assert re.search(r'"X-CSRFToken": "\w{64}"', missing.content.decode())


def test_any_action_makes_pages_new(client, world):
    first = client.get(PAGE)
    with tenancy.tenant(world.org.pk):
        record(Actor(world.carol), "checked_in", world.strategic_kr)
    again = client.get(PAGE, headers={"If-None-Match": first["ETag"]})
    assert again.status_code == 200
    assert again["ETag"] != first["ETag"]


def test_another_organizations_change_does_not(client):
    first = client.get(PAGE)
    other = factories.world("other")
    with tenancy.tenant(other.org.pk):
        record(Actor(other.carol), "checked_in", other.strategic_kr)
    assert client.get(PAGE, headers={"If-None-Match": first["ETag"]}).status_code == 304


def test_another_person_theme_language_or_hour_gets_a_page_of_its_own(client, world):
    seen = {client.get(PAGE)["ETag"]}

    def new(response) -> bool:
        fresh = response["ETag"] not in seen
        seen.add(response["ETag"])
        return fresh

    colleague = Client()
    colleague.force_login(world.bob.user, backend="django.contrib.auth.backends.ModelBackend")
    assert new(colleague.get(PAGE))
    assert new(client.get(PAGE + "?status=at_risk"))
    client.cookies["theme"] = "dark"
    assert new(client.get(PAGE))
    world.sam.user.language = "fr"
    world.sam.user.save()
    french = client.get(PAGE)
    assert new(french)
    assert '<html lang="fr"' in french.content.decode()
    with time_machine.travel(f"{factories.TODAY} 11:05", tick=False):
        assert new(client.get(PAGE))


def test_what_a_person_may_not_see_is_never_kept_for_them(client, world):
    """The sponsor's page with the rationale is kept; the member's is made for the member."""
    url = f"/o/coursive/key-results/{world.strategic_kr.pk}/"
    assert "6.4M" in client.get(url).content.decode()
    member = Client()
    member.force_login(world.bob.user, backend="django.contrib.auth.backends.ModelBackend")
    assert "6.4M" not in member.get(url).content.decode()


def test_a_membership_that_ended_is_not_served_from_what_is_kept(client, world):
    first = client.get(PAGE)
    with tenancy.tenant(world.org.pk):
        Membership.objects.filter(pk=world.sam.pk).update(ended_at="2026-05-01T00:00Z")
    assert client.get(PAGE, headers={"If-None-Match": first["ETag"]}).status_code == 404


def test_a_waiting_message_is_shown_once_and_not_kept(client, world):
    before = client.get(PAGE)
    careful = client.post(
        f"/o/coursive/key-results/{world.strategic_kr.pk}/rationale/consolidate/", follow=False
    )  # the sponsor may not: no message, no change
    assert careful.status_code == 403
    assert client.get(PAGE, headers={"If-None-Match": before["ETag"]}).status_code == 304
    assert Organization.objects.get(pk=world.org.pk).version == world.org.version
