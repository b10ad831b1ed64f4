"""Check-in from a mail without a password: one's own form, and each reason why a link has ended."""

import datetime as dt
import uuid

import pytest
import time_machine
from django.core import signing
from django.test import Client

from okr.models import CheckIn, KeyResult
from orgs import tenancy
from orgs.models import AuditEvent, Membership, Organization
from reminders.links import check_in_address, token_for
from tests import factories
from tests.factories import PASSWORD, TODAY

pytestmark = pytest.mark.django_db
WEDNESDAY = TODAY + dt.timedelta(days=1)  # when check-ins are due


@pytest.fixture(autouse=True)
def on_the_day_they_are_due():
    with time_machine.travel(f"{WEDNESDAY} 10:00", tick=False) as clock:
        yield clock


@pytest.fixture
def world(db, on_the_day_they_are_due):
    return factories.world()


@pytest.fixture
def allowed(world, on_the_day_they_are_due):
    """The organization lets links open check-ins."""
    on_the_day_they_are_due.shift(60)  # what is there was there before
    Organization.objects.filter(pk=world.org.pk).update(check_in_by_link=True)
    return world


def link(member: Membership, key_result: KeyResult | None = None) -> str:
    """What a mail to the member leads to, as a path."""
    with tenancy.tenant(member.org_id):
        member = Membership.objects.select_related("org", "user").get(pk=member.pk)
        return "/" + check_in_address(member, key_result).split("/", 3)[3]


def typed(value: str = "88", **more: str) -> dict[str, str]:
    return {"value": value, "confidence": "7", "comment": "", "mood": "", "client_id": str(uuid.uuid4()), **more}


def count(world) -> int:
    with tenancy.tenant(world.org.pk):
        return CheckIn.objects.count()


def alter(row, **values) -> None:
    with tenancy.all_tenants():
        getattr(type(row), "across_orgs", type(row).objects).filter(pk=row.pk).update(**values)


def text_of(answer) -> str:
    return " ".join(answer.content.decode().split())


# ── What it opens ────────────────────────────────────────────────────────────


def test_from_the_mail_to_thank_you(allowed, client):
    page = client.get(link(allowed.alice, allowed.key_result))
    assert page.status_code == 200
    assert allowed.key_result.title in text_of(page)
    answer = client.post(page.context["line"].url, typed("88"), follow=True)
    assert "Thank you" in text_of(answer)
    assert "Next due: <b>Wed 27 May</b>" in text_of(answer)
    with tenancy.tenant(allowed.org.pk):
        made = CheckIn.objects.latest("pk")
        event = AuditEvent.objects.get(verb="checked_in")
    assert (made.value, made.author_id, made.key_result_id) == (88, allowed.alice.pk, allowed.key_result.pk)
    assert (event.actor_id, event.via) == (allowed.alice.pk, "link")


def test_all_that_is_due_one_after_the_other(allowed, client):
    with tenancy.tenant(allowed.org.pk):
        second = factories.key_result(allowed.objective, title="Waiting time", owner=allowed.alice)
        factories.key_result(allowed.objective, title="Of Bob alone", owner=allowed.bob)
    page = client.get(link(allowed.alice))
    assert [line.key_result for line in page.context["asked"].due] == [allowed.key_result, second]
    page = client.post(page.context["line"].url, typed("88"), follow=True)
    assert page.context["line"].key_result == second
    answer = client.post(page.context["line"].url, typed("85"), follow=True)
    assert "Thank you" in text_of(answer)
    assert "Of Bob alone" not in text_of(answer)


def test_nothing_moved_in_one_tap(allowed, client):
    page = client.get(link(allowed.alice, allowed.key_result))
    client.post(page.context["line"].url, {**typed("", unchanged="1"), "confidence": ""})
    with tenancy.tenant(allowed.org.pk):
        assert CheckIn.objects.latest("pk").on == WEDNESDAY
        assert CheckIn.objects.latest("pk").value == 86


def test_it_shows_the_form_and_nothing_of_the_organization_around_it(allowed, client):
    page = client.get(link(allowed.alice, allowed.key_result))
    assert "/o/coursive/" not in page.content.decode()
    assert allowed.strategic_kr.title not in text_of(page)
    assert page.headers["Referrer-Policy"] == "no-referrer"
    assert "no-store" in page.headers["Cache-Control"]
    assert "noindex" in page.headers["X-Robots-Tag"]


def test_what_is_typed_is_shown_before_it_is_saved(allowed, client):
    url = client.get(link(allowed.alice, allowed.key_result)).context["line"].url
    before = count(allowed)
    part = client.get(f"{url}&value=92", headers={"HX-Request": "true"})
    assert "ci-now" in part.content.decode()
    assert "<form" not in part.content.decode()
    assert count(allowed) == before


def test_opening_it_saves_nothing(allowed, client):
    before = count(allowed)
    for method in ("GET", "HEAD", "OPTIONS", "PUT", "DELETE"):
        client.generic(method, f"{link(allowed.alice, allowed.key_result)}?value=90&confidence=9")
    assert count(allowed) == before


def test_it_signs_nobody_in(allowed, client):
    client.post(client.get(link(allowed.alice, allowed.key_result)).context["line"].url, typed())
    assert client.get("/o/coursive/").status_code == 302
    assert "polaris_session" not in client.cookies


def test_whoever_is_signed_in_as_that_person_gets_the_right_form(allowed):
    alice = factories.signed_in(allowed.alice)
    assert alice.get(link(allowed.alice, allowed.key_result)).url == f"/o/coursive/check-in/{allowed.key_result.pk}/"
    assert alice.get(link(allowed.alice)).url == "/o/coursive/check-in/"
    assert factories.signed_in(allowed.bob).get(link(allowed.alice, allowed.key_result)).status_code == 200


def test_it_speaks_the_persons_language(allowed, client):
    alter(allowed.alice.user, language="fr")
    assert client.get(link(allowed.alice, allowed.key_result)).headers["Content-Language"] == "fr"


def test_errors_stand_beside_the_field(allowed, client):
    url = client.get(link(allowed.alice, allowed.key_result)).context["line"].url
    answer = client.post(url, typed("many", comment="Half of it"))
    assert answer.status_code == 422
    assert "Half of it" in text_of(answer)
    assert answer.context["form"].errors["value"]


def test_sent_twice_it_is_made_once(allowed, client):
    url = client.get(link(allowed.alice, allowed.key_result)).context["line"].url
    before, form = count(allowed), typed()
    for _ in range(2):
        assert "Thank you" in text_of(client.post(url, form, follow=True))
    assert count(allowed) == before + 1


# ── Refused ──────────────────────────────────────────────────────────────────


def test_off_by_default_mails_lead_to_the_sign_in(world):
    assert link(world.alice, world.key_result) == f"/o/coursive/check-in/{world.key_result.pk}/"


def test_of_a_key_result_of_somebody_else_mails_lead_to_the_sign_in(allowed):
    assert link(allowed.bob, allowed.key_result) == f"/o/coursive/check-in/{allowed.key_result.pk}/"


def change_password(world):
    world.alice.user.set_password("another horse battery")
    world.alice.user.save()


ENDED = {
    "turned off": (lambda w: alter(w.org, check_in_by_link=False), "no longer lets links"),
    "left": (lambda w: alter(w.alice, ended_at=dt.datetime(2026, 5, 1, tzinfo=dt.UTC)), "no longer part of"),
    "closed": (lambda w: alter(w.alice.user, is_active=False), "This account is closed"),
    "password": (change_password, "Your password has changed"),
    "owner": (lambda w: alter(w.key_result, owner_id=w.bob.pk), "Somebody else owns this key result now"),
    "archived": (
        lambda w: alter(w.key_result, archived_at=dt.datetime(2026, 5, 1, tzinfo=dt.UTC)),
        "It takes no check-ins any more",
    ),
    "period": (lambda w: alter(w.quarter, state="closed"), "It takes no check-ins any more"),
}


@pytest.mark.parametrize("why", ENDED)
def test_an_ended_link_says_why_and_saves_nothing(why, allowed, client):
    url = link(allowed.alice, allowed.key_result)
    form_url = client.get(url).context["line"].url
    end, words = ENDED[why]
    end(allowed)
    before = count(allowed)
    for answer in (client.get(url), client.post(form_url, typed())):
        assert answer.status_code == 410
        assert words in text_of(answer)
        assert "<form" not in text_of(answer)
    assert count(allowed) == before
    if why not in ("left", "closed"):
        assert f"next=%2Fo%2Fcoursive%2Fcheck-in%2F{allowed.key_result.pk}%2F" in text_of(answer)


def test_it_ends_after_two_weeks(allowed, client, on_the_day_they_are_due):
    url = link(allowed.alice, allowed.key_result)
    on_the_day_they_are_due.shift(dt.timedelta(days=14))
    assert client.get(url).status_code == 200
    on_the_day_they_are_due.shift(dt.timedelta(seconds=1))
    answer = client.get(url)
    assert (answer.status_code, "This link has expired" in text_of(answer)) == (410, True)


def test_it_ends_with_the_check_in_of_the_week_whoever_makes_it(allowed, client, on_the_day_they_are_due):
    url = link(allowed.alice, allowed.key_result)
    form_url = client.get(url).context["line"].url
    factories.signed_in(allowed.dan).post(f"/o/coursive/check-in/{allowed.key_result.pk}/", typed("90"))
    before = count(allowed)
    assert "Dan Admin checked in on A1: 90%" in text_of(client.get(url))
    answer = client.post(form_url, typed("87", comment="Two sites more"))
    assert answer.status_code == 409
    assert "What you typed is not saved" in text_of(answer)
    assert "Two sites more" in text_of(answer)
    on_the_day_they_are_due.shift(dt.timedelta(days=7))  # due anew, but not by that link
    assert client.get(url).status_code == 410
    assert count(allowed) == before


def test_another_ones_key_result_is_not_there(allowed, client):
    with tenancy.tenant(allowed.org.pk):
        of_bob = factories.key_result(allowed.objective, title="Of Bob alone", owner=allowed.bob)
    before = count(allowed)
    for url in (link(allowed.alice), link(allowed.alice, allowed.key_result)):
        address = f"{url}?at={of_bob.pk}"
        assert client.get(address).status_code == client.post(address, typed()).status_code == 404
    assert count(allowed) == before


def test_a_token_that_was_changed_leads_nowhere(allowed, client):
    token = link(allowed.alice, allowed.key_result).split("/")[2]
    body, rest = token.split(":", 1)
    with tenancy.tenant(allowed.org.pk):
        other = Membership.objects.select_related("org", "user").get(pk=allowed.bob.pk)
        of_bob = token_for(other, allowed.key_result.pk).split(":", 1)[0]
    for changed in (f"{body}x:{rest}", f"{of_bob}:{rest}", token[:-3], "x", "ünï:ö:d"):
        answer = client.get(f"/c/{changed}/")
        assert (answer.status_code, "This link leads nowhere" in text_of(answer)) == (404, True)
        assert "Coursive" not in text_of(answer)


def test_a_link_signed_for_something_else_opens_nothing(allowed, client):
    elsewhere = signing.dumps([allowed.org.pk, allowed.alice.pk, 0, 0, ""], salt="workshops.door")
    odd = signing.dumps({"org": 1}, salt="reminders.links")
    assert [client.get(f"/c/{token}/").status_code for token in (elsewhere, odd)] == [404, 404]


def test_the_forms_own_token_is_still_asked_for(allowed):
    browser = Client(enforce_csrf_checks=True)
    page = browser.get(link(allowed.alice, allowed.key_result))
    url, before = page.context["line"].url, count(allowed)
    with_token = {**typed(), "csrfmiddlewaretoken": str(page.context["csrf_token"])}
    assert browser.post(url, typed()).status_code == 403
    assert browser.post(url, with_token, headers={"Origin": "https://elsewhere.example"}).status_code == 403
    assert count(allowed) == before
    # A browser tells no origin from a page that sends no referrer.
    assert browser.post(url, with_token, headers={"Origin": "null"}).status_code == 302
    assert count(allowed) == before + 1


def test_too_many_are_asked_to_wait(allowed, client, monkeypatch):
    monkeypatch.setattr("reminders.views.by_link.RATE", {"check_in_by_link": "2/m/ip"})
    url = link(allowed.alice, allowed.key_result)
    assert [client.get(url).status_code for _ in range(3)] == [200, 200, 429]


def test_who_signs_in_from_an_ended_link_arrives_at_the_form(allowed, client):
    url = link(allowed.alice, allowed.key_result)
    alter(allowed.org, check_in_by_link=False)
    page = client.get(url).content.decode()
    sign_in = page.split('href="/accounts/login/', 1)[1].split('"')[0].replace("&amp;", "&")
    sent = {"login": allowed.alice.user.email, "password": PASSWORD}
    answer = client.post(f"/accounts/login/{sign_in}", sent, follow=True)
    assert answer.request["PATH_INFO"] == f"/o/coursive/check-in/{allowed.key_result.pk}/"
