"""Links that open one's own check-in form without a password, for mails.

A link names the membership, one key result or all that is due, and when it was made; it is signed, so that nobody makes one
or leads one elsewhere, and bound to the person's password, so that changing it ends them all. What else ends a link is
looked up when it is opened: the organization's setting, the membership, the account, whose key result it is, and whether
somebody has made the check-in since. It signs nobody in: it opens that form, and that action alone.
"""

import datetime as dt
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from django.conf import settings
from django.core import signing
from django.urls import reverse
from django.utils import timezone
from django.utils.crypto import constant_time_compare, salted_hmac

from okr.models import KeyResult
from orgs import tenancy
from orgs.models import Membership

SALT = "reminders.links"


class Ended(StrEnum):
    UNKNOWN = "unknown"  # cut off, changed, or never ours
    ACCOUNT = "account"  # the person's account was closed
    LEFT = "left"
    OFF = "off"  # the organization allows no links
    PASSWORD = "password"  # noqa: S105  it was changed
    EXPIRED = "expired"


@dataclass(frozen=True)
class Link:
    member: Membership  # `org` and `user` loaded
    key_result: int | None  # its number; None: all that is due
    made_at: dt.datetime

    @property
    def page(self) -> str:
        """The same form behind the sign-in."""
        slug = self.member.org.slug
        if self.key_result is None:
            return reverse("check_in", args=[slug])
        return reverse("check_in_key_result", args=[slug, self.key_result])


def check_in_address(member: Membership, key_result: KeyResult | None = None) -> str:
    """For a mail to this person: where they check in on one key result, or on all that is due from them.

    A signed link where the organization allows it and the key result is their own; else the page behind the sign-in.
    Absolute. `member` needs `org` and `user` loaded.
    """
    pk = key_result.pk if key_result is not None else None
    is_own = key_result is None or key_result.owner_id == member.pk
    if member.org.check_in_by_link and is_own:
        path = reverse("check_in_by_link", args=[token_for(member, pk)])
    else:
        path = Link(member, pk, timezone.now()).page
    return f"{settings.BASE_URL}{path}"


def token_for(member: Membership, key_result: int | None = None) -> str:
    made_of = [member.org_id, member.pk, key_result or 0, int(timezone.now().timestamp()), _password_mark(member)]
    return signing.dumps(made_of, salt=SALT)


def read(token: str) -> tuple[Link | None, Ended | None]:
    """What the link opens, and why it has ended, if it has. No link is answered for one that is unknown."""
    try:
        org_id, membership_id, key_result, made, mark = signing.loads(token, salt=SALT)
    except (signing.BadSignature, ValueError, TypeError):
        return None, Ended.UNKNOWN
    member = _member(org_id, membership_id)
    if member is None:
        return None, Ended.UNKNOWN
    made_at = dt.datetime.fromtimestamp(made, dt.UTC)
    return Link(member, key_result or None, made_at), _ended(member, made_at, mark)


def _member(org_id: int, pk: int) -> Membership | None:
    with tenancy.all_tenants():
        rows: Any = Membership.across_orgs.select_related("org", "user").filter(org_id=org_id, pk=pk)
        found: Membership | None = rows.one_or_none()
        return found


def _ended(member: Membership, made_at: dt.datetime, mark: str) -> Ended | None:
    if not member.user.is_active:
        return Ended.ACCOUNT
    if member.ended_at is not None:
        return Ended.LEFT
    if not member.org.check_in_by_link:
        return Ended.OFF
    if not constant_time_compare(mark, _password_mark(member)):
        return Ended.PASSWORD
    if timezone.now() - made_at > dt.timedelta(days=settings.CHECK_IN_LINK_DAYS):
        return Ended.EXPIRED
    return None


def _password_mark(member: Membership) -> str:
    """Changes with the password, and tells nothing of it."""
    return salted_hmac(SALT, member.user.password).hexdigest()[:16]
