"""Key results made ready for templates: every figure already text in the reader's language.

Strings, because integers and decimals cost half of a large render when a Django template localizes them one by one.
"""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from django.urls import reverse
from django.utils.translation import gettext as _

from okr import charts, numbers, scoring
from okr.language import language
from okr.models import CheckIn, KeyResult
from okr.readings import Clock, Reading, Summary, read

Point = tuple[dt.date, Decimal]


# Score's band → class of its pill, status whose colour its bar takes
SCORE_LOOKS = {
    scoring.Band.RED: ("off", scoring.Status.OFF_TRACK),
    scoring.Band.AMBER: ("risk", scoring.Status.AT_RISK),
    scoring.Band.GREEN: ("ok", scoring.Status.ON_TRACK),
}


@dataclass(slots=True)
class Row:
    """A key result's line in a list."""

    key_result: KeyResult
    reading: Reading
    code: str
    url: str
    start: str
    now: str
    target: str
    percent: str  # "29 %", "" without data
    expected: str  # "38 %", "" when nothing is expected
    bar_label: str
    updated: str  # "18 May", "" without a check-in
    spark: charts.Spark | None

    @property
    def status(self) -> str:
        return self.reading.status

    @property
    def score(self) -> str:
        """ "0.7" once its quarter or year is closed; "" before, and without a verdict."""
        score = self.key_result.score
        return "" if score is None else score_of(score)[0]

    @property
    def score_look(self) -> str:
        """Class of its pill."""
        score = self.key_result.score
        return "" if score is None else score_of(score)[1]


def rows_of(key_results: Iterable[KeyResult], clock: Clock, *, sparks: bool = True) -> list[Row]:
    """Rows of key results loaded `with_definition()`. One query for all the sparklines, none otherwise."""
    key_results = list(key_results)
    points = points_of([row.pk for row in key_results]) if sparks else {}
    return [row_of(key_result, clock, points.get(key_result.pk, [])) for key_result in key_results]


def row_of(key_result: KeyResult, clock: Clock, points: list[Point]) -> Row:
    reading = read(key_result, clock)
    start, now, target = span_of(key_result, clock)
    percent, expected = shares_of(reading)
    return Row(
        key_result=key_result,
        reading=reading,
        code=key_result.code,
        url=reverse("key_result", args=[clock.org.slug, key_result.pk]),
        start=start,
        now=now,
        target=target,
        percent=percent,
        expected=expected,
        bar_label=bar_label(percent, expected),
        updated=numbers.format_date(key_result.checked_on, language(), "short") if key_result.checked_on else "",
        spark=spark_of(reading, points),
    )


def shares_of(figures: Reading | Summary) -> tuple[str, str]:
    """Progress and what is expected today, as text; "" for one that is not known."""
    return _share(figures.progress), _share(figures.expected)


def _share(share: Decimal | None) -> str:
    return "" if share is None else numbers.format_percent(share, language())


def bar_label(percent: str, expected: str) -> str:
    """What a progress bar says in words."""
    if not percent:
        return _("No data yet")
    if not expected:
        return _("%(percent)s of the way") % {"percent": percent}
    return _("%(percent)s of the way; %(expected)s expected today") % {"percent": percent, "expected": expected}


def score_of(score: Decimal) -> tuple[str, str, scoring.Status]:
    """A score as text ("0.7"), the class of its pill, the status whose colour its bar takes."""
    return numbers.format_number(score, language(), decimals=1), *SCORE_LOOKS[scoring.score_band(score)]


def span_of(key_result: KeyResult, clock: Clock) -> tuple[str, str, str]:
    """Start, now and target as text; the band's ends for a key result to keep within."""
    within = key_result.direction == KeyResult.Direction.WITHIN
    return numbers.format_span(
        key_result.low if within else key_result.start,
        key_result.current,
        key_result.high if within else key_result.target,
        key_result.unit,
        language(),
        currency=clock.org.currency,
        unit_label=key_result.unit_label,
    )


def spark_of(reading: Reading, points: list[Point]) -> charts.Spark | None:
    if not points or reading.expected_value is None:
        return None
    metric = reading.key_result
    begins = metric.start if metric.start is not None else points[0][1]
    return charts.sparkline(points, begins, reading.expected_value)


def points_of(key_result_ids: list[int]) -> dict[int, list[Point]]:
    """Each key result's measurements, oldest first: one query for all."""
    points: dict[int, list[Point]] = {}
    rows = CheckIn.objects.of(key_result_ids).order_by("on", "pk").values_list("key_result_id", "on", "value")
    for key_result_id, on, value in rows:
        points.setdefault(key_result_id, []).append((on, value))
    return points
