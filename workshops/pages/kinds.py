"""Kinds of workshop in the words of an organization, which may call its tribes otherwise."""

from django.utils.translation import gettext as _

from orgs.models import Organization
from workshops.models import WorkshopKind

USUAL = {"tribe", "tribu"}  # which the kinds' own names say already


def kind_label(kind: str, org: Organization) -> str:
    """ "Tribe objectives"; "North Star objectives" where the organization says North Star."""
    tribe = org.tribe_label.strip()
    if kind == WorkshopKind.CODIR_KEY_RESULTS or tribe.lower() in USUAL:
        return str(WorkshopKind(kind).label)
    said = _("%(tribe)s objectives") if kind == WorkshopKind.TRIBE_OBJECTIVES else _("%(tribe)s key results")
    return said % {"tribe": tribe}
