"""Who is in a workshop: members by their sign-in, guests by a cookie that opens this one workshop."""

import datetime as dt
import hashlib
import secrets
from collections.abc import Callable
from functools import wraps
from typing import Any

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _

from orgs import tenancy
from orgs.http import OrgRequest
from orgs.models import Membership, Organization
from workshops.models import Participant, Workshop

GUEST_DAYS = 14  # how long a guest's token opens the workshop: some stay open for days


class RoomRequest(OrgRequest):
    """A workshop's room: `in_room` has found out who asks. A guest has no `membership`."""

    workshop: Workshop
    participant: Participant


def cookie_name(code: str) -> str:
    return f"guest_{code}"


def new_token() -> str:
    return secrets.token_urlsafe(32)


def digest(token: str) -> str:
    """What is kept of a guest's token: 256 random bits, so a fast hash is enough."""
    return hashlib.sha256(token.encode()).hexdigest()


def still_welcome() -> Q:
    """Of participants: members, and guests whose token has not run out. It does GUEST_DAYS after they were let in, and at
    once where the workshop takes no guests any more or was cancelled."""
    fresh = Q(admitted_at=None) | Q(admitted_at__gt=timezone.now() - dt.timedelta(days=GUEST_DAYS))
    wanted = ~Q(workshop__guests=Workshop.Guests.NONE) & ~Q(workshop__state=Workshop.State.CANCELLED)
    return Q(membership__isnull=False) | (fresh & wanted)


def inside() -> Q:
    """Of participants: whom the room is open to. Let in, not taken out, and welcome."""
    return still_welcome() & Q(removed_at=None, admitted_at__isnull=False)


def guest_at(slug: str, code: str, token: str) -> Participant | None:
    """The guest who holds this token, waiting at the door or let in; `org` and `workshop` loaded."""
    if not token:
        return None
    with tenancy.all_tenants():
        return (
            Participant.across_orgs.select_related("org", "workshop")
            .filter(still_welcome(), org__slug=slug, workshop__code=code, digest=digest(token), removed_at=None)
            .one_or_none()
        )


def _guest_door(request: HttpRequest, slug: str, kwargs: dict[str, Any]) -> Organization | None:
    """For orgs.middleware: the organization of a guest of the workshop that the address names."""
    code = str(kwargs.get("code", ""))
    guest = guest_at(slug, code, request.COOKIES.get(cookie_name(code), ""))
    request.guest = guest  # type: ignore[attr-defined]
    return guest.org if guest else None


def participation_of(workshop: Workshop, member: Membership) -> Participant | None:
    found: Participant | None = Participant.objects.filter(inside(), workshop=workshop, membership=member).one_or_none()
    return found


def in_room(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """For a view of the room: `request.workshop` and `request.participant` instead of the code in the address.

    404 for a workshop that is not there or was cancelled; 403 for a member who has not joined, and for a guest who waits
    to be let in: the page itself (workshops.views.room) leads both to the door. Once it is closed, guests only read.
    """

    @wraps(view)
    def entered(request: Any, code: str, *args: Any, **kwargs: Any) -> HttpResponse:
        looks = request.method in ("GET", "HEAD")
        request.workshop = workshop_at(code) if looks else _workshop_to_change(request, code)
        participant = participant_asking(request)
        if participant is None:
            raise PermissionDenied(_("Join the workshop first."))
        if participant.is_guest and request.method == "POST" and request.workshop.state == Workshop.State.CLOSED:
            raise PermissionDenied(_("The workshop is over."))
        request.participant = participant
        return view(request, *args, **kwargs)

    entered.guest_door = _guest_door  # type: ignore[attr-defined]
    return entered


def find_workshop(code: str, *, placed: bool = False) -> Workshop | None:
    """The workshop whose room that is; `placed`: with all that pages show of it loaded. None where there is none, or it was
    cancelled."""
    workshops = Workshop.objects.with_place() if placed else Workshop.objects.all()
    found: Workshop | None = workshops.exclude(state=Workshop.State.CANCELLED).filter(code=code).one_or_none()
    return found


def workshop_at(code: str) -> Workshop:
    """As `find_workshop`, for a page: 404 where there is none."""
    workshop = find_workshop(code, placed=True)
    if workshop is None:
        raise Http404
    return workshop


def _workshop_to_change(request: Any, code: str) -> Workshop:
    """A command locks the workshop and reads it again, with what it needs; for a guest it is known by the door already."""
    guest: Participant | None = getattr(request, "guest", None)
    workshop = guest.workshop if guest is not None else find_workshop(code)
    if workshop is None:
        raise Http404
    return workshop


def participant_asking(request: Any) -> Participant | None:
    """Who asks in `request.workshop`, as a member or as a guest; None where the room is not open to them."""
    if request.membership is None:
        guest: Participant | None = request.guest
        return guest if guest is not None and guest.is_inside else None
    participant = participation_of(request.workshop, request.membership)
    if participant is not None:
        participant.membership = request.membership
    return participant


def admits_guests(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """For a view that finds out itself who asks, and may meet a guest."""
    view.guest_door = _guest_door  # type: ignore[attr-defined]
    return view


def is_leading(participant: Participant, workshop: Workshop) -> bool:
    """Whether this participant is the facilitator or the co-facilitator."""
    return participant.membership_id is not None and participant.membership_id in (
        workshop.facilitator_id,
        workshop.co_facilitator_id,
    )


def may_play() -> bool:
    """Whether simulated people take part in workshops for practice on this instance at all."""
    return bool(settings.PLAY_WORKSHOPS)
