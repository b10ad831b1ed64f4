"""The business rationale of a strategic key result, for those who may see it."""

from dataclasses import dataclass
from decimal import Decimal

from django.utils import timezone
from django.utils.translation import gettext as _

from okr import numbers
from okr.language import language
from okr.models import BusinessCase, KeyResult
from okr.pages.figures import day
from okr.readings import Clock
from orgs.models import Membership
from orgs.permissions import Permission, can


@dataclass(frozen=True, slots=True)
class Rationale:
    """Amounts as text, "" for one not given."""

    lines: list[tuple[str, str]]
    note: str
    signed_by: Membership | None
    signed_on: str  # "" until signed
    revision: int
    is_written: bool
    may_edit: bool
    may_sign: bool


def rationale_of(key_result: KeyResult, member: Membership, clock: Clock) -> Rationale | None:
    """None where the member may not know, or the key result has none to have. Needs `objective__year`, `business_case`
    and who signed it loaded."""
    year = key_result.objective.year
    if year is None or not can(member, Permission.VIEW_RATIONALE):
        return None
    case = case_of(key_result)
    figures = (case.revenue_effect, case.profitability_effect, case.budget_share)
    complete = None not in figures
    return Rationale(
        lines=amounts(case, clock, year.number),
        note=case.note,
        signed_by=case.consolidated_by,
        signed_on=signed_on(case, clock),
        revision=case.revision,
        is_written=bool(case.note) or any(amount is not None for amount in figures),
        may_edit=can(member, Permission.EDIT_RATIONALE),
        may_sign=complete and case.consolidated_at is None and can(member, Permission.CONSOLIDATE),
    )


def signed_on(case: BusinessCase, clock: Clock) -> str:
    """ "12 Jan", "" until it is signed."""
    if case.consolidated_at is None:
        return ""
    return day(timezone.localtime(case.consolidated_at, clock.org.zone).date(), clock.today)


def case_of(key_result: KeyResult) -> BusinessCase:
    """The rationale, or an empty one where none is written yet."""
    try:
        return key_result.business_case
    except BusinessCase.DoesNotExist:
        return BusinessCase(key_result=key_result)


def amounts(case: BusinessCase, clock: Clock, year: int) -> list[tuple[str, str]]:
    """(label, amount) pairs in the reader's language."""
    money, points, percent = numbers.Unit.MONEY, numbers.Unit.POINTS, numbers.Unit.PERCENT
    return [
        (_("Revenue, full year"), _text(case.revenue_effect, money, clock, sign=True)),
        (_("Contribution margin"), _text(case.profitability_effect, points, clock, sign=True)),
        (_("Share of the %(year)s budget") % {"year": year}, _text(case.budget_share, percent, clock)),
    ]


def _text(value: Decimal | None, unit: str, clock: Clock, *, sign: bool = False) -> str:
    if value is None:
        return ""
    return numbers.format_value(value, unit, language(), sign=sign, currency=clock.org.currency)


def percent_text(share: Decimal) -> str:
    return numbers.format_value(share, numbers.Unit.PERCENT, language())
