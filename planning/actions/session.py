"""What each act on a planning begins and ends with: the hold, the right to decide, and telling who watches."""

from collections.abc import Iterable

from django.core.exceptions import PermissionDenied
from django.utils.translation import gettext as _

from orgs.actions.audit import hold_organization
from orgs.models import Membership
from orgs.permissions import Permission, can
from orgs.rules import RuleBroken
from planning.models import Planning
from workshops.live.announcing import announce

KIND = "planning"  # of live session
# The regions of the board. Those of its groups are "group.t<tribe>", "group.o<objective>" and "group.s<strategic key
# result>", by how somebody looks at it; "group" means all of them.
DECK, AGENDA, AGREED, GROUP = "deck", "agenda", "agreed", "group"
COVERAGE, ALIKE, STAGE = "coverage", "alike", "stage"
REGIONS = (DECK, AGENDA, AGREED, GROUP, COVERAGE, ALIKE, STAGE)


def held(pk: int) -> Planning:
    """The planning as it is now. All acts hold the organization first, so nobody changes it until the transaction ends.

    Raises RuleBroken where it is gone.
    """
    hold_organization()
    planning = Planning.objects.with_quarter().filter(pk=pk).one_or_none()
    if planning is None:
        raise RuleBroken(_("It was removed meanwhile."))
    found: Planning = planning
    return found


def tell(planning: Planning, regions: Iterable[str], *, fields: Iterable[str] = ()) -> None:
    """Count the version up, save `fields` with it, and have these regions drawn anew for whoever watches."""
    planning.seq += 1
    planning.save(update_fields=["seq", *fields])
    announce(KIND, planning.quarter.slug, planning.seq, list(dict.fromkeys(regions)))


def check_open(planning: Planning) -> None:
    """Raise RuleBroken unless the meeting is on."""
    if planning.state == Planning.State.PREPARING:
        raise RuleBroken(_("The meeting has not begun: nothing is decided before."))
    if planning.state != Planning.State.OPEN:
        raise RuleBroken(_("The meeting is closed: what it decided stays."))


def decides(planning: Planning, member: Membership) -> bool:
    """Whether the member has a say in the meeting: the chair, and where the majority decides everybody with a vote."""
    if planning.chair_id == member.pk:
        return True
    return planning.mode == Planning.Mode.MAJORITY and can(member, Permission.VOTE_IN_PLANNING, planning)


def require_decides(planning: Planning, member: Membership) -> None:
    if decides(planning, member):
        return
    if planning.mode == Planning.Mode.CHAIR:
        raise PermissionDenied(_("In this meeting the chair decides for all."))
    raise PermissionDenied(_("Only members of the CoDir with a vote decide."))
