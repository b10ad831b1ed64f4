"""Read model of a tribe's objectives and key results in one quarter: running, closed with its verdict, or in draft."""

from collections.abc import Collection
from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import Protocol

from django.db.models import Case, F, TextField, Value, When
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from okr import numbers, scoring
from okr.language import language
from okr.models import CheckIn, KeyResult, Objective
from okr.pages.baseline import Rebased, rebased_of
from okr.pages.draft_lines import DraftLine, draft_line, was_of
from okr.pages.people import Person
from okr.pages.tribe import TribePage, key_results_in
from okr.querysets import WRITTEN
from okr.readings import Clock, Reading, Summary, read, summarize
from okr.rows import Point, Row, row_of, score_of, shares_of
from orgs.models import Membership
from orgs.permissions import Permission, can

FEWEST, MOST = 2, 5  # key results an objective (method.md § 2)


class Written(Protocol):
    """A page on which objectives and key results are written: a tribe's quarter, or a year's strategy."""

    @property
    def clock(self) -> Clock: ...

    @property
    def member(self) -> Membership: ...

    @property
    def is_draft(self) -> bool: ...

    @property
    def is_closed(self) -> bool: ...


@dataclass(frozen=True, slots=True)
class Word:
    """The comment of the latest check-in of a key result that is off track."""

    comment: str
    by: Person | None
    day: str


@dataclass(frozen=True, slots=True)
class KeyResultLine:
    row: Row
    bar_status: str
    check_in_url: str = ""  # "" for who may not check in
    word: Word | None = None
    score: str = ""
    score_look: str = ""
    draft: DraftLine | None = None  # in an open quarter, while it is not published
    rebased: Rebased | None = None  # its definition was changed since it was published

    @property
    def takes_figure(self) -> bool:
        """Whether its current value is a figure that can be typed in its cell."""
        return bool(self.check_in_url) and self.row.key_result.direction != KeyResult.Direction.DONE


@dataclass(slots=True)
class Goal:
    """An objective with its key results, and the strategic ones it means to move."""

    objective: Objective
    code: str
    url: str
    contributions: list[tuple[Row, str]] = field(default_factory=list)  # with the reason
    lines: list[KeyResultLine] = field(default_factory=list)
    drafts: list[DraftLine] = field(default_factory=list)
    summary: Summary | None = None
    percent: str = ""
    expected: str = ""
    coverage: str = ""
    missing: list[str] = field(default_factory=list)
    advance: list[str] = field(default_factory=list)  # what its drafts wait for: "publish", "propose", "take_back"

    @property
    def blocked(self) -> bool:
        """Whether something structural stands between its drafts and their publication."""
        drafts = [*self.drafts, *(line.draft for line in self.lines if line.draft)]
        return any(lack.blocks for draft in drafts for lack in draft.missing) or self.objective.owner_id is None


def goals_of(page: TribePage, only: Collection[int] | None = None) -> list[Goal]:
    """Four queries, however many rows: objectives with contributions, key results, step targets, check-ins.

    `only` names the objectives in question, else all of the tribe's quarter.
    """
    contributions: dict[int, list[tuple[int, str]]] = {}
    objectives: dict[int, Objective] = {}
    for objective, moves, because in _objectives(page, only):
        objectives.setdefault(objective.pk, objective)
        if moves is not None:
            contributions.setdefault(objective.pk, []).append((moves, because))
    strategic_ids = {pk for links in contributions.values() for pk, _reason in links}
    key_results = _key_results(page, list(objectives), strategic_ids)
    strategic = {row.pk: row_of(row, page.clock, []) for row in key_results if row.pk in strategic_ids}
    own = [row for row in key_results if row.objective_id in objectives]
    goals = {pk: _goal(objective, page.clock) for pk, objective in objectives.items()}
    for pk, links in contributions.items():
        goals[pk].contributions = [(strategic[to], because) for to, because in links if to in strategic]
    return with_key_results(goals, own, page)


def with_key_results(goals: dict[int, Goal], key_results: list[KeyResult], page: Written) -> list[Goal]:
    """The goals filled with their key results, as they stand in the period of the page: one query."""
    if page.is_draft:
        _add_drafts(goals, key_results, page)
    else:
        _add_lines(goals, key_results, page)
    return list(goals.values())


def _objectives(page: TribePage, only: Collection[int] | None) -> list[tuple[Objective, int | None, str]]:
    """Each objective at least once, with every strategic key result it means to move and the reason."""
    of_tribe = Objective.objects.of_tribe(page.tribe.pk, page.quarter.pk)
    if only is not None:
        of_tribe = of_tribe.filter(pk__in=only)
    elif not page.is_draft:
        of_tribe = of_tribe.not_rejected()
    rows = (
        of_tribe.select_related("owner__user")
        .annotate(moves=F("contributions__key_result_id"), because=F("contributions__reason"))
        .order_by("position", "pk", "contributions__pk")
    )
    return [(row, row.moves, row.because or "") for row in rows]


def _key_results(page: TribePage, objective_ids: list[int], strategic_ids: set[int]) -> list[KeyResult]:
    own = key_results_in(page.quarter).filter(objective_id__in=objective_ids)
    return list((own | KeyResult.objects.running().filter(pk__in=strategic_ids)).with_definition())


def _goal(objective: Objective, clock: Clock) -> Goal:
    return Goal(objective, objective.code, reverse("objective", args=[clock.org.slug, objective.pk]))


# ── Running or closed ────────────────────────────────────────────────────────


def _add_lines(goals: dict[int, Goal], key_results: list[KeyResult], page: Written) -> None:
    written = [row for row in key_results if row.stage in WRITTEN]
    key_results = [row for row in key_results if row.stage not in WRITTEN]
    off_track = [row.pk for row in key_results if read(row, page.clock).status == scoring.Status.OFF_TRACK]
    rebased = rebased_of(key_results, page.clock)
    points, words = _measured([row.pk for row in key_results], [] if page.is_closed else off_track)
    readings: dict[int, list[Reading]] = {}
    for key_result in key_results:
        row = row_of(key_result, page.clock, points.get(key_result.pk, []))
        readings.setdefault(key_result.objective_id, []).append(row.reading)
        line = _line(row, words.get(key_result.pk), page)
        goals[key_result.objective_id].lines.append(replace(line, rebased=rebased.get(key_result.pk)))
    was = was_of(written, page.clock)
    for key_result in written:
        row = row_of(key_result, page.clock, [])
        draft = draft_line(key_result, page.clock, was.get(key_result.pk, ""))
        line = KeyResultLine(row, row.status, draft=draft)
        goals[key_result.objective_id].lines.append(line)
    for pk, goal in goals.items():
        goal.lines.sort(key=lambda line: (line.row.key_result.position, line.row.key_result.pk))
        _roll_up(goal, readings.get(pk, []), page.clock)
        if page.is_closed:
            goal.coverage = _scored(goal)
        elif any(line.draft for line in goal.lines):
            goal.advance = ["publish"]
            goal.missing = _missing_of_goal(goal, len(goal.lines))
        elif not goal.lines:
            goal.missing = _missing_of_goal(goal, 0)


def _measured(key_result_ids: list[int], off_track: list[int]) -> tuple[dict[int, list[Point]], dict[int, Word]]:
    """Every measurement, oldest first, and what was said with the last one where that is shown: one query."""
    said = When(key_result_id__in=off_track, then="comment")
    points: dict[int, list[Point]] = {}
    words: dict[int, Word] = {}
    rows = (
        CheckIn.objects.of(key_result_ids)
        .order_by("on", "pk")
        .values_list(
            "key_result_id",
            "on",
            "value",
            Case(said, default=Value(""), output_field=TextField()),
            "author__user__name",
            "author__function",
        )
    )
    for key_result_id, on, value, comment, name, function in rows:
        points.setdefault(key_result_id, []).append((on, value))
        words.pop(key_result_id, None)
        if comment:
            day = numbers.format_date(on, language(), "short")
            words[key_result_id] = Word(comment, Person.of(name, function), day)
    return points, words


def _line(row: Row, word: Word | None, page: Written) -> KeyResultLine:
    key_result = row.key_result
    if page.is_closed:
        return _verdict(row, key_result.score)
    allowed = key_result.takes_check_ins and can(page.member, Permission.CHECK_IN, key_result)
    url = reverse("check_in_key_result", args=[page.clock.org.slug, key_result.pk]) if allowed else ""
    return KeyResultLine(row, row.status, check_in_url=url, word=word)


def _verdict(row: Row, score: Decimal | None) -> KeyResultLine:
    if score is None:
        return KeyResultLine(row, row.status)
    text, look, bar_status = score_of(score)
    return KeyResultLine(row, bar_status, score=text, score_look=look)


def _roll_up(goal: Goal, readings: list[Reading], clock: Clock) -> None:
    goal.summary = summary = summarize(readings, clock)
    goal.percent, goal.expected = shares_of(summary)
    goal.coverage = coverage_text(summary)


def _scored(goal: Goal) -> str:
    """ "2 of 3 key results scored"; those to keep within a band are not meant to be."""
    asked = [line for line in goal.lines if line.row.key_result.direction != KeyResult.Direction.WITHIN]
    text = ngettext(
        "%(scored)d of %(total)d key result scored", "%(scored)d of %(total)d key results scored", len(asked)
    )
    return text % {"scored": sum(bool(line.score) for line in asked), "total": len(asked)}


def coverage_text(summary: Summary) -> str:
    """ "3 of 4 key results updated"."""
    text = ngettext(
        "%(covered)d of %(total)d key result updated", "%(covered)d of %(total)d key results updated", summary.total
    )
    return text % {"covered": summary.updated, "total": summary.total}


# ── Draft ────────────────────────────────────────────────────────────────────


def _add_drafts(goals: dict[int, Goal], key_results: list[KeyResult], page: Written) -> None:
    was = was_of(key_results, page.clock)
    for key_result in key_results:
        line = draft_line(key_result, page.clock, was.get(key_result.pk, ""))
        goals[key_result.objective_id].drafts.append(line)
    for goal in goals.values():
        number = sum(line.key_result.stage != KeyResult.Stage.DEFERRED for line in goal.drafts)
        goal.missing = _missing_of_goal(goal, number)
        stages = {line.key_result.stage for line in goal.drafts}
        if goal.objective.is_strategic:  # published once its year is open
            continue
        if KeyResult.Stage.DRAFT in stages:
            goal.advance.append("propose")
        if KeyResult.Stage.PROPOSED in stages:
            goal.advance.append("take_back")


def _missing_of_goal(goal: Goal, number: int) -> list[str]:
    """`number` of key results that count."""
    lacks = []
    if goal.objective.owner_id is None:
        lacks.append(_("No owner yet"))
    if number == 0:
        lacks.append(_("No key result yet"))
    elif number < FEWEST:
        lacks.append(_("Only one key result"))
    elif number > MOST:
        lacks.append(_("More than %(most)d key results") % {"most": MOST})
    if not goal.contributions and not goal.objective.is_strategic:
        lacks.append(_("Moves no strategic key result yet"))
    return lacks
