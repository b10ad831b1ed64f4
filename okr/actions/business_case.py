"""The business rationale of a strategic key result, and its sign-off."""

from decimal import Decimal
from typing import Any

from django.db import transaction
from django.db.models import Sum
from django.utils import timezone
from django.utils.translation import gettext as _

from okr import numbers
from okr.actions.period_rules import check_writable
from okr.actions.rules import check_live
from okr.language import language
from okr.models import BusinessCase, KeyResult
from orgs.actions import editing
from orgs.actions.audit import Actor, hold_organization, plain
from orgs.actions.editable import Kind
from orgs.actions.editing import Change, State
from orgs.models import AuditEvent, Membership
from orgs.permissions import Permission, require
from orgs.rules import RuleBroken

FIELDS = ("revenue_effect", "profitability_effect", "budget_share", "note")
# Events of a rationale are told from others by how their verbs begin, and by the kind of thing: who may not see the
# amounts is not told of them (okr.pages.history).
SAVED, SIGNED = "rationale_saved", "rationale_consolidated"
UNSIGNED: State = {"consolidated_at": None, "consolidated_by": None}


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
    key_result: KeyResult, *, by: Actor, seen: int | None = None, **values: Any
) -> tuple[State, Change]:
    """Write some of FIELDS. A change takes back the sign-off. The year's shares of the budget cannot exceed 100 %.

    `seen` is the revision that the writer started from: what others changed since then stays, unless the same fields
    are set to something else. Raises PermissionDenied, EditConflict or RuleBroken.
    """
    assert set(values) <= set(FIELDS), set(values) - set(FIELDS)
    change = Change(by)
    key_result = _strategic(key_result, by, Permission.EDIT_RATIONALE)
    case = _case(key_result)
    if case is None:
        if not any(values.values()) and not any(value == 0 for value in values.values()):
            return {}, change
        BusinessCase.objects.create(key_result=key_result)
        case = _case(key_result)
    assert case is not None
    if case.consolidated_at is None or not _differs(case, values):
        return editing.amend(case, values, change, seen=seen, verb=SAVED), change
    _refuse_if_signed_since(case, seen)
    return editing.amend(case, {**values, **UNSIGNED}, change, seen=seen, verb=SAVED), change


@transaction.atomic
def consolidate_business_case(key_result: KeyResult, *, by: Actor, seen: int | None = None) -> Change:
    """The chief of staff signs that the figures are consolidated. Signing twice changes nothing.

    `seen` is the revision whose figures the signer has read. Raises PermissionDenied or RuleBroken.
    """
    change = Change(by)
    sign_rationale_within(key_result, change, seen=seen)
    return change


def sign_rationale_within(key_result: KeyResult, change: Change, *, seen: int | None) -> None:
    """As part of a larger act."""
    key_result = _strategic(key_result, change.by, Permission.CONSOLIDATE)
    case = _case(key_result)
    if case is None or not is_complete(case):
        raise RuleBroken(_("Fill in revenue, margin and share of the budget before signing."))
    if seen is not None and seen != case.revision:
        raise RuleBroken(_("Somebody changed this rationale since you opened it. Read it again, then decide."))
    if case.consolidated_at is None:
        signature = {"consolidated_at": timezone.now(), "consolidated_by": change.by.membership}
        editing.amend(case, signature, change, verb=SIGNED)


def is_complete(case: BusinessCase) -> bool:
    """Whether it has all that a signature stands under."""
    return None not in (case.revenue_effect, case.profitability_effect, case.budget_share)


def _case(key_result: KeyResult) -> BusinessCase | None:
    pk = BusinessCase.objects.filter(key_result=key_result).values_list("pk", flat=True).first()
    return None if pk is None else editing.locked(BusinessCase, pk)


def _strategic(key_result: KeyResult, by: Actor, permission: Permission) -> KeyResult:
    hold_organization()  # two shares of the budget saved at once cannot pass 100 % together
    key_result = KeyResult.objects.select_related("objective__year", "objective__tribe").get(pk=key_result.pk)
    require(by.membership, permission, key_result)
    if not key_result.is_strategic:
        raise RuleBroken(_("Only strategic key results carry a business rationale."))
    check_writable(key_result.objective.span)
    check_live(key_result)
    return key_result


def _differs(case: BusinessCase, values: dict[str, Any]) -> bool:
    return any(getattr(case, name) != value for name, value in values.items())


def _refuse_if_signed_since(case: BusinessCase, seen: int | None) -> None:
    """Nobody takes back a signature that they have not seen."""
    if seen is None or seen >= case.revision:
        return
    signed = AuditEvent.objects.filter(
        object_type="businesscase", object_id=case.pk, revision__gt=seen, verb=SIGNED
    ).last()
    if signed is not None:
        words = {"name": signed.actor_name}
        raise RuleBroken(_("%(name)s signed it meanwhile. Saving again takes the signature back.") % words)


# ── What holds however it is changed, by undo too (orgs.actions.editing) ─────


def _require(member: Membership, case: BusinessCase) -> None:
    require(member, Permission.EDIT_RATIONALE, case.key_result)


def _check(case: BusinessCase) -> None:
    _check_shares(case.key_result, case.budget_share)
    if case.consolidated_at is not None:
        _check_signature(case)


def _check_signature(case: BusinessCase) -> None:
    """A signature stands under the figures that were signed: undo gives it back to those alone."""
    events = list(AuditEvent.objects.filter(object_type="businesscase", object_id=case.pk).order_by("pk"))
    given = plain(case.consolidated_at)
    if not any(given in (event.before.get("consolidated_at"), event.after.get("consolidated_at")) for event in events):
        return  # it is being given now
    then: State = {}
    for event in reversed(events):
        if event.verb == SIGNED and event.after.get("consolidated_at") == given:
            break
        then |= event.before
    now = editing.state_of(case, FIELDS)
    if any(then.get(name, now[name]) != now[name] for name in FIELDS):
        raise RuleBroken(_("These are not the figures that were signed: change them by hand, then sign again."))


BUSINESS_CASE = Kind(
    model=BusinessCase,
    fields=(*FIELDS, "consolidated_at", "consolidated_by"),
    require=_require,
    check=_check,
    check_writable=lambda case: check_writable(case.key_result.objective.span),
    related=("key_result__objective__year", "key_result__objective__tribe"),
)


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
