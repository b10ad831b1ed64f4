"""Where a new workshop may be planned: for which year, or which tribe and quarter."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from okr.models import PeriodState, Quarter, Year, current_quarter
from okr.readings import Clock
from orgs.http import OrgRequest
from orgs.models import Membership, Tribe
from orgs.permissions import Permission, can
from workshops.models import Workshop, WorkshopKind
from workshops.pages.kinds import kind_label
from workshops.pages.plans import TRIBE_KINDS

ABOUT: dict[str, Any] = {
    WorkshopKind.CODIR_KEY_RESULTS: gettext_lazy(
        "The committee finds and votes what shows that the year is a success."
    ),
    WorkshopKind.TRIBE_OBJECTIVES: gettext_lazy(
        "The tribe writes objectives under the strategic key results it can move."
    ),
    WorkshopKind.TRIBE_KEY_RESULTS: gettext_lazy("The tribe finds how it will see that its objectives are reached."),
}


@dataclass(frozen=True, slots=True)
class Choice:
    """A year or a quarter. `says` names the whole place, for those who hear the link alone."""

    label: str
    says: str
    url: str


@dataclass(frozen=True, slots=True)
class Place:
    tribe: Tribe | None
    choices: list[Choice]


@dataclass(frozen=True, slots=True)
class Group:
    """A kind of workshop, and where this person may plan one."""

    label: str
    about: str
    places: list[Place]


def places(request: OrgRequest) -> list[Group]:
    """By kind; years and quarters that are closed have no more workshops."""
    slug, me = request.org.slug, request.membership
    found: dict[str, list[Place]] = {}
    if can(me, Permission.LEAD_WORKSHOPS, Workshop(kind=WorkshopKind.CODIR_KEY_RESULTS)):
        years = Year.objects.exclude(state=PeriodState.CLOSED).order_by("starts_on")
        codir = [Choice(str(one), str(one), reverse("workshop_new_codir", args=[slug, one.number])) for one in years]
        found[WorkshopKind.CODIR_KEY_RESULTS] = [Place(None, codir)] if codir else []
    quarters = _near(Clock.of(request.org))
    tribes = [tribe for tribe in Tribe.objects.filter(archived_at=None) if _may_in(tribe, me)]
    for part, kind in TRIBE_KINDS.items():
        rows = [Place(tribe, list(_choices(slug, part, tribe, quarters))) for tribe in tribes]
        found[kind] = rows if quarters else []
    return [Group(kind_label(kind, request.org), str(ABOUT[kind]), rows) for kind, rows in found.items() if rows]


def _choices(slug: str, part: str, tribe: Tribe, quarters: Iterable[Quarter]) -> Iterator[Choice]:
    for quarter in quarters:
        says = _("%(tribe)s, %(quarter)s") % {"tribe": tribe.name, "quarter": quarter.label}
        yield Choice(quarter.label, says, reverse("workshop_new_tribe", args=[slug, part, tribe.code, quarter.slug]))


def _may_in(tribe: Tribe, member: Membership) -> bool:
    return can(member, Permission.LEAD_WORKSHOPS, Workshop(kind=WorkshopKind.TRIBE_OBJECTIVES, tribe=tribe))


def _near(clock: Clock) -> list[Quarter]:
    """The current quarter and the next."""
    quarters = list(Quarter.objects.with_year().exclude(state=PeriodState.CLOSED).order_by("starts_on"))
    current = current_quarter(quarters, clock.today)
    if current is None:
        return quarters[:2]
    at = quarters.index(current)
    return quarters[at : at + 2]
