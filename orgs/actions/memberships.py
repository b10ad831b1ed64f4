"""Changing what somebody is in the organization, ending it with all that they answer for, and beginning it again."""

from collections.abc import Mapping
from copy import copy
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext_lazy

from orgs import handover
from orgs.actions import editing
from orgs.actions.administering import administer
from orgs.actions.audit import Actor, record
from orgs.actions.editing import Change, Clash, EditConflict, State
from orgs.actions.invitations import revoke
from orgs.actions.notifications import notify
from orgs.handover import Estate, Holding
from orgs.models import ApiKey, AuditEvent, CommitteeSeat, Department, Invitation, Membership, Notification, Tribe
from orgs.rules import RuleBroken

OWN = ("roles", "title", "function", "seats")  # what a form may set


@transaction.atomic
def change_membership(
    membership: Membership,
    values: Mapping[str, Any],
    *,
    by: Actor,
    seen: int | None = None,
    committees: Mapping[int, str] | None = None,
    seen_committees: Mapping[int, str] | None = None,
) -> tuple[State, Change]:
    """Set some of OWN, `seats` as rows of orgs.actions.kinds, in live tribes (others stay as they are); and by department
    what the person is on its committee: "member", "sponsor" or "".

    `seen` is the revision that the writer started from, `seen_committees` what the person was on the committees then.
    Raises EditConflict, with the field "committee-<department>" for a committee, or RuleBroken with the field.
    """
    assert set(values) <= set(OWN), set(values) - set(OWN)
    change = Change(by)
    administer(by)
    membership = editing.locked(Membership, membership.pk)
    if membership.ended_at is not None:
        raise RuleBroken(_("This membership has ended. Reactivate it first."))
    values = dict(values)
    if set(values.get("roles", ())) == set(membership.roles):
        del values["roles"]  # in whatever order
    if "seats" in values:
        values["seats"] = _with_archived(membership, values["seats"])
    committees, seen_committees, stored = committees or {}, seen_committees or {}, copy(membership)
    both = committees.keys() & seen_committees.keys()
    clashes = [_clash(pk, membership, committees[pk], seen_committees[pk]) for pk in sorted(both)]
    found = [clash for clash in clashes if clash is not None]
    try:
        changed = editing.amend(membership, values, change, seen=seen)
    except EditConflict as conflict:
        found = [*conflict.clashes, *found]
    if found:
        raise EditConflict(stored, found)
    for department, place in committees.items():
        changed |= _set_committee_seat(department, membership, place, change)
    return changed, change


@transaction.atomic
def end_membership(membership: Membership, heirs: Mapping[str, Membership | None], *, by: Actor) -> Change:
    """The person leaves; each holding (Holding.key) passes to the heir chosen for it, None for nobody.

    Whoever has a holding that is not named is refused: RuleBroken at the field "to-<key>". Access ends at once, API keys
    and pending invitations are revoked, seats become free; what the person wrote keeps their name. Undo brings back all
    but the keys and the invitations.
    """
    change = Change(by)
    administer(by)
    membership = editing.locked(Membership, membership.pk)
    if membership.ended_at is not None:
        raise RuleBroken(_("This membership has ended already."))
    for estate, holdings in handover.holdings_of(membership):
        for holding in holdings:
            heir = _heir_of(holding, heirs, membership)
            estate.hand_over(holding.pk, heir, change)
            if heir is not None:
                _tell(heir, holding, by, change)
    for department in CommitteeSeat.objects.filter(membership=membership).values_list(
        "committee__department", flat=True
    ):
        _set_committee_seat(department, membership, "", change)
    editing.amend(membership, {"ended_at": timezone.now(), "seats": []}, change, verb="ended")
    for invitation in Invitation.objects.pending().filter(invited_by=membership):
        revoke(invitation, by=by)
    for key in ApiKey.objects.select_for_update().filter(membership=membership, revoked_at=None):
        key.revoked_at = timezone.now()
        key.save(update_fields=["revoked_at"])
        record(by, "api_key_revoked", key, after={"revoked_at": key.revoked_at})
    return change


@transaction.atomic
def reactivate_membership(membership: Membership, *, by: Actor) -> Change:
    """With the roles from before; seats are given anew."""
    change = Change(by)
    administer(by)
    membership = editing.locked(Membership, membership.pk)
    editing.amend(membership, {"ended_at": None}, change, verb="reactivated")
    return change


def _with_archived(membership: Membership, rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Forms do not show seats in archived tribes, and do not take them away."""
    archived = set(Tribe.objects.exclude(archived_at=None).values_list("pk", flat=True))
    kept = [row for row in editing.state_of(membership, ["seats"])["seats"] if row["tribe"] in archived]
    return sorted([*kept, *rows], key=lambda row: row["tribe"])


def _set_committee_seat(pk: int, membership: Membership, place: str, change: Change) -> State:
    """On the committee of this department: "member", "sponsor" or "". Others' seats stay as they are."""
    department = editing.locked(Department, pk)
    rows = editing.state_of(department, ["committee"])["committee"]
    if not rows:
        if place:
            raise RuleBroken(_("This department has no committee any more."), field=f"committee-{pk}")
        return {}
    members = [member for member in rows[0]["members"] if member["membership"] != membership.pk]
    if place:
        members.append({"membership": membership.pk, "is_sponsor": place == "sponsor"})
    row = {"name": rows[0]["name"], "members": sorted(members, key=lambda member: member["membership"])}
    return editing.amend(department, {"committee": [row]}, change)


def _clash(pk: int, membership: Membership, place: str, seen: str) -> Clash | None:
    """Somebody else gave the person yet another place on the committee of this department."""
    rows = editing.state_of(Department(pk=pk), ["committee"])["committee"]
    stored = _place_in(rows, membership)
    if not rows or stored in (place, seen):
        return None
    for event in AuditEvent.objects.filter(object_type="department", object_id=pk).order_by("-pk").iterator():
        if "committee" in event.after and _place_in(event.before.get("committee", []), membership) != stored:
            return Clash(f"committee-{pk}", place, stored, event.actor_name, event.at)
    return None


def _place_in(rows: list[dict[str, Any]], membership: Membership) -> str:
    """Of a committee as a State holds it."""
    for member in rows[0]["members"] if rows else []:
        if member["membership"] == membership.pk:
            return "sponsor" if member["is_sponsor"] else "member"
    return ""


def _heir_of(holding: Holding, heirs: Mapping[str, Membership | None], leaving: Membership) -> Membership | None:
    field = f"to-{holding.key}"
    if holding.key not in heirs:
        raise RuleBroken(_("Choose who answers for it, or say nobody."), field=field)
    heir = heirs[holding.key]
    if heir is not None and (heir.pk == leaving.pk or heir.ended_at is not None):
        raise RuleBroken(_("Choose somebody who stays."), field=field)
    return heir


def _tell(heir: Membership, holding: Holding, by: Actor, change: Change) -> None:
    notify(
        heir,
        Notification.Kind.HANDOVER,
        by.membership,
        holding.label,
        "",
        holding.path,
        f"handover:{change.id}:{holding.key}",
    )


# ── Tribes that somebody leads ───────────────────────────────────────────────


def _led_tribes(membership: Membership) -> list[Holding]:
    tribes = Tribe.objects.filter(lead=membership, archived_at=None)
    return [
        Holding("tribe", tribe.pk, tribe.code, tribe.name, tribe.mission, f"tribes/{tribe.code}/") for tribe in tribes
    ]


def _pass_the_lead(pk: int, heir: Membership | None, change: Change) -> None:
    editing.amend(editing.locked(Tribe, pk), {"lead": heir}, change, verb="handed_over")


def register_estates() -> None:
    handover.register(Estate("tribe", pgettext_lazy("of tribes", "Lead"), _led_tribes, _pass_the_lead))
