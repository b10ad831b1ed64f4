"""Trying out what a workshop is: one leads it, and simulated people take part (workshops.playing)."""

import datetime as dt
from collections.abc import Sequence

from django.db import transaction
from django.db.models import Q
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from okr.models import Objective, PeriodState
from orgs.actions.audit import Actor, hold_organization
from orgs.models import Membership
from orgs.permissions import Permission, can, require
from orgs.rules import RuleBroken
from workshops.access import may_play
from workshops.actions.kinds import subject_row
from workshops.actions.planning import plan_workshop
from workshops.actions.session import EVERYTHING, locked, review_rights, tell
from workshops.agendas import agenda_of
from workshops.models import PhaseKind, Workshop, WorkshopKind

LEASE = dt.timedelta(seconds=60)  # whoever plays renews it three times a minute
MINUTES = {PhaseKind.FRAME: 2, PhaseKind.BRAINSTORM: 4, PhaseKind.FAMILIES: 4, PhaseKind.VOTE: 3, PhaseKind.DECIDE: 8}
ELSE_MINUTES = 2


@transaction.atomic
def practise(*, by: Actor, workshop: Workshop | None = None) -> Workshop:
    """Have simulated people come to this workshop for practice; without one, to the next that this member may lead, or to a
    new one. The member leads it from now on.

    Raises PermissionDenied, or RuleBroken: it is over, another one is being played in this organization, or there is
    nothing yet that it could be about.
    """
    if not may_play():
        raise RuleBroken(_("There are no simulated people here."))
    hold_organization()
    now = timezone.now()
    if workshop is None:
        workshop = _next_one(by.membership) or _new(by)
    workshop = locked(workshop)
    require(by.membership, Permission.LEAD_WORKSHOPS, workshop)
    if (
        not may_play()
        or not workshop.is_practice
        or workshop.state not in (Workshop.State.PLANNED, Workshop.State.RUNNING)
    ):
        raise RuleBroken(_("Simulated people take part in demo workshops that are not over."))
    other = Workshop.objects.filter(played_until__gt=now).first()
    if other is not None:
        raise RuleBroken(_("Simulated people take part in “%(title)s” at the moment.") % {"title": other.title})
    if by.membership.pk not in (workshop.facilitator_id, workshop.co_facilitator_id):
        replaced, workshop.facilitator = workshop.facilitator, by.membership
        review_rights(workshop, workshop.participants.filter(membership__in=(replaced, by.membership)))
    workshop.played_until = now + LEASE
    workshop.save(update_fields=["facilitator", "played_until"])
    tell(workshop, *EVERYTHING)
    return workshop


def renewed(workshop: int, until: dt.datetime) -> dt.datetime | None:
    """The end of the next lease, for whoever holds the one until then; None where it is no longer theirs.

    So that a job which is delivered twice brings nobody twice.
    """
    later = timezone.now() + LEASE
    held = Workshop.objects.filter(pk=workshop, played_until=until).exclude(state=Workshop.State.CLOSED)
    return later if held.update(played_until=later) else None


def ended(workshop: int, until: dt.datetime) -> None:
    """The simulated people have left."""
    Workshop.objects.filter(pk=workshop, played_until=until).update(played_until=None)


def _next_one(member: Membership) -> Workshop | None:
    found: Sequence[Workshop] = Workshop.objects.with_place().filter(is_practice=True, state=Workshop.State.PLANNED)
    return next((one for one in found if can(member, Permission.LEAD_WORKSHOPS, one)), None)


def _new(by: Actor) -> Workshop:
    blank, about = _place(by.membership)
    language = by.membership.org.language
    rows = agenda_of(blank.kind, language)
    for row in rows:
        row["minutes"] = MINUTES.get(row["kind"], ELSE_MINUTES)
    with translation.override(language):
        title = _("Demo workshop")
    values = {
        "title": title,
        "starts_at": timezone.now(),
        "minutes": max(15, sum(row["minutes"] for row in rows)),
        "facilitator": by.membership,
        "guests": Workshop.Guests.LINK,
        "votes_on": Workshop.VotesOn.FAMILIES,
        "agenda": rows,
        "participants": [],
        "subjects": [subject_row(about)],
    }
    blank.is_practice = True
    workshop, _change = plan_workshop(blank, values, by=by)
    return workshop


def _place(member: Membership) -> tuple[Workshop, Objective]:
    """Where this member may lead a workshop on key results: the coming quarter first, the strategy last."""
    rows = Objective.objects.filter(archived_at=None).filter(
        Q(quarter__isnull=False, tribe__archived_at=None) & ~Q(quarter__state=PeriodState.CLOSED)
        | Q(year__isnull=False) & ~Q(year__state=PeriodState.CLOSED)
    )
    rows = rows.select_related("tribe", "quarter__year", "year").order_by(
        "-quarter__starts_on", "tribe__code", "position"
    )
    places = [(one, _blank(one)) for one in rows]
    places.sort(key=lambda place: place[1].is_strategic)
    for objective, blank in places:
        if can(member, Permission.LEAD_WORKSHOPS, blank):
            return blank, objective
    if not places:
        raise RuleBroken(_("A workshop on key results needs an objective first."))
    require(member, Permission.LEAD_WORKSHOPS)
    raise AssertionError


def _blank(objective: Objective) -> Workshop:
    if objective.is_strategic:
        return Workshop(kind=WorkshopKind.CODIR_KEY_RESULTS, year=objective.year)
    return Workshop(kind=WorkshopKind.TRIBE_KEY_RESULTS, tribe=objective.tribe, quarter=objective.quarter)
