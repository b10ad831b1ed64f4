"""Finding what a person may reach. These functions answer None or raise 404; they never tell a stranger that a thing exists."""

import datetime as dt

from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.db.models import Count, Exists, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.http import HttpRequest
from django.utils import timezone
from django.utils.crypto import constant_time_compare

from orgs import tenancy
from orgs.models import Absence, Membership, Notification, User

LAST_ORG = "last_org"  # in the session: the slug of the organization that was looked at last


def member_signed_in(request: HttpRequest, slug: str) -> Membership | None:
    """The signed-in person's current membership of the organization at this address, `org` and `user` loaded.

    One query for person, membership, organization, its version, how many notices wait and whether somebody who is away
    named the member (`is_named_substitute`): every page begins with it. The session is verified exactly as django.contrib.auth.get_user does, and request.user is spared its own query.
    """
    if SESSION_KEY not in request.session:
        return None
    with tenancy.all_tenants():
        membership = (
            Membership.across_orgs.select_related("org", "user")
            .annotate(unread=Coalesce(Subquery(_unread()), 0), is_named_substitute=Exists(_away_for()))
            .filter(org__slug=slug, user_id=request.session[SESSION_KEY], ended_at=None, user__is_active=True)
            .one_or_none()
        )
    if membership is None:
        return None
    sent, expected = request.session.get(HASH_SESSION_KEY, ""), membership.user.get_session_auth_hash()
    known_backend = request.session.get(BACKEND_SESSION_KEY) in settings.AUTHENTICATION_BACKENDS
    if known_backend and constant_time_compare(sent, expected):
        request._cached_user = membership.user  # type: ignore[attr-defined]
    # Otherwise Django decides (a rotated SECRET_KEY, a changed password) what the session is still worth.
    if request.user.pk != membership.user_id:
        return None
    membership.user = request.user
    if request.session.get(LAST_ORG) != slug:
        request.session[LAST_ORG] = slug
    return membership


def _unread() -> QuerySet:
    """How many notices wait for the membership around it."""
    waiting = Notification.across_orgs.filter(recipient=OuterRef("pk"), org=OuterRef("org"), read_at=None)
    return waiting.order_by().values("recipient").annotate(number=Count("pk")).values("number")


def _away_for() -> QuerySet:
    """Absences in which the membership around it stands in: on this day anywhere in the world, for the organization's is
    not known yet."""
    today, a_day = timezone.now().date(), dt.timedelta(days=1)
    named = Absence.across_orgs.filter(substitute=OuterRef("pk"), org=OuterRef("org"), archived_at=None)
    return named.filter(starts_on__lte=today + a_day, ends_on__gte=today - a_day)


def memberships_of(user: User) -> list[Membership]:
    """Everywhere the person belongs, by the name of the organization."""
    with tenancy.all_tenants():
        return list(Membership.across_orgs.select_related("org").filter(user=user, ended_at=None).order_by("org__name"))
