"""All check-ins that are due from me, on one page: a line each."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from django.utils.translation import gettext as _

from okr.forms.check_in_all import LineForm
from okr.models import KeyResult, Step
from okr.pages.check_in import unit_beside
from okr.pages.check_in_round import AT_MOST, Item, Round, Summary
from okr.pages.figures import Figures, day
from okr.pages.missed import missed_texts
from okr.readings import Clock

WITH_PERIOD = ("objective__year", "objective__quarter__year", "objective__tribe")


@dataclass(frozen=True, slots=True)
class Line:
    form: LineForm
    key_result: KeyResult
    code: str
    url: str  # of its own form
    last: str  # "44% on 12 May", "" before the first
    unit: str
    missed: str  # "2 weeks missed"
    on_behalf: str  # "for Camille, until 3 December"


@dataclass(frozen=True, slots=True)
class AllPage:
    lines: list[Line]
    summary: Summary | None  # what was done, None while nothing was
    saved: list[str] = field(default_factory=list)  # "A1 88%", by what was just sent
    refusal: str = ""
    asks: bool = False  # whether all of `can_keep` shall keep their last value

    @property
    def wrong(self) -> list[Line]:
        return [line for line in self.lines if line.form.errors]

    @property
    def can_keep(self) -> list[Line]:
        """In which nothing was typed, and whose last value can stay."""
        return [line for line in self.lines if line.form.has_last and not line.form.is_typed]


def rows_sent(texts: Iterable[str], round_: Round) -> list[KeyResult]:
    """The key results that a page sent: those of the round, and others by a query where they are no longer in it."""
    pks = [int(text) for text in texts if text.isascii() and text.isdigit() and len(text) < 19][:AT_MOST]
    mine = {item.key_result.pk: item.key_result for item in round_.items}
    strange = [pk for pk in pks if pk not in mine]
    if strange:
        others = KeyResult.objects.select_related(*WITH_PERIOD).filter(pk__in=strange)
        mine |= {row.pk: row for row in others}
    return [mine[pk] for pk in dict.fromkeys(pks) if pk in mine]


def steps_of_all(rows: Sequence[KeyResult]) -> dict[int, list[Step]]:
    """Of the milestones among them: at most one query."""
    milestones = [row.pk for row in rows if row.direction == KeyResult.Direction.DONE]
    steps: dict[int, list[Step]] = {}
    for step in Step.objects.filter(key_result__in=milestones) if milestones else ():
        steps.setdefault(step.key_result_id, []).append(step)
    return steps


def lines_of(forms: Sequence[LineForm], items: Sequence[Item], clock: Clock) -> list[Line]:
    """Two queries, for what was missed."""
    known = {item.key_result.pk: item for item in items}
    missed = missed_texts([form.key_result for form in forms], clock) if forms else {}
    return [_line(form, known.get(form.key_result.pk), missed[form.key_result.pk], clock) for form in forms]


def _line(form: LineForm, item: Item | None, missed: str, clock: Clock) -> Line:
    row = form.key_result
    last = ""
    if row.current is not None and row.checked_on is not None:
        words = {"value": Figures.of(row, clock).value(row.current), "date": day(row.checked_on, clock.today)}
        last = _("%(value)s on %(date)s") % words
    return Line(
        form=form,
        key_result=row,
        code=row.code,
        url=item.url if item else "",
        on_behalf=item.on_behalf if item else "",
        last=last,
        unit=unit_beside(row, clock) if form.shows_figure else "",
        missed=missed,
    )
