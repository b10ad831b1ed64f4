"""What can be found in an organization: four queries. Figures of the business rationale are not among it."""

from collections.abc import Iterable, Iterator
from typing import Any

from django.db.models import BigIntegerField, QuerySet, Value
from django.utils import timezone

from okr.mentions import written
from okr.models import CheckIn, Comment, Initiative, KeyResult, Objective, PeriodState
from okr.querysets import RUNNING
from okr.readings import Clock
from okr.search.entries import COMMENT, NOTE, Entry, Kind, Row, Targets
from okr.search.lexicon import Field
from okr.shell import OrgState
from orgs.models import Function, Membership

LATEST_WORDS = 1000  # comments and notes of check-ins
LONGEST_WORDS = 600  # letters of one that are looked at
# How much it counts where a word is found.
CODE, TITLE, TRIBE, METRIC, AROUND, KIND = 1.2, 1.0, 0.6, 0.5, 0.4, 0.3


def gather(state: OrgState, clock: Clock) -> tuple[list[Row], Targets]:
    """Everything, things before what was said about them; and the step targets of key results."""
    now = Now(state, clock)
    targets: Targets = []
    rows = [*_okrs(now, targets), *_initiatives(now), *_tribes(state), *_people(state)]
    return [*rows, *_words([entry for entry, _ in rows])], targets


class Now:
    """The quarter and year to speak of: what is of another counts less."""

    def __init__(self, state: OrgState, clock: Clock) -> None:
        self.year = state.quarter.year.number if state.quarter else clock.today.year
        self.quarter = state.quarter.number if state.quarter else 1

    def rank(self, year: int, quarter: int) -> float:
        away = 4 * (year - self.year) + (quarter - self.quarter if quarter else 0)
        if away == 0:
            return 1.0 if quarter else 1.02
        return 0.93 if away > 0 else max(0.9 + 0.02 * away, 0.78)


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


def _okrs(now: Now, targets: Targets) -> Iterator[Row]:
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
    names = {entry.pk: entry.title for entry in entries if entry.kind == Kind.PERSON}
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
        text = " ".join(written(text, names)[:LONGEST_WORDS].split())
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
