"""Who gets in: keys, scopes, limits; and that every refusal of the API is a problem, never a page."""

import hashlib

import pytest
import time_machine
from django.test import Client
from django.utils import timezone

from orgs import tenancy
from orgs.actions.api_keys import revoke_api_key
from orgs.actions.audit import Actor
from orgs.api.authentication import KeyThrottle
from orgs.models import ApiKey, Membership
from tests import factories
from tests.api import ROOT, Caller, bearer, secret_of
from tests.factories import TODAY
from tests.okr.test_api_check_ins import problem


@pytest.fixture
def world(db):
    with time_machine.travel(f"{TODAY} 10:00", tick=False) as clock:
        made = factories.world()
        made.extra["clock"] = clock
        yield made


def key_of(secret):
    with tenancy.all_tenants():
        return ApiKey.across_orgs.get(digest=hashlib.sha256(secret.encode()).hexdigest())


# ── Authentication ───────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"Authorization": "Bearer"},
        {"Authorization": "Bearer "},
        {"Authorization": "Bearer pol_unknown"},
        {"Authorization": "Basic YWxpY2U6cGFzcw=="},
        {"Authorization": "Token pol_unknown"},
        {"Authorization": "Bearer \xe9\xff"},
        {"Authorization": "Bearer " + "x" * 5000},
    ],
    ids=str,
)
def test_without_a_key_that_is_known_nobody_gets_in(world, headers):
    answer = Client().get(ROOT + "years/", headers=headers)
    problem(answer, 401)
    assert answer["WWW-Authenticate"] == 'Bearer realm="polaris"'


def test_a_session_is_no_key(world):
    client = Client()
    client.force_login(world.dan.user, backend="django.contrib.auth.backends.ModelBackend")
    problem(client.get(ROOT + "years/"), 401)


def test_the_word_bearer_may_be_written_as_one_likes(world):
    secret = secret_of(world.dan)
    for kind in ("Bearer", "bearer", "BEARER"):
        assert Client().get(ROOT + "years/", headers={"Authorization": f"{kind} {secret}"}).status_code == 200


@pytest.mark.parametrize("end", ["key", "membership", "user"])
def test_a_key_ends_with_its_revocation_its_membership_and_its_person(world, end):
    secret = secret_of(world.alice)
    call = lambda: Client().get(ROOT + "years/", headers=bearer(secret))  # noqa: E731
    assert call().status_code == 200
    with tenancy.tenant(world.org.pk):
        if end == "key":
            revoke_api_key(key_of(secret), by=Actor(world.dan))
        elif end == "membership":
            Membership.objects.filter(pk=world.alice.pk).update(ended_at=timezone.now())
        else:
            world.alice.user.is_active = False
            world.alice.user.save()
    answer = call()
    problem(answer, 401)
    assert answer["WWW-Authenticate"]


def test_when_a_key_was_last_used_is_noted_every_five_minutes(world):
    secret = secret_of(world.dan)
    seen = []
    for minutes in (0, 4, 2):
        world.extra["clock"].shift(60 * minutes)
        Client().get(ROOT + "years/", headers=bearer(secret))
        seen.append(key_of(secret).last_used_at)
    assert seen[0] == seen[1]
    assert (seen[2] - seen[0]).total_seconds() == 360


# ── Scopes ───────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("scopes", "reads", "writes"),
    [(("read",), 200, 403), (("check_in",), 403, 201), (("read", "check_in"), 200, 201)],
    ids=str,
)
def test_a_key_does_what_its_scopes_say(world, scopes, reads, writes):
    caller = Caller(world.alice, *scopes)
    assert caller.get(ROOT + "years/").status_code == reads
    assert caller.get(ROOT + "check-ins/").status_code == reads
    answer = caller.check_in(key_result=world.key_result.pk, value=87, confidence=5)
    assert answer.status_code == writes
    if writes == 403:
        assert "scope" in problem(answer, 403)["detail"]


@pytest.mark.parametrize("method", ["post", "put", "patch", "delete"])
def test_what_is_only_read_cannot_be_written(world, method):
    caller = Caller(world.dan)
    for path in ("years/", f"years/{world.year.pk}/", f"check-ins/{world.year.pk}/"):
        answer = getattr(caller, method)(ROOT + path, {}, content_type="application/json")
        problem(answer, 405)
        assert "GET" in answer["Allow"]


# ── Limits and addresses ─────────────────────────────────────────────────────


def test_too_many_requests_are_told_when_to_come_back(world, monkeypatch):
    monkeypatch.setattr(KeyThrottle, "rate", "2/min", raising=False)
    caller, colleague = Caller(world.dan), Caller(world.alice)
    assert [caller.get(ROOT + "years/").status_code for _time in range(3)] == [200, 200, 429]
    answer = caller.get(ROOT + "years/")
    problem(answer, 429)
    assert 0 < int(answer["Retry-After"]) <= 60
    assert colleague.get(ROOT + "years/").status_code == 200


@pytest.mark.parametrize(
    "path", ["nothing/", "years/abc/", "years/-1/", "years/999999/", f"years/{'9' * 40}/", "../v2/years/"]
)
def test_an_address_that_leads_nowhere_is_a_problem_too(world, path):
    problem(Caller(world.dan).get(ROOT + path), 404)


def test_what_cannot_be_answered_in_is_said_so(world):
    problem(Caller(world.dan).get(ROOT + "years/", headers={"Accept": "text/html"}), 406)


def test_answers_are_not_for_shared_caches(world):
    answer = Caller(world.dan).get(ROOT + "years/")
    assert "no-store" in answer["Cache-Control"]
    assert "Authorization" in answer["Vary"]
