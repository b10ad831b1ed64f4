"""Read model of a tribe's initiatives on the weeks of its quarter, and of one line among them."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from functools import cached_property

from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _

from okr import numbers
from okr.language import language
from okr.models import Initiative, KeyResult, PeriodState, Quarter
from okr.pages.initiatives import InitiativeLine, line_of
from okr.pages.timeline import BAR_CLASSES, Weeks, legend
from okr.readings import Clock, read
from orgs.models import Membership, Tribe
from orgs.permissions import Permission, can

STATES = [(state.value, BAR_CLASSES[state], state.label) for state in Initiative.State]  # value, class, word


def is_gone(key_result: KeyResult) -> bool:
    return key_result.archived_at is not None or key_result.objective.archived_at is not None


@dataclass(frozen=True, slots=True)
class GanttRow:
    line: InitiativeLine
    milestone: str  # "Milestone in W18", "" without
    milestone_columns: str
    may_edit: bool
    is_last: bool

    @property
    def key(self) -> str:
        return str(self.line.initiative.pk)

    @property
    def revision(self) -> str:
        return str(self.line.initiative.revision)

    @property
    def before(self) -> str:
        """The place one line up; "" on the first."""
        place = self.line.initiative.position - 1
        return str(place) if place else ""

    @property
    def after(self) -> str:
        return "" if self.is_last else str(self.line.initiative.position + 1)


@dataclass(frozen=True, slots=True)
class AnswerChoice:
    """A key result that an initiative may answer."""

    pk: str
    code: str
    title: str
    status: str
    chosen: bool


def answer_choices(key_results: Iterable[KeyResult], chosen: Collection[str], clock: Clock) -> list[AnswerChoice]:
    """Key results loaded `with_definition()`; `chosen` are ids as a form holds them."""
    return [
        AnswerChoice(str(row.pk), row.code, row.title, read(row, clock).status, str(row.pk) in chosen)
        for row in key_results
    ]


@dataclass(frozen=True)
class Board:
    """One tribe's timeline as one person may use it."""

    tribe: Tribe
    quarter: Quarter
    clock: Clock
    member: Membership

    @cached_property
    def weeks(self) -> Weeks:
        return Weeks.of(self.quarter, self.clock.today)

    @cached_property
    def may_add(self) -> bool:
        """One query, for the seat."""
        return self.is_writable and can(self.member, Permission.EDIT_INITIATIVES, self.tribe)

    @property
    def is_writable(self) -> bool:
        return self.quarter.state != PeriodState.CLOSED

    @property
    def may_edit_some(self) -> bool:
        return self.may_add or any(row.may_edit for row in self.rows)

    @property
    def mondays(self) -> str:
        """For the script that draws: "2026-03-30 2026-04-06 …"."""
        return " ".join(monday.isoformat() for monday in self.weeks.mondays)

    @property
    def url(self) -> str:
        """The view of the tribe's page that shows it."""
        address = reverse("tribe_quarter", args=[self.clock.org.slug, self.tribe.code, self.quarter.slug])
        return f"{address}?view=initiatives"

    @property
    def new_url(self) -> str:
        return reverse("initiative_new", args=[self.clock.org.slug, self.tribe.code, self.quarter.slug])

    @property
    def legend(self) -> list[tuple[str, str]]:
        return legend()

    @property
    def states(self) -> list[tuple[str, str, str]]:
        return [(value, look, str(word)) for value, look, word in STATES]

    @cached_property
    def rows(self) -> list[GanttRow]:
        """Three queries. Each initiative with the key results that it answers and the tribes that it waits for."""
        return self._rows(Initiative.objects.of_tribe(self.tribe.pk, self.quarter.pk).with_answers())

    def row(self, pk: int) -> GanttRow:
        """One of them, as it is now. Raises 404."""
        found = get_object_or_404(Initiative.objects.of_tribe(self.tribe.pk, self.quarter.pk).with_answers(), pk=pk)
        last = Initiative.objects.of_tribe(self.tribe.pk, self.quarter.pk).count()
        return self._rows([found], last)[0]

    def _rows(self, initiatives: Iterable[Initiative], last: int | None = None) -> list[GanttRow]:
        found = list(initiatives)
        for row in found:
            row.quarter = self.quarter
        return [self._row(row, row.position == last if last else row is found[-1]) for row in found]

    def _row(self, initiative: Initiative, is_last: bool) -> GanttRow:
        answered = [answer.key_result for answer in initiative.answers.all()]
        line = line_of(initiative, self.clock, sorted(row.code for row in answered if not is_gone(row)))
        week = initiative.milestone_week
        name = numbers.format_week(week, language(), short=True) if week else ""
        return GanttRow(
            line=line,
            milestone=_("Milestone in %(week)s") % {"week": name} if week else "",
            milestone_columns=self.weeks.columns(week, week) if week else "",
            may_edit=self.may_add or (self.is_writable and initiative.owner_id == self.member.pk),
            is_last=is_last,
        )
