"""Ballots that meet on PostgreSQL: of one person in two tabs, of many, and as the vote closes."""

import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection, connections
from django.db.models import Sum

from orgs import tenancy
from orgs.rules import RuleBroken
from tests import factories
from workshops.actions import votes
from workshops.models import Ballot, Note, Participant, Vote, Workshop

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]
ROUNDS = 6


class Voting:
    """Five dots each, at most three on one of four notes."""

    def __init__(self) -> None:
        world = factories.world()
        self.org = world.org.pk
        with tenancy.tenant(self.org):
            self.workshop: Workshop = factories.workshop(world, at="vote")
            self.alice, self.bob, self.carol = (
                self.workshop.participants.get(membership=who) for who in (world.alice, world.bob, world.carol)
            )
            self.notes: list[Note] = [
                factories.note(self.workshop, self.bob, text, revealed_at=self.workshop.starts_at) for text in "ABCD"
            ]
            self.vote = Vote.objects.create(
                phase=self.workshop.phase, votes_on="notes", dots=5, dots_an_item=3, opened_at=self.workshop.starts_at
            )

    def cast(self, who: Participant, note: int, dots: int) -> Callable[[], None]:
        return lambda: votes.cast(self.workshop, {self.notes[note].uid: dots}, by=who, vote=self.vote.pk)

    def together(self, *acts: Callable[[], None]) -> list[Exception | None]:
        """All at the same moment, each on a connection of its own; what each raised."""
        gate = threading.Barrier(len(acts))

        def come(act: Callable[[], None]) -> Exception | None:
            try:
                with tenancy.tenant(self.org):
                    gate.wait(20)
                    act()
            except Exception as error:
                return error
            finally:
                connection.close()
            return None

        with ThreadPoolExecutor(len(acts)) as threads:
            return list(threads.map(come, acts))

    def placed(self, who: Participant) -> int:
        with tenancy.tenant(self.org):
            return int(Ballot.objects.filter(participant=who, vote=self.vote).aggregate(sum=Sum("dots"))["sum"] or 0)

    def clear(self) -> None:
        with tenancy.tenant(self.org):
            Ballot.objects.all().delete()


@pytest.fixture
def voting() -> Iterator[Voting]:
    yield Voting()
    connections.close_all()


def test_two_tabs_of_one_person_never_spend_more_than_the_budget(voting: Voting) -> None:
    for _round in range(ROUNDS):
        voting.clear()
        raised = voting.together(voting.cast(voting.bob, 0, 3), voting.cast(voting.bob, 1, 3))
        assert [type(one) for one in raised if one is not None] == [RuleBroken], "one of them came too late"
        assert voting.placed(voting.bob) == 3


def test_two_tabs_that_say_the_same_say_it_once(voting: Voting) -> None:
    for _round in range(ROUNDS):
        voting.clear()
        assert voting.together(*[voting.cast(voting.bob, 0, 2)] * 4) == [None] * 4
        assert voting.placed(voting.bob) == 2


def test_many_people_vote_at_once_and_none_is_lost(voting: Voting) -> None:
    with tenancy.tenant(voting.org):
        people = [
            factories.participant(voting.workshop, guest_name=f"Guest {n}", digest=f"{n}", function="tech")
            for n in range(12)
        ]
    assert voting.together(*(voting.cast(one, n % 4, 3) for n, one in enumerate(people))) == [None] * 12
    assert [voting.placed(one) for one in people] == [3] * 12


def test_a_ballot_that_meets_the_closing_counts_or_is_refused(voting: Voting) -> None:
    def close() -> None:
        votes.close_vote(voting.workshop, by=voting.alice, sure=True)

    for _round in range(ROUNDS):
        voting.clear()
        with tenancy.tenant(voting.org):
            Vote.objects.update(closed_at=None)
        closing, casting = voting.together(close, voting.cast(voting.carol, 0, 3))
        assert closing is None
        assert casting is None or isinstance(casting, RuleBroken)
        assert voting.placed(voting.carol) == (0 if casting else 3)
        with tenancy.tenant(voting.org):
            assert Vote.objects.get().closed_at is not None
