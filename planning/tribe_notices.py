"""What a planning says above the quarter of each tribe (okr.tribe_notices)."""

from django.utils.translation import gettext as _

from okr.models import Quarter
from okr.readings import Clock
from okr.tribe_notices import Notice, register
from orgs.models import Membership, Tribe
from orgs.permissions import Permission, can
from planning.models import Planning
from planning.pages.words import address, day_and_time, day_of


def register_notices() -> None:
    register(notice)


def notice(tribe: Tribe, quarter: Quarter, member: Membership, clock: Clock) -> Notice | None:
    """When the CoDir meets, and what waits for whom; nothing once the quarter is published. One query."""
    planning: Planning | None = Planning.objects.filter(quarter=quarter).one_or_none()
    if planning is None or planning.state == Planning.State.PUBLISHED or tribe.archived_at is not None:
        return None
    leads = tribe.lead_id == member.pk
    if planning.state == Planning.State.PREPARING:
        when = day_and_time(planning.meets_at) if planning.meets_at else ""
        return Notice(
            icon="list-checks",
            text=_("The CoDir meets on %(day)s.") % {"day": when} if when else _("The CoDir will decide on it."),
            detail=(
                _(
                    "Propose what is complete by then: it waits for their decision. What is missing stands beside the rest."
                )
                if leads
                else _("What is proposed by then waits for their decision.")
            ),
            url=address("planning", clock.org, quarter),
            label=_("To the planning"),
        )
    if planning.state == Planning.State.OPEN:
        return Notice(
            icon="list-checks",
            text=_("The CoDir is in session."),
            detail=_("What is proposed now still reaches it, marked as late."),
            url=address("planning_board", clock.org, quarter),
            label=_("Watch the board"),
        )
    refines = leads or can(member, Permission.ACCEPT_AS_CPO)
    return Notice(
        icon="list-checks",
        text=_("The CoDir has decided."),
        detail=(
            _(
                "Until %(day)s, what was kept is refined and accepted by its lead and the CPO; then the quarter is published."
            )
            % {"day": day_of(planning.refined_by)}
            if planning.refined_by
            else _("What was kept is refined and accepted by its lead and the CPO; then the quarter is published.")
        ),
        url=address("planning_refinement" if refines else "planning_results", clock.org, quarter),
        label=_("Refine") if refines else _("See what was decided"),
    )
