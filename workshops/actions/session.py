"""What each command of a workshop's room begins and ends with: the lock, the right to lead, and telling who watches."""

from collections.abc import Iterable

from django.core.exceptions import PermissionDenied
from django.utils.translation import gettext as _

from orgs.rules import RuleBroken
from workshops.access import is_leading
from workshops.live.announcing import announce, nudge, review
from workshops.live.registry import member_key
from workshops.models import Participant, Workshop

KIND = "workshop"  # of live session


def locked(workshop: Workshop) -> Workshop:
    """The workshop as it is now, locked until the end of the transaction.

    Whatever changes what others see takes this row first, so commands of one workshop come one after the other, and those
    of two workshops never wait for each other.
    """
    return Workshop.objects.select_for_update(of=("self",), no_key=True).with_place().get(pk=workshop.pk)


def tell(workshop: Workshop, *regions: str) -> None:
    """Count the version up, and have these regions drawn anew for whoever watches. `workshop` must be `locked`."""
    workshop.seq += 1
    workshop.save(update_fields=["seq"])
    announce(KIND, workshop.code, workshop.seq, regions)


def person_key(participant: Participant) -> str:
    """The participant's name in presence and in nudges."""
    return member_key(participant.membership_id) if participant.membership_id else f"g{participant.pk}"


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
