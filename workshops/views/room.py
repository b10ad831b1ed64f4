"""The room: one page for whoever takes part, whose regions follow the facilitator."""

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from workshops.access import RoomRequest, in_room
from workshops.actions import running
from workshops.forms.room import DoneForm
from workshops.pages.mine import Mine
from workshops.pages.room import Room
from workshops.views.commands import cleaned, command
from workshops.views.page import whole_page


@require_safe
@never_cache
@in_room
def room(request: RoomRequest) -> HttpResponse:
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
