"""Writing check-ins through the API: the rules of the page, said as problem details."""

import datetime as dt
import uuid
from decimal import Decimal

import pytest
import time_machine

from okr.models import CheckIn, KeyResult, PeriodState, Step
from orgs import tenancy
from orgs.models import AuditEvent
from tests import factories
from tests.api import ROOT, Caller
from tests.factories import TODAY


@pytest.fixture
def world(db):
    with time_machine.travel(dt.datetime.combine(TODAY, dt.time(9), dt.UTC), tick=False):
        yield factories.world()


@pytest.fixture
def api(world):
    return Caller(world.alice)


def today_s(world, key_result=None):
    with tenancy.tenant(world.org.pk):
        return list(CheckIn.objects.filter(key_result=key_result or world.key_result, on=TODAY))


def problem(answer, status):
    assert answer.status_code == status, answer.content
    assert answer["Content-Type"] == "application/problem+json"
    body = answer.json()
    assert (body["type"], body["status"]) == ("about:blank", status)
    assert body["title"]
    assert body["detail"]
    return body


def fields_of(answer, status=400):
    return {error["field"] for error in problem(answer, status).get("errors", [])}


# ── Recording ────────────────────────────────────────────────────────────────


def test_a_check_in_is_recorded_as_the_keys_member(world, api):
    once = str(uuid.uuid4())
    answer = api.check_in(
        key_result=world.key_result.pk,
        value="87.25",
        confidence=8,
        comment="Two shops.",
        mood="good_news",
        client_id=once,
    )
    assert answer.status_code == 201
    (made,) = today_s(world)
    said = answer.json()
    assert answer["Location"] == f"http://testserver/api/v1/check-ins/{made.pk}/"
    assert said == api.read(f"check-ins/{made.pk}/")
    assert (said["id"], said["value"], said["confidence"], said["client_id"]) == (made.pk, "87.25", 8, once)
    assert (made.author_id, made.comment, made.mood) == (world.alice.pk, "Two shops.", "good_news")
    with tenancy.tenant(world.org.pk):
        assert AuditEvent.objects.get(verb="checked_in").via == "api"
    assert api.read(f"key-results/{world.key_result.pk}/")["current"] == "87.25"


@pytest.mark.parametrize("value", [88, 88.5, "88.5000"])
def test_figures_may_be_numbers_or_strings(world, api, value):
    assert api.check_in(key_result=world.key_result.pk, value=value, confidence=5).status_code == 201
    assert today_s(world)[0].value == Decimal(str(value))


def test_the_day_may_be_an_earlier_one(world, api):
    answer = api.check_in(key_result=world.key_result.pk, value=87, confidence=5, on="2026-05-15")
    assert answer.json()["on"] == "2026-05-15"


def test_the_same_client_id_again_is_answered_with_the_first(world, api):
    sent = {"key_result": world.key_result.pk, "value": "87", "confidence": 5, "client_id": str(uuid.uuid4())}
    first, again = api.check_in(**sent), api.check_in(**sent | {"value": "12"})
    assert (first.status_code, again.status_code) == (201, 200)
    assert again.json() == first.json()
    assert again["Location"] == first["Location"]
    assert len(today_s(world)) == 1


def test_a_milestone_takes_its_steps(world, api):
    with tenancy.tenant(world.org.pk):
        milestone = factories.key_result(world.objective, direction="done", unit="done", owner=world.alice)
        steps = [Step.objects.create(key_result=milestone, title=title) for title in ("Contract", "Pilot")]
    answer = api.check_in(key_result=milestone.pk, done_steps=[steps[1].pk], confidence=5)
    assert answer.json()["value"] == "0.5"
    said = api.read(f"key-results/{milestone.pk}/")["steps"]
    assert [step["done_on"] for step in said] == [None, "2026-05-19"]
    assert fields_of(api.check_in(key_result=milestone.pk, value=1, confidence=5), 422) == {"done_steps"}
    assert fields_of(api.check_in(key_result=milestone.pk, done_steps=[10**6], confidence=5), 422) == {"done_steps"}


# ── Refusals ─────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"key_result": None}, "key_result"),
        ({"key_result": 999999}, "key_result"),
        ({"key_result": 10**40}, "key_result"),
        ({"key_result": -1}, "key_result"),
        ({"key_result": 1.5}, "key_result"),
        ({"key_result": "DRV"}, "key_result"),
        ({"key_result": [1]}, "key_result"),
        ({"key_result": True}, "key_result"),
        ({"value": "a lot"}, "value"),
        ({"value": "44,5"}, "value"),
        ({"value": "1e400"}, "value"),
        ({"value": "NaN"}, "value"),
        ({"value": "1.23456"}, "value"),
        ({"value": "9" * 15}, "value"),
        ({"value": {}}, "value"),
        ({"confidence": None}, "confidence"),
        ({"confidence": 0}, "confidence"),
        ({"confidence": 11}, "confidence"),
        ({"confidence": "high"}, "confidence"),
        ({"comment": "x" * 2001}, "comment"),
        ({"comment": "\ud800"}, "comment"),
        ({"comment": "nul \x00"}, "comment"),
        ({"comment": ["a"]}, "comment"),
        ({"mood": "euphoric"}, "mood"),
        ({"on": "19/05/2026"}, "on"),
        ({"client_id": "1"}, "client_id"),
        ({"done_steps": "all"}, "done_steps"),
        ({"done_steps": ["x"]}, "done_steps.0"),
        ({"done_steps": list(range(201))}, "done_steps"),
    ],
    ids=lambda value: str(value)[:40].encode("ascii", "backslashreplace").decode(),
)
def test_a_wrong_field_is_named_and_nothing_recorded(world, api, given, field):
    sent = {"key_result": world.key_result.pk, "value": "87", "confidence": 5} | given
    assert fields_of(api.check_in(**sent)) == {field}
    assert today_s(world) == []


def test_every_missing_field_is_named(world, api):
    assert fields_of(api.check_in()) == {"key_result", "confidence"}


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"value": None}, "value"),
        ({"on": "2026-05-20"}, "on"),
        ({"on": "2026-03-31"}, "on"),
        ({"on": "2026-05-11"}, "on"),
        ({"done_steps": [1]}, "done_steps"),
    ],
    ids=str,
)
def test_the_rules_of_the_method_answer_422(world, api, given, field):
    sent = {"key_result": world.key_result.pk, "value": "87", "confidence": 5} | given
    assert fields_of(api.check_in(**sent), 422) == {field}
    assert today_s(world) == []


def test_a_count_below_0_answers_422(world, api):
    with tenancy.tenant(world.org.pk):
        KeyResult.objects.update(unit="count")
    sent = {"key_result": world.key_result.pk, "value": "-87", "confidence": 5}
    assert fields_of(api.check_in(**sent), 422) == {"value"}


@pytest.mark.parametrize("what", ["quarter", "stage"])
def test_what_is_not_running_answers_422(world, api, what):
    with tenancy.tenant(world.org.pk):
        if what == "quarter":
            world.quarter.state = PeriodState.CLOSED
            world.quarter.save()
        else:
            KeyResult.objects.filter(pk=world.key_result.pk).update(stage="proposed")
    body = problem(api.check_in(key_result=world.key_result.pk, value=87, confidence=5), 422)
    assert "errors" not in body
    assert ("Q2 2026" in body["detail"]) == (what == "quarter")


@pytest.mark.parametrize(
    ("who", "status"), [("alice", 201), ("dan", 201), ("bob", 403), ("carol", 403), ("sam", 403), ("olga", 403)]
)
def test_a_key_may_what_its_member_may(world, who, status):
    answer = Caller(getattr(world, who)).check_in(key_result=world.key_result.pk, value=87, confidence=5)
    assert answer.status_code == status
    assert len(today_s(world)) == (status == 201)
    if status == 403:
        assert "role" in problem(answer, 403)["detail"]


def test_problems_speak_the_callers_language(world, api):
    sent = {"key_result": world.key_result.pk, "confidence": "beaucoup"}
    answer = api.post(
        ROOT + "check-ins/", sent, content_type="application/json", headers={"Accept-Language": "fr-FR,fr;q=0.9"}
    )
    assert answer["Content-Language"] == "fr"
    assert problem(answer, 400)["errors"] == [{"field": "confidence", "message": "Un nombre entier valide est requis."}]


# ── What is sent ─────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b"", 400),
        (b"{", 400),
        (b"[]", 400),
        (b"null", 400),
        (b'"text"', 400),
        (b"\xff\xfe", 400),
        (b'{"confidence": NaN}', 400),
        (b"[" * 100_000, 400),
        (b'{"a":' * 50_000, 400),
        (b'{"comment": "' + b"x" * 1_000_000 + b'"}', 413),
    ],
    ids=lambda value: str(value)[:24],
)
def test_bodies_that_are_no_check_in(world, api, body, status):
    problem(api.post(ROOT + "check-ins/", body, content_type="application/json"), status)


def test_only_json_is_read(world, api):
    sent = {"key_result": world.key_result.pk, "value": "87", "confidence": "5"}
    problem(api.post(ROOT + "check-ins/", sent), 415)
    assert today_s(world) == []
