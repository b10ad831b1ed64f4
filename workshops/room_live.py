"""The room of a workshop as a kind of live session (workshops.live.registry)."""

from functools import partial

from django.http import HttpRequest

from orgs.models import Organization
from workshops.access import cookie_name, guest_at, is_leading, participation_of
from workshops.actions.session import KIND
from workshops.live.presence import present
from workshops.live.registry import Kind, Person, Refused, register
from workshops.models import Participant, Workshop
from workshops.pages.room import LEAD, REGIONS, ROOM, Room, draw


def _workshop(code: str) -> Workshop:
    workshop = Workshop.objects.with_place().exclude(state=Workshop.State.CANCELLED).filter(code=code).first()
    if workshop is None:
        raise Refused
    return workshop


def _watch(person: Person, code: str) -> str:
    workshop = _workshop(code)
    participant: Participant | None
    if person.membership is not None:
        participant = participation_of(workshop, person.membership)
    else:
        participant = Participant.objects.filter(pk=person.guest.pk, removed_at=None).first()
    if participant is None or participant.admitted_at is None:
        raise Refused(403)
    return LEAD if is_leading(participant, workshop) else ROOM


def _seq(code: str) -> int | None:
    return Workshop.objects.filter(code=code).values_list("seq", flat=True).first()


def _load(organization: Organization, code: str) -> Room:
    return Room(_workshop(code), organization, present(KIND, code))


def _guest(request: HttpRequest, organization: Organization, code: str) -> Person | None:
    guest = guest_at(organization.slug, code, request.COOKIES.get(cookie_name(code), ""))
    return Person(f"g{guest.pk}", guest=guest) if guest else None


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
