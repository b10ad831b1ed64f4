"""Phases that stay open for days open and close at their time, whether somebody leads or not.

They turn through the same doors as a facilitator's step; nobody acts, so nothing is audited: the phase keeps its times.
Pages that are kept while nothing changes are told, as an audited act tells them.
"""

import datetime as dt

from django.db import transaction
from django.db.models import F, Q, QuerySet
from django.utils import timezone

from orgs.actions.audit import hold_organization
from orgs.models import Organization
from workshops.actions.entering import leave
from workshops.actions.inviting import tell_open
from workshops.actions.running import save_standing, turn_to
from workshops.actions.session import EVERYTHING, locked, tell, tell_privately
from workshops.models import Phase, PhaseKind, Workshop

JUST_NOW = dt.timedelta(seconds=150)  # two ticks and a half: an opening that a room has not been told of


def due(now: dt.datetime) -> QuerySet[Phase]:
    """Phases, of whatever organization, at which `keep_time` may find something to do."""
    begun = Phase.across_orgs.filter(workshop__state__in=(Workshop.State.PLANNED, Workshop.State.RUNNING))
    current = Q(workshop__phase=F("pk"))
    closes = current & Q(closes_at__lte=now) & (Q(ended_at=None) | Q(ended_at__lt=F("closes_at")))
    opens = Q(opens_at__lte=now, closes_at__gt=now, started_at=None)
    opened = current & Q(opens_at__lte=now, opens_at__gt=now - JUST_NOW)
    return begun.filter(closes | opens | opened)


@transaction.atomic
def keep_time(workshop: Workshop) -> None:
    """Close the phase whose time is over, a vote's ballots with it; open the one whose time has come. Done twice it is the
    same as once."""
    hold_organization()
    workshop = locked(workshop)
    now = timezone.now()
    turned = _close(workshop, now) | _open(workshop, now) | _has_just_opened(workshop, now)
    if turned:
        Organization.objects.filter(pk=workshop.org_id).update(version=F("version") + 1)
        tell(workshop, *EVERYTHING)
        tell_privately(workshop, workshop.participants.filter(removed_at=None))
        tell_open(workshop, now)


def _close(workshop: Workshop, now: dt.datetime) -> bool:
    phase = workshop.phase
    if workshop.state != Workshop.State.RUNNING or phase is None or phase.closes_at is None or phase.closes_at > now:
        return False
    if phase.ended_at is not None and phase.ended_at >= phase.closes_at:
        return False
    leave(workshop, phase)
    phase.ended_at = now
    phase.save(update_fields=["ended_at"])
    return True


def _open(workshop: Workshop, now: dt.datetime) -> bool:
    """Of a planned workshop the first phase, but for the framing, where it is such a one; of a running one the next, where
    the present one is such a one and over. Anything else waits for the facilitator."""
    phase = _next(workshop, now)
    if (
        phase is None
        or phase.opens_at is None
        or phase.closes_at is None
        or not phase.opens_at <= now < phase.closes_at
    ):
        return False
    if workshop.state == Workshop.State.PLANNED:
        workshop.state, workshop.started_at = Workshop.State.RUNNING, now
    turn_to(workshop, phase)
    save_standing(workshop)
    return True


def _next(workshop: Workshop, now: dt.datetime) -> Phase | None:
    phases = list(workshop.phases.all())
    if workshop.state == Workshop.State.PLANNED:
        return next((phase for phase in phases if phase.kind != PhaseKind.FRAME), None)
    current = workshop.phase
    if workshop.state != Workshop.State.RUNNING or current is None or not current.closes_at or current.closes_at > now:
        return None
    return next((phase for phase in phases if phase.position > current.position), None)


def _has_just_opened(workshop: Workshop, now: dt.datetime) -> bool:
    """The facilitator was there before its time."""
    opens_at = workshop.phase.opens_at if workshop.phase is not None else None
    return workshop.state == Workshop.State.RUNNING and opens_at is not None and now - JUST_NOW < opens_at <= now
