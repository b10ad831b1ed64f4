"""Beginning an organization: the tenant itself and its first administrator."""

from allauth.account.models import EmailAddress
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from orgs import tenancy
from orgs.actions.audit import Actor, record
from orgs.models import AuditEvent, Membership, Organization, Role, User
from orgs.rules import RuleBroken


@transaction.atomic
def create_organization(*, name: str, slug: str, language: str, administrator: str) -> Organization:
    """The organization, with the person of this e-mail address as its administrator.

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
        field, messages = next(iter(error.message_dict.items()))
        raise RuleBroken(messages[0], field=field) from None
    organization.save()
    if person.pk is None:
        person.save()
        EmailAddress.objects.create(user=person, email=person.email, verified=True, primary=True)
    if not person.is_active:
        raise RuleBroken(_("This account is blocked."), field="administrator")
    with tenancy.tenant(organization.pk):
        member = Membership.objects.create(user=person, roles=[Role.ADMINISTRATOR])
        record(Actor(member, AuditEvent.Via.COMMAND), "organization_created", organization, after={"name": name})
    return organization
