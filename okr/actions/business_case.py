"""The business rationale of a strategic key result, and its sign-off."""

import hashlib
import json
from decimal import Decimal

from django.db import transaction
from django.db.models import Sum
from django.utils import timezone
from django.utils.translation import gettext as _

from okr import numbers
from okr.language import language
from okr.models import BusinessCase, KeyResult, Year
from orgs.actions.audit import Actor, record, snapshot
from orgs.permissions import Permission, require
from orgs.rules import RuleBroken

FIELDS = ("revenue_effect", "profitability_effect", "budget_share", "note")
SIGNED = ("consolidated_at",)


def fingerprint(case: BusinessCase) -> str:
    """Stands for what the rationale says now, so that nobody overwrites or signs figures that they have not seen."""
    return hashlib.sha256(json.dumps(snapshot(case, FIELDS)).encode()).hexdigest()[:16]


def budget_left(key_result: KeyResult) -> Decimal:
    """What the year's other key results leave of the budget forecast, in %. Needs `objective` loaded."""
    others = BusinessCase.objects.filter(
        key_result__objective__year_id=key_result.objective.year_id,
        key_result__archived_at=None,
        key_result__objective__archived_at=None,
    ).exclude(key_result=key_result)
    return 100 - (others.aggregate(total=Sum("budget_share"))["total"] or Decimal(0))


@transaction.atomic
def save_business_case(
    key_result: KeyResult,
    *,
    by: Actor,
    revenue_effect: Decimal | None,
    profitability_effect: Decimal | None,
    budget_share: Decimal | None,
    note: str = "",
    seen: str | None = None,
) -> BusinessCase:
    """Write the rationale. A change takes back the sign-off. The year's shares of the budget cannot exceed 100 %.

    `seen` is the `fingerprint` of what the writer started from; anything written since then is not overwritten.
    Raises PermissionDenied or RuleBroken.
    """
    key_result = _strategic(key_result, by, Permission.EDIT_RATIONALE)
    case = BusinessCase.objects.filter(key_result=key_result).first() or BusinessCase(key_result=key_result)
    _check_seen(case, seen)
    before = snapshot(case, FIELDS)
    case.revenue_effect, case.profitability_effect = revenue_effect, profitability_effect
    case.budget_share, case.note = budget_share, note
    _check_shares(key_result, budget_share)
    after = snapshot(case, FIELDS)
    if before == after:
        return case
    if case.consolidated_at is not None:
        before |= snapshot(case, SIGNED)
        case.consolidated_at = case.consolidated_by = None
        after |= snapshot(case, SIGNED)
    case.save()
    record(by, "rationale_saved", key_result, before=before, after=after)
    return case


@transaction.atomic
def consolidate_business_case(key_result: KeyResult, *, by: Actor, seen: str | None = None) -> BusinessCase:
    """The chief of staff signs that the figures are consolidated. Signing twice changes nothing.

    `seen` as for `save_business_case`. Raises PermissionDenied or RuleBroken.
    """
    key_result = _strategic(key_result, by, Permission.CONSOLIDATE)
    case = BusinessCase.objects.filter(key_result=key_result).first()
    if case is None or None in (case.revenue_effect, case.profitability_effect, case.budget_share):
        raise RuleBroken(_("Fill in revenue, margin and share of the budget before signing."))
    _check_seen(case, seen)
    if case.consolidated_at is None:
        case.consolidated_at, case.consolidated_by = timezone.now(), by.membership
        case.save(update_fields=["consolidated_at", "consolidated_by"])
        record(by, "rationale_consolidated", key_result, after=snapshot(case, SIGNED))
    return case


def _strategic(key_result: KeyResult, by: Actor, permission: Permission) -> KeyResult:
    key_result = KeyResult.objects.select_related("objective__year", "objective__tribe").get(pk=key_result.pk)
    require(by.membership, permission, key_result)
    if not key_result.is_strategic:
        raise RuleBroken(_("Only strategic key results carry a business rationale."))
    # One lock for all the rationales of the year, so that two shares saved at once cannot pass 100 % together.
    Year.objects.select_for_update().get(pk=key_result.objective.span.pk)
    return key_result


def _check_seen(case: BusinessCase, seen: str | None) -> None:
    if seen is not None and seen != fingerprint(case):
        raise RuleBroken(_("Somebody changed this rationale since you opened it. Read it again, then decide."))


def _check_shares(key_result: KeyResult, share: Decimal | None) -> None:
    if share is None:
        return
    if not 0 <= share <= 100:
        raise RuleBroken(_("A share lies between 0 and 100%."), field="budget_share")
    left = budget_left(key_result)
    if share > left:
        raise RuleBroken(
            _("The other key results already take %(taken)s of the budget: at most %(left)s is left.")
            % {"taken": _percent(100 - left), "left": _percent(max(left, Decimal(0)))},
            field="budget_share",
        )


def _percent(share: Decimal) -> str:
    return numbers.format_value(share, numbers.Unit.PERCENT, language())
