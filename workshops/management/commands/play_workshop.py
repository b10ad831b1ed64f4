import time
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from orgs import tenancy
from workshops.models import Workshop, WorkshopKind
from workshops.playing.play import MINUTES, MOST_PEOPLE, Lost, Play, Refused
from workshops.playing.words import CAST


class Command(BaseCommand):
    help = (
        "Have simulated people take part in a workshop, through the same addresses as browsers: they join as guests, write, "
        "group and vote as each phase opens, until the workshop is closed."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("code", help="the workshop's code, as at the end of its link")
        parser.add_argument("--address", default=settings.BASE_URL, help="where the server answers")
        parser.add_argument("--people", type=int, default=len(CAST), help=f"how many, {MOST_PEOPLE} at most")
        parser.add_argument("--speed", type=float, default=1.0, help="1 is human; 0 as fast as the server answers")
        parser.add_argument("--minutes", type=float, default=MINUTES, help="when to leave, whatever happens")
        parser.add_argument("--leader", default="", metavar="PERSONA", help="a persona of the demo who leads it too")
        parser.add_argument("--seed", type=int, help="have them do the same again")
        parser.add_argument("--kind", choices=WorkshopKind.values, help="of a workshop on another server")
        parser.add_argument("--language", choices=["en", "fr"], help="what they write in, on another server")

    def handle(self, *args: Any, **options: Any) -> None:
        kind, language = options["kind"], options["language"]
        if not (kind and language):
            with tenancy.all_tenants():
                found = Workshop.across_orgs.select_related("org").filter(code=options["code"]).first()
            if found is None:
                raise CommandError("There is no such workshop here. Of another server’s, say --kind and --language.")
            kind, language = kind or found.kind, language or found.org.language
        if not 1 <= options["people"] <= MOST_PEOPLE or options["speed"] < 0 or options["minutes"] <= 0:
            raise CommandError(f"From 1 to {MOST_PEOPLE} people, at a speed from 0, for some minutes.")
        names = ("address", "code", "people", "speed", "leader", "minutes", "seed")
        started = time.monotonic()
        try:
            counts = Play(kind=kind, language=language, **{name: options[name] for name in names}).run()
        except (Refused, Lost, ValueError) as trouble:
            raise CommandError(str(trouble)) from None
        seconds = time.monotonic() - started
        self.stdout.write(", ".join(f"{what} {number}" for what, number in sorted(counts.items())))
        self.stdout.write(f"{seconds:.0f} s")
