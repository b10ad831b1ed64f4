"""Recording and correcting check-ins. The key result's maintained columns change here and nowhere else."""

import datetime as dt
import uuid
from collections.abc import Collection
from decimal import Decimal

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from okr.due import next_due
from okr.models import CheckIn, KeyResult, Step
from okr.readings import Clock
from orgs.actions.audit import Actor, record, snapshot
from orgs.permissions import Permission, require
from orgs.rules import RuleBroken

AUDITED = ("on", "value", "confidence", "comment", "mood")


@transaction.atomic
def record_check_in(
    key_result: KeyResult,
    *,
    by: Actor,
    value: Decimal | None = None,
    confidence: int,
    comment: str = "",
    mood: str = "",
    on: dt.date | None = None,
    done_steps: Collection[int] | None = None,
    client_id: uuid.UUID | None = None,
) -> CheckIn:
    """Record what was measured. `value` is in the metric's unit; a key result with steps takes `done_steps` (ids) instead.

    A second call with the same `client_id` changes nothing and returns the first check-in. Raises PermissionDenied, and
    RuleBroken where the period or the key result is not running, or the figures make no sense.
    """
    key_result = _locked(key_result.pk)
    require(by.membership, Permission.CHECK_IN, key_result)
    if client_id is not None:
        sent_before = CheckIn.objects.filter(client_id=client_id, key_result=key_result).first()
        if sent_before is not None:
            return sent_before
        if CheckIn.objects.filter(client_id=client_id).exists():
            raise RuleBroken(_("This form was already used for another key result. Reload the page."))
    _check_running(key_result)
    clock = Clock.of(by.membership.org)
    on = on or clock.today
    _check_day(key_result, on, clock)
    value = _measured(key_result, value, done_steps, on)
    _check_confidence(confidence)
    before = snapshot(key_result, ("current", "confidence", "checked_on"))
    check_in = CheckIn.objects.create(
        key_result=key_result,
        on=on,
        value=value,
        confidence=confidence,
        comment=comment,
        mood=mood,
        author=by.membership,
        client_id=client_id or uuid.uuid4(),
    )
    key_result.previous_confidence = key_result.confidence
    _follow(key_result, check_in, clock)
    record(
        by,
        "checked_in",
        key_result,
        before=before,
        after=snapshot(key_result, ("current", "confidence", "checked_on")),
    )
    return check_in


@transaction.atomic
def correct_check_in(
    check_in: CheckIn,
    *,
    by: Actor,
    value: Decimal | None = None,
    confidence: int,
    comment: str = "",
    mood: str = "",
    done_steps: Collection[int] | None = None,
) -> CheckIn:
    """Correct one's own check-in, which is possible until the next one. Raises PermissionDenied or RuleBroken."""
    key_result = _locked(check_in.key_result_id)
    check_in = CheckIn.objects.get(pk=check_in.pk)
    check_in.key_result = key_result
    require(by.membership, Permission.CORRECT_CHECK_IN, check_in)
    _check_running(key_result)
    if CheckIn.objects.filter(key_result=key_result).order_by("-on", "-pk").first() != check_in:
        raise RuleBroken(_("A later check-in exists: this one is history now."))
    _check_confidence(confidence)
    before = snapshot(check_in, AUDITED)
    check_in.value = _measured(key_result, value, done_steps, check_in.on)
    check_in.confidence, check_in.comment, check_in.mood = confidence, comment, mood
    check_in.corrected_at = timezone.now()
    check_in.save()
    _follow(key_result, check_in, Clock.of(by.membership.org))
    record(by, "check_in_corrected", key_result, before=before, after=snapshot(check_in, AUDITED))
    return check_in


def _locked(pk: int) -> KeyResult:
    """The key result, locked until the end of the transaction, with what permissions and rules look at."""
    return (
        KeyResult.objects.select_for_update(of=("self",))
        .select_related("objective__year", "objective__quarter__year", "objective__tribe")
        .get(pk=pk)
    )


def _check_running(key_result: KeyResult) -> None:
    if key_result.stage != KeyResult.Stage.PUBLISHED or key_result.archived_at is not None:
        raise RuleBroken(_("Only a published key result takes check-ins."))
    if not key_result.objective.span.is_open:
        raise RuleBroken(_("%(period)s is not open: it takes no check-ins.") % {"period": key_result.objective.span})


def _check_day(key_result: KeyResult, on: dt.date, clock: Clock) -> None:
    if on > clock.today:
        raise RuleBroken(_("A measurement cannot lie in the future."), field="on")
    if on < key_result.objective.span.starts_on:
        raise RuleBroken(_("This day lies before the period begins."), field="on")
    if key_result.checked_on is not None and on < key_result.checked_on:
        raise RuleBroken(_("A later measurement is already recorded."), field="on")


def _check_confidence(confidence: int) -> None:
    if not 1 <= confidence <= 10:
        raise RuleBroken(_("Confidence goes from 1 to 10."), field="confidence")


def _measured(
    key_result: KeyResult, value: Decimal | None, done_steps: Collection[int] | None, on: dt.date
) -> Decimal:
    """The value to store; for a key result with steps, marks them and gives the finished share of their weight, 0 to 1."""
    if key_result.direction == KeyResult.Direction.DONE:
        steps = list(Step.objects.filter(key_result=key_result))
        if steps:
            return _mark_steps(steps, set(done_steps or ()), on)
        if value is None or not 0 <= value <= 1:
            raise RuleBroken(_("Say done (1), not done (0), or a share in between."), field="value")
        return value
    if value is None:
        raise RuleBroken(_("Enter the value measured."), field="value")
    if not value.is_finite() or abs(value) >= Decimal(10) ** 14:
        raise RuleBroken(_("This number is too large to be right."), field="value")
    return value.quantize(Decimal("0.0001"))


def _mark_steps(steps: list[Step], done: set[int], on: dt.date) -> Decimal:
    if not done <= {step.pk for step in steps}:
        raise RuleBroken(_("One of these steps no longer exists. Reload the page."), field="done_steps")
    for step in steps:
        if (step.done_on is not None) != (step.pk in done):
            step.done_on = on if step.pk in done else None
            step.save(update_fields=["done_on"])
    total = sum((step.weight for step in steps), Decimal(0))
    finished = sum((step.weight for step in steps if step.pk in done), Decimal(0))
    return (finished / total).quantize(Decimal("0.0001"))


def _follow(key_result: KeyResult, check_in: CheckIn, clock: Clock) -> None:
    """Bring the key result's maintained columns in line with its latest check-in."""
    key_result.current = check_in.value
    key_result.confidence = check_in.confidence
    key_result.checked_on = check_in.on
    cadence = getattr(clock.org, key_result.cadence_of)
    key_result.next_due_on = next_due(check_in.on, cadence, clock.org.due_weekday)
    key_result.save(update_fields=["current", "confidence", "previous_confidence", "checked_on", "next_due_on"])
