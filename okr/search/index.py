"""An organization's index: what a question finds, in which order, and what is suggested without one."""

import datetime as dt
from bisect import bisect_left, bisect_right
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from decimal import Decimal
from heapq import nlargest

from django.conf import settings
from django.core.cache import cache

from okr.readings import Clock
from okr.search.entries import Entries, Entry, Kind, Row, Target, Targets
from okr.search.gather import gather
from okr.search.lexicon import Lexicon
from okr.search.text import words
from okr.shell import org_state
from orgs.models import Organization

KEPT_FOR = 3600
MINE = 1.05  # what is of my tribe
READ_CLOSELY = 100  # the best, in which the question is looked for as it stands


@dataclass(frozen=True, slots=True)
class Index:
    """Entries and step targets by column: a few long lists are read from the cache several times faster than as many
    small objects."""

    columns: Entries
    lexicon: Lexicon
    targets: tuple[list[int], list[dt.date], list[Decimal]]  # key result (ascending), day, value

    @classmethod
    def of(cls, rows: Iterable[Row], targets: Targets) -> "Index":
        entries, texts = zip(*rows, strict=True) if (rows := list(rows)) else ((), ())
        by_column = [list(column) for column in zip(*entries, strict=True)] or [[] for _ in Entry._fields]
        in_order = sorted(targets)
        return cls(
            Entries(*by_column),
            Lexicon.of(texts),
            ([row[0] for row in in_order], [row[1] for row in in_order], [row[2] for row in in_order]),
        )

    def __len__(self) -> int:
        return len(self.columns.pk)

    def entry(self, place: int) -> Entry:
        return Entry._make(column[place] for column in self.columns)

    def targets_of(self, key_result: int) -> list[Target]:
        """So that a reading needs no query for them."""
        of, on, values = self.targets
        start, end = bisect_left(of, key_result), bisect_right(of, key_result)
        return [Target(*target) for target in zip(on[start:end], values[start:end], strict=True)]

    def find(self, question: str, tribes: Collection[str] = ()) -> "Answer":
        """What the question names, the best first. What is of these tribes (mine) counts a little more."""
        found = self.lexicon.find(question)
        asked = " ".join(words(question))
        scores: dict[int, float] = {}
        rank, tribe = self.columns.rank, self.columns.tribe
        for place, score in found.scores.items():
            scores[place] = score * rank[place] * (MINE if tribe[place] in tribes else 1)
        for place in nlargest(READ_CLOSELY, scores, key=scores.__getitem__):
            title = " ".join(words(self.columns.title[place]))
            if asked in title:
                scores[place] += 0.06 if title.startswith(asked) else 0.03
        return Answer(sorted(scores, key=lambda place: (-scores[place], place)), found.marks)

    def everything(self) -> "Answer":
        """What is current first."""
        rank = self.columns.rank
        return Answer(sorted(range(len(self)), key=lambda place: (-rank[place], place)), {})

    def suggested(self, member: int, tribes: Collection[str], at_most: int) -> list[int]:
        """Before anything is asked: my current key results, my tribe's, the strategy's; the latest measured first."""

        def nearness(entry: Entry) -> tuple[bool, bool, bool, int]:
            return entry.owner == member, entry.tribe in tribes, not entry.tribe, entry.on

        kind, rank, state = self.columns.kind, self.columns.rank, self.columns.state
        current = [
            place
            for place in range(len(self))
            if kind[place] == Kind.KEY_RESULT and rank[place] >= 1 and not state[place]
        ]
        return nlargest(at_most, current, key=lambda place: nearness(self.entry(place)))

    def place_of(self, kind: str, pk: int) -> int | None:
        numbers = self.columns.pk
        return next(
            (place for place, other in enumerate(self.columns.kind) if other == kind and numbers[place] == pk), None
        )


@dataclass(frozen=True, slots=True)
class Answer:
    places: list[int]
    marks: dict[str, int]  # as okr.search.text.marked takes them


def index_of(org: Organization, clock: Clock) -> Index:
    """Kept under the organization's version, like the rail's state. Four queries and the rail's where it is not kept."""
    key = f"search:{settings.BUILD}:{org.pk}:{org.version}:{clock.today}"
    index: Index | None = cache.get(key)
    if index is None:
        index = Index.of(*gather(org_state(org, clock), clock))
        cache.set(key, index, KEPT_FOR)
    return index
