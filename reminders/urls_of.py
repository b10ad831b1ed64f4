"""The addresses that mails lead to."""

from django.conf import settings
from django.urls import reverse

from okr.models import KeyResult
from orgs.models import Membership, Organization


def url_for(member: Membership, key_result: KeyResult) -> str:
    """The form in which this person checks this key result in."""
    return page(member.org, "check_in_key_result", key_result.pk)


def page(org: Organization, name: str, *args: object) -> str:
    return f"{settings.BASE_URL}{reverse(name, args=[org.slug, *args])}"
