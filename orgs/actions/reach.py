"""How somebody wants to be reached in one organization: theirs alone to say."""

import datetime as dt
from collections.abc import Mapping
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from orgs.actions.audit import Actor, hold_organization, record, snapshot
from orgs.models import Membership
from orgs.reaching import today_of
from orgs.rules import RuleBroken

PREFERENCES = ("remind_by_mail", "weekly_digest")
LONGEST_PAUSE = dt.timedelta(days=366)


@transaction.atomic
def change_preferences(values: Mapping[str, bool], *, by: Actor) -> Membership:
    """Set some of PREFERENCES of who acts."""
    assert set(values) <= set(PREFERENCES), set(values) - set(PREFERENCES)
    return _set(by, values, "reach_changed")


@transaction.atomic
def pause(until: dt.date, *, by: Actor) -> Membership:
    """No reminder nor digest up to this day, which is the last. Raises RuleBroken at "until"."""
    today = today_of(by.membership.org)
    if until < today:
        raise RuleBroken(_("This day is past."), field="until")
    if until - today > LONGEST_PAUSE:
        raise RuleBroken(_("A pause lasts a year at most."), field="until")
    return _set(by, {"paused_until": until}, "paused")


@transaction.atomic
def resume(*, by: Actor) -> Membership:
    return _set(by, {"paused_until": None}, "resumed")


def _set(by: Actor, values: Mapping[str, Any], verb: str) -> Membership:
    hold_organization()
    names = tuple(values)
    member: Membership = Membership.objects.select_for_update(no_key=True).get(pk=by.membership.pk)
    member.user, member.org = by.membership.user, by.membership.org
    before = snapshot(member, names)
    for name, value in values.items():
        setattr(member, name, value)
    after = snapshot(member, names)
    if after != before:
        member.save(update_fields=names)
        record(by, verb, member, before=before, after=after)
    return member
