from typing import Any

from django.core.management.base import BaseCommand, CommandError

from okr.demo.loader import PASSWORD, demo_accounts


class Command(BaseCommand):
    help = "Show the demo's accounts and their password."

    def handle(self, *args: Any, **options: Any) -> None:
        accounts = demo_accounts()
        if not accounts:
            raise CommandError("The demo is not loaded: run manage.py load_demo first.")
        rows = [("Part", "Name", "E-mail", "Organization")]
        rows += [(account.part, account.name, account.email, account.organization) for account in accounts]
        widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
        for row in rows:
            self.stdout.write("  ".join(text.ljust(width) for text, width in zip(row, widths, strict=True)).rstrip())
        self.stdout.write(f"Password of all: {PASSWORD}")
