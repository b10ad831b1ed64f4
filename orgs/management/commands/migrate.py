from typing import Any

from django.core.management.commands import migrate

from orgs import tenancy


class Command(migrate.Command):
    """Django's migrate, with every tenant open: under row-level security a data migration would silently see no row."""

    def handle(self, *args: Any, **options: Any) -> None:
        with tenancy.all_tenants():
            super().handle(*args, **options)
