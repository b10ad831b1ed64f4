"""What a page offers to whom: a control that would be refused is not shown."""

from okr.models import KeyResult, Objective, PeriodState
from orgs.models import Membership
from orgs.permissions import can, to_edit


def may_write(thing: Objective | KeyResult, member: Membership) -> bool:
    """Whether the member may change it, and its period still takes changes. Needs its objective, tribe and span loaded."""
    objective = thing if isinstance(thing, Objective) else thing.objective
    if objective.span.state == PeriodState.CLOSED:
        return False
    return can(member, to_edit(objective), thing)
