"""The room of a workshop as a kind of live session (workshops.live.registry)."""

from collections.abc import Sequence
from functools import partial

from django.db.models import Q
from django.http import HttpRequest

from orgs.models import Organization
from workshops.access import cookie_name, find_workshop, guest_at, inside, is_leading
from workshops.actions.session import KIND, person_key
from workshops.live.presence import present
from workshops.live.registry import Kind, Person, Refused, member_key, register
from workshops.models import Participant, Workshop
from workshops.pages.room import LEAD, PROJECTOR, REGIONS, ROOM, Room, draw
from workshops.screens import PREVIEW, WALL, paired_keys, screen_at, shows


def _workshop(code: str, *, placed: bool = False) -> Workshop:
    workshop = find_workshop(code, placed=placed)
    if workshop is None:
        raise Refused
    return workshop


def _watch(people: Sequence[Person], code: str) -> dict[str, str | Refused]:
    workshop = _workshop(code)
    members = [person.membership for person in people if person.membership]
    guests = [person.guest for person in people if isinstance(person.guest, int)]
    asking = Q(membership__in=members) | Q(membership=None, pk__in=guests)
    there = {person_key(one): one for one in workshop.participants.filter(asking, inside())}
    keys = paired_keys(workshop) if any(isinstance(person.guest, str) for person in people) else frozenset()
    return {person.key: _audience(person, there, workshop, keys) or Refused(403) for person in people}


def _audience(person: Person, there: dict[str, Participant], workshop: Workshop, keys: frozenset[str]) -> str | None:
    own = member_key(person.membership.pk) if person.membership else f"g{person.guest}"
    participant = there.get(own)
    if person.view == WALL:
        return PROJECTOR if shows(workshop, person.membership, participant, person.guest, keys) else None
    if participant is None:
        return None
    leads = is_leading(participant, workshop)
    if person.view == PREVIEW:
        return ROOM if leads else None
    return LEAD if leads else ROOM


def _seq(code: str) -> int | None:
    return Workshop.objects.filter(code=code).values_list("seq", flat=True).one_or_none()


def _load(organization: Organization, code: str) -> Room:
    return Room(_workshop(code, placed=True), organization, present(KIND, code))


def _guest(request: HttpRequest, organization: Organization, code: str) -> Person | None:
    if request.GET.get("view") == WALL:
        screen = screen_at(code, request.COOKIES)
        return Person(screen.key, guest=screen.token) if screen and screen.org == organization.pk else None
    guest = guest_at(organization.slug, code, request.COOKIES.get(cookie_name(code), ""))
    return Person(person_key(guest), guest=guest.pk) if guest else None


def register_room() -> None:
    register(
        Kind(
            name=KIND,
            watch=_watch,
            seq=_seq,
            load=_load,
            regions={region: partial(_draw, region) for region in REGIONS},
            shows_presence=frozenset({"aside"}),
            guest=_guest,
            views=frozenset({WALL, PREVIEW}),
        )
    )


def _draw(region: str, room: Room, audience: str) -> str:
    return draw(region, room, audience)
