"""Judging a key result at the end of its quarter or year, and what follows from it."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from okr import numbers
from okr.actions.period_rules import check_writable
from okr.language import language
from okr.models import KeyResult, PeriodState
from okr.querysets import RUNNING
from okr.readings import Clock
from orgs.actions import editing
from orgs.actions.audit import Actor
from orgs.actions.editing import Change, State
from orgs.permissions import Permission, require
from orgs.rules import RuleBroken
from reviews.access import reviewers_of
from reviews.actions.kinds import OF_VERDICT
from reviews.models import Verdict
from reviews.models.verdict import is_miss
from reviews.timing import is_on, opens_on


@transaction.atomic
def give_verdict(
    key_result: KeyResult, values: Mapping[str, Any], *, by: Actor, seen: int | None = None
) -> tuple[State, Change]:
    """Set some of OF_VERDICT. `seen` is the verdict's revision that the person started from, 1 where there was none.

    Raises PermissionDenied, EditConflict where somebody else judged it otherwise since, or RuleBroken with the field.
    """
    assert set(values) <= set(OF_VERDICT), set(values) - set(OF_VERDICT)
    row: KeyResult = editing.locked(KeyResult, key_result.pk)
    require(by.membership, Permission.REVIEW, reviewers_of(row.objective))
    _check_on(row, Clock.of(by.membership.org))
    return _amend(row, values, Change(by), seen=seen, verb="judged")


@transaction.atomic
def correct_verdict(
    key_result: KeyResult, values: Mapping[str, Any], *, reason: str, by: Actor, seen: int | None = None
) -> tuple[State, Change]:
    """After the close: score (or kept) and learning alone, for a reason that is shown with them.

    Raises as `give_verdict` does.
    """
    row: KeyResult = editing.locked(KeyResult, key_result.pk)
    require(by.membership, Permission.CORRECT_CLOSED, row.objective)
    if row.objective.span.state != PeriodState.CLOSED:
        raise RuleBroken(_("%(period)s is not closed: its review takes this.") % {"period": row.objective.span})
    if not reason.strip():
        raise RuleBroken(_("Say why it is corrected."), field="reason")
    change = Change(by, reason=reason.strip())
    verdict = _verdict_of(row)
    known = {"afterwards": verdict.afterwards or Verdict.Afterwards.STOP}
    changed, change = _amend(row, {**known, **values}, change, seen=seen, verb="verdict_corrected")
    if changed:
        Verdict.objects.filter(key_result=row).update(
            correction=change.reason, corrected_at=timezone.now(), corrected_by=by.membership
        )
        freeze([(row, Verdict.objects.get(key_result=row))], change)
    return changed, change


def freeze(rows: Sequence[tuple[KeyResult, Verdict]], change: Change) -> None:
    """Write verdicts onto their key results, which are scored by that. The caller holds the organization."""
    editing.amend_all(
        [
            (
                row,
                {
                    "stage": KeyResult.Stage.SCORED,
                    "score": verdict.score,
                    "learning": verdict.learning,
                    "miss_reason": verdict.miss_reason,
                },
                "scored",
            )
            for row, verdict in rows
        ],
        change,
    )


# ── Underneath ───────────────────────────────────────────────────────────────


def _check_on(row: KeyResult, clock: Clock) -> None:
    span = row.objective.span
    check_writable(span)
    if row.archived_at or row.objective.archived_at or row.stage not in RUNNING:
        raise RuleBroken(_("Only a key result that runs is judged."))
    if not is_on(span, clock.today):
        day = numbers.format_date(opens_on(span), language(), "date")
        raise RuleBroken(_("The review of %(period)s opens on %(day)s.") % {"period": span, "day": day})


def _verdict_of(row: KeyResult) -> Verdict:
    """Locked; made where there is none, or as an earlier close left it."""
    old = {"score": row.score, "learning": row.learning, "miss_reason": row.miss_reason}
    found, _new = Verdict.objects.get_or_create(key_result=row, defaults=old)
    verdict: Verdict = editing.locked(Verdict, found.pk)
    return verdict


def _amend(
    row: KeyResult, values: Mapping[str, Any], change: Change, *, seen: int | None, verb: str
) -> tuple[State, Change]:
    verdict = _verdict_of(row)
    said: dict[str, Any] = {name: value.strip() if isinstance(value, str) else value for name, value in values.items()}
    if not is_miss(row, said.get("score", verdict.score), said.get("kept", verdict.kept)):
        said["miss_reason"] = ""
    changed = editing.amend(verdict, said, change, seen=seen, verb=verb)
    if changed:
        Verdict.objects.filter(pk=verdict.pk).update(by=change.by.membership)
    return changed, change
