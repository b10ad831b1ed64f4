"""Who may watch a live session: asked when a stream opens, and again at each heartbeat. Runs in threads."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from importlib import import_module
from io import BytesIO
from typing import Any

from django.conf import settings
from django.contrib.auth import get_user
from django.contrib.auth.models import AnonymousUser
from django.contrib.sessions.models import Session
from django.core.exceptions import DisallowedHost, PermissionDenied
from django.core.handlers.asgi import ASGIRequest
from django.utils import timezone
from django.utils.functional import SimpleLazyObject

from orgs import tenancy
from orgs.access import member_signed_in
from orgs.middleware import language_of
from orgs.models import Membership, Organization
from orgs.permissions import Permission, require
from workshops.live.registry import Kind, Person, Refused, member_key


@dataclass(frozen=True, slots=True)
class Admission:
    """What a stream was opened with. `owner` counts streams: a person may watch several sessions."""

    person: str
    owner: str
    audience: str
    language: str
    org: int
    seq: int
    membership: int | None = None
    session: str = ""
    auth_hash: str = ""
    guest: Any = None


def admit(scope: dict[str, Any], kind: Kind, slug: str, key: str) -> Admission:
    """Let somebody in, by the same checks as a page of the organization; raises Refused otherwise."""
    request: Any = ASGIRequest(scope, BytesIO())
    try:
        request.get_host()
    except DisallowedHost:
        raise Refused(400) from None
    store = import_module(settings.SESSION_ENGINE).SessionStore
    request.session = store(request.COOKIES.get(settings.SESSION_COOKIE_NAME))
    request.user = SimpleLazyObject(lambda: get_user(request))
    membership = member_signed_in(request, slug)
    if membership is not None:
        request.org = membership.org
        try:
            require(membership, Permission.VIEW)
        except PermissionDenied:
            raise Refused(403) from None
        person = Person(member_key(membership), membership)
        owner, session = f"u{membership.user_id}", request.session.session_key
        auth_hash = membership.user.get_session_auth_hash()
    else:
        person = _guest(request, kind, slug, key)
        owner, session, auth_hash = f"{request.org.pk}:{person.key}", "", ""
    with tenancy.tenant(request.org.pk):
        audience, seq = kind.watch(person, key), kind.seq(key)
    if seq is None:
        raise Refused
    return Admission(
        person=person.key,
        owner=owner,
        audience=audience,
        language=language_of(request, person=True),
        org=request.org.pk,
        seq=seq,
        membership=membership.pk if membership is not None else None,
        session=session,
        auth_hash=auth_hash,
        guest=person.guest,
    )


def _guest(request: Any, kind: Kind, slug: str, key: str) -> Person:
    """Somebody without an account whom the kind knows; sets request.org."""
    request.user = AnonymousUser()
    request.org = Organization.objects.filter(slug=slug).first() if kind.guest is not None else None
    if kind.guest is None or request.org is None:
        raise Refused
    with tenancy.tenant(request.org.pk):
        person = kind.guest(request, request.org, key)
    if person is None:
        raise Refused
    return person


def look_again(kind: Kind, org: int, key: str, admissions: Iterable[Admission]) -> tuple[int | None, set[Admission]]:
    """The session's version now (None: gone), and which of these admissions no longer hold."""
    with tenancy.tenant(org):
        seq = kind.seq(key)
        every = list(admissions)
        sessions = _open_sessions({one.session for one in every if one.session})
        members = _members({one.membership for one in every if one.membership})
        audiences: dict[str, str | None] = {}
        return seq, {one for one in every if not _holds(one, kind, key, sessions, members, audiences)}


def _open_sessions(keys: set[str]) -> set[str]:
    found = Session.objects.filter(session_key__in=keys, expire_date__gt=timezone.now())
    return set(found.values_list("session_key", flat=True))


def _members(ids: set[int]) -> Mapping[int, Membership]:
    return {one.pk: one for one in Membership.objects.active().select_related("user", "org").filter(pk__in=ids)}


def _holds(
    one: Admission,
    kind: Kind,
    key: str,
    sessions: set[str],
    members: Mapping[int, Membership],
    audiences: dict[str, str | None],
) -> bool:
    """Whether the account still is what it was, and the kind still gives the same answer; it is asked once a person."""
    membership = None
    if one.membership is not None:
        membership = members.get(one.membership)
        if membership is None or one.session not in sessions:
            return False
        if membership.user.get_session_auth_hash() != one.auth_hash:
            return False
    if one.person not in audiences:
        try:
            if membership is not None:
                require(membership, Permission.VIEW)
            audiences[one.person] = kind.watch(Person(one.person, membership, one.guest), key)
        except (Refused, PermissionDenied):
            audiences[one.person] = None
    return audiences[one.person] == one.audience
