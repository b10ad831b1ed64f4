"""Signing in and out, resetting a password, choosing an organization, language and theme."""

import re

import pytest
from django.core.cache import cache
from django.test import Client

from orgs.models import DemoPersona, User
from tests import factories

pytestmark = pytest.mark.django_db
LOGIN = "/accounts/login/"


@pytest.fixture(autouse=True)
def fresh_rate_limits():
    cache.clear()


def sign_in(client, email, password=factories.PASSWORD, **extra):
    return client.post(LOGIN, {"login": email, "password": password, **extra})


def test_sign_in_by_email_and_password(client, world):
    answer = sign_in(client, world.alice.user.email)
    assert answer.status_code == 302
    assert client.get("/", follow=True).redirect_chain[-1][0] == "/o/coursive/"


def test_email_is_not_case_sensitive(client, world):
    assert sign_in(client, world.alice.user.email.upper()).status_code == 302


def test_sign_in_goes_back_to_where_one_was_going(client, world):
    wanted = client.get("/o/coursive/strategy/?status=off_track")["Location"]
    answer = client.post(wanted, {"login": world.alice.user.email, "password": factories.PASSWORD})
    assert answer["Location"] == "/o/coursive/strategy/?status=off_track"


def test_sign_in_never_goes_to_another_site(client, world):
    answer = sign_in(client, world.alice.user.email, next="https://evil.example/")
    assert answer["Location"] == "/"


def test_a_wrong_password_and_an_unknown_address_get_the_same_answer(client, world):
    wrong = sign_in(client, world.alice.user.email, "not the password")
    unknown = sign_in(client, "nobody@example.org", "not the password")
    for answer in (wrong, unknown):
        assert "aria-invalid" in answer.content.decode() or "errors" in answer.content.decode()
    assert wrong.context["form"].errors == unknown.context["form"].errors != {}
    assert world.alice.user.email in wrong.content.decode()  # the typing is kept


def test_guessing_is_slowed_down(client, world):
    for _ in range(5):
        sign_in(client, world.alice.user.email, "a guess")
    answer = sign_in(client, world.alice.user.email)
    assert answer.status_code != 302
    assert client.get("/", follow=True).redirect_chain[-1][0].startswith(LOGIN)


SIGN_UP = {"name": "Nina New", "email": "Nina@Nova.example", "password1": "long enough 42"}


def test_nobody_signs_up_by_themselves_where_it_is_closed(client, db, settings):
    settings.SIGN_UP = "closed"
    answer = client.post("/accounts/signup/", SIGN_UP)
    assert answer.status_code == 200
    assert "Polaris is by invitation" in answer.content.decode()
    assert not User.objects.exists()
    assert "/accounts/signup/" not in client.get(LOGIN).content.decode()
    client.force_login(factories.user("Nina New"), backend="django.contrib.auth.backends.ModelBackend")
    assert client.get("/organizations/new/").status_code == 404


def test_sign_up_confirms_the_address_by_mail(client, db, mailoutbox):
    assert "/accounts/signup/" in client.get(LOGIN).content.decode()
    answer = client.post("/accounts/signup/", SIGN_UP, headers={"Accept-Language": "fr"})
    assert answer["Location"] == "/accounts/confirm-email/"
    person = User.objects.get()
    assert (person.email, person.name, person.language) == ("nina@nova.example", "Nina New", "fr")
    # Nobody gets in before the address is confirmed.
    sign_in(client, "nina@nova.example", "long enough 42")
    assert client.get("/organizations/new/").status_code == 302
    link = re.search(r"https?://[^/]+(/accounts/confirm-email/\S+)", mailoutbox[0].body).group(1)
    confirmed = client.post(link, follow=True)
    assert confirmed.redirect_chain[-1][0] == LOGIN
    assert 'value="nina@nova.example"' in confirmed.content.decode()  # it needs not be typed again
    assert "nina@nova.example" not in Client().get(LOGIN).content.decode()
    assert sign_in(client, "nina@nova.example", "long enough 42").status_code == 302
    assert client.get("/")["Location"] == "/organizations/new/"


def test_sign_up_does_not_tell_who_has_an_account(client, world, mailoutbox):
    unknown = client.post("/accounts/signup/", SIGN_UP)
    known = client.post("/accounts/signup/", {**SIGN_UP, "email": world.alice.user.email.upper()})
    assert (known.status_code, known["Location"]) == (unknown.status_code, unknown["Location"])
    assert User.objects.filter(name="Nina New").count() == 1
    _to_new, to_known = mailoutbox
    assert to_known.to == [world.alice.user.email]
    assert "has an account already" in to_known.body
    assert "/accounts/password/reset/" in to_known.body
    assert world.alice.user.check_password(factories.PASSWORD)


@pytest.mark.parametrize(
    ("field", "typed"),
    [
        ("name", ""),
        ("name", "Your invoice is at www.evil.example"),
        ("name", "https://evil.example"),
        ("email", "nobody"),
        ("password1", "short"),
        ("password1", "1234567890"),
        ("password1", "nina@nova.example"),
    ],
)
def test_sign_up_refuses_beside_the_field(client, db, field, typed):
    answer = client.post("/accounts/signup/", {**SIGN_UP, field: typed})
    assert answer.status_code == 422
    assert list(answer.context["form"].errors) == [field]
    assert not User.objects.exists()


def test_sign_up_is_slowed_down(client, db):
    answers = [client.post("/accounts/signup/", {**SIGN_UP, "email": f"n{n}@nova.example"}) for n in range(12)]
    assert answers[0].status_code == 302
    assert answers[-1].status_code == 429
    assert User.objects.count() == 10


def test_password_reset_by_mail(client, world, mailoutbox):
    client.post("/accounts/password/reset/", {"email": world.alice.user.email})
    assert len(mailoutbox) == 1
    assert mailoutbox[0].to == [world.alice.user.email]
    assert mailoutbox[0].subject.startswith("Polaris · ")
    link = re.search(r"https?://[^/]+(/accounts/password/reset/key/\S+)", mailoutbox[0].body).group(1)
    form = client.get(link, follow=True)
    answer = client.post(form.redirect_chain[-1][0], {"password1": "brand new words", "password2": "brand new words"})
    assert answer.status_code == 302
    assert sign_in(client, world.alice.user.email, "brand new words").status_code == 302


def test_password_reset_does_not_tell_who_has_an_account(client, world, mailoutbox):
    known = client.post("/accounts/password/reset/", {"email": world.alice.user.email})
    unknown = client.post("/accounts/password/reset/", {"email": "nobody@example.org"})
    assert known.status_code == unknown.status_code == 302
    assert known["Location"] == unknown["Location"]


def test_an_unverified_address_does_not_get_in(client, world, mailoutbox):
    world.alice.user.emailaddress_set.update(verified=False)
    sign_in(client, world.alice.user.email)
    assert client.get("/o/coursive/").status_code == 302
    assert "confirm" in mailoutbox[0].body.lower()


def test_sign_out_takes_a_post(client, world):
    client.force_login(world.alice.user, backend="django.contrib.auth.backends.ModelBackend")
    client.get("/accounts/logout/")
    assert client.get("/o/coursive/").status_code == 200
    assert client.post("/accounts/logout/")["Clear-Site-Data"] == '"cache"'
    assert client.get("/o/coursive/").status_code == 302


def test_a_person_of_several_organizations_chooses(client, world):
    second = factories.organization("nova", name="Nova")
    with factories.tenancy.tenant(second.pk):
        factories.Membership.objects.create(user=world.coach.user, roles=["coach"])
    client.force_login(world.coach.user, backend="django.contrib.auth.backends.ModelBackend")
    page = client.get("/").content.decode()
    assert "/o/coursive/" in page
    assert "/o/nova/" in page
    part = client.get("/organizations/", headers={"HX-Request": "true"}).content.decode()
    assert "/o/nova/" in part
    assert "<html" not in part
    assert client.get("/o/nova/").status_code == 200
    # Next time the start page goes where the person was last.
    assert client.get("/")["Location"] == "/o/nova/"


def test_a_person_of_no_organization_creates_one_or_is_told_whom_to_ask(client, db):
    person = factories.user("Nina New")
    client.force_login(person, backend="django.contrib.auth.backends.ModelBackend")
    page = client.get("/", follow=True)
    assert page.redirect_chain == [("/organizations/new/", 302)]
    assert "Create your organization" in page.content.decode()
    assert person.email in page.content.decode()


def test_a_person_of_no_organization_is_told_what_to_do_where_sign_up_is_closed(client, db, settings):
    settings.SIGN_UP = "closed"
    person = factories.user("Nina New")
    client.force_login(person, backend="django.contrib.auth.backends.ModelBackend")
    page = client.get("/").content.decode()
    assert "You belong to no organization yet" in page
    assert person.email in page


def test_language_is_kept_with_the_person(client, world):
    client.force_login(world.alice.user, backend="django.contrib.auth.backends.ModelBackend")
    answer = client.post("/preferences/language/", {"language": "fr", "next": "/o/coursive/tribes/"})
    assert answer["Location"] == "/o/coursive/tribes/"
    page = client.get("/o/coursive/")
    assert page["Content-Language"] == "fr"
    assert '<html lang="fr"' in page.content.decode()
    world.alice.user.refresh_from_db()
    assert world.alice.user.language == "fr"
    assert client.post("/preferences/language/", {"language": "xx"}).status_code == 400


def test_a_visitor_gets_the_browsers_language(client, db):
    assert '<html lang="fr"' in client.get(LOGIN, headers={"Accept-Language": "fr-FR,fr;q=0.9"}).content.decode()
    client.post("/preferences/language/", {"language": "en"})
    assert '<html lang="en"' in client.get(LOGIN, headers={"Accept-Language": "fr-FR"}).content.decode()


def test_theme_is_kept_in_this_browser(client, db):
    client.post("/preferences/theme/", {"theme": "dark"})
    assert 'data-theme="dark"' in client.get(LOGIN).content.decode()
    assert client.post("/preferences/theme/", {"theme": "neon"}).status_code == 400


@pytest.mark.parametrize(
    "target",
    [
        "https://evil.example/",
        "//evil.example/",
        "/\\evil.example/",
        "javascript:alert(1)",
        "nonsense",
        "organizations",
        "",
    ],
)
def test_preferences_never_lead_to_another_site(client, db, target):
    assert client.post("/preferences/theme/", {"theme": "dark", "next": target})["Location"] == "/"


def test_an_address_that_only_takes_forms_leads_on(client, db):
    answer = client.get("/preferences/theme/")
    assert (answer.status_code, answer["Allow"]) == (405, "POST")
    assert "This address has no page of its own" in answer.content.decode()
    assert 'class="btn primary" href="/"' in answer.content.decode()


def test_demo_personas_sign_in_with_one_click_in_demo_mode_only(client, world, settings):
    DemoPersona.objects.create(key="tribe_lead", user=world.alice.user, organization_name="Coursive")
    settings.DEMO = False
    assert "Try the demo" not in client.get(LOGIN).content.decode()
    assert client.post("/demo/sign-in/", {"persona": "tribe_lead"}).status_code == 404
    settings.DEMO = True
    assert "Alice Owner" in client.get(LOGIN).content.decode()
    assert client.post("/demo/sign-in/", {"persona": "nobody"}).status_code == 404
    assert client.get("/demo/sign-in/").status_code == 405
    assert client.post("/demo/sign-in/", {"persona": "tribe_lead"}).status_code == 302
    assert client.get("/o/coursive/").status_code == 200


@pytest.mark.parametrize(
    ("target", "leads_to"),
    [
        ("/o/coursive/strategy/", "/o/coursive/strategy/"),
        ("https://elsewhere.example/", "/"),
        ("//elsewhere.example", "/"),
    ],
)
def test_a_persona_goes_on_to_the_page_that_asked_to_sign_in(client, world, settings, target, leads_to):
    DemoPersona.objects.create(key="tribe_lead", user=world.alice.user, organization_name="Coursive")
    settings.DEMO = True
    shown = client.get(LOGIN, {"next": "/o/coursive/strategy/"}).content.decode()
    assert shown.count('name="next" value="/o/coursive/strategy/"') == 2
    assert client.post("/demo/sign-in/", {"persona": "tribe_lead", "next": target})["Location"] == leads_to


def test_a_stale_form_gets_a_helpful_page(db, world):
    careful = Client(enforce_csrf_checks=True)
    answer = careful.post(LOGIN, {"login": "x@example.org", "password": "x"})
    assert answer.status_code == 403
    assert "CSRF verification" not in answer.content.decode()


def test_health_tells_about_database_and_jobs(client, db):
    assert client.get("/healthz/").json() == {"database": "up", "jobs": "silent"}
    from orgs.tasks import tick

    tick()
    assert client.get("/healthz/").json() == {"database": "up", "jobs": "up"}


def test_the_service_worker_rules_the_whole_site(client, db):
    answer = client.get("/sw.js")
    assert answer["Content-Type"].startswith("text/javascript")
    assert client.get("/offline/").status_code == 200
