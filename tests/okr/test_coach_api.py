"""POST /api/v1/coach/: the wording coach for other programs."""

import pytest

from okr.actions.coach_words import add_word
from orgs import tenancy
from orgs.actions.audit import Actor
from orgs.models import Organization
from tests import factories
from tests.api import ROOT, Caller
from tests.okr.test_api_check_ins import problem

GOOD = {"level": "key_result", "text": "Passer le NPS du Drive de 31 à 42"}
BAD = {"level": "key_result", "text": "Livrer la nouvelle page de choix des créneaux"}


@pytest.fixture
def world(db):
    return factories.world()


@pytest.fixture
def caller(world):
    return Caller(world.alice, "read")


def post(caller, sent, **headers):
    return caller.post(ROOT + "coach/", sent, content_type="application/json", headers=headers)


def rules(answer) -> list[str]:
    assert answer.status_code == 200, answer.content
    return [finding["rule"] for finding in answer.json()["findings"]]


def test_one_statement(caller):
    answer = post(caller, {**BAD, "id": 7, "language": "fr"})
    assert answer.json() == {
        **BAD,
        "id": 7,
        "language": "fr",
        "findings": [
            {
                "rule": "KR_OUTPUT",
                "message": "This key result names an output, not an outcome: it can ship and change nothing.",
                "suggestion": "[Ce que les clients font de plus, ou de moins]\u00a0: de … à …",
            }
        ],
    }


def test_a_good_statement_has_no_finding(caller):
    assert post(caller, GOOD).json() == {**GOOD, "findings": []}


def test_a_list_keeps_its_order(caller):
    sent = [{**GOOD, "id": "a"}, {**BAD, "id": "b"}, {"level": "objective", "text": ""}]
    judged = post(caller, {"statements": sent}).json()["statements"]
    assert [(row.get("id"), [finding["rule"] for finding in row["findings"]]) for row in judged] == [
        ("a", []),
        ("b", ["KR_OUTPUT"]),
        (None, []),
    ]


def test_a_list_has_at_most_100_statements_and_a_text_10_000_characters(caller):
    assert post(caller, {"statements": [GOOD] * 100}).status_code == 200
    problem(post(caller, {"statements": [GOOD] * 101}), 400)
    assert post(caller, {**GOOD, "text": "a" * 10_000}).status_code == 200
    assert problem(post(caller, {**GOOD, "text": "a" * 10_001}), 400)["errors"][0]["field"] == "text"


@pytest.mark.parametrize(
    ("sent", "field"),
    [
        ({"text": "Lancer"}, "level"),
        ({"level": "tribe", "text": "Lancer"}, "level"),
        ({"level": "objective"}, "text"),
        ({"level": "objective", "text": None}, "text"),
        ({**GOOD, "language": "de"}, "language"),
        ({**GOOD, "id": [1]}, "id"),
        ({"statements": [GOOD, {"level": "objective"}]}, "statements.1.text"),
        ({"statements": {}}, "statements"),
        ({"statements": None}, "statements"),
    ],
    ids=str,
)
def test_what_is_not_right_is_named(caller, sent, field):
    assert field in [error["field"] for error in problem(post(caller, sent), 400)["errors"]]


@pytest.mark.parametrize("sent", [[], [GOOD], "text", 3, None])
def test_anything_but_an_object_is_refused(caller, sent):
    problem(post(caller, sent), 400)


def test_reading_is_enough_and_writing_alone_is_not(world):
    assert post(Caller(world.alice, "read"), GOOD).status_code == 200
    problem(post(Caller(world.alice, "check_in"), GOOD), 403)
    problem(Caller(world.alice).get(ROOT + "coach/"), 405)


def test_the_organization_s_own_words_count_at_once_and_for_it_alone(world, caller):
    stranger = Caller(factories.world("other").alice)
    sent = {"level": "objective", "text": "Packager une offre pour les familles"}
    assert rules(post(caller, sent)) == []
    with tenancy.tenant(world.org.pk):
        add_word("output_verb", "fr", "packager", by=Actor(world.dan))
    assert rules(post(caller, sent)) == ["OBJ_OUTPUT_VERB"]
    assert rules(post(stranger, sent)) == []


def test_nothing_is_stored(world, caller):
    version = Organization.objects.get(pk=world.org.pk).version
    post(caller, BAD)
    assert Organization.objects.get(pk=world.org.pk).version == version


def test_words_are_read_once_for_all_statements(caller, django_assert_max_num_queries):
    with django_assert_max_num_queries(5):  # key, its last use, tenancy, words
        post(caller, {"statements": [BAD] * 50})
