"""Who may administer people and structure, one at a time."""

from orgs.actions.audit import Actor, hold_organization
from orgs.permissions import Permission, require


def administer(by: Actor) -> None:
    """Raise PermissionDenied unless the person may; and be the only writer until the transaction ends.

    These acts reach over many rows, in no common order, and rest on rules about all of them: somebody administers, one
    person speaks for a function, no two tribes have one code.
    """
    require(by.membership, Permission.MANAGE_PEOPLE)
    hold_organization()
