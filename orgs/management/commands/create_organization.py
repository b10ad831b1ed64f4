from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from orgs.actions.organizations import create_organization
from orgs.models.structure import Language
from orgs.rules import RuleBroken


class Command(BaseCommand):
    help = "Begin an organization, with its first administrator."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("name")
        parser.add_argument("--slug", required=True, help="its part of the address: /o/SLUG/")
        parser.add_argument("--administrator", required=True, help="e-mail address of its first administrator")
        parser.add_argument("--language", choices=Language.values, default=Language.FR)

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            organization = create_organization(
                name=options["name"],
                slug=options["slug"],
                language=options["language"],
                administrator=options["administrator"],
            )
        except RuleBroken as broken:
            raise CommandError(f"{broken.field}: {broken.message}" if broken.field else broken.message) from None
        self.stdout.write(f"{organization} is at /o/{organization.slug}/.")
        self.stdout.write(f"{options['administrator']} sets a password by “Forgot your password?” on the sign-in page.")
