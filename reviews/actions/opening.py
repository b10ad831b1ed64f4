"""The day on which the review of a quarter or a year opens: earlier than usual, later, or at once."""

import datetime as dt

from django.db import transaction
from django.utils.translation import gettext as _

from okr.models import Quarter, Year
from okr.readings import Clock
from orgs.actions import editing
from orgs.actions.audit import Actor, hold_organization
from orgs.actions.editing import Change, State
from orgs.moments import DATE, spelled
from orgs.permissions import Permission, require
from orgs.rules import RuleBroken
from reviews.actions.telling import tell_opened
from reviews.timing import is_on, opens_on, usually_opens_on


@transaction.atomic
def open_review(period: Year | Quarter, day: dt.date, *, by: Actor, seen: int | None = None) -> tuple[State, Change]:
    """Verdicts are taken from `day` on, which lies in the period. Whom the review concerns is told where that opens it.

    Raises PermissionDenied, EditConflict, or RuleBroken with the field `day`.
    """
    require(by.membership, Permission.CLOSE_PERIOD, period)
    hold_organization()
    period = editing.locked(type(period), period.pk)
    if not period.is_open:
        raise RuleBroken(_("%(period)s does not run: its review does not open.") % {"period": period})
    if not period.starts_on <= day <= period.ends_on:
        days = {"first": spelled(period.starts_on, DATE), "last": spelled(period.ends_on, DATE)}
        raise RuleBroken(_("Choose a day from %(first)s to %(last)s.") % days, field="day")
    today = Clock.of(by.membership.org).today
    was_on, before, change = is_on(period, today), opens_on(period), Change(by)
    chosen = None if day == usually_opens_on(period) else day
    changed = editing.amend(period, {"review_opens_on": chosen}, change, seen=seen, verb="review_opened")
    period.review_opens_on = chosen
    if is_on(period, today) and not was_on:
        tell_opened(period, change, by=by)
    elif not is_on(period, today) and opens_on(period) != before:
        tell_opened(period, change, by=by, day=opens_on(period))
    return changed, change
