"""The door of a workshop, behind its short link and outside any organization: who comes in, and as whom.

Whoever has the link learns the workshop's title and time; nobody learns anything from a link that leads nowhere. Opening
it changes nothing, for programs open links too, ahead of people: one comes in by the button.
"""

from collections.abc import Callable
from typing import Any, cast

from allauth.core.internal import ratelimit
from django.conf import settings
from django.core import signing
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone, translation
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from orgs import tenancy
from orgs.access import member_signed_in
from orgs.http import OrgRequest
from orgs.models import Membership, Organization
from orgs.moments import moment
from orgs.rules import RuleBroken
from workshops.access import GUEST_DAYS, cookie_name, digest, new_token, still_welcome
from workshops.actions import joining
from workshops.forms.door import FunctionForm, GuestForm
from workshops.models import Participant, Workshop
from workshops.pages.plans import Plan

# By address: a whole room may come through one, and those who wait ask again and again.
RATE = {"door": "1200/m/ip", "door_guest": "60/m/ip"}
TICKET = "workshops.door"
POLL_SECONDS = {"waiting": 4, "refused": 15, "out": 15}  # whoever was turned away may be let in after all
LEAVING = "leave"  # in the address of whoever comes out of the room
ACCOUNT = "account"  # in that of somebody who was sent it as a member


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def door(request: Any, code: str) -> HttpResponse:
    if not ratelimit.consume(request, app="workshops", action="door", config=RATE, limit_get=True):
        return ratelimit.respond_429(request)
    workshop = workshop_of_any(code)
    member = member_signed_in(request, workshop.org.slug) if request.user.is_authenticated else None
    with tenancy.tenant(workshop.org_id), timezone.override(workshop.org.zone):
        if member is None:
            speak(request, workshop)
        elif LEAVING in request.GET:
            return redirect("workshop", workshop.org.slug, workshop.code)
        if workshop.state == Workshop.State.CANCELLED:
            return _page(request, workshop, "off", status=410, member=member)
        return _as_stranger(request, workshop) if member is None else _as_member(request, workshop, member)


def _as_member(request: HttpRequest, workshop: Workshop, member: Membership) -> HttpResponse:
    """Straight into the room for whoever has come before, and to what is left to read."""
    person = Participant.objects.filter(workshop=workshop, membership=member).first()
    is_over = workshop.state == Workshop.State.CLOSED
    if person is not None and person.removed_at is not None:
        return _page(request, workshop, "out", status=403, member=member)
    if person is None and is_over:
        return _page(request, workshop, "over", status=410, member=member)
    if person is not None and (is_over or person.joined_at is not None):
        return redirect("workshop_room", workshop.org.slug, workshop.code)
    said_before = person is not None and person.function
    known = workshop.is_strategic or said_before or joining.function_of(workshop, member)
    form = FunctionForm(request.POST if "function" in request.POST else None)
    if request.method != "POST" or not (known or form.is_valid()):
        shown = {"member": member, "form": None if known else form, "errors": form.errors}
        return _page(request, workshop, "member", status=422 if form.errors else 200, **shown)
    try:
        joining.join(workshop, member, "" if known else form.cleaned_data["function"])
    except PermissionDenied:  # taken out, or over, a moment ago
        return _page(request, workshop, "out", status=403, member=member)
    except RuleBroken:
        return _page(request, workshop, "over", status=410, member=member)
    return redirect("workshop_room", workshop.org.slug, workshop.code)


def _as_stranger(request: Any, workshop: Workshop) -> HttpResponse:
    token = request.COOKIES.get(cookie_name(workshop.code), "")
    guests = Participant.objects.filter(still_welcome(), workshop=workshop)
    guest = guests.filter(digest=digest(token)).first() if token else None
    if guest is not None:
        return _as_guest(request, workshop, guest)
    if workshop.state == Workshop.State.CLOSED:
        return _page(request, workshop, "over", status=410)
    if workshop.guests == Workshop.Guests.NONE:
        return _page(request, workshop, "sign-in", status=403 if request.method == "POST" else 200)
    if request.method != "POST" and ACCOUNT in request.GET:
        return _page(request, workshop, "account")
    if request.method != "POST":
        ticket = signing.dumps(new_token(), salt=_salt(workshop))
        form = GuestForm(strategic=workshop.is_strategic, initial={"ticket": ticket})
        return _page(request, workshop, "guest", form=form)
    if not ratelimit.consume(request, app="workshops", action="door_guest", config=RATE):
        return ratelimit.respond_429(request)
    form = GuestForm(request.POST, strategic=workshop.is_strategic)
    if not form.is_valid():
        return _page(request, workshop, "guest", form=form, status=422)
    token = _token_of(workshop, form.cleaned_data["ticket"])
    try:
        joining.ask_in(workshop, form.cleaned_data["name"], form.cleaned_data["function"], token)
    except RuleBroken as broken:
        form.add_error(None, broken.message)
        return _page(request, workshop, "guest", form=form, status=422)
    answer = redirect("workshop_door", workshop.code)
    answer.set_cookie(
        cookie_name(workshop.code),
        token,
        max_age=GUEST_DAYS * 24 * 3600,
        httponly=True,
        samesite="Lax",
        secure=settings.SESSION_COOKIE_SECURE,
    )
    return answer


def _as_guest(request: Any, workshop: Workshop, guest: Participant) -> HttpResponse:
    """Into the room; else waiting, not let in, or put out again: the page asks again every few seconds."""
    if guest.is_inside:
        if LEAVING in request.GET:
            return _page(request, workshop, "left", guest=guest)
        room = reverse("workshop_room", args=[workshop.org.slug, workshop.code])
        return HttpResponse(status=204, headers={"HX-Redirect": room}) if request.htmx else redirect(room)
    if workshop.state == Workshop.State.CLOSED:
        return _page(request, workshop, "over", status=410)
    state = "waiting" if guest.removed_at is None else "refused" if guest.admitted_at is None else "out"
    status = 200 if state == "waiting" else 403
    return _page(request, workshop, state, status=status, guest=guest, poll=POLL_SECONDS[state])


def _salt(workshop: Workshop) -> str:
    """A ticket is of one door: a token names a guest of one workshop."""
    return f"{TICKET}.{workshop.code}"


def _token_of(workshop: Workshop, ticket: str) -> str:
    """The token that the form was given, so that sending it twice brings one guest."""
    try:
        return str(signing.loads(ticket, salt=_salt(workshop), max_age=24 * 3600))
    except signing.BadSignature:
        return new_token()


def _page(request: HttpRequest, workshop: Workshop, state: str, *, status: int = 200, **context: Any) -> HttpResponse:
    """`state` names a part of the template. A page that asks whether it still says what is true is drawn anew where not."""
    if request.headers.get("HX-Request"):
        told = request.GET.get("said") == state
        return HttpResponse(status=204, headers={} if told else {"HX-Refresh": "true"})
    context |= {"state": state, "workshop": workshop, "org": workshop.org, "when": moment(workshop.starts_at)}
    return render(request, "workshops/door.html", context, status=status)


def workshop_of_any(code: str) -> Workshop:
    """For addresses outside any organization; with its `org`. 404 where there is none."""
    with tenancy.all_tenants():
        return cast(Workshop, get_object_or_404(Workshop.across_orgs.select_related("org"), code=code))


def speak(request: Any, workshop: Workshop) -> None:
    """In the organization's language, unless the person or this browser has chosen one."""
    if not (request.user.is_authenticated or request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME)):
        translation.activate(workshop.org.language)
        request.LANGUAGE_CODE = workshop.org.language


# ── Who comes by the address of the room, and is out ──


def _way_out(request: Any, slug: str, kwargs: dict[str, Any]) -> Organization | None:
    code = kwargs["code"]
    token = request.COOKIES.get(cookie_name(code), "")
    with tenancy.all_tenants():
        guests = Participant.across_orgs.filter(still_welcome(), org__slug=slug, workshop__code=code)
        found = guests.select_related("org", "workshop").filter(digest=digest(token)) if token else guests.none()
        request.guest = found.first()
    return request.guest.org if request.guest else None


def leads_guests_out(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """As workshops.access.admits_guests, for a view that sends whoever was put out to the door, where that is said."""
    view.guest_door = _way_out  # type: ignore[attr-defined]
    return view


# ── Who waits there ──────────────────────────────────────────────────────────


@require_POST
def admit(request: OrgRequest, code: str, pk: int) -> HttpResponse:
    workshop, guest = _guest(code, pk)
    try:
        joining.admit(workshop, guest, by=request.membership)
    except RuleBroken as broken:
        context = {"plan": Plan(request, workshop), "refused": broken.message}
        return render(request, "workshops/plan.html", context, status=422)
    return redirect("workshop", org=request.org.slug, code=code)


@require_POST
def turn_away(request: OrgRequest, code: str, pk: int) -> HttpResponse:
    workshop, guest = _guest(code, pk)
    joining.turn_away(workshop, guest, by=request.membership)
    return redirect("workshop", org=request.org.slug, code=code)


def _guest(code: str, pk: int) -> tuple[Workshop, Participant]:
    workshop = get_object_or_404(Workshop.objects.with_place(), code=code)
    return workshop, get_object_or_404(Participant, workshop=workshop, membership=None, pk=pk)
