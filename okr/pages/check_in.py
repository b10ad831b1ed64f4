"""What the check-in pages show: the round of today, one key result's form, and what was done in the round."""

import copy
import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import ROUND_FLOOR, Decimal
from typing import Any
from urllib.parse import urlencode

from django.db.models import prefetch_related_objects
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from okr import numbers
from okr.asked import turns_of
from okr.language import language
from okr.models import CheckIn, KeyResult, Step
from okr.models.objective import Objective
from okr.numbers.units import CURRENCY_SIGNS
from okr.pages.correction import correct_url, take_back_url
from okr.pages.figures import Figures, day
from okr.pages.missed import missed_text
from okr.readings import Clock
from okr.rows import Point, Row, points_of, row_of, rows_of
from orgs.models import Absence, Membership
from orgs.reaching import stands_in_for

SECONDS_EACH = 12  # a value, a confidence, "save": four in under a minute
AT_MOST = 100  # rows of a list
ROUND_LASTS = dt.timedelta(hours=1)
STEPS_OF_A_WAY = 20
ROOM_FOR_ENDS = 22  # percent of the scale that "22% start" and "55% target" need


# ── The round ────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True)
class Item:
    """One key result of the round; `value` as text once it is done."""

    key_result: KeyResult
    code: str
    url: str
    value: str
    done: bool
    on_behalf: str = ""  # "for Camille, until 3 December"


@dataclass(frozen=True)
class Round:
    """My check-ins of today, in an order that does not change as they are done."""

    org_slug: str
    items: tuple[Item, ...]
    since: int | None  # when it began, in seconds of the epoch

    @property
    def left(self) -> list[Item]:
        return [item for item in self.items if not item.done]

    @property
    def done_count(self) -> int:
        return len(self.items) - len(self.left)

    @property
    def done_percent(self) -> int:
        return round(100 * self.done_count / len(self.items)) if self.items else 0

    @property
    def time_left(self) -> str:
        """ "35 s", rounded to what an estimate is worth."""
        return duration(max(5 * round(len(self.left) * SECONDS_EACH / 5), 10))

    def item(self, pk: int) -> Item | None:
        return next((item for item in self.items if item.key_result.pk == pk), None)

    def on_behalf(self, pk: int) -> str:
        item = self.item(pk)
        return item.on_behalf if item else ""

    def place(self, pk: int) -> int:
        """1 for the first."""
        return next(place for place, item in enumerate(self.items, 1) if item.key_result.pk == pk)

    def after(self, pk: int) -> Item | None:
        """The next one still to do; None when all that follow are done."""
        return next((item for item in self.items[self.place(pk) :] if not item.done), None)

    def url_after(self, pk: int) -> str:
        following = self.after(pk)
        return following.url if following else self.summary_url

    @property
    def all_url(self) -> str:
        """All of it on one page."""
        return f"{reverse('check_in_all', args=[self.org_slug])}{query_of(self.since)}"

    @property
    def summary_url(self) -> str:
        return f"{reverse('check_in', args=[self.org_slug])}?{_query(self.since, done='1')}"


def duration(seconds: int) -> str:
    return _("%(n)s s") % {"n": seconds} if seconds < 100 else _("%(n)s min") % {"n": round(seconds / 60)}


def now() -> int:
    return int(timezone.now().timestamp())


def began(text: str) -> int | None:
    """The `since` of an address: when the round began; None when it says nothing, or too long ago to be this round."""
    if not (text.isascii() and text.isdigit() and len(text) <= 12):
        return None
    return int(text) if 0 <= now() - int(text) <= ROUND_LASTS.total_seconds() else None


def _query(since: int | None, **more: str) -> str:
    return urlencode({**more, **({"since": since} if since else {})})


def query_of(since: int | None) -> str:
    """What an address of the round ends with."""
    return f"?{_query(since)}" if since else ""


def round_of(member: Membership, clock: Clock, since: int | None = None) -> Round:
    """Two queries: in whose place the member stands, and what is due from them all."""
    away = stands_in_for(member, clock.today)
    rows = KeyResult.objects.in_round(member, clock.today, clock.asked_until, away)[:AT_MOST]
    items = (replace(_item(row, row.done_today, clock, since), on_behalf=on_behalf(row, away, clock)) for row in rows)
    return Round(clock.org.slug, tuple(items), since)


def on_behalf(row: KeyResult, away: Mapping[int, Absence], clock: Clock) -> str:
    """In whose place it is checked in, and until when; "" for one's own."""
    absence = away.get(row.owner_id or 0)
    if absence is None:
        return ""
    until = numbers.format_date(absence.ends_on, language(), "long")
    return _("for %(name)s, until %(day)s") % {"name": absence.member.name, "day": until}


def opened_early(round_: Round, key_result: KeyResult, clock: Clock) -> Round:
    """The round with a key result before it that nobody asks for: checked in early, or by the tribe's lead."""
    return replace(round_, items=(_item(key_result, False, clock, round_.since), *round_.items))


def _item(row: KeyResult, done: bool, clock: Clock, since: int | None) -> Item:
    url = reverse("check_in_key_result", args=[clock.org.slug, row.pk])
    return Item(
        key_result=row,
        code=row.code,
        url=f"{url}{query_of(since)}",
        value=Figures.of(row, clock).value(row.current) if done and row.current is not None else "",
        done=done,
    )


# ── One key result ───────────────────────────────────────────────────────────


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


# ── After the last ───────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True)
class Done:
    """A check-in of the round; `correct_url` and `take_back_url` while it can still be corrected."""

    row: Row
    value: str
    confidence: int
    correct_url: str
    take_back_url: str


@dataclass(frozen=True)
class Summary:
    done: list[Done]
    later: list[Item]
    took: str  # "48 s", "" when the beginning is not known


def summary_of(round_: Round, member: Membership, clock: Clock) -> Summary:
    """Two queries: the check-ins of today, and the step targets of what was checked in."""
    key_results = [item.key_result for item in round_.items if item.done]
    latest: dict[int, CheckIn] = {}
    for check_in in CheckIn.objects.of([row.pk for row in key_results]).filter(on=clock.today):
        latest.setdefault(check_in.key_result_id, check_in)
    prefetch_related_objects(key_results, "step_targets")
    rows = rows_of(key_results, clock, sparks=False)
    done = [_done(row, latest[row.key_result.pk], member, clock, round_.summary_url) for row in rows]
    ends = max((check_in.created_at for check_in in latest.values()), default=None)
    took = ends.timestamp() - round_.since if ends and round_.since else 0
    return Summary(done=done, later=round_.left, took=duration(round(took)) if took > 0 else "")


def _done(row: Row, check_in: CheckIn, member: Membership, clock: Clock, summary_url: str) -> Done:
    mine = check_in.author_id == member.pk
    return Done(
        row=row,
        value=Figures.of(row.key_result, clock).value(check_in.value),
        confidence=check_in.confidence,
        correct_url=correct_url(check_in, clock.org.slug, back_to=summary_url) if mine else "",
        take_back_url=take_back_url([check_in], clock.org.slug, back_to=summary_url) if mine else "",
    )


# ── Nothing due ──────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True)
class Owned:
    key_result: KeyResult
    code: str
    url: str
    value: str
    next_due: str


def owned_by(member: Membership, clock: Clock) -> list[Owned]:
    """What this person owns in the open year and quarter, the next due first: one query."""
    rows = KeyResult.objects.taking_check_ins().filter(owner=member).select_related("objective")
    return [
        Owned(
            key_result=row,
            code=row.code,
            url=reverse("check_in_key_result", args=[clock.org.slug, row.pk]),
            value="" if row.current is None else Figures.of(row, clock).value(row.current),
            next_due=numbers.format_date(row.next_due_on, language(), "weekday") if row.next_due_on else "",
        )
        for row in rows.order_by("next_due_on", "objective__position", "position", "pk")[:AT_MOST]
    ]
