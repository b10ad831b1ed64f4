import time
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from okr.demo.loader import PASSWORD, DemoExists, load_demo
from orgs.models import Organization


class Command(BaseCommand):
    help = "Load the demo: the organization Coursive, and a small second one. Dates follow today's date."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--if-empty", action="store_true", help="do nothing where there is an organization already")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["if_empty"] and Organization.objects.exists():
            return
        started = time.monotonic()
        try:
            counts = load_demo()
        except DemoExists as there:
            raise CommandError(
                f"The demo is already here ({there}). Nothing was changed; to load it afresh, start from an empty database."
            ) from there
        rows = sum(counts.values())
        self.stdout.write(f"Loaded the demo: {rows} rows in {time.monotonic() - started:.1f} s.")
        if not settings.DEMO:
            self.stderr.write(
                f"DEMO is not set. The demo's accounts exist all the same, with the published password “{PASSWORD}”: "
                "keep this instance away from the internet."
            )
