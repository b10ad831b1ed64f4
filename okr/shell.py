"""What the rail around every page shows: the tribes and how each is doing, and how much is due from me."""

from dataclasses import dataclass
from functools import cached_property

from django.conf import settings
from django.core.cache import cache
from django.db.models import Q
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from okr.language import language
from okr.models import KeyResult, Quarter
from okr.numbers import format_date
from okr.readings import Clock, read, summarize
from orgs.http import OrgRequest
from orgs.models import Organization, Tribe
from orgs.templatetags.settings_nav import tabs_of

KEPT_FOR = 3600


@dataclass(frozen=True, slots=True)
class TribeStatus:
    pk: int
    code: str
    name: str
    status: str
    members: frozenset[int]  # memberships that sit in it or lead it


@dataclass(frozen=True, slots=True)
class OrgState:
    """What is the same for everybody in the organization until something in it changes."""

    quarter: Quarter | None  # the one to speak of, with its year
    tribes: tuple[TribeStatus, ...]
    due: dict[int, int]  # key results due this week, by the membership that owns them


@dataclass(frozen=True, slots=True)
class Link:
    key: str
    label: str
    short: str  # for a phone's bar
    icon: str
    url: str
    badge: int
    current: bool


@dataclass(frozen=True, slots=True)
class Place:
    """A part of the product that stands above okr, and so names itself for the rail."""

    url_name: str  # of its first page; its other pages lie below that address
    label: Promise
    icon: str


PLACES: list[Place] = []


def register_place(place: Place) -> None:
    if place not in PLACES:
        PLACES.append(place)


def org_state(org: Organization, clock: Clock) -> OrgState:
    """Kept under the organization's version, so that any change shows at once and an unchanged page costs no query."""
    key = f"shell:{settings.BUILD}:{org.pk}:{org.version}:{clock.today}"
    state = cache.get(key)
    if state is None:
        state = _org_state(clock)
        cache.set(key, state, KEPT_FOR)
    return state


def _org_state(clock: Clock) -> OrgState:
    quarter = Quarter.objects.with_year().most_current_first(clock.today).first()
    rows = list(
        KeyResult.objects.running()
        .filter(Q(objective__quarter=quarter) | Q(objective__quarter__state="open") | Q(objective__year__state="open"))
        .select_related("objective")
        .with_step_targets()
    )
    by_tribe: dict[int, list] = {}
    due: dict[int, int] = {}
    for key_result in rows:
        objective = key_result.objective
        if objective.tribe_id and quarter is not None and objective.quarter_id == quarter.pk:
            objective.quarter = quarter  # one for all: loading it with each row costs more than the rest
            by_tribe.setdefault(objective.tribe_id, []).append(read(key_result, clock))
        if key_result.owner_id and key_result.is_asked(clock.asked_until):
            due[key_result.owner_id] = due.get(key_result.owner_id, 0) + 1
    tribes = tuple(
        TribeStatus(pk, code, name, summarize(by_tribe.get(pk, []), clock).status, frozenset(members))
        for (pk, code, name), members in _tribes().items()
    )
    return OrgState(
        quarter=quarter,
        tribes=tribes,
        due=due,
    )


def _tribes() -> dict[tuple[int, str, str], set[int]]:
    """The memberships that sit in each tribe (id, code, name) or lead it: one query, a row a seat."""
    tribes: dict[tuple[int, str, str], set[int]] = {}
    rows = Tribe.objects.filter(archived_at=None).values_list("pk", "code", "name", "lead_id", "seats__membership_id")
    for pk, code, name, lead, seated in rows:
        tribes.setdefault((pk, code, name), set()).update({lead, seated} - {None})
    return tribes


class Shell:
    """Built for each page, worked out only where a template asks."""

    def __init__(self, request: OrgRequest) -> None:
        self.request = request
        self.org: Organization = request.org
        self.clock = Clock.of(self.org)

    @cached_property
    def state(self) -> OrgState:
        return org_state(self.org, self.clock)

    @cached_property
    def due_count(self) -> int:
        return self.state.due.get(self.request.membership.pk, 0)

    @property
    def quarter_label(self) -> str:
        quarter = self.state.quarter
        return _("Q%(number)s") % {"number": quarter.number} if quarter else ""

    @property
    def today(self) -> str:
        """For paper, which says of which day it is."""
        return format_date(self.clock.today, language(), "date")

    @property
    def content_lang(self) -> str:
        return self.org.language

    @cached_property
    def tribes(self) -> list[dict]:
        path = self.request.path
        rows = []
        for tribe in self.state.tribes:
            url = reverse("tribe", args=[self.org.slug, tribe.code])
            rows.append(
                {
                    "pk": tribe.pk,
                    "code": tribe.code,
                    "name": tribe.name,
                    "status": tribe.status,
                    "url": url,
                    "current": path.startswith(url),
                }
            )
        return rows

    @property
    def tribes_url(self) -> str:
        return reverse("tribes", args=[self.org.slug])

    @cached_property
    def my_tribe_url(self) -> str:
        """The tribe that I lead or sit in, "" without one."""
        member = self.request.membership.pk
        for tribe in self.state.tribes:
            if member in tribe.members:
                return reverse("tribe", args=[self.org.slug, tribe.code])
        return ""

    @cached_property
    def nav(self) -> list[Link]:
        name = (self.request.resolver_match and self.request.resolver_match.url_name) or ""
        home = reverse("home", args=[self.org.slug])
        strategy = reverse("strategy", args=[self.org.slug])
        check_in = reverse("check_in", args=[self.org.slug])
        words = {"home": _("My week"), "check_in": _("Check-in"), "strategy": _("Strategy")}
        short = words | {"check_in": pgettext("short, in a phone's bar", "Check-in")}
        return [
            Link(key, words[key], short[key], icon, url, badge, current)
            for key, icon, url, badge, current in (
                ("home", "house", home, 0, name == "home"),
                ("check_in", "gauge", check_in, self.due_count, name.startswith("check_in")),
                ("strategy", "compass", strategy, 0, self.request.path.startswith(strategy) or name == "rhythm"),
            )
        ]

    @cached_property
    def places(self) -> list[Link]:
        """They stand in the rail, and on a phone below "More"."""
        links = []
        for place in PLACES:
            url, label = reverse(place.url_name, args=[self.org.slug]), str(place.label)
            links.append(Link(place.url_name, label, label, place.icon, url, 0, self.request.path.startswith(url)))
        return links

    @cached_property
    def administration(self) -> Link | None:
        """The first page of the settings that I may open. It stands in the rail; a phone's bar has no room for it."""
        tabs = tabs_of(self.request)
        if not tabs:
            return None
        label = _("Administration")
        current = any(tab["current"] for tab in tabs)
        return Link("administration", label, label, "settings", tabs[0]["url"], 0, current)
