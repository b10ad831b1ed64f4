"""On the page of what a workshop made: where it comes from, as far as the reader may know."""

import datetime as dt
import uuid
from typing import Any

import pytest
import time_machine
from django.core.cache import cache
from django.db import connection
from django.test.utils import CaptureQueriesContext

from orgs import tenancy
from tests import factories
from tests.factories import World, signed_in
from workshops.models import Ballot, Decision, Family, Vote, Workshop

pytestmark = pytest.mark.django_db
NOW = dt.datetime(2026, 5, 19, 10, tzinfo=dt.UTC)


@pytest.fixture(autouse=True)
def on_the_day():
    with time_machine.travel(NOW, tick=False):
        yield


class Made:
    """Alice's key result came of a family of two notes, one with another merged into it."""

    def __init__(self, world: World) -> None:
        self.world = world
        with tenancy.tenant(world.org.pk):
            self.workshop = factories.workshop(world, "closed")
            subject = self.workshop.subjects.get()
            bob, carol = (self.workshop.participants.get(membership=who) for who in (world.bob, world.carol))
            self.family = Family.objects.create(
                workshop=self.workshop, uid=uuid.uuid4(), subject=subject, name="On time"
            )
            first, _second = (
                factories.note(self.workshop, bob, text, family=self.family, revealed_at=NOW)
                for text in ("Ready on arrival", "No waiting")
            )
            factories.note(self.workshop, bob, "Ready when I come", merged_into=first, revealed_at=NOW)
            factories.note(self.workshop, bob, "Taken away", family=self.family, withdrawn_at=NOW, revealed_at=NOW)
            lone = factories.note(self.workshop, carol, "A badge", revealed_at=NOW)
            phase = self.workshop.phases.get(kind="vote")
            self.vote = Vote.objects.create(
                phase=phase, votes_on="families", dots=4, dots_an_item=3, opened_at=NOW, closed_at=NOW
            )
            for who, on, dots in (
                (bob, {"family": self.family}, 3),
                (bob, {"note": lone}, 1),
                (carol, {"note": lone}, 4),
            ):
                Ballot.objects.create(vote=self.vote, participant=who, dots=dots, **on)
            self.decision = Decision.objects.create(
                workshop=self.workshop, family=self.family, outcome="retained", reason="Everybody waits.",
                key_result=world.key_result, by=world.alice, at=NOW,
            )  # fmt: skip

    def page(self, who: str = "alice", path: str = "") -> str:
        path = path or f"/o/ours/key-results/{self.world.key_result.pk}/"
        answer = signed_in(self.world.people[who]).get(path)
        assert answer.status_code == 200
        return answer.content.decode()

    def section(self, who: str = "alice", path: str = "") -> str:
        page = self.page(who, path)
        return " ".join(page.partition('id="origins"')[2].partition("</section>")[0].split())

    def set(self, **fields: Any) -> None:
        with tenancy.tenant(self.world.org.pk):
            Workshop.objects.filter(pk=self.workshop.pk).update(**fields)
        cache.clear()


@pytest.fixture
def made() -> Made:
    return Made(factories.world("ours"))


def test_notes_and_votes_of_what_it_came_of(made: Made) -> None:
    said = made.section()
    for words in ("Workshop 2, key results", "19 May", "On time", "Everybody waits.", "Ready on arrival",
                  '<li class="alike">Ready when I come</li>', "No waiting", "3 notes"):  # fmt: skip
        assert words in said, words
    assert "Taken away" not in said
    assert "A badge" not in said
    # Bob (Tech) gave it 3 of his 4 dots, Carol (Business) none of hers: raw 3 of 8, balanced the mean of 75 % and 0 %.
    for words in ('Balanced</dt><dd class="num">38%', 'Raw</dt><dd class="num">38% (3 dots)', "1 of 2 functions"):
        assert words in said, words
    assert f"/o/ours/workshops/{made.workshop.code}/minutes/" in said


def test_an_objective_says_so_too(made: Made) -> None:
    path = f"/o/ours/objectives/{made.world.objective.pk}/"
    assert made.section(path=path) == ""
    with tenancy.tenant(made.world.org.pk):
        Decision.objects.update(key_result=None, objective=made.world.objective)
    cache.clear()
    assert "On time" in made.section(path=path)


def test_nothing_is_said_where_it_came_of_no_workshop(made: Made) -> None:
    assert "origins" not in made.page(path=f"/o/ours/key-results/{made.world.strategic_kr.pk}/").partition("<main")[2]


def test_minutes_are_everybodys(made: Made) -> None:
    assert "Ready on arrival" in made.section("olga")


def test_while_it_goes_on_others_learn_title_and_date_alone(made: Made) -> None:
    made.set(state="running")
    for who in ("alice", "bob", "carol", "dan", "coach"):  # who takes part, or may lead it
        assert "Ready on arrival" in made.section(who), who
    for who in ("sam", "olga", "cpo"):
        said = made.section(who)
        assert "Workshop 2, key results" in said
        assert "19 May" in said
        assert f'/o/ours/workshops/{made.workshop.code}/"' in said
        for words in ("On time", "Ready on arrival", "Everybody waits.", "Balanced", "3 notes"):
            assert words not in said, (who, words)


def test_without_a_vote_there_are_no_figures(made: Made) -> None:
    with tenancy.tenant(made.world.org.pk):
        Vote.objects.update(closed_at=None)
    assert "Balanced" not in made.section()
    assert "Ready on arrival" in made.section()


def test_a_committee_without_functions_hides_what_is_balanced(made: Made) -> None:
    with tenancy.tenant(made.world.org.pk):
        made.workshop.participants.update(function="")
    said = made.section()
    assert "Balanced" not in said
    assert "38% (3 dots)" in said


def test_as_many_queries_with_many_notes_and_ballots(made: Made) -> None:
    client = signed_in(made.world.alice)

    def queries() -> int:
        cache.clear()
        with CaptureQueriesContext(connection) as found:
            client.get(f"/o/ours/key-results/{made.world.key_result.pk}/")
        return len(found)

    queries()
    few = queries()
    assert few <= 19
    with tenancy.tenant(made.world.org.pk):
        for number in range(15):
            who = factories.participant(made.workshop, factories.member(made.world.org, f"Member {number}"))
            note = factories.note(made.workshop, who, f"Idea {number}", family=made.family, revealed_at=NOW)
            factories.note(made.workshop, who, f"Alike {number}", merged_into=note, revealed_at=NOW)
            Ballot.objects.create(vote=made.vote, participant=who, family=made.family, dots=2)
    assert queries() == few
