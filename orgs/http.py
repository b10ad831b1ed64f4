"""What a request is by the time it reaches a page: for annotations only."""

from django.http import HttpRequest
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
