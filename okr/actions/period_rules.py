"""What holds for years and quarters whatever changes them, and for whatever is written in them."""

import datetime as dt
from collections.abc import Sequence

from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from okr import numbers
from okr.language import language
from okr.models import CheckIn, Initiative, PeriodState, Quarter, StepTarget, Year
from orgs.actions.audit import hold_organization
from orgs.rules import RuleBroken

YEAR_DAYS = range(350, 381)  # about twelve months, which its ruler shows
QUARTER_WEEKS = range(12, 15)  # that it touches, as its timeline shows
WRONG_LENGTH = gettext_lazy("A year has about twelve months: 350 to 380 days.")


def check_writable(period: Year | Quarter) -> None:
    """Raise RuleBroken where the period is closed: what it holds is history."""
    if period.state == PeriodState.CLOSED:
        raise RuleBroken(_("%(period)s is closed: it is read only.") % {"period": period})


def hold_writable(period: Year | Quarter) -> None:
    """The same of the period as it is now, for the rest of the transaction: it may have been closed since it was read."""
    hold_organization()
    period.refresh_from_db(fields=["state"])
    check_writable(period)


def check_days(starts_on: dt.date, ends_on: dt.date, quarters: Sequence[tuple[dt.date, dt.date]]) -> None:
    """What a year's days must be whatever it holds. Raises RuleBroken with the field."""
    if (ends_on - starts_on).days + 1 not in YEAR_DAYS:
        raise RuleBroken(str(WRONG_LENGTH), field="ends_on")
    before = None
    for number, (first, last) in enumerate(quarters, 1):
        if last <= first:
            raise RuleBroken(_("It cannot end before it begins."), field=f"q{number}_ends_on")
        if first < starts_on:
            raise RuleBroken(_("It begins before its year."), field=f"q{number}_starts_on")
        if last > ends_on:
            raise RuleBroken(_("It ends after its year."), field=f"q{number}_ends_on")
        if before is not None and first <= before:
            raise RuleBroken(
                _("It begins before Q%(number)s has ended.") % {"number": number - 1}, field=f"q{number}_starts_on"
            )
        weeks = len(Quarter(starts_on=first, ends_on=last).weeks())
        if weeks not in QUARTER_WEEKS:
            raise RuleBroken(
                _("A quarter reaches over 12 to 14 weeks; these days reach over %(weeks)s.") % {"weeks": weeks},
                field=f"q{number}_ends_on",
            )
        before = last


def check_year(year: Year) -> None:
    others = Year.objects.exclude(pk=year.pk).filter(starts_on__lte=year.ends_on, ends_on__gte=year.starts_on)
    for other in others:
        field = "starts_on" if other.starts_on < year.starts_on else "ends_on"
        raise RuleBroken(_("These days overlap with %(year)s.") % {"year": other}, field=field)
    quarters = list(Quarter.objects.filter(year=year))
    for quarter in quarters:
        quarter.year = year
        check_agreement(quarter)
        _check_contents(quarter, f"q{quarter.number}_")
    _check_contents(year, "")


def check_agreement(quarter: Quarter) -> None:
    """An open quarter lies in an open year."""
    if not quarter.is_open or quarter.year.is_open:
        return
    if quarter.year.state == PeriodState.DRAFT:
        raise RuleBroken(_("Open %(year)s first: a quarter runs within its year.") % {"year": quarter.year})
    raise RuleBroken(
        _("%(quarter)s is open, so %(year)s cannot be closed.") % {"quarter": quarter, "year": quarter.year}
    )


def _check_contents(period: Year | Quarter, prefix: str) -> None:
    """What the period holds stays within its days."""
    of_it = {"objective__year": period} if isinstance(period, Year) else {"objective__quarter": period}
    through = {f"key_result__{name}": value for name, value in of_it.items()}
    first = CheckIn.objects.filter(**through, on__lt=period.starts_on).order_by("on").first()
    if first is not None:
        raise RuleBroken(
            _("There is a check-in of %(day)s: it begins on that day at the latest.") % {"day": _day(first.on)},
            field=f"{prefix}starts_on",
        )
    early = Q(on__lt=period.starts_on) | Q(on__gt=period.ends_on)
    target = StepTarget.objects.filter(early, **through, key_result__archived_at=None).order_by("on").first()
    if target is not None:
        raise RuleBroken(
            _("A key result has a target on the way on %(day)s, which would lie outside.") % {"day": _day(target.on)},
            field=f"{prefix}{'starts_on' if target.on < period.starts_on else 'ends_on'}",
        )
    if isinstance(period, Quarter):
        weeks = period.weeks()
        outside = Q(start_week__lt=weeks[0]) | Q(end_week__gt=weeks[-1]) | Q(milestone_week__gt=weeks[-1])
        work = Initiative.objects.live().filter(outside, quarter=period).first()
        if work is not None:
            raise RuleBroken(
                _("The initiative “%(title)s” would lie outside these days.") % {"title": work.title},
                field=f"{prefix}{'starts_on' if work.start_week < weeks[0] else 'ends_on'}",
            )


def _day(day: dt.date) -> str:
    return numbers.format_date(day, language(), "date")
