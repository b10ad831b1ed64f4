"""Gestures of several people that meet on PostgreSQL: the board is whole afterwards, whoever came first."""

import threading
import uuid
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.db import connection, connections, transaction
from django.utils import timezone

from orgs import tenancy
from orgs.rules import RuleBroken
from tests import factories
from tests.servers import wait_until
from tests.workshops.test_at_once import _waits_for_a_lock
from workshops.actions import families, moves, notes
from workshops.models import Family, Move, Note, Participant

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]


class Board:
    """A workshop at its families: six notes, two families, and Alice, Bob and Carol."""

    def __init__(self) -> None:
        world = factories.world()
        self.org = world.org.pk
        with tenancy.tenant(self.org):
            self.workshop = factories.workshop(world, "families")
            self.alice, self.bob, self.carol = (
                Participant.objects.get(membership=world.people[name]) for name in ("alice", "bob", "carol")
            )
            now = timezone.now()
            self.notes = [factories.note(self.workshop, self.bob, f"Idea {n}", revealed_at=now) for n in range(6)]
            self.one, self.two = (factories.family(self.workshop, name) for name in ("One", "Two"))
        self.uids = [note.uid for note in self.notes]

    def move(self, *which: int, to: Family | None, by: Participant) -> Callable[[], Any]:
        uids, uid = [self.uids[n] for n in which], uuid.uuid4()
        return lambda: families.move_notes(self.workshop, uid, uids, to.uid if to else None, by=by)

    def merge(self, into: int, *which: int, by: Participant) -> Callable[[], Any]:
        uids, uid = [self.uids[n] for n in which], uuid.uuid4()
        return lambda: families.merge_notes(self.workshop, uid, self.uids[into], uids, by=by)

    def dissolve(self, family: Family) -> Callable[[], Any]:
        return lambda: families.dissolve_family(self.workshop, uuid.uuid4(), family.uid, by=self.bob)

    def check_whole(self) -> dict[str, list[str]]:
        """No note is in a family that has gone or under a note that has, and no two are at one place."""
        with tenancy.tenant(self.org):
            there = {family.pk: family for family in Family.objects.filter(dissolved_at=None)}
            rows = list(Note.objects.live().order_by("position", "pk"))
        standing = {note.pk for note in rows if note.merged_into_id is None}
        assert len(rows) == len(self.notes)
        for note in rows:
            assert note.merged_into_id is None or note.merged_into_id in standing
            assert note.pk not in standing or note.family_id is None or note.family_id in there
            assert note.held_by_id is None
        lists: dict[str, list[str]] = {}
        for pk in (None, *there):
            members = [note for note in rows if note.pk in standing and note.family_id == pk]
            assert len({note.position for note in members}) == len(members)
            lists[there[pk].name if pk else ""] = [note.text for note in members]
        return lists


@pytest.fixture
def board() -> Iterator[Board]:
    yield Board()
    connections.close_all()


def while_open(board: Board, first: Callable[[], Any], second: Callable[[], Any]) -> Exception | None:
    """`second` comes while the transaction of `first` is open, and waits for it; what it raised."""
    raised: list[Exception] = []

    def come_second() -> None:
        try:
            with tenancy.tenant(board.org):
                second()
        except RuleBroken as error:
            raised.append(error)
        finally:
            connection.close()

    thread = threading.Thread(target=come_second)
    with tenancy.tenant(board.org), transaction.atomic():
        first()
        thread.start()
        assert wait_until(_waits_for_a_lock)
    thread.join()
    return raised[0] if raised else None


def test_two_people_move_the_same_note_and_the_last_one_stands(board: Board) -> None:
    first, second = board.move(0, to=board.one, by=board.bob), board.move(0, to=board.two, by=board.carol)
    assert while_open(board, first, second) is None
    lists = board.check_whole()
    assert (lists["One"], lists["Two"]) == ([], ["Idea 0"])
    with tenancy.tenant(board.org):
        mine = Move.objects.get(by=board.bob)
        with pytest.raises(RuleBroken):
            moves.undo(board.workshop, mine.uid, by=board.bob)


def test_a_note_is_merged_while_somebody_else_moves_it(board: Board) -> None:
    merge = board.merge(0, 1, by=board.bob)
    assert isinstance(while_open(board, merge, board.move(1, to=board.one, by=board.carol)), RuleBroken)
    assert board.check_whole()["One"] == []
    move = board.move(2, to=board.two, by=board.bob)
    assert while_open(board, move, board.merge(2, 3, by=board.carol)) is None
    assert board.check_whole()["Two"] == ["Idea 2"]


def test_two_people_merge_the_same_two_notes_each_the_other_way(board: Board) -> None:
    one_way, other = board.merge(0, 1, by=board.bob), board.merge(1, 0, by=board.carol)
    assert isinstance(while_open(board, one_way, other), RuleBroken)
    board.check_whole()


def test_a_family_is_dissolved_while_a_note_is_put_into_it(board: Board) -> None:
    put = board.move(0, to=board.one, by=board.carol)
    assert isinstance(while_open(board, board.dissolve(board.one), put), RuleBroken)
    assert sorted(board.check_whole()[""]) == [f"Idea {n}" for n in range(6)]
    assert while_open(board, board.move(1, 2, to=board.two, by=board.carol), board.dissolve(board.two)) is None
    assert len(board.check_whole()[""]) == 6


def test_a_note_is_taken_away_while_it_is_moved(board: Board) -> None:
    move = board.move(0, to=board.one, by=board.carol)
    refused = while_open(board, lambda: notes.withdraw(board.workshop, board.uids[0], by=board.bob), move)
    assert isinstance(refused, RuleBroken)


def test_the_same_gesture_twice_at_once_is_done_once(board: Board) -> None:
    gesture = board.move(0, 1, to=board.one, by=board.bob)
    assert while_open(board, gesture, gesture) is None
    with tenancy.tenant(board.org):
        assert Move.objects.count() == 1


def test_undo_meets_somebody_elses_move(board: Board) -> None:
    with tenancy.tenant(board.org):
        board.move(0, to=board.one, by=board.bob)()
        mine = Move.objects.get()
    move = board.move(0, to=board.two, by=board.carol)
    refused = while_open(board, move, lambda: moves.undo(board.workshop, mine.uid, by=board.bob))
    assert isinstance(refused, RuleBroken)
    assert board.check_whole()["Two"] == ["Idea 0"]


def test_many_gestures_at_once_leave_a_whole_board(board: Board) -> None:
    people = (board.alice, board.bob, board.carol)
    wrong: list[Exception] = []

    def work(person: Participant, turn: int) -> None:
        target = (board.one, board.two, None)
        try:
            with tenancy.tenant(board.org):
                for n in range(12):
                    at = (n * 5 + turn) % 6
                    try:
                        if n % 4 == 3:
                            families.merge_notes(
                                board.workshop, uuid.uuid4(), board.uids[at], [board.uids[(at + 1) % 6]], by=person
                            )
                        elif n % 4 == 2:
                            families.split_note(board.workshop, uuid.uuid4(), board.uids[at], by=person)
                        else:
                            board.move(at, (at + 2) % 6, to=target[(n + turn) % 3], by=person)()
                        last = Move.objects.filter(by=person, undone_at=None).last()
                        if n % 5 == 4 and last is not None:
                            moves.undo(board.workshop, last.uid, by=person)
                    except RuleBroken:
                        pass  # in words: somebody was there before
        except Exception as error:
            wrong.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=work, args=(person, turn)) for turn, person in enumerate(people)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert wrong == []
    board.check_whole()
