"""Who hears of what: of those who are meant, the ones that are here and want to, or who stands in for them.

For many organizations at once, inside `tenancy.all_tenants()`.
"""

import datetime as dt
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping

from orgs import tenancy
from orgs.models import Absence, CommitteeSeat, Membership, Role
from orgs.reaching import whom_to_ask

AT_ONCE = 500
ByOrg = dict[int, list[int]]  # ids of members, by organization


def heard_by(ids: Collection[int], days: Mapping[int, dt.date]) -> dict[int, Membership]:
    """By membership id, who is written to in their place: themself, or whoever stands in; left out are those for whom nobody
    is. `days`: the organizations, each with its day. `user` loaded. A query for each 500, and two for each organization where
    somebody is away."""
    members: defaultdict[int, list[Membership]] = defaultdict(list)
    every = sorted(ids)
    for first in range(0, len(every), AT_ONCE):
        rows = Membership.across_orgs.filter(pk__in=every[first : first + AT_ONCE]).select_related("user").order_by()
        for row in rows:
            members[row.org_id].append(row)
    away = Absence.across_orgs.filter(
        org_id__in=list(days), archived_at=None, starts_on__lte=max(days.values()), ends_on__gte=min(days.values())
    )
    absent = set(away.order_by().values_list("org_id", flat=True))
    found = {}
    for org, those in members.items():
        with tenancy.tenant(org):
            asked = whom_to_ask(those, days[org], nobody_is_away=org not in absent)
        found.update({member.pk: who for member, who in asked.items() if who is not None and who.remind_by_mail})
    return found


def chiefs_of_staff(orgs: Iterable[int]) -> ByOrg:
    """They answer for the strategy as a lead does for a tribe."""
    return _holding(Role.CHIEF_OF_STAFF, list(orgs))


def sponsors(orgs: Iterable[int]) -> ByOrg:
    """By role or by their seat."""
    found = _holding(Role.SPONSOR, list(orgs))
    seats = CommitteeSeat.across_orgs.filter(org_id__in=list(orgs), is_sponsor=True, membership__ended_at=None)
    for org, pk in seats.order_by("pk").values_list("org_id", "membership_id"):
        if pk not in found.setdefault(org, []):
            found[org].append(pk)
    return found


def _holding(role: Role, orgs: list[int]) -> ByOrg:
    found: ByOrg = {}
    if orgs:
        rows = Membership.across_orgs.filter(org_id__in=orgs, ended_at=None).order_by("pk")
        for org, pk, roles in rows.values_list("org_id", "pk", "roles"):
            if role in roles:
                found.setdefault(org, []).append(pk)
    return found
