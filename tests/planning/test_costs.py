"""What the board and a decision cost: as many queries, and as many drawings, for one proposal as for four hundred."""

import uuid
from collections.abc import Iterator
from typing import Any

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import translation

from okr.models import KeyResult
from planning.actions import leading
from planning.actions.session import AGENDA, AGREED, ALIKE, COVERAGE, DECK, GROUP
from planning.models import Ballot, Decision, Planning
from planning.pages.board import TRIBE, WALL, WAYS, Board, groups_of
from tests.planning import quarters
from tests.planning.quarters import Quarterly
from workshops.live import registry, rendering
from workshops.live.rendering import Wanted

BOARD, DECISION, VOTE, DRAWING = 15, 12, 17, 15
EACH = {1: 1, 100: 17, 400: 67}  # key results of each of the six objectives, for about so many proposals
SIZES = list(EACH)
MANY = 40  # decided at once; beyond, the database is told in several batches


@pytest.fixture(scope="module")
def sizes(django_db_setup: None, django_db_blocker: Any) -> Iterator[dict[int, Quarterly]]:
    with django_db_blocker.unblock(), transaction.atomic():
        yield {number: in_session(number) for number in SIZES}
        transaction.set_rollback(True)


@pytest.fixture
def made(request: pytest.FixtureRequest, sizes: dict[int, Quarterly], db: None) -> Quarterly:
    found = sizes[request.param]
    found.clients.clear()  # signed in within a test, which takes it back
    return found


of_every_size = pytest.mark.parametrize("made", SIZES, indirect=True)


def in_session(number: int) -> Quarterly:
    made = quarters.planned(quarters.PREPARING, f"of-{number}", each=EACH[number])
    if number == 1:
        with made.inside():
            others = [row.pk for code, row in made.proposals.items() if code != "DRV A1"]
            KeyResult.objects.filter(pk__in=others).update(archived_at=quarters.NOW)
    with made.inside():
        leading.open_meeting(made.again(), by=made.actor("coach"))
    made.again()
    return made


def statements(captured: CaptureQueriesContext) -> list[str]:
    """Without what begins and ends a transaction within the test's own."""
    return [one["sql"] for one in captured.captured_queries if "SAVEPOINT" not in one["sql"]]


def cost_of_decision(made: Quarterly, who: str, outcome: str, *codes: str) -> int:
    sent = {
        "act": str(uuid.uuid4()),
        "outcome": outcome,
        "reason": "" if outcome == "keep" else "Not an outcome",
        "ids": " ".join(f"{made.pk(code)}:0" for code in codes),
        "sure": "on",
    }
    client, url = made.client(who), made.url("planning_decide")
    client.get(made.url("planning_wall"))  # who is there is known, as to everybody who sits before the board
    with CaptureQueriesContext(connection) as captured:
        answer = client.post(url, sent, headers={"HX-Request": "true"})
    assert answer.status_code == 200, answer.content.decode()
    return len(statements(captured))


# ── The page ─────────────────────────────────────────────────────────────────


@of_every_size
@pytest.mark.parametrize("way", list(WAYS))
def test_the_board_costs_fifteen_queries(made: Quarterly, way: str):
    client, url = made.client("sam"), f"{made.url('planning_board')}?by={way}"
    client.get(url)
    with CaptureQueriesContext(connection) as captured:
        assert client.get(url).status_code == 200
    assert len(statements(captured)) == BOARD


# ── A decision ───────────────────────────────────────────────────────────────


@of_every_size
@pytest.mark.parametrize("outcome", ["keep", "drop"])
def test_a_decision_of_the_chair_costs_twelve_queries(made: Quarterly, outcome: str):
    assert cost_of_decision(made, "sam", outcome, "DRV A1") == DECISION
    with made.inside():
        assert Decision.objects.get(planning=made.planning, stands=True).outcome == outcome


@pytest.mark.parametrize("made", [400], indirect=True)
def test_many_decided_at_once_cost_no_more(made: Quarterly):
    assert cost_of_decision(made, "sam", "keep", *list(made.proposals)[:MANY]) == DECISION
    with made.inside():
        assert KeyResult.objects.filter(stage="kept", objective__quarter=made.quarter).count() == MANY


@of_every_size
def test_changing_what_was_decided_costs_one_more(made: Quarterly):
    """The decision before it no longer stands."""
    cost_of_decision(made, "sam", "keep", "DRV A1")
    with made.inside():
        seen = Decision.objects.get(planning=made.planning, stands=True).pk
    sent = {"act": str(uuid.uuid4()), "outcome": "drop", "reason": "Later", "ids": f"{made.pk('DRV A1')}:{seen}"}
    with CaptureQueriesContext(connection) as captured:
        answer = made.client("sam").post(made.url("planning_decide"), {**sent, "sure": "on"})
    assert answer.status_code == 302
    assert len(statements(captured)) == DECISION + 1


@of_every_size
def test_a_vote_that_decides_costs_the_same_whatever_there_is(made: Quarterly):
    with made.inside():
        Planning.objects.filter(pk=made.planning.pk).update(mode=Planning.Mode.MAJORITY)
    assert cost_of_decision(made, "codir", "keep", "DRV A1") <= VOTE


@pytest.mark.parametrize("made", [100], indirect=True)
def test_taking_back_what_votes_decided_costs_as_much_for_many(made: Quarterly):
    with made.inside():
        Planning.objects.filter(pk=made.planning.pk).update(mode=Planning.Mode.MAJORITY)
    codes, costs = list(made.proposals), []
    for chosen in (codes[:1], codes[1 : 1 + MANY]):
        cost_of_decision(made, "codir", "keep", *chosen)
        with made.inside():
            act = Decision.objects.filter(planning=made.planning, stands=True).latest("pk").act
        sent = {"act": str(act), "sure": "on"}
        with CaptureQueriesContext(connection) as captured:
            assert made.client("codir").post(made.url("planning_undo"), sent).status_code == 302
        costs.append(len(statements(captured)))
        with made.inside():
            assert not Ballot.objects.filter(planning=made.planning).counted().exists()
    assert costs[0] == costs[1]


# ── What is drawn of it ──────────────────────────────────────────────────────


def announced(made: Quarterly, *codes: str) -> list[str]:
    """The names that deciding these announces."""
    told: list[str] = []
    with made.inside(), pytest.MonkeyPatch.context() as patched:
        patched.setattr("planning.actions.session.announce", lambda kind, key, seq, names: told.extend(names))
        made.decide("keep", *codes)
    return told


def drawn(made: Quarterly, names: list[str], *audiences: tuple[str, str]) -> tuple[list[tuple[str, str, str]], int]:
    """Of each drawing audience, language and name; and what all of them cost."""
    found: list[tuple[str, str, str]] = []
    wanted = [Wanted(audience, language, names) for audience, language in audiences]
    kind = registry.named("planning")
    with CaptureQueriesContext(connection) as captured:
        failed = rendering.draw(
            kind,
            made.org.pk,
            made.quarter.slug,
            wanted,
            lambda one, name, html: found.append((one.audience, one.language, name)) if html else None,
        )
    assert failed == set()
    return found, len(statements(captured))


@of_every_size
def test_a_decision_draws_each_region_once_for_each_audience_and_language(made: Quarterly):
    names = announced(made, "DRV A1")
    audiences = [(TRIBE, "en"), (TRIBE, "fr"), ("objective", "en"), ("strategic", "en"), (WALL, "en")]
    found, cost = drawn(made, names, *audiences)
    assert len(found) == len(set(found))
    of_tribe = sorted(name for audience, language, name in found if (audience, language) == (TRIBE, "en"))
    assert of_tribe == sorted([DECK, AGENDA, COVERAGE, ALIKE, AGREED, f"group.t{made.tribes['DRV'].pk}"])
    groups = {audience: name for audience, _language, name in found if name.startswith(GROUP)}
    assert groups == {
        TRIBE: f"group.t{made.tribes['DRV'].pk}",
        "objective": f"group.o{made.objectives['DRV A'].pk}",
        "strategic": f"group.s{made.strategic['1.1'].pk}",
    }
    assert [name for audience, _language, name in found if audience == WALL] == ["stage"]
    assert cost <= DRAWING


@pytest.mark.parametrize("made", [100], indirect=True)
def test_two_tribes_decided_at_once_are_two_groups(made: Quarterly):
    found, _cost = drawn(made, announced(made, "DRV A1", "DRV B2", "LAD A1"), (TRIBE, "en"))
    groups = sorted(name for _audience, _language, name in found if name.startswith(GROUP))
    assert groups == sorted(f"group.t{made.tribes[code].pk}" for code in ("DRV", "LAD"))


@pytest.mark.parametrize("made", [100], indirect=True)
def test_the_whole_board_is_drawn_where_all_is_announced(made: Quarterly):
    found, _cost = drawn(made, [GROUP], ("objective", "en"))
    assert len(found) == 6
    with made.inside():
        assert {name for _a, _l, name in found} == {
            f"group.{part}" for part in groups_of(Board(made.again(), made.org), "objective")
        }


@pytest.mark.parametrize("made", [1], indirect=True)
def test_a_board_drawn_in_two_languages_speaks_both(made: Quarterly):
    with made.inside():
        shown, said = Board(made.again(), made.org), []
        for language in ("en", "fr", "en"):
            with translation.override(language):
                said.append([line.span for group in shown.groups(TRIBE) for line in group.lines])
    assert said == [["41% → 61%"], ["41\u00a0% → 61\u00a0%"], ["41% → 61%"]]
