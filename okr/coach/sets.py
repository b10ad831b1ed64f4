"""The rules on what a tribe sets out to do in a quarter, taken together."""

from collections.abc import Hashable, Iterator, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from functools import lru_cache

from rapidfuzz import fuzz

from okr.coach.messages import message_of
from okr.coach.statement import Finding, Rule
from okr.coach.text import Kind, read
from okr.coach.words import LANGUAGES, Words

FEWEST_KEY_RESULTS, MOST_KEY_RESULTS = 2, 5
OBJECTIVE_LIMIT = 3
SANDBAGGING, WISHFUL = Decimal(9), Decimal(3)  # of 10
SAME = 90  # of 100, in rapidfuzz's measure
_SAME_WORD = 84


@dataclass(frozen=True)
class DraftKeyResult:
    """`about` is whatever the caller knows the key result by; `metric` is what people compare: its title or metric."""

    about: Hashable
    metric: str
    confidence: int | None = None  # of the draft, 1 to 10


@dataclass(frozen=True)
class DraftObjective:
    about: Hashable
    title: str
    key_results: tuple[DraftKeyResult, ...] = ()


@dataclass(frozen=True)
class DraftSet:
    """What one tribe proposes for one quarter."""

    tribe: str
    objectives: tuple[DraftObjective, ...] = ()

    @property
    def key_results(self) -> Iterator[DraftKeyResult]:
        for objective in self.objectives:
            yield from objective.key_results


@dataclass(frozen=True, slots=True)
class SetFinding(Finding):
    """A finding, and the objectives or key results that it is about; none of them where the whole set is meant."""

    about: tuple[Hashable, ...] = ()


def judge_set(
    draft: DraftSet, *, others: Sequence[DraftSet] = (), objective_limit: int = OBJECTIVE_LIMIT
) -> list[SetFinding]:
    """Findings on one tribe's set. `others` are the sets of the other tribes: ask for each, and both sides are told."""
    found = []
    for objective in draft.objectives:
        count = len(objective.key_results)
        named = {"objective": objective.title, "count": count}
        if not FEWEST_KEY_RESULTS <= count <= MOST_KEY_RESULTS:
            rule = Rule.SET_ONE_KEY_RESULT if count == 1 else Rule.STRUCT_KEY_RESULTS
            found.append(SetFinding(rule, message_of(rule, **named), about=(objective.about,)))
    if len(draft.objectives) > objective_limit:
        rule = Rule.SET_TOO_MANY_OBJECTIVES
        found.append(SetFinding(rule, message_of(rule, count=len(draft.objectives), limit=objective_limit)))
    return [*found, *_confidence(draft), *_shared_metrics(draft, others)]


def _confidence(draft: DraftSet) -> list[SetFinding]:
    said = [row.confidence for row in draft.key_results if row.confidence is not None]
    if not said:
        return []
    mean = Decimal(sum(said)) / len(said)
    if WISHFUL <= mean <= SANDBAGGING:
        return []
    rule = Rule.SET_SANDBAGGING if mean > SANDBAGGING else Rule.SET_WISHFUL
    return [SetFinding(rule, message_of(rule, mean=mean.quantize(Decimal("0.1"), ROUND_HALF_UP).normalize()))]


def _shared_metrics(draft: DraftSet, others: Sequence[DraftSet]) -> list[SetFinding]:
    rule = Rule.SET_SAME_METRIC
    own = [(row, comparable(row.metric)) for row in draft.key_results]
    found = []
    for other in others:
        theirs = [(row, comparable(row.metric)) for row in other.key_results]
        for mine, words in own:
            for row, their_words in theirs:
                if same_metric(words, their_words):
                    message = message_of(rule, tribe=other.tribe, metric=row.metric)
                    found.append(SetFinding(rule, message, about=(mine.about, row.about)))
    return found


@lru_cache(maxsize=8192)
def comparable(metric: str) -> tuple[str, ...]:
    """What a metric's name is compared by: its words, in one order, without articles, figures and accents."""
    small = _small_words()
    return tuple(sorted(t.low for t in read(metric).tokens if t.kind is Kind.WORD and t.low not in small))


def same_metric(one: tuple[str, ...], other: tuple[str, ...]) -> bool:
    """Whether two names mean one metric: every word of one has its like in the other, typing slips and plurals apart."""
    if not one or len(one) != len(other):
        return False
    if fuzz.ratio(" ".join(one), " ".join(other)) < SAME:
        return False
    return all(fuzz.ratio(mine, theirs) >= _SAME_WORD for mine, theirs in zip(one, other, strict=True))


def _small_words() -> frozenset[str]:
    words = Words.load()
    names = ("determiner", "loose_determiner", "stop", "from", "to", "and")
    return frozenset(word for language in LANGUAGES for name in names for word in words.of(language).words(name))
