"""Recording, correcting and taking back check-ins. The key result's maintained columns change here and nowhere else."""

import datetime as dt
import uuid
from collections.abc import Collection, Sequence
from decimal import ROUND_HALF_UP, Decimal

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from okr.actions.news import news_of_check_in
from okr.actions.rules import check_possible
from okr.models import CheckIn, KeyResult, Step
from okr.readings import Clock
from orgs.actions import notifications
from orgs.actions.audit import Actor, hold_organization, plain, record, snapshot
from orgs.models import AuditEvent
from orgs.permissions import Permission, require
from orgs.rules import RuleBroken

FOLLOWED = ("current", "confidence", "checked_on")
AUDITED = ("on", "value", "confidence", "comment", "mood")
MAINTAINED = ("current", "confidence", "previous_confidence", "checked_on", "next_due_on")
TAKEN_BACK = "check_in_taken_back"
LARGEST = Decimal(10) ** 14
SMALLEST_STEP = Decimal("0.0001")


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

    A second call with the same `client_id` changes nothing and returns the first check-in, marked `is_repeat`. Raises
    PermissionDenied, and RuleBroken where the period or the key result is not running, or the figures make no sense.
    """
    key_result = _locked(key_result.pk)
    require(by.membership, Permission.CHECK_IN, key_result)
    client_id = client_id or uuid.uuid4()
    sent_before = CheckIn.objects.filter(client_id=client_id, key_result=key_result).first()
    if sent_before is not None:
        sent_before.is_repeat = True
        return sent_before
    check_running(key_result)
    clock = Clock.of(by.membership.org)
    on = on or clock.today
    _check_day(key_result, on, clock)
    _check_confidence(confidence)
    steps = _steps_of(key_result)
    before = snapshot(key_result, FOLLOWED) | _finished(steps)
    value = _measured(key_result, steps, value, done_steps, on)
    check_in = _create(
        CheckIn(
            key_result=key_result,
            on=on,
            value=value,
            confidence=confidence,
            comment=comment,
            mood=mood,
            author=by.membership,
            client_id=client_id,
        )
    )
    key_result.previous_confidence = key_result.confidence
    _follow(key_result, check_in, clock)
    record(by, "checked_in", key_result, before=before, after=snapshot(key_result, FOLLOWED) | _finished(steps))
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
    check_correctable(check_in)
    _check_confidence(confidence)
    steps = _steps_of(key_result)
    before = snapshot(check_in, AUDITED) | _finished(steps)
    check_in.value = _measured(key_result, steps, value, done_steps, check_in.on)
    check_in.confidence, check_in.comment, check_in.mood = confidence, comment, mood
    after = snapshot(check_in, AUDITED) | _finished(steps)
    if after == before:
        return check_in
    check_in.corrected_at = timezone.now()
    check_in.save()
    _follow(key_result, check_in, Clock.of(by.membership.org))
    record(by, "check_in_corrected", key_result, before=before, after=after)
    return check_in


@transaction.atomic
def take_back_check_ins(check_ins: Sequence[CheckIn], *, by: Actor) -> None:
    """Undo one's own latest check-ins, each of another key result: all of them, or none.

    Each key result stands again as the check-in before left it, its steps too. Raises PermissionDenied or RuleBroken.
    """
    hold_organization()
    for check_in in check_ins:
        _take_back(check_in, by)


def _take_back(check_in: CheckIn, by: Actor) -> None:
    key_result = _locked(check_in.key_result_id)
    found = CheckIn.objects.filter(pk=check_in.pk).first()
    if found is None:
        return  # a moment ago, in another window
    found.key_result = key_result
    require(by.membership, Permission.CORRECT_CHECK_IN, found)
    check_correctable(found)
    steps = _steps_of(key_result)
    before = snapshot(found, AUDITED) | _finished(steps)
    earlier = list(CheckIn.objects.filter(key_result=key_result).exclude(pk=found.pk).order_by("-on", "-pk")[:2])
    if steps:
        _reopen(key_result, steps, earlier[0].on if earlier else found.on)
    notifications.take_back([news_of_check_in(found.pk)])
    found.delete()
    clock = Clock.of(by.membership.org)
    key_result.previous_confidence = earlier[1].confidence if len(earlier) > 1 else None
    if earlier:
        _follow(key_result, earlier[0], clock)
    else:
        _unmeasure(key_result, clock)
    after = {"on": key_result.checked_on, "value": key_result.current, "confidence": key_result.confidence}
    record(by, TAKEN_BACK, key_result, before=before, after=plain(after) | _finished(steps))


def _reopen(key_result: KeyResult, steps: list[Step], last_on: dt.date) -> None:
    """Bring the steps back to what they were before the latest check-in, as the trail tells."""
    events = AuditEvent.objects.filter(
        object_type="keyresult", object_id=key_result.pk, verb__in=("checked_in", TAKEN_BACK)
    )
    undone = 0
    for event in events.order_by("-pk").iterator(100):
        if event.verb == TAKEN_BACK:
            undone += 1
        elif undone:
            undone -= 1
        else:
            _mark_steps(steps, {step.pk for step in steps if step.title in event.before.get("done_steps", ())}, last_on)
            return


def _unmeasure(key_result: KeyResult, clock: Clock) -> None:
    """As it was before its first check-in: asked for in the week, or month, of the one that was taken back."""
    assert key_result.checked_on is not None
    key_result.next_due_on = clock.rhythm_of(key_result).due_date(key_result.checked_on)
    key_result.current = key_result.confidence = key_result.checked_on = None
    key_result.save(update_fields=MAINTAINED)


def check_running(key_result: KeyResult) -> None:
    """Raise RuleBroken unless the key result takes check-ins now. Needs `objective` with its year or quarter."""
    if not key_result.is_published:
        raise RuleBroken(_("Only a published key result takes check-ins."))
    if not key_result.takes_check_ins:
        raise RuleBroken(_("%(period)s is not open: it takes no check-ins.") % {"period": key_result.objective.span})


def check_correctable(check_in: CheckIn) -> None:
    """Raise RuleBroken once a later check-in exists or the period has closed."""
    check_running(check_in.key_result)
    latest = CheckIn.objects.filter(key_result=check_in.key_result).order_by("-on", "-pk").first()
    if latest != check_in:
        raise RuleBroken(_("A later check-in exists: this one is history now."))


def _locked(pk: int) -> KeyResult:
    """The key result, locked until the end of the transaction, with what permissions and rules look at."""
    hold_organization()
    return (
        KeyResult.objects.select_for_update(of=("self",))
        .select_related("objective__year", "objective__quarter__year", "objective__tribe")
        .get(pk=pk)
    )


def _create(check_in: CheckIn) -> CheckIn:
    """Two forms of different key results that carry one `client_id` would only differ by chance or by tampering."""
    try:
        with transaction.atomic():
            check_in.save()
    except IntegrityError:
        if not CheckIn.objects.filter(client_id=check_in.client_id).exists():
            raise
        message = _("This form was already used for another key result. Reload the page.")
        raise RuleBroken(message, field="client_id") from None
    return check_in


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


def _steps_of(key_result: KeyResult) -> list[Step]:
    is_milestone = key_result.direction == KeyResult.Direction.DONE
    return list(Step.objects.filter(key_result=key_result)) if is_milestone else []


def _finished(steps: list[Step]) -> dict[str, list[str]]:
    return {"done_steps": [step.title for step in steps if step.done_on]} if steps else {}


def _measured(
    key_result: KeyResult, steps: list[Step], value: Decimal | None, done_steps: Collection[int] | None, on: dt.date
) -> Decimal:
    """The value to store; with steps, marks them and gives the finished share of their weight, 0 to 1."""
    if steps:
        if done_steps is None:
            raise RuleBroken(_("Say which steps are done."), field="done_steps")
        return _mark_steps(steps, set(done_steps), on)
    if done_steps:
        raise RuleBroken(_("This key result has no steps."), field="done_steps")
    if value is None:
        raise RuleBroken(_("Enter the value measured."), field="value")
    if not value.is_finite() or abs(value) >= LARGEST:
        raise RuleBroken(_("This number is too large to be right."), field="value")
    if key_result.direction == KeyResult.Direction.DONE and not 0 <= value <= 1:
        raise RuleBroken(_("Say done (1), not done (0), or a share in between."), field="value")
    check_possible(key_result, value, "value")
    return value.quantize(SMALLEST_STEP, ROUND_HALF_UP)


def _mark_steps(steps: list[Step], done: set[int], on: dt.date) -> Decimal:
    if not done <= {step.pk for step in steps}:
        raise RuleBroken(_("One of these steps no longer exists. Reload the page."), field="done_steps")
    for step in steps:
        if (step.done_on is not None) != (step.pk in done):
            step.done_on = on if step.pk in done else None
            step.save(update_fields=["done_on"])
    total = sum((step.weight for step in steps), Decimal(0))
    finished = sum((step.weight for step in steps if step.pk in done), Decimal(0))
    return (finished / total).quantize(SMALLEST_STEP, ROUND_HALF_UP)


def _follow(key_result: KeyResult, check_in: CheckIn, clock: Clock) -> None:
    """Bring the key result's maintained columns in line with its latest check-in."""
    key_result.current = check_in.value
    key_result.confidence = check_in.confidence
    key_result.checked_on = check_in.on
    key_result.next_due_on = clock.rhythm_of(key_result).next_due(check_in.on)
    key_result.save(update_fields=MAINTAINED)
