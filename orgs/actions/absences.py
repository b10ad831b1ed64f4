"""When somebody is away, and who stands in: entered by the person, or by an administrator for them."""

import datetime as dt
import uuid

from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext as _

from orgs.actions import editing
from orgs.actions.audit import Actor, hold_organization
from orgs.actions.editable import Kind
from orgs.actions.editing import Change, State
from orgs.actions.notifications import notify, take_back
from orgs.actions.once import begin
from orgs.models import Absence, Membership, Notification, Organization
from orgs.moments import day
from orgs.permissions import Permission, require
from orgs.reaching import today_of
from orgs.rules import RuleBroken

REACH = "reach/"  # below an organization's address
LONGEST = dt.timedelta(days=3 * 366)


@transaction.atomic
def add_absence(
    member: Membership,
    starts_on: dt.date,
    ends_on: dt.date,
    substitute: Membership | None,
    *,
    by: Actor,
    client_id: uuid.UUID | None = None,
) -> tuple[Absence, Change]:
    """From the first day to the last, both included. Raises PermissionDenied, or RuleBroken with the field."""
    hold_organization()
    absence = Absence(member=member, starts_on=starts_on, ends_on=ends_on, substitute=substitute)
    _require(by.membership, absence)
    change, made = begin(Absence, by, client_id)
    if made:
        return made[0], change
    if member.ended_at is not None:
        raise RuleBroken(_("%(name)s has left.") % {"name": member.name})
    _check_not_over(absence, by)
    return editing.create(absence, change), change


@transaction.atomic
def change_absence(
    absence: Absence,
    starts_on: dt.date,
    ends_on: dt.date,
    substitute: Membership | None,
    *,
    by: Actor,
    seen: int | None = None,
) -> tuple[State, Change]:
    """Gives what changed. Raises PermissionDenied, EditConflict, or RuleBroken with the field."""
    change = Change(by)
    absence = editing.locked_to_write(Absence, absence.pk, by)
    values = {"starts_on": starts_on, "ends_on": ends_on, "substitute": substitute}
    changed = editing.amend(absence, values, change, seen=seen)
    if "ends_on" in changed:
        _check_not_over(absence, by)
    return changed, change


@transaction.atomic
def remove_absence(absence: Absence, *, by: Actor) -> Change:
    """It no longer holds, as if it had never been entered. Undo brings it back."""
    change = Change(by)
    absence = editing.locked(Absence, absence.pk)
    _require(by.membership, absence)
    editing.archive(absence, change)
    return change


def _require(member: Membership, absence: Absence) -> None:
    require(member, Permission.ENTER_ABSENCES, absence)


def _check_not_over(absence: Absence, by: Actor) -> None:
    if absence.ends_on < today_of(by.membership.org):
        raise RuleBroken(_("This day is past."), field="ends_on")


def _check(absence: Absence) -> None:
    if absence.archived_at is not None:
        return
    if absence.ends_on < absence.starts_on:
        raise RuleBroken(_("The last day lies before the first."), field="ends_on")
    if absence.ends_on - absence.starts_on > LONGEST:
        raise RuleBroken(_("An absence lasts three years at most."), field="ends_on")
    _check_substitute(absence)
    other = (
        Absence.objects.live()
        .filter(member=absence.member_id, starts_on__lte=absence.ends_on, ends_on__gte=absence.starts_on)
        .exclude(pk=absence.pk)
        .first()
    )
    if other is not None:
        days = {"first": day(other.starts_on, dt.date.min), "last": day(other.ends_on, dt.date.min)}
        message = _("These days overlap another absence, from %(first)s to %(last)s.")
        raise RuleBroken(message % days, field="starts_on")


def _check_substitute(absence: Absence) -> None:
    if absence.substitute_id is None:
        return
    if absence.substitute_id == absence.member_id:
        raise RuleBroken(_("Nobody stands in for themselves: choose somebody else."), field="substitute")
    substitute = Membership.objects.with_people().get(pk=absence.substitute_id)
    if substitute.ended_at is not None or not substitute.user.is_active:
        words = {"name": substitute.name}
        raise RuleBroken(_("%(name)s has left. Choose somebody else.") % words, field="substitute")


def _tell(absence: Absence) -> None:
    """Whoever stands in knows it, once; who does no longer finds nothing of it."""
    org = Organization.objects.get(pk=absence.org_id)
    who = absence.substitute if absence.archived_at is None and absence.ends_on >= today_of(org) else None
    about, excerpt = told_of(absence, org)
    key = key_of(absence)
    if who is not None and Notification.objects.filter(key=key, recipient=who, about=about).exists():
        return
    take_back([key])
    if who is not None:
        notify(who, Notification.Kind.STANDS_IN, absence.member, about, excerpt, REACH, key)


def told_of(absence: Absence, org: Organization) -> tuple[str, str]:
    """What whoever stands in is told: when, and what it means. In the organization's language."""
    with translation.override(org.language):
        days = {"first": day(absence.starts_on, dt.date.min), "last": day(absence.ends_on, dt.date.min)}
        about = _("from %(first)s to %(last)s") % days
        excerpt = _("The check-ins of %(name)s come to your page in these days.") % {"name": absence.member.name}
    return about, excerpt


def key_of(absence: Absence) -> str:
    return f"stands-in:{absence.pk}"


ABSENCE = Kind(
    model=Absence,
    fields=("member", "starts_on", "ends_on", "substitute", "archived_at"),
    require=_require,
    check=_check,
    check_standing=_check,
    announce=_tell,
    related=("member__user", "substitute__user"),
)
