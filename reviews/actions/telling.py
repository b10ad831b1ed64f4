"""Telling people that the review of their quarter or year opens, and that it was closed."""

import datetime as dt
import uuid
from collections.abc import Sequence
from functools import partial

from django.utils import timezone
from django.utils.functional import lazy
from django.utils.translation import gettext as _

from okr.models import Quarter, Year
from orgs.actions.audit import Actor
from orgs.actions.editing import Change
from orgs.actions.notifications import News, notify_all, take_back
from orgs.models import AuditEvent, Membership, Notification, Role, Seat
from orgs.moments import DATE, spelled
from reviews.access import running_in, slug_of


def tell_opened(period: Year | Quarter, change: Change, *, by: Actor, day: dt.date | None = None) -> None:
    """The same people: that its review is open, or that it opens on another `day`. Within the transaction that says so;
    whoever takes that act back takes this back too."""
    excerpt = lazy(partial(_opens, period, day), str)()
    _tell(period, Notification.Kind.OPENED, by, excerpt, f"reviews/{slug_of(period)}/", _opened_by(change.id))


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
    # A period that was reopened and is closed again tells anew.
    key = f"closed:{slug_of(period)}:{timezone.now():%Y%m%dT%H%M%S%f}"
    excerpt = lazy(_results, str)()
    _tell(period, Notification.Kind.CLOSED, by, excerpt, f"reviews/{slug_of(period)}/results/", key)


def _tell(period: Year | Quarter, kind: str, by: Actor, excerpt: str, path: str, key: str) -> None:
    about = lazy(period.__str__, str)()
    notify_all([News(_concerned(period), kind, by.membership, about, excerpt, path, key)])


def _opens(period: Year | Quarter, day: dt.date | None) -> str:
    if day is None:
        return _("Verdicts can be given now, and are due by %(day)s.") % {"day": spelled(period.ends_on, DATE)}
    return _("Verdicts are given from %(day)s on.") % {"day": spelled(day, DATE)}


def _results() -> str:
    return _("Scores, learnings and what goes on can be read in its results.")


def _concerned(period: Year | Quarter) -> set[int]:
    rows = list(running_in(period).values_list("owner_id", "objective__tribe_id", "objective__tribe__lead_id"))
    people = {pk for owner, _tribe, lead in rows for pk in (owner, lead) if pk is not None}
    tribes = {tribe for _owner, tribe, _lead in rows if tribe is not None}
    people |= set(Seat.objects.filter(tribe__in=tribes).values_list("membership_id", flat=True))
    if isinstance(period, Year):
        members = Membership.objects.active().exclude(pk__in=people)
        people |= {one.pk for one in members if one.has_role(Role.SPONSOR, Role.CODIR)}
    return people
