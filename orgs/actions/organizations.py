"""Beginning an organization: the tenant itself and its first administrator."""

from allauth.account.models import EmailAddress
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from orgs import tenancy
from orgs.actions.audit import Actor, record
from orgs.models import AuditEvent, Currency, Membership, Organization, Role, User
from orgs.rules import RuleBroken

ADMINISTERED_AT_MOST = 10


@transaction.atomic
def create_organization(*, name: str, slug: str, language: str, administrator: str) -> Organization:
    """From the command line: the organization, with the person of this e-mail address as its administrator.

    Somebody new gets an account without a password, and sets it by “Forgot your password?”. Raises RuleBroken.
    """
    organization = Organization(name=name, slug=slug, language=language)
    person = User.objects.filter(email__iexact=administrator).first() or User(
        email=administrator.lower(), name=administrator.partition("@")[0], language=language
    )
    try:
        organization.full_clean()
        if person.pk is None:
            person.set_unusable_password()
            person.full_clean()
    except ValidationError as error:
        raise _broken(error) from None
    if person.pk is None:
        person.save()
        EmailAddress.objects.create(user=person, email=person.email, verified=True, primary=True)
    if not person.is_active:
        raise RuleBroken(_("This account is blocked."), field="administrator")
    _begin(organization, person, via=AuditEvent.Via.COMMAND)
    return organization


@transaction.atomic
def found_organization(
    person: User, *, name: str, slug: str, language: str, time_zone: str, currency: str = Currency.EUR
) -> Organization:
    """From a page: the person's own organization, which the person administers. Raises RuleBroken with the field."""
    organization = Organization(name=name, slug=slug, language=language, time_zone=time_zone, currency=currency)
    if language == "fr":
        organization.tribe_label, organization.tribe_label_plural = "Tribu", "Tribus"
    User.objects.select_for_update(no_key=True).get(pk=person.pk)  # one at a time
    with tenancy.all_tenants():
        own = Membership.across_orgs.filter(user=person, ended_at=None).values_list("roles", flat=True)
        administered = sum(Role.ADMINISTRATOR in roles for roles in own)
    if administered >= ADMINISTERED_AT_MOST:
        raise RuleBroken(
            _("You administer %(most)s organizations: that is the limit.") % {"most": ADMINISTERED_AT_MOST}
        )
    try:
        organization.full_clean()
    except ValidationError as error:
        raise _broken(error) from None
    _begin(organization, person, via=AuditEvent.Via.PAGE)
    return organization


def _begin(organization: Organization, person: User, *, via: str) -> None:
    organization.save()
    with tenancy.tenant(organization.pk):
        member = Membership.objects.create(user=person, roles=[Role.ADMINISTRATOR])
        record(Actor(member, via), "organization_created", organization, after={"name": organization.name})


def _broken(error: ValidationError) -> RuleBroken:
    field, messages = next(iter(error.message_dict.items()))
    return RuleBroken(messages[0], field=field)
