"""Commands of one workshop that meet on PostgreSQL: each sees the workshop as the one before left it."""

import threading
import uuid
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.db import connection, connections, transaction
from django.utils import timezone

from okr.models import KeyResult
from orgs import tenancy
from orgs.rules import RuleBroken
from tests import factories
from tests.servers import wait_until
from workshops.actions import deciding, drafting, notes, running
from workshops.models import Decision, Note, Participant, Phase, PhaseKind, Subject, Vote, Workshop

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]
KINDS = (PhaseKind.BRAINSTORM, PhaseKind.REVEAL, PhaseKind.FAMILIES, PhaseKind.VOTE, PhaseKind.DECIDE)


class Meeting:
    """A workshop of Alice and Bob, who lead it, and Carol."""

    def __init__(self) -> None:
        world = factories.world()
        self.org = world.org.pk
        with tenancy.tenant(self.org):
            self.workshop = Workshop.objects.create(
                kind="tribe_key_results",
                title="Key results",
                quarter=world.quarter,
                tribe=world.tribe,
                starts_at=timezone.now(),
                facilitator=world.alice,
                co_facilitator=world.bob,
            )
            self.subject = Subject.objects.create(workshop=self.workshop, objective=world.objective)
            self.alice, self.bob, self.carol = (
                Participant.objects.create(workshop=self.workshop, membership=who, admitted_at=timezone.now())
                for who in (world.alice, world.bob, world.carol)
            )
            self.phases = [
                Phase.objects.create(workshop=self.workshop, position=position, kind=kind)
                for position, kind in enumerate(KINDS, 1)
            ]
            running.begin(self.workshop, by=self.alice)

    def go_to(self, position: int) -> Callable[[], Any]:
        target, seen = self.phases[position], self.phases[0].pk
        return lambda: running.go_to(self.workshop, target, by=self.alice, seen=seen, here=frozenset())

    def write(self) -> Callable[[], Any]:
        return lambda: notes.write(self.workshop, uuid.uuid4(), self.subject, "An idea", by=self.carol)


@pytest.fixture
def meeting() -> Iterator[Meeting]:
    yield Meeting()
    connections.close_all()


def _waits_for_a_lock() -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_locks WHERE NOT granted")
        return bool(cursor.fetchone()[0])


def while_open(meeting: Meeting, first: Callable[[], Any], second: Callable[[], Any]) -> Exception | None:
    """`second` comes while the transaction of `first` is open, and waits for it; what it raised."""
    raised: list[Exception] = []

    def come_second() -> None:
        try:
            with tenancy.tenant(meeting.org):
                second()
        except Exception as error:
            raised.append(error)
        finally:
            connection.close()

    thread = threading.Thread(target=come_second)
    with tenancy.tenant(meeting.org), transaction.atomic():
        first()
        thread.start()
        assert wait_until(_waits_for_a_lock)
    thread.join()
    return raised[0] if raised else None


def test_a_note_arrives_as_the_room_moves_on(meeting: Meeting) -> None:
    assert while_open(meeting, meeting.go_to(1), meeting.write()) is None
    with tenancy.tenant(meeting.org):
        assert Note.objects.get().revealed_at is not None


def test_a_note_arrives_as_the_lead_changes_hands(meeting: Meeting) -> None:
    hand_over = running.hand_over
    assert (
        while_open(meeting, lambda: hand_over(meeting.workshop, meeting.bob, by=meeting.alice), meeting.write()) is None
    )


def test_closing_as_the_vote_opens_leaves_no_vote_open(meeting: Meeting) -> None:
    assert while_open(meeting, meeting.go_to(3), lambda: running.close(meeting.workshop, by=meeting.bob)) is None
    with tenancy.tenant(meeting.org):
        assert Workshop.objects.get().state == Workshop.State.CLOSED
        assert not Vote.objects.filter(closed_at=None).exists()


def test_two_facilitators_move_on_at_once(meeting: Meeting) -> None:
    seen = meeting.phases[0].pk
    second = lambda: running.go_to(  # noqa: E731
        meeting.workshop, meeting.phases[2], by=meeting.bob, seen=seen, here=frozenset()
    )
    refusal = while_open(meeting, meeting.go_to(1), second)
    assert isinstance(refusal, RuleBroken)
    assert "Reveal" in refusal.message
    with tenancy.tenant(meeting.org):
        assert Workshop.objects.get().phase == meeting.phases[1]


# ── Decisions and drafts ─────────────────────────────────────────────────────


class Deciding(Meeting):
    """At the decisions, with a note of Carol's that was retained."""

    def __init__(self) -> None:
        super().__init__()
        with tenancy.tenant(self.org):
            self.note = notes.write(self.workshop, uuid.uuid4(), self.subject, "An idea", by=self.carol)
            decide_phase = self.phases[-1]
            running.go_to(
                self.workshop, decide_phase, by=self.alice, seen=self.phases[0].pk, here=frozenset(), sure=True
            )
            deciding.decide(self.workshop, self.note.uid, "retained", by=self.alice)

    def draft(self, by: Participant, title: str) -> Callable[[], Any]:
        return lambda: drafting.draft_key_result(self.workshop, self.note.uid, {"title": title}, by=by)


@pytest.fixture
def decided() -> Iterator[Deciding]:
    yield Deciding()
    connections.close_all()


def test_two_facilitators_make_one_draft(decided: Deciding) -> None:
    refusal = while_open(decided, decided.draft(decided.alice, "Mine"), decided.draft(decided.bob, "Theirs"))
    assert isinstance(refusal, RuleBroken)
    assert "Mine" in refusal.message
    with tenancy.tenant(decided.org):
        made = Decision.objects.get().key_result
        assert made is not None
        assert made.title == "Mine"
        assert not KeyResult.objects.filter(title="Theirs").exists()


def test_a_draft_arrives_as_another_rejects_it(decided: Deciding) -> None:
    reject = lambda: deciding.decide(decided.workshop, decided.note.uid, "rejected", by=decided.bob)  # noqa: E731
    refusal = while_open(decided, decided.draft(decided.alice, "Mine"), reject)
    assert isinstance(refusal, RuleBroken)
    with tenancy.tenant(decided.org):
        assert Decision.objects.get().outcome == "retained"


def test_two_decide_of_one_item_at_once(decided: Deciding) -> None:
    def decide(by: Participant, outcome: str) -> Callable[[], Any]:
        return lambda: deciding.decide(decided.workshop, decided.note.uid, outcome, by=by)

    assert while_open(decided, decide(decided.alice, "parked"), decide(decided.bob, "rejected")) is None
    with tenancy.tenant(decided.org):
        assert Decision.objects.get().outcome == "rejected"
