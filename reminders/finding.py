"""Whom an organization asks for what on a day: nothing is written here.

A key result is asked of its owner; one without an owner of the tribe's lead, or, where it is strategic, of the chief of
staff, who stand in the lead's place. Nobody is asked for what does not run: of a closed period, archived, not published; nor for what would be due after its
period's last day, though that is not closed yet.
An owner who has left is not asked either; whoever leads is told. Who is away is asked through whoever stands in.
"""

import datetime as dt
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field

from django.db.models import Q
from django.db.models.functions import Coalesce

from okr.due import Rhythm
from okr.models import KeyResult, Objective
from okr.querysets import DUE_IN_PERIOD, TAKING_CHECK_INS
from orgs import tenancy
from orgs.models import Membership, Organization
from reminders.calendar import Times, digest_month
from reminders.days import missed_days
from reminders.ladder import Rung, Step, steps
from reminders.models import Reminder
from reminders.recipients import chiefs_of_staff, heard_by, sponsors

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
class Run:
    """The run of an organization on a day."""

    org: Organization
    day: dt.date
    times: Times


@dataclass(frozen=True, slots=True)
class Due:
    """A key result whose check-in is waited for, and who answers for it (ids of members)."""

    pk: int
    steps: list[Step]
    owners: Collection[int]
    leads: Collection[int]


def asked_in(runs: Sequence[Run]) -> dict[int, list[Asked]]:
    """By organization (id), what these runs have to say that people were not told yet, in whatever tenancy it is called.

    Organizations whose reminders are off are left out. Four queries for all of them, however many; a few more where something strategic is due, where somebody is away, and on
    the days that bring a digest."""
    runs = [run for run in runs if run.org.send_reminders]
    if not runs:
        return {}
    with tenancy.all_tenants():
        due = _due(runs)
        months = {run.org.pk: month for run in runs if (month := digest_month(run.day, run.times))}
        given = sponsors(months) if months else {}
        meant = {pk for rows in due.values() for row in rows for pk in (*row.owners, *row.leads)}
        hear = heard_by(meant.union(*given.values()), {run.org.pk: run.day for run in runs})
        found = {run.org.pk: _asked(due.get(run.org.pk, []), hear) for run in runs}
        for org, pks in given.items():
            for pk in (pk for pk in pks if pk in hear):
                asked = found[org].setdefault(hear[pk].pk, Asked(hear[pk]))
                asked.month = months[org]
                asked.reached[Reminder.Kind.SPONSORS, f"{months[org]:%Y-%m}"] = []
        _leave_out_told(found)
    return {org: [asked[pk] for pk in sorted(asked) if asked[pk].reached] for org, asked in found.items()}


def _asked(due: list[Due], hear: dict[int, Membership]) -> dict[int, Asked]:
    found: dict[int, Asked] = {}
    for row in due:
        owners = {hear[pk].pk: hear[pk] for pk in row.owners if pk in hear}
        leads = {hear[pk].pk: hear[pk] for pk in row.leads if pk in hear and hear[pk].pk not in owners}
        for owner in owners.values():
            found.setdefault(owner.pk, Asked(owner)).own.append(row.pk)
        for step in row.steps:
            for member in (leads if step.rung == Rung.LEAD else owners).values():
                asked = found.setdefault(member.pk, Asked(member))
                if step.rung == Rung.LEAD:
                    asked.silent.append(row.pk)
                asked.reached.setdefault((KINDS[step.rung], step.due.isoformat()), []).append(row.pk)
    return found


def _due(runs: Sequence[Run]) -> dict[int, list[Due]]:
    """By organization, in one query."""
    by_org = {run.org.pk: run for run in runs}
    here = Q(objective__tribe=None) | Q(objective__tribe__archived_at=None)
    rows = KeyResult.across_orgs.filter(
        TAKING_CHECK_INS, DUE_IN_PERIOD, here, org_id__in=list(by_org), next_due_on__lte=max(run.day for run in runs)
    )
    columns = ("org_id", "pk", "next_due_on", "owner_id", "objective__level", "objective__tribe__lead_id")
    until = Coalesce("objective__quarter__ends_on", "objective__year__ends_on")
    waiting = [row for row in rows.order_by().values_list(*columns, until) if row[2] <= by_org[row[0]].day]
    staff = chiefs_of_staff({row[0] for row in waiting if row[4] == Objective.Level.STRATEGIC})
    known: dict[tuple[int, dt.date, dt.date, str], list[Step]] = {}
    found: dict[int, list[Due]] = {}
    for org, pk, due, owner, level, lead, ends in waiting:
        setting = STRATEGY if level == Objective.Level.STRATEGIC else TRIBES
        key = (org, due, ends, setting)
        if key not in known:
            known[key] = _steps(by_org[org], due, ends, setting)
        leads = staff.get(org, []) if setting == STRATEGY else [lead] if lead else []
        found.setdefault(org, []).append(Due(pk, known[key], [owner] if owner else leads, leads))
    return found


def _steps(run: Run, due: dt.date, ends: dt.date, setting: str) -> list[Step]:
    missed = missed_days(due, min(run.day, ends), Rhythm.of(run.org, setting))
    return steps(missed, run.day, run.times.works)


def _leave_out_told(found: dict[int, dict[int, Asked]]) -> None:
    """Whoever was told of a period is not told again; where nothing is new for a person, nothing is said."""
    every = {pk: asked for people in found.values() for pk, asked in people.items()}
    periods = {period for asked in every.values() for _kind, period in asked.reached}
    if periods:
        told = Reminder.across_orgs.filter(org_id__in=list(found), kind__in=Reminder.Kind.values, period__in=periods)
        for pk, kind, period in told.order_by().values_list("member_id", "kind", "period"):
            if pk in every:
                every[pk].reached.pop((kind, period), None)
    for asked in every.values():
        kinds = {kind for kind, _period in asked.reached}
        if not kinds & OF_OWNERS:
            asked.own.clear()
        if Reminder.Kind.LEAD not in kinds:
            asked.silent.clear()
        if Reminder.Kind.SPONSORS not in kinds:
            asked.month = None
