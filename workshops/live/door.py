"""Who may watch a live session: asked when a stream opens, and again at each heartbeat. Runs in threads."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
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
from orgs.permissions import Permission, can, require
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
    guest: int | str | None = None
    view: str = ""


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
        person = Person(member_key(membership.pk), membership)
        owner, session = f"u{membership.user_id}", request.session.session_key
        auth_hash = membership.user.get_session_auth_hash()
    else:
        person = _guest(request, kind, slug, key)
        owner, session, auth_hash = f"{request.org.pk}:{person.key}", "", ""
    view = request.GET.get("view", "")
    if view and view not in kind.views:
        raise Refused
    person = replace(person, key=f"{view}:{person.key}" if view else person.key, view=view)
    with tenancy.tenant(request.org.pk):
        audience, seq = kind.watch([person], key)[person.key], kind.seq(key)
    if isinstance(audience, Refused):
        raise audience
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
        view=view,
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
    """The session's version now (None: gone), and which of these admissions no longer hold. As many queries for all as
    for one."""
    with tenancy.tenant(org):
        seq = kind.seq(key)
        every = list(admissions)
        sessions = _open_sessions({one.session for one in every if one.session})
        members = _members({one.membership for one in every if one.membership})
        still = {one for one in every if _is_signed_in(one, sessions, members)}
        people = {
            one.person: Person(one.person, members.get(one.membership or 0), one.guest, one.view) for one in still
        }
        try:
            audiences = kind.watch(list(people.values()), key)
        except Refused:
            audiences = {}
        return seq, {one for one in every if one not in still or audiences.get(one.person) != one.audience}


def _open_sessions(keys: set[str]) -> set[str]:
    found = Session.objects.filter(session_key__in=keys, expire_date__gt=timezone.now())
    return set(found.values_list("session_key", flat=True))


def _members(ids: set[int]) -> Mapping[int, Membership]:
    return {one.pk: one for one in Membership.objects.active().select_related("user", "org").filter(pk__in=ids)}


def _is_signed_in(one: Admission, sessions: set[str], members: Mapping[int, Membership]) -> bool:
    """Whether the account still is what it was; a guest has none."""
    if one.membership is None:
        return True
    membership = members.get(one.membership)
    return (
        membership is not None
        and one.session in sessions
        and membership.user.get_session_auth_hash() == one.auth_hash
        and can(membership, Permission.VIEW)
    )
