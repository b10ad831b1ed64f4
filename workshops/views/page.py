"""The room's page, for whoever takes part."""

from typing import Any

from django.http import HttpResponse
from django.middleware.csrf import get_token
from django.shortcuts import render
from django.utils import timezone

from workshops.access import RoomRequest, is_leading
from workshops.actions.session import KIND
from workshops.forms.room import NoteForm
from workshops.live.presence import present
from workshops.pages.mine import Mine
from workshops.pages.room import LEAD, REGIONS, ROOM, Room, draw


def whole_page(request: RoomRequest, *, status: int = 200, **says: Any) -> HttpResponse:
    """`says`: what _says.html shows of a command that was refused."""
    shown = Room(request.workshop, request.org, present(KIND, request.workshop.code))
    audience = LEAD if is_leading(request.participant, request.workshop) else ROOM
    # Drawn as for everybody; only here, where it stays with this person, a plain form may carry their token.
    token = get_token(request)
    mine = Mine(shown, request.participant)
    if isinstance(says.get("form"), NoteForm):
        mine.form = says["form"]
    context = {
        "room": shown,
        "regions": {region: draw(region, shown, audience, token) for region in REGIONS},
        "mine": mine,
        "now": round(timezone.now().timestamp() * 1000),
        **says,
    }
    return render(request, "workshops/room.html", context, status=status)
