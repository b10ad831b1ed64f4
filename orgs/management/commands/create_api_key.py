from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError, CommandParser

from orgs import tenancy
from orgs.actions.api_keys import create_api_key
from orgs.actions.audit import Actor
from orgs.models import ApiKey, AuditEvent, Membership, Organization
from orgs.rules import RuleBroken


class Command(BaseCommand):
    help = (
        "Make an API key that acts as one member of one organization. Its secret is printed once, on standard output."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--org", required=True, metavar="ADDRESS", help="the organization's address, as in its URL")
        parser.add_argument("--as", required=True, dest="email", metavar="E-MAIL", help="the member it acts as")
        parser.add_argument("--name", required=True, help="what the key is for")
        parser.add_argument(
            "--scope", required=True, action="append", choices=ApiKey.Scope.values, help="repeat for several"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        org = Organization.objects.filter(slug=options["org"]).first()
        if org is None:
            raise CommandError(f"There is no organization at “{options['org']}”.")
        name = options["name"].strip()
        try:
            ApiKey._meta.get_field("name").clean(name, None)
        except ValidationError as fault:
            raise CommandError(f"The name will not do: {' '.join(fault.messages)}") from fault
        with tenancy.tenant(org.pk):
            member = (
                Membership.objects.active().with_people().filter(user__email__iexact=options["email"].strip()).first()
            )
            if member is None:
                raise CommandError(f"{options['email']} is not a member of {org}.")
            try:
                key, secret = create_api_key(name, options["scope"], by=Actor(member, via=AuditEvent.Via.COMMAND))
            except RuleBroken as refusal:
                raise CommandError(refusal.message) from refusal
        self.stderr.write(
            f"“{key}” acts as {member} in {org}, and may {', '.join(key.scopes)}. Its secret is shown only now:"
        )
        self.stdout.write(secret)
