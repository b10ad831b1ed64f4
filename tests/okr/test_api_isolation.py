"""One key, one organization: nothing of another is read, referred to or written, and no request inherits a tenant."""

import pytest
import time_machine
from django.db import connection
from django.test import Client

from okr.models import CheckIn
from orgs import tenancy
from tests import factories
from tests.api import ROOT, Caller, bearer, decided, secret_of
from tests.factories import TODAY

RESOURCES = {
    "years": lambda w: w.year,
    "quarters": lambda w: w.quarter,
    "departments": lambda w: w.department,
    "tribes": lambda w: w.tribe,
    "members": lambda w: w.alice,
    "objectives": lambda w: w.objective,
    "key-results": lambda w: w.key_result,
    "contributions": lambda w: w.strategic_kr.contributions.get(),
    "evidence": lambda w: w.evidence,
    "business-cases": lambda w: w.strategic_kr.business_case,
    "initiatives": lambda w: w.initiative,
    "check-ins": lambda w: w.key_result.check_ins.get(),
    "reviews": lambda w: w.quarter,
    "year-reviews": lambda w: w.year,
    "trends": lambda w: w.tribe,
    "plannings": lambda w: w.extra["planning"],
    "proposals": lambda w: w.extra["proposal"],
    "decisions": lambda w: w.extra["planning"].decisions.get(),
}


@pytest.fixture
def ours(db):
    with time_machine.travel(f"{TODAY} 10:00", tick=False):
        yield _world("ours")


@pytest.fixture
def theirs(ours):
    return _world("theirs")


def _world(slug):
    made = factories.world(slug)
    decided(made)
    return made


def one_of(world, resource):
    with tenancy.tenant(world.org.pk):
        return RESOURCES[resource](world).pk


def test_each_resource_is_listed_here():
    index = Client().get(ROOT).json()
    assert {url.removeprefix("http://testserver" + ROOT).strip("/") for url in index.values()} == set(RESOURCES) | {
        "schema", "docs", "coach"
    }  # fmt: skip


@pytest.mark.parametrize("resource", RESOURCES)
def test_a_key_sees_its_own_organization_and_no_other(ours, theirs, resource):
    """Either key, so that the one's 404 is for what the other's 200 shows."""
    mine, other = one_of(ours, resource), one_of(theirs, resource)
    our_key, their_key = Caller(ours.dan), Caller(theirs.dan)
    assert our_key.read(f"{resource}/{mine}/")["id"] == mine
    assert our_key.get(f"{ROOT}{resource}/{other}/").status_code == 404
    assert their_key.get(f"{ROOT}{resource}/{mine}/").status_code == 404
    assert their_key.read(f"{resource}/{other}/")["id"] == other
    ids, their_ids = our_key.ids(f"{resource}/"), their_key.ids(f"{resource}/")
    assert mine in ids
    assert other in their_ids
    assert not set(ids) & set(their_ids)


@pytest.mark.parametrize("resource", RESOURCES)
def test_nothing_said_refers_to_the_other(ours, theirs, resource):
    said = Caller(theirs.dan).get(f"{ROOT}{resource}/").content.decode()
    assert "/o/ours/" not in said
    assert Caller(ours.dan).get(f"{ROOT}{resource}/").content.decode() != said


@pytest.mark.parametrize(
    ("resource", "parameter", "of"),
    [
        ("objectives", "tribe", "tribes"),
        ("objectives", "year", "years"),
        ("key-results", "objective", "objectives"),
        ("key-results", "owner", "members"),
        ("contributions", "objective", "objectives"),
        ("evidence", "key_result", "key-results"),
        ("initiatives", "key_result", "key-results"),
        ("check-ins", "key_result", "key-results"),
        ("proposals", "planning", "plannings"),
        ("decisions", "key_result", "proposals"),
    ],
)
def test_a_filter_with_the_others_id_finds_nothing(ours, theirs, resource, parameter, of):
    assert Caller(ours.dan).rows(f"{resource}/", **{parameter: one_of(theirs, of)}) == []


def test_a_cursor_of_the_other_organization_shows_ones_own_rows(ours, theirs):
    cursor = Caller(theirs.dan).read("members/", page_size=2)["next"]
    answer = Caller(ours.dan).get(cursor)
    with tenancy.tenant(theirs.org.pk):
        assert not {row["id"] for row in answer.json()["results"]} & {member.pk for member in theirs.people.values()}


def test_nothing_is_written_into_the_other(ours, theirs):
    """The same answer as for an id that does not exist; the positive control is the own one."""
    caller = Caller(ours.dan)
    sent = {"value": 87, "confidence": 5}
    answers = [caller.check_in(key_result=pk, **sent) for pk in (one_of(theirs, "key-results"), 999_999)]
    assert [answer.status_code for answer in answers] == [400, 400]
    first, second = ([error["field"] for error in answer.json()["errors"]] for answer in answers)
    assert first == second == ["key_result"]
    assert caller.check_in(key_result=ours.key_result.pk, **sent).status_code == 201
    with tenancy.tenant(theirs.org.pk):
        assert not CheckIn.objects.filter(on=TODAY, key_result=theirs.key_result).exists()


def test_a_client_id_of_the_other_organization_tells_nothing(ours, theirs):
    with tenancy.tenant(theirs.org.pk):
        used = theirs.key_result.check_ins.get().client_id
    answer = Caller(ours.dan).check_in(key_result=ours.key_result.pk, value=87, confidence=5, client_id=str(used))
    assert answer.status_code == 201


def test_no_request_inherits_the_tenant_of_the_one_before(ours, theirs):
    client = Client()
    ours_first = client.get(ROOT + "tribes/", headers=bearer(secret_of(ours.dan)))
    assert tenancy.database_setting() == ""
    theirs_then = client.get(ROOT + "tribes/", headers=bearer(secret_of(theirs.dan)))
    assert [row["id"] for row in ours_first.json()["results"]] == [ours.tribe.pk, ours.other_tribe.pk]
    assert [row["id"] for row in theirs_then.json()["results"]] == [theirs.tribe.pk, theirs.other_tribe.pk]
    assert client.get(ROOT + "tribes/").status_code == 401
    assert tenancy.database_setting() == ""


@pytest.mark.parametrize("path", ["key-results/999999/", "key-results/?owner=x", "nothing/"])
def test_nor_after_an_error(ours, path):
    assert Caller(ours.dan).get(ROOT + path).status_code in (400, 404)
    assert tenancy.database_setting() == ""


def test_nor_after_a_failure(ours, monkeypatch):
    from okr.api import views

    def fails(*args, **kwargs):
        raise RuntimeError("on purpose")

    monkeypatch.setattr(views.Years, "get_serializer", fails)
    caller = Caller(ours.dan)
    caller.raise_request_exception = False
    answer = caller.get(ROOT + "years/")
    assert (answer.status_code, answer["Content-Type"]) == (500, "application/problem+json")
    assert b"on purpose" not in answer.content
    assert tenancy.database_setting() == ""


@pytest.mark.postgres
def test_the_database_itself_forgets_the_tenant(ours):
    """Row-level security: with no tenant the application's role sees no row."""
    Caller(ours.dan).read("tribes/")
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM orgs_tribe")
        assert cursor.fetchone() == (0,)
