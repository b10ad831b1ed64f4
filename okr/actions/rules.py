"""Rules that several actions share: who may write, what a key result lacks, what its publication freezes."""

from decimal import Decimal

from django.utils.translation import gettext as _

from okr.models import Evidence, Initiative, KeyResult, Objective
from okr.querysets import RUNNING
from orgs.actions import editing
from orgs.actions.editing import Change, State
from orgs.models import Membership, Tribe
from orgs.permissions import require, to_edit
from orgs.rules import RuleBroken

# A duration or a number of things: neither is ever less than nothing. Money, shares, points and ratios may be.
NEVER_BELOW_0 = (KeyResult.Unit.DAYS, KeyResult.Unit.COUNT)
# Of a published key result these are its baseline: changing one of them asks for a reason.
BASELINE = ("direction", "unit", "start", "target", "low", "high")


def require_edit(member: Membership, thing: Objective | KeyResult) -> None:
    """Raise PermissionDenied unless the member may write this objective or key result."""
    require(member, to_edit(thing), thing)


def check_live(thing: Objective | KeyResult | Initiative | Evidence) -> None:
    """Raise RuleBroken where it, or what it hangs below, is archived."""
    editing.check_not_archived(thing)
    if isinstance(thing, Evidence):
        backed = thing.objective or thing.key_result
        assert backed is not None  # evidence_backs_one_thing
        check_live(backed)
    elif isinstance(thing, KeyResult):
        editing.check_not_archived(thing.objective)


def check_tribe(tribe: Tribe | None) -> None:
    """Raise RuleBroken where the tribe has been archived, perhaps since the form was read. The organization is held."""
    if tribe is not None and Tribe.objects.filter(pk=tribe.pk).exclude(archived_at=None).exists():
        raise RuleBroken(_("%(name)s is archived.") % {"name": tribe.name})


def copy_title(title: str) -> str:
    """“… (copy)”, shortened where it would be too long."""
    suffix = _(" (copy)")
    most = int(Objective._meta.get_field("title").max_length or 0)
    return title[: most - len(suffix)] + suffix


def check_owner(owner: Membership | None) -> None:
    """Raise RuleBroken where the chosen owner has left, perhaps since the form was read."""
    if owner is not None and Membership.objects.filter(pk=owner.pk).exclude(ended_at=None).exists():
        raise RuleBroken(_("%(name)s has left. Choose another owner.") % {"name": owner.name}, field="owner")


def still_here(owner: Membership | None) -> Membership | None:
    """The owner of a copy: nobody where the original's has left."""
    return owner if owner is not None and owner.ended_at is None else None


def check_figures(row: KeyResult) -> None:
    """start = target is refused, and both must agree with the direction (method.md § 1); only a draft may lack them."""
    moves = row.direction in (KeyResult.Direction.UP, KeyResult.Direction.DOWN)
    if moves and row.start is not None and row.target is not None:
        if row.start == row.target:
            raise RuleBroken(_("The target equals the start: nothing would have to move."), field="target")
        if row.direction == KeyResult.Direction.UP and row.target < row.start:
            raise RuleBroken(_("Up means a target above the start. Or choose the direction Down."), field="target")
        if row.direction == KeyResult.Direction.DOWN and row.target > row.start:
            raise RuleBroken(_("Down means a target below the start. Or choose the direction Up."), field="target")
    is_band = row.direction == KeyResult.Direction.WITHIN and row.low is not None and row.high is not None
    if is_band and row.low >= row.high:
        raise RuleBroken(_("The band's upper end must lie above its lower end."), field="high")
    if row.tolerance is not None and row.tolerance <= 0:
        raise RuleBroken(_("A tolerance is more than 0."), field="tolerance")
    if row.direction != KeyResult.Direction.DONE:
        for field in ("start", "target", "low", "high"):
            check_possible(row, getattr(row, field), field)
    if row.stage != KeyResult.Stage.DRAFT:
        for field, message in missing_figures(row).items():
            raise RuleBroken(message, field=field)


def check_possible(row: KeyResult, value: Decimal | None, field: str) -> None:
    """Raise RuleBroken where the unit of a key result's figure has no such values."""
    if value is not None and value < 0 and row.unit in NEVER_BELOW_0:
        message = _("A duration or a number of things is 0 or more. For what can be below 0, choose the unit Points.")
        raise RuleBroken(message, field=field)


def missing(row: KeyResult) -> dict[str, str]:
    """What a key result lacks to be proposed or published, by field: the structural rules ■ of method.md § 2."""
    lacks: dict[str, str] = {}
    if not row.metric.strip():
        lacks["metric"] = _("Say what exactly is measured.")
    lacks |= missing_figures(row)
    if row.owner_id is None:
        lacks["owner"] = _("Say who answers for it.")
    return lacks


def lacks(row: KeyResult) -> dict[str, str]:
    """The same as far as it has come: a draft may lack all of it."""
    return {} if row.stage == KeyResult.Stage.DRAFT else missing(row)


def missing_figures(row: KeyResult) -> dict[str, str]:
    """Of that what it is measured by, without which only a draft is stored."""
    lacks: dict[str, str] = {}
    if row.direction in (KeyResult.Direction.UP, KeyResult.Direction.DOWN):
        if row.target is None:
            lacks["target"] = _("Give the target.")
        if row.start is None and row.baseline_due_on is None:
            lacks["start"] = _("Give the start, or the day by which it is measured.")
    elif row.direction == KeyResult.Direction.WITHIN:
        if row.low is None:
            lacks["low"] = _("Give the lower end of the band.")
        if row.high is None:
            lacks["high"] = _("Give the upper end of the band.")
    return lacks


def check_amended(key_result: KeyResult, changed: State, lacking: dict[str, str], change: Change) -> None:
    """Raise RuleBroken where a key result that is no draft now lacks more than it did before (`lacking`), or where the
    baseline of a published one changed without a reason."""
    for field, message in lacks(key_result).items():
        if field not in lacking:
            raise RuleBroken(message, field=field)
    if key_result.stage in RUNNING and set(changed) & set(BASELINE) and not change.reason:
        raise RuleBroken(_("Published figures change for a reason: say why."), field="reason")


def check_weeks(initiative: Initiative) -> None:
    if initiative.end_week < initiative.start_week:
        raise RuleBroken(_("It cannot end before it begins."), field="end_week")
    weeks = initiative.quarter.weeks()
    for field in ("start_week", "end_week", "milestone_week"):
        week = getattr(initiative, field)
        if week is not None and week not in weeks:
            raise RuleBroken(_("Choose a week of %(quarter)s.") % {"quarter": initiative.quarter}, field=field)
