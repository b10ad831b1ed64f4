"""What I follow: the toggle on a thing's page, and the list of all that I hear of."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.core.paginator import Page, Paginator
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext as _

from okr.following import Followed, Why, topic_of
from okr.models import Follow, KeyResult, Objective, Quarter
from okr.readings import Clock, read
from orgs.models import Membership, Organization, Seat, Tribe

ROWS_A_PAGE = 50
MINE_SHOWN = 100


@dataclass(frozen=True, slots=True)
class Toggle:
    state: str  # "You follow it: it is yours"; "" while they do not
    label: str  # what pressing it does
    url: str
    icon: str
    on: bool  # they hear of it


@dataclass(frozen=True, slots=True)
class Line:
    code: str
    tribe: str  # its code, "" for the strategy
    title: str
    url: str
    status: str  # of a key result
    where: str
    toggle: Toggle


@dataclass(frozen=True, slots=True)
class FollowingPage:
    page: Page  # of lines that were chosen, or muted
    mine: list[Line]
    more: int  # of mine, beyond those shown


def toggle_of(thing: Followed, why: Why, org: Organization) -> Toggle:
    words = {"tribe": org.tribe_label}
    state = {
        Why.NOT: "",
        Why.CHOSEN: _("You follow it"),
        Why.OWNER: _("You follow it: it is yours"),
        Why.LEAD: _("You follow it: you lead it"),
        Why.SEAT: _("You follow it: you sit in it"),
        Why.OBJECTIVE: _("You follow it with its objective"),
        Why.TRIBE: _("You follow it with its %(tribe)s") % words,
        Why.MUTED: _("Muted: you hear nothing of it"),
    }[why]
    label = {Why.NOT: _("Follow"), Why.CHOSEN: _("Unfollow"), Why.MUTED: _("Unmute")}.get(why, _("Mute"))
    route = f"{topic_of(thing)}_{'unfollow' if why.hears else 'follow'}"
    key = thing.code if isinstance(thing, Tribe) else thing.pk
    return Toggle(state, label, reverse(route, args=[org.slug, key]), "eye-off" if why.hears else "eye", why.hears)


def following_page(member: Membership, clock: Clock, page: str | None) -> FollowingPage:
    """Seven queries, however many there are."""
    rows = Follow.objects.filter(membership=member).filter(
        Q(tribe__archived_at=None),
        Q(objective__archived_at=None),
        Q(key_result__archived_at=None, key_result__objective__archived_at=None),
    )
    found = Paginator(rows.order_by("muted", "-created_at", "-pk"), ROWS_A_PAGE).get_page(page)
    own = list(found.object_list)
    key_results = {row.pk: row for row in _key_results(Q(pk__in=[row.key_result_id for row in own]))}
    objectives = Objective.objects.with_span().in_bulk([row.objective_id for row in own if row.objective_id])
    tribes = Tribe.objects.in_bulk([row.tribe_id for row in own if row.tribe_id])
    lines = []
    for row in own:
        thing = key_results.get(row.key_result_id) or objectives.get(row.objective_id) or tribes[row.tribe_id]
        lines.append(_line(thing, Why.MUTED if row.muted else Why.CHOSEN, clock))
    found.object_list = lines
    mine = list(_mine(member, clock))
    return FollowingPage(found, mine[:MINE_SHOWN], max(len(mine) - MINE_SHOWN, 0))


def _mine(member: Membership, clock: Clock) -> Iterable[Line]:
    """What is theirs of periods that run, where they have said nothing else."""
    said = Follow.objects.filter(membership=member)
    sits = Seat.objects.filter(membership=member).values("tribe")
    tribes = Tribe.objects.filter(Q(lead=member) | Q(pk__in=sits), archived_at=None)
    for tribe in tribes.exclude(pk__in=said.filter(tribe__isnull=False).values("tribe")):
        yield _line(tribe, Why.LEAD if tribe.lead_id == member.pk else Why.SEAT, clock)
    runs = Q(year__state="open") | Q(quarter__state="open")
    objectives = Objective.objects.live().filter(runs, owner=member).with_span()
    for objective in objectives.exclude(pk__in=said.filter(objective__isnull=False).values("objective")):
        yield _line(objective, Why.OWNER, clock)
    unsaid = ~Q(pk__in=said.filter(key_result__isnull=False).values("key_result"))
    for row in _key_results(unsaid & Q(owner=member), running=True):
        yield _line(row, Why.OWNER, clock)


def _key_results(asked: Q, *, running: bool = False) -> Iterable[KeyResult]:
    rows = KeyResult.objects.taking_check_ins() if running else KeyResult.objects.live()
    ordered = (
        rows.filter(asked).with_definition().order_by("-objective__level", "objective__position", "position", "pk")
    )
    return list(ordered)


def _line(thing: Followed, why: Why, clock: Clock) -> Line:
    org = clock.org
    toggle = toggle_of(thing, why, org)
    if isinstance(thing, Tribe):
        url = reverse("tribe", args=[org.slug, thing.code])
        return Line(thing.code, "", thing.name, url, "", org.tribe_label, toggle)
    url = reverse(topic_of(thing), args=[org.slug, thing.pk])
    objective = thing.objective if isinstance(thing, KeyResult) else thing
    code = objective.tribe.code if objective.tribe else ""
    status = str(read(thing, clock).status) if isinstance(thing, KeyResult) and thing.stage == "published" else ""
    span = objective.span
    return Line(
        thing.code, code, thing.title, url, status, span.label if isinstance(span, Quarter) else str(span), toggle
    )
