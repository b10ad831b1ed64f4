"""What a request is by the time it reaches a page, and what of it may be followed."""

from django.http import HttpRequest
from django.utils.http import url_has_allowed_host_and_scheme
from django_htmx.middleware import HtmxDetails

from orgs.models import Membership, Organization, User


class AccountRequest(HttpRequest):
    """Somebody has signed in."""

    user: User
    htmx: HtmxDetails


class OrgRequest(AccountRequest):
    """orgs.middleware.OrganizationMiddleware has admitted a member and made the organization current."""

    org: Organization
    membership: Membership


def way_back(target: str) -> str:
    """The `next` of a form or an address where it is a path of this site, "" for anything else."""
    safe = target.startswith("/") and url_has_allowed_host_and_scheme(target, allowed_hosts=None)
    return target if safe else ""
