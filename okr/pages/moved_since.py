"""Since when the page of what moved compares: what its address says, and the choices that it offers."""

import datetime as dt
from collections.abc import Sequence

from django.utils.dateparse import parse_date
from django.utils.translation import gettext as _

from okr.landmarks import Landmark
from okr.pages.years import YearPlan

DEFAULT = "7"


def since_of(asked: str, plan: YearPlan, today: dt.date, landmarks: Sequence[Landmark] = ()) -> tuple[str, dt.date]:
    """The choice made and its day: a landmark, monday, 7, 14, 30, quarter, or a date up to today; else the latest
    landmark, of the reader's own committee where there is one; or seven days ago."""
    days = _days(plan, today, landmarks)
    if asked in days:
        return asked, days[asked]
    try:
        named = parse_date(asked)
    except ValueError:
        named = None
    if named is not None and plan.year.starts_on <= named <= today:
        return named.isoformat(), named
    usual = next((one.key for one in landmarks if one.own), landmarks[0].key if landmarks else DEFAULT)
    return usual, days[usual]


def _days(plan: YearPlan, today: dt.date, landmarks: Sequence[Landmark] = ()) -> dict[str, dt.date]:
    days = {one.key: one.on for one in landmarks}
    days |= {"monday": today - dt.timedelta(days=today.weekday() or 7)}
    days |= {str(number): today - dt.timedelta(days=number) for number in (7, 14, 30)}
    quarter = plan.current_quarter(today)
    return days | ({"quarter": quarter.starts_on} if quarter and quarter.starts_on <= today else {})


def labels_of(plan: YearPlan, today: dt.date, landmarks: Sequence[Landmark]) -> list[tuple[str, str]]:
    words = {
        "monday": _("Last Monday"),
        "7": _("7 days"),
        "14": _("14 days"),
        "30": _("30 days"),
        "quarter": _("Start of the quarter"),
        **{one.key: one.label for one in landmarks},
    }
    return [(key, words[key]) for key in _days(plan, today, landmarks)]
