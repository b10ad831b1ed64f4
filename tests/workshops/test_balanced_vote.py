"""The balanced vote: the worked example of method.md § 3 to the digit, and what holds for any vote."""

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workshops.balanced_vote import Ballot, function_weights, tally

ITEMS = ("A", "B", "C", "D")
FUNCTIONS = ("product", "tech", "design", "business")


def ballot(voter, function, **dots):
    return Ballot(voter, function, dots)


# 5 dots each; Business has A 16, B 8, C 3, D 3 in all.
EXAMPLE = [
    ballot("b1", "business", A=3, B=1, C=1),
    ballot("b2", "business", A=3, B=2),
    ballot("b3", "business", A=3, B=1, C=1),
    ballot("b4", "business", A=3, B=1, D=1),
    ballot("b5", "business", A=2, B=1, C=1, D=1),
    ballot("b6", "business", A=2, B=2, D=1),
    ballot("p1", "product", B=1, C=3, D=1),
    ballot("t1", "tech", C=2, D=3),
    ballot("d1", "design", B=2, C=2, D=1),
]


class TestWorkedExample:
    def test_the_figures(self):
        result = tally(EXAMPLE)
        seen = {
            item: (r.raw, round(r.raw_share), round(r.balanced, 1), r.breadth, r.raw_rank, r.balanced_rank)
            for item, r in result.items()
        }
        assert seen == {
            "A": (16, 36, 13.3, 1, 1, 4),
            "B": (11, 24, 21.7, 3, 2, 3),
            "C": (10, 22, 37.5, 4, 3, 1),
            "D": (8, 18, 27.5, 4, 4, 2),
        }

    def test_best_comes_first(self):
        assert list(tally(EXAMPLE)) == ["C", "D", "B", "A"]

    def test_what_is_contested(self):
        assert {item for item, r in tally(EXAMPLE).items() if r.contested} == {"A", "C", "D"}

    def test_exponent_one_is_the_head_count(self):
        result = tally(EXAMPLE, exponent=1)
        assert all(r.balanced == pytest.approx(r.raw_share) and not r.contested for r in result.values())

    def test_one_half_lies_between(self):
        equal, softened, heads = (tally(EXAMPLE, exponent=value)["A"].balanced for value in (0, Decimal("0.5"), 1))
        assert equal < softened < heads


class TestEdges:
    def test_nobody_voted(self):
        assert tally([]) == {}

    def test_only_empty_ballots(self):
        result = tally([ballot("x", "tech", A=0)])
        assert (result["A"].raw, result["A"].balanced, result["A"].breadth, result["A"].contested) == (0, 0, 0, False)

    def test_whoever_cast_no_dot_takes_no_voice(self):
        with_absentee = tally([*EXAMPLE, ballot("t2", "tech"), ballot("x", "legal")])
        assert with_absentee == tally(EXAMPLE)

    def test_half_the_voters_of_a_function_are_enough_for_breadth(self):
        result = tally([ballot("t1", "tech", A=1), ballot("t2", "tech", B=1), ballot("p1", "product", B=1)])
        assert (result["A"].breadth, result["B"].breadth) == (1, 2)

    def test_equal_items_share_their_rank(self):
        result = tally([ballot("t1", "tech", A=1, B=1, C=3), ballot("p1", "product", A=1, B=1, C=3)])
        assert [(r.raw_rank, r.balanced_rank) for r in (result["C"], result["A"], result["B"])] == [
            (1, 1),
            (2, 2),
            (2, 2),
        ]

    @pytest.mark.parametrize("exponent", [-0.1, 1.1])
    def test_exponent_outside_its_range(self, exponent):
        with pytest.raises(ValueError, match="from 0 to 1"):
            tally(EXAMPLE, exponent=exponent)

    def test_negative_dots(self):
        with pytest.raises(ValueError, match="never negative"):
            tally([ballot("t1", "tech", A=-1)])

    def test_a_voter_twice(self):
        with pytest.raises(ValueError, match="one ballot"):
            tally([ballot("t1", "tech", A=1), ballot("t1", "tech", B=1)])


dots = st.dictionaries(st.sampled_from(ITEMS), st.integers(0, 5), min_size=1)
groups = st.dictionaries(st.sampled_from(FUNCTIONS), st.lists(dots, min_size=1, max_size=6), min_size=1)
exponents = st.sampled_from([0, 0.3, 0.5, 1])


def cast(votes):
    return [
        Ballot((function, number), function, one) for function, many in votes.items() for number, one in enumerate(many)
    ]


class TestProperties:
    @given(groups, exponents)
    def test_shares_add_up_to_a_hundred(self, votes, exponent):
        result = tally(cast(votes), exponent).values()
        expected = 100 if any(r.raw for r in result) else 0
        assert sum(r.balanced for r in result) == pytest.approx(expected)
        assert sum(r.raw_share for r in result) == pytest.approx(expected)

    @given(groups, st.sampled_from(FUNCTIONS), st.integers(2, 5))
    def test_like_minded_voters_of_one_function_change_nothing(self, votes, function, times):
        """Everybody of one function comes several times over: their one voice stays one."""
        more = {**votes, function: votes.get(function, []) * times}
        before, after = tally(cast(votes)), tally(cast(more))
        assert {i: (r.balanced, r.balanced_rank, r.breadth) for i, r in before.items()} == {
            i: (r.balanced, r.balanced_rank, r.breadth) for i, r in after.items()
        }

    @given(
        st.integers(1, 4).flatmap(
            lambda size: st.lists(
                st.lists(st.lists(st.sampled_from(ITEMS), min_size=5, max_size=5), min_size=size, max_size=size),
                min_size=4,
                max_size=4,
            )
        ),
        exponents,
    )
    def test_equal_functions_that_cast_equally_rank_as_raw(self, chosen, exponent):
        votes = [
            Ballot((function, number), function, {item: picks.count(item) for item in ITEMS})
            for function, people in zip(FUNCTIONS, chosen, strict=True)
            for number, picks in enumerate(people)
        ]
        result = tally(votes, exponent).values()
        assert all(r.raw_rank == r.balanced_rank and not r.contested for r in result)

    @given(
        st.lists(
            st.tuples(st.sampled_from(FUNCTIONS), st.lists(st.sampled_from(ITEMS), min_size=5, max_size=5)),
            min_size=1,
            max_size=12,
        )
    )
    def test_exponent_one_is_the_head_count(self, people):
        votes = [
            Ballot(number, function, {item: picks.count(item) for item in ITEMS})
            for number, (function, picks) in enumerate(people)
        ]
        assert all(r.balanced == pytest.approx(r.raw_share) for r in tally(votes, exponent=1).values())

    @given(groups, exponents, st.randoms())
    def test_the_order_of_ballots_does_not_matter(self, votes, exponent, random):
        ballots = cast(votes)
        shuffled = random.sample(ballots, len(ballots))
        assert tally(ballots, exponent) == tally(shuffled, exponent)

    @given(st.dictionaries(st.sampled_from(FUNCTIONS), st.integers(0, 300)), exponents)
    def test_weights_add_up_to_one(self, voters, exponent):
        weights = function_weights(voters, exponent)
        assert sum(weights.values()) == (Fraction(1) if any(voters.values()) else 0)
        assert set(weights) == {function for function, number in voters.items() if number}
