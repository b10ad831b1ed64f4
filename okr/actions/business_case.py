"""The business rationale of a strategic key result, and its sign-off."""

from decimal import Decimal

from django.db import transaction
from django.db.models import Sum
from django.utils import timezone
from django.utils.translation import gettext as _

from okr.models import BusinessCase, KeyResult, Year
from orgs.actions.audit import Actor, record, snapshot
from orgs.permissions import Permission, require
from orgs.rules import RuleBroken

FIELDS = ("revenue_effect", "profitability_effect", "budget_share", "note")


@transaction.atomic
def save_business_case(
    key_result: KeyResult,
    *,
    by: Actor,
    revenue_effect: Decimal | None,
    profitability_effect: Decimal | None,
    budget_share: Decimal | None,
    note: str = "",
) -> BusinessCase:
    """Write the rationale. A change takes back the sign-off. The year's shares of the budget cannot exceed 100 %."""
    key_result = _strategic(key_result, by, Permission.EDIT_RATIONALE)
    case = BusinessCase.objects.filter(key_result=key_result).first() or BusinessCase(key_result=key_result)
    before = snapshot(case, FIELDS)
    case.revenue_effect, case.profitability_effect = revenue_effect, profitability_effect
    case.budget_share, case.note = budget_share, note
    _check_shares(key_result, budget_share)
    after = snapshot(case, FIELDS)
    if case.pk is not None and before == after:
        return case
    case.consolidated_at = case.consolidated_by = None
    case.save()
    record(by, "rationale_saved", key_result, before=before, after=after)
    return case


@transaction.atomic
def consolidate_business_case(key_result: KeyResult, *, by: Actor) -> BusinessCase:
    """The chief of staff signs that the figures are consolidated. Signing twice changes nothing."""
    key_result = _strategic(key_result, by, Permission.CONSOLIDATE)
    case = BusinessCase.objects.filter(key_result=key_result).first()
    if case is None or None in (case.revenue_effect, case.profitability_effect, case.budget_share):
        raise RuleBroken(_("Fill in revenue, margin and share of the budget before signing."))
    if case.consolidated_at is None:
        case.consolidated_at, case.consolidated_by = timezone.now(), by.membership
        case.save(update_fields=["consolidated_at", "consolidated_by"])
        record(by, "rationale_consolidated", key_result, after={"consolidated_at": case.consolidated_at})
    return case


def _strategic(key_result: KeyResult, by: Actor, permission: Permission) -> KeyResult:
    key_result = KeyResult.objects.select_related("objective__year", "objective__tribe").get(pk=key_result.pk)
    require(by.membership, permission, key_result)
    if not key_result.is_strategic:
        raise RuleBroken(_("Only strategic key results carry a business rationale."))
    # One lock for all the rationales of the year, so that two shares saved at once cannot pass 100 % together.
    Year.objects.select_for_update().get(pk=key_result.objective.year_id)
    return key_result


def _check_shares(key_result: KeyResult, share: Decimal | None) -> None:
    if share is None:
        return
    if not 0 <= share <= 100:
        raise RuleBroken(_("A share lies between 0 and 100 %."), field="budget_share")
    others = BusinessCase.objects.filter(
        key_result__objective__year_id=key_result.objective.year_id, key_result__archived_at=None
    ).exclude(key_result=key_result)
    taken = others.aggregate(total=Sum("budget_share"))["total"] or Decimal(0)
    if taken + share > 100:
        left = (100 - taken).normalize()
        raise RuleBroken(
            _("The other key results already take %(taken)s%% of the budget: at most %(left)s%% is left.")
            % {"taken": f"{taken.normalize():f}", "left": f"{left:f}"},
            field="budget_share",
        )
