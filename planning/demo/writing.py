"""What the demo's plannings have in common: their voters, their opinions, their trail."""

import datetime as dt
import random
import uuid
from collections.abc import Iterable, Iterator

from django.db.models import F

from okr.demo.state import Loading
from okr.models import KeyResult, Quarter
from orgs.actions.editing import State
from orgs.models import AuditEvent, Membership, Organization
from planning.models import Opinion, Planning, Voter

DAY = dt.timedelta(days=1)
NINE, SIX = dt.time(9), dt.time(18)
# What people would do by how the room leans, and how often.
CHOICES = {
    "K": {"keep": 1},
    "X": {"drop": 1},
    "q": {"keep": 5, "discuss": 2},
    "w": {"drop": 6, "keep": 1, "discuss": 1},
    "s": {"keep": 3, "drop": 3, "discuss": 1},
}


def quarter_in(loading: Loading, state: str) -> Quarter:
    quarter = loading.periods[state]
    assert isinstance(quarter, Quarter)
    return quarter


def at(loading: Loading, day: dt.date, hour: dt.time) -> dt.datetime:
    return dt.datetime.combine(day, hour, loading.org.zone)


def voters_of(loading: Loading, planning: Planning) -> list[Membership]:
    """Sponsors first, then the others of each committee: everybody once."""
    keys = [key for row in loading.spec.departments for key in row.sponsors]
    keys += [key for row in loading.spec.departments for key in row.members]
    members = [loading.member(key) for key in dict.fromkeys(keys)]
    loading.create(Voter(planning=planning, membership=member) for member in members)
    return members


def tell(loading: Loading, events: list[tuple[dt.datetime, AuditEvent]]) -> None:
    """Write the trail, in the order of time, and count the organization's version with it."""
    events.sort(key=lambda one: one[0])
    loading.create(event for _at, event in events)
    for when, event in events:  # the column fills itself with the time of insertion
        event.at = when
    AuditEvent.objects.bulk_update([event for _at, event in events], ["at"], batch_size=200)
    Organization.objects.filter(pk=loading.org.pk).update(version=F("version") + len(events))


def event(
    by: Membership, verb: str, thing: Planning | KeyResult, before: State, after: State, reason: str = ""
) -> AuditEvent:
    """`before` and `after` as orgs.actions.editing says them."""
    label = str(thing)[:200]
    return AuditEvent(
        actor=by,
        actor_name=by.name,
        verb=verb,
        object_type=str(thing._meta.model_name),
        object_id=thing.pk,
        object_label=label,
        before=before,
        after=after,
        reason=reason,
        change=uuid.uuid5(uuid.NAMESPACE_OID, f"{verb} {label} {before}"),
    )


def opinions(
    planning: Planning, member: Membership, seed: str, rows: Iterable[tuple[KeyResult, str]]
) -> Iterator[Opinion]:
    """What one member has said alone: the same for the same content, whoever loads it."""
    for row, leaning in rows:
        dice = random.Random(f"{seed} {row.title}")  # noqa: S311
        said = CHOICES[leaning]
        [choice] = dice.choices(list(said), list(said.values()))
        yield Opinion(planning=planning, key_result=row, membership=member, choice=choice)
