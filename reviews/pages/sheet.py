"""Read model of one tribe's review of its quarter, or of the strategy's of its year: verdict after verdict, then what ends,
what goes on and what is said looking back."""

from dataclasses import dataclass, field

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from okr.actions import carrying
from okr.models import KeyResult, PeriodState, Quarter, Year
from okr.readings import Clock
from okr.rows import Row, row_of
from orgs.models import Membership, Tribe
from orgs.permissions import Permission, can, to_edit
from reviews.access import slug_of
from reviews.models import Verdict
from reviews.pages.sheet_parts import Column, GoingOn, Work, columns_of, going_on, work_of
from reviews.pages.words import Scored, address, day_of, said_of, scored
from reviews.results import Goal, Line, Part, results_of
from reviews.timing import is_on, opens_on


@dataclass(slots=True)
class SheetLine:
    line: Line
    row: Row
    said: Scored | None  # of the verdict
    proposed: Scored | None
    why: str  # “0.6 proposed: 55% of the way, last figure 9 June”
    afterwards: str
    url: str  # a verdict is posted to it
    open_url: str
    revision: int
    corrected: str  # when, by whom
    correct_url: str
    is_stale: bool  # figures since the verdict propose another one


@dataclass(frozen=True, slots=True)
class SheetGoal:
    goal: Goal
    score: Scored | None
    lines: list[SheetLine]


@dataclass(slots=True)
class Sheet:
    period: Year | Quarter
    tribe: Tribe | None
    part: Part
    goals: list[SheetGoal]
    may_review: bool
    may_carry: bool
    is_on: bool
    is_closed: bool
    opens: str
    ends: str
    into: Year | Quarter | None
    takes: bool
    work: list[Work]
    going: list[GoingOn]
    columns: list[Column]
    member: Membership
    score: Scored | None
    next_text: str = ""
    next_url: str = ""
    next_label: str = ""
    steps: list[tuple[str, str]] = field(default_factory=list)

    @property
    def slug(self) -> str:
        return slug_of(self.period)

    @property
    def waiting(self) -> list[GoingOn]:
        return [one for one in self.going if one.into is None]

    @property
    def unended(self) -> int:
        return sum(one.is_open for one in self.work)

    @property
    def next_open(self) -> SheetLine | None:
        lines = [line for goal in self.goals for line in goal.lines]
        return next((one for one in lines if not one.line.is_given), None)


def sheet_of(period: Year | Quarter, tribe: Tribe | None, member: Membership, clock: Clock) -> Sheet:
    """Nine queries, however many key results, initiatives and notes."""
    results = results_of(period, tribe=tribe)
    part = results.parts[0] if results.parts else Part(tribe, [])
    thing = tribe or period
    may_review = can(member, Permission.REVIEW, thing)
    into = carrying.after(period)
    may_write = can(member, to_edit(part.goals[0].objective), part.goals[0].objective) if part.goals else False
    may_correct = period.state == PeriodState.CLOSED and can(member, Permission.CORRECT_CLOSED, period)
    page = Sheet(
        period=period,
        tribe=tribe,
        part=part,
        goals=[],
        may_review=may_review and period.is_open,
        may_carry=may_write,
        is_on=is_on(period, clock.today),
        is_closed=period.state == PeriodState.CLOSED,
        opens=day_of(opens_on(period)),
        ends=day_of(period.ends_on),
        into=into,
        takes=into is not None and carrying.takes_more(into),
        work=work_of(period, tribe, member, may=may_review) if tribe and isinstance(period, Quarter) else [],
        going=going_on(part.lines, clock),
        columns=columns_of(part.notes) if tribe else [],
        member=member,
        score=scored(part.score),
    )
    here = _address(page, clock)
    page.goals = [
        SheetGoal(goal, scored(goal.score), [_line(line, clock, here, may_correct=may_correct) for line in goal.lines])
        for goal in part.goals
    ]
    _tell_next(page, here, clock)
    return page


def _address(page: Sheet, clock: Clock) -> str:
    if page.tribe is None:
        return address("review_strategy", clock.org, page.period)
    return address("review_tribe", clock.org, page.period, code=page.tribe.code)


def _line(line: Line, clock: Clock, here: str, *, may_correct: bool) -> SheetLine:
    row = row_of(line.key_result, clock, [])
    verdict, pk = line.verdict, line.key_result.pk
    return SheetLine(
        line=line,
        row=row,
        said=said_of(line),
        proposed=scored(line.proposed),
        why=_why(line, row),
        afterwards=str(Verdict.Afterwards(line.afterwards).label) if line.afterwards else "",
        url=reverse("review_verdict", args=[clock.org.slug, pk]),
        open_url=f"{here}?open={pk}#kr-{pk}",
        revision=verdict.revision if verdict is not None else 1,
        corrected=corrected_said(line, clock),
        correct_url=reverse("review_correct", args=[clock.org.slug, pk]) if may_correct else "",
        is_stale=_is_stale(line),
    )


def corrected_said(line: Line, clock: Clock) -> str:
    """When its verdict was corrected, and by whom; "" where it was not."""
    verdict = line.verdict
    if verdict is None or verdict.corrected_at is None:
        return ""
    day = day_of(verdict.corrected_at.astimezone(clock.org.zone).date())
    if verdict.corrected_by is None:
        return _("Corrected on %(day)s") % {"day": day}
    return _("Corrected on %(day)s by %(name)s") % {"day": day, "name": verdict.corrected_by.name}


def _is_stale(line: Line) -> bool:
    on, verdict = line.key_result.checked_on, line.verdict
    if on is None or verdict is None or line.score is None or line.key_result.objective.span.state == "closed":
        return False
    return line.proposed is not None and line.proposed != line.score


def _why(line: Line, row: Row) -> str:
    if line.key_result.direction == KeyResult.Direction.WITHIN:
        said = _("A health metric has no score: say whether it was kept within its band.")
        return f"{said} {_last(row)}"
    score = scored(line.proposed)
    if score is None:
        return _("Nothing is proposed: no figure was ever recorded.")
    words = {"score": score.text, "percent": row.percent}
    said = _("%(score)s proposed: %(percent)s of the way.") % words
    return f"{said} {_last(row)}"


def _last(row: Row) -> str:
    if not row.updated:
        return _("No figure was ever recorded.")
    return _("Last figure %(day)s.") % {"day": row.updated.removesuffix(".")}  # “17 nov.” ends its sentence by itself


# ── The next step ────────────────────────────────────────────────────────────


def _tell_next(page: Sheet, here: str, clock: Clock) -> None:
    """Sentence and link of what comes next, and the steps that lead to the close."""
    names = [_("Last figures"), _("Scores and learning"), _("What goes on"), pgettext("a review", "Close")]
    first = page.next_open
    if page.is_closed:
        at = len(names)
        page.next_text = _("%(period)s is closed: scores are final.") % {"period": page.period}
        page.next_url, page.next_label = address("review_results", clock.org, page.period), _("Results")
    elif not page.is_on:
        at = 0
        page.next_text = _(
            "Verdicts are given from %(day)s on. Until then figures are checked in, and notes can be written."
        ) % {"day": page.opens}
    elif first is not None:
        at = 1
        said = ngettext("%(n)s key result to judge", "%(n)s key results to judge", page.part.missing)
        page.next_text = _("%(said)s by %(day)s.") % {"said": said % {"n": page.part.missing}, "day": page.ends}
        if page.may_review:
            page.next_url = first.open_url
            page.next_label = _("Judge %(code)s") % {"code": first.row.code}
    elif page.unended:
        at = 2
        said = ngettext("%(n)s initiative to close", "%(n)s initiatives to close", page.unended)
        page.next_text = _("All is judged. %(said)s: done, stopped, or carried on.") % {
            "said": said % {"n": page.unended}
        }
        page.next_url, page.next_label = f"{here}#work", _("To the initiatives")
    elif page.waiting and page.takes and page.may_carry:
        at = 2
        page.next_text = _("All is judged. What goes on can stand in the draft of %(period)s now.") % {
            "period": page.into
        }
        page.next_url, page.next_label = f"{here}#going", _("To what goes on")
    else:
        at = 3
        page.next_text = _("All is judged. %(period)s is closed by the coach or an administrator.") % {
            "period": page.period
        }
        page.next_url, page.next_label = address("review", clock.org, page.period), _("The whole review")
    page.steps = [(name, "past" if place < at else "now" if place == at else "") for place, name in enumerate(names)]
