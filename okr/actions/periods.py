"""Rules of years and quarters that hold for whatever is written in them."""

from django.utils.translation import gettext as _

from okr.models import PeriodState, Quarter, Year
from orgs.rules import RuleBroken


def check_writable(period: Year | Quarter) -> None:
    """Raise RuleBroken where the period is closed: what it holds is history."""
    if period.state == PeriodState.CLOSED:
        raise RuleBroken(_("%(period)s is closed: it is read only.") % {"period": period})
