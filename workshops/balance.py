"""The lobby signal (method.md § 3): whether one function would outvote the others, and who could rather observe.

Pure: names functions by any word, people by any key. People without a function count for none.
"""

import math
from collections import Counter
from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

TOO_MANY = Fraction(3, 2)  # times its fair share


@dataclass(frozen=True, slots=True)
class Weight:
    """A function among the voters."""

    function: str
    voters: int
    share: Fraction  # of all voters, 0 to 1
    fair: Fraction

    @property
    def is_absent(self) -> bool:
        """Red: nobody speaks for it."""
        return self.voters == 0

    @property
    def is_heavy(self) -> bool:
        """Amber: more than one and a half times its fair share."""
        return self.share > TOO_MANY * self.fair


def weights(voters: Mapping[Hashable, str], functions: Sequence[str]) -> list[Weight]:
    """Each of the expected functions, in their order. `voters` are those who would vote now: person → function.

    Committees without functions have no signal: nothing where nobody has one of them, or fewer than two are expected.
    """
    counts = Counter(function for function in voters.values() if function in functions)
    total = sum(counts.values())
    if not total or len(functions) < 2:
        return []
    fair = Fraction(1, len(functions))
    return [Weight(function, counts[function], Fraction(counts[function], total), fair) for function in functions]


def surplus(
    voters: Mapping[Hashable, str], functions: Sequence[str], keep: Sequence[Hashable] = ()
) -> dict[str, list[Hashable]]:
    """By function, whom to propose as observers, so that no function is too heavy any more. As few as that takes.

    Where it would take a whole function's voters, one stays: an absent voice is worse. Those to `keep` (who speak for their
    function) are proposed last; of the others those who came last, as `voters` has them, are first.
    """
    people: dict[str, list[Hashable]] = {
        function: [key for key, of in voters.items() if of == function] for function in functions
    }
    proposed: dict[str, list[Hashable]] = {}
    if len(functions) < 2:
        return proposed
    while True:
        total = sum(len(keys) for keys in people.values())
        limit = math.floor(TOO_MANY * total / len(functions))
        heaviest = max(functions, key=lambda function: len(people[function]))
        there = people[heaviest]
        if len(there) <= max(limit, 1):
            return proposed
        leaving = next((key for key in reversed(there) if key not in keep), there[-1])
        there.remove(leaving)
        proposed.setdefault(heaviest, []).append(leaving)
