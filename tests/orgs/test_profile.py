"""My profile: name, language, time zone, theme, mails; and what follows from each on the pages."""

import re

import pytest
import time_machine

from orgs import tenancy
from orgs.models import AuditEvent, Organization
from tests import factories
from tests.factories import BACKEND

pytestmark = pytest.mark.django_db
URL = "/profile/"
GOOD = {
    "name": "Alice Owner",
    "language": "en",
    "time_zone": "organization",
    "theme": "system",
    "mail_mentions": "on",
    "mail_replies": "on",
    "mail_news": "",
    "single_keys": "on",
}


@pytest.fixture
def alice(world, client):
    client.force_login(world.alice.user, backend=BACKEND)
    return client


def test_it_shows_and_saves_what_is_stored(alice, world):
    page = alice.get(URL).content.decode()
    assert 'value="Alice Owner"' in page
    assert page.count("checked") == 3
    answer = alice.post(URL, {**GOOD, "name": "  Alice   Martin ", "time_zone": "America/Montreal", "mail_replies": ""})
    assert answer["Location"] == URL
    world.alice.user.refresh_from_db()
    person = world.alice.user
    assert (person.time_zone, person.mail_mentions, person.mail_replies) == ("America/Montreal", True, False)
    assert "Profile saved" in alice.get(URL).content.decode()


def test_two_tabs_do_not_undo_each_other(alice, world):
    page = alice.get(URL).content.decode()
    tab = {**GOOD, **dict(re.findall(r'<input type="hidden" name="(initial-\w+)" value="(.*?)"', page))}
    assert len(tab) == 2 * len(GOOD)
    alice.post(URL, {**tab, "name": "Alice Martin", "theme": "dark", "mail_mentions": ""})
    answer = alice.post(URL, {**tab, "language": "fr", "mail_replies": ""})
    assert answer.cookies["theme"].value == "dark"
    person = type(world.alice.user).objects.get(pk=world.alice.user.pk)
    assert (person.name, person.theme, person.language) == ("Alice Martin", "dark", "fr")
    assert (person.mail_mentions, person.mail_replies) == (False, False)


def test_a_kept_form_whose_session_has_expired_is_told_where_to_sign_in(client):
    headers = {"X-Kept-Form": "1", "HX-Current-URL": "https://polaris.example.org/profile/"}
    answer = client.post(URL, GOOD, headers=headers)
    assert answer.status_code == 401
    assert answer["HX-Redirect"] == "/accounts/login/?next=/profile/"
    assert "X-Location" not in answer


def test_a_new_name_shows_at_once_and_is_recorded_in_each_organization(alice, world, client):
    with tenancy.all_tenants():
        other = factories.world("other")
    with tenancy.tenant(other.org.pk):
        factories.Membership.objects.create(user=world.alice.user, roles=["member"])
    path = f"/o/coursive/key-results/{world.key_result.pk}/"
    first = alice.get(path)
    assert "Alice Owner" in first.content.decode()
    alice.post(URL, {**GOOD, "name": "Alice Martin"})
    alice.get(URL)  # its toast is read
    again = alice.get(path, headers={"If-None-Match": first["ETag"]})
    assert "Alice Martin" in again.content.decode()
    assert "Alice Owner" not in again.content.decode()
    for org in Organization.objects.all():
        with tenancy.tenant(org.pk):
            event = AuditEvent.objects.get(verb="profile_changed")
        assert (event.before, event.after) == ({"name": "Alice Owner"}, {"name": "Alice Martin"})


def test_what_others_do_not_see_is_not_recorded(alice, world):
    alice.post(URL, {**GOOD, "language": "fr", "theme": "dark", "mail_mentions": ""})
    with tenancy.tenant(world.org.pk):
        assert not AuditEvent.objects.exists()


def test_language_and_theme_follow_the_person_into_another_browser(alice, world):
    path = "/o/coursive/tribes/"
    first = alice.get(path)
    assert '<html lang="en">' in first.content.decode()
    alice.post(URL, {**GOOD, "language": "fr", "theme": "dark"})
    alice.get(URL)
    again = alice.get(path, headers={"If-None-Match": first["ETag"]})
    assert '<html lang="fr" data-theme="dark">' in again.content.decode()
    elsewhere = type(alice)()
    elsewhere.force_login(world.alice.user, backend=BACKEND)
    assert '<html lang="fr" data-theme="dark">' in elsewhere.get(path).content.decode()
    # This browser follows where nobody is signed in; back to the organization's language it does not hold on to French.
    alice.logout()
    alice.cookies["theme"], alice.cookies["django_language"] = "dark", "fr"
    alice.force_login(world.alice.user, backend=BACKEND)
    answer = alice.post(URL, {**GOOD, "language": "organization", "theme": "light"})
    assert answer.cookies["theme"].value == "light"
    assert answer.cookies["django_language"]["max-age"] == 0
    assert '<html lang="en" data-theme="light">' in alice.get(path).content.decode()


def test_the_theme_of_the_menu_is_kept_with_the_person(alice, world):
    alice.post("/preferences/theme/", {"theme": "dark"})
    world.alice.user.refresh_from_db()
    assert world.alice.user.theme == "dark"
    assert '<option value="dark" selected>' in alice.get(URL).content.decode()


def test_hours_are_read_in_ones_own_time_zone(client, world):
    with time_machine.travel("2026-05-18 09:30", tick=False), tenancy.tenant(world.org.pk):
        from orgs.actions.audit import Actor, record

        record(Actor(world.alice), "changed", world.key_result, after={"title": "New"})
    client.force_login(world.dan.user, backend=BACKEND)
    audit = "/o/coursive/settings/audit/"
    assert "18 May 2026 11:30" in client.get(audit).content.decode()
    client.post(URL, {**GOOD, "name": "Dan Admin", "time_zone": "Asia/Tokyo"})
    assert "18 May 2026 18:30" in client.get(audit).content.decode()
    client.post(URL, {**GOOD, "name": "Dan Admin", "time_zone": "organization"})
    assert "18 May 2026 11:30" in client.get(audit).content.decode()


def test_kept_pages_are_not_shared_between_time_zones(alice, world):
    path = "/o/coursive/"
    first = alice.get(path)["ETag"]
    type(world.alice.user).objects.filter(pk=world.alice.user.pk).update(time_zone="Europe/Berlin")
    assert alice.get(path)["ETag"] != first


@pytest.mark.parametrize(
    ("field", "typed", "message"),
    [
        ("name", "", "required"),
        ("name", "N" * 81, "80"),
        ("name", "https://evil.example", "Only a name"),
        ("name", "\u200b\u2060", "A name that can be read"),
        ("name", "Ann\u202enhoJ", "A name that can be read"),
        ("name", "a\x00b", "Null"),
        ("language", "xx", "valid choice"),
        ("time_zone", "Mars/Olympus", "valid choice"),
        ("theme", "neon", "valid choice"),
    ],
)
def test_what_cannot_be_is_refused_beside_its_field(alice, world, field, typed, message):
    answer = alice.post(URL, {**GOOD, field: typed})
    assert answer.status_code == 422
    assert message in answer.context["form"].errors[field][0]
    world.alice.user.refresh_from_db()
    assert world.alice.user.name == "Alice Owner"


def test_it_is_for_who_is_signed_in_and_needs_no_organization(client, db):
    assert client.get(URL)["Location"] == "/accounts/login/?next=/profile/"
    client.force_login(factories.user("Nina New"), backend=BACKEND)
    assert client.get(URL).status_code == 200
    assert client.post(URL, {**GOOD, "name": "Nina Newer"}).status_code == 302


def test_shortcuts_of_a_single_key_can_be_switched_off(alice, world):
    page = f"/o/coursive/key-results/{world.key_result.pk}/"
    assert 'data-single-keys="off"' not in alice.get(page).content.decode()
    alice.post(URL, {**GOOD, "single_keys": ""})
    alice.get(URL)  # its toast is read
    assert 'data-single-keys="off"' in alice.get(page).content.decode()
