"""What the check-in form of one key result stands in: what it says today, or would with the value typed."""

import copy
import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import ROUND_FLOOR, Decimal
from typing import Any

from django.db.models import prefetch_related_objects
from django.utils.translation import gettext as _

from okr import numbers
from okr.asked import turns_of
from okr.language import language
from okr.models import CheckIn, KeyResult, Step
from okr.models.objective import Objective
from okr.numbers.units import CURRENCY_SIGNS
from okr.pages.figures import Figures, day
from okr.pages.missed import missed_text
from okr.readings import Clock
from okr.rows import Point, Row, points_of, row_of

STEPS_OF_A_WAY = 20
ROOM_FOR_ENDS = 22  # percent of the scale that "22% start" and "55% target" need


@dataclass(frozen=True, slots=True)
class Page:
    """The form's surroundings: what the key result says today, or would say with the value typed."""

    key_result: KeyResult
    objective: Objective
    today: dt.date
    row: Row
    unit: str
    step: str  # what − and + change, for the script; "" where there is no figure
    step_shown: str
    expected_value: str
    expected_at: int  # where its label stands under the bar, kept clear of the ends
    since_last: str
    last_confidence: str
    question: str
    missed: str  # "2 weeks missed", "" where a check-in is corrected or only looked ahead at

    @property
    def is_band(self) -> bool:
        return self.key_result.direction == KeyResult.Direction.WITHIN

    @property
    def value(self) -> Any:
        """The reading's share as a percentage, unclamped, for the bar."""
        return None if self.row.reading.progress is None else 100 * self.row.reading.progress

    @property
    def expected(self) -> Any:
        return None if self.row.reading.expected is None else 100 * self.row.reading.expected


def key_result_page(
    key_result: KeyResult, clock: Clock, *, typed: Decimal | None = None, correcting: CheckIn | None = None
) -> Page:
    """A query each for the measurements, the step targets and the day of publication. Needs `objective` with its period and tribe."""
    if key_result.direction == KeyResult.Direction.DONE:
        vars(key_result)["loaded_step_targets"] = []  # a rule of its definition: it has none
    else:
        prefetch_related_objects([key_result], "step_targets")
    points = points_of([key_result.pk]).get(key_result.pk, [])
    before = points[:-1] if correcting is not None else points
    shown, drawn = key_result, points
    if typed is not None:
        on = correcting.on if correcting is not None else clock.today
        shown, drawn = _what_if(key_result, typed, on), [*before, (on, typed)]
    row = row_of(shown, clock, drawn)
    figures = Figures.of(key_result, clock)
    last_confidence = key_result.previous_confidence if correcting is not None else key_result.confidence
    step = step_of(key_result, figures)
    expected = row.reading.expected_value
    return Page(
        key_result=key_result,
        objective=key_result.objective,
        today=clock.today,
        row=row,
        unit=unit_beside(key_result, clock),
        step=f"{step:f}" if step else "",
        step_shown=numbers.format_number(step, language()) if step else "",
        expected_value="" if expected is None else figures.computed(expected),
        expected_at=min(max(row.reading.tick or 0, ROOM_FOR_ENDS), 100 - ROOM_FOR_ENDS),
        since_last=_since_last(shown, before, figures, clock),
        last_confidence="" if last_confidence is None else str(last_confidence),
        question=_question(key_result),
        missed="" if correcting or typed is not None else _missed(key_result, points, clock),
    )


def _missed(key_result: KeyResult, points: Sequence[Point], clock: Clock) -> str:
    days = {key_result.pk: [on for on, _value in points]}
    return missed_text(key_result, turns_of([key_result], clock, days)[key_result.pk], clock)


def _what_if(key_result: KeyResult, value: Decimal, on: dt.date) -> KeyResult:
    """The key result as it would be with this value; never saved."""
    shown = copy.copy(key_result)
    shown.current, shown.checked_on = value, on
    return shown


def step_of(key_result: KeyResult, figures: Figures) -> Decimal | None:
    """A twentieth of the way, rounded down to 1, 2 or 5 of its power of ten, but no finer than the metric is written."""
    if key_result.direction == KeyResult.Direction.DONE:
        return None
    within = key_result.direction == KeyResult.Direction.WITHIN
    ends = (key_result.low, key_result.high) if within else (key_result.start, key_result.target)
    known = [end for end in ends if end is not None]
    way = abs(known[0] - known[-1]) or abs(known[0]) if known else Decimal(0)
    finest = Decimal(1).scaleb(-figures.decimals)
    if not way:
        return finest
    rough = way / STEPS_OF_A_WAY
    power = Decimal(1).scaleb(rough.adjusted())
    leading = int((rough / power).to_integral_value(ROUND_FLOOR))
    return max(power * (5 if leading >= 5 else 2 if leading >= 2 else 1), finest)


def unit_beside(key_result: KeyResult, clock: Clock) -> str:
    """What stands behind the input: "%", "€", "min"."""
    if key_result.unit == KeyResult.Unit.MONEY:
        return CURRENCY_SIGNS.get(clock.org.currency, clock.org.currency)
    ten = numbers.format_value(Decimal(10), key_result.unit, language(), unit_label=key_result.unit_label)
    return ten.removeprefix("10").strip()


def _since_last(shown: KeyResult, before: Sequence[Point], figures: Figures, clock: Clock) -> str:
    if not before:
        return _("First check-in")
    on, value = before[-1]
    words = {"date": day(on, clock.today), "value": figures.value(value)}
    if shown.current is None or shown.current == value or shown.direction == KeyResult.Direction.DONE:
        return _("%(value)s on %(date)s") % words
    return _("%(change)s since %(date)s (%(value)s)") % {"change": figures.change(shown.current - value), **words}


def _question(key_result: KeyResult) -> str:
    ends_on = numbers.format_date(key_result.objective.span.ends_on, language(), "short")
    if key_result.direction == KeyResult.Direction.WITHIN:
        return _("How sure are you to stay in the band until %(date)s?") % {"date": ends_on}
    if key_result.direction == KeyResult.Direction.DONE:
        return _("How sure are you that it is done by %(date)s?") % {"date": ends_on}
    return _("How sure are you to reach the target by %(date)s?") % {"date": ends_on}


def steps_of(key_result: KeyResult) -> list[Step]:
    is_milestone = key_result.direction == KeyResult.Direction.DONE
    return list(Step.objects.filter(key_result=key_result)) if is_milestone else []
