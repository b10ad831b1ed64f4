"""The arithmetic of a quarter planning (method.md § 4): counts, caps, coverage, and what a decision would do to them.

Pure: proposals in, figures out. Whoever reads the database makes the `Proposal`s (planning.pages.board, planning.actions).
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

KEEP, DEFER, MERGE, DROP, OPEN = OUTCOMES = ("keep", "defer", "merge", "drop", "open")


def tally(counts: Mapping[str, int]) -> list[str]:
    """One mark each, the kept ones first."""
    return [outcome for outcome in OUTCOMES for _n in range(counts.get(outcome, 0))]


@dataclass(frozen=True, slots=True)
class Proposal:
    """A tribe's key result before the CoDir. `moves`: the strategic key results (ids) that its objective contributes to."""

    id: int
    tribe: int
    outcome: str = OPEN
    into: int | None = None  # of one that is merged
    moves: frozenset[int] = frozenset()

    @property
    def is_alive(self) -> bool:
        """Kept, or not decided yet."""
        return self.outcome in (KEEP, OPEN)


@dataclass(frozen=True, slots=True)
class Share:
    """A tribe's part: `counts` by outcome; `kept` of at most `cap`."""

    counts: Mapping[str, int]
    cap: int

    @property
    def presented(self) -> int:
        return sum(self.counts.values())

    @property
    def kept(self) -> int:
        return self.counts.get(KEEP, 0)

    @property
    def open(self) -> int:
        return self.counts.get(OPEN, 0)

    @property
    def over(self) -> int:
        """How many more are kept than the cap allows, at least 0."""
        return max(0, self.kept - self.cap)


@dataclass(frozen=True, slots=True)
class Cover:
    """How a strategic key result is served: numbers of tribe key results, and the tribes of those that are kept."""

    kept: int = 0
    open: int = 0
    tribes: frozenset[int] = frozenset()

    @property
    def is_orphan(self) -> bool:
        """Nothing serves it any more, kept or undecided."""
        return not (self.kept or self.open)

    @property
    def is_bare(self) -> bool:
        """Nothing is kept for it yet."""
        return not self.kept


@dataclass(frozen=True)
class Standing:
    """Where the planning stands. Counts agree with the rows by construction."""

    counts: Mapping[str, int]
    target: int
    shares: Mapping[int, Share]  # by tribe
    cover: Mapping[int, Cover]  # by strategic key result

    @property
    def presented(self) -> int:
        return sum(self.counts.values())

    @property
    def kept(self) -> int:
        return self.counts.get(KEEP, 0)

    @property
    def open(self) -> int:
        return self.counts.get(OPEN, 0)

    @property
    def over(self) -> int:
        """Kept less target: negative while there is room."""
        return self.kept - self.target

    @property
    def orphans(self) -> list[int]:
        return [pk for pk, cover in self.cover.items() if cover.is_orphan]


@dataclass(frozen=True, slots=True)
class Effect:
    """What decisions would do. The lists hold what would be new."""

    before: Standing
    after: Standing
    orphans: list[int] = field(default_factory=list)  # strategic key results that would lose the last one
    over_cap: list[int] = field(default_factory=list)  # tribes that would have more than their cap
    is_over_target: bool = False

    @property
    def bare(self) -> list[int]:
        """Strategic key results for which nothing would be kept any more, though something may still be."""
        before, after = self.before.cover, self.after.cover
        return [pk for pk in after if after[pk].is_bare and not before[pk].is_bare and not after[pk].is_orphan]


def standing(
    proposals: Iterable[Proposal],
    strategic: Iterable[int],
    *,
    target: int,
    cap: int,
    caps: Mapping[int, int] | None = None,
) -> Standing:
    """`caps` by tribe where it has one of its own, else `cap`. Every tribe with a proposal, or in `caps`, has a share."""
    rows = list(proposals)
    of_tribe: defaultdict[int, Counter[str]] = defaultdict(Counter)
    for tribe in caps or {}:
        of_tribe[tribe] = Counter()
    kept: Counter[int] = Counter()
    open_: Counter[int] = Counter()
    tribes: defaultdict[int, set[int]] = defaultdict(set)
    for row in rows:
        of_tribe[row.tribe][row.outcome] += 1
        for moved in row.moves:
            if row.outcome == KEEP:
                kept[moved] += 1
                tribes[moved].add(row.tribe)
            elif row.outcome == OPEN:
                open_[moved] += 1
    return Standing(
        counts=Counter(row.outcome for row in rows),
        target=target,
        shares={tribe: Share(counts, (caps or {}).get(tribe, cap)) for tribe, counts in of_tribe.items()},
        cover={pk: Cover(kept[pk], open_[pk], frozenset(tribes[pk])) for pk in strategic},
    )


def decided(proposals: Iterable[Proposal], choices: Mapping[int, tuple[str, int | None]]) -> list[Proposal]:
    """The proposals as they would be after the choices: (outcome, into) by id."""
    return [
        replace(row, outcome=choices[row.id][0], into=choices[row.id][1]) if row.id in choices else row
        for row in proposals
    ]


def effect(
    proposals: Sequence[Proposal],
    choices: Mapping[int, tuple[str, int | None]],
    strategic: Sequence[int],
    *,
    target: int,
    cap: int,
    caps: Mapping[int, int] | None = None,
) -> Effect:
    """What the choices would change of the whole."""
    before = standing(proposals, strategic, target=target, cap=cap, caps=caps)
    after = standing(decided(proposals, choices), strategic, target=target, cap=cap, caps=caps)
    return Effect(
        before,
        after,
        orphans=[pk for pk in strategic if after.cover[pk].is_orphan and not before.cover[pk].is_orphan],
        over_cap=[tribe for tribe, share in after.shares.items() if share.over > before.shares[tribe].over],
        is_over_target=after.over > max(0, before.over),
    )


def broken_merges(proposals: Iterable[Proposal]) -> list[tuple[Proposal, Proposal | None]]:
    """Merged ones whose other is not there, or lives no more: what no decision may leave behind."""
    by_id = {row.id: row for row in proposals}
    merged = [(row, by_id.get(row.into or 0)) for row in by_id.values() if row.outcome == MERGE]
    return [(row, other) for row, other in merged if other is None or not other.is_alive]


def majority(
    votes: Iterable[tuple[int, str, int | None]], present: Iterable[int], chair: int | None
) -> tuple[str, int | None] | None:
    """What the members present have decided: (outcome, into), None while they have not.

    `votes`: (member, outcome, into), one a member. More than half of those present is a majority. Where all have voted and
    the strongest are equal, the chair's vote among these decides.
    """
    here = set(present)
    cast = {member: (outcome, into) for member, outcome, into in votes if member in here}
    counts = Counter(cast.values())
    if not counts:
        return None
    strongest, most = counts.most_common(1)[0]
    if 2 * most > len(here):
        return strongest
    if len(cast) == len(here) and chair in cast and counts[cast[chair]] == most:
        return cast[chair]
    return None
