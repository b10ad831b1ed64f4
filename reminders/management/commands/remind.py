import datetime as dt
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import transaction
from django.utils import timezone
from django.utils.dateparse import parse_datetime

from okr.readings import Clock
from orgs import tenancy
from orgs.models import Organization
from reminders.actions.reminding import contents_of, run, run_of
from reminders.actions.scheduling import has_runs, plan_following, plan_run
from reminders.calendar import next_start
from reminders.days import times_of
from reminders.finding import asked_in
from reminders.mails import mail_of
from reminders.models import Round
from reminders.recipients import AT_ONCE


class Command(BaseCommand):
    help = "Write the reminders whose hour has come, as the jobs do each minute; with --dry-run only say to whom, and what."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--at", help="as if it were then: 2026-05-20T09:00, in each organization's time zone")
        parser.add_argument("--org", help="address (slug) of one organization; else all, one after another")
        parser.add_argument("--dry-run", action="store_true", help="write nothing, send nothing")

    def handle(self, *args: Any, **options: Any) -> None:
        at = _moment(options["at"]) if options["at"] else None
        orgs = Organization.objects.order_by("pk")
        if options["org"]:
            orgs = orgs.filter(slug=options["org"])
            if not orgs.exists():
                raise CommandError(f"There is no organization “{options['org']}”.")
        for org in orgs.iterator(chunk_size=AT_ONCE):
            now = timezone.now() if at is None else at if at.tzinfo else at.replace(tzinfo=org.zone)
            with tenancy.tenant(org.pk):
                self.stdout.write(self._would_say(org, now) if options["dry_run"] else _run(org, now))

    def _would_say(self, org: Organization, now: dt.datetime) -> str:
        due = run_of(org, now) if org.send_reminders else None
        if due is None or Round.objects.filter(day=due.day).exists():
            return _nothing(org, now)
        day, asked = due.day, asked_in([due])[org.pk]
        lines = [f"{org.slug}, {day}: {len(asked)} people"]
        digests: dict[dt.date, Any] = {}
        for first in range(0, len(asked), AT_ONCE):
            for one, content in contents_of(asked[first : first + AT_ONCE], Clock(org, day), digests):
                kinds = ", ".join(f"{kind} {period}" for kind, period in sorted(one.reached))
                subject = (
                    "nothing to say" if content.is_empty else mail_of(one.member, content, Clock(org, day)).subject
                )
                lines.append(f"  {one.member.user.email}: {subject} ({kinds})")
        return "\n".join(lines)


@transaction.atomic
def _run(org: Organization, now: dt.datetime) -> str:
    plan_run(org, now)
    due = run_of(org, now)
    people = run(due) if due else 0
    plan_following(org, now)
    return f"{org.slug}: wrote to {people} people" if people else _nothing(org, now)


def _nothing(org: Organization, now: dt.datetime) -> str:
    if not org.send_reminders:
        return f"{org.slug}: reminders are off{', its channel is told' if has_runs(org) else ''}"
    start = next_start(now, times_of(org))
    return (
        f"{org.slug}: nothing to send; next run {start.astimezone(org.zone):%Y-%m-%d %H:%M}"
        if start
        else f"{org.slug}: no run"
    )


def _moment(text: str) -> dt.datetime:
    try:
        found = parse_datetime(text)
    except ValueError:
        found = None
    if found is None:
        raise CommandError(f"“{text}” is no moment, such as 2026-05-20T09:00.")
    return found
