"""The wall of a workshop, pairing a machine in the room with it, and what a participant sees, for whoever leads."""

from typing import Any

from allauth.core.internal import ratelimit
from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from orgs import tenancy
from workshops import screens
from workshops.access import RoomRequest, in_room, participant_asking, workshop_at
from workshops.actions import pairing
from workshops.actions.session import KIND, require_leading
from workshops.forms.screen import CodeForm
from workshops.live.presence import present
from workshops.models import Participant, Workshop
from workshops.pages.mine import Mine
from workshops.pages.room import PROJECTOR, REGIONS, ROOM, Room, draw
from workshops.views.door import speak, workshop_of_any

# By machine and workshop, and by workshop alone: six digits are not found by trying. The latter is so much that no single
# machine uses it up, and keeps the room's own screen out.
RATE = "10/10m/ip,1000/h/key"


@require_safe
@never_cache
def wall(request: Any, code: str) -> HttpResponse:
    """For everybody in the room, from afar: nothing private."""
    workshop = workshop_at(code)
    request.workshop = workshop
    member, screen = request.membership, getattr(request, "screen", None)
    participant = participant_asking(request) if member is not None else None
    keys = screens.paired_keys(workshop) if screen else ()
    if not screens.shows(workshop, member, participant, screen.token if screen else None, keys):
        if screen is not None and screen.workshop == workshop.pk:
            return redirect("workshop_pair", code)  # whoever leads has ended it
        if member is None:
            raise Http404
        raise PermissionDenied(_("Join the workshop first."))
    shown = Room(workshop, request.org, present(KIND, code))
    context = {
        "room": shown,
        "regions": {region: draw(region, shown, PROJECTOR) for region in REGIONS},
        "now": round(timezone.now().timestamp() * 1000),
        "view": screens.WALL,
    }
    return render(request, "workshops/wall.html", context)


wall.guest_door = screens.screen_door  # type: ignore[attr-defined]


@require_safe
@never_cache
@in_room
def screen(request: RoomRequest) -> HttpResponse:
    """For whoever leads: how to put the wall up, here or on another machine."""
    require_leading(request.participant, request.workshop)
    digits = screens.code_of(request.workshop)
    context = {
        "workshop": request.workshop,
        "org": request.org,
        "digits": f"{digits[:3]} {digits[3:]}",
        "paired": screens.paired(request.workshop),
    }
    return render(request, "workshops/screen.html", context)


@require_POST
@in_room
def end_screen(request: RoomRequest, pk: int) -> HttpResponse:
    pairing.end(request.workshop, pk, by=request.participant)
    return redirect("workshop_screen", request.org.slug, request.workshop.code)


@require_safe
@never_cache
@in_room
def preview(request: RoomRequest) -> HttpResponse:
    """What a participant sees, read only."""
    require_leading(request.participant, request.workshop)
    shown = Room(request.workshop, request.org, present(KIND, request.workshop.code))
    # Nobody: who has no notes, marks or dots.
    anybody = Participant(
        pk=0, workshop=request.workshop, admitted_at=timezone.now(), function=request.participant.function
    )
    context = {
        "room": shown,
        "regions": {region: draw(region, shown, ROOM) for region in REGIONS},
        "mine": Mine(shown, anybody),
        "now": round(timezone.now().timestamp() * 1000),
        "view": screens.PREVIEW,
    }
    return render(request, "workshops/preview.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def pair(request: Any, code: str) -> HttpResponse:
    """On the machine in the room, behind a short address and outside any organization: whoever leads tells it the code."""
    workshop = workshop_of_any(code)
    if workshop.state == Workshop.State.CANCELLED:
        raise Http404
    action = f"screen-{workshop.code}"
    if not ratelimit.consume(request, app="workshops", action=action, config={action: RATE}, key=workshop.code):
        return ratelimit.respond_429(request)
    with tenancy.tenant(workshop.org_id), timezone.override(workshop.org.zone):
        speak(request, workshop)
        form = CodeForm(request.POST or None, workshop=workshop)
        if request.method != "POST" or not form.is_valid():
            context = {"form": form, "workshop": workshop, "org": workshop.org}
            return render(request, "workshops/pair.html", context, status=422 if form.errors else 200)
        paired = pairing.pair(workshop, request.headers.get("User-Agent", ""))
    answer = redirect("workshop_wall", workshop.org.slug, code)
    answer.set_cookie(
        screens.cookie_name(code),
        screens.token_of(paired),
        max_age=screens.SCREEN_FOR,
        httponly=True,
        samesite="Lax",
        secure=settings.SESSION_COOKIE_SECURE,
    )
    return answer
