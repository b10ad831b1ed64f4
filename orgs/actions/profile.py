"""What people say of themselves. It belongs to no organization, but each of theirs shows the name."""

from collections.abc import Mapping
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction

from orgs import tenancy
from orgs.actions.audit import Actor, hold_organization, record
from orgs.models import Membership, User
from orgs.rules import RuleBroken

PROFILE = ("name", "language", "time_zone", "theme", "mail_mentions", "mail_replies", "mail_news", "single_keys")


@transaction.atomic
def change_profile(person: User, values: Mapping[str, Any]) -> User:
    """Set some of PROFILE. A new name is recorded in each organization of the person, whose pages show it at once."""
    assert set(values) <= set(PROFILE), set(values) - set(PROFILE)
    with tenancy.all_tenants():
        member_of = list(Membership.across_orgs.filter(user=person, ended_at=None).order_by("org_id"))
    for membership in member_of:  # before the person's row, as every action does
        with tenancy.tenant(membership.org_id):
            hold_organization()
    person = User.objects.select_for_update(no_key=True).get(pk=person.pk)
    former = person.name
    for name, value in values.items():
        setattr(person, name, value)
    try:
        person.clean_fields(exclude=[field.name for field in User._meta.fields if field.name not in values])
    except ValidationError as error:
        field, messages = next(iter(error.message_dict.items()))
        raise RuleBroken(messages[0], field=field) from None
    person.save(update_fields=list(values))
    if person.name != former:
        for membership in member_of:
            membership.user = person
            with tenancy.tenant(membership.org_id):
                before, after = {"name": former}, {"name": person.name}
                record(Actor(membership), "profile_changed", membership, before=before, after=after)
    return person
