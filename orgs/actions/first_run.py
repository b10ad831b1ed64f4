"""The first departments and tribes of an organization; later ones come from its settings."""

from collections.abc import Sequence

from django.db import transaction

from orgs.actions import editing
from orgs.actions.audit import Actor
from orgs.actions.editing import Change
from orgs.models import Department, Tribe
from orgs.permissions import Permission, require
from orgs.rules import RuleBroken


@transaction.atomic
def create_departments(names: Sequence[str], *, by: Actor) -> tuple[list[Department], Change]:
    """Each with the committee of its name, all in one act. Raises RuleBroken with the field."""
    require(by.membership, Permission.MANAGE_PEOPLE)
    change = Change(by)
    made = [
        editing.create(
            Department(name=name), change, lists={"committee": [{"name": f"CoDir {name}"[:80], "members": []}]}
        )
        for name in names
    ]
    return made, change


@transaction.atomic
def create_tribes(department: Department, rows: Sequence[tuple[str, str]], *, by: Actor) -> tuple[list[Tribe], Change]:
    """Of (code, name) each, all or none, in one act. RuleBroken.field is “code-<row>” or “name-<row>”, from 1."""
    require(by.membership, Permission.MANAGE_PEOPLE)
    change = Change(by)
    made = []
    for number, (code, name) in enumerate(rows, 1):
        try:
            made.append(editing.create(Tribe(department=department, code=code, name=name), change))
        except RuleBroken as broken:
            raise RuleBroken(broken.message, field=f"{broken.field or 'name'}-{number}") from None
    return made, change
