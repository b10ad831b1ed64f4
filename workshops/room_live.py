"""The room of a workshop as a kind of live session (workshops.live.registry)."""

from collections.abc import Sequence
from functools import partial

from django.db.models import Q
from django.http import HttpRequest

from orgs.models import Organization
from workshops.access import cookie_name, find_workshop, guest_at, inside, is_leading
from workshops.actions.session import KIND, person_key
from workshops.live.presence import present
from workshops.live.registry import Kind, Person, Refused, register
from workshops.models import Workshop
from workshops.pages.room import LEAD, REGIONS, ROOM, Room, draw


def _workshop(code: str) -> Workshop:
    workshop = find_workshop(code)
    if workshop is None:
        raise Refused
    return workshop


def _watch(people: Sequence[Person], code: str) -> dict[str, str | Refused]:
    workshop = _workshop(code)
    members = [person.membership for person in people if person.membership]
    guests = [person.guest for person in people if person.guest]
    asking = Q(membership__in=members) | Q(membership=None, pk__in=guests)
    there = workshop.participants.filter(asking, inside())
    audiences = {person_key(one): LEAD if is_leading(one, workshop) else ROOM for one in there}
    return {person.key: audiences.get(person.key) or Refused(403) for person in people}


def _seq(code: str) -> int | None:
    return Workshop.objects.filter(code=code).values_list("seq", flat=True).first()


def _load(organization: Organization, code: str) -> Room:
    return Room(_workshop(code), organization, present(KIND, code))


def _guest(request: HttpRequest, organization: Organization, code: str) -> Person | None:
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
        )
    )


def _draw(region: str, room: Room, audience: str) -> str:
    return draw(region, room, audience)
