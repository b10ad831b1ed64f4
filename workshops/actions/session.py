"""What each command of a workshop's room begins and ends with: the lock, the right to lead, and telling who watches."""

import datetime as dt
from collections.abc import Iterable

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from orgs.actions.audit import Actor, hold_organization, record
from orgs.models import AuditEvent
from orgs.rules import RuleBroken
from workshops.access import is_leading
from workshops.live.announcing import announce, nudge, review
from workshops.live.registry import member_key
from workshops.models import Participant, Phase, PhaseKind, Workshop

KIND = "workshop"  # of live session
LATE = dt.timedelta(hours=4)  # for which a workshop may go on longer than planned
EVERYTHING = ("deck", "subject", "board", "aside")  # the regions of the room


def locked(workshop: Workshop) -> Workshop:
    """The workshop as it is now, locked until the end of the transaction.

    Whatever changes what others see takes this row first, so commands of one workshop come one after the other, and those
    of two workshops never wait for each other. Locked and read in two steps: PostgreSQL, having waited for a lock, looks at
    the new row but joins the old ones to it.
    """
    Workshop.objects.select_for_update(no_key=True).values_list("pk").get(pk=workshop.pk)
    return Workshop.objects.with_place().get(pk=workshop.pk)


def entered(workshop: Workshop, by: Participant) -> tuple[Workshop, Participant]:
    """`locked`, and the participant as they are now. Raises PermissionDenied for whoever is of another workshop, was
    removed, or has left the organization."""
    workshop = locked(workshop)
    return workshop, taking_part(workshop, by)


def taking_part(workshop: Workshop, by: Participant) -> Participant:
    """The participant as they are now; PermissionDenied as `entered` raises it."""
    people = Participant.objects.select_related("membership__user").filter(pk=by.pk, workshop=workshop, removed_at=None)
    found = people.filter(Q(membership=None) | Q(membership__ended_at=None)).first()
    if found is None:
        raise PermissionDenied(_("You no longer take part in this workshop."))
    return found


def leading(workshop: Workshop, by: Participant) -> tuple[Workshop, Participant]:
    """`entered` by somebody who leads. These commands are audited, and audited acts hold the organization first."""
    hold_organization()
    workshop, by = entered(workshop, by)
    require_leading(by, workshop)
    return workshop, by


def tell(workshop: Workshop, *regions: str) -> None:
    """Count the version up, and have these regions drawn anew for whoever watches. `workshop` must be `locked`."""
    workshop.seq += 1
    workshop.save(update_fields=["seq"])
    announce(KIND, workshop.code, workshop.seq, regions)


def tell_lightly(workshop: Workshop, *regions: str) -> None:
    """As `tell`, where the version is all that changes of the workshop: it is neither locked nor read, only counted up."""
    with transaction.atomic():
        Workshop.objects.filter(pk=workshop.pk).update(seq=F("seq") + 1)
        seq = Workshop.objects.values_list("seq", flat=True).get(pk=workshop.pk)
        announce(KIND, workshop.code, seq, regions)


def person_key(participant: Participant) -> str:
    """The participant's name in presence and in nudges."""
    return member_key(participant.membership_id) if participant.membership_id else f"g{participant.pk}"


def awaited(people: Iterable[Participant], workshop: Workshop, here: frozenset[str]) -> list[Participant]:
    """Of these, those whom the next phase waits for: who take part, are connected (`here`) and do not lead."""
    return [one for one in people if one.votes and person_key(one) in here and not is_leading(one, workshop)]


def is_worked_on(phase: Phase) -> bool:
    """Whether people do something in this phase, and say when they are done with it."""
    if phase.kind == PhaseKind.VOTE:
        return bool(phase.votes.filter(closed_at=None).exists())
    if phase.kind == PhaseKind.PICK:
        return phase.counted_at is None
    return phase.kind in (PhaseKind.BRAINSTORM, PhaseKind.FAMILIES)


def has_to_be_led(workshop: Workshop) -> bool:
    """Whether somebody has to be there to lead: it runs, everybody takes part at one time, and its day is not long past."""
    if workshop.state != Workshop.State.RUNNING or (workshop.phase is not None and workshop.phase.is_long):
        return False
    began = max(workshop.starts_at, workshop.started_at or workshop.starts_at)
    return timezone.now() < began + dt.timedelta(minutes=workshop.minutes) + LATE


def tell_privately(workshop: Workshop, people: Iterable[Participant]) -> None:
    """These people fetch their own part of the page: something in it has changed, for instance in another tab."""
    nudge(KIND, workshop.code, [person_key(person) for person in people])


def review_rights(workshop: Workshop, people: Iterable[Participant]) -> None:
    """What these people may see has changed: look at once."""
    review(KIND, workshop.code, [person_key(person) for person in people])


def require_leading(by: Participant, workshop: Workshop) -> None:
    """Raise PermissionDenied unless this participant leads the workshop."""
    if not is_leading(by, workshop):
        raise PermissionDenied(_("Only the facilitator can do this."))


def check_running(workshop: Workshop) -> None:
    if workshop.state != Workshop.State.RUNNING:
        raise RuleBroken(_("The workshop is not running."))


def check_takes_part(by: Participant) -> None:
    """Observers and people who were removed write and vote nothing."""
    if not by.votes:
        raise PermissionDenied(_("Observers read along: they write and vote nothing."))


def chooses(person: Participant, workshop: Workshop) -> bool:
    """Whether this person votes, and marks: who takes part. Whoever leads does only where facilitators vote too."""
    return person.votes and (workshop.facilitator_votes or not is_leading(person, workshop))


def check_chooses(by: Participant, workshop: Workshop) -> None:
    check_takes_part(by)
    if not chooses(by, workshop):
        raise RuleBroken(_("The facilitator does not vote in this workshop."))


class NotReady(RuleBroken):
    """People are still at it. `waiting` of `here` have not said that they are done; the facilitator may insist, and then
    `consequence` is what happens."""

    def __init__(self, waiting: int, here: int, consequence: str = "") -> None:
        said = ngettext(
            "%(waiting)s of %(here)s is not done yet.", "%(waiting)s of %(here)s are not done yet.", waiting
        )
        super().__init__(said % {"waiting": waiting, "here": here})
        self.waiting, self.here = waiting, here
        self.consequence = consequence or _("What they type stays with them, and they can still send it.")


def record_act(
    workshop: Workshop,
    by: Participant,
    verb: str,
    *,
    before: dict[str, str] | None = None,
    after: dict[str, str] | None = None,
) -> None:
    """Write to the audit what somebody who leads did."""
    assert by.membership is not None  # guests lead nothing
    record(Actor(by.membership, AuditEvent.Via.PAGE), verb, workshop, before=before, after=after)
