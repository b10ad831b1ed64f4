"""Many check-ins in one request, each answered for itself."""

import datetime as dt
import uuid

import pytest
import time_machine

from okr.models import CheckIn
from orgs import tenancy
from tests import factories
from tests.api import ROOT, Caller
from tests.factories import TODAY
from tests.okr.test_api_check_ins import fields_of, problem


@pytest.fixture
def world(db):
    with time_machine.travel(dt.datetime.combine(TODAY, dt.time(9), dt.UTC), tick=False):
        made = factories.world()
        with tenancy.tenant(made.org.pk):
            made.extra["rows"] = [factories.key_result(made.objective, owner=made.alice) for _ in range(4)]
        yield made


@pytest.fixture
def send(world):
    api = Caller(world.alice)

    def send(items, who=api):
        return who.post(f"{ROOT}check-ins/batch/", {"check_ins": items}, content_type="application/json")

    return send


def sent(key_result, value="84", **more):
    return {"key_result": key_result.pk, "value": value, "confidence": 6, "client_id": str(uuid.uuid4()), **more}


def recorded(world):
    with tenancy.tenant(world.org.pk):
        return sorted(CheckIn.objects.filter(on=TODAY).values_list("key_result_id", flat=True))


def test_each_is_recorded_in_its_order(world, send):
    answer = send([sent(row, f"8{place}") for place, row in enumerate(world.extra["rows"])])
    assert answer.status_code == 200
    results = answer.json()["results"]
    assert [one["status"] for one in results] == [201] * 4
    assert [one["check_in"]["value"] for one in results] == ["80", "81", "82", "83"]
    assert recorded(world) == sorted(row.pk for row in world.extra["rows"])


def test_what_is_wrong_with_one_takes_nothing_from_the_others(world, send):
    first, second, third, fourth = world.extra["rows"]
    items = [
        sent(first),
        sent(second, "a lot"),
        sent(third, on=str(TODAY + dt.timedelta(days=1))),
        sent(world.strategic_kr, "60"),
        "nonsense",
        {**sent(fourth), "key_result": 999_999_999},
        sent(fourth),
    ]
    results = send(items).json()["results"]
    assert [one["status"] for one in results] == [201, 400, 422, 403, 400, 400, 201]
    assert [error["field"] for one in results for error in one.get("errors", [])] == [
        "value",
        "on",
        "",
        "",
        "key_result",
    ]
    assert recorded(world) == [first.pk, fourth.pk]


def test_a_retry_of_the_whole_records_nothing_more(world, send):
    items = [sent(row) for row in world.extra["rows"]]
    first = send(items).json()["results"]
    again = send(items).json()["results"]
    assert [one["status"] for one in again] == [200] * 4
    assert [one["check_in"] for one in again] == [one["check_in"] for one in first]
    assert len(recorded(world)) == 4


def test_between_one_and_a_hundred(world, send):
    assert fields_of(send([])) == {"check_ins"}
    assert fields_of(send([sent(world.extra["rows"][0])] * 101)) == {"check_ins"}
    assert fields_of(send("many")) == {"check_ins"}
    assert recorded(world) == []


def test_a_key_that_only_reads_is_refused(world, send):
    problem(send([sent(world.extra["rows"][0])], Caller(world.alice, "read")), 403)
    assert recorded(world) == []


def test_another_organization_s_key_result_does_not_exist(world, send):
    other = factories.world("other")
    (result,) = send([sent(other.key_result)]).json()["results"]
    assert (result["status"], result["errors"][0]["field"]) == (400, "key_result")
