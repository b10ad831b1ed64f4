"""Check-ins and rationales, with the audit trail that their actions write."""

import datetime as dt
import random
from collections.abc import Iterator
from dataclasses import dataclass
from operator import attrgetter

from django.db.models import F

from okr.actions.business_case import FIELDS as RATIONALE
from okr.actions.check_in import FOLLOWED
from okr.demo.state import Loading, Measured, figure
from okr.models import BusinessCase, CheckIn, KeyResult
from orgs.actions.audit import snapshot
from orgs.models import AuditEvent, Membership, Organization

AT_ONCE = 200  # rows backdated by one statement
SAVED, SIGNED = dt.timedelta(days=10), dt.timedelta(days=16)  # after the year began


@dataclass(frozen=True, slots=True)
class Entry:
    """What happened at a moment: the event, and the check-in or rationale if one came of it."""

    at: dt.datetime
    event: AuditEvent
    row: CheckIn | BusinessCase | None = None


def write_history(loading: Loading) -> None:
    entries = [entry for made in loading.measured for entry in _check_ins(loading, made)]
    entries += [entry for made in loading.measured for entry in _rationale(loading, made)]
    entries.sort(key=attrgetter("at"))
    check_ins = [(entry.at, entry.row) for entry in entries if isinstance(entry.row, CheckIn)]
    loading.create(row for _, row in check_ins)
    loading.create(entry.row for entry in entries if isinstance(entry.row, BusinessCase))
    loading.create(entry.event for entry in entries)
    # Both columns fill themselves with the time of insertion.
    for at, check_in in check_ins:
        check_in.created_at = at
    for entry in entries:
        entry.event.at = entry.at
    CheckIn.objects.bulk_update([row for _, row in check_ins], ["created_at"], batch_size=AT_ONCE)
    AuditEvent.objects.bulk_update([entry.event for entry in entries], ["at"], batch_size=AT_ONCE)
    Organization.objects.filter(pk=loading.org.pk).update(version=F("version") + len(entries))


def _check_ins(loading: Loading, made: Measured) -> Iterator[Entry]:
    key_result = made.key_result
    owner = key_result.owner
    assert owner is not None  # the content names one for each
    dice = random.Random(f"hours of {made.seed}")  # noqa: S311
    before = snapshot(KeyResult(), FOLLOWED) | _finished(made, 0)
    for moment in made.moments:
        at = loading.at(moment.on, dice.randrange(8 * 60, 18 * 60))
        now = KeyResult(current=moment.value, confidence=moment.confidence, checked_on=moment.on)
        after = snapshot(now, FOLLOWED) | _finished(made, moment.done)
        yield Entry(
            at,
            _event(owner, "checked_in", key_result, before, after),
            CheckIn(
                key_result=key_result,
                on=moment.on,
                value=moment.value,
                confidence=moment.confidence,
                comment=moment.comment,
                mood=moment.mood,
                author=owner,
            ),
        )
        before = after


def _finished(made: Measured, number: int) -> dict[str, object]:
    return {"done_steps": list(made.spec.steps[:number])} if made.spec.steps else {}


def _rationale(loading: Loading, made: Measured) -> Iterator[Entry]:
    """Written as the year began, and signed soon after where its figures are consolidated."""
    spec, key_result = made.spec.case, made.key_result
    if spec is None:
        return
    signer = loading.member(loading.spec.consolidates)
    day = loading.calendar.year.starts_on
    saved, signed = loading.at(day + SAVED, 9 * 60 + key_result.position), loading.at(day + SIGNED, 17 * 60)
    case = BusinessCase(
        key_result=key_result,
        revenue_effect=figure(spec.revenue),
        profitability_effect=figure(spec.margin),
        budget_share=figure(spec.share),
        note=spec.note,
        consolidated_at=signed if spec.consolidated else None,
        consolidated_by=signer if spec.consolidated else None,
    )
    before, after = snapshot(BusinessCase(), RATIONALE), snapshot(case, RATIONALE)
    yield Entry(saved, _event(signer, "rationale_saved", key_result, before, after), case)
    if spec.consolidated:
        after = snapshot(case, ("consolidated_at",))
        yield Entry(signed, _event(signer, "rationale_consolidated", key_result, {}, after))


def _event(
    actor: Membership, verb: str, key_result: KeyResult, before: dict[str, object], after: dict[str, object]
) -> AuditEvent:
    return AuditEvent(
        actor=actor,
        actor_name=actor.name,
        verb=verb,
        object_type="keyresult",
        object_id=key_result.pk,
        object_label=str(key_result)[:200],
        before=before,
        after=after,
    )
