"""The stages of many key results at once, as quarter planning decides them (method.md § 4), and the frozen baseline.

okr knows nothing of plannings: whoever runs one registers a Gate, which tribes pass with whatever they do by themselves,
also where they take an act back or do it again.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from okr.actions.rules import missing
from okr.models import KeyResult, Objective
from orgs.actions import editing
from orgs.actions.editing import Change
from orgs.models import AuditEvent
from orgs.rules import RuleBroken

Stage = KeyResult.Stage
# What publication freezes, and later changes stand beside.
FROZEN = (
    "title", "metric", "unit", "unit_label", "direction", "start", "target", "low", "high", "tolerance",
    "baseline_due_on", "source", "owner",
)  # fmt: skip

# (objective, verb, rows of it that are no drafts, or were none): raises RuleBroken to refuse; the transaction is open. The
# rows have their new stage already where the verb is "proposed", "taken_back" or "published". The others: "archived" and
# "restored", alone or with their objective; "moved_away" and "moved_in", with the objective (and quarter) that they leave or
# come to; "changed": what is written of them, or (without rows) of their objective.
Gate = Callable[[Objective, str, Sequence[KeyResult]], None]
GATES: list[Gate] = []


def register_gate(gate: Gate) -> None:
    if gate not in GATES:
        GATES.append(gate)


def pass_gates(objective: Objective, verb: str, rows: Sequence[KeyResult]) -> None:
    for gate in GATES:
        gate(objective, verb, rows)


def tell_changed(thing: Objective | KeyResult) -> None:
    """What is written of it has changed. Needs `objective` of a key result."""
    if isinstance(thing, Objective):
        pass_gates(thing, "changed", [])
    elif thing.stage != Stage.DRAFT:
        pass_gates(thing.objective, "changed", [thing])


# ── What kinds are told of, whichever act it is (orgs.actions.editable) ──────


def taken_back(thing: Objective | KeyResult, event: AuditEvent, change: Change) -> None:
    verbs = {(Stage.PROPOSED, Stage.DRAFT): "taken_back", (Stage.DRAFT, Stage.PROPOSED): "proposed"}
    verb = verbs.get((event.after.get("stage"), event.before.get("stage")))
    if verb and isinstance(thing, KeyResult):
        pass_gates(thing.objective, verb, [thing])
    else:
        tell_changed(thing)


def check_standing(thing: Objective | KeyResult) -> None:
    """It is being archived, or restored, as `archived_at` says."""
    if isinstance(thing, Objective):
        rows, objective = _handed_in(thing), thing
    else:
        rows, objective = [thing] if thing.stage != Stage.DRAFT else [], thing.objective
        if objective.archived_at is not None:
            return
    if rows:
        pass_gates(objective, "restored" if thing.archived_at is None else "archived", rows)


def check_place(thing: Objective | KeyResult, before: Mapping[str, Any]) -> None:
    """It is being moved elsewhere. `before`: keys of what it was below."""
    if isinstance(thing, Objective):
        there, here = Objective(level=thing.level, tribe_id=thing.tribe_id, quarter_id=before["quarter"]), thing
        rows = _handed_in(thing) if there.quarter_id != here.quarter_id else []
    else:
        there, here = Objective.objects.get(pk=before["objective"]), thing.objective
        rows = [thing] if thing.stage != Stage.DRAFT and there.quarter_id != here.quarter_id else []
    if rows:
        pass_gates(there, "moved_away", rows)
        pass_gates(here, "moved_in", rows)


def _handed_in(objective: Objective) -> list[KeyResult]:
    rows = KeyResult.objects.filter(objective=objective, archived_at=None).exclude(stage=Stage.DRAFT)
    return list(rows.select_related("objective").order_by("position", "pk"))


def baseline_of(key_result: KeyResult) -> dict[str, Any]:
    """Its definition as it is now: the FROZEN fields, as JSON can hold them."""
    return editing.state_of(key_result, FROZEN)


def set_stages(rows: Sequence[tuple[KeyResult, dict[str, Any], str]], change: Change) -> None:
    """Give key results a new stage, each with the verb that the history tells: three statements, however many.

    `values` hold "stage", and "merged_into" where that changes. The caller holds the organization, has read the rows since,
    and knows that the person may. Raises RuleBroken where a row lacks what any stage but a draft's asks for.
    """
    for key_result, values, _verb in rows:
        if values["stage"] == Stage.PUBLISHED:
            lacks = missing(key_result)
            if lacks:
                raise RuleBroken(f"{key_result.title} – {' '.join(lacks.values())}")
    editing.amend_all(rows, change)
