"""Whom an organization asks for what on a day: nothing is written here.

A key result is asked of its owner; one without an owner of the tribe's lead, or, where it is strategic, of the chief of
staff, who stand in the lead's place. Nobody is asked for what does not run: of a closed period, archived, not published.
An owner who has left is not asked either; whoever leads is told. Who is away is asked through whoever stands in.
"""

import datetime as dt
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field

from django.db.models import Q

from okr.due import Rhythm
from okr.models import KeyResult, Objective
from orgs.models import Membership, Organization
from reminders.calendar import Times, digest_month
from reminders.days import missed_days
from reminders.ladder import Rung, Step, steps
from reminders.models import Reminder
from reminders.recipients import AT_ONCE, chiefs_of_staff, heard_by, sponsors

Key = tuple[str, str]  # kind and period of a reminder
KINDS = {Rung.DUE: Reminder.Kind.DUE, Rung.AGAIN: Reminder.Kind.AGAIN, Rung.LEAD: Reminder.Kind.LEAD}
TRIBES, STRATEGY = "tribe_cadence", "strategic_cadence"  # KeyResult.cadence_of
OF_OWNERS = {Reminder.Kind.DUE, Reminder.Kind.AGAIN}


@dataclass(slots=True)
class Asked:
    """What one person is asked for and told, by ids of key results."""

    member: Membership
    own: list[int] = field(default_factory=list)  # all that is due from them
    silent: list[int] = field(default_factory=list)  # of those they lead
    month: dt.date | None = None  # whose digest they get
    reached: dict[Key, list[int]] = field(default_factory=dict)  # by what it is a reminder of


@dataclass(frozen=True, slots=True)
class Due:
    """A key result whose check-in is waited for, and who answers for it (ids of members)."""

    pk: int
    steps: list[Step]
    owners: Collection[int]
    leads: Collection[int]


def asked_on(org: Organization, day: dt.date, times: Times) -> list[Asked]:
    """What the run of this day has to say that people were not told yet. Four queries; a few more where something strategic
    is due, and on the days that bring a digest. Call it inside the organization's tenancy."""
    due = list(_due(org, day, times))
    month = digest_month(day, times)
    digested = sponsors() if month else []
    hear = heard_by({pk for row in due for pk in (*row.owners, *row.leads)} | set(digested), day)
    found: dict[int, Asked] = {}

    def of(member: Membership) -> Asked:
        return found.setdefault(member.pk, Asked(member))

    for row in due:
        owners = {hear[pk].pk: hear[pk] for pk in row.owners if pk in hear}
        leads = {hear[pk].pk: hear[pk] for pk in row.leads if pk in hear and hear[pk].pk not in owners}
        for owner in owners.values():
            of(owner).own.append(row.pk)
        for step in row.steps:
            for member in (leads if step.rung == Rung.LEAD else owners).values():
                if step.rung == Rung.LEAD:
                    of(member).silent.append(row.pk)
                of(member).reached.setdefault((KINDS[step.rung], step.due.isoformat()), []).append(row.pk)
    for pk in digested:
        if month and pk in hear:
            of(hear[pk]).month = month
            of(hear[pk]).reached[Reminder.Kind.SPONSORS, f"{month:%Y-%m}"] = []
    return _without_told(found)


def _due(org: Organization, day: dt.date, times: Times) -> Iterator[Due]:
    here = Q(objective__tribe=None) | Q(objective__tribe__archived_at=None)
    rows = KeyResult.objects.taking_check_ins().filter(here, next_due_on__lte=day).order_by()
    columns = ("pk", "next_due_on", "owner_id", "objective__level", "objective__tribe__lead_id")
    known: dict[tuple[dt.date, bool], list[Step]] = {}
    rhythms = {False: Rhythm.of(org, TRIBES), True: Rhythm.of(org, STRATEGY)}
    staff: list[int] | None = None
    for pk, due, owner, level, lead in rows.values_list(*columns).iterator(chunk_size=AT_ONCE):
        strategic = level == Objective.Level.STRATEGIC
        if (due, strategic) not in known:
            missed = missed_days(due, day, rhythms[strategic])
            known[due, strategic] = steps(missed, day, times.works)
        if strategic and staff is None:
            staff = chiefs_of_staff()
        leads = (staff or []) if strategic else [lead] if lead else []
        yield Due(pk, known[due, strategic], [owner] if owner else leads, leads)


def _without_told(found: dict[int, Asked]) -> list[Asked]:
    """Whoever was told of a period is not told again; where nothing is new for a person, nothing is said."""
    periods = {period for asked in found.values() for _kind, period in asked.reached}
    if periods:
        told = Reminder.objects.filter(kind__in=Reminder.Kind.values, period__in=periods).order_by()
        for pk, kind, period in told.values_list("member_id", "kind", "period").iterator(chunk_size=AT_ONCE):
            if pk in found:
                found[pk].reached.pop((kind, period), None)
    for asked in found.values():
        kinds = {kind for kind, _period in asked.reached}
        if not kinds & OF_OWNERS:
            asked.own.clear()
        if Reminder.Kind.LEAD not in kinds:
            asked.silent.clear()
        if Reminder.Kind.SPONSORS not in kinds:
            asked.month = None
    return [found[pk] for pk in sorted(found) if found[pk].reached]
