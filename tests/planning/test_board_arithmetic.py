"""The arithmetic of a quarter planning (method.md § 4): a worked example, and what holds of any proposals."""

from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from planning.board import (
    DEFER,
    DROP,
    KEEP,
    MERGE,
    OPEN,
    OUTCOMES,
    Proposal,
    broken_merges,
    decided,
    effect,
    majority,
    standing,
)

TRIBES, STRATEGIC = (1, 2, 3, 4), (11, 12, 13, 14, 15)


def rows(*described):
    """Each is (tribe, outcome, strategic key results): ids count from 1."""
    return [
        Proposal(pk, tribe, outcome, moves=frozenset(moves)) for pk, (tribe, outcome, moves) in enumerate(described, 1)
    ]


# ── A worked example: a target of 3, at most 2 of a tribe, the third tribe one ──


EXAMPLE = rows(
    (1, KEEP, [11]),
    (1, KEEP, [11]),
    (1, KEEP, []),  # the third of a tribe that may have two
    (2, KEEP, [11, 12]),
    (2, DROP, [13]),
    (2, OPEN, [13]),
    (3, OPEN, [12]),
    (3, DEFER, [14]),
)


def example(proposals=EXAMPLE):
    return standing(proposals, STRATEGIC[:4], target=3, cap=2, caps={3: 1, 4: 2})


def test_how_many_are_kept_of_how_many():
    seen = example()
    assert (seen.presented, seen.kept, seen.open, seen.over) == (8, 4, 2, 1)
    assert dict(seen.counts) == {KEEP: 4, DROP: 1, OPEN: 2, DEFER: 1}


def test_how_many_of_each_tribe_and_at_most():
    shares = example().shares
    said = {tribe: (share.kept, share.cap, share.over, share.open) for tribe, share in shares.items()}
    assert said == {1: (3, 2, 1, 0), 2: (1, 2, 0, 1), 3: (0, 1, 0, 1), 4: (0, 2, 0, 0)}


def test_what_serves_each_strategic_key_result():
    seen = example()
    assert {pk: (cover.kept, cover.open, set(cover.tribes)) for pk, cover in seen.cover.items()} == {
        11: (3, 0, {1, 2}), 12: (1, 1, {2}), 13: (0, 1, set()), 14: (0, 0, set())
    }  # fmt: skip
    assert seen.orphans == [14]


def test_the_alarm_comes_before_the_last_one_is_dropped():
    asked = effect(EXAMPLE, {6: (DROP, None)}, STRATEGIC[:4], target=3, cap=2, caps={3: 1})
    assert asked.orphans == [13]
    assert asked.orphans
    without = effect(EXAMPLE, {4: (DROP, None)}, STRATEGIC[:4], target=3, cap=2, caps={3: 1})
    assert without.orphans == []
    assert not without.orphans


def test_keeping_one_too_many_is_said_and_is_no_alarm():
    asked = effect(EXAMPLE, {7: (KEEP, None), 8: (KEEP, None)}, STRATEGIC[:4], target=3, cap=2, caps={3: 1})
    assert (asked.over_cap, asked.is_over_target, asked.orphans) == ([3], True, [])


# ── Of any proposals ─────────────────────────────────────────────────────────


@st.composite
def proposals(draw, least=0):
    """A board that the actions could have left: whatever is merged lies in one that lives."""
    number = draw(st.integers(least, 24))
    outcomes = [draw(st.sampled_from(OUTCOMES)) for _n in range(number)]
    alive = [pk for pk, outcome in enumerate(outcomes, 1) if outcome in (KEEP, OPEN)]
    found = []
    for pk, outcome in enumerate(outcomes, 1):
        into = draw(st.sampled_from(alive)) if outcome == MERGE and alive else None
        found.append(
            Proposal(
                pk,
                draw(st.sampled_from(TRIBES[:3])),
                DROP if outcome == MERGE and not alive else outcome,
                into,
                draw(st.frozensets(st.sampled_from(STRATEGIC), max_size=3)),
            )
        )
    return found


@st.composite
def asked(draw):
    """Proposals, and an act about some of them that the actions would take: (proposals, choices)."""
    board = draw(proposals(least=1))
    ids = draw(st.lists(st.sampled_from([row.id for row in board]), unique=True, max_size=6))
    outcome = draw(st.sampled_from(OUTCOMES))
    others = [row.id for row in board if row.id not in ids and row.is_alive]
    into = draw(st.sampled_from(others)) if outcome == MERGE and others else None
    if outcome == MERGE and into is None:
        outcome = OPEN
    return board, dict.fromkeys(ids, (outcome, into))


limits = st.fixed_dictionaries(
    {
        "target": st.integers(1, 12),
        "cap": st.integers(1, 6),
        "caps": st.dictionaries(st.sampled_from(TRIBES), st.integers(1, 6)),
    }
)


@given(proposals(), limits)
def test_every_key_result_is_counted_once_wherever_it_is_counted(board, limits):
    seen = standing(board, STRATEGIC, **limits)
    assert seen.presented == len(board) == sum(share.presented for share in seen.shares.values())
    assert set(seen.counts) <= set(OUTCOMES)
    for outcome in OUTCOMES:
        assert seen.counts.get(outcome, 0) == sum(share.counts.get(outcome, 0) for share in seen.shares.values())
        assert seen.counts.get(outcome, 0) == len([row for row in board if row.outcome == outcome])
    assert seen.over == seen.kept - limits["target"]


@given(proposals(), limits)
def test_every_tribe_has_its_cap_and_what_is_beyond(board, limits):
    shares = standing(board, STRATEGIC, **limits).shares
    assert set(shares) == {row.tribe for row in board} | set(limits["caps"])
    kept = Counter(row.tribe for row in board if row.outcome == KEEP)
    for tribe, share in shares.items():
        assert share.cap == limits["caps"].get(tribe, limits["cap"])
        assert share.kept == kept[tribe]
        assert share.over == max(0, kept[tribe] - share.cap)


@given(proposals(), limits)
def test_coverage_is_what_the_rows_say(board, limits):
    cover = standing(board, STRATEGIC, **limits).cover
    assert set(cover) == set(STRATEGIC)
    for pk, seen in cover.items():
        serving = [row for row in board if pk in row.moves]
        assert seen.kept == len([row for row in serving if row.outcome == KEEP])
        assert seen.open == len([row for row in serving if row.outcome == OPEN])
        assert seen.tribes == {row.tribe for row in serving if row.outcome == KEEP}
        assert seen.is_orphan == (not any(row.is_alive for row in serving))
        assert seen.is_bare == (not seen.tribes)


@given(asked(), limits)
def test_a_preview_is_the_standing_of_what_is_then_decided(case, limits):
    board, choices = case
    told = effect(board, choices, STRATEGIC, **limits)
    assert told.before == standing(board, STRATEGIC, **limits)
    assert told.after == standing(decided(board, choices), STRATEGIC, **limits)
    assert told.after.presented == told.before.presented


@given(asked(), limits)
def test_an_orphan_is_what_had_one_alive_and_has_none(case, limits):
    board, choices = case
    after = decided(board, choices)
    lost = {
        pk
        for pk in STRATEGIC
        if any(row.is_alive and pk in row.moves for row in board)
        and not any(row.is_alive and pk in row.moves for row in after)
    }
    told = effect(board, choices, STRATEGIC, **limits)
    assert set(told.orphans) == lost
    assert bool(told.orphans) == bool(lost)


@given(asked(), limits)
def test_what_is_beyond_is_told_where_it_grows_alone(case, limits):
    board, choices = case
    told = effect(board, choices, STRATEGIC, **limits)
    kept, then = (Counter(row.tribe for row in one if row.outcome == KEEP) for one in (board, decided(board, choices)))
    grown = {
        tribe for tribe in TRIBES if then[tribe] > max(kept[tribe], limits["caps"].get(tribe, limits["cap"]))
    }  # fmt: skip
    assert set(told.over_cap) == grown
    assert told.is_over_target == (then.total() > max(kept.total(), limits["target"]))


@given(asked())
def test_deciding_changes_what_was_chosen_and_nothing_else(case):
    board, choices = case
    after = decided(board, choices)
    assert [row.id for row in after] == [row.id for row in board]
    for row, was in zip(after, board, strict=True):
        assert (row.outcome, row.into) == choices.get(row.id, (was.outcome, was.into))
        assert (row.tribe, row.moves) == (was.tribe, was.moves)


@given(proposals())
def test_nothing_is_broken_on_a_board_where_merges_end_in_what_lives(board):
    assert broken_merges(board) == []


@given(proposals(least=1), st.data())
def test_a_merge_breaks_exactly_where_its_other_lives_no_more(board, data):
    gone = data.draw(st.sampled_from(board))
    outcome = data.draw(st.sampled_from((DEFER, DROP)))
    after = decided(board, {gone.id: (outcome, None)})
    broken = {row.id for row, _other in broken_merges(after)}
    assert broken == {row.id for row in board if row.outcome == MERGE and row.into == gone.id}


def test_a_merge_into_nothing_or_into_another_merged_one_is_broken():
    chain = [Proposal(1, 1, MERGE, 2), Proposal(2, 1, MERGE, 3), Proposal(3, 1, KEEP), Proposal(4, 1, MERGE, 9)]
    assert {row.id: other and other.id for row, other in broken_merges(chain)} == {1: 2, 4: None}


# ── The majority ─────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("votes", "present", "chair", "result"),
    [
        ([], {1, 2, 3}, 1, None),
        ([(1, KEEP, None)], {1, 2, 3}, 1, None),  # one of three
        ([(1, KEEP, None), (2, KEEP, None)], {1, 2, 3}, 3, (KEEP, None)),  # two of three, the chair has said nothing
        ([(1, KEEP, None), (2, DROP, None)], {1, 2}, 1, (KEEP, None)),  # equal: the chair's
        ([(1, KEEP, None), (2, DROP, None)], {1, 2}, 2, (DROP, None)),
        ([(1, KEEP, None), (2, DROP, None)], {1, 2, 3, 4}, 1, None),  # not all have voted
        ([(1, KEEP, None), (2, DROP, None)], {1, 2}, 3, None),  # equal, and the chair is not there
        ([(1, DEFER, None), (2, KEEP, None), (3, KEEP, None), (4, DROP, None), (5, DROP, None)], {1, 2, 3, 4, 5}, 1, None),
        ([(1, MERGE, 7), (2, MERGE, 8), (3, MERGE, 7)], {1, 2, 3}, 2, (MERGE, 7)),  # two merges are two things
        ([(9, DROP, None), (8, DROP, None), (1, KEEP, None)], {1}, 1, (KEEP, None)),  # who has left counts no more
    ],
)  # fmt: skip
def test_the_majority(votes, present, chair, result):
    assert majority(votes, present, chair) == result


ballots = st.dictionaries(st.integers(1, 7), st.sampled_from([(one, None) for one in (KEEP, DEFER, DROP)]))


@given(ballots, st.frozensets(st.integers(1, 7)), st.integers(1, 7))
def test_whatever_the_votes_no_more_than_half_are_against_what_the_majority_decides(cast, present, chair):
    result = majority([(who, *vote) for who, vote in cast.items()], present, chair)
    here = Counter(vote for who, vote in cast.items() if who in present)
    if result is None:
        assert not any(2 * number > len(present) for number in here.values())
        return
    assert here[result] == max(here.values())
    assert 2 * here[result] > len(present) or (here.total() == len(present) and cast[chair] == result)


@given(ballots, st.frozensets(st.integers(1, 7)), st.integers(1, 7), st.randoms())
def test_the_order_of_the_votes_changes_nothing(cast, present, chair, random):
    votes = [(who, *vote) for who, vote in cast.items()]
    mixed = random.sample(votes, len(votes))
    assert majority(votes, present, chair) == majority(mixed, present, chair)
