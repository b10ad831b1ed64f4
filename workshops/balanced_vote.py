"""The balanced vote: one function, one voice (method.md § 3). Pure: no database, no request.

For voter u of function f, d(u, i) dots on item i and d(u) dots cast in all, over the functions that voted:

    B(i) = 100 × Σ_f w(f) × mean over f's voters of d(u, i) / d(u)        w(f) = n(f)^α / Σ n^α

α = 0 gives each function an equal voice (the default), ½ softens it, 1 is a head-count. Whoever cast no dot has not
voted, and a function in which nobody voted is left out. All is added up in fractions, so that equal stays equal.
"""

from collections import defaultdict
from collections.abc import Hashable, Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

CONTESTED_RANKS = 2
CONTESTED_POINTS = 10


@dataclass(frozen=True)
class Ballot:
    """One voter's dots, by item: whole numbers, 0 or more; items without dots may be left out."""

    voter: Hashable
    function: Hashable
    dots: Mapping[Hashable, int]

    @property
    def cast(self) -> int:
        return sum(self.dots.values())


@dataclass(frozen=True)
class Result:
    """How an item came out. Ranks begin at 1; equal items share theirs."""

    raw: int  # dots
    raw_share: float  # percent of all dots cast
    balanced: float  # percent
    breadth: int  # functions in which at least half the voters put a dot
    contested: bool  # the rank moves by 2 or more, or the share by 10 points or more
    raw_rank: int
    balanced_rank: int


def tally(ballots: Iterable[Ballot], exponent: float | Decimal = 0) -> dict[Hashable, Result]:
    """The result of each item that anybody named, best balanced first, then raw, then as named.

    `exponent` is α, from 0 to 1. Raises ValueError where α is not, dots are negative or a voter comes twice.
    """
    if not 0 <= exponent <= 1:
        raise ValueError("the exponent is from 0 to 1")
    ballots = list(ballots)
    _check(ballots)
    items = list(dict.fromkeys(item for ballot in ballots for item in ballot.dots))
    voters = _by_function(ballots)
    weights = function_weights({function: len(group) for function, group in voters.items()}, exponent)
    all_dots = sum(ballot.cast for ballot in ballots)

    raw = {item: sum(ballot.dots.get(item, 0) for ballot in ballots) for item in items}
    shares = {item: Fraction(100 * raw[item], all_dots) if all_dots else Fraction(0) for item in items}
    balanced = {
        item: 100 * sum((weights[name] * _mean_share(group, item) for name, group in voters.items()), Fraction(0))
        for item in items
    }
    raw_ranks, balanced_ranks = _ranks(shares), _ranks(balanced)
    return {
        item: Result(
            raw=raw[item],
            raw_share=float(shares[item]),
            balanced=float(balanced[item]),
            breadth=sum(_wants(group, item) for group in voters.values()),
            contested=abs(raw_ranks[item] - balanced_ranks[item]) >= CONTESTED_RANKS
            or abs(shares[item] - balanced[item]) >= CONTESTED_POINTS,
            raw_rank=raw_ranks[item],
            balanced_rank=balanced_ranks[item],
        )
        for item in sorted(items, key=lambda item: (-balanced[item], -shares[item]))
    }


def function_weights(voters: Mapping[Hashable, int], exponent: float | Decimal = 0) -> dict[Hashable, Fraction]:
    """What each function's voice weighs, by how many of its people voted: n^α, in all 1."""
    powers = {function: Fraction(float(number) ** float(exponent)) for function, number in voters.items() if number}
    return {function: power / sum(powers.values()) for function, power in powers.items()}


def _check(ballots: list[Ballot]) -> None:
    if any(dots < 0 for ballot in ballots for dots in ballot.dots.values()):
        raise ValueError("dots are never negative")
    if len({ballot.voter for ballot in ballots}) < len(ballots):
        raise ValueError("a voter has one ballot")


def _by_function(ballots: list[Ballot]) -> dict[Hashable, list[Ballot]]:
    voters: dict[Hashable, list[Ballot]] = defaultdict(list)
    for ballot in ballots:
        if ballot.cast:
            voters[ballot.function].append(ballot)
    return voters


def _mean_share(group: list[Ballot], item: Hashable) -> Fraction:
    return sum((Fraction(ballot.dots.get(item, 0), ballot.cast) for ballot in group), Fraction(0)) / len(group)


def _wants(group: list[Ballot], item: Hashable) -> bool:
    return 2 * sum(ballot.dots.get(item, 0) > 0 for ballot in group) >= len(group)


def _ranks(values: Mapping[Hashable, Fraction]) -> dict[Hashable, int]:
    first: dict[Fraction, int] = {}
    for place, value in enumerate(sorted(values.values(), reverse=True), 1):
        first.setdefault(value, place)
    return {item: first[value] for item, value in values.items()}
