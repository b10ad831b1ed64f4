"""Telling people that the review of their quarter or year opens, and that it was closed."""

import datetime as dt
import uuid
from collections.abc import Sequence

from django.utils import timezone, translation
from django.utils.translation import gettext as _

from okr import numbers
from okr.language import language
from okr.models import Quarter, Year
from orgs.actions.audit import Actor
from orgs.actions.editing import Change
from orgs.actions.notifications import notify, take_back
from orgs.models import AuditEvent, Membership, Notification, Role, Seat
from reviews.access import running_in, slug_of


def tell_opened(period: Year | Quarter, change: Change, *, by: Actor, day: dt.date | None = None) -> None:
    """The same people: that its review is open, or that it opens on another `day`. Within the transaction that says so;
    whoever takes that act back takes this back too."""
    with translation.override(by.membership.org.language):
        about = str(period)
        if day is None:
            excerpt = _("Verdicts can be given now, and are due by %(day)s.") % {"day": day_of(period.ends_on)}
        else:
            excerpt = _("Verdicts are given from %(day)s on.") % {"day": day_of(day)}
    for member in _concerned(period):
        path = f"reviews/{slug_of(period)}/"
        notify(member, Notification.Kind.OPENED, by.membership, about, excerpt, path, _opened_by(change.id))


def hear(_by: Actor, events: Sequence[AuditEvent]) -> None:
    """Of everything recorded (orgs.actions.audit.listen): the opening that was undone is told to nobody any more."""
    undone = {event.undoes for event in events if event.undoes and "review_opens_on" in event.after}
    if undone:
        take_back(_opened_by(change) for change in undone)


def _opened_by(change: uuid.UUID) -> str:
    return f"opened:{change}"


def tell_closed(period: Year | Quarter, *, by: Actor) -> None:
    """In the inbox of whoever leads a tribe of it, sits in one or owns one of its key results; of a year of its owners and
    of the leadership. Within the transaction that closes it."""
    told = _concerned(period)
    # A period that was reopened and is closed again tells anew.
    key = f"closed:{slug_of(period)}:{timezone.now():%Y%m%dT%H%M%S%f}"
    with translation.override(by.membership.org.language):
        about = str(period)
        excerpt = _("Scores, learnings and what goes on can be read in its results.")
    for member in told:
        notify(
            member,
            Notification.Kind.CLOSED,
            by.membership,
            about,
            excerpt,
            f"reviews/{slug_of(period)}/results/",
            key,
        )


def _concerned(period: Year | Quarter) -> list[Membership]:
    rows = list(running_in(period).values_list("owner_id", "objective__tribe_id", "objective__tribe__lead_id"))
    people = {pk for owner, _tribe, lead in rows for pk in (owner, lead) if pk is not None}
    tribes = {tribe for _owner, tribe, _lead in rows if tribe is not None}
    people |= set(Seat.objects.filter(tribe__in=tribes).values_list("membership_id", flat=True))
    members = Membership.objects.active().filter(user__is_active=True).select_related("user", "org")
    told = list(members.filter(pk__in=people))
    if isinstance(period, Year):
        told += [one for one in members.exclude(pk__in=people) if one.has_role(Role.SPONSOR, Role.CODIR)]
    return told


def day_of(day: dt.date) -> str:
    return numbers.format_date(day, language(), "date")
