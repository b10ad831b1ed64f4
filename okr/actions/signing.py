"""The sign-off that makes a candidate a strategic key result: its figures and its rationale stand from then on."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.db import transaction
from django.utils.translation import gettext as _

from okr.actions.business_case import is_complete, sign_rationale_within
from okr.actions.key_results import MOST, ask_from_now_on
from okr.actions.rules import missing
from okr.actions.staging import baseline_of
from okr.models import BusinessCase, KeyResult
from okr.querysets import RUNNING, WRITTEN
from okr.readings import Clock
from orgs.actions import editing
from orgs.actions.audit import Actor, hold_organization
from orgs.actions.editing import Change
from orgs.permissions import Permission, require
from orgs.rules import RuleBroken

RATIONALE, OBJECTIVE = "rationale", "objective"


@dataclass(frozen=True)
class Read:
    """What the signer has read: the revisions of the key result and of its rationale."""

    key_result: int
    rationale: int


def lacks(key_result: KeyResult, case: BusinessCase | None) -> dict[str, str]:
    """What a candidate lacks to be signed off, by field; RATIONALE and OBJECTIVE stand for what is not its own."""
    found = missing(key_result)
    if case is None or not is_complete(case):
        found[RATIONALE] = _("Fill in revenue, margin and share of the budget.")
    if key_result.objective.owner_id is None:
        found[OBJECTIVE] = _("Its objective needs an owner.")
    return found


@transaction.atomic
def sign_off(key_result: KeyResult, *, by: Actor, read: Read | None = None) -> Change:
    """Sign the rationale, freeze the baseline, and ask for check-ins from now on: one act, undone as one.

    Signing twice changes nothing. Raises PermissionDenied, or RuleBroken with all that is missing.
    """
    change = Change(by)
    _sign_off(key_result.pk, change, read)
    return change


@transaction.atomic
def sign_off_all(key_results: Sequence[tuple[KeyResult, Read]], *, by: Actor) -> Change:
    """All of them, or none: raises RuleBroken for the first that cannot be signed off, naming it."""
    if not key_results:
        raise RuleBroken(_("Nothing is complete yet: there is nothing to sign."))
    change = Change(by)
    for key_result, read in key_results:
        try:
            _sign_off(key_result.pk, change, read)
        except RuleBroken as broken:
            raise RuleBroken(f"{key_result.code} · {key_result.title} – {broken.message}") from None
    return change


def _sign_off(pk: int, change: Change, read: Read | None) -> None:
    hold_organization()
    row: KeyResult = editing.locked_to_write(KeyResult, pk, change.by)
    require(change.by.membership, Permission.CONSOLIDATE, row)
    if not row.is_strategic:
        raise RuleBroken(_("Only strategic key results are signed off."))
    if row.stage in RUNNING:
        return
    if row.stage not in WRITTEN:
        raise RuleBroken(_("It is no candidate: %(stage)s.") % {"stage": row.get_stage_display()})
    case = BusinessCase.objects.filter(key_result=row).first()
    if found := lacks(row, case):
        raise RuleBroken(" ".join(found.values()))
    if read is not None and (read.key_result, read.rationale) != (row.revision, case.revision if case else 0):
        raise RuleBroken(_("Somebody changed this since you opened it. Read it again, then decide."))
    if KeyResult.objects.running().filter(objective=row.objective_id).count() >= MOST:
        raise RuleBroken(_("Its objective has %(count)s key results already, and five are the most.") % {"count": MOST})
    sign_rationale_within(row, change, seen=None)
    editing.amend(row, {"stage": KeyResult.Stage.PUBLISHED, "baseline": baseline_of(row)}, change, verb="published")
    ask_from_now_on(row, Clock.of(change.by.membership.org))
