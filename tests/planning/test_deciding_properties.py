"""Whatever a meeting does, in whatever order: each key result is in exactly one state, and everything agrees with it."""

import contextlib
import uuid

import pytest
from django.core.exceptions import PermissionDenied
from django.db import transaction
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from okr.models import KeyResult
from orgs.actions.audit import Actor
from orgs.rules import RuleBroken
from planning.actions import deciding, leading
from planning.actions.rows import OUTCOME_OF, Rows
from planning.actions.wishes import Wish
from planning.board import OPEN, OUTCOMES, broken_merges, standing
from planning.models import Ballot, Decision, Planning
from planning.pages.board import Board
from tests.planning import quarters

CODES = ("DRV A1", "DRV B1", "LAD A1", "LAD B1", "FID A1", "FID B1")
VOTERS = ("sam", "codir", "theo")

ids = st.lists(st.integers(0, len(CODES) - 1), min_size=1, max_size=3, unique=True)
steps = st.one_of(
    st.tuples(st.just("decide"), st.sampled_from(OUTCOMES), ids, st.integers(0, len(CODES) - 1), st.integers(0, 2)),
    st.tuples(st.sampled_from(["undo", "redo", "again"]), st.integers(0, 9), st.integers(0, 2)),
    st.tuples(st.sampled_from(["close", "reopen", "archive"]), st.integers(0, len(CODES) - 1)),
)


class Meeting:
    """The hand of whoever leads and decides; `acts` are those that were taken."""

    def __init__(self, made: quarters.Quarterly) -> None:
        self.made = made
        self.planning = made.again()
        self.pks = [made.pk(code) for code in CODES]
        self.by = [Actor(made.people[who]) for who in VOTERS]
        self.coach = made.actor("coach")
        self.acts: list[tuple[uuid.UUID, Wish, int]] = []

    def do(self, step: tuple) -> None:
        match step:
            case ("decide", outcome, chosen, into, who):
                other = self.pks[into] if outcome == "merge" else None
                wish = Wish([self.pks[one] for one in chosen], outcome, f"For {outcome}", other)
                self.take(uuid.uuid4(), wish, who)
            case ("undo" | "redo" | "again", place, who) if self.acts:
                act, wish, first = self.acts[place % len(self.acts)]
                if step[0] == "again":
                    self.take(act, wish, first)
                else:
                    getattr(deciding, step[0])(self.planning, act, by=self.by[who], sure=True)
            case ("close", place):
                leading.close_meeting(self.planning, by=self.coach, defer="Later" if place % 2 else "")
            case ("reopen", _place):
                leading.reopen(self.planning, "Something is missing", by=self.coach)
            case ("archive", place):
                KeyResult.objects.filter(pk=self.pks[place]).update(archived_at=quarters.NOW)

    def take(self, act: uuid.UUID, wish: Wish, who: int) -> None:
        deciding.decide(self.planning, wish, by=self.by[who], act=act, sure=True)
        self.acts.append((act, wish, who))


def stages() -> dict[int, tuple[str, int | None]]:
    rows = KeyResult.objects.filter(objective__quarter__planning__isnull=False)
    return {pk: (stage, into) for pk, stage, into in rows.values_list("pk", "stage", "merged_into_id")}


def decisions() -> set[int]:
    return set(Decision.objects.filter(stands=True).values_list("pk", flat=True))


def ballots() -> set[tuple]:
    return set(Ballot.objects.counted().values_list("membership", "key_result", "outcome", "into"))


def check(planning: Planning, org: object) -> None:
    """Everything that is told of the meeting, out of its rows."""
    standing_ = {row.key_result_id: row for row in Decision.objects.filter(planning=planning, stands=True)}
    assert Decision.objects.filter(planning=planning, stands=True).count() == len(standing_)
    for pk, (stage, into) in stages().items():
        row = standing_.get(pk)
        assert OUTCOME_OF[KeyResult.Stage(stage)] == (row.outcome if row else OPEN)
        assert into == (row.into_id if row else None)
    assert not Decision.objects.filter(stands=True, undone_at__isnull=False).exists()
    planning = Planning.objects.with_quarter().get(pk=planning.pk)
    board = Board(planning, org)
    lines = list(board.lines.values())
    counted = board.standing
    assert counted.presented == len(lines) == sum(number for _outcome, _label, number in board.funnel)
    for outcome, _label, number in board.funnel:
        assert number == len([line for line in lines if line.outcome == outcome])
    for group in board.groups("tribe"):
        own = [line for line in lines if line.code.startswith(group.code)]
        assert (len(group.lines), group.kept) == (len(own), len([line for line in own if line.outcome == "keep"]))
    rows = Rows(planning)
    assert counted == standing(
        rows.proposals, counted.cover, target=planning.target, cap=planning.cap, caps={
            slot.tribe_id: slot.cap or planning.cap for slot in planning.slots.all()
        },
    )  # fmt: skip


def played(made: quarters.Quarterly, happens: list[tuple]) -> None:
    with made.inside(), transaction.atomic():
        meeting = Meeting(made)
        for step in happens:
            with contextlib.suppress(RuleBroken, PermissionDenied), transaction.atomic():
                meeting.do(step)
            if step[0] != "archive":
                assert [(row.id, other) for row, other in _broken(made)] == []
        check(meeting.planning, made.org)
        transaction.set_rollback(True)


def _broken(made: quarters.Quarterly) -> list:
    """Merges whose other lives no more, but for those whose other was archived: that is another page's act."""
    gone = set(KeyResult.objects.exclude(archived_at=None).values_list("pk", flat=True))
    return [one for one in broken_merges(Rows(made.planning).proposals) if one[0].into not in gone]


@pytest.fixture
def chaired(db):
    return quarters.planned(quarters.OPEN, each=1)


@pytest.fixture
def voted(db):
    return by_majority()


@pytest.fixture(params=["chair", "majority"])
def either(request, db):
    return by_majority() if request.param == "majority" else quarters.planned(quarters.OPEN, each=1)


def by_majority():
    made = quarters.planned(quarters.OPEN, each=1, mode=Planning.Mode.MAJORITY)
    with made.inside():
        for who in VOTERS:
            leading.come(made.planning, by=made.actor(who))
    return made


quick = settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)


@example(
    [("decide", "merge", [0], 1, 0), ("decide", "drop", [1], 0, 0), ("undo", 0, 0), ("decide", "drop", [1], 0, 0), ("redo", 0, 0)]
)  # fmt: skip
@example(
    [("decide", "keep", [0, 1], 0, 0), ("close", 1), ("undo", 0, 0), ("reopen", 0), ("undo", 0, 0), ("redo", 0, 0)]
)
@given(st.lists(steps, max_size=16))
@quick
def test_whatever_the_chair_does_every_key_result_is_in_one_state(chaired, happens):
    played(chaired, happens)


@example(
    [("decide", "drop", [0], 0, 0), ("decide", "drop", [0], 0, 1), ("undo", 1, 0), ("decide", "keep", [0], 0, 2), ("redo", 1, 1)]
)  # fmt: skip
@given(st.lists(steps, max_size=16))
@quick
def test_whatever_members_vote_every_key_result_is_in_one_state(voted, happens):
    played(voted, happens)


@example(  # the vote tips the chair's own: what was decided is not what its member voted
    [("decide", "keep", [0], 0, 1), ("decide", "merge", [0], 1, 0)], ("decide", "defer", [0], 0, 2)
)
@given(st.lists(steps, max_size=8), steps.filter(lambda step: step[0] == "decide"))
@settings(quick, max_examples=30)
def test_undoing_leads_back_and_doing_again_leads_there(either, happens, last):
    with either.inside(), transaction.atomic():
        meeting = Meeting(either)
        for step in happens:
            with contextlib.suppress(RuleBroken, PermissionDenied), transaction.atomic():
                meeting.do(step)
        before, number = (stages(), decisions()), len(meeting.acts)
        with contextlib.suppress(RuleBroken, PermissionDenied), transaction.atomic():
            meeting.do(last)
        after, cast = (stages(), decisions()), ballots()
        if len(meeting.acts) > number and after != before:
            act = meeting.acts[-1][0]
            for _twice in range(2):
                deciding.undo(meeting.planning, act, by=meeting.by[0], sure=True)
                assert (stages(), decisions()) == before
                deciding.redo(meeting.planning, act, by=meeting.by[0], sure=True)
                assert (stages(), decisions(), ballots()) == (*after, cast)
        else:
            assert after == before
        transaction.set_rollback(True)


@given(st.lists(steps, max_size=12))
@settings(quick, max_examples=20)
def test_a_meeting_that_closes_leaves_nothing_undecided(chaired, happens):
    with chaired.inside(), transaction.atomic():
        meeting = Meeting(chaired)
        for step in happens:
            with contextlib.suppress(RuleBroken, PermissionDenied), transaction.atomic():
                meeting.do(step)
        with contextlib.suppress(RuleBroken):
            leading.close_meeting(meeting.planning, by=meeting.coach, defer="No time left")
        if Planning.objects.get(pk=meeting.planning.pk).state == Planning.State.REFINING:
            assert OPEN not in [Rows(meeting.planning).outcome_of(pk) for pk in Rows(meeting.planning).key_results]
        else:  # something was merged into one that would be deferred
            assert any(row.outcome == "merge" for row in Rows(meeting.planning).proposals)
        transaction.set_rollback(True)
