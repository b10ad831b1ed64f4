"""The addresses that mails lead to."""

from collections.abc import Sequence

from django.conf import settings
from django.urls import reverse

from okr.models import KeyResult
from orgs.models import Membership, Organization
from reminders.links import check_in_address


def url_for(member: Membership, key_result: KeyResult) -> str:
    """The form in which this person checks this key result in; of their own without signing in, where that is allowed.

    `member` needs `org` and `user` loaded."""
    return check_in_address(member, key_result)


def url_for_all(member: Membership, asked: Sequence[KeyResult]) -> str:
    """Where this person makes all these check-ins. A link without signing in opens one's own alone."""
    if all(row.owner_id == member.pk for row in asked):
        return check_in_address(member)
    return page(member.org, "check_in")


def page(org: Organization, name: str, *args: object) -> str:
    return f"{settings.BASE_URL}{reverse(name, args=[org.slug, *args])}"
