"""The lobby signal of method.md § 3."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workshops.balance import surplus, weights

FOUR = ("product", "tech", "design", "business")


def voters(**counts):
    return {f"{function}-{n}": function for function, count in counts.items() for n in range(count)}


def test_six_business_of_nine_are_amber():
    """ "Business 67 % of the voters, fair share 25 %"."""
    found = {row.function: row for row in weights(voters(product=1, tech=1, design=1, business=6), FOUR)}
    assert found["business"].share == Fraction(2, 3)
    assert found["business"].fair == Fraction(1, 4)
    assert [name for name, row in found.items() if row.is_heavy] == ["business"]
    assert not any(row.is_absent for row in found.values())


def test_exactly_one_and_a_half_times_is_still_fair():
    found = {row.function: row for row in weights(voters(product=3, tech=2, design=1, business=2), FOUR)}
    assert found["product"].share == Fraction(3, 8)
    assert not found["product"].is_heavy


def test_an_absent_function_is_red():
    rows = weights(voters(product=2, tech=2, business=2), FOUR)
    assert [row.function for row in rows if row.is_absent] == ["design"]


@pytest.mark.parametrize("people", [{}, {"a": "", "b": ""}])
def test_committees_without_functions_have_no_signal(people):
    assert weights(people, FOUR) == []
    assert surplus(people, FOUR) == {}


def test_of_six_business_five_could_observe_and_the_delegate_stays():
    people = voters(product=1, tech=1, design=1, business=6)
    asked = surplus(people, FOUR, keep=["business-5"])
    assert asked == {"business": ["business-4", "business-3", "business-2", "business-1", "business-0"]}


def test_nobody_is_asked_to_leave_a_fair_table():
    assert surplus(voters(product=2, tech=2, design=2, business=3), FOUR) == {}


@given(st.fixed_dictionaries({function: st.integers(0, 12) for function in FOUR}))
def test_whoever_is_proposed_leaves_no_function_too_heavy_or_empty(counts):
    people = voters(**counts)
    gone = {key for keys in surplus(people, FOUR).values() for key in keys}
    left = {key: function for key, function in people.items() if key not in gone}
    for row in weights(left, FOUR):
        assert not row.is_heavy or row.voters == 1
        assert row.is_absent == (counts[row.function] == 0)


@given(st.fixed_dictionaries({function: st.integers(0, 12) for function in FOUR}))
def test_one_fewer_proposed_would_not_do(counts):
    people = voters(**counts)
    gone = [key for keys in surplus(people, FOUR).values() for key in keys]
    for back in gone:
        left = {key: function for key, function in people.items() if key not in gone or key == back}
        assert any(row.is_heavy for row in weights(left, FOUR))
