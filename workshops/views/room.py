"""The room: one page for whoever takes part, whose regions follow the facilitator."""

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from workshops.access import RoomRequest, in_room, participant_asking, workshop_at
from workshops.actions import running
from workshops.forms.room import DoneForm
from workshops.models import Workshop
from workshops.pages.mine import Mine
from workshops.pages.room import Room
from workshops.views.commands import cleaned, command
from workshops.views.door import leads_guests_out
from workshops.views.page import whole_page


@require_safe
@never_cache
@leads_guests_out
def room(request: RoomRequest, code: str) -> HttpResponse:
    """Whoever has not joined is sent to the door."""
    request.workshop = workshop_at(code)
    participant = participant_asking(request)
    came = participant is not None and (participant.joined_at or request.workshop.state == Workshop.State.CLOSED)
    if participant is None or not came:
        return redirect("workshop_door", code)
    request.participant = participant
    return whole_page(request)


@require_safe
@never_cache
@in_room
def mine(request: RoomRequest) -> HttpResponse:
    """What only this person sees, fetched when their stream says so."""
    shown = Room(request.workshop, request.org)
    return render(request, "workshops/room/_mine.html", {"room": shown, "mine": Mine(shown, request.participant)})


@command
def done(request: RoomRequest) -> None:
    said = cleaned(DoneForm(request.POST))
    running.set_done(request.workshop, by=request.participant, done=said["done"])
