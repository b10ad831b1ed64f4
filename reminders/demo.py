"""The reminders of the demo's last weeks, as the runs would have left them, among the other mails of these days.

Nobody is mailed; but what waits for another try leaves once it is due, into the mailbox of an instance that has one.
"""

import datetime as dt
from collections.abc import Iterator

from babel.dates import format_date

from okr.demo.state import Loading
from okr.due import Rhythm
from okr.models import KeyResult
from orgs import tenancy
from orgs.models import Membership, OutboxMail
from orgs.outbox.claiming import BACK_OFF
from reminders.calendar import digest_month, starts_at
from reminders.days import missed_days, times_of
from reminders.demo_letters import letters
from reminders.finding import KINDS, OF_OWNERS
from reminders.ladder import DAY, Rung, Step, steps
from reminders.models import Reminder, Round
from reminders.models.reminder import MAIL
from reminders.recipients import sponsors

WEEKS = 3
Told = dict[tuple[int, str, str], list[KeyResult]]  # by member, kind and period: the key results


def write_reminders(loading: Loading) -> None:
    """A run each working day, up to yesterday's; today's is the jobs'."""
    times = times_of(loading.org)
    today = loading.calendar.today
    members = {member.pk: member for member in Membership.objects.select_related("user").order_by("pk")}
    with tenancy.all_tenants():
        given = sponsors([loading.org.pk]).get(loading.org.pk, [])
    told: Told = {}
    mails: list[OutboxMail] = []
    for day in (today - n * DAY for n in range(7 * WEEKS, 0, -1)):
        if not times.works(day):
            continue
        new = {key: rows for key, rows in _said_on(loading, day).items() if key not in told}
        month = digest_month(day, times)
        for pk in given if month else []:
            if (pk, Reminder.Kind.SPONSORS, f"{month:%Y-%m}") not in told:
                new[pk, Reminder.Kind.SPONSORS, f"{month:%Y-%m}"] = []
        told |= new
        mails += _write(loading, day, starts_at(day, times), new, members)
    since = loading.at(today - 7 * WEEKS * DAY, 0)
    mails += letters(loading, since, {mail.recipient for mail in mails})
    mails.sort(key=lambda mail: mail.created_at)
    at = [mail.created_at for mail in mails]  # the column fills itself with the time of insertion
    for mail, created in zip(loading.create(mails), at, strict=True):
        mail.created_at = created
    OutboxMail.objects.bulk_update(mails, ["created_at"])


def _said_on(loading: Loading, day: dt.date) -> Told:
    told: Told = {}
    for key_result, reached in _reached(loading, day):
        tribe = key_result.objective.tribe
        for step in reached:
            whom = key_result.owner_id if step.rung != Rung.LEAD else tribe.lead_id if tribe else None
            if whom and not (step.rung == Rung.LEAD and whom == key_result.owner_id):
                told.setdefault((whom, KINDS[step.rung], step.due.isoformat()), []).append(key_result)
    return told


def _reached(loading: Loading, day: dt.date) -> Iterator[tuple[KeyResult, list[Step]]]:
    """What stood open that morning, by what had been checked in until the evening before."""
    for measured in loading.measured:
        row = measured.key_result
        span = row.objective.span
        if row.stage != "published" or not span.is_open or not span.starts_on <= day:
            continue
        rhythm = Rhythm.of(loading.org, row.cadence_of)
        before = [moment.on for moment in measured.moments if moment.on < day]
        first = rhythm.next_due(max(before) if before else span.starts_on)
        yield row, steps(missed_days(first, day, rhythm), day, times_of(loading.org).works)


def _write(
    loading: Loading, day: dt.date, at: dt.datetime, told: Told, members: dict[int, Membership]
) -> list[OutboxMail]:
    """The round and its reminders; the mails unsaved. On a Monday the mail server asks to come back a minute later."""
    people = sorted({pk for pk, _kind, _period in told})
    [ran] = loading.create([Round(day=day, ran_at=at, people=len(people))])
    loading.create(
        Reminder(
            round=ran,
            member=members[pk],
            kind=kind,
            period=period,
            key_results=sorted(row.pk for row in rows),
            created_at=at,
        )
        for (pk, kind, period), rows in sorted(told.items())
    )
    tries = 2 if day.weekday() == 0 else 1
    return [
        OutboxMail(
            recipient=members[pk].user.email,
            kind=MAIL,
            period=day.isoformat(),
            subject=_subject(pk, told),
            text="",
            attempts=tries,
            created_at=at,
            due_at=at + (tries - 1) * BACK_OFF,
            sent_at=at + (tries - 1) * BACK_OFF + dt.timedelta(seconds=20 + place % 40),
        )
        for place, pk in enumerate(people)
    ]


def _subject(pk: int, told: Told) -> str:
    """In the demo's language, as mails.subject_of says it."""
    mine = {(kind, period): rows for (member, kind, period), rows in told.items() if member == pk}
    own = {row.pk for (kind, _period), rows in mine.items() if kind in OF_OWNERS for row in rows}
    silent = [row for (kind, _period), rows in mine.items() if kind == Reminder.Kind.LEAD for row in rows]
    if own:
        return "1 résultat clé vous attend" if len(own) == 1 else f"{len(own)} résultats clés vous attendent"
    if silent:
        number = "1 résultat clé" if len(silent) == 1 else f"{len(silent)} résultats clés"
        names = dict.fromkeys(row.objective.tribe.name for row in silent if row.objective.tribe)
        return f"{number} sans nouvelle\N{NO-BREAK SPACE}: {', '.join(names)}"
    month = next(dt.date.fromisoformat(f"{period}-01") for _kind, period in mine)
    return f"Points d’avancement, {format_date(month, 'LLLL y', locale='fr')}"
