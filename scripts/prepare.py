"""What must be true before the servers start: settings right, services there, database migrated, demo loaded.

Runs in the project's environment. Ends with one clear sentence and exit code 1 where something is wrong.
"""

import argparse
import os
import sys
from typing import NoReturn

from scripts.environment import stale_translations


def stop(sentence: str) -> NoReturn:
    sys.exit(f"Polaris cannot start: {sentence}")


def say(text: str) -> None:
    """Progress goes to stderr; stdout is for the accounts."""
    print(text, file=sys.stderr, flush=True)


def reach_redis(url: str) -> None:
    import redis

    try:
        redis.Redis.from_url(url, socket_connect_timeout=3).ping()
    except (redis.RedisError, ValueError, OSError) as error:
        stop(f"Redis does not answer at REDIS_URL ({error}).")


def migrate() -> None:
    from django.core.management import call_command
    from django.db import DatabaseError, OperationalError, connection
    from django.db.migrations.executor import MigrationExecutor

    try:
        executor = MigrationExecutor(connection)
        pending = executor.migration_plan(executor.loader.graph.leaf_nodes())
    except OperationalError as error:
        stop(f"the database of DATABASE_URL cannot be opened ({str(error).strip().splitlines()[0]}).")
    except DatabaseError as error:
        stop(f"the database of DATABASE_URL is not Polaris's or is damaged ({str(error).strip().splitlines()[0]}).")
    if pending:
        say("Preparing the database…")
        call_command("migrate", verbosity=0, interactive=False)


def load_demo() -> None:
    from django.core.management import call_command

    call_command("load_demo", "--if-empty", stdout=sys.stderr)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--accounts", action="store_true", help="print the demo accounts last")
    options = parser.parse_args()
    if stale_translations():
        from scripts.translations import compile_stale

        compile_stale()
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    import django

    django.setup()
    from django.conf import settings
    from django.core.management import call_command

    if settings.REDIS_URL:
        reach_redis(settings.REDIS_URL)
    migrate()
    if settings.DEMO:
        from orgs.models import DemoPersona

        load_demo()
        if options.accounts and DemoPersona.objects.exists():  # not among somebody's own data
            call_command("demo_accounts")


if __name__ == "__main__":
    try:
        main()
    except KeyboardInterrupt:
        sys.exit(130)
