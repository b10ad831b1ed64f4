"""What the state of memberships, departments and tribes is, and the rules that hold whatever changes it
(orgs.actions.editable).

Seats in tribes are part of the membership's state, a committee with its members is part of its department's.
"""

from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import ProtectedError
from django.utils.translation import gettext as _

from orgs import handover
from orgs.actions.audit import hold_organization
from orgs.actions.editable import Kind, Order, RowList, register
from orgs.models import Committee, CommitteeSeat, Department, Function, Membership, Role, Seat, Tribe
from orgs.permissions import Permission, require
from orgs.rules import RuleBroken


def _require(member: Membership, thing: Any) -> None:
    require(member, Permission.MANAGE_PEOPLE)


# ── Memberships ──────────────────────────────────────────────────────────────


def _read_seats(membership: Membership) -> list[dict[str, Any]]:
    seats = Seat.objects.filter(membership=membership).order_by("tribe_id")
    return [{"tribe": seat.tribe_id, "function": seat.function, "is_delegate": seat.is_delegate} for seat in seats]


def _write_seats(membership: Membership, rows: list[dict[str, Any]]) -> None:
    stored = {seat.tribe_id: seat for seat in Seat.objects.filter(membership=membership)}
    for gone in set(stored) - {row["tribe"] for row in rows}:
        stored[gone].delete()
    for row in rows:
        seat = stored.get(row["tribe"]) or Seat(membership=membership, tribe=Tribe.objects.get(pk=row["tribe"]))
        seat.function, seat.is_delegate = row["function"], row["is_delegate"]
        check_delegate(seat.tribe_id, seat.function, seat.is_delegate, besides=membership)
        try:
            with transaction.atomic():
                seat.save()
        except IntegrityError:  # somebody else got the delegate's place at the same moment
            check_delegate(seat.tribe_id, seat.function, seat.is_delegate, besides=membership)
            raise


def check_delegate(tribe_id: int, function: str, is_delegate: bool, *, besides: Membership | None = None) -> None:
    """One person speaks for a function in a tribe. Raises RuleBroken at the field "delegate-<tribe>"."""
    if not is_delegate:
        return
    others = Seat.objects.filter(tribe_id=tribe_id, function=function, is_delegate=True)
    other = others.exclude(membership=besides).select_related("tribe", "membership__user").first()
    if other is not None:
        words = {"name": other.membership.name, "function": Function(function).label, "tribe": other.tribe.name}
        message = _("%(name)s speaks for %(function)s in %(tribe)s already.") % words
        raise RuleBroken(message, field=f"delegate-{tribe_id}")


def _check_membership(membership: Membership) -> None:
    """Somebody can always open these pages: the last administrator stays one."""
    if membership.ended_at is None and membership.has_role(Role.ADMINISTRATOR) and membership.user.is_active:
        return
    hold_organization()  # whoever takes the role from somebody waits for the others who do
    if not _another_administrates(membership):
        raise RuleBroken(last_administrator(membership), field="roles")


def is_last_administrator(membership: Membership) -> bool:
    return membership.has_role(Role.ADMINISTRATOR) and not _another_administrates(membership)


def last_administrator(membership: Membership) -> str:
    """Why the membership cannot end."""
    return _("%(name)s is the last administrator. Make somebody else one first.") % {"name": membership.name}


def _another_administrates(membership: Membership) -> bool:
    others = Membership.objects.active().exclude(pk=membership.pk).values_list("roles", flat=True)
    return any(Role.ADMINISTRATOR in roles for roles in others)


MEMBERSHIP = Kind(
    model=Membership,
    fields=("roles", "title", "function", "ended_at"),
    lists={"seats": RowList(_read_seats, _write_seats)},
    require=_require,
    check=_check_membership,
    related=("user",),
)


# ── Departments ──────────────────────────────────────────────────────────────


def _read_committee(department: Department) -> list[dict[str, Any]]:
    """No row, or one: the committee's name, and its members by the order of their memberships."""
    committee = Committee.objects.filter(department=department).first()
    if committee is None:
        return []
    seats = CommitteeSeat.objects.filter(committee=committee).order_by("membership_id")
    members = [{"membership": seat.membership_id, "is_sponsor": seat.is_sponsor} for seat in seats]
    return [{"name": committee.name, "members": members}]


def _write_committee(department: Department, rows: list[dict[str, Any]]) -> None:
    committee = Committee.objects.filter(department=department).first()
    if not rows:
        if committee is not None:
            try:
                committee.delete()
            except ProtectedError:
                message = _("Workshops or meetings were planned with this committee: it stays. It can be renamed.")
                raise RuleBroken(message, field="committee") from None
        return
    [row] = rows
    committee = committee or Committee(department=department)
    committee.name = row["name"]
    committee.clean_fields(exclude=["department"])
    committee.save()
    stored = {seat.membership_id: seat for seat in CommitteeSeat.objects.filter(committee=committee)}
    wanted = {member["membership"]: member["is_sponsor"] for member in row["members"]}
    for gone in set(stored) - set(wanted):
        stored[gone].delete()
    for membership, is_sponsor in wanted.items():
        seat = stored.get(membership) or CommitteeSeat(
            committee=committee, membership=Membership.objects.get(pk=membership)
        )
        seat.is_sponsor = is_sponsor
        seat.save()


def _check_department(department: Department) -> None:
    same = Department.objects.exclude(pk=department.pk).filter(name__iexact=department.name).first()
    if same is not None:
        archived = _("An archived department has this name. Restore it, or choose another name.")
        message = archived if same.archived_at else _("Another department has this name.")
        raise RuleBroken(message, field="name")


def _check_standing_department(department: Department) -> None:
    if department.archived_at is None:
        return
    live = list(Tribe.objects.filter(department=department, archived_at=None).values_list("name", flat=True))
    if live:
        message = _("These belong to it: %(tribes)s. Archive or move them first, or merge the department.")
        raise RuleBroken(message % {"tribes": ", ".join(live)})
    _raise_hindrance(department)


DEPARTMENT = Kind(
    model=Department,
    fields=("name", "position", "archived_at", "merged_into"),
    lists={"committee": RowList(_read_committee, _write_committee)},
    require=_require,
    check=_check_department,
    order=Order(()),
    check_standing=_check_standing_department,
)


# ── Tribes ───────────────────────────────────────────────────────────────────


def _check_tribe(tribe: Tribe) -> None:
    same = Tribe.objects.exclude(pk=tribe.pk).filter(code=tribe.code).first()
    if same is not None:
        words = {"code": tribe.code, "name": same.name}
        archived = _("%(name)s, which is archived, has the code %(code)s. Choose another.")
        raise RuleBroken((archived if same.archived_at else _("%(name)s has the code %(code)s.")) % words, field="code")
    # Both as they are now: the form may have been read before.
    department = Department.objects.filter(pk=tribe.department_id).exclude(archived_at=None)
    if tribe.archived_at is None and department.exists():
        raise RuleBroken(_("This department is archived. Restore it, or choose another."), field="department")
    if tribe.lead is not None and Membership.objects.filter(pk=tribe.lead_id).exclude(ended_at=None).exists():
        raise RuleBroken(_("%(name)s has left. Choose somebody else.") % {"name": tribe.lead.name}, field="lead")


def _check_standing_tribe(tribe: Tribe) -> None:
    if tribe.archived_at is not None:
        _raise_hindrance(tribe)
    elif tribe.department.archived_at is not None:
        raise RuleBroken(_("%(name)s is archived: restore the department first.") % {"name": tribe.department.name})


def _raise_hindrance(thing: Tribe | Department) -> None:
    hindrances = handover.hindrances(thing)
    if hindrances:
        raise RuleBroken(" ".join(hindrances))


TRIBE = Kind(
    model=Tribe,
    fields=("department", "name", "code", "mission", "lead", "position", "archived_at", "merged_into"),
    require=_require,
    check=_check_tribe,
    order=Order(()),
    related=("department", "lead__user"),
    check_standing=_check_standing_tribe,
)


def register_kinds() -> None:
    for kind in (MEMBERSHIP, DEPARTMENT, TRIBE):
        register(kind)
