"""The year that a page of the strategy is about: its quarters, its ruler, and the other years to switch to."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db.models import Subquery
from django.db.models.expressions import Combinable
from django.http import Http404
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from okr import numbers, scoring
from okr.language import language
from okr.models import PeriodState, Quarter, Year, current_quarter
from okr.readings import Clock


@dataclass(frozen=True, slots=True)
class YearPlan:
    """A year with its quarters, oldest first."""

    year: Year
    quarters: tuple[Quarter, ...]

    def current_quarter(self, today: dt.date) -> Quarter | None:
        return current_quarter(self.quarters, today)


def current_quarter_id(year_id: int, today: dt.date) -> Combinable:
    """The id that `YearPlan.current_quarter` gives, as part of another query."""
    quarters = Quarter.objects.filter(year_id=year_id).most_current_first(today)
    return Subquery(quarters.values("pk")[:1])


def year_plans() -> list[YearPlan]:
    """Every year with its quarters, oldest first: one query."""
    plans: dict[int, tuple[Year, list[Quarter]]] = {}
    rows = Year.objects.order_by("number", "quarters__starts_on").values_list(
        "pk", "number", "starts_on", "ends_on", "state",
        "quarters__pk", "quarters__number", "quarters__starts_on", "quarters__ends_on", "quarters__state",
    )  # fmt: skip
    for pk, number, starts_on, ends_on, state, *quarter in rows:
        if pk not in plans:
            plans[pk] = (Year(pk=pk, number=number, starts_on=starts_on, ends_on=ends_on, state=state), [])
        year, quarters = plans[pk]
        if quarter[0] is not None:
            fields = dict(zip(("pk", "number", "starts_on", "ends_on", "state"), quarter, strict=True))
            quarters.append(Quarter(year=year, **fields))
    return [YearPlan(year, tuple(quarters)) for year, quarters in plans.values()]


def chosen(plans: Sequence[YearPlan], number: int | None, today: dt.date) -> YearPlan | None:
    """The year asked for (404 when there is none), else the one that today lies in, else the latest begun, else the
    first; None where there is no year at all."""
    if number is not None:
        for plan in plans:
            if plan.year.number == number:
                return plan
        raise Http404
    begun = [plan for plan in plans if plan.year.starts_on <= today]
    if begun:
        return begun[-1]
    return plans[0] if plans else None


@dataclass(frozen=True, slots=True)
class Choice:
    """One of several views, years or quarters."""

    label: str
    url: str
    current: bool
    key: str = ""  # the one that leads there


# Pages about several years that other rooms add to the tabs: (URL name, label).
FURTHER: list[tuple[str, Promise]] = []


def register_view(url_name: str, label: Promise) -> None:
    if (url_name, label) not in FURTHER:
        FURTHER.append((url_name, label))


@dataclass(frozen=True, slots=True)
class YearHead:
    """What the strategy's pages share above their own content."""

    year: str
    url: str
    years: list[Choice]  # empty where there is only one
    tabs: list[Choice]
    months: list[str]
    now: Decimal | None  # today's place on the ruler, in percent; None outside the year
    now_label: str
    flags: list[dict[str, Any]]


def head_of(plans: Sequence[YearPlan], plan: YearPlan, clock: Clock, page: str, *, may_write: bool = False) -> YearHead:
    """`page` is the URL name of the page it stands on; `may_write` whether the reader may write the year's strategy."""
    slug, number = clock.org.slug, plan.year.number
    period = plan.year.period
    inside = period.start <= clock.today <= period.end
    share = scoring.elapsed_share(period, clock.today)
    day = numbers.format_date(clock.today, language(), "weekday")
    percent = numbers.format_percent(share, language())
    tabs = [
        ("strategy_year", _("Key results")),
        ("coverage", _("Coverage")),
        ("moved", _("What moved")),
        ("attention", _("To watch")),
        ("rhythm", _("Rhythm")),
        *((name, str(label)) for name, label in FURTHER),
    ]
    if may_write and plan.year.state != PeriodState.CLOSED:
        tabs.append(("strategy_write", _("Write")))
    return YearHead(
        year=str(number),
        url=reverse("strategy_year", args=[slug, number]),
        years=[
            Choice(str(other.year.number), _address(page, slug, other.year.number), other is plan) for other in plans
        ]
        if len(plans) > 1 and all(page != name for name, _label in FURTHER)
        else [],
        tabs=[
            Choice(label, _address(name, slug, number), name == page, key="e" if name == "strategy_write" else "")
            for name, label in tabs
        ],
        months=[numbers.format_date(month, language(), "month") for month in _months(period.start)],
        now=100 * share if inside else None,
        now_label=_("%(day)s · %(percent)s of the year") % {"day": day, "percent": percent} if inside else "",
        flags=[
            {
                "at": 100 * (quarter.starts_on - period.start).days / period.days,
                "label": quarter.short_label,
                "detail": numbers.format_date(quarter.starts_on, language(), "short"),
            }
            for quarter in plan.quarters
        ],
    )


def _address(name: str, slug: str, year: int) -> str:
    """The rhythm is a page of quarters: it takes the year as a parameter. Others are about several years."""
    if any(name == further for further, _label in FURTHER):
        return reverse(name, args=[slug])
    if name == "rhythm":
        return f"{reverse(name, args=[slug])}?year={year}"
    return reverse(name, args=[slug, year])


def _months(first: dt.date) -> list[dt.date]:
    return [
        dt.date(first.year + (first.month - 1 + month) // 12, (first.month - 1 + month) % 12 + 1, 1)
        for month in range(12)
    ]
