"""Who hears of what: of those who are meant, the ones that are here and want to, or who stands in for them."""

import datetime as dt
from collections.abc import Collection

from orgs.models import CommitteeSeat, Membership, Role
from orgs.reaching import whom_to_ask

AT_ONCE = 500


def heard_by(ids: Collection[int], day: dt.date) -> dict[int, Membership]:
    """By membership id, who is written to on `day` in their place: themself, or whoever stands in; left out are those for
    whom nobody is. `user` loaded. Two queries for each 500."""
    found = {}
    every = sorted(ids)
    for first in range(0, len(every), AT_ONCE):
        rows = Membership.objects.filter(pk__in=every[first : first + AT_ONCE]).select_related("user").order_by()
        for member, asked in whom_to_ask(rows, day).items():
            if asked is not None and asked.remind_by_mail:
                found[member.pk] = asked
    return found


def chiefs_of_staff() -> list[int]:
    """They answer for the strategy as a lead does for a tribe."""
    return _holding(Role.CHIEF_OF_STAFF)


def sponsors() -> list[int]:
    seats = CommitteeSeat.objects.filter(is_sponsor=True, membership__ended_at=None)
    return sorted({*seats.values_list("membership_id", flat=True), *_holding(Role.SPONSOR)})


def _holding(role: Role) -> list[int]:
    rows = Membership.objects.active().order_by("pk").values_list("pk", "roles")
    return [pk for pk, roles in rows if role in roles]
