"""Who may do what, in one table. docs/permissions.md shows it to people; tests/sweeps/test_permissions.py walks each cell.

A cell is allowed by a role held in the organization, or by a relation to the thing in question. A thing (a key result,
a check-in…) says itself how a member is related to it.
"""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from functools import wraps
from typing import Any, Protocol

from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.utils.translation import gettext as _

from orgs.http import OrgRequest
from orgs.models import Membership, Role
from orgs.relations import Relation

__all__ = ["TABLE", "Permission", "Relation", "Rule", "Thing", "can", "permission_required", "require", "to_edit"]


class Permission(StrEnum):
    VIEW = "view"
    VIEW_RATIONALE = "view_rationale"
    EDIT_RATIONALE = "edit_rationale"
    CONSOLIDATE = "consolidate"
    CHECK_IN = "check_in"
    CORRECT_CHECK_IN = "correct_check_in"
    EDIT_STRATEGY = "edit_strategy"
    EDIT_TRIBE = "edit_tribe"
    EDIT_INITIATIVES = "edit_initiatives"
    LEAD_WORKSHOPS = "lead_workshops"
    DRAFT_RETAINED = "draft_retained"
    LEAD_PLANNING = "lead_planning"
    VOTE_IN_PLANNING = "vote_in_planning"
    ACCEPT_AS_CPO = "accept_as_cpo"
    PUBLISH_QUARTER = "publish_quarter"
    REVIEW = "review"
    CLOSE_PERIOD = "close_period"
    CORRECT_CLOSED = "correct_closed"
    READ_MEETINGS = "read_meetings"
    LEAD_MEETINGS = "lead_meetings"
    SETTLE_ACTION = "settle_action"
    COMMENT = "comment"
    ENTER_ABSENCES = "enter_absences"
    MANAGE_PEOPLE = "manage_people"
    MANAGE_SETTINGS = "manage_settings"
    VIEW_AUDIT = "view_audit"
    MANAGE_API_KEYS = "manage_api_keys"


class Thing(Protocol):
    @property
    def is_strategic(self) -> bool: ...

    def relations_of(self, member: Membership) -> set[Relation]: ...


@dataclass(frozen=True)
class Rule:
    roles: frozenset[Role]
    relations: frozenset[Relation] = frozenset()
    strategic_roles: frozenset[Role] = frozenset()  # suffice where the thing is strategic


_EVERYONE = frozenset(Role)
_LEADERSHIP = frozenset({Role.ADMINISTRATOR, Role.SPONSOR, Role.CODIR, Role.CHIEF_OF_STAFF, Role.COACH, Role.CPO})

TABLE: dict[Permission, Rule] = {
    Permission.VIEW: Rule(_EVERYONE),
    Permission.VIEW_RATIONALE: Rule(_LEADERSHIP),
    Permission.EDIT_RATIONALE: Rule(frozenset({Role.ADMINISTRATOR, Role.CODIR, Role.CHIEF_OF_STAFF})),
    Permission.CONSOLIDATE: Rule(frozenset({Role.CHIEF_OF_STAFF})),
    Permission.CHECK_IN: Rule(
        frozenset({Role.ADMINISTRATOR}),
        relations=frozenset({Relation.OWNER, Relation.TRIBE_LEAD, Relation.SUBSTITUTE}),
        strategic_roles=frozenset({Role.CHIEF_OF_STAFF}),
    ),
    Permission.CORRECT_CHECK_IN: Rule(frozenset(), relations=frozenset({Relation.AUTHOR})),
    Permission.EDIT_STRATEGY: Rule(
        frozenset({Role.ADMINISTRATOR, Role.SPONSOR, Role.CODIR, Role.CHIEF_OF_STAFF, Role.COACH})
    ),
    Permission.EDIT_TRIBE: Rule(
        frozenset({Role.ADMINISTRATOR, Role.COACH, Role.CPO}), relations=frozenset({Relation.TRIBE_LEAD})
    ),
    Permission.EDIT_INITIATIVES: Rule(
        frozenset({Role.ADMINISTRATOR, Role.COACH, Role.CPO}),
        relations=frozenset({Relation.TRIBE_LEAD, Relation.SEAT, Relation.OWNER}),
    ),
    Permission.LEAD_WORKSHOPS: Rule(
        frozenset({Role.ADMINISTRATOR, Role.COACH}),
        relations=frozenset({Relation.TRIBE_LEAD, Relation.FACILITATOR}),
        strategic_roles=frozenset({Role.CHIEF_OF_STAFF}),
    ),
    # By virtue of leading: somebody who may lead workshops there has put the room into this person's hands.
    Permission.DRAFT_RETAINED: Rule(frozenset(), relations=frozenset({Relation.FACILITATOR})),
    Permission.LEAD_PLANNING: Rule(frozenset({Role.ADMINISTRATOR, Role.COACH, Role.CHIEF_OF_STAFF})),
    # Who leads names those who have a vote: no role has one by itself.
    Permission.VOTE_IN_PLANNING: Rule(frozenset(), relations=frozenset({Relation.VOTER, Relation.CHAIR})),
    Permission.ACCEPT_AS_CPO: Rule(frozenset({Role.CPO})),
    Permission.PUBLISH_QUARTER: Rule(
        frozenset({Role.ADMINISTRATOR, Role.COACH, Role.CPO, Role.CHIEF_OF_STAFF}),
    ),
    Permission.REVIEW: Rule(
        frozenset({Role.ADMINISTRATOR, Role.COACH}),
        relations=frozenset({Relation.TRIBE_LEAD, Relation.SEAT}),
        strategic_roles=frozenset({Role.CHIEF_OF_STAFF, Role.CODIR}),
    ),
    Permission.CLOSE_PERIOD: Rule(
        frozenset({Role.ADMINISTRATOR, Role.COACH}), strategic_roles=frozenset({Role.CHIEF_OF_STAFF})
    ),
    Permission.CORRECT_CLOSED: Rule(
        frozenset({Role.ADMINISTRATOR, Role.COACH}), strategic_roles=frozenset({Role.CHIEF_OF_STAFF})
    ),
    # A committee's own meetings; whoever prepares them for it leads them too.
    Permission.READ_MEETINGS: Rule(_LEADERSHIP, relations=frozenset({Relation.COMMITTEE})),
    Permission.LEAD_MEETINGS: Rule(
        frozenset({Role.ADMINISTRATOR, Role.COACH, Role.CHIEF_OF_STAFF}), relations=frozenset({Relation.COMMITTEE})
    ),
    Permission.SETTLE_ACTION: Rule(
        frozenset({Role.ADMINISTRATOR, Role.COACH, Role.CHIEF_OF_STAFF}),
        relations=frozenset({Relation.COMMITTEE, Relation.OWNER}),
    ),
    Permission.COMMENT: Rule(_EVERYONE - {Role.OBSERVER}),
    Permission.ENTER_ABSENCES: Rule(frozenset({Role.ADMINISTRATOR}), relations=frozenset({Relation.PERSON})),
    Permission.MANAGE_PEOPLE: Rule(frozenset({Role.ADMINISTRATOR})),
    Permission.MANAGE_SETTINGS: Rule(frozenset({Role.ADMINISTRATOR})),
    Permission.VIEW_AUDIT: Rule(frozenset({Role.ADMINISTRATOR})),
    Permission.MANAGE_API_KEYS: Rule(frozenset({Role.ADMINISTRATOR})),
}


def can(member: Membership, permission: Permission, thing: Thing | None = None) -> bool:
    """Whether the member may. A thing that hangs on others (objective, tribe) should have them loaded."""
    rule = TABLE[permission]
    if member.has_role(*rule.roles):
        return True
    if thing is None:
        return False
    if thing.is_strategic and member.has_role(*rule.strategic_roles):
        return True
    return bool(rule.relations & thing.relations_of(member))


def require(member: Membership, permission: Permission, thing: Thing | None = None) -> None:
    """Raise PermissionDenied (a helpful 403) unless the member may."""
    if not can(member, permission, thing):
        raise PermissionDenied(_("Your role does not allow this. An administrator of your organization can change it."))


def to_edit(thing: Thing) -> Permission:
    """What writing an objective or a key result takes: the strategy is written by others than a tribe's quarter."""
    return Permission.EDIT_STRATEGY if thing.is_strategic else Permission.EDIT_TRIBE


def permission_required(permission: Permission) -> Callable:
    """For a view whose permission does not depend on a thing."""

    def decorate(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
        @wraps(view)
        def guarded(request: OrgRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            require(request.membership, permission)
            return view(request, *args, **kwargs)

        return guarded

    return decorate
