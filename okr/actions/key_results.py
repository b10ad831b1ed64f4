"""Writing key results: their definition, their place, and bringing them from draft to running."""

import uuid
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from okr.actions.kinds import OF_KEY_RESULT
from okr.actions.period_rules import check_writable
from okr.actions.rules import check_amended, check_figures, check_live, check_owner, copy_title, missing, still_here
from okr.actions.staging import baseline_of, pass_gates, tell_changed
from okr.models import KeyResult, Objective
from okr.querysets import RUNNING
from okr.readings import Clock
from orgs.actions import editing, once
from orgs.actions.audit import Actor
from orgs.actions.editing import Change, State
from orgs.rules import RuleBroken

Stage = KeyResult.Stage
OWN = (*OF_KEY_RESULT, "steps", "step_targets")  # what a form may set
COPIED = tuple(name for name in OF_KEY_RESULT if name not in ("title", "owner"))
FEWEST, MOST = 1, 5  # key results an objective at publication: 0 or more than 5 block (method.md § 2)


@transaction.atomic
def create_key_result(
    objective: Objective,
    *,
    by: Actor,
    position: int | None = None,
    client_id: uuid.UUID | None = None,
    **values: Any,
) -> tuple[KeyResult, Change]:
    """A draft below the objective; `values` as in OWN. Raises RuleBroken with the field.

    A second call with the same `client_id` changes nothing and answers the first, as with all that makes something here.
    """
    change, made = once.begin(KeyResult, by, client_id)
    if made:
        return made[0], change
    objective = editing.locked_to_write(Objective, objective.pk, by)
    return _create(objective, change, values, position), change


def create_key_result_within(objective: Objective, change: Change, **values: Any) -> KeyResult:
    """As part of a larger act, which has checked that the person may; last below the objective."""
    objective = editing.locked(Objective, objective.pk)
    check_writable(objective.span)
    check_live(objective)
    return _create(objective, change, values, None)


@transaction.atomic
def create_key_results(
    objective: Objective, rows: Sequence[Mapping[str, Any]], *, by: Actor, client_id: uuid.UUID | None = None
) -> tuple[list[KeyResult], Change]:
    """Several at once, as pasted from a spreadsheet: all or none, one act to undo. RuleBroken.field is “row.field”."""
    change, made = once.begin(KeyResult, by, client_id)
    if made:
        return made, change
    objective = editing.locked_to_write(Objective, objective.pk, by)
    for number, row in enumerate(rows):
        try:
            made.append(_create(objective, change, dict(row), None))
        except RuleBroken as broken:
            raise RuleBroken(broken.message, field=f"{number}.{broken.field or 'title'}") from None
    return made, change


@transaction.atomic
def change_key_result(
    key_result: KeyResult, values: Mapping[str, Any], *, by: Actor, seen: int | None = None, reason: str = ""
) -> tuple[State, Change]:
    """Set some of OWN. `seen` is the revision that the writer started from.

    Of a published one the baseline (kinds.BASELINE) is frozen: changing it asks for a reason, which the history keeps.
    Raises EditConflict or RuleBroken with the field.
    """
    assert set(values) <= set(OWN), set(values) - set(OWN)
    change = Change(by, reason=reason.strip())
    key_result = _locked(key_result, by)
    if "owner" in values:
        check_owner(values["owner"])
    lacking = missing(key_result)
    changed = editing.amend(key_result, values, change, seen=seen)
    check_amended(key_result, changed, lacking, change)
    if changed:
        tell_changed(key_result)
    return changed, change


@transaction.atomic
def move_key_result(key_result: KeyResult, *, by: Actor, position: int, objective: Objective | None = None) -> Change:
    """To another place, perhaps below another objective of the same level."""
    change = Change(by)
    key_result = _locked(key_result, by)
    if objective is None or objective.pk == key_result.objective_id:
        editing.place(key_result, change, position=position)
        return change
    there = editing.locked_to_write(Objective, objective.pk, by)
    if there.is_strategic != key_result.is_strategic:
        raise RuleBroken(_("A key result stays on its level: the strategy, or a quarter."), field="objective")
    if key_result.stage in RUNNING and there.span != key_result.objective.span:
        raise RuleBroken(_("It is published: it stays in its period. Duplicate it instead."), field="objective")
    editing.place(key_result, change, position=position, objective=there)
    return change


@transaction.atomic
def duplicate_key_result(
    key_result: KeyResult, *, by: Actor, client_id: uuid.UUID | None = None
) -> tuple[KeyResult, Change]:
    """A draft behind the original, with its definition and nothing that was measured."""
    change, made = once.begin(KeyResult, by, client_id)
    if made:
        return made[0], change
    key_result = _locked(key_result, by)
    objective = editing.locked(Objective, key_result.objective_id)
    return copy_key_result(
        key_result, objective, change, title=copy_title(key_result.title), position=key_result.position + 1
    ), change


@transaction.atomic
def archive_key_result(key_result: KeyResult, *, by: Actor) -> Change:
    """Out of every list, with all that was measured; undo or restore brings it back."""
    change = Change(by)
    archive_key_result_within(key_result, change)
    return change


def archive_key_result_within(key_result: KeyResult, change: Change) -> None:
    """As part of a larger act."""
    key_result = _locked(key_result, change.by)
    editing.archive(key_result, change)


@transaction.atomic
def propose_key_results(objective: Objective, *, by: Actor) -> Change:
    """Hand the objective's drafts to quarter planning. Raises RuleBroken with what one of them lacks."""
    return _advance(objective, Change(by), (Stage.DRAFT,), Stage.PROPOSED, verb="proposed")


@transaction.atomic
def propose_complete(objectives: Iterable[Objective], *, by: Actor) -> tuple[int, Change]:
    """Hand all drafts of these objectives that lack nothing to quarter planning, in one act; the others stay drafts.

    Gives how many. Raises RuleBroken where there is none.
    """
    change, number = Change(by), 0
    for objective in objectives:
        rows = KeyResult.objects.live().filter(objective=objective, stage=Stage.DRAFT)
        complete = [row.pk for row in rows if not missing(row)]
        if complete:
            _advance(objective, change, (Stage.DRAFT,), Stage.PROPOSED, verb="proposed", only=complete)
            number += len(complete)
    if not number:
        raise RuleBroken(_("There is no key result to do this with."))
    return number, change


@transaction.atomic
def take_back_key_results(objective: Objective, *, by: Actor) -> Change:
    """From proposed to draft again, until planning has decided."""
    return _advance(objective, Change(by), (Stage.PROPOSED,), Stage.DRAFT, verb="taken_back")


@transaction.atomic
def publish_key_results(objective: Objective, *, by: Actor) -> Change:
    """Freeze the baseline of all the objective's key results and ask for check-ins from now on.

    Blocks on the structural rules of method.md § 2: an owner, 1 to 5 key results, and what `kinds.missing` names.
    """
    change = Change(by)
    objective = editing.locked_to_write(Objective, objective.pk, by)
    if objective.owner_id is None:
        raise RuleBroken(_("The objective needs an owner before it is published."), field="owner")
    live = KeyResult.objects.live().filter(objective=objective).exclude(stage__in=(Stage.DROPPED, Stage.MERGED))
    count = live.exclude(stage=Stage.DEFERRED).count()
    if not FEWEST <= count <= MOST:
        raise RuleBroken(
            _("An objective is published with 2 to 5 key results: this one has %(count)s.") % {"count": count}
        )
    return _advance(objective, change, (Stage.DRAFT, Stage.PROPOSED, Stage.KEPT), Stage.PUBLISHED, verb="published")


def copy_key_result(
    key_result: KeyResult,
    objective: Objective,
    change: Change,
    *,
    title: str,
    position: int | None = None,
    carried: bool = False,
    anew: Mapping[str, Any] | None = None,
) -> KeyResult:
    """A draft with the same definition below `objective`, but for what `anew` says. Within an act. `carried`: it continues
    the other."""
    definition = {name: getattr(key_result, name) for name in COPIED} | dict(anew or {})
    copy = KeyResult(objective=objective, title=title, owner=still_here(key_result.owner), **definition)
    lists: dict[str, list[Any]] = editing.state_of(key_result, ["steps", "step_targets"])
    lists["steps"] = [{"title": step["title"], "weight": step["weight"], "done_on": None} for step in lists["steps"]]
    if objective.span != key_result.objective.span:
        lists["step_targets"] = []
    if carried:
        copy.carried_from = key_result
    verb = "carried_over" if carried else "duplicated"
    return editing.create(copy, change, lists=lists, position=position, verb=verb)


def _create(objective: Objective, change: Change, values: dict[str, Any], position: int | None) -> KeyResult:
    assert set(values) <= set(OWN), set(values) - set(OWN)
    check_owner(values.get("owner"))
    lists: dict[str, list[Any]] = {name: values.pop(name) for name in ("steps", "step_targets") if name in values}
    key_result = KeyResult(objective=objective, **values)
    check_figures(key_result)
    return editing.create(key_result, change, lists=lists, position=position)


def _advance(
    objective: Objective,
    change: Change,
    stages: tuple[str, ...],
    stage: str,
    *,
    verb: str,
    only: Collection[int] | None = None,
) -> Change:
    objective = editing.locked_to_write(Objective, objective.pk, change.by)
    rows = KeyResult.objects.live().filter(objective=objective, stage__in=stages).order_by("position")
    if only is not None:
        rows = rows.filter(pk__in=only)
    if not rows:
        raise RuleBroken(_("There is no key result to do this with."))
    clock = Clock.of(change.by.membership.org)
    found = [editing.locked(KeyResult, row.pk) for row in rows]
    lacking = [(row, missing(row)) for row in found] if stage != Stage.DRAFT else []
    said = [f"{row.code} · {row.title} – {' '.join(lacks.values())}" for row, lacks in lacking if lacks]
    if said:
        raise RuleBroken(" ".join(said))
    for key_result in found:
        values: dict[str, Any] = {"stage": stage}
        if stage == Stage.PUBLISHED:
            values["baseline"] = baseline_of(key_result)
        editing.amend(key_result, values, change, verb=verb)
        if stage == Stage.PUBLISHED:
            ask_from_now_on(key_result, clock)
    pass_gates(objective, verb, found)
    return change


def ask_from_now_on(key_result: KeyResult, clock: Clock) -> None:
    """Have check-ins asked of a key result that was just published. Needs `objective` with its year or quarter."""
    if key_result.next_due_on is None:
        start = max(clock.today, key_result.objective.span.starts_on)
        key_result.next_due_on = clock.rhythm_of(key_result).next_due(start)
        key_result.save(update_fields=["next_due_on"])


def _locked(key_result: KeyResult, by: Actor) -> KeyResult:
    found: KeyResult = editing.locked_to_write(KeyResult, key_result.pk, by)
    check_live(found)
    return found
