"""The settings of an organization: one kind of thing, edited by several administrators (orgs.actions.editing)."""

from collections.abc import Mapping
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils.translation import gettext as _

from orgs.actions import editing
from orgs.actions.audit import Actor
from orgs.actions.editable import Kind
from orgs.actions.editing import Change, State
from orgs.models import Membership, Organization
from orgs.permissions import Permission, require
from orgs.rules import RuleBroken
from orgs.working_days import countries, regions_of

SETTINGS = (
    "name",
    "tagline",
    "language",
    "time_zone",
    "currency",
    "tribe_label",
    "tribe_label_plural",
    "year_starts_month",
    "on_track_pace",
    "at_risk_pace",
    "grace_share",
    "stale_days",
    "low_confidence",
    "confidence_fall",
    "tribe_cadence",
    "strategic_cadence",
    "due_weekday",
    "due_hour",
    "holiday_country",
    "holiday_region",
    "send_reminders",
    "digest_weekday",
    "check_in_by_link",
    "objectives_limit",
    "colour",
)


@transaction.atomic
def change_settings(
    org: Organization, values: Mapping[str, Any], *, by: Actor, seen: int | None = None
) -> tuple[State, Change]:
    """Set some of SETTINGS; gives what changed. Raises EditConflict or RuleBroken with the field."""
    assert set(values) <= set(SETTINGS), set(values) - set(SETTINGS)
    return _amend(org, values, by, seen)


@transaction.atomic
def set_logo(org: Organization, name: str, *, by: Actor) -> Change:
    """Show the stored picture of this name as the logo, or none for "". The former one stays stored, for undo."""
    return _amend(org, {"logo": name}, by)[1]


@transaction.atomic
def hide_first_steps(org: Organization, *, by: Actor) -> Change:
    """No page shows the next of the first steps any more."""
    return _amend(org, {"first_steps_hidden": True}, by)[1]


def _amend(org: Organization, values: Mapping[str, Any], by: Actor, seen: int | None = None) -> tuple[State, Change]:
    change = Change(by)
    locked = editing.locked(Organization, org.pk)
    _require(by.membership, locked)
    return editing.amend(locked, values, change, seen=seen), change


def _require(member: Membership, org: Organization) -> None:
    if member.org_id != org.pk:
        raise PermissionDenied
    require(member, Permission.MANAGE_SETTINGS)


def _check(org: Organization) -> None:
    if not org.name.strip():
        raise RuleBroken(_("An organization has a name."), field="name")
    if not 0 < org.at_risk_pace < org.on_track_pace:
        raise RuleBroken(_("“At risk” begins below “on track”."), field="at_risk_pace")
    if org.on_track_pace > 1:
        raise RuleBroken(_("At most 100%: whoever is where they should be is on track."), field="on_track_pace")
    if not 0 <= org.grace_share < 1:
        raise RuleBroken(_("Less than 100% of the period."), field="grace_share")
    if not 1 <= org.low_confidence <= 9:
        raise RuleBroken(_("From 1 to 9."), field="low_confidence")
    if not 1 <= org.confidence_fall <= 9:
        raise RuleBroken(_("From 1 to 9."), field="confidence_fall")
    if org.stale_days > 60:
        raise RuleBroken(_("At most 60 days."), field="stale_days")
    if not 0 <= org.due_weekday <= 6:
        raise RuleBroken(_("Choose a day of the week."), field="due_weekday")
    if not 0 <= org.digest_weekday <= 6:
        raise RuleBroken(_("Choose a day of the week."), field="digest_weekday")
    if not 0 <= org.due_hour <= 23:
        raise RuleBroken(_("From 0 to 23."), field="due_hour")
    if org.holiday_country and org.holiday_country not in countries():
        raise RuleBroken(_("The public holidays of this country are not known."), field="holiday_country")
    if org.holiday_region and org.holiday_region not in regions_of(org.holiday_country):
        raise RuleBroken(_("Choose a region of this country, or none."), field="holiday_region")


ORGANIZATION = Kind(
    model=Organization,  # type: ignore[arg-type]  # its rows are tenants, not a tenant's
    fields=(*SETTINGS, "logo", "first_steps_hidden"),
    require=_require,
    check=_check,
)
