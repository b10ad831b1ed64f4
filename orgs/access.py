"""Finding what a person may reach. These functions answer None or raise 404; they never tell a stranger that a thing exists."""

from django.contrib.auth.models import AnonymousUser

from orgs import tenancy
from orgs.models import Membership, User


def membership_of(user: User | AnonymousUser, slug: str) -> Membership | None:
    """The person's current membership of the organization at this address, with `org` and `user` loaded: one query."""
    if not user.is_authenticated:
        return None
    with tenancy.all_tenants():
        membership = (
            Membership.across_orgs.select_related("org").filter(org__slug=slug, user=user, ended_at=None).first()
        )
    if membership is not None:
        membership.user = user
    return membership


def memberships_of(user: User) -> list[Membership]:
    """Everywhere the person belongs, by the name of the organization."""
    with tenancy.all_tenants():
        return list(
            Membership.across_orgs.select_related("org").filter(user=user, ended_at=None).order_by("org__name")
        )
