"""A tribe hands what it has written to the CoDir, all at once."""

from django.db import transaction

from okr.actions.key_results import propose_complete
from okr.models import Objective
from orgs.actions.audit import Actor
from orgs.actions.editing import Change
from orgs.models import Tribe
from orgs.permissions import Permission, require
from planning.models import Planning


@transaction.atomic
def propose_tribe(planning: Planning, tribe: Tribe, *, by: Actor) -> tuple[int, Change]:
    """Propose all drafts of the tribe that lack nothing; gives how many. Late ones join a meeting that is on.

    Raises PermissionDenied, or RuleBroken where there is none, or the CoDir takes nothing more.
    """
    require(by.membership, Permission.EDIT_TRIBE, Objective(level="tribe", tribe=tribe, quarter=planning.quarter))
    rows = Objective.objects.of_tribe(tribe.pk, planning.quarter_id).order_by("position", "pk")
    return propose_complete(rows, by=by)
