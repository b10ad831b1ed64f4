"""The API's description of itself, and the API held against it: generated requests, each answer checked by the schema."""

import re
import uuid

import pytest
import schemathesis
from django.contrib.staticfiles import finders
from django.core.management import call_command
from django.core.signals import request_finished, request_started
from django.db import close_old_connections
from django.test import Client
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from schemathesis import GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from config.wsgi import application
from okr.models import CheckIn
from orgs import tenancy
from orgs.api.authentication import KeyThrottle
from tests import factories
from tests.api import ROOT, bearer, decided, secret_of
from tests.okr.test_api_isolation import RESOURCES, one_of

OPERATIONS = [
    *(("GET", f"{ROOT}{resource}/") for resource in RESOURCES),
    *(("GET", f"{ROOT}{resource}/{{id}}/") for resource in RESOURCES),
    ("POST", f"{ROOT}check-ins/"),
    ("POST", f"{ROOT}check-ins/batch/"),
    ("POST", f"{ROOT}coach/"),
    ("POST", f"{ROOT}decisions/"),
]
CHECKED = [not_a_server_error, status_code_conformance, content_type_conformance, response_schema_conformance]


@pytest.fixture(scope="module")
def schema():
    return Client().get(ROOT + "schema/").json()


# ── What it says ─────────────────────────────────────────────────────────────


def test_the_description_is_valid_and_complete(tmp_path):
    call_command("spectacular", "--validate", "--fail-on-warn", "--file", str(tmp_path / "schema.yml"))


def test_every_operation_asks_for_a_key_and_describes_its_problems(schema):
    for path, operations in schema["paths"].items():
        for method, operation in operations.items():
            assert operation["security"] == [{"ApiKey": []}], (method, path)
            assert {"401", "403", "429", "default"} <= set(operation["responses"])
            assert list(operation["responses"]["default"]["content"]) == ["application/problem+json"]
    assert schema["components"]["securitySchemes"]["ApiKey"]["scheme"] == "bearer"


def test_every_resource_is_described(schema):
    described = {(method.upper(), path) for path, operations in schema["paths"].items() for method in operations}
    assert described == set(OPERATIONS)


def test_a_problem_answers_its_own_description(db, schema):
    problem = Client().get(ROOT + "years/").json()
    described = schema["components"]["schemas"]["Problem"]
    assert set(described["required"]) <= set(problem) <= set(described["properties"])


def test_the_description_is_the_same_in_every_language(schema):
    assert Client().get(ROOT + "schema/", headers={"Accept-Language": "fr"}).json() == schema


def test_anybody_may_read_about_the_api_without_a_query(django_assert_num_queries, db):
    with django_assert_num_queries(0):
        for path in ("", "schema/", "docs/"):
            assert Client().get(ROOT + path).status_code == 200


def test_the_documentation_needs_no_other_host_and_no_inline_script(db):
    answer = Client().get(ROOT + "docs/")
    html = answer.content.decode()
    files = re.findall(r'(?:src|href)="([^"]+)"', html)
    assert files
    assert all(url.startswith("/") and finders.find(url.removeprefix("/static/")) for url in files)
    assert "<style" not in html
    assert re.findall(r"<script[^>]*>([^<]*)</script>", html) == ["", ""]
    assert "unsafe" not in answer["Content-Security-Policy"]


# ── What it does ─────────────────────────────────────────────────────────────


@pytest.fixture
def described(db, monkeypatch):
    """The API by its WSGI application, inside the test's transaction: as Django's own client does it."""
    monkeypatch.setattr(KeyThrottle, "rate", "100000/min", raising=False)
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    yield schemathesis.openapi.from_wsgi(ROOT + "schema/", application)
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)


@pytest.fixture
def world(db):
    made = factories.world()
    decided(made)
    return made


@pytest.fixture
def key(world):
    return bearer(secret_of(world.dan, "read", "check_in", "plan")) | {"Accept-Encoding": "identity"}


@pytest.mark.parametrize(("method", "path"), OPERATIONS)
@settings(
    max_examples=20,
    deadline=None,
    derandomize=True,
    database=None,
    suppress_health_check=[
        HealthCheck.function_scoped_fixture, HealthCheck.too_slow, HealthCheck.filter_too_much, HealthCheck.data_too_large
    ],
)  # fmt: skip
@given(data=st.data())
def test_whatever_is_asked_the_answer_is_as_described(method, path, world, key, described, data):
    """Requests that fit the description, and requests that do not. Ids drawn at random lead nowhere: every other one of
    them is replaced by one that exists."""
    mode = data.draw(st.sampled_from(GenerationMode))
    case = data.draw(described[path][method].as_strategy(generation_mode=mode))
    if mode is GenerationMode.POSITIVE and "id" in case.path_parameters and data.draw(st.booleans()):
        case.path_parameters["id"] = one_of(world, path.split("/")[3])
    answer = case.call(headers=key)
    case.validate_response(answer, checks=CHECKED)
    assert tenancy.database_setting() == ""


@pytest.mark.parametrize("resource", RESOURCES)
def test_what_exists_is_as_described(resource, world, key, described):
    """The positive control: a list and one row that are there, held against the schema."""
    for path, parameters in (
        (f"{ROOT}{resource}/", {}),
        (f"{ROOT}{resource}/{{id}}/", {"id": one_of(world, resource)}),
    ):
        case = described[path]["GET"].Case(path_parameters=parameters)
        answer = case.call(headers=key)
        assert answer.status_code == 200
        case.validate_response(answer, checks=CHECKED)


def test_what_is_recorded_is_as_described(world, key, described):
    with tenancy.tenant(world.org.pk):
        latest = CheckIn.objects.filter(key_result=world.key_result).latest("on")
    sent = {"key_result": world.key_result.pk, "value": "87.5", "confidence": 6, "on": latest.on.isoformat()}
    case = described[ROOT + "check-ins/"]["POST"].Case(body=sent, media_type="application/json")
    answer = case.call(headers=key)
    assert answer.status_code == 201
    case.validate_response(answer, checks=CHECKED)


def test_what_is_decided_refused_and_asked_is_as_described(world, key, described):
    asked = {"planning": world.extra["planning"].pk, "key_results": [world.extra["proposal"].pk]}
    for said, status in (
        ({"outcome": "drop"}, 422),
        ({"outcome": "drop", "reason": "Later", "seen": {str(world.extra["proposal"].pk): 0}}, 409),
        ({"outcome": "drop", "reason": "Later"}, 200),
    ):
        sent = {**asked, **said, "act": str(uuid.uuid4())}
        case = described[f"{ROOT}decisions/"]["POST"].Case(body=sent, media_type="application/json")
        answer = case.call(headers=key)
        assert answer.status_code == status, answer.text
        case.validate_response(answer, checks=CHECKED)
