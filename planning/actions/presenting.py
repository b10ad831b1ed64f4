"""What lies before the CoDir: kept as it is presented, also what comes late; and the gate that tribes pass meanwhile."""

from collections import Counter
from collections.abc import Sequence
from typing import Any

from django.utils.translation import gettext as _

from okr.actions.staging import FROZEN
from okr.models import KeyResult, Objective
from orgs.actions import editing
from orgs.rules import RuleBroken
from planning.actions.session import REGIONS, tell
from planning.models import Planning, Presented, Slot

DECIDED = (Planning.State.REFINING, Planning.State.PUBLISHED)


def present(planning: Planning, rows: Sequence[KeyResult], *, late: bool = False) -> None:
    """Keep these as the CoDir sees them, numbered on within each tribe. What was presented before stays so."""
    known = Presented.objects.filter(planning=planning).values_list(
        "key_result_id", "number", "key_result__objective__tribe_id"
    )
    there, numbers = set(), Counter[int | None]()
    for pk, number, tribe in known:
        there.add(pk)
        numbers[tribe] = max(numbers[tribe], number)
    new = []
    for row in rows:
        if row.pk in there:
            continue
        tribe = row.objective.tribe_id
        numbers[tribe] += 1
        new.append(
            Presented(
                planning=planning, key_result=row, number=numbers[tribe], definition=definition_of(row), is_late=late
            )
        )
    Presented.objects.bulk_create(new)


def definition_of(row: KeyResult) -> dict[str, Any]:
    """What is presented and refined of a key result, as JSON can hold it."""
    return editing.state_of(row, FROZEN)


def tell_gate(objective: Objective, verb: str, rows: Sequence[KeyResult]) -> None:
    """What tribes do by themselves while a planning is on (okr.actions.staging.Gate)."""
    if objective.is_strategic:
        return
    found = Planning.objects.with_quarter().filter(quarter=objective.quarter_id).first()
    if found is None:
        return
    planning: Planning = found
    if verb == "published":
        if planning.state != Planning.State.PUBLISHED:
            raise RuleBroken(_("Quarter planning publishes %(quarter)s.") % {"quarter": planning})
        return
    if verb == "changed":
        if planning.is_open:
            tell(planning, REGIONS)
        return
    if verb in ("archived", "moved_away"):
        _check_may_leave(planning, verb)
    elif verb == "restored":
        _check_may_return(planning, rows)
    elif planning.state in DECIDED:
        raise _takes_no_more(planning)
    elif planning.is_open and verb == "taken_back":
        raise RuleBroken(_("It lies before the CoDir: it stays until they have decided."))
    if planning.is_open:
        present(planning, rows, late=True)
        _give_turn(planning, objective.tribe_id)
    tell(planning, REGIONS)


def _takes_no_more(planning: Planning) -> RuleBroken:
    return RuleBroken(_("The CoDir has decided on %(quarter)s: it takes nothing more.") % {"quarter": planning})


def _check_may_leave(planning: Planning, verb: str) -> None:
    """What was decided and archived since stays among the decisions; in another quarter it would not."""
    if planning.is_open:
        raise RuleBroken(_("It lies before the CoDir: it stays until they have decided."))
    if verb == "moved_away" and planning.state != Planning.State.PREPARING:
        raise RuleBroken(_("The CoDir has decided on it: it stays in its quarter. Duplicate it instead."))


def _check_may_return(planning: Planning, rows: Sequence[KeyResult]) -> None:
    """Undecided ones come too late; what was kept goes on as long as it can still be published with the others."""
    stages = {row.stage for row in rows}
    if planning.state in DECIDED and KeyResult.Stage.PROPOSED in stages:
        raise _takes_no_more(planning)
    if planning.state == Planning.State.PUBLISHED and KeyResult.Stage.KEPT in stages:
        raise RuleBroken(_("%(quarter)s was published without it: it stays archived.") % {"quarter": planning})


def _give_turn(planning: Planning, tribe: int | None) -> None:
    """A tribe that comes late presents last."""
    if tribe and not planning.slots.filter(tribe=tribe).exists():
        last = planning.slots.order_by("position").last()
        Slot.objects.create(planning=planning, tribe_id=tribe, position=last.position + 1 if last else 1)
