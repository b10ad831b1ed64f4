"""The probe: administrators are its facilitators, observers may not watch, guests carry a signed cookie."""

import os
from collections.abc import Sequence

from django.conf import settings
from django.core.signing import BadSignature, Signer
from django.http import HttpRequest
from django.utils.html import format_html, format_html_join
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from orgs.models import Organization, Role, Tribe
from workshops.live.presence import present
from workshops.live.registry import Kind, Parts, Person, Refused

GUEST_COOKIE = "probe_guest"


def watch(people: Sequence[Person], key: str) -> dict[str, str | Refused]:
    if not key.isdecimal() or not Tribe.objects.filter(pk=key).exists():
        raise Refused
    return {person.key: audience(person) for person in people}


def audience(person: Person) -> str | Refused:
    if person.membership is None:
        return "room"
    if person.membership.has_role(Role.OBSERVER):
        return Refused(403)
    return "facilitator" if person.membership.has_role(Role.ADMINISTRATOR) else "room"


def seq(key: str) -> int | None:
    return Tribe.objects.filter(pk=key).values_list("revision", flat=True).first()


def load(organization: Organization, key: str) -> Tribe:
    return Tribe.objects.get(pk=key)


def board(tribe: Tribe, audience: str) -> str:
    note("board", tribe, audience)
    missions = format_html_join("\n", "<li>{}</li>", [(tribe.mission,)] * settings.PROBE_REPEAT)
    return format_html(
        '<section id="board" data-for="{}"><h2>{}</h2>\n<ul>{}</ul></section>', audience, _("Tribes"), missions
    )


def form(tribe: Tribe, audience: str) -> str:
    note("form", tribe, audience)
    if not tribe.mission:
        return ""
    return format_html(
        '<section id="form"><p>{0}</p><label>Note <input id="note" value="{0}"></label>'
        '<label>Other <input id="other" value="{0}"></label><details id="more"><summary>More</summary>{0}</details></section>',
        tribe.mission,
    )


def people(tribe: Tribe, audience: str) -> str:
    note("people", tribe, audience)
    return format_html('<p id="people">{}</p>', " ".join(sorted(present("probe", str(tribe.pk)))))


def pieces(tribe: Tribe, audience: str) -> list[str]:
    """Of a mission “one=1 two=2 staff=3”: what begins with “staff” is for facilitators alone."""
    named = [word.partition("=")[0] for word in tribe.mission.split() if "=" in word]
    return [name for name in named if audience == "facilitator" or not name.startswith("staff")]


def piece(tribe: Tribe, audience: str, part: str) -> str:
    note(f"piece.{part}", tribe, audience)
    found = dict(word.split("=") for word in tribe.mission.split() if "=" in word)
    return format_html('<p id="piece.{}">{}</p>', part, found[part])


def guest(request: HttpRequest, organization: Organization, key: str) -> Person | None:
    try:
        name = Signer().unsign(request.COOKIES.get(GUEST_COOKIE, ""))
    except BadSignature:
        return None
    return Person(f"g{name}", guest=name)


def note(region: str, tribe: Tribe, audience: str) -> None:
    line = f"{region} {audience} {get_language()} {tribe.revision}\n".encode()
    log = os.open(settings.VAR_DIR / "draws.log", os.O_WRONLY | os.O_APPEND | os.O_CREAT)
    os.write(log, line)
    os.close(log)


PROBE = Kind(
    name="probe",
    watch=watch,
    seq=seq,
    load=load,
    regions={"board": board, "form": form, "people": people, "piece": Parts(pieces, piece)},
    shows_presence=frozenset(settings.PROBE_SHOWS_PRESENCE.split()),
    guest=guest,
    interval=settings.PROBE_INTERVAL,
)
