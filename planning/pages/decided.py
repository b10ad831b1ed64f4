"""What was presented in plannings, each with what was decided of it and said of it."""

from collections import defaultdict
from dataclasses import dataclass

from django.urls import reverse

from okr.models import KeyResult
from okr.pages.baseline import as_defined
from okr.querysets import RUNNING
from okr.readings import Clock
from okr.search.text import fold
from orgs.models import Tribe
from orgs.moments import moment
from planning.board import OPEN
from planning.codes import code_of, promise_of
from planning.models import Decision, Discussion, Planning, Presented
from planning.rulings import outcome_in_words, votes_in_words


@dataclass(frozen=True, slots=True)
class Past:
    """A decision that stands no more."""

    label: str
    reason: str
    who: str
    when: str
    undone: str  # when it was taken back, "" where another took its place


@dataclass(slots=True)
class Line:
    key_result: KeyResult
    tribe: Tribe
    planning: Planning
    code: str  # “FID 04”
    title: str  # as it was presented
    title_now: str  # where it reads otherwise by now
    span: str
    url: str  # "" where it was archived since
    outcome: str
    label: str
    reason: str
    who: str
    when: str
    votes: str
    into: "tuple[str, str] | None"  # code and text
    absorbs: list[tuple[str, str]]
    note: str
    note_by: str
    past: list[Past]
    is_late: bool
    is_published: bool

    @property
    def texts(self) -> str:
        """What a question is looked for in."""
        into = " ".join(self.into) if self.into else ""
        told = " ".join(one.reason for one in self.past)
        parts = (self.code, self.title, self.title_now, self.reason, self.note, into, self.tribe.name, self.who, told)
        return fold(" ".join(parts))


def lines_of(plannings: list[Planning], clock: Clock) -> list[Line]:
    """In the order of tribes, objectives and key results: three queries, however many plannings."""
    of = {one.pk: one for one in plannings}
    presented = list(
        Presented.objects.filter(planning__in=of)
        .select_related("key_result__objective__tribe")
        .order_by(
            "key_result__objective__tribe__position",
            "key_result__objective__tribe_id",
            "key_result__objective__position",
            "key_result__position",
            "pk",
        )
    )
    known = {row.key_result_id: row for row in presented}
    decisions: defaultdict[tuple[int, int], list[Decision]] = defaultdict(list)
    merged: defaultdict[tuple[int, int], list[Presented]] = defaultdict(list)
    for decision in Decision.objects.filter(planning__in=of).order_by("pk"):
        decisions[decision.planning_id, decision.key_result_id].append(decision)
        if decision.stands and decision.into_id and decision.key_result_id in known:
            merged[decision.planning_id, decision.into_id].append(known[decision.key_result_id])
    notes = {
        (row.planning_id, row.key_result_id): row
        for row in Discussion.objects.filter(planning__in=of).select_related("by__user")
    }
    return [
        _line(
            row,
            of[row.planning_id],
            decisions[row.planning_id, row.key_result_id],
            merged[row.planning_id, row.key_result_id],
            notes.get((row.planning_id, row.key_result_id)),
            known,
            clock,
        )
        for row in presented
    ]


def _line(
    row: Presented,
    planning: Planning,
    decisions: list[Decision],
    merged: list[Presented],
    note: Discussion | None,
    known: dict[int, Presented],
    clock: Clock,
) -> Line:
    key_result = row.key_result
    tribe = key_result.objective.tribe
    assert tribe is not None  # of a quarter
    standing = next((one for one in decisions if one.stands), None)
    into = known.get(standing.into_id or 0) if standing else None
    outcome = standing.outcome if standing else OPEN
    gone = key_result.archived_at or key_result.objective.archived_at
    title = row.definition["title"]
    return Line(
        key_result=key_result,
        tribe=tribe,
        planning=planning,
        code=_code(row),
        title=title,
        title_now=key_result.title if key_result.title != title else "",
        span=_span(row, clock),
        url="" if gone else reverse("key_result", args=[clock.org.slug, key_result.pk]),
        outcome=outcome,
        label=outcome_in_words(outcome),
        reason=standing.reason if standing else "",
        who=standing.by_name if standing else "",
        when=moment(standing.at) if standing else "",
        votes=votes_in_words(standing) if standing else "",
        into=(_code(into), into.definition["title"]) if into else None,
        absorbs=[(_code(one), one.definition["title"]) for one in merged],
        note=note.text if note else "",
        note_by=note.by.name if note and note.by else "",
        past=[_past(one) for one in decisions if not one.stands],
        is_late=row.is_late,
        is_published=key_result.stage in RUNNING,
    )


def _span(row: Presented, clock: Clock) -> str:
    shown = as_defined(row.key_result, row.definition)
    shown.current = None
    return promise_of(shown, clock)


def _past(decision: Decision) -> Past:
    return Past(
        outcome_in_words(decision.outcome),
        decision.reason,
        decision.by_name,
        moment(decision.at),
        moment(decision.undone_at) if decision.undone_at else "",
    )


def _code(row: Presented) -> str:
    return code_of(row.key_result, row.number)
