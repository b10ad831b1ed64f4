"""What can be found in an organization, as one compact index. Figures of the business rationale are not in it."""

import datetime as dt
from bisect import bisect_left, bisect_right
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from heapq import nlargest
from typing import Any, NamedTuple

from django.conf import settings
from django.core.cache import cache
from django.db.models import BigIntegerField, QuerySet, Value
from django.utils import timezone

from okr.models import CheckIn, Comment, Initiative, KeyResult, Objective, PeriodState
from okr.querysets import RUNNING
from okr.readings import Clock
from okr.search.lexicon import Field, Lexicon
from okr.search.text import words
from okr.shell import OrgState, org_state
from orgs.models import Function, Membership, Organization

KEPT_FOR = 3600
LATEST_WORDS = 1000  # comments and notes of check-ins
LONGEST_WORDS = 600  # letters of one that are looked at
COMMENT, NOTE = "comment", "note"  # what the words are

MINE = 1.05  # what is of my tribe
READ_CLOSELY = 100  # the best, in which the question is looked for as it stands
# How much it counts where a word is found.
CODE, TITLE, TRIBE, METRIC, AROUND, KIND = 1.2, 1.0, 0.6, 0.5, 0.4, 0.3


class Kind(StrEnum):
    """In the order of the page where nothing else decides."""

    KEY_RESULT = "key_result"
    OBJECTIVE = "objective"
    INITIATIVE = "initiative"
    TRIBE = "tribe"
    PERSON = "person"
    WORDS = "words"


class Target(NamedTuple):
    """A step target, as KeyResult.known_step_targets gives it."""

    on: dt.date
    value: Decimal


class Entry(NamedTuple):
    kind: str
    pk: int
    title: str
    code: str = ""  # "1.4", "B2", "DRV"
    tribe: str = ""  # code
    place: str = ""  # the tribe's or department's name; a person's job; who wrote the words
    year: int = 0
    quarter: int = 0
    state: str = ""  # to be told: a key result's stage, an initiative's state, "draft" of an objective
    owner: int = 0
    on: int = 0  # day of its last check-in, or when the words were written
    rank: float = 1.0  # by which its score is multiplied
    about: int = 0  # of words: the place, in the index, of what they are about


class Entries(NamedTuple):
    """The fields of an Entry, each as a list."""

    kind: list[str]
    pk: list[int]
    title: list[str]
    code: list[str]
    tribe: list[str]
    place: list[str]
    year: list[int]
    quarter: list[int]
    state: list[str]
    owner: list[int]
    on: list[int]
    rank: list[float]
    about: list[int]


@dataclass(frozen=True, slots=True)
class Index:
    """Entries and step targets by column: a few long lists are read from the cache several times faster than as many
    small objects."""

    columns: Entries
    lexicon: Lexicon
    targets: tuple[list[int], list[dt.date], list[Decimal]]  # key result (ascending), day, value

    @classmethod
    def of(cls, rows: Iterable["Row"], targets: list[tuple[int, dt.date, Decimal]]) -> "Index":
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
        index = _index(org_state(org, clock), clock)
        cache.set(key, index, KEPT_FOR)
    return index


def _index(state: OrgState, clock: Clock) -> Index:
    now = Now(state, clock)
    targets: list[tuple[int, dt.date, Decimal]] = []
    rows = [*_okrs(now, targets), *_initiatives(now), *_tribes(state), *_people(state)]
    return Index.of([*rows, *_words([entry for entry, _ in rows])], targets)


class Now:
    """The quarter and year to speak of: what is of another counts less."""

    def __init__(self, state: OrgState, clock: Clock) -> None:
        self.year = state.quarter_year or clock.today.year
        self.quarter = state.quarter_number or 1

    def rank(self, year: int, quarter: int) -> float:
        away = 4 * (year - self.year) + (quarter - self.quarter if quarter else 0)
        if away == 0:
            return 1.0 if quarter else 1.02
        return 0.93 if away > 0 else max(0.9 + 0.02 * away, 0.78)


Row = tuple[Entry, list[Field]]
NOT_CHOSEN = (KeyResult.Stage.MERGED, KeyResult.Stage.DROPPED)

_OBJECTIVE = (
    "pk",
    "level",
    "title",
    "position",
    "owner_id",
    "owner__user__name",
    "year__number",
    "year__state",
    "quarter__year__number",
    "quarter__number",
    "quarter__state",
    "tribe__code",
    "tribe__name",
    "department__name",
)
_KEY_RESULT = ("pk", "title", "metric", "position", "stage", "owner_id", "owner__user__name", "checked_on")
_COLUMNS = (
    *_OBJECTIVE,
    *(f"key_results__{name}" for name in (*_KEY_RESULT, "archived_at", "step_targets__on", "step_targets__value")),
)


def _okrs(now: Now, targets: list[tuple[int, dt.date, Decimal]]) -> Iterator[Row]:
    """Objectives with their key results and these with their step targets: one query."""
    rows = Objective.objects.live().filter(tribe__archived_at=None).order_by("pk", "key_results__pk")
    objective_pk = key_result_pk = 0
    for row in rows.values_list(*_COLUMNS):
        pk, level, title, position, owner, owner_name = row[:6]
        strategic_year, year_state, quarter_year, quarter, quarter_state, tribe, tribe_name, department = row[6:14]
        strategic = level == Objective.Level.STRATEGIC
        if pk != objective_pk:
            objective_pk = pk
            code = Objective(level=level, position=position).code
            place = {
                "tribe": tribe or "",
                "place": (department if strategic else tribe_name) or "",
                "year": strategic_year if strategic else quarter_year,
                "quarter": quarter or 0,
            }
            rank = now.rank(place["year"], place["quarter"])
            draft = (year_state if strategic else quarter_state) == PeriodState.DRAFT
            entry = Entry(
                Kind.OBJECTIVE,
                pk,
                title,
                code,
                **place,
                state=PeriodState.DRAFT if draft else "",
                owner=owner or 0,
                rank=rank,
            )
            yield entry, [(title, TITLE), (code, CODE), *_around(entry, owner_name), ("objective objectif", KIND)]
        key_result, kr_title, metric, kr_position, stage, kr_owner, kr_owner_name, checked_on = row[14:22]
        archived_at, on, value = row[22:]
        if key_result is None or archived_at is not None:
            continue
        if on is not None:
            targets.append((key_result, on, value))
        if key_result == key_result_pk:
            continue
        key_result_pk = key_result
        entry = Entry(
            Kind.KEY_RESULT,
            key_result,
            kr_title,
            f"{code}.{kr_position}" if strategic else f"{code}{kr_position}",
            **place,
            state="" if stage in RUNNING else stage,
            owner=kr_owner or 0,
            on=checked_on.toordinal() if checked_on else 0,
            rank=rank * (0.8 if stage in NOT_CHOSEN else 1),
        )
        yield (
            entry,
            [(kr_title, TITLE), (entry.code, CODE), (metric, METRIC), *_around(entry, kr_owner_name), ("kr", KIND)],
        )


def _around(entry: Entry, owner: str | None) -> list[Field]:
    """Where it belongs: the words that people add to narrow a search."""
    period = f"{entry.year} q{entry.quarter} t{entry.quarter}" if entry.quarter else str(entry.year)
    fields = [(entry.place, TRIBE if entry.tribe else AROUND), (period, KIND)]
    if entry.tribe:
        fields.append((entry.tribe, TRIBE))
    if owner:
        fields.append((owner, AROUND))
    return fields


def _initiatives(now: Now) -> Iterator[Row]:
    columns = ("pk", "title", "state", "owner_id", "owner__user__name", "tribe__code", "tribe__name")
    rows = Initiative.objects.live().filter(tribe__archived_at=None).order_by("pk")
    for pk, title, state, owner, owner_name, tribe, tribe_name, year, quarter in rows.values_list(
        *columns, "quarter__year__number", "quarter__number"
    ):
        entry = Entry(
            Kind.INITIATIVE,
            pk,
            title,
            tribe=tribe,
            place=tribe_name,
            year=year,
            quarter=quarter,
            state=state,
            owner=owner or 0,
            rank=now.rank(year, quarter),
        )
        yield entry, [(title, TITLE), *_around(entry, owner_name), ("initiative", KIND)]


def _tribes(state: OrgState) -> Iterator[Row]:
    for tribe in state.tribes:
        entry = Entry(Kind.TRIBE, tribe.pk, tribe.name, tribe.code, tribe=tribe.code, rank=1.1)
        yield entry, [(tribe.name, TITLE), (tribe.code, CODE)]


def _people(state: OrgState) -> Iterator[Row]:
    sits: dict[int, list[str]] = {}
    for tribe in state.tribes:
        for member in tribe.members:
            sits.setdefault(member, []).append(tribe.code)
    functions = dict(Function.choices)
    rows = Membership.objects.active().order_by("user__name", "pk")
    for pk, name, title, function in rows.values_list("pk", "user__name", "title", "function"):
        tribes = " ".join(sits.get(pk, []))
        entry = Entry(Kind.PERSON, pk, name, tribe=tribes, place=title, state=function, owner=pk, rank=0.95)
        yield entry, [(name, TITLE), (title, TRIBE), (tribes, AROUND), (str(functions.get(function, "")), AROUND)]


def _words(entries: list[Entry]) -> Iterator[Row]:
    """The latest comments and notes of check-ins, about what can itself be found. One query."""
    places = {(entry.kind, entry.pk): place for place, entry in enumerate(entries)}
    for said, objective, key_result, initiative, pk, text, author, at in _latest_words():
        if objective:
            thing = (Kind.OBJECTIVE, objective)
        elif key_result:
            thing = (Kind.KEY_RESULT, key_result)
        else:
            thing = (Kind.INITIATIVE, initiative)
        about = places.get(thing)
        if about is None:
            continue
        text = " ".join(text[:LONGEST_WORDS].split())
        entry = Entry(
            Kind.WORDS,
            pk,
            text,
            tribe=entries[about].tribe,
            place=author or "",
            state=said,
            on=timezone.localtime(at).toordinal(),
            rank=0.75 * entries[about].rank,
            about=about,
        )
        yield entry, [(text, TITLE)]


def _latest_words() -> Iterable[tuple[Any, ...]]:
    comments = Comment.objects.filter(deleted_at=None)
    notes = CheckIn.objects.exclude(comment="")
    nothing = Value(None, output_field=BigIntegerField(null=True))
    return (
        _latest(comments)
        .annotate(said=Value(COMMENT))
        .values_list(
            "said", "objective_id", "key_result_id", "initiative_id", "pk", "text", "author__user__name", "created_at"
        )
        .union(
            _latest(notes)
            .annotate(said=Value(NOTE), no_objective=nothing, no_initiative=nothing)
            .values_list(
                "said",
                "no_objective",
                "key_result_id",
                "no_initiative",
                "pk",
                "comment",
                "author__user__name",
                "created_at",
            ),
            all=True,
        )
        .order_by("-created_at")[:LATEST_WORDS]
    )


def _latest(rows: QuerySet) -> QuerySet:
    """Found by the index on `created_at`, not by sorting all that was ever said."""
    latest = rows.order_by("-created_at").values("pk")[:LATEST_WORDS]
    return rows.filter(pk__in=latest).order_by()
