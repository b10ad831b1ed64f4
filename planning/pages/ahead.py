"""What comes after a planning that is published: the quarter after it, for who leads quarter planning."""

from dataclasses import dataclass

from django.urls import reverse
from django.utils.translation import gettext as _

from okr.models import PeriodState, Quarter
from orgs.models import Membership, Organization
from orgs.permissions import Permission, can
from planning.models import Planning
from planning.pages.words import address


@dataclass(frozen=True, slots=True)
class Ahead:
    """`url` is "" where the person has nothing to do; so is `text` where there is nothing to say."""

    text: str = ""
    label: str = ""
    url: str = ""


def ahead(quarter: Quarter, org: Organization, member: Membership) -> Ahead:
    """None to two queries."""
    if not can(member, Permission.LEAD_PLANNING):
        return Ahead()
    coming = Quarter.objects.with_year().filter(starts_on__gt=quarter.starts_on).order_by("starts_on").first()
    if coming is None:
        return without_quarter(org, member)
    if Planning.objects.filter(quarter=coming).exists():
        label = _("To the planning of %(quarter)s") % {"quarter": coming.label}
        return Ahead("", label, address("planning", org, coming))
    if coming.state != PeriodState.DRAFT:
        return Ahead()
    text = _("Next comes %(quarter)s: what was deferred offers itself again there.") % {"quarter": coming.label}
    return Ahead(text, _("Plan %(quarter)s") % {"quarter": coming.label}, address("planning_setup", org, coming))


def without_quarter(org: Organization, member: Membership) -> Ahead:
    """Where the quarter to plan next does not exist: it comes with its year."""
    if can(member, Permission.MANAGE_SETTINGS):
        text = _("The next quarter comes with its year, which is not created yet.")
        return Ahead(text, _("Create the next year"), reverse("settings_year_new", args=[org.slug]))
    return Ahead(_("The next quarter comes with its year, which an administrator creates."))
