"""Trying out what a workshop is: one leads it, and simulated people take part (workshops.playing)."""

import datetime as dt
from collections.abc import Collection, Sequence

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from okr.models import Objective, PeriodState
from orgs import tenancy
from orgs.actions.audit import Actor, hold_organization
from orgs.models import Membership
from orgs.permissions import Permission, can, require
from orgs.rules import RuleBroken
from workshops.access import digest, may_play, new_token
from workshops.actions.kinds import subject_row
from workshops.actions.planning import plan_workshop
from workshops.actions.session import EVERYTHING, locked, review_rights, tell
from workshops.agendas import agenda_of
from workshops.models import Participant, PhaseKind, Workshop, WorkshopKind

LEASE = dt.timedelta(seconds=30)  # whoever plays renews it three times within
AT_ONCE = 4  # workshops that are played on the whole instance: each is a dozen people of the jobs' process
NOT_BEGUN = dt.timedelta(minutes=15)  # they don't wait in the lobby for longer
COME_BACK = dt.timedelta(hours=1)  # after which nobody asks any more why they are gone
MINUTES = {PhaseKind.FRAME: 2, PhaseKind.BRAINSTORM: 4, PhaseKind.FAMILIES: 4, PhaseKind.VOTE: 3, PhaseKind.DECIDE: 8}
ELSE_MINUTES = 2
AHEAD = (Workshop.State.PLANNED, Workshop.State.RUNNING)


@transaction.atomic
def practise(*, by: Actor, workshop: Workshop | None = None) -> tuple[Workshop, dt.datetime | None]:
    """Have simulated people come to this workshop for practice; without one, to the one that this member is at, to the next
    that they may lead, or to a new one. The member leads it from now on.

    Also when the lease that was given for it runs out: with that, `practising.play_workshop` brings them. None where they are
    there already. Raises PermissionDenied, or RuleBroken: it is over, others are being played, or there is nothing yet that it
    could be about.
    """
    if not may_play():
        raise RuleBroken(_("There are no simulated people here."))
    hold_organization()
    now = timezone.now()
    if workshop is None:
        workshop = _ones_own(by.membership) or _next_one(by.membership) or _new(by)
    workshop = locked(workshop)
    require(by.membership, Permission.LEAD_WORKSHOPS, workshop)
    if not workshop.is_practice or workshop.state not in AHEAD:
        raise RuleBroken(_("Simulated people take part in demo workshops that are not over."))
    is_led = by.membership.pk in (workshop.facilitator_id, workshop.co_facilitator_id)
    if is_led and workshop.played_until is not None and workshop.played_until > now:
        return workshop, None
    _check_bounds(now)
    if not is_led:
        replaced, workshop.facilitator = workshop.facilitator, by.membership
        review_rights(workshop, workshop.participants.filter(membership__in=(replaced, by.membership)))
    workshop.played_until, workshop.play_failed = now + LEASE, False
    workshop.save(update_fields=["facilitator", "played_until", "play_failed"])
    tell(workshop, *EVERYTHING)
    return workshop, workshop.played_until


def _check_bounds(now: dt.datetime) -> None:
    other = Workshop.objects.filter(played_until__gt=now).first()
    if other is not None:
        said = _("Simulated people take part in “%(title)s” at the moment. They play one workshop at a time.")
        raise RuleBroken(said % {"title": other.title})
    with tenancy.all_tenants():
        is_full = Workshop.across_orgs.filter(played_until__gt=now).count() >= AT_ONCE
    if is_full:
        raise RuleBroken(_("All simulated people are busy elsewhere at the moment. Try again in some minutes."))


# ── For whoever plays: a lease, so that a job which is delivered twice brings nobody twice ──


def renewed(workshop: int, until: dt.datetime, *, since: dt.datetime | None = None) -> dt.datetime | None:
    """The end of the next lease, for whoever holds the one until then; None where it is no longer theirs, or where it has
    not begun long after they came (`since`)."""
    now = timezone.now()
    held = Workshop.objects.filter(pk=workshop, played_until=until, state__in=AHEAD)
    if since is not None and now - since > NOT_BEGUN and held.filter(state=Workshop.State.PLANNED).exists():
        ended(workshop, until)
        return None
    return now + LEASE if held.update(played_until=now + LEASE) else None


@transaction.atomic
def ended(workshop: int, until: dt.datetime, *, failed: bool = False) -> None:
    """The simulated people have left; or they did not get in, which whoever leads is told."""
    held = Workshop.objects.filter(pk=workshop, played_until=until)
    if held.update(played_until=None, play_failed=failed):
        tell(locked(Workshop(pk=workshop)), *EVERYTHING)


def cut_off(now: dt.datetime) -> QuerySet[Workshop]:
    """Workshops, of whatever organization, whose simulated people are gone because whoever played them is."""
    return Workshop.across_orgs.filter(
        is_practice=True, state__in=AHEAD, played_until__lte=now, played_until__gt=now - COME_BACK
    )


def resumed(workshop: Workshop) -> dt.datetime | None:
    """The lease of whoever brings them back; None where somebody else does."""
    if not may_play():
        return None
    later = timezone.now() + LEASE
    held = Workshop.objects.filter(pk=workshop.pk, played_until=workshop.played_until, state__in=AHEAD)
    return later if held.update(played_until=later) else None


@transaction.atomic
def those_who_were_there(workshop: Workshop, names: Collection[str]) -> tuple[dict[str, str], set[str]]:
    """Of simulated people by these names: a new token for each who was there before, so that the same come back; and those
    who were put out, and stay away."""
    tokens: dict[str, str] = {}
    guests = Participant.objects.filter(workshop=workshop, membership=None, guest_name__in=names)
    for guest in guests.filter(removed_at=None).select_for_update(no_key=True):
        tokens[guest.guest_name] = token = new_token()
        guest.digest = digest(token)
        guest.save(update_fields=["digest"])
    put_out = guests.exclude(removed_at=None).exclude(guest_name__in=tokens)
    return tokens, set(put_out.values_list("guest_name", flat=True))


def _ones_own(member: Membership) -> Workshop | None:
    """That this member leads already, or was leading when its simulated people were cut off."""
    mine = Workshop.objects.with_place().filter(is_practice=True, state__in=AHEAD, facilitator=member)
    found: Workshop | None = mine.filter(played_until__isnull=False).first()
    return found


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
        "functions_told": True,  # simulated people do not mind
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
