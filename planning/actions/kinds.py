"""What the set-up of a planning is, and the rules that hold whatever changes it (orgs.actions.editable)."""

from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from orgs.actions.editable import Kind, RowList, register
from orgs.models import Membership, Tribe
from orgs.permissions import Permission, require
from orgs.rules import RuleBroken
from planning.actions.session import REGIONS, tell
from planning.models import Planning, Slot, Voter

# What the form of the set-up may set.
OWN = ("meets_at", "preread_until", "refined_by", "target", "cap", "mode", "chair")
MOST_TRIBES, MOST_VOTERS = 60, 60


def _read_slots(planning: Planning) -> list[dict[str, Any]]:
    rows = Slot.objects.filter(planning=planning)
    return [{"tribe": row.tribe_id, "minutes": row.minutes, "cap": row.cap} for row in rows]


def _write_slots(planning: Planning, rows: list[dict[str, Any]]) -> None:
    """In their order. A tribe that has presented stays."""
    if len(rows) > MOST_TRIBES:
        raise RuleBroken(_("At most %(limit)s in the agenda.") % {"limit": MOST_TRIBES}, field="slots")
    stored = {slot.tribe_id: slot for slot in Slot.objects.filter(planning=planning).select_related("tribe")}
    wanted = {row["tribe"]: row for row in rows}
    new = set(wanted) - set(stored)
    if new and Tribe.objects.filter(pk__in=new, archived_at=None).count() < len(new):
        raise RuleBroken(_("Choose one of the list."), field="slots")
    for pk in set(stored) - set(wanted):
        if stored[pk].presented_at is not None:
            raise RuleBroken(_("%(name)s has presented: it stays.") % {"name": stored[pk].tribe.name}, field="slots")
        stored[pk].delete()
    for position, (pk, row) in enumerate(wanted.items(), 1):
        slot = stored.get(pk) or Slot(planning=planning, tribe_id=pk)
        slot.position, slot.minutes, slot.cap = position, row["minutes"], row["cap"]
        try:
            slot.full_clean(exclude=["org", "planning", "tribe"])
        except ValidationError as error:
            raise RuleBroken(error.messages[0], field="slots") from None
        slot.save()


def _read_voters(planning: Planning) -> list[int]:
    return list(Voter.objects.filter(planning=planning).order_by("pk").values_list("membership_id", flat=True))


def _write_voters(planning: Planning, members: list[int]) -> None:
    if len(members) > MOST_VOTERS:
        raise RuleBroken(_("At most %(limit)s people with a vote.") % {"limit": MOST_VOTERS}, field="voters")
    stored = set(_read_voters(planning))
    new = set(members) - stored
    if new and Membership.objects.active().filter(pk__in=new).count() < len(new):
        raise RuleBroken(_("Choose one of the list."), field="voters")
    Voter.objects.filter(planning=planning, membership_id__in=stored - set(members)).delete()
    Voter.objects.bulk_create(Voter(planning=planning, membership_id=pk) for pk in dict.fromkeys(members) if pk in new)


def _check(planning: Planning) -> None:
    if planning.chair_id is not None and planning.chair_id not in _read_voters(planning):
        raise RuleBroken(_("The chair has a vote: add them to the people who vote."), field="chair")
    if planning.is_open and planning.chair_id is None:
        raise RuleBroken(_("A meeting has a chair."), field="chair")
    if planning.preread_until and planning.meets_at and planning.preread_until > planning.meets_at:
        raise RuleBroken(_("People vote alone before the meeting, not after it."), field="preread_until")


def check_writable(planning: Planning) -> None:
    if planning.state == Planning.State.PUBLISHED:
        raise RuleBroken(_("The quarter is published: its planning is history."))


PLANNING = Kind(
    model=Planning,
    fields=("quarter", "state", *OWN),
    lists={"slots": RowList(_read_slots, _write_slots), "voters": RowList(_read_voters, _write_voters)},
    require=lambda member, planning: require(member, Permission.LEAD_PLANNING),
    check=_check,
    check_writable=check_writable,
    related=("quarter__year", "chair__user", "presenting__tribe"),
    announce=lambda planning: tell(planning, REGIONS),
)


def register_kinds() -> None:
    register(PLANNING)
