"""Coming into a workshop: members by their sign-in, guests by name and function, whom the facilitator lets in; and who
takes part or observes."""

from collections.abc import Iterable

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from orgs.actions.audit import Actor, hold_organization, record
from orgs.models import AuditEvent, Membership, Role, Seat
from orgs.permissions import Permission, require
from orgs.rules import RuleBroken
from workshops.access import digest
from workshops.actions.session import leading, locked, review_rights, tell, tell_privately
from workshops.models import Participant, Vote, Workshop

MOST_GUESTS = 200  # of one workshop, those at the door too
MOST_ASKING = 2000  # turned away or not: a link that got about fills no table


def function_of(workshop: Workshop, member: Membership) -> str:
    """Whose voice the member carries: that of their seat in the tribe, else their own; "" where neither says."""
    seat = Seat.objects.filter(tribe=workshop.tribe_id, membership=member).first() if workshop.tribe_id else None
    return seat.function if seat else member.function


@transaction.atomic
def join(workshop: Workshop, member: Membership, function: str = "") -> Participant:
    """The member is in the room from now on; joining twice is the same as once.

    `function` counts where neither invitation, seat nor profile says one. Whoever was invited but never came reads along
    once the workshop is over. Raises PermissionDenied for somebody who was taken out, RuleBroken where it is over and they
    had no part in it.
    """
    workshop = locked(workshop)
    person: Participant | None = Participant.objects.filter(workshop=workshop, membership=member).first()
    if person is not None and person.removed_at is not None:
        raise PermissionDenied(_("The facilitator has taken you out of this workshop."))
    if person is None:
        check_not_over(workshop)
        only_reads = set(member.roles) <= {Role.OBSERVER}
        person = Participant(workshop=workshop, membership=member)
        person.part = Participant.Part.OBSERVER if only_reads else Participant.Part.VOTER
    if person.joined_at is None and workshop.state != Workshop.State.CLOSED:
        now = timezone.now()
        person.function = person.function or function_of(workshop, member) or function
        person.joined_at, person.admitted_at = now, person.admitted_at or now
        person.save()
        tell(workshop, "aside")
    return person


@transaction.atomic
def ask_in(workshop: Workshop, name: str, function: str, token: str) -> Participant:
    """A guest at the door, or in the room where the link is enough. The same token twice is the same guest.

    Raises RuleBroken where nobody comes in without an account, or no more.
    """
    workshop = locked(workshop)
    check_not_over(workshop)
    if workshop.guests == Workshop.Guests.NONE:
        raise RuleBroken(_("Only people with an account take part in this workshop."))
    guests = Participant.objects.filter(workshop=workshop, membership=None)
    known: Participant | None = guests.filter(digest=digest(token)).first()
    if known is not None:
        return known
    if guests.filter(removed_at=None).count() >= MOST_GUESTS or guests.count() >= MOST_ASKING:
        raise RuleBroken(_("Too many guests have asked to come in. Ask the facilitator."))
    now = timezone.now()
    comes_in = now if workshop.guests == Workshop.Guests.LINK else None
    guest = Participant.objects.create(
        workshop=workshop,
        guest_name=name,
        function=function,
        digest=digest(token),
        admitted_at=comes_in,
        joined_at=comes_in,
    )
    tell(workshop, "aside")
    return guest


@transaction.atomic
def admit(workshop: Workshop, guest: Participant, *, by: Membership) -> None:
    """Let a guest in who waits at the door, or was turned away by mistake. Raises RuleBroken where nobody comes any more."""
    workshop, guest = _at_the_door(workshop, guest, by)
    check_not_over(workshop)
    if workshop.state == Workshop.State.CANCELLED:
        raise RuleBroken(_("The workshop was cancelled."))
    if guest.admitted_at is not None and guest.removed_at is None:
        return
    now = timezone.now()
    guest.admitted_at, guest.joined_at, guest.removed_at = guest.admitted_at or now, guest.joined_at or now, None
    guest.save(update_fields=["admitted_at", "joined_at", "removed_at"])
    actor = Actor(by, AuditEvent.Via.PAGE)
    record(actor, "guest_admitted", workshop, after={"guest": guest.name})
    tell(workshop, "aside")


@transaction.atomic
def turn_away(workshop: Workshop, guest: Participant, *, by: Membership) -> None:
    """Do not let a guest in, or have one leave who was in: what they wrote stays."""
    workshop, guest = _at_the_door(workshop, guest, by)
    if guest.removed_at is not None:
        return
    guest.removed_at = timezone.now()
    guest.save(update_fields=["removed_at"])
    actor = Actor(by, AuditEvent.Via.PAGE)
    record(actor, "guest_turned_away", workshop, before={"guest": guest.name})
    review_rights(workshop, [guest])
    tell(workshop, "aside")


@transaction.atomic
def set_parts(workshop: Workshop, people: Iterable[int], part: str, *, by: Participant) -> list[Participant]:
    """Have these people (ids) take part (Participant.Part.VOTER) or observe, for a balanced table (workshops.balance); those
    whose part changed. They are told on their own page. Raises RuleBroken while people vote: what counts stays as it is.
    """
    workshop, by = leading(workshop, by)
    check_not_over(workshop)
    if Vote.objects.filter(phase__workshop=workshop, closed_at=None).exists():
        raise RuleBroken(_("People are voting: who takes part stays as it is until the vote is closed."))
    rows = workshop.participants.select_for_update(no_key=True, of=("self",)).filter(
        pk__in=list(people), removed_at=None
    )
    changed = [person for person in rows.select_related("membership__user").order_by("pk") if person.part != part]
    for person in changed:
        person.part = Participant.Part(part)
        person.save(update_fields=["part"])
    if changed:
        tell(workshop, "board", "aside")
        tell_privately(workshop, changed)
    return changed


def check_not_over(workshop: Workshop) -> None:
    if workshop.state == Workshop.State.CLOSED:
        raise RuleBroken(_("The workshop is over."))


def _at_the_door(workshop: Workshop, guest: Participant, by: Membership) -> tuple[Workshop, Participant]:
    hold_organization()
    workshop = locked(workshop)
    require(by, Permission.LEAD_WORKSHOPS, workshop)
    return workshop, Participant.objects.get(pk=guest.pk, workshop=workshop, membership=None)
