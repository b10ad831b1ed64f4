"""Writing the reminders of a run, and taking back what holds no longer.

A run is one transaction: what was said to whom (Reminder) and the mails that say it (the outbox) are written together, or
not at all. It holds the organization's Schedule row, not the organization: nobody who works waits for it. Of two runs of
one day the second finds the first (Round).
"""

import datetime as dt
from collections.abc import Collection, Sequence
from functools import partial

import structlog
from django.db import transaction
from django.db.models import TextField
from django.db.models.functions import Cast
from django.utils import timezone

from okr.models import KeyResult
from okr.readings import Clock
from orgs import outbox
from orgs.models import Membership, Organization, OutboxMail
from reminders.actions.scheduling import has_runs, hold_schedule
from reminders.calendar import running_day
from reminders.days import times_of
from reminders.digest import Digest, digest_of
from reminders.finding import OF_OWNERS, Asked, Run, asked_in
from reminders.mails import Content, in_order, loaded, mail_of
from reminders.models import Reminder, Round
from reminders.models.reminder import MAIL
from reminders.recipients import AT_ONCE
from reminders.registry import Told, after_run, to_channel

Kind = Reminder.Kind
log = structlog.get_logger(__name__)


def run_of(org: Organization, now: dt.datetime) -> Run | None:
    """The run that is due at `now`, where people are reminded or the channel hears something."""
    times = times_of(org)
    day = running_day(now, times) if has_runs(org) else None
    return Run(org, day, times) if day else None


@transaction.atomic
def run(due: Run, asked: Sequence[Asked] | None = None) -> int:
    """Write what this run has to say; how many people it wrote to. Does nothing where the day's was written.

    Where reminders are off it is there for the channel, and leaves no Round behind: should they be switched on later that
    day, people are still asked. `asked` is what finding.asked_in found for it a moment ago, together with others. Call it
    inside the organization."""
    if not hold_schedule() or Round.objects.filter(day=due.day).exists():
        return 0
    if not due.org.send_reminders:
        _tell(to_channel, due)
        return 0
    if asked is None:
        asked = asked_in([due])[due.org.pk]
    ran = Round.objects.create(day=due.day, ran_at=timezone.now(), people=len(asked))
    digests: dict[dt.date, Digest] = {}
    for first in range(0, len(asked), AT_ONCE):
        _write(due.org, ran, asked[first : first + AT_ONCE], digests)
    _tell([*to_channel, *after_run], due)
    return len(asked)


def _tell(every: Sequence[Told], due: Run) -> None:
    for told in every:
        try:
            with transaction.atomic():
                told(due.org, due.day)
        except Exception:  # what goes besides never stops the reminders
            log.exception("not_told_after_run", org=due.org.pk)


def contents_of(asked: Sequence[Asked], clock: Clock, digests: dict[dt.date, Digest]) -> list[tuple[Asked, Content]]:
    """What each of them reads; `digests` are kept from one call to the next. Two queries."""
    rows = loaded({pk for one in asked for pk in (*one.own, *one.silent)})
    found = []
    for one in asked:
        if one.month and one.month not in digests:
            digests[one.month] = digest_of(one.month, clock)
        digest = digests[one.month] if one.month else None
        found.append((one, Content(in_order(one.own, rows), in_order(one.silent, rows), digest)))
    return found


def _write(org: Organization, ran: Round, asked: Sequence[Asked], digests: dict[dt.date, Digest]) -> None:
    clock = Clock(org, ran.day)
    mails, reminders = [], []
    for one, content in contents_of(asked, clock, digests):
        reminders += _reminders_of(one, ran)
        if not content.is_empty:
            mails.append(mail_of(one.member, content, clock))
    Reminder.objects.bulk_create(reminders)
    # What was checked in while this was written, before anybody could see the mail: its check-in found none to take back.
    transaction.on_commit(partial(_look_again, {pk for one in asked for pk in (*one.own, *one.silent)}, ran.day))
    outbox.post_many(mails)


def _reminders_of(one: Asked, ran: Round) -> list[Reminder]:
    """One for each thing that is said. What is due besides, of an earlier reminder, counts to the first of its sort."""
    rest = {kinds: list(ids) for kinds, ids in ((True, one.own), (False, one.silent))}
    made = []
    for (kind, period), reached in sorted(one.reached.items(), reverse=True):
        ids = rest.pop(kind in OF_OWNERS, []) if kind != Kind.SPONSORS else []
        made.append(
            Reminder(
                round=ran,
                member=one.member,
                kind=kind,
                period=period,
                key_results=sorted({*reached, *ids}),
                created_at=ran.ran_at,
            )
        )
    return made


# ── What is checked in before the mail has left ──────────────────────────────


def _look_again(key_results: set[int], day: dt.date) -> None:
    moved = KeyResult.objects.filter(pk__in=key_results, next_due_on__gt=day)
    for pk in list(moved.order_by().values_list("pk", flat=True)):
        forget(pk)


def forget(key_result: int) -> None:
    """It was checked in: mails that still wait do not ask for it. Call it once the check-in is committed.

    However many wait, a query for the days they are of, and two more for those few that list it."""
    waiting = OutboxMail.objects.filter(kind=MAIL, sent_at=None, given_up_at=None, leased_until=None).order_by()
    days = [dt.date.fromisoformat(period) for period in waiting.values_list("period", flat=True).distinct()]
    listing = _listing(key_result, days) if days else []
    if not listing:
        return
    found = waiting.filter(recipient__in=[row.member.user.email.lower() for row in listing])
    mails = set(found.values_list("recipient", "period"))
    asking = {
        (row.member, row.round.day) for row in listing if (row.member.user.email.lower(), row.mail_period) in mails
    }
    for member, day in asking:
        _write_anew(member, day, without=key_result)


def _listing(key_result: int, days: Collection[dt.date]) -> list[Reminder]:
    """Those of these days' runs that list it. The database looks for its number as text, which every one can: "1" is in "[12]"."""
    rows = Reminder.objects.filter(round__day__in=days, withdrawn_at=None).select_related("round", "member__user")
    likely = rows.annotate(ids=Cast("key_results", TextField())).filter(ids__contains=str(key_result))
    return [row for row in likely.order_by("pk") if key_result in row.key_results]


@transaction.atomic
def _write_anew(member: Membership, day: dt.date, *, without: int) -> None:
    """The mail of this day without this key result, or no mail; nothing where it is on its way.

    Another check-in may be rewriting the same mail: it is waited for, and what it has left is read."""
    rows = Reminder.objects.select_for_update(of=("self",)).filter(member=member, round__day=day, withdrawn_at=None)
    reminders = list(rows.order_by("pk"))
    if not outbox.withdraw(member.user.email, MAIL, day.isoformat()):
        return
    org = Organization.objects.get(pk=member.org_id)
    one = Asked(member)
    for row in reminders:
        row.key_results = [pk for pk in row.key_results if pk != without]
        if row.kind == Kind.SPONSORS:
            one.month = dt.date.fromisoformat(f"{row.period}-01")
        elif not row.key_results:
            row.withdrawn_at = timezone.now()
        listed = one.own if row.kind in OF_OWNERS else one.silent
        listed += [pk for pk in row.key_results if pk not in listed]
    Reminder.objects.bulk_update(reminders, ["key_results", "withdrawn_at"])
    [(_one, content)] = contents_of([one], Clock(org, day), {})
    if not content.is_empty:
        outbox.post_many([mail_of(member, content, Clock(org, day))])
